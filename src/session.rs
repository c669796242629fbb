//! The one way in: a session runs texts against data held in memory.

mod entry;
mod recorder;

use crate::diagnostic::Problem;
use crate::eval::outcome::{Composed, Outcome, TextResult};
use crate::eval::state::State;
use crate::eval::{DEFAULT_SEED, DataTexts, Environment, Halt, Located, Mode, Walk};
use crate::language::vocabulary::{self, Group};
use crate::protocol::Plan;
use crate::publish::Material;
use crate::source::Source;
use crate::store::{Author, Files, Memory, Store, read_log};
use crate::syntax::ast::{Line, Statement, StatementKind};
use recorder::{Kept, Recorder};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A state of affairs that statements change and ask: data, defaults, results.
///
/// ```
/// use weald::{Session, Source};
/// use weald::store::Memory;
///
/// let files = Memory::new().with("bcg.csv", "study,events1,n1,events2,n2\nA,4,123,11,139\nB,6,306,29,303\nC,3,231,11,220\n");
/// let mut session = Session::with_files(files);
/// let run = session.run(&Source::new("example", "use \"bcg.csv\"\nlet a = pool outcome measure rr model dl ci wald"));
/// assert!(run.ok());
/// let pooled = run.pools().next().unwrap();
/// assert_eq!(pooled.k, 3);
/// assert!((pooled.display.as_ref().unwrap().estimate.unwrap() - 0.264).abs() < 0.001);
/// ```
pub struct Session {
    state: State,
    files: Box<dyn Files>,
    loaded: BTreeMap<String, Arc<Store>>,
    before: Vec<Step>,
    history: Vec<String>,
    interrupt: Arc<AtomicBool>,
    time_limit: Option<Duration>,
    progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
    seed: u64,
    /// Results of the runs before, which a report looks back on.
    told: Vec<Arc<Outcome>>,
    /// Files read and written, for an archive of what was done.
    kept: RefCell<(Kept, Kept)>,
    /// Who changes the store in use, asked at each entry; without it nobody does.
    editing: Option<Arc<dyn Fn() -> Author + Send + Sync>>,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Results, in order of evaluation.
    pub outcomes: Vec<Outcome>,
    /// Problems, each with its text.
    pub problems: Vec<Located>,
    /// Why it ended early, if it did.
    pub halt: Option<Halt>,
    /// The scripts that were included, as they were read.
    pub included: Vec<Source>,
    /// What became of the plan, where one is followed.
    pub followed: Option<crate::eval::follow::Reported>,
}

/// A plan as it was read.
#[derive(Debug, Clone)]
pub struct PlanRead {
    /// What it means.
    pub plan: Plan,
    /// What it leaves open.
    pub gaps: Vec<crate::eval::plan::Gap>,
    /// Problems, each with its text.
    pub problems: Vec<Located>,
    /// The scripts it includes.
    pub included: Vec<Source>,
    /// Its declarations, rules and planned statements.
    pub state: State,
}

impl Run {
    /// No error, and to the end.
    pub fn ok(&self) -> bool {
        !self.problems.iter().any(|p| p.problem.is_error()) && !matches!(self.halt, Some(Halt::Error | Halt::Interrupted | Halt::OutOfTime))
    }

    /// The pooled analyses.
    pub fn pools(&self) -> impl Iterator<Item = &crate::eval::outcome::PoolResult> {
        self.outcomes.iter().filter_map(|o| if let Outcome::Pool(p) = o { Some(&**p) } else { None })
    }

    /// Whether an `expect` that counts was not met.
    pub fn failed_expectation(&self) -> bool {
        self.outcomes.iter().any(|o| matches!(o, Outcome::Expect(e) if !e.report_only && e.verdict == "not_reproduced"))
    }

    /// Whether the plan that is followed asks for a reason: an unexplained deviation of severity E or M, or a primary
    /// or secondary analysis not done.
    pub fn is_incomplete(&self) -> bool {
        self.followed.as_ref().is_some_and(|f| !f.report.complete)
    }

    /// The exit status of `weald run` and `weald diff`, which count what the plan asks for.
    pub fn status_under_plan(&self) -> u8 {
        match self.status() {
            0 | 3 if self.is_incomplete() => 4,
            status => status,
        }
    }

    /// The exit status of the command line.
    pub fn status(&self) -> u8 {
        if self.halt == Some(Halt::Interrupted) {
            130
        } else if !self.ok() {
            1
        } else if self.failed_expectation() {
            3
        } else {
            0
        }
    }
}

