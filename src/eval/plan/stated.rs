//! What a plan states beside its analyses: designs, declarations, thresholds, the seal.

use super::state::{DryRun, Grading, RiskOfBias, SampleSize};
use crate::diagnostic::Problem;
use crate::eval::follow::Restated;
use crate::eval::record::decimal;
use crate::eval::walk::{Halt, Step, Walk};
use crate::eval::words::{new_id, unexpected, usage};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::suggest::{nearest, or_list};
use crate::protocol::ReasonCode;
use crate::protocol::lock::Amendment;
use crate::source::Span;
use crate::syntax::ast::{Command, Item, ItemKind};
use std::sync::Arc;

/// Where judgements of risk of bias are used.
const USES: &[&str] = &["sensitivity", "subgroup", "eligibility", "grade", "none"];
/// What conclusions are drawn against.
const AGAINST: &[&str] = &["null", "mid"];

impl Walk<'_, '_> {
    pub(super) fn draft(&mut self) -> &mut super::Draft {
        Arc::make_mut(&mut self.state.plan)
    }

    /// One of some words, or a problem.
    pub(super) fn one_of(&mut self, item: Option<&Item>, known: &[&'static str], what: &str, after: Span) -> Result<&'static str, Halt> {
        let word = item.and_then(word_of);
        if let Some(found) = word.and_then(|w| known.iter().find(|k| k.eq_ignore_ascii_case(w))) {
            return Ok(found);
        }
        let at = item.map_or(after, |i| i.span);
        let problem = match word {
            Some(word) => Problem::error("E205", format!("`{word}` is no {what}")).at(at, "unknown"),
            None => Problem::error("E211", format!("a {what} is lacking")).at(at, "expected here"),
        };
        self.report(match word.and_then(|w| nearest(w, known.iter().copied())) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("it is {}", or_list(known, 12))),
        });
        Err(Halt::Error)
    }

    /// Names of people or things, with commas between them.
    pub(super) fn names(&mut self, cursor: &mut Cursor, what: &str, after: Span) -> Result<Vec<String>, Halt> {
        let mut out = Vec::new();
        for item in cursor.values() {
            match &item.kind {
                ItemKind::Word(w) => out.push(w.clone()),
                ItemKind::Text(t) => out.extend(t.plain()),
                _ => {}
            }
        }
        if out.is_empty() {
            self.fail(
                Problem::error("E211", format!("{what} lacks a name"))
                    .at(after, "nothing follows")
                    .help("write names with commas between them, those of several words in quotes"),
            )?;
        }
        Ok(out)
    }

    /// A date: year, month and day.
    pub(super) fn date(&mut self, text: Result<String, Problem>, at: Span) -> Result<String, Halt> {
        let text = self.attempt(text)?;
        if is_date(&text) {
            return Ok(text);
        }
        self.report(
            Problem::error("E505", format!("\"{text}\" is no date")).at(at, "year, month and day").help("write `date \"2024-05-01\"`"),
        );
        Err(Halt::Error)
    }

    /// `designs rct, cluster_rct`
    pub fn designs(&mut self, command: &Command) -> Step {
        let command = &self.restated(command, Restated::Designs)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let designs = self.names(&mut cursor, "`designs`", command.head.span)?;
        self.finish(&mut cursor, command)?;
        self.draft().designs = designs;
        Ok(())
    }

    /// `criterion C1 "fewer than half of the people were seen again"`
    pub fn criterion(&mut self, command: &Command) -> Step {
        let id = self.attempt(new_id(&mut Cursor::new(&command.items, command.head.span), command))?;
        let command = &self.restated(command, Restated::Criterion(id.clone()))?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        cursor.advance();
        let text = match cursor.advance().map(|i| &i.kind) {
            Some(ItemKind::Text(text)) => text.plain().unwrap_or_default(),
            _ => String::new(),
        };
        if text.trim().is_empty() {
            return self.fail(
                Problem::error("E218", format!("the criterion `{id}` lacks its words"))
                    .at(command.span, "a text in quotes stands here")
                    .help(format!("write `{}`", usage(command))),
            );
        }
        self.finish(&mut cursor, command)?;
        self.draft().criteria.insert(id, text);
        Ok(())
    }

