//! Rules 21 and 22: numbers that stand twice, and groups that differed from the start.

use super::context::{Context, Group, Quick};
use super::finding::{Sink, warning};
use super::words::sig;
use crate::stats::consistency::{Printed, p_from_means};
use crate::stats::math::sqrt;
use crate::store::Row;

/// So many digits don't agree by chance: of both groups' means and SDs, and of one group's.
const ROW_DIGITS: usize = 9;
const GROUP_DIGITS: usize = 8;

/// One group's digits that don't agree with the other's by chance.
const ARM_DIGITS: usize = 6;

/// Rule 21: identical numbers in two studies, groups or times, and rows that were entered twice.
pub(crate) fn repeated(c: &Context, out: &mut Sink) {
    both_groups(c, out);
    entered_twice(c, out);
    other_numbers(c, out);
    // The first that has them, and the others: no text is made before numbers stand twice.
    let mut rows: Quick<[Pair; 2], (usize, Vec<usize>)> = Quick::default();
    let mut groups: Quick<Pair, ((usize, usize), Vec<(usize, usize)>)> = Quick::default();
    for (index, facts) in c.rows.iter().enumerate() {
        let mut pairs = facts.groups.iter().filter_map(|g| pair(facts.row, g));
        let known: [Option<Pair>; 3] = [pairs.next(), pairs.next(), pairs.next()];
        if let [Some(a), Some(b), None] = known
            && a.digits() + b.digits() >= ROW_DIGITS
        {
            rows.entry([a, b]).and_modify(|(_, others)| others.push(index)).or_insert((index, Vec::new()));
        }
        for (at, pair) in known.into_iter().flatten().enumerate().filter(|(_, p)| p.digits() >= GROUP_DIGITS) {
            groups.entry(pair).and_modify(|(_, others)| others.push((index, at))).or_insert(((index, at), Vec::new()));
        }
    }
    let mut told: Vec<(usize, usize)> = Vec::new();
    for ([a, b], (first, others)) in &rows {
        for other in others.iter().filter(|i| apart(c, *first, **i)) {
            told.push((*first, *other));
            let message = format!("means and SDs of both groups, {a} and {b}, are those of another row ({})", place(c, *first));
            if let Some(found) = out.at(*other, "mean1", warning(21, message, HELP)) {
                found.with.push(*first);
            }
        }
    }
    for (pair, ((first, group), others)) in &groups {
        for (other, at) in others.iter().filter(|(i, _)| apart(c, *first, *i)) {
            if told.contains(&(*first, *other)) {
                continue;
            }
            let message =
                format!("mean and SD of group {}, {pair}, are those of group {} of another row ({})", at + 1, group + 1, place(c, *first));
            let column = c.get(*other).and_then(|f| f.groups.get(*at)).map_or("mean1", |g| g.mean_column);
            if let Some(found) = out.at(*other, column, warning(21, message, HELP)) {
                found.with.push(*first);
            }
        }
    }
}

/// Mean and SD of one group as written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Pair<'a> {
    mean: &'a str,
    sd: &'a str,
}

impl Pair<'_> {
    fn digits(&self) -> usize {
        digits(self.mean) + digits(self.sd)
    }
}

impl std::fmt::Display for Pair<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.mean, self.sd)
    }
}

fn pair<'a>(row: &'a Row, g: &Group) -> Option<Pair<'a>> {
    let text = |name: &str| row.values.get(name).map(|cell| cell.text.as_str());
    Some(Pair { mean: text(g.mean_column)?, sd: text(g.sd_column)? })
}

/// Mean and SD of one group that are those of the other.
fn both_groups(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let [a, b] = facts.groups.as_slice() else { continue };
        if let (Some(first), Some(second)) = (pair(facts.row, a), pair(facts.row, b))
            && first == second
            && first.digits() >= ARM_DIGITS
        {
            let message = format!("mean and SD of both groups are {first}");
            let help = "one group may have been copied and not filled in anew; compare with the report";
            out.at(index, b.mean_column, warning(21, message, help));
        }
    }
}

/// The same row twice: study, keys and numbers.
fn entered_twice(c: &Context, out: &mut Sink) {
    for rows in c.studies.values().filter(|rows| rows.len() > 1) {
        // Texts are made only of rows whose numbers have one sum.
        let mut seen: Quick<u64, Vec<(usize, String)>> = Quick::default();
        for index in rows {
            let Some(row) = c.get(*index).map(|f| f.row) else { continue };
            let sum = row.values.iter().fold(0u64, |sum, (name, cell)| sum.wrapping_add(cell.value.to_bits() ^ name.len() as u64));
            let same = seen.entry(sum).or_default();
            let Some((first, _)) = same.first() else {
                same.push((*index, String::new()));
                continue;
            };
            if same.len() == 1 && same[0].1.is_empty() {
                same[0].1 = c.get(*first).and_then(|f| whole(f.row)).unwrap_or_default();
            }
            let Some(own) = whole(row) else { continue };
            match same.iter().find(|(_, text)| *text == own).map(|(first, _)| *first) {
                None => same.push((*index, own)),
                Some(first) => {
                    let message = format!("the row says what another says ({}): it was entered twice", place(c, first));
                    let draft = warning(21, message, "remove one of them, or say in a key what tells them apart");
                    if let Some(found) = out.at(*index, "study", draft) {
                        found.with.push(first);
                    }
                }
            }
        }
    }
}

