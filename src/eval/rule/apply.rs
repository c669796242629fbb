//! `apply RULE to NAME`: a rule that says which analyses of a result are run.

use super::Rule;
use super::scope::Material;
use crate::diagnostic::Problem;
use crate::eval::analysis;
use crate::eval::outcome::{Outcome, RuleRunResult};
use crate::eval::plan::{Asked, PlannedStatement};
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::language::cursor::{Cursor, word_of};
use crate::language::spec::ModelChoice;
use crate::language::suggest::{and_list, nearest};
use crate::language::vocabulary;
use crate::syntax::ast::{Command, Item, ItemKind, Word};
use std::sync::Arc;

impl Walk<'_, '_> {
    /// `apply RULE to NAME`
    pub fn apply_rule(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let name = item.and_then(word_of).unwrap_or_default().to_owned();
        let at = item.map_or(command.head.span, |i| i.span);
        let Some(rule) = self.state.rules.get(&name).cloned() else {
            let names: Vec<&str> = self.state.rules.keys().map(String::as_str).collect();
            let problem = match item {
                Some(_) => Problem::error("E288", format!("there is no rule `{name}`")).at(at, "unknown rule"),
                None => Problem::error("E211", "`apply` lacks the name of a rule").at(at, "nothing follows"),
            };
            let problem = match nearest(&name, names.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None if names.is_empty() => problem.help("a rule is declared with `rule NAME` and its branches below it"),
                None => problem.help(format!("the rules are {}", and_list(&names, 12))),
            };
            return self.fail(problem);
        };
        let to = cursor.take_word("to");
        if to.is_none() {
            return self.fail(
                Problem::error("E218", "`apply` is followed by a rule, `to`, and the name of a result")
                    .at(command.span, "no `to`")
                    .help(format!("write `apply {name} to NAME`")),
            );
        }
        let target = cursor.advance();
        if let Some(item) = target.filter(|i| word_of(i).is_none()) {
            return self.fail(
                Problem::error("E218", "`apply` takes the name of a result")
                    .at(item.span, "not a name")
                    .help("a result gets its name with `let NAME = pool …`"),
            );
        }
        let word = target.and_then(|i| word_of(i).map(|w| (w.to_owned(), i.span)));
        let analysis = self.named_analysis(word.as_ref().map(|(n, s)| (n.as_str(), *s)), "apply", command.head.span)?;
        self.finish(&mut cursor, command)?;
        if rule.branches.is_empty() {
            return Err(Halt::Error);
        }
        if !rule.runs_tests() {
            return self.fail(
                Problem::error("E285", format!("rule `{name}` sets how effects are pooled, and runs nothing on a result"))
                    .at(at, "a rule of the model")
                    .help(format!("name it after `model`: `pool OUTCOME … model {name}`")),
            );
        }
        let of = word.map_or_else(|| "it".to_owned(), |(n, _)| n);
        if self.mode == Mode::Check {
            // Every analysis that a branch could run is looked at.
            let verbs: Vec<&'static str> = rule.branches.iter().filter_map(|b| b.runs.as_ref()).flatten().copied().collect();
            return verbs.into_iter().try_for_each(|verb| self.run_on(verb, &of, command));
        }
        let line = self.source.line_column(command.span.start).0;
        let mut spec = analysis.spec.clone();
        if let (ModelChoice::Rule(_), Some(result)) = (&spec.model.value, &analysis.result) {
            spec.rule_branch.clone_from(&result.rule);
        }
        let analysed = analysis::analyse(&spec, self.state, line).map_err(|problems| self.refused(problems, command.span))?;
        let included = analysed.included();
        let default = super::default_model(self.state, spec.measure.value);
        let material = Material { included: &included, analysis: spec.name.as_deref(), default };
        let decided = super::decide(&rule, &material, self.state).map(|(branch, taken)| (branch.clone(), taken));
        let (branch, taken) = self.attempt(decided.map_err(|p| p.at_least(command.span, "here")))?;
        let verbs = branch.runs.clone().unwrap_or_default();
        // A planned rule that is applied by hand is what was planned.
        let asked = self.asking.ran.clone();
        let planned = asked.clone().or_else(|| self.planned_rule(&rule, &of));
        if let Some(id) = planned.clone().filter(|_| verbs.is_empty()) {
            let values: Vec<String> = taken.values.iter().map(|(n, x)| format!("{n} = {}", super::value_words(n, *x))).collect();
            let saying = branch.saying.as_ref().map(|s| format!(" ({s})")).unwrap_or_default();
            self.state
                .follow
                .idle
                .insert(id, format!("rule {}: none{saying}{}", rule.name, values.iter().map(|v| format!(", {v}")).collect::<String>()));
        }
        self.outcomes.push(Outcome::RuleRun(RuleRunResult {
            statement: command.to_string(),
            line,
            of: of.clone(),
            rule: taken,
            runs: verbs.clone(),
            saying: branch.saying.clone(),
        }));
        self.asking.ran = planned;
        let end = verbs.into_iter().try_for_each(|verb| self.run_on(verb, &of, command));
        self.asking.ran = asked;
        end
    }

    /// The planned analysis that applies this very rule to a result.
    fn planned_rule(&self, rule: &Arc<Rule>, of: &str) -> Option<String> {
        let plan = &self.state.follow.plan.as_ref()?.plan;
        plan.rules.get(&rule.name).filter(|own| Arc::ptr_eq(own, rule))?;
        let is = |p: &&Arc<PlannedStatement>| {
            matches!(&p.asked, Asked::Apply { rule: name, .. } if *name == rule.name) && p.parent.as_deref() == Some(of)
        };
        plan.plan.planned.values().find(is).map(|p| p.id.clone())
    }

    /// `VERB of NAME`
    fn run_on(&mut self, verb: &'static str, of: &str, command: &Command) -> Step {
        let word = |text: &str| Item { kind: ItemKind::Word(text.to_owned()), span: command.span };
        let head = Word { text: verb.to_owned(), span: command.head.span };
        let statement = Command { head, items: vec![word("of"), word(of)], body: None, entries: Vec::new(), span: command.span };
        match vocabulary::verb(verb) {
            Some(verb) => self.further(verb, &statement, None).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// A rule of tests has no model to give.
pub fn no_model(rule: &str, spec: &crate::language::spec::AnalysisSpec) -> Problem {
    Problem::error("E285", format!("rule `{rule}` runs analyses of a result, and chooses no model"))
        .at(spec.span, "as its model")
        .help(format!("write `apply {rule} to NAME` after the pool"))
}
