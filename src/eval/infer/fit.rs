//! One or two thresholds that separate two kinds of decisions.
//!
//! A printed value stands for every value that rounds to it. A threshold fits if some such
//! values lie on the right sides of it; whether all of them do is told beside it.

use crate::eval::outcome::{Decision, DecisionSet, Fit};

/// A statistic of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stat {
    K,
    I2,
    P,
}

const STATS: [Stat; 3] = [Stat::I2, Stat::P, Stat::K];

impl Stat {
    fn name(self) -> &'static str {
        match self {
            Stat::K => "k",
            Stat::I2 => "i2(q)",
            Stat::P => "p(q)",
        }
    }

    /// Thresholds that people use.
    fn usual(self) -> &'static [f64] {
        match self {
            Stat::K => &[3.0, 5.0, 10.0, 4.0, 2.0],
            Stat::I2 => &[50.0, 75.0, 40.0, 25.0, 60.0, 30.0, 90.0],
            Stat::P => &[0.1, 0.05, 0.01],
        }
    }

    fn of(self, d: &Decision) -> Option<[f64; 2]> {
        match self {
            Stat::K => Some([d.k as f64; 2]),
            Stat::I2 => d.i2,
            Stat::P => d.p,
        }
    }

    fn show(self, x: f64) -> String {
        match self {
            Stat::K => crate::number::fixed(x, 0),
            Stat::I2 => format!("{}%", crate::number::plain(round(x, 1))),
            Stat::P if x < 1e-4 => "below 0.0001".to_owned(),
            Stat::P => crate::number::plain(round(x, 4)),
        }
    }
}

fn round(x: f64, digits: usize) -> f64 {
    crate::number::fixed(x, digits).parse().unwrap_or(x)
}

/// A comparison: the statistic at or above the threshold, or at or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Side {
    stat: Stat,
    above: bool,
}

impl Side {
    /// The range of a decision, turned so that more is more of the first kind.
    fn of(self, d: &Decision) -> Option<[f64; 2]> {
        let [low, high] = self.stat.of(d)?;
        Some(if self.above { [low, high] } else { [-high, -low] })
    }

    /// A threshold of the turned scale as a condition.
    fn words(self, threshold: f64) -> String {
        let (op, x) = if self.above { (">=", threshold) } else { ("<=", -threshold) };
        format!("{} {op} {}", self.stat.name(), self.stat.show(x))
    }

    fn range(self, low: f64, high: f64) -> [f64; 2] {
        if self.above { [low, high] } else { [-high, -low] }
    }
}

fn sides() -> impl Iterator<Item = Side> {
    STATS.into_iter().flat_map(|stat| [true, false].map(|above| Side { stat, above }))
}

/// Everything about one question.
pub fn question(question: &'static str, is: [&str; 2], first: &[&Decision], second: &[&Decision]) -> DecisionSet {
    let first_is = is[0];
    let one: Vec<Fit> = sides().filter_map(|side| one_threshold(side, first, second)).collect();
    let two = if one.is_empty() { two_thresholds(first, second) } else { Vec::new() };
    let against = if one.is_empty() { against(is, first, second) } else { Vec::new() };
    let counts = format!("{} against {}", first.len(), second.len());
    let verdict = match (one.first(), two.first()) {
        (Some(_), _) => format!(
            "{counts}: one threshold suffices; {first_is} where {}",
            one.iter().map(|f| format!("`{}`", f.condition)).collect::<Vec<_>>().join(", or where ")
        ),
        (None, Some(_)) => format!(
            "{counts}: no single threshold on k, i2(q) or p(q) fits all of them, two do; {first_is} where {}",
            two.iter().take(4).map(|f| format!("`{}`", f.condition)).collect::<Vec<_>>().join(", or where ")
        ),
        (None, None) => format!("{counts}: no rule of one or two thresholds on k, i2(q) and p(q) fits all of them"),
    };
    let ids = |all: &[&Decision]| all.iter().map(|d| d.id.clone()).collect();
    DecisionSet { question, first: ids(first), second: ids(second), one, two, against, verdict }
}

/// The thresholds that fit on one side of one statistic: above the first number, up to the second.
fn thresholds(side: Side, first: &[&Decision], second: &[&Decision]) -> Option<[f64; 2]> {
    let high = first.iter().map(|d| side.of(d).map(|r| r[1])).try_fold(f64::INFINITY, |m, x| x.map(|x| m.min(x)))?;
    let low = second.iter().map(|d| side.of(d).map(|r| r[0])).try_fold(f64::NEG_INFINITY, |m, x| x.map(|x| m.max(x)))?;
    (low < high).then_some([low, high])
}

/// Whether a threshold holds whatever the values were before rounding.
fn is_certain(side: Side, threshold: f64, first: &[&Decision], second: &[&Decision]) -> bool {
    first.iter().all(|d| side.of(d).is_some_and(|r| r[0] >= threshold))
        && second.iter().all(|d| side.of(d).is_some_and(|r| r[1] < threshold))
}

/// A threshold within a range, preferably one that holds whatever was rounded, and one that people use.
fn pick(side: Side, range: [f64; 2], first: &[&Decision], second: &[&Decision]) -> f64 {
    let sure_high = first.iter().filter_map(|d| side.of(d)).map(|r| r[0]).fold(f64::INFINITY, f64::min);
    let sure_low = second.iter().filter_map(|d| side.of(d)).map(|r| r[1]).fold(f64::NEG_INFINITY, f64::max);
    pick_within(side, if sure_low < sure_high { [sure_low, sure_high] } else { range })
}