    /// `conclude against mid`
    pub fn conclude(&mut self, command: &Command) -> Step {
        let command = &self.restated(command, Restated::Conclusions)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let text = match cursor.advance() {
            Some(Item { kind: ItemKind::Text(text), .. }) => text.plain().unwrap_or_default(),
            Some(item) if word_of(item).is_some_and(|w| w.eq_ignore_ascii_case("against")) => {
                let at = item.span;
                format!("against {}", self.one_of(cursor.advance(), AGAINST, "threshold to conclude against", at)?)
            }
            _ => {
                return self.fail(
                    Problem::error("E218", "`conclude` says what conclusions are drawn against")
                        .at(command.span, "no criterion")
                        .help(format!("write `{}`", usage(command))),
                );
            }
        };
        self.finish(&mut cursor, command)?;
        self.draft().conclude.push(text);
        Ok(())
    }

    /// `use rob TOOL [effect assignment | adherence] [per result | study] [in sensitivity, grade]`
    pub fn use_rob(&mut self, command: &Command) -> Step {
        let command = &self.restated(command, Restated::RiskOfBias)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        cursor.advance();
        let mut rob = RiskOfBias::default();
        if !cursor.peek_word().is_some_and(|w| ["effect", "per", "in"].iter().any(|x| x.eq_ignore_ascii_case(w))) {
            rob.tool = match cursor.advance().map(|i| &i.kind) {
                Some(ItemKind::Word(w)) => Some(w.clone()),
                Some(ItemKind::Text(t)) => t.plain(),
                _ => None,
            };
        }
        while let Some(item) = cursor.advance() {
            let at = item.span;
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("effect") => {
                    rob.effect = Some(self.one_of(cursor.advance(), &["assignment", "adherence"], "effect of interest", at)?.to_owned());
                }
                Some("per") => {
                    rob.per = Some(self.one_of(cursor.advance(), &["result", "study", "outcome"], "level of judgement", at)?.to_owned())
                }
                Some("in") => {
                    for item in cursor.values() {
                        let used = self.one_of(Some(item), USES, "use of risk of bias", at)?;
                        rob.used_in.push(used.to_owned());
                    }
                }
                _ => return self.fail(unexpected(item, USE_ROB)),
            }
        }
        rob.used_in.sort();
        self.draft().rob = Some(rob);
        Ok(())
    }

    /// `grade P1 threshold mid | null | NUMBER [ois delta 0.2 alpha 0.05 power 0.8]`
    pub(in crate::eval) fn grade_by(&mut self, command: &Command) -> Step {
        let id = command.items.first().and_then(word_of).unwrap_or_default().to_owned();
        let command = &self.restated(command, Restated::Grading(id))?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let of = match cursor.advance().map(|i| (word_of(i), i.span)) {
            Some((Some(word), span)) => {
                let followed = self.state.follow.plan.clone();
                let planned = followed.as_ref().map_or(&self.state.plan.planned, |f| &f.plan.plan.planned);
                if !planned.contains_key(word) {
                    let known: Vec<&str> = planned.keys().map(String::as_str).collect();
                    let problem = Problem::error("E503", format!("`{word}` is not planned above")).at(span, "unknown analysis");
                    return self.fail(match nearest(word, known.iter().copied()) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help("the analysis whose certainty is rated is planned first"),
                    });
                }
                word.to_owned()
            }
            _ => {
                return self.fail(
                    Problem::error("E211", "`grade` lacks the planned analysis")
                        .at(command.head.span, "of which?")
                        .help(format!("write `{}`", usage(command))),
                );
            }
        };
        let mut grading = Grading::default();
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("threshold") => {
                    grading.threshold = match cursor.advance().map(|i| &i.kind) {
                        Some(ItemKind::Word(w)) if w.eq_ignore_ascii_case("mid") || w.eq_ignore_ascii_case("null") => {
                            Some(w.to_ascii_lowercase())
                        }
                        Some(ItemKind::Quantity(q)) if q.unit.is_none() => Some(decimal(&q.text)),
                        _ => {
                            return self.fail(
                                Problem::error("E211", "`threshold` lacks its value")
                                    .at(item.span, "`mid`, `null` or a number stands here")
                                    .help("write `threshold mid`"),
                            );
                        }
                    };
                }
                Some("ois") => grading.ois = Some(self.sample_size(&mut cursor, item.span)?),
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        if grading.threshold.is_none() && grading.ois.is_none() {
            return self.fail(
                Problem::error("E211", "`grade` lacks what certainty is rated by")
                    .at(command.span, "no threshold")
                    .help(format!("write `{}`", usage(command))),
            );
        }
        self.draft().grades.insert(of, grading);
        Ok(())
    }

    /// `delta 0.2 alpha 0.05 power 0.8`, of the optimal information size.
    fn sample_size(&mut self, cursor: &mut Cursor, at: Span) -> Result<SampleSize, Halt> {
        let mut size = SampleSize::default();
        while let Some(word) = cursor.peek_word().map(str::to_ascii_lowercase) {
            let slot = match word.as_str() {
                "delta" => &mut size.delta,
                "alpha" => &mut size.alpha,
                "power" => &mut size.power,
                _ => break,
            };
            cursor.advance();
            match cursor.advance().map(|i| &i.kind) {
                Some(ItemKind::Quantity(q)) if q.value > 0.0 && (word == "delta" || q.value < 1.0) => *slot = Some(decimal(&q.text)),
                _ => {
                    let problem = Problem::error(
                        "E208",
                        format!("`{word}` takes a number above 0{}", if word == "delta" { "" } else { " and below 1" }),
                    );
                    self.report(problem.at(at, "of the information size").help("write `ois delta 0.2 alpha 0.05 power 0.8`"));
                    return Err(Halt::Error);
                }
            }
        }
        if size.delta.is_none() {
            self.report(
                Problem::error("E211", "`ois` lacks the difference it is computed for")
                    .at(at, "no `delta`")
                    .help("write `ois delta 0.2 alpha 0.05 power 0.8`"),
            );
            return Err(Halt::Error);
        }
        Ok(size)
    }

    /// `seal`
    pub fn seal(&mut self, command: &Command) -> Step {
        self.finish(&mut Cursor::new(&command.items, command.head.span), command)?;
        self.draft().sealed = true;
        Ok(())
    }

    /// `amend A1 date "2024-05-01" reason CODE "…" after data yes | no`
    pub fn amend(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(crate::eval::words::new_id(&mut cursor, command))?;
        let (mut date, mut reason, mut after) = (None, None, None);
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("date") => {
                    let text = text_of(cursor.advance(), "date", item.span);
                    date = Some(self.date(text, item.span)?);
                }
                Some("reason") => {
                    let code = cursor.advance();
                    let word = code.and_then(word_of).unwrap_or_default().to_owned();
                    let Some(found) = reason_code(&word) else {
                        let names = reason_names();
                        let problem = Problem::error(
                            "E205",
                            if word.is_empty() { "`reason` lacks its code".to_owned() } else { format!("`{word}` is no code of a reason") },
                        )
                        .at(code.map_or(item.span, |i| i.span), "a code stands here");
                        return self.fail(match nearest(&word, names.iter().map(String::as_str)) {
                            Some(near) => problem.help(format!("did you mean `{near}`?")),
                            None => problem.help(format!("the codes are {}", or_list(&names, 12))),
                        });
                    };
                    let text = text_of(cursor.advance(), "reason", item.span);
                    reason = Some((found, self.attempt(text)?));
                }
                Some("after") if cursor.take_word("data").is_some() => {
                    after =
                        Some(self.one_of(cursor.advance(), &["yes", "no"], "answer to whether data had been seen", item.span)? == "yes");
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        let (Some(date), Some((reason_code, reason)), Some(after_data)) = (date, reason, after) else {
            return self.fail(
                Problem::error("E506", format!("amendment `{id}` does not say everything"))
                    .at(command.span, "date, reason and whether data had been seen")
                    .help(format!("write `{}`", usage(command))),
            );
        };
        if self.state.plan.amendments.iter().any(|a| a.id == id) {
            return self.fail(
                Problem::error("E501", format!("two amendments are called `{id}`"))
                    .at(command.span, "again")
                    .help("each has an id of its own"),
            );
        }
        self.draft().amendments.push(Amendment { id, date, reason_code, reason, after_data });
        Ok(())
    }

    /// `dry run [k 6] [n 30..120] [seed 1]`
    pub fn dry(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if cursor.take_word("run").is_none() {
            return self.fail(
                Problem::error("E218", "`dry` is followed by `run`")
                    .at(command.head.span, "no `run`")
                    .help(format!("write `{}`", usage(command))),
            );
        }
        let mut dry = DryRun::default();
        let whole = |q: &crate::syntax::ast::Quantity, min: f64, max: f64| {
            q.unit.is_none() && q.value.fract() == 0.0 && (min..=max).contains(&q.value)
        };
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase).unwrap_or_default();
            let value = if matches!(word.as_str(), "k" | "n" | "seed") { cursor.advance() } else { None };
            match (word.as_str(), value.map(|i| &i.kind)) {
                ("k", Some(ItemKind::Quantity(q))) if whole(q, 1.0, 1000.0) => dry.k = q.value as usize,
                ("seed", Some(ItemKind::Quantity(q))) if whole(q, 0.0, 9e15) => dry.seed = q.value as u64,
                ("n", Some(ItemKind::Range(a, b))) if whole(a, 4.0, 1e6) && whole(b, 4.0, 1e6) && a.value <= b.value => {
                    dry.n = (a.value as u32, b.value as u32);
                }
                ("k" | "n" | "seed", _) => {
                    let example = match word.as_str() {
                        "k" => "write `k 6`, from 1 to 1000 studies",
                        "n" => "write `n 30..120`, from 4 people in a group on",
                        _ => "write `seed 1`",
                    };
                    return self.fail(
                        Problem::error(
                            "E208",
                            format!("`{word}` takes {}", if word == "n" { "a range of whole numbers" } else { "a whole number" }),
                        )
                        .at(value.map_or(item.span, |i| i.span), "not such")
                        .help(example),
                    );
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.draft().dry_run = Some(dry);
        if self.mode == crate::eval::walk::Mode::Run { self.dry_run(dry, command.span) } else { Ok(()) }
    }
}

/// How `use rob` is written.
pub const USE_ROB: &str = "use rob TOOL [effect assignment | adherence] [per result | study] [in sensitivity, grade]";

/// The reasons for a change, by their words.
pub fn reason_code(word: &str) -> Option<ReasonCode> {
    serde_json::from_value(serde_json::Value::String(word.to_ascii_lowercase())).ok()
}

/// The words.
fn reason_names() -> Vec<String> {
    use ReasonCode as R;
    let all = [
        R::NotSpecified,
        R::NotApplicableData,
        R::BetterMethod,
        R::Unforeseen,
        R::ProtocolError,
        R::MissingInfo,
        R::AssumptionViolated,
        R::PeerReview,
        R::RegistryLimit,
    ];
    all.iter().filter_map(|r| serde_json::to_value(r).ok()?.as_str().map(str::to_owned)).collect()
}

/// Whether a text is a date as `2024-05-01`.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [y, m, d] = parts.as_slice() else { return false };
    let number =
        |s: &str, digits: usize| (s.len() == digits && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u32>().ok()).flatten();
    let (Some(y), Some(m), Some(d)) = (number(y, 4), number(m, 2), number(d, 2)) else { return false };
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let days = match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&d)
}