/// What `undo` goes back to.
struct Step {
    state: State,
    /// How many entries the history had.
    entries: usize,
    /// How many results there were.
    told: usize,
}

/// How many steps `undo` can take back.
const MOST_UNDO: usize = 200;

impl Default for Session {
    fn default() -> Self {
        Self::with_files(Memory::new())
    }
}

impl Session {
    /// A session that reads and writes through `files`.
    pub fn with_files(files: impl Files + 'static) -> Self {
        Self {
            state: State::default(),
            files: Box::new(files),
            loaded: BTreeMap::new(),
            before: Vec::new(),
            history: Vec::new(),
            interrupt: Arc::new(AtomicBool::new(false)),
            time_limit: None,
            progress: Arc::new(|_, _| {}),
            seed: DEFAULT_SEED,
            told: Vec::new(),
            kept: RefCell::default(),
            editing: None,
        }
    }

    /// A session on data made in memory.
    ///
    /// ```
    /// use weald::store::{Row, Store};
    /// use weald::{Session, Source};
    /// let mut store = Store::default();
    /// for (study, yi) in [("A", "0.2"), ("B", "0.5"), ("C", "0.1")] {
    ///     let (row, problems) = Row::from_pairs(study, "outcome", [("yi", yi), ("vi", "0.04")]);
    ///     assert!(problems.is_empty());
    ///     store.add_row(row);
    /// }
    /// let mut session = Session::with_store(store);
    /// let run = session.run(&Source::new("example", "pool outcome model common"));
    /// assert_eq!(run.pools().next().unwrap().estimate.map(|x| (x * 1e6).round()), Some(266667.0));
    /// ```
    pub fn with_store(store: Store) -> Self {
        let mut session = Self::default();
        let _ = session.state.take_store(Arc::new(store));
        session
    }

    /// Takes a store or data file as the data, as `use` does; the problems with it.
    pub fn open(&mut self, path: &str) -> Vec<Located> {
        let loaded = crate::store::open(&*self.files, path);
        if let Some(store) = loaded.store {
            let store = Arc::new(store);
            self.loaded.insert(path.to_owned(), store.clone());
            let _ = self.state.take_store(store);
            self.state.data_path = Some(path.to_owned());
        }
        in_data(&*self.files, loaded.problems)
    }

    /// Allows `add`, `edit`, `remove` and `undo edit`, which change the store in use where it
    /// lies: for a prompt at which somebody types. Scripts leave their data alone. `sign` says
    /// who types, and when, for the change log.
    pub fn allow_editing(&mut self, sign: impl Fn() -> Author + Send + Sync + 'static) {
        self.editing = Some(Arc::new(sign));
    }

    /// Ends a run when it has taken this long.
    pub fn set_time_limit(&mut self, limit: Option<Duration>) {
        self.time_limit = limit;
    }

    /// Is told how much of how much a long computation has done, from any thread; (0, 0) when
    /// it is over.
    pub fn set_progress(&mut self, told: impl Fn(usize, usize) + Send + Sync + 'static) {
        self.progress = Arc::new(told);
    }

    /// The seed of random draws where a statement has none; [`DEFAULT_SEED`] unless set.
    pub fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// A flag that ends the run in progress once it is true.
    pub fn interrupt(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }

    /// What the session knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The statements that have run, as typed.
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Where the session reads and writes.
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Reads a plan: what it means, with no data but its own declarations; the session stays as it was.
    ///
    /// ```
    /// use weald::{Session, Source};
    /// let text = "outcome recovery primary higher better measure smd\nplan P1 primary: pool recovery";
    /// let read = Session::default().read_plan(&Source::new("imr.plan.weald", text));
    /// assert_eq!(read.plan.analyses[0].id, "P1");
    /// ```
    pub fn read_plan(&mut self, source: &Source) -> PlanRead {
        let parsed = crate::syntax::parse(source);
        let mut run = Run::default();
        run.problems.extend(parsed.problems.into_iter().map(|problem| unread(problem, source)));
        let mut state = State::default();
        forgive(&mut state, source, &run.problems);
        let (problems, _) = self.walk(&mut state, source, &parsed.script.lines, Mode::Check, &mut run);
        run.problems.extend(problems);
        order(&mut run.problems);
        PlanRead {
            plan: crate::eval::plan::plan(&state),
            gaps: crate::eval::plan::gaps(&state),
            problems: run.problems,
            included: run.included,
            state,
        }
    }

