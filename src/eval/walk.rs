//! Walking a script, statement by statement.

use super::analysis;
use super::follow::{Asking, Recorded};
use super::located::{DataTexts, Located};
use super::outcome::{Drawn, NotDrawn, Outcome, PictureRequest, PoolResult};
use super::state::{Analysis, State};
use crate::diagnostic::Problem;
use crate::language::resolve::{self, Context};
use crate::language::spec::{AnalysisSpec, ModelChoice};
use crate::language::value::Value;
use crate::language::vocabulary::{self, VerbId};
use crate::source::{Source, Span};
use crate::store::{Author, Files, Store};
use crate::syntax::ast::{Command, Line, Statement, StatementKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether numbers are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Names, clauses, kinds and ranges only.
    Check,
    /// Everything.
    Run,
}

/// Why a walk ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// An error; its problem has been recorded.
    Error,
    /// `quit`.
    Quit,
    /// Ctrl-C.
    Interrupted,
    /// The time limit.
    OutOfTime,
}

/// The world as a walk sees it.
pub struct Environment<'a> {
    /// Where files are read and written.
    pub files: &'a dyn Files,
    /// Asked between statements and by long work, from any thread: whether to stop, and why.
    pub stop: &'a (dyn Fn() -> Option<Halt> + Sync),
    /// Told by long work how much of how much is done, from any thread; (0, 0) when it is over.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// The seed of random draws where a statement has none.
    pub seed: u64,
    /// Draws pictures of results.
    pub draw: &'a dyn Fn(&PictureRequest) -> Result<Drawn, NotDrawn>,
    /// Data files read in this session, so that check and run read each once.
    pub loaded: &'a mut BTreeMap<String, Arc<Store>>,
    /// The statements of the session, for `save session`.
    pub history: &'a [String],
    /// Who types at a prompt, and may change the store in use.
    pub editing: Option<Author>,
}

/// One walk over one text.
pub struct Walk<'a, 'e> {
    /// What the session knows; changed as the walk goes.
    pub state: &'a mut State,
    /// Files and stops.
    pub env: &'a mut Environment<'e>,
    /// Check or run.
    pub mode: Mode,
    /// The text the current statement stands in.
    pub source: Source,
    /// Results so far.
    pub outcomes: Vec<Outcome>,
    /// Problems so far.
    pub problems: Vec<Located>,
    /// Their keys, so that a loop tells a problem once.
    pub(in crate::eval) told: BTreeSet<u64>,
    /// Where the statement begins, in the outermost text.
    pub at: u32,
    /// Data files as shown in messages, each read once.
    pub texts: DataTexts,
    /// The scripts that were included, as they were read.
    pub included: Vec<Source>,
    /// Scripts being included, outermost first.
    pub including: Vec<String>,
    /// Statements walked, against loops without sense.
    pub steps: usize,
    /// How the statement at hand stands to the plan.
    pub asking: Asking,
    /// Results that the plan is compared with.
    pub recorded: Vec<Recorded>,
}

/// More statements than any review needs.
const MOST_STEPS: usize = 1_000_000;

/// The result of one statement.
pub type Step = Result<(), Halt>;

impl<'a, 'e> Walk<'a, 'e> {
    /// A walk that has not begun.
    pub fn new(state: &'a mut State, env: &'a mut Environment<'e>, mode: Mode, source: Source) -> Self {
        Self {
            state,
            env,
            mode,
            source,
            outcomes: Vec::new(),
            problems: Vec::new(),
            told: BTreeSet::new(),
            at: 0,
            texts: DataTexts::default(),
            included: Vec::new(),
            including: Vec::new(),
            steps: 0,
            asking: Asking::default(),
            recorded: Vec::new(),
        }
    }

    /// Records a problem, once.
    pub fn report(&mut self, problem: Problem) {
        let outermost = self.including.is_empty();
        let at = problem.span().filter(|_| outermost).map_or(self.at, |s| s.start);
        self.record(Located { source: self.source.clone(), at, problem });
    }

    /// Records a problem with data: where the file can be shown, at its cell, else at `span`.
    pub fn report_data(&mut self, problem: Problem, span: Span, label: &str) {
        let at = if self.including.is_empty() { span.start } else { self.at };
        match self.texts.show(self.env.files, problem, at) {
            Ok(located) => self.record(located),
            Err(problem) => self.report(problem.at_least(span, label)),
        }
    }