/// A usual threshold within a range, else one in its middle.
fn pick_within(side: Side, [low, high]: [f64; 2]) -> f64 {
    let turned = |x: f64| if side.above { x } else { -x };
    let fits = |x: &f64| low < *x && *x <= high;
    if let Some(usual) = side.stat.usual().iter().copied().map(turned).find(fits) {
        return usual;
    }
    if side.stat == Stat::K {
        return if side.above { high.floor() } else { high };
    }
    let middle = if low.is_finite() && high.is_finite() { f64::midpoint(low, high) } else { high.clamp(-1e6, 1e6) };
    let digits = if side.stat == Stat::I2 { 1 } else { 4 };
    let rounded = round(middle, digits);
    if fits(&rounded) { rounded } else { middle }
}

fn one_threshold(side: Side, first: &[&Decision], second: &[&Decision]) -> Option<Fit> {
    let range = thresholds(side, first, second)?;
    let threshold = pick(side, range, first, second);
    Some(Fit {
        condition: side.words(threshold),
        ranges: vec![side.range(range[0], range[1])],
        whatever_rounding: is_certain(side, threshold, first, second),
    })
}

/// Both, or either, of two thresholds on two statistics.
fn two_thresholds(first: &[&Decision], second: &[&Decision]) -> Vec<Fit> {
    let all: Vec<Side> = sides().collect();
    let mut out = Vec::new();
    for (i, a) in all.iter().enumerate() {
        for b in all[i + 1..].iter().filter(|b| b.stat != a.stat) {
            out.extend(both(*a, *b, first, second, " and "));
            // Either of two is the contrary of both of the contraries.
            let contrary = |s: &Side| Side { stat: s.stat, above: !s.above };
            if let Some(fit) = both(contrary(a), contrary(b), second, first, " and ") {
                out.push(Fit { condition: format!("not ({})", fit.condition), ..fit });
            }
        }
    }
    out
}

fn both(a: Side, b: Side, first: &[&Decision], second: &[&Decision], joined: &str) -> Option<Fit> {
    let most = first.iter().map(|d| a.of(d).map(|r| r[1])).try_fold(f64::INFINITY, |m, x| x.map(|x| m.min(x)))?;
    second.iter().map(|d| a.of(d).map(|_| ())).collect::<Option<Vec<()>>>()?;
    let turned = |x: f64| if a.above { x } else { -x };
    let candidates = a.stat.usual().iter().copied().map(turned).filter(|x| *x <= most).chain([most]);
    for threshold in candidates {
        let left: Vec<&Decision> = second.iter().copied().filter(|d| a.of(d).is_none_or(|r| r[0] >= threshold)).collect();
        // A second threshold that separates nothing is none.
        if left.is_empty() || left.len() == second.len() {
            continue;
        }
        let Some(range) = thresholds(b, first, &left) else { continue };
        let other = pick(b, range, first, &left);
        let low = second
            .iter()
            .filter(|d| !left.iter().any(|l| l.id == d.id))
            .filter_map(|d| a.of(d))
            .map(|r| r[0])
            .fold(f64::NEG_INFINITY, f64::max);
        let certain = first.iter().all(|d| a.of(d).is_some_and(|r| r[0] >= threshold) && b.of(d).is_some_and(|r| r[0] >= other))
            && second.iter().all(|d| a.of(d).is_some_and(|r| r[1] < threshold) || b.of(d).is_some_and(|r| r[1] < other));
        return Some(Fit {
            condition: format!("{}{joined}{}", a.words(threshold), b.words(other)),
            ranges: vec![a.range(low, most), b.range(range[0], range[1])],
            whatever_rounding: certain,
        });
    }
    None
}

/// For each statistic, the decisions that stand in the way of a threshold, from above and from below.
fn against([first_is, second_is]: [&str; 2], first: &[&Decision], second: &[&Decision]) -> Vec<String> {
    let mut out = Vec::new();
    for stat in STATS {
        if first.iter().chain(second).any(|d| stat.of(d).is_none()) {
            out.push(format!("{}: not printed for every decision", stat.name()));
            continue;
        }
        let ways: Vec<String> = [true, false]
            .into_iter()
            .filter_map(|above| {
                let side = Side { stat, above };
                let lowest = first.iter().filter_map(|d| Some((side.of(d)?[1], *d))).min_by(|a, b| a.0.total_cmp(&b.0))?.1;
                let highest = second.iter().filter_map(|d| Some((side.of(d)?[0], *d))).max_by(|a, b| a.0.total_cmp(&b.0))?.1;
                let shown = |d: &Decision| stat.of(d).map(|r| range_words(stat, r)).unwrap_or_default();
                let op = if above { ">=" } else { "<=" };
                Some(format!(
                    "no `{} {op} …` ({} is {first_is} at {}, {} is {second_is} at {})",
                    stat.name(),
                    lowest.id,
                    shown(lowest),
                    highest.id,
                    shown(highest)
                ))
            })
            .collect();
        out.push(ways.join(" and "));
    }
    out
}

fn range_words(stat: Stat, [low, high]: [f64; 2]) -> String {
    if stat.show(low) == stat.show(high) { stat.show(low) } else { format!("{} to {}", stat.show(low), stat.show(high)) }
}