/// Everything that a row says, as a text; `None` with too few digits to tell.
fn whole(row: &Row) -> Option<String> {
    let mut numbers: Vec<String> = row.values.iter().map(|(name, cell)| format!("{name} {}", cell.text)).collect();
    numbers.sort();
    let numbers = numbers.join(" ");
    if digits(&numbers) < ARM_DIGITS {
        return None;
    }
    let other = [&row.arm1, &row.arm2, &row.extractor, &row.timepoint];
    let moderators: Vec<String> = row.moderators.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
    Some(format!("{}|{other:?}|{}|{numbers}", super::finding::label(row), moderators.join(" ")))
}

/// Counts, effects with variances, and effects with limits, of two trials or at two times.
fn other_numbers(c: &Context, out: &mut Sink) {
    const SETS: &[&[&str]] = &[
        &["events1", "n1", "events2", "n2"],
        &["yi", "vi"],
        &["yi", "sei"],
        &["effect", "effect_lower", "effect_upper"],
        &["md", "md_ci_lower", "md_ci_upper"],
    ];
    for set in SETS.iter().filter(|set| set.iter().all(|name| c.holds(name))) {
        let mut seen: Quick<Vec<&str>, usize> = Quick::default();
        for (index, facts) in c.rows.iter().enumerate() {
            let texts: Option<Vec<&str>> = set.iter().map(|name| facts.row.values.get(name).map(|cell| cell.text.as_str())).collect();
            let Some(texts) = texts else { continue };
            // Round numbers of people say little.
            let telling: usize = texts.iter().map(|t| if t.contains('.') { digits(t) } else { digits(t.trim_end_matches('0')) }).sum();
            if telling < ROW_DIGITS {
                continue;
            }
            match seen.get(&texts).copied() {
                None => {
                    seen.insert(texts, index);
                }
                Some(first) if apart(c, first, index) => {
                    let names = set.iter().zip(&texts).map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ");
                    let message = format!("{names} are those of another row ({})", place(c, first));
                    if let Some(found) = out.at(index, set[0], warning(21, message, HELP)) {
                        found.with.push(first);
                    }
                }
                Some(_) => {}
            }
        }
    }
}

const HELP: &str = "a row may have been copied and not filled in anew; compare both with their reports";

fn place(c: &Context, index: usize) -> String {
    c.get(index).map(|f| format!("{} in {}", f.row.study, f.row.origin)).unwrap_or_default()
}

/// Rows of two studies, or of one study at two times: there equal numbers are odd. One trial's
/// reports, analysis sets and comparisons repeat numbers rightly.
fn apart(c: &Context, a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (c.get(a).map(|f| f.row), c.get(b).map(|f| f.row)) else { return false };
    let other_trial = c.store.trial_of(a) != c.store.trial_of(b);
    other_trial || (a.timepoint != b.timepoint && a.instrument == b.instrument && a.outcome == b.outcome)
}

/// How many digits the numbers of a text have, leading zeros left out.
fn digits(text: &str) -> usize {
    let (mut count, mut leading) = (0, true);
    for byte in text.bytes() {
        match byte {
            b'1'..=b'9' => (count, leading) = (count + 1, false),
            b'0' if !leading => count += 1,
            b'0' | b'-' | b'.' => {}
            b' ' | b'(' | b')' => leading = true,
            _ => leading = false,
        }
    }
    count
}

/// Groups that differ by this many SDs at baseline, and not by chance.
const IMBALANCE: f64 = 0.5;
const ALPHA: f64 = 0.005;

/// Rule 22: groups far apart at baseline, in a row of its own or in the columns `mean_pre1` and so on.
pub(crate) fn imbalance(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let base = facts.row.timepoint.as_deref().is_some_and(|t| t.to_lowercase().starts_with("base") || t.eq_ignore_ascii_case("pre"));
        if let ([a, b], true) = (facts.groups.as_slice(), base)
            && let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) = (a.mean, b.mean, a.spread(), b.spread(), a.n, b.n)
        {
            unlike(index, "mean1", [m1, m2], [s1, s2], [n1, n2], out);
        }
        let cell = |name: &str| facts.row.values.get(name).and_then(|c| Printed::parse(&c.text));
        let value = |name: &str| facts.row.number(name);
        if let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) =
            (cell("mean_pre1"), cell("mean_pre2"), value("sd_pre1"), value("sd_pre2"), value("n1"), value("n2"))
        {
            unlike(index, "mean_pre1", [m1, m2], [s1, s2], [n1, n2], out);
        }
    }
}

fn unlike(index: usize, column: &str, means: [Printed; 2], sds: [f64; 2], n: [f64; 2], out: &mut Sink) {
    let spread = sqrt(0.5 * (sds[0] * sds[0] + sds[1] * sds[1]));
    if spread.is_nan() || spread <= 0.0 {
        return;
    }
    let d = (means[0].value - means[1].value) / spread;
    let by_chance = p_from_means(means, sds.map(Printed::exact), n).is_none_or(|p| p.high > ALPHA);
    if d.abs() > IMBALANCE && !by_chance {
        let message = format!("the groups differ by {} SD at baseline", sig(d.abs()));
        let help = "compare with the report; randomisation rarely does this, and item 3 of INSPECT-SR asks about it";
        out.at(index, column, warning(22, message, help));
    }
}