    /// Records a problem of another text.
    pub fn report_located(&mut self, located: Located) {
        self.record(Located { at: self.at, ..located });
    }

    /// What has been told so far, set aside while problems are kept apart.
    pub fn problems_told(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.told)
    }

    /// Takes back what has been told.
    pub fn set_problems_told(&mut self, told: BTreeSet<u64>) {
        self.told = told;
    }

    fn record(&mut self, located: Located) {
        if self.told.insert(located.key()) {
            self.problems.push(located);
        }
    }

    /// Records a problem; the statement is over if it is an error.
    pub fn fail(&mut self, problem: Problem) -> Step {
        let error = problem.is_error();
        self.report(problem);
        if error { Err(Halt::Error) } else { Ok(()) }
    }

    /// Walks lines. In a check, an error does not stop the lines after it.
    pub fn lines(&mut self, lines: &[Line]) -> Step {
        let mut first = Ok(());
        for line in lines {
            let Line::Statement(statement, _) = line else { continue };
            match (self.statement(statement), self.mode) {
                (Ok(()), _) => {}
                (Err(Halt::Error), Mode::Check) => first = Err(Halt::Error),
                (halt, _) => return halt,
            }
        }
        first
    }

    /// Walks one statement.
    pub fn statement(&mut self, statement: &Statement) -> Step {
        self.steps += 1;
        if self.including.is_empty() {
            self.at = statement.span.start;
        }
        if self.steps > MOST_STEPS {
            return self.fail(
                Problem::error("E402", "the script runs too many statements")
                    .at(statement.span, "stopped before this, after 1,000,000 statements")
                    .help("loops inside loops multiply: go through shorter lists"),
            );
        }
        if self.mode == Mode::Run
            && let Some(halt) = (self.env.stop)()
        {
            return Err(self.halted(halt, statement.span, "stopped before this"));
        }
        let writes = |c: &Command| vocabulary::verb(&c.head.text).is_some_and(|v| v.id == VerbId::Study);
        if !matches!(&statement.kind, StatementKind::Command(command) if writes(command)) {
            self.state.settle();
        }
        match &statement.kind {
            StatementKind::Let { name, value } => self.bind(name, value),
            StatementKind::If { condition, then, otherwise } => self.branch(condition, then, otherwise.as_ref()),
            StatementKind::For { name, list, body } => self.repeat(name, list, body),
            StatementKind::Rule { name, branches, otherwise, items, .. } => {
                self.rule(name, branches, otherwise.as_deref(), items, statement.span)
            }
            StatementKind::Print(expr) => self.print(expr),
            StatementKind::Command(command) => self.command(command),
        }
    }

    /// Ends the walk; a time limit that is reached is reported.
    pub fn halted(&mut self, halt: Halt, span: Span, label: &str) -> Halt {
        if halt == Halt::OutOfTime {
            self.report(Problem::error("E403", "the time limit is reached").at(span, label).help("raise it with `--time-limit SECONDS`"));
        }
        halt
    }

    /// A verb, or a name.
    pub fn command(&mut self, command: &Command) -> Step {
        if let Some(verb) = vocabulary::verb(&command.head.text) {
            self.no_entries_unless(verb.takes_entries || verb.id == VerbId::Plan, command)?;
            return self.verb(verb.id, command);
        }
        self.no_entries_unless(false, command)?;
        if command.items.is_empty() && self.state.is_planned(&command.head.text) && !self.state.follow.has_run(&command.head.text) {
            return self.run_one(&command.head.text, command.span);
        }
        self.name_planned(&command.head.text);
        if let Some(finding) = self.state.findings.get(&command.head.text) {
            if command.items.is_empty() {
                self.outcomes.extend(finding.outcome.clone().map(|o| Outcome::ShowFinding(Box::new(o))));
                return Ok(());
            }
            let verb = finding.verb;
            if verb == "regress" {
                return self.regress_again(command, None).map(|_| ());
            }
            return self.fail(
                Problem::error("E214", format!("`{}` is the result of `{verb}`, and takes no clauses", command.head.text))
                    .at(command.span, "clauses after it")
                    .help(format!("write the clauses after the verb: `{verb} of NAME …`")),
            );
        }
        if self.state.analysis(&command.head.text).is_some() {
            if command.items.is_empty() {
                return self.show_command(command);
            }
            return self.analyse(command, None).map(|_| ());
        }
        if let Some(value) = self.state.variables.get(&command.head.text).cloned()
            && command.items.is_empty()
        {
            self.outcomes.push(Outcome::Value(value.to_string()));
            return Ok(());
        }
        if self.is_forgiven(&command.head.text) {
            return Err(Halt::Error);
        }
        let problem = self.unknown_statement(command);
        self.fail(problem)
    }

    /// Whether a name is bound to something whose own statement is faulty, or that waits for the data.
    pub fn is_forgiven(&self, name: &str) -> bool {
        self.mode == Mode::Check && matches!(self.state.variables.get(name), Some(Value::Unknown(_)))
    }

    fn no_entries_unless(&mut self, allowed: bool, command: &Command) -> Step {
        let planned = command.head.text.eq_ignore_ascii_case("plan");
        if let Some(body) = command.body.as_ref().filter(|_| !planned) {
            return self.fail(
                Problem::error("E241", format!("`{}` takes nothing after a colon", command.head.text)).at(body.span, "after the colon").help(
                    if command.items.iter().any(|i| matches!(i.kind, crate::syntax::ast::ItemKind::On(_))) {
                        "an interaction is written `interaction(x, z)`, and `x * z` holds the columns too"
                    } else if command.head.text.eq_ignore_ascii_case("study") {
                        "results stand on lines of their own, indented below: `recovery at posttest cc: n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0`"
                    } else {
                        "a colon belongs to the indented lines of `study`; leave it out"
                    },
                ),
            );
        }
        match command.entries.first() {
            Some(entry) if !allowed => self.fail(
                Problem::error("E241", format!("`{}` takes no indented lines", command.head.text))
                    .at(entry.span, "an indented line with a colon")
                    .help("indented lines with a colon belong to `study`; a statement goes on over several lines without a colon"),
            ),
            _ => Ok(()),
        }
    }

    fn verb(&mut self, id: VerbId, command: &Command) -> Step {
        match id {
            VerbId::Pool => self.analyse(command, None).map(|_| ()),
            VerbId::LeaveOneOut
            | VerbId::Cumulative
            | VerbId::Influence
            | VerbId::Blup
            | VerbId::Baujat
            | VerbId::Gosh
            | VerbId::Selection
            | VerbId::Bootstrap
            | VerbId::Profile
            | VerbId::Robustness
            | VerbId::Egger
            | VerbId::Begg
            | VerbId::TrimAndFill
            | VerbId::FailSafe
            | VerbId::Harbord
            | VerbId::Peters
            | VerbId::Macaskill
            | VerbId::Ruecker
            | VerbId::Deeks
            | VerbId::PetPeese
            | VerbId::ExcessSignificance
            | VerbId::HenmiCopas
            | VerbId::Probability
            | VerbId::Absolute
            | VerbId::ReExpress
            | VerbId::Regress
            | VerbId::Predict
            | VerbId::Contrast
            | VerbId::Test
            | VerbId::Vif
            | VerbId::Permute => match vocabulary::verb(&command.head.text) {
                Some(verb) => self.further(verb, command, None).map(|_| ()),
                None => Ok(()),
            },
            VerbId::Forest
            | VerbId::Funnel
            | VerbId::Bubble
            | VerbId::Radial
            | VerbId::Labbe
            | VerbId::Qq
            | VerbId::Drapery
            | VerbId::Orchard
            | VerbId::Plot => match vocabulary::verb(&command.head.text) {
                Some(verb) => self.picture(verb, command),
                None => Ok(()),
            },
            VerbId::Edition => self.edition(command),
            VerbId::Use => self.use_data(command),
            VerbId::Set => self.set(command),
            VerbId::MultiArm | VerbId::Cluster | VerbId::Crossover | VerbId::Impute | VerbId::Corr | VerbId::Medians => {
                self.set_by_verb(command)
            }
            VerbId::Include => self.include(command),
            VerbId::Review => self.review(command),
            VerbId::Stage => self.stage(command),
            VerbId::Outcome => self.outcome(command),
            VerbId::Instrument => self.instrument(command),
            VerbId::Timepoint => self.timepoint(command),
            VerbId::Characteristic => self.characteristic(command),
            VerbId::Compare => self.compare(command),
            VerbId::Study => self.study(command),
            VerbId::Prefer => self.prefer(command),
            VerbId::Show => self.show(command),
            VerbId::Explain => self.explain(command),
            VerbId::Describe => self.describe(command),
            VerbId::List => self.list(command),
            VerbId::Check => self.check_data(command),
            VerbId::Methods => self.methods(command),
            VerbId::Help => self.help(command),
            VerbId::Expect => self.expect(command),
            VerbId::Apply => self.apply_rule(command),
            VerbId::Accept => self.accept(command),
            VerbId::Judge => self.judge(command),
            VerbId::Reproduce => self.reproduce(command),
            VerbId::Infer => self.infer(command),
            VerbId::Report => self.report_to(command),
            VerbId::Section => self.section(command),
            VerbId::Flow => self.flow(command),
            VerbId::Rob => self.rob(command),
            VerbId::Characteristics => self.characteristics(command),
            VerbId::SummaryOfFindings => self.summary_of_findings(command),
            VerbId::Grade => self.grade(command),
            VerbId::Swim => self.swim(command),
            VerbId::Plan => self.plan(command),
            VerbId::Declare => self.declare(command),
            VerbId::Designs => self.designs(command),
            VerbId::Criterion => self.criterion(command),
            VerbId::Conclude => self.conclude(command),
            VerbId::Seal => self.seal(command),
            VerbId::Amend => self.amend(command),
            VerbId::Dry => self.dry(command),
            VerbId::Follow => self.follow(command),
            VerbId::Run => self.run_planned(command),
            VerbId::Explore | VerbId::Sensitivity => self.explore(command, None),
            VerbId::Omit => self.omit(command),
            VerbId::Record => self.record_event(command),
            VerbId::Differences | VerbId::Status => self.ask_of_plan(command),
            VerbId::Save => self.save(command),
            VerbId::Export => self.export(command),
            VerbId::Quit => {
                self.finish(&mut crate::language::cursor::Cursor::new(&command.items, command.head.span), command)?;
                Err(Halt::Quit)
            }
            VerbId::Undo => self.undo_edit(command),
            VerbId::Add | VerbId::Edit | VerbId::Remove => match vocabulary::verb(&command.head.text) {
                Some(verb) => self.change_record(verb.id, command),
                None => Ok(()),
            },
            VerbId::Print | VerbId::Let | VerbId::If | VerbId::For | VerbId::Rule => self.fail(
                Problem::error("E100", format!("`{}` is not written like this", command.head.text))
                    .at(command.span, "unreadable")
                    .help(format!("write `{}`", vocabulary::verb(&command.head.text).map_or("", |v| v.usage))),
            ),
        }
    }

    /// The specification of a named result, with what its rule chose, and its name.
    pub fn parent(&self, name: &str) -> Option<(AnalysisSpec, String)> {
        let parent = self.state.analysis(name)?;
        let own = parent.spec.name.clone().unwrap_or_else(|| name.to_owned());
        let mut base = parent.spec.clone();
        if let (ModelChoice::Rule(_), Some(result)) = (&base.model.value, &parent.result) {
            base.rule_branch.clone_from(&result.rule);
        }
        Some((base, own))
    }

    /// What statements are resolved against.
    pub fn with_context<T>(&self, read: impl FnOnce(&Context) -> T) -> T {
        let state = &*self.state;
        read(&Context {
            store: &state.store,
            catalogue: &state.catalogue,
            settings: &state.settings,
            lookup: &|name| state.variables.get(name).cloned(),
            rules: state.rules.keys().cloned().collect(),
            check_condition: &|condition| super::row_scope::check(condition, state),
            measures_allowed: &|entry| super::input::measures_allowed(&state.store, &entry.rows),
            some_row_allows: &|entry, measures| super::input::some_row_allows(&state.store, &entry.rows, measures),
            measures_possible: &|entry| super::input::measures_possible(&state.store, &entry.rows),
        })
    }

    /// Resolves an analysis.
    pub fn resolve(&mut self, command: &Command) -> Result<AnalysisSpec, Halt> {
        if self.mode == Mode::Check && self.state.no_data {
            return Err(Halt::Error);
        }
        self.name_planned(&command.head.text);
        let mut problems = Vec::new();
        let parent = if vocabulary::verb(&command.head.text).is_none() { self.parent(&command.head.text) } else { None };
        let spec = self.with_context(|context| match &parent {
            Some((base, name)) => resolve::derive(command, base, name, context, &mut problems),
            None => resolve::pool(command, context, &mut problems),
        });
        for problem in problems {
            self.report(problem);
        }
        spec.ok_or(Halt::Error)
    }

    /// Reports what stood in the way of a computation.
    pub fn refused(&mut self, problems: Vec<Problem>, span: Span) -> Halt {
        for problem in problems {
            self.report_data(problem, span, "in this analysis");
        }
        Halt::Error
    }

    /// Resolves and (in a run) computes an analysis, and keeps it under `name` or as the last.
    pub fn analyse(&mut self, command: &Command, name: Option<&str>) -> Result<Arc<Analysis>, Halt> {
        let (command, said) = self.reasons(command)?;
        let before = std::mem::replace(&mut self.asking.said, said);
        let end = self.analyse_said(&command, name);
        self.asking.said = before;
        end
    }

    fn analyse_said(&mut self, command: &Command, name: Option<&str>) -> Result<Arc<Analysis>, Halt> {
        let mut spec = self.resolve(command)?;
        spec.name = name.map(str::to_owned);
        let result = match self.mode {
            Mode::Check => None,
            Mode::Run => Some(self.compute(&spec)?),
        };
        let analysis = Arc::new(Analysis { spec, result });
        self.state.last = Some(analysis.clone());
        if let Some(result) = &analysis.result {
            self.record_pool(&analysis, result);
            self.outcomes.push(Outcome::Pool(Box::new(result.clone())));
        }
        Ok(analysis)
    }

    /// Computes a resolved analysis.
    pub fn compute(&mut self, spec: &AnalysisSpec) -> Result<PoolResult, Halt> {
        let line = self.source.line_column(spec.span.start).0;
        let result = analysis::run(spec, self.state, line).map_err(|problems| self.refused(problems, spec.span))?;
        let told = super::checked::told(&result, self.state);
        self.state.reminded.extend(told);
        Ok(result)
    }

    /// The value of an expression.
    pub fn value(&mut self, expr: &crate::syntax::ast::Expr) -> Result<Value, Halt> {
        match crate::language::expr::eval(expr, self) {
            Ok(value) => Ok(value),
            Err(problem) => {
                // A statement inside the expression has reported for itself.
                if !problem.is_already_reported() {
                    self.report(problem);
                }
                Err(Halt::Error)
            }
        }
    }
}

