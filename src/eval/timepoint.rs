//! `timepoint ID …`: when it is, and which measurement is taken where a study has several within its window.

use super::candidates::Candidate;
use super::state::State;
use super::walk::{Step, Walk};
use super::words::{new_id, take_text, unexpected, usage};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, word_of};
use crate::language::spec::AnalysisSpec;
use crate::language::suggest::{nearest, or_list};
use crate::number::plain;
use crate::store::{Row, Timepoint, weeks};
use crate::syntax::ast::{Command, ItemKind, Quantity};
use indexmap::IndexMap;

/// What `pick` can say, each with the word it is kept by.
const PICKS: [(&str, &str); 6] = [
    ("nearest", "nearest"),
    ("earliest", "earliest"),
    ("latest", "latest"),
    ("longest", "latest"),
    ("first", "earliest"),
    ("last", "latest"),
];

impl Walk<'_, '_> {
    /// `timepoint ID ["LABEL"] [window A..B] [target T] [pick nearest | earliest | latest]`
    pub fn timepoint(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let id = self.attempt(new_id(&mut cursor, command))?;
        let label = take_text(&mut cursor);
        let (mut window, mut target, mut pick) = (None, None, None);
        let text = |q: &Quantity| format!("{}{}", q.text, q.unit.as_deref().unwrap_or(""));
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("window") => {
                    let value = cursor.advance();
                    match value.map(|i| &i.kind) {
                        Some(ItemKind::Range(a, b)) if a.unit != b.unit || a.value <= b.value => window = Some((text(a), text(b))),
                        other => {
                            let help = match other {
                                Some(ItemKind::Range(a, b)) => format!("the earlier end comes first: `window {}..{}`", text(b), text(a)),
                                _ => "write `window -2w..4w`, the time from the first to the last day that counts".to_owned(),
                            };
                            return self.fail(
                                Problem::error("E218", "`window` takes a range of time")
                                    .at(value.map_or(item.span, |i| i.span), "not from early to late")
                                    .help(help),
                            );
                        }
                    }
                }
                Some("target") => match cursor.advance().map(|i| &i.kind) {
                    Some(ItemKind::Quantity(q)) if weeks(&text(q)).is_some() => target = Some(text(q)),
                    _ => {
                        return self.fail(
                            Problem::error("E218", "`target` takes a time")
                                .at(item.span, "no time follows")
                                .help("write `target 8w`, the time aimed at"),
                        );
                    }
                },
                Some("pick") => {
                    let word = cursor.advance();
                    let said = word.and_then(word_of).unwrap_or_default();
                    match PICKS.iter().find(|(name, _)| name.eq_ignore_ascii_case(said)) {
                        Some((_, kept)) => pick = Some((*kept).to_owned()),
                        None => {
                            let names = ["nearest", "earliest", "latest"];
                            let problem = match said {
                                "" => Problem::error("E211", "`pick` lacks its word"),
                                other => Problem::error("E205", format!("`pick` knows no `{other}`")),
                            };
                            let problem = problem.at(word.map_or(item.span, |i| i.span), "which measurement?");
                            return self.fail(match nearest(said, names) {
                                Some(near) => problem.help(format!("did you mean `pick {near}`?")),
                                None => problem.help(format!("write {}", or_list(&names.map(|n| format!("pick {n}")), 9))),
                            });
                        }
                    }
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.state.change_store(|store| {
            let timepoint = store.ensure_timepoint(&id);
            timepoint.label = label.clone().or(timepoint.label.take());
            timepoint.pick = pick.clone().or(timepoint.pick.take());
            timepoint.target = target.clone().or(timepoint.target.take());
            if let Some((from, to)) = &window {
                timepoint.from = Some(from.clone());
                timepoint.to = Some(to.clone());
            }
        });
        Ok(())
    }
}

/// The time that `pick nearest` is nearest to, in weeks: the target; without one the anchor, where the window holds
/// it, or the middle of the window.
fn aim(timepoint: &Timepoint) -> f64 {
    let of = |text: &Option<String>| text.as_deref().and_then(weeks);
    match (of(&timepoint.target), of(&timepoint.from), of(&timepoint.to)) {
        (Some(target), ..) => target,
        (None, Some(from), Some(to)) if from > 0.0 || to < 0.0 => (from + to) / 2.0,
        _ => 0.0,
    }
}

/// Leaves of several measurements of one study, which nothing but their time tells apart, the one that the timepoint
/// asks for. Those whose time (`actual_weeks`) is not known stay.
pub fn pick(spec: &AnalysisSpec, candidates: &mut [Candidate], state: &State) {
    let Some(timepoint) = spec.estimand.timepoint.as_ref().and_then(|t| state.store.timepoints.get(t)) else { return };
    let Some(how) = timepoint.pick.as_deref() else { return };
    let aim = aim(timepoint);
    let mut groups: IndexMap<String, Vec<(usize, f64)>> = IndexMap::new();
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.is_in()) {
        let Some((row, time)) = state.store.rows.get(candidate.row).and_then(|row| Some((row, measured(row)?))) else { continue };
        let keys =
            ["subgroup", "analysis", "instrument", "rater", "comparison", "arm1", "arm2"].map(|key| row.key(key).unwrap_or_default());
        groups.entry(format!("{}\n{}\n{}", candidate.unit, candidate.study, keys.join("\n"))).or_default().push((at, time));
    }
    for members in groups.into_values().filter(|m| m.len() > 1) {
        // Of two equally near the earlier one.
        let order = |time: f64| match how {
            "earliest" => (time, time),
            "latest" => (-time, time),
            _ => ((time - aim).abs(), time),
        };
        let best = members.iter().map(|(_, time)| *time).min_by(|a, b| {
            let (a, b) = (order(*a), order(*b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let Some(best) = best else { continue };
        for (at, time) in members.into_iter().filter(|(_, time)| *time != best) {
            let why = format!("measured at {} weeks: of `{}` the {how} is taken, at {} weeks", plain(time), timepoint.id, plain(best));
            if let Some(candidate) = candidates.get_mut(at) {
                candidate.reason = Some(why);
            }
        }
    }
}

fn measured(row: &Row) -> Option<f64> {
    row.values.get("actual_weeks").map(|cell| cell.value)
}