    /// Runs each planned analysis on synthetic rows.
    pub fn dry_run(&mut self, read: &PlanRead, dry: crate::eval::plan::DryRun) -> Vec<crate::eval::plan::Shell> {
        let mut state = read.state.clone();
        let mut shells = Vec::new();
        self.walk_with(&mut state, &Source::new("", ""), Mode::Run, |walk| {
            shells = walk.shells(dry).unwrap_or_default();
        });
        shells
    }

    /// Checks a text and computes nothing; the session stays as it was.
    pub fn check(&mut self, source: &Source) -> Run {
        let parsed = crate::syntax::parse(source);
        let mut run = Run::default();
        run.problems.extend(parsed.problems.into_iter().map(|problem| unread(problem, source)));
        let mut state = self.state.clone();
        forgive(&mut state, source, &run.problems);
        let (problems, _) = self.walk(&mut state, source, &parsed.script.lines, Mode::Check, &mut run);
        run.problems.extend(problems);
        order(&mut run.problems);
        run
    }

    /// Checks the whole text, then runs it: all of it, or, where the check finds errors,
    /// the statements before the first of them.
    pub fn run(&mut self, source: &Source) -> Run {
        self.interrupt.store(false, Ordering::Relaxed);
        let parsed = crate::syntax::parse(source);
        if let Some(run) = self.undo(&parsed.script.lines) {
            return run;
        }
        let mut run = Run::default();
        run.problems.extend(parsed.problems.into_iter().map(|problem| unread(problem, source)));
        let mut ahead = self.state.clone();
        forgive(&mut ahead, source, &run.problems);
        let (problems, stops_at) = self.walk(&mut ahead, source, &parsed.script.lines, Mode::Check, &mut Run::default());
        run.problems.extend(problems);
        let faulty = run.problems.iter().any(|p| p.problem.is_error());
        let broken = run
            .problems
            .iter()
            .filter(|p| p.problem.is_error() && p.source == *source)
            .filter_map(|p| p.problem.span())
            .map(|s| s.start)
            .min();
        let stop = [broken, stops_at].into_iter().flatten().min();
        let lines: Vec<Line> = match (faulty, stop) {
            (false, _) => parsed.script.lines.clone(),
            (true, Some(stop)) => {
                let before = |line: &&Line| !matches!(line, Line::Statement(s, _) if s.span.end > stop);
                parsed.script.lines.iter().take_while(before).cloned().collect()
            }
            (true, None) => Vec::new(),
        };
        let mut state = self.state.clone();
        let (problems, stopped) = self.walk(&mut state, source, &lines, Mode::Run, &mut run);
        let mut told: BTreeSet<u64> = run.problems.iter().map(Located::key).collect();
        run.problems.extend(problems.into_iter().filter(|p| told.insert(p.key())));
        if faulty {
            run.halt = run.halt.or(Some(Halt::Error));
        }
        // A statement that did not come to its end leaves no trace, if none before it did.
        let done: Vec<&Statement> = statements(&lines).take_while(|s| stopped.is_none_or(|at| s.span.start < at)).collect();
        if let Some(last) = done.last() {
            let end = if faulty || stopped.is_some() { last.span.end as usize } else { source.text.len() };
            self.remember(&done, source.text.get(..end).unwrap_or(&source.text).trim_end(), state);
        }
        self.finish(&mut run, source);
        order(&mut run.problems);
        run
    }

    /// Takes the last statement back, if that is what the text says.
    fn undo(&mut self, lines: &[Line]) -> Option<Run> {
        let mut all = statements(lines);
        let (Some(one), None) = (all.next(), all.next()) else { return None };
        let StatementKind::Command(command) = &one.kind else { return None };
        if !command.head.text.eq_ignore_ascii_case("undo") || !command.items.is_empty() {
            return None;
        }
        let text = match self.before.pop() {
            Some(step) => {
                let edits = self.state.edits;
                self.state = step.state;
                // What was changed in the store itself stays: `undo edit` takes that back.
                let data = self.state.data_path.as_ref().filter(|_| self.state.edits != edits).and_then(|path| self.loaded.get(path));
                if let Some(store) = data.cloned() {
                    let _ = self.state.take_store(store);
                    self.state.edits = edits;
                }
                self.told.truncate(step.told);
                // What was only looked at since then goes too.
                let undone = self.history.split_off(step.entries.min(self.history.len()));
                undone.first().map_or_else(|| "undone".to_owned(), |first| format!("undone: {first}"))
            }
            None => "nothing to undo".to_owned(),
        };
        Some(Run { outcomes: vec![Outcome::Text(TextResult { text, prose: false })], ..Run::default() })
    }

