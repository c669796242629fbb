//! The statement `rule NAME` and what is found out about it before it runs.

use super::condition::Cond;
use super::state::{Rule, RuleBranch};
use super::trigger::Trigger;
use crate::diagnostic::Problem;
use crate::eval::outcome::RuleAnalysis;
use crate::eval::walk::{Mode, Step, Walk};
use crate::language::spec::PoolModel;
use crate::source::Span;
use crate::syntax::ast::{Branch, Expr, ExprKind, Item, Word};
use std::sync::Arc;

impl Walk<'_, '_> {
    /// `rule NAME` with its branches.
    pub fn rule(&mut self, name: &Word, branches: &[Branch], otherwise: Option<&[Item]>, items: &[Item], span: Span) -> Step {
        let end = self.declare_rule(name, branches, otherwise, items, span);
        if end.is_err() && self.mode == Mode::Check {
            self.state.forgive_rule(&name.text);
        }
        end
    }

    fn declare_rule(&mut self, name: &Word, branches: &[Branch], otherwise: Option<&[Item]>, items: &[Item], span: Span) -> Step {
        let mut end = self.new_name(name, "rule");
        if let Some(item) = items.first() {
            end = self.fail(
                Problem::error("E215", "a rule's header is its name alone")
                    .at(item.span, "not needed")
                    .help("leave it out; the branches follow on indented lines: `when … then …`, at last `otherwise …`"),
            );
        }
        let mut built: Vec<RuleBranch> = Vec::new();
        for branch in branches {
            let undefined = is_undefined(&branch.condition);
            if !undefined && let Some(problem) = super::check(&branch.condition, self.state) {
                end = self.fail(problem);
            }
            if undefined && built.iter().any(|b| b.undefined) {
                end = self.fail(
                    Problem::error("E210", "`when undefined` stands twice").at(branch.condition.span, "again").help("keep one of them"),
                );
            }
            match self.rule_action(&branch.then, branch.span) {
                Ok(action) => built.push(RuleBranch {
                    condition: (!undefined).then(|| branch.condition.clone()),
                    undefined,
                    condition_text: branch.condition.to_string(),
                    ..action
                }),
                Err(halt) => end = Err(halt),
            }
        }
        let Some(otherwise) = otherwise else {
            let open = if end.is_ok() { self.left_open(name, built.clone()) } else { Vec::new() };
            let refused = self.fail(if branches.is_empty() {
                Problem::error("E246", format!("rule `{}` has no branches", name.text))
                    .at(name.span, "nothing indented below it")
                    .help("indent its lines below it: `when k < 2 then not_pooled`, and at last `otherwise reml`")
            } else {
                Problem::error("E246", format!("rule `{}` lacks `otherwise`", name.text))
                    .at(name.span, "what holds in all other cases?")
                    .details(open)
                    .help("end it with a line `otherwise reml`, or whatever holds in all other cases")
            });
            // What else is wrong with it is told at once.
            if end.is_ok() && self.mode == Mode::Check && !built.is_empty() {
                let mut rule = Rule { name: name.text.clone(), branches: built, by_heterogeneity: false };
                rule.by_heterogeneity = chooses_by_heterogeneity(&rule, self);
                self.look_into(name, &rule, branches)?;
            }
            return refused;
        };
        let at = otherwise.first().map_or(span, |i| i.span);
        match self.rule_action(otherwise, at) {
            Ok(action) => built.push(RuleBranch { condition_text: "otherwise".into(), ..action }),
            Err(halt) => end = Err(halt),
        }
        end?;
        self.one_kind(name, &built)?;
        let mut rule = Rule { name: name.text.clone(), branches: built, by_heterogeneity: false };
        rule.by_heterogeneity = chooses_by_heterogeneity(&rule, self);
        if self.mode == Mode::Check {
            self.look_into(name, &rule, branches)?;
        }
        self.state.rules.insert(name.text.clone(), Arc::new(rule));
        Ok(())
    }

    /// What the branches of a rule without `otherwise` leave open.
    fn left_open(&self, name: &Word, built: Vec<RuleBranch>) -> Vec<String> {
        if built.is_empty() {
            return Vec::new();
        }
        let found = super::analyse(&Rule { name: name.text.clone(), branches: built, by_heterogeneity: false }, self.state);
        let mut out: Vec<String> = found.gaps.iter().take(12).map(|g| format!("no branch holds: {g}")).collect();
        if found.gaps.len() > 12 {
            out.push(format!("… and {} more", found.gaps.len() - 12));
        }
        if let Some(table) = found.table.as_ref().filter(|_| !found.gaps.is_empty()) {
            let zones: Vec<String> =
                table.rows.iter().map(|r| format!("k = {}: I2 {} to {}", r.k, percent(r.between[0]), percent(r.between[1]))).collect();
            out.push(format!(
                "the thresholds p(q) = {} and i2(q) = {}% contradict each other at {}",
                crate::number::plain(table.p),
                crate::number::plain(table.i2),
                zones.join("; ")
            ));
        }
        out
    }

    /// A rule sets how effects are pooled, or runs analyses of a result, not both.
    fn one_kind(&mut self, name: &Word, built: &[RuleBranch]) -> Step {
        let tests = built.iter().filter(|b| b.runs.is_some()).count();
        if tests == 0 || tests == built.len() {
            return Ok(());
        }
        self.fail(
            Problem::error(
                "E285",
                format!("rule `{}` sets how effects are pooled in one branch and runs analyses of the result in another", name.text),
            )
            .at(name.span, "two rules in one")
            .help("write two rules: one that is named after `model`, and one that runs with `apply RULE to NAME`"),
        )
    }

