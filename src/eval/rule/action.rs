//! What a branch of a rule does.

use super::state::{OutlierLoop, OutlierOrder, RuleBranch, Share};
use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::settings::{Reading, model_of, nothing_follows, read_tau2};
use crate::language::spec::ModelChoice;
use crate::language::suggest::{nearest, or_list};
use crate::language::vocabulary::{self, ClauseId, MODELS, RULE_TESTS};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

/// Words in front of which a branch's clauses are looked for after a mistake.
const RULE_CLAUSES: &[ClauseId] = &[ClauseId::Model, ClauseId::Ci, ClauseId::Pi, ClauseId::Level, ClauseId::I2, ClauseId::Tau2];

/// Words that ask a person for something a rule can't do by itself.
const JUDGEMENT_WORDS: [&str; 8] = ["judgement", "judgment", "judge", "discuss", "consider", "decide", "explore", "consensus"];

impl Walk<'_, '_> {
    /// What a branch does: `not_pooled`, a model word and clauses, or verbs to run.
    pub fn rule_action(&mut self, items: &[Item], span: Span) -> Result<RuleBranch, Halt> {
        let mut branch = RuleBranch { then_text: crate::syntax::joined(items), ..RuleBranch::default() };
        if items.is_empty() {
            self.fail(
                Problem::error("E211", "a branch lacks its model")
                    .at(span, "a model or `not_pooled` belongs here")
                    .help("write `then reml`, `then common` or `then not_pooled`"),
            )?;
        }
        if let Some(or) = items.iter().find(|i| word_of(i).is_some_and(|w| w.eq_ignore_ascii_case("or"))) {
            self.fail(
                Problem::error("E282", "a branch does one thing, and `or` leaves the choice open").at(or.span, "which of the two?").help(
                    "a rule decides without anyone choosing: write one of them here, and the other in a branch with a condition of its own",
                ),
            )?;
        }
        let mut cursor = Cursor::new(items, span);
        let first = items.first().and_then(word_of).unwrap_or_default().to_ascii_lowercase();
        if JUDGEMENT_WORDS.contains(&first.as_str()) {
            self.fail(
                Problem::error("E283", "a branch is something Weald does, and this asks for a judgement")
                    .at(items.first().map_or(span, |i| i.span), "who decides, and when?")
                    .help("announce the judgement with `judge NAME by \"PERSON\"` and read it in a condition: `when NAME then reml`"),
            )?;
        }
        if first == "not_pooled" {
            cursor.advance();
            self.not_pooled(&mut branch, &mut cursor)?;
            return Ok(branch);
        }
        if first == "none" || vocabulary::choice(RULE_TESTS, &first).is_some() {
            self.tests(&mut branch, &mut cursor)?;
            return Ok(branch);
        }
        if first == "pooled" {
            cursor.advance();
        }
        let mut end: Step = Ok(());
        while let Some(item) = cursor.advance() {
            if let Err(problem) = self.clause(&mut branch, item, &mut cursor) {
                end = self.fail(*problem).and(end);
                if end.is_err() {
                    cursor.recover(RULE_CLAUSES, |_| false);
                }
            }
        }
        end.map(|()| branch)
    }