    /// Takes over what statements have changed, and keeps the way back.
    fn remember(&mut self, done: &[&Statement], text: &str, state: State) {
        let before = std::mem::replace(&mut self.state, state);
        if done.iter().any(|s| changes(s)) {
            if self.before.len() >= MOST_UNDO {
                self.before.remove(0);
            }
            self.before.push(Step { state: before, entries: self.history.len(), told: self.told.len() });
        }
        if !done.iter().all(|s| is_command(s, &["help", "save", "quit"])) {
            self.history.push(text.to_owned());
        }
    }

    /// A walk that does as it is told, within the limits of the session.
    fn walk_with<T>(&mut self, state: &mut State, source: &Source, mode: Mode, act: impl FnOnce(&mut Walk) -> T) -> T {
        let started = Instant::now();
        let (interrupt, limit) = (self.interrupt.clone(), self.time_limit);
        let stop = move || {
            if interrupt.load(Ordering::Relaxed) {
                return Some(Halt::Interrupted);
            }
            limit.is_some_and(|l| started.elapsed() >= l).then_some(Halt::OutOfTime)
        };
        let progress = self.progress.clone();
        let files = Recorder::new(&*self.files, &self.kept);
        let mut env = Environment {
            files: &files,
            stop: &stop,
            progress: &*progress,
            seed: self.seed,
            draw: &crate::figure::draw,
            loaded: &mut self.loaded,
            history: &self.history,
            editing: self.editing.as_ref().map(|sign| sign()),
        };
        act(&mut Walk::new(state, &mut env, mode, source.clone()))
    }

    /// One walk; the problems, and where the first statement stands that failed or did not run.
    fn walk(&mut self, state: &mut State, source: &Source, lines: &[Line], mode: Mode, run: &mut Run) -> (Vec<Located>, Option<u32>) {
        self.walk_with(state, source, mode, |walk| {
            let mut first = None;
            let mut halt = None;
            for line in lines {
                if let Line::Statement(statement, _) = line {
                    match walk.statement(statement) {
                        Ok(()) => {}
                        Err(Halt::Error) if mode == Mode::Check => first = first.or(Some(statement.span.start)),
                        Err(end) => {
                            // What follows `quit` does not run either; `quit` itself has.
                            let from = if end == Halt::Quit { statement.span.end } else { statement.span.start };
                            first = first.or((mode == Mode::Run).then_some(from));
                            halt = Some(end);
                            break;
                        }
                    }
                }
            }
            walk.state.settle();
            if mode == Mode::Run {
                run.followed = walk.account(first.map(|at| source.line_column(at).0));
            }
            run.outcomes.append(&mut walk.outcomes);
            run.included.append(&mut walk.included);
            run.halt = halt;
            (std::mem::take(&mut walk.problems), first)
        })
    }

    /// What only the report layer can say.
    fn finish(&mut self, run: &mut Run, source: &Source) {
        self.publish(run, source);
        for outcome in &mut run.outcomes {
            let text = match outcome {
                Outcome::Methods(result) => crate::report::methods::methods(result),
                Outcome::MethodsFinding(result) => crate::report::methods::regression(result),
                _ => continue,
            };
            *outcome = Outcome::Text(TextResult { text, prose: true });
        }
    }