impl crate::language::expr::Scope for Walk<'_, '_> {
    fn name(&self, name: &str) -> Option<Value> {
        self.state.value(name)
    }

    fn call(&self, name: &crate::syntax::ast::Word, _: &[crate::syntax::ast::Expr], span: Span) -> Option<Result<Value, Problem>> {
        let lower = name.text.to_ascii_lowercase();
        matches!(lower.as_str(), "i2" | "p").then(|| {
            Err(Problem::error("E202", format!("`{lower}` is a field of a result, and no function"))
                .at(span, "of which result?")
                .help(format!("write `NAME.{lower}(q)`")))
        })
    }

    fn unknown(&self, name: &str, span: Span) -> Option<Problem> {
        if self.state.is_planned(name) {
            return Some(self.not_yet_run(name, span));
        }
        self.state.store.column(name).is_some().then(|| {
            Problem::error("E201", format!("`{name}` is a column, and has one value a row"))
                .at(span, "outside a condition on rows")
                .help(format!("columns are read after `where`, as in `list rows where {name} == …`; `describe {name}` shows the values"))
        })
    }

    fn field(
        &self,
        of: &Value,
        name: &crate::syntax::ast::Word,
        args: Option<&[crate::syntax::ast::Expr]>,
        span: Span,
    ) -> Result<Value, Problem> {
        super::scope::field(self.state, of, name, args, span)
    }

    fn command(&mut self, command: &Command) -> Result<Value, Problem> {
        let is_analysis = command.head.text.eq_ignore_ascii_case("pool") || self.state.analysis(&command.head.text).is_some();
        if !is_analysis {
            return Err(Problem::error("E222", "only an analysis has a value")
                .at(command.span, "not an analysis")
                .help("in parentheses stands `pool …` or `NAME clauses…`"));
        }
        match self.analyse(command, None) {
            Ok(analysis) => {
                self.state.unnamed += 1;
                let key = format!("#{}", self.state.unnamed);
                self.state.analyses.insert(key.clone(), analysis);
                Ok(Value::Analysis(key))
            }
            Err(_) => Err(Problem::already_reported()),
        }
    }

    fn names(&self) -> Vec<String> {
        // Where so much is wrong that not all of it is told, looking for near names takes too long.
        if self.problems.len() > 200 {
            return Vec::new();
        }
        self.state.variables.keys().cloned().chain(self.state.analysis_names().into_iter().map(str::to_owned)).collect()
    }

    fn warn(&mut self, problem: Problem) {
        self.report(problem);
    }
}