    /// Everything that can be said before there are data.
    fn look_into(&mut self, name: &Word, rule: &Rule, branches: &[Branch]) -> Step {
        let mut end = self.no_cycle(name, rule);
        let found = super::analyse(rule, self.state);
        if !found.undefined.is_empty() {
            end = self.fail(undefined_triggers(name, &found, branches, self)).and(end);
        }
        for note in &found.findings {
            let span = span_of(note.code, &note.text, branches).unwrap_or(name.span);
            let problem = match note.code {
                "W302" => Problem::warning("W302", note.text.clone())
                    .at(span, "never reached")
                    .help("leave it out, or change the order of the branches"),
                "W303" => Problem::note("W303", note.text.clone())
                    .at(span, "says less than it seems")
                    .help(format!("I2 from Q and p(q) are both functions of Q and k; `explain {}` shows the table", name.text)),
                _ => Problem::warning("W304", note.text.clone())
                    .at(span, "a boundary")
                    .help("compare with `>=` on one side and `<` on the other"),
            };
            self.report(problem);
        }
        if rule.by_heterogeneity && end.is_ok() {
            self.warn_of_heterogeneity(name);
        }
        end
    }

    /// A rule that sets the model can't read what depends on the model.
    fn no_cycle(&mut self, name: &Word, rule: &Rule) -> Step {
        if !rule.branches.iter().any(|b| b.overrides.model.is_some()) {
            return Ok(());
        }
        for (branch, trigger) in triggers(rule, self) {
            if !trigger.depends_on_model() {
                continue;
            }
            let span = branch.condition.as_ref().map_or(name.span, |c| c.span);
            let fixed = match trigger.name.as_str() {
                "i2(tau2)" => "i2(tau2, reml)".to_owned(),
                own => format!("{own}(reml)"),
            };
            return self.fail(
                Problem::error(
                    "E280",
                    format!("rule `{}` sets the model and reads `{}`, which depends on the model", name.text, trigger.name),
                )
                .at(span, "goes round in a circle")
                .help(format!("say under which estimator it is computed: `{fixed}`; `q`, `p(q)` and `i2(q)` depend on no model")),
            );
        }
        Ok(())
    }
}

/// Each branch with the statistics that its condition reads.
fn triggers<'r>(rule: &'r Rule, walk: &Walk) -> Vec<(&'r RuleBranch, Trigger)> {
    let of = |b: &'r RuleBranch| {
        b.condition.as_ref().map(|c| Cond::of(c, walk.state).triggers()).unwrap_or_default().into_iter().map(move |t| (b, t))
    };
    rule.branches.iter().flat_map(of).collect()
}

/// Whether a condition that decides between models reads a heterogeneity statistic.
fn chooses_by_heterogeneity(rule: &Rule, walk: &Walk) -> bool {
    let models: Vec<Option<PoolModel>> =
        rule.branches.iter().filter(|b| !b.not_pooled && b.runs.is_none()).map(RuleBranch::model).collect();
    models.windows(2).any(|w| w[0] != w[1]) && triggers(rule, walk).iter().any(|(_, t)| t.is_heterogeneity())
}

/// `when undefined then …`
fn is_undefined(condition: &Expr) -> bool {
    matches!(&condition.kind, ExprKind::Name(name) if name.eq_ignore_ascii_case("undefined"))
}

/// The condition of the branch that a finding is about.
fn span_of(code: &str, text: &str, branches: &[Branch]) -> Option<Span> {
    let after = text.split_once("branch ")?.1;
    let number: usize = after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let branch = branches.get(number.checked_sub(1)?)?;
    Some(if code == "W302" { branch.span } else { branch.condition.span })
}

fn undefined_triggers(name: &Word, found: &RuleAnalysis, branches: &[Branch], walk: &Walk) -> Problem {
    use super::trigger::Exists;
    let odd = |b: &&Branch| Cond::of(&b.condition, walk.state).triggers().iter().any(|t| t.exists() != Exists::Always);
    let span = branches.iter().find(odd).map_or(name.span, |b| b.condition.span);
    let unknown = branches.iter().flat_map(|b| Cond::of(&b.condition, walk.state).triggers()).find(|t| t.exists() == Exists::IfStated);
    let too_few = found.undefined.iter().any(|u| u.starts_with("k = 0") || u.starts_with("k = 1"));
    let (message, help) = match (too_few, unknown) {
        (true, _) => (
            format!("rule `{}` asks for a statistic that does not exist for so few effects", name.text),
            "put `when k < 2 then not_pooled` before it, or add a branch `when undefined then …`".to_owned(),
        ),
        (false, unknown) => {
            let n = unknown.map_or_else(|| "n".to_owned(), |t| t.name);
            (
                format!("rule `{}` asks for `{n}`, which is unknown where a study does not say how many people it has", name.text),
                "add a branch that says what holds then: `when undefined then …`".to_owned(),
            )
        }
    };
    Problem::error("E281", message)
        .at(span, "may not exist")
        .details(found.undefined.iter().take(6).map(|u| format!("undecided: {u}")))
        .help(help)
}

/// With one decimal.
fn percent(x: f64) -> String {
    format!("{}%", crate::number::fixed(x, 1))
}
