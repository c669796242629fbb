//! One outcome of a `.rm5`: its settings, its subgroups, its data, and the results stored in it.
//!
//! Outcomes with counts or means say their measure in the attribute `EFFECT_MEASURE`; those with
//! estimates (`IV_OUTCOME`, `IPD_OUTCOME`) in an element of that name, in the authors' words, and
//! `LOG_DATA` says whether their estimates were entered as logarithms.

use super::build::{Read, ReadRow};
use super::names::{is_ratio, logged_by_data, measure_of};
use super::numbers::Numbers;
use super::rm5::{Lines, child, kind, name, plain, unescape};
use crate::diagnostic::Problem;
use crate::store::cell::Cell;
use crate::store::problems::Problems;
use crate::store::stored_analysis::{DataKind, StoredAnalysis, StoredGroup, Totals};
use indexmap::IndexMap;
use roxmltree::Node;

/// What a review's outcomes are read with.
pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) names: &'a IndexMap<String, String>,
    pub(super) lines: &'a Lines,
    pub(super) problems: &'a mut Problems,
}

/// Names of results and the attributes that hold them.
const RESULTS: &[(&str, &str)] = &[
    ("effect", "EFFECT_SIZE"),
    ("ci_lower", "CI_START"),
    ("ci_upper", "CI_END"),
    ("q", "CHI2"),
    ("df", "DF"),
    ("p_q", "P_CHI2"),
    ("i2", "I2"),
    ("tau2", "TAU2"),
    ("z", "Z"),
    ("p", "P_Z"),
    ("q_between", "Q"),
    ("p_between", "P_Q"),
    ("i2_between", "I2_Q"),
];

/// What the file counts, which stands there even where nothing was calculated.
const COUNTS: &[(&str, &str)] = &[("k", "STUDIES"), ("n1", "TOTAL_1"), ("n2", "TOTAL_2")];