    /// `not_pooled [swim effect_direction] [saying "…"]`
    fn not_pooled(&mut self, branch: &mut RuleBranch, cursor: &mut Cursor) -> Step {
        branch.not_pooled = true;
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("swim") if cursor.take_word("effect_direction").is_some() => branch.swim = true,
                Some("swim") => {
                    return self.fail(
                        Problem::error("E211", "`swim` lacks its method")
                            .at(item.span, "nothing it knows follows")
                            .help("write `not_pooled swim effect_direction`: the directions of the effects are counted and tested (Cochrane Handbook 12.2.1.3)"),
                    );
                }
                Some("saying") => {
                    let text = text_of(cursor.advance(), "saying", item.span);
                    branch.saying = Some(self.attempt(text)?);
                }
                _ => {
                    return self.fail(Problem::error("E212", "`not_pooled` stands alone").at(item.span, "beside it").help(
                        "leave this out: what is not pooled has no interval; `swim effect_direction` and `saying \"…\"` may follow",
                    ));
                }
            }
        }
        Ok(())
    }

    /// `egger, begg`, `each`, `none saying "k < 10"`
    fn tests(&mut self, branch: &mut RuleBranch, cursor: &mut Cursor) -> Step {
        let mut verbs: Vec<&'static str> = Vec::new();
        let names: Vec<&str> = RULE_TESTS.iter().map(|c| c.name).chain(["none"]).collect();
        while let Some(item) = cursor.advance() {
            let word = word_of(item).unwrap_or_default();
            if matches!(item.kind, ItemKind::Comma) || word.eq_ignore_ascii_case("none") {
                continue;
            }
            if word.eq_ignore_ascii_case("saying") {
                let text = text_of(cursor.advance(), "saying", item.span);
                branch.saying = Some(self.attempt(text)?);
                continue;
            }
            match vocabulary::choice(RULE_TESTS, word) {
                Some(choice) => verbs.push(choice.name),
                None => {
                    let problem = Problem::error("E205", format!("`{word}` is nothing that a rule can run on a result"))
                        .at(item.span, "unknown analysis");
                    return self.fail(match nearest(word, names.iter().copied()) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help(format!("a branch runs {}; commas stand between several", or_list(&names, 20))),
                    });
                }
            }
        }
        branch.runs = Some(verbs);
        Ok(())
    }

    /// A model word, a clause, an outlier loop.
    fn clause(&mut self, branch: &mut RuleBranch, item: &Item, cursor: &mut Cursor) -> Result<(), Box<Problem>> {
        let variables = self.state.variables.clone();
        let lookup = |name: &str| variables.get(name).cloned();
        let reading = Reading { lookup: &lookup, rules: &|_| false, rule_names: Vec::new() };
        let overrides = &mut branch.overrides;
        let word = word_of(item);
        let model = word.and_then(|w| vocabulary::choice(MODELS, w));
        let clause = word.and_then(vocabulary::clause);
        if word.is_some_and(|w| w.eq_ignore_ascii_case("drop_outliers")) {
            let found = outlier_loop(item.span, cursor).map_err(Box::new)?;
            if let Some(problem) = super::check(&found.until, self.state) {
                return Err(Box::new(problem));
            }
            branch.outliers = Some(found);
            return Ok(());
        }
        match (model, clause) {
            (Some(choice), _) if overrides.model.is_none() => {
                overrides.model = Some(ModelChoice::One(model_of(choice.value)));
                Ok(())
            }
            (_, Some(clause)) if clause.id == ClauseId::Tau2 => match cursor.advance() {
                Some(value) => read_tau2(value, &lookup).map(|model| overrides.model = model),
                None => Err(nothing_follows(clause, item.span)),
            },
            (_, Some(clause)) if RULE_CLAUSES.contains(&clause.id) => overrides.read(clause.id, item.span, cursor, &reading).map(|_| ()),
            (_, Some(clause)) => Err(Problem::error("E214", format!("`{}` does not fit a rule", clause.name))
                .at(item.span, "not here")
                .help("a branch takes a model, `ci`, `pi`, `level`, `i2`, `drop_outliers …`, or `not_pooled`")),
            _ => {
                let name = word.unwrap_or("this");
                let problem = Problem::error("E205", format!("`{name}` is not a model")).at(item.span, "unknown model");
                let names: Vec<&str> = MODELS.iter().map(|c| c.name).chain(["not_pooled"]).collect();
                let all = names
                    .iter()
                    .copied()
                    .chain(["pooled", "none", "drop_outliers"])
                    .chain(RULE_TESTS.iter().map(|c| c.name))
                    .chain(MODELS.iter().flat_map(|c| c.aliases.iter().copied()));
                Err(match nearest(name, all) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("a branch takes {}", or_list(&names, 40))),
                })
            }
        }
        .map_err(Box::new)
    }
}