    /// Composes what statements asked for, now that every result is there, and writes its files.
    fn publish(&mut self, run: &mut Run, source: &Source) {
        let script = if self.history.len() < 2 { source.text.to_string() } else { self.history.join("\n") + "\n" };
        let archive = run.outcomes.iter().rev().find_map(|o| match o {
            Outcome::Composition(asked) if matches!(asked.what, Composed::Bundle) => asked.to.clone(),
            _ => None,
        });
        for i in 0..run.outcomes.len() {
            let Outcome::Composition(asked) = run.outcomes[i].clone() else { continue };
            let before = self.told.iter().map(|o| &**o).chain(&run.outcomes[..i]);
            let results = before.filter(|o| o.is_public()).collect();
            let (read, wrote) = self.kept.take();
            let logs = self.loaded.keys().filter_map(|path| Some((path.clone(), read_log(&*self.files, path).ok()?))).collect();
            let material = Material {
                results,
                script: &script,
                read: &read,
                written: &wrote,
                archive: archive.clone(),
                plan: run.followed.as_ref().map(|f| &*f.report),
                logs,
                conventions: self.state.settings.conventions,
                problems: &run.problems,
            };
            let published = crate::publish::publish(&asked, &material);
            self.kept.replace((read, wrote));
            let files = Recorder::new(&*self.files, &self.kept);
            let mut problems = published.problems;
            // All or none; the first file is what was asked for, and what is said names it.
            let may = published.files.iter().try_for_each(|(path, _)| files.may_write(path));
            let written = may.and_then(|()| published.files.iter().try_for_each(|(path, bytes)| files.write(path, bytes)));
            problems.extend(written.err());
            let failed = problems.iter().any(Problem::is_error);
            let located =
                |problem: Problem| Located { source: asked.source.clone(), at: asked.at, problem: problem.at_least(asked.span, "here") };
            // What is wrong with the data is said once, however many statements show it.
            let said =
                |p: &Problem| !p.is_error() && run.problems.iter().any(|l| l.problem.code == p.code && l.problem.message == p.message);
            problems.retain(|p| !said(p));
            run.problems.extend(problems.into_iter().map(located));
            if failed {
                run.halt = run.halt.or(Some(Halt::Error));
            } else if let Some(outcome) = published.outcome {
                run.outcomes[i] = outcome;
            }
        }
        run.outcomes.retain(|o| !matches!(o, Outcome::Composition(_)));
        self.told.extend(run.outcomes.iter().filter(|o| o.is_public()).cloned().map(Arc::new));
    }

    /// Records a problem that lies outside any text, such as one of the command line.
    pub fn located(problem: Problem) -> Located {
        Located { source: Source::new("", ""), at: 0, problem }
    }
}

fn statements(lines: &[Line]) -> impl Iterator<Item = &Statement> {
    lines.iter().filter_map(|l| if let Line::Statement(s, _) = l { Some(s) } else { None })
}

fn is_command(statement: &Statement, heads: &[&str]) -> bool {
    matches!(&statement.kind, StatementKind::Command(c) if heads.iter().any(|h| c.head.text.eq_ignore_ascii_case(h)))
}

/// Whether a statement can change what the session knows: looking does not.
fn changes(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Print(_) => false,
        StatementKind::Command(c) => {
            let verb = vocabulary::verb(&c.head.text);
            !verb.is_some_and(|v| matches!(v.group, Group::Looking | Group::Pictures | Group::Session))
        }
        _ => true,
    }
}

/// Names bound on lines that could not be read: statements that use them are not blamed.
fn forgive(state: &mut State, source: &Source, problems: &[Located]) {
    for span in problems.iter().filter(|p| p.problem.is_error()).filter_map(|p| p.problem.span()) {
        let at = (span.start as usize).min(source.text.len());
        let Some(before) = source.text.get(..at) else { continue };
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        // The faulty line may be one of those indented under the statement that binds the name.
        let lines = source.text[..start].lines().rev().take_while(|l| l.starts_with([' ', '\t'])).count();
        let head = source.text[..start].lines().rev().nth(lines).filter(|_| lines > 0 || source.text[start..].starts_with([' ', '\t']));
        let own = source.text[start..].lines().next();
        for line in own.into_iter().chain(head) {
            let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
            match (words.next().map(str::to_ascii_lowercase).as_deref(), words.next()) {
                (Some("let"), Some(name)) => state.forgive(name),
                (Some("rule"), Some(name)) => state.forgive_rule(name),
                (Some("use" | "include" | "study"), _) => state.no_data = true,
                _ => {}
            }
        }
    }
}

/// Problems with data that no text reads, each at its cell.
pub fn in_data(files: &dyn Files, problems: Vec<Problem>) -> Vec<Located> {
    let mut texts = DataTexts::default();
    problems.into_iter().map(|p| texts.show(files, p, 0).unwrap_or_else(Session::located)).collect()
}

/// A problem of the text as it is read.
fn unread(problem: Problem, source: &Source) -> Located {
    Located { source: source.clone(), at: problem.span().map_or(0, |s| s.start), problem }
}

/// Problems in the order of the text; those of another text or of data stand where that is read.
fn order(problems: &mut [Located]) {
    problems.sort_by_key(|p| p.at);
}