impl Reader<'_> {
    fn numbers(&mut self, about: String, node: Node) -> Numbers<'_> {
        Numbers { problems: self.problems, file: self.file, about, line: self.lines.at(node.range().start) }
    }

    /// One outcome with its subgroups and data.
    pub(super) fn analysis(&mut self, outcome: Node, kind: DataKind, comparison: &str) -> Read {
        let says = |name: &str| outcome.attribute(name) == Some("YES");
        let id = format!("{comparison}.{}", outcome.attribute("NO").unwrap_or("1"));
        let of_child = child(outcome, "EFFECT_MEASURE").and_then(plain);
        let measure = outcome.attribute("EFFECT_MEASURE").map(str::to_owned).or(of_child).unwrap_or_default();
        let grouped = outcome.children().any(|n| kind_of(n, "_SUBGROUP"));
        let random = says("RANDOM");
        let mut numbers = self.numbers(id.clone(), outcome);
        let level_study = numbers.entered("CI_STUDY", outcome.attribute("CI_STUDY"));
        let level_total = numbers.entered("CI_TOTAL", outcome.attribute("CI_TOTAL"));
        let total = results(&mut numbers, outcome, random, grouped);
        let mut analysis = StoredAnalysis {
            id: id.clone(),
            title: name(outcome),
            data: kind,
            method: outcome.attribute("METHOD").unwrap_or("IV").to_owned(),
            measure: measure_of(&measure),
            random,
            swap_events: says("SWAP_EVENTS"),
            totals: match outcome.attribute("TOTALS") {
                Some("NO") => Totals::None,
                Some("SUB") => Totals::Subgroups,
                _ => Totals::All,
            },
            level_study,
            level_total,
            results: total,
            ..StoredAnalysis::default()
        };
        analysis.log_data = kind == DataKind::GenericInverseVariance && logged(outcome, &analysis.measure);
        let mut rows = Vec::new();
        for node in outcome.children().filter(Node::is_element) {
            if kind_of(node, "_SUBGROUP") {
                let group = name(node).unwrap_or_default();
                let results = results(&mut self.numbers(format!("{id}, {group}"), node), node, random, false);
                analysis.subgroups.push(StoredGroup { name: group.clone(), results });
                for data in node.children().filter(|n| kind_of(*n, "_DATA")) {
                    rows.push(self.line(data, kind, Some(&group), &analysis));
                }
            } else if kind_of(node, "_DATA") {
                rows.push(self.line(node, kind, None, &analysis));
            }
        }
        let label = |name: &str| child(outcome, name).and_then(plain).unwrap_or_default();
        Read { analysis, comparison_title: String::new(), labels: [label("GROUP_LABEL_1"), label("GROUP_LABEL_2")], rows }
    }

    /// A study's line.
    fn line(&mut self, node: Node, kind: DataKind, group: Option<&str>, of: &StoredAnalysis) -> ReadRow {
        let id = node.attribute("STUDY_ID").unwrap_or("");
        let known = self.names.get(id).cloned();
        let is_known = known.is_some();
        let study = known.unwrap_or_else(|| unescape(id.trim_start_matches("STD-")));
        let mut numbers = self.numbers(format!("{}, {study}", of.id), node);
        if !is_known {
            let problem = Problem::warning("W397", format!("{}: `STUDY_ID` is `{id}`, and no included study has this id", of.id));
            numbers.say("STUDY_ID", problem.help(format!("it is read as a study `{study}`; open the file in RevMan and look at the line")));
        }
        let mut entered = |name: &str| numbers.entered(name, node.attribute(name));
        let values = match kind {
            DataKind::Dichotomous => vec![
                ("events1", entered("EVENTS_1")),
                ("n1", entered("TOTAL_1")),
                ("events2", entered("EVENTS_2")),
                ("n2", entered("TOTAL_2")),
            ],
            DataKind::Continuous => vec![
                ("n1", entered("TOTAL_1")),
                ("mean1", entered("MEAN_1")),
                ("sd1", entered("SD_1")),
                ("n2", entered("TOTAL_2")),
                ("mean2", entered("MEAN_2")),
                ("sd2", entered("SD_2")),
            ],
            DataKind::OeVariance => vec![
                ("events1", entered("EVENTS_1")),
                ("n1", entered("TOTAL_1")),
                ("events2", entered("EVENTS_2")),
                ("n2", entered("TOTAL_2")),
                ("oe", entered("O_E")),
                ("v", entered("VAR")),
            ],
            DataKind::GenericInverseVariance => {
                let (n1, n2) = (entered("TOTAL_1"), entered("TOTAL_2"));
                // The estimate as entered; only older files lack it, and then the effect on the natural scale is logged.
                let estimate = entered("ESTIMATE").or_else(|| {
                    let effect = numbers.computed("EFFECT_SIZE", node.attribute("EFFECT_SIZE"))?;
                    Some(if of.log_data { Cell::exact(libm::log(effect.value)) } else { effect }).filter(|c| c.value.is_finite())
                });
                vec![("n1", n1), ("n2", n2), ("yi", estimate), ("sei", numbers.entered("SE", node.attribute("SE")))]
            }
        };
        // People that nobody counted are 0 there.
        let values = values.into_iter().map(|(name, value)| (name, value.filter(|c| !(name.starts_with('n') && c.value == 0.0)))).collect();
        let mut results = IndexMap::new();
        for (name, attribute) in
            [("effect", "EFFECT_SIZE"), ("ci_lower", "CI_START"), ("ci_upper", "CI_END"), ("se", "SE"), ("weight", "WEIGHT")]
        {
            // Said where it was read as data.
            if attribute == "SE" && kind == DataKind::GenericInverseVariance {
                results.extend(super::build::cell(node.attribute(attribute)).map(|value| (name.to_owned(), value)));
            } else if let Some(value) = numbers.computed(attribute, node.attribute(attribute)) {
                results.insert(name.to_owned(), value);
            }
        }
        let weightless = results.get("weight").is_none_or(|w: &Cell| w.value == 0.0);
        if !results.contains_key("effect") {
            results.clear();
        }
        ReadRow {
            study,
            group: group.map(str::to_owned),
            values,
            results,
            left_out: node.attribute("ESTIMABLE") == Some("NO") && weightless,
            note: child(node, "FOOTNOTE").and_then(plain),
            line: self.lines.at(node.range().start),
        }
    }
}

/// The results of an outcome or subgroup.
fn results(numbers: &mut Numbers, node: Node, random: bool, between: bool) -> IndexMap<String, Cell> {
    let mut read = |(name, attribute): &(&str, &str)| Some(((*name).to_owned(), numbers.computed(attribute, node.attribute(*attribute))?));
    let mut all: IndexMap<String, Cell> = RESULTS.iter().filter_map(&mut read).collect();
    if !between {
        all.retain(|name, _| !name.ends_with("_between"));
    }
    if !random {
        all.shift_remove("tau2");
    }
    // Without an effect nothing was calculated, and zeros stand for blanks.
    if !all.contains_key("effect") {
        all.clear();
    }
    all.extend(COUNTS.iter().filter_map(&mut read).filter(|(_, cell)| cell.value > 0.0));
    all
}

/// Whether estimates were entered as logarithms: as the file says, else as its measure or its numbers tell.
fn logged(outcome: Node, measure: &str) -> bool {
    match outcome.attribute("LOG_DATA") {
        Some("YES") => true,
        Some("NO") => false,
        _ if is_ratio(measure) => true,
        _ => {
            let number = |n: &Node, name: &str| n.attribute(name)?.trim().parse::<f64>().ok();
            let lines = outcome.descendants().filter(|n| kind_of(*n, "_DATA"));
            logged_by_data(lines.filter_map(|n| number(&n, "ESTIMATE").zip(number(&n, "EFFECT_SIZE")))).unwrap_or(false)
        }
    }
}

fn kind_of(node: Node, suffix: &str) -> bool {
    kind(node.tag_name().name(), suffix).is_some()
}