/// The shape of an outlier loop.
const SHAPE: &str = "write `drop_outliers by max_influence until i2(q) < 50% at_most 10% of n else not_pooled`";

/// `drop_outliers by ORDER until CONDITION at_most N% of n|k else not_pooled|pooled`, the first word taken.
fn outlier_loop(word: Span, cursor: &mut Cursor) -> Result<OutlierLoop, Problem> {
    let lacks = |what: &str, label: &str, at: Span| {
        Problem::error("E284", format!("`drop_outliers` lacks {what}"))
            .at(at, label.to_owned())
            .help(format!("{SHAPE}: without all five parts two people could drop different studies"))
    };
    let (mut order, mut until, mut at_most, mut of, mut otherwise) = (None, None, None, None, None);
    while let Some(item) = cursor.peek() {
        let span = item.span;
        match (&item.kind, word_of(item).map(str::to_ascii_lowercase).as_deref()) {
            (_, Some("by")) => {
                cursor.advance();
                let word = cursor.peek_word().unwrap_or_default().to_ascii_lowercase();
                let names: Vec<&str> = OutlierOrder::WORDS.iter().map(|w| w.0).collect();
                let Some((_, found)) = OutlierOrder::WORDS.iter().find(|w| w.0 == word) else {
                    let at = cursor.peek().map_or(span, |i| i.span);
                    return Err(Problem::error("E284", "`by` takes what the study that goes next is largest in")
                        .at(at, "unknown order")
                        .help(format!("it takes {}", or_list(&names, 5))));
                };
                cursor.advance();
                order = Some(*found);
            }
            (ItemKind::Until(condition), _) => {
                until = Some((**condition).clone());
                cursor.advance();
            }
            (_, Some("at_most")) => {
                cursor.advance();
                match cursor.advance().map(|i| &i.kind) {
                    Some(ItemKind::Quantity(q)) if q.unit.as_deref() == Some("%") && q.value > 0.0 && q.value <= 50.0 => {
                        at_most = Some(q.value);
                    }
                    _ => return Err(lacks("its limit", "a percentage up to 50% follows `at_most`", span)),
                }
                if cursor.take_word("of").is_some() {
                    of = match cursor.peek_word().unwrap_or_default().to_ascii_lowercase().as_str() {
                        "n" | "participants" => Some(Share::People),
                        "k" | "studies" => Some(Share::Effects),
                        _ => None,
                    };
                    if of.is_some() {
                        cursor.advance();
                    }
                }
            }
            (_, Some("else")) => {
                cursor.advance();
                otherwise = match cursor.peek_word().unwrap_or_default().to_ascii_lowercase().as_str() {
                    "not_pooled" => Some(true),
                    "pooled" => Some(false),
                    _ => None,
                };
                if otherwise.is_some() {
                    cursor.advance();
                }
            }
            _ => break,
        }
    }
    let end = cursor.previous().map_or(word, |i| word.to(i.span));
    let order = order.ok_or_else(|| lacks("the order in which studies go", "no `by max_influence`", end))?;
    let until = until.ok_or_else(|| lacks("its stopping rule", "no `until CONDITION`", end))?;
    let at_most = at_most.ok_or_else(|| lacks("its limit", "no `at_most 10% of n`", end))?;
    let of = of.ok_or_else(|| lacks("what its limit is a percentage of", "people (`of n`) or effects (`of k`)?", end))?;
    let else_not_pooled =
        otherwise.ok_or_else(|| lacks("what holds if that does not suffice", "no `else not_pooled` or `else pooled`", end))?;
    Ok(OutlierLoop { order, until_text: until.to_string(), until, at_most, of, else_not_pooled })
}
