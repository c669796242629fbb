//! Sets of cells in words.

use super::space::{CellOf, Cut, Free, Space};
use super::trigger::Stat;
use crate::stats::q_plane::QPlane;

/// A stretch of the axis of Q within one combination of the other statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// First and last k.
    pub k: [usize; 2],
    /// The same for each of them.
    pub words: String,
    /// Whether it is one point of the axis of Q.
    pub point: bool,
    /// I2 and p at its ends, for the first k.
    pub ends: Option<Ends>,
}

/// Where a stretch begins and ends, as Q; an open end is the end of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// Lowest Q.
    pub from: f64,
    /// Highest Q.
    pub to: f64,
}

/// The regions of one k in which a test of cells holds.
pub fn regions(space: &Space, test: impl Fn(&CellOf) -> bool) -> Vec<Region> {
    let q_cells = if space.k < 2 { 1 } else { space.q_cells() };
    let combinations = space.free_cells();
    let runs_of = |i: usize| -> Vec<(usize, usize)> {
        let free = space.combination(i);
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for q in 0..q_cells {
            if !test(&CellOf { q, free: free.clone() }) {
                continue;
            }
            match runs.last_mut() {
                Some((_, end)) if *end + 1 == q => *end = q,
                _ => runs.push((q, q)),
            }
        }
        runs
    };
    let all: Vec<Vec<(usize, usize)>> = (0..combinations).map(runs_of).collect();
    // A statistic that makes no difference is not named.
    let matters: Vec<bool> = (0..space.free.len())
        .map(|v| {
            (0..combinations).any(|i| {
                let mut other = space.combination(i);
                other[v] = 0;
                all[i] != all[index(space, &other)]
            })
        })
        .collect();
    let mut out: Vec<Region> = Vec::new();
    for (i, runs) in all.iter().enumerate() {
        let free = space.combination(i);
        if free.iter().zip(&matters).any(|(cell, matters)| !matters && *cell != 0) {
            continue;
        }
        let named: Vec<String> =
            space.free.iter().zip(&free).zip(&matters).filter(|(_, m)| **m).map(|((f, cell), _)| free_words(f, *cell)).collect();
        for (from, to) in runs {
            let mut words = q_words(space, *from, *to);
            words.extend(named.iter().cloned());
            let words = if words.is_empty() { "always".to_owned() } else { words.join(" and ") };
            out.push(Region { k: [space.k; 2], words, point: from == to && from % 2 == 1, ends: ends(space, *from, *to) });
        }
    }
    out
}

fn index(space: &Space, cells: &[usize]) -> usize {
    let mut factor = 1;
    let mut sum = 0;
    for (free, cell) in space.free.iter().zip(cells) {
        sum += cell * factor;
        factor *= free.cells;
    }
    sum
}

fn ends(space: &Space, from: usize, to: usize) -> Option<Ends> {
    QPlane::of(space.k)?;
    let low = if from == 0 { 0.0 } else { space.cuts[(from - 1) / 2].q };
    let high = space.cuts.get(to / 2).map_or(f64::INFINITY, |c| c.q);
    Some(Ends { from: low, to: if to % 2 == 1 { space.cuts[to / 2].q } else { high } })
}

/// A number with `%` where it is a percentage.
fn number(x: f64, percent: bool) -> String {
    format!("{}{}", crate::number::plain(x), if percent { "%" } else { "" })
}

fn named(stat: &Stat, threshold: f64) -> (&'static str, String) {
    match stat {
        Stat::PofQ => ("p(q)", number(threshold, false)),
        Stat::I2Q => ("i2(q)", number(threshold, true)),
        Stat::H2 => ("h2", number(threshold, false)),
        _ => ("q", number(threshold, false)),
    }
}

/// The cut as its statistic says it, I2 before the others.
fn shown(cut: &Cut) -> Option<&(Stat, f64)> {
    cut.of.iter().find(|(s, _)| *s == Stat::I2Q).or(cut.of.first())
}

/// A stretch of the axis as conditions.
fn q_words(space: &Space, from: usize, to: usize) -> Vec<String> {
    let mut words = Vec::new();
    if space.k < 2 {
        return words;
    }
    if from == to && from % 2 == 1 {
        return shown(&space.cuts[from / 2]).map(|(s, t)| named(s, *t)).map(|(n, t)| format!("{n} == {t}")).into_iter().collect();
    }
    let condition = |cut: &Cut, included: bool, above: bool| {
        let (stat, threshold) = shown(cut)?;
        let (name, value) = named(stat, *threshold);
        // p falls as Q rises.
        let greater = above != (*stat == Stat::PofQ);
        let op = match (greater, included) {
            (true, true) => ">=",
            (true, false) => ">",
            (false, true) => "<=",
            (false, false) => "<",
        };
        Some(format!("{name} {op} {value}"))
    };
    if from > 0 {
        words.extend(space.cuts.get((from - 1) / 2).and_then(|c| condition(c, from % 2 == 1, true)));
    }
    if to + 1 < space.q_cells() {
        words.extend(space.cuts.get(to / 2).and_then(|c| condition(c, to % 2 == 1, false)));
    }
    words
}

/// A cell of another statistic as a condition.
fn free_words(free: &Free, cell: usize) -> String {
    if free.may_be_missing && cell + 1 == free.cells {
        return format!("{} unknown", free.name);
    }
    if free.whole {
        return if cell == 1 { free.name.clone() } else { format!("not ({})", free.name) };
    }
    let at = |i: usize| number(free.thresholds[i], free.percent);
    let name = &free.name;
    match (cell % 2, cell / 2) {
        (1, i) => format!("{name} == {}", at(i)),
        (_, 0) => format!("{name} < {}", at(0)),
        (_, i) if i == free.thresholds.len() => format!("{name} > {}", at(i - 1)),
        (_, i) => format!("{name} > {} and {name} < {}", at(i - 1), at(i)),
    }
}

/// Joins what is said the same for one k after another.
pub fn merged(by_k: Vec<Vec<Region>>) -> Vec<Region> {
    let mut out: Vec<Region> = Vec::new();
    for regions in by_k {
        for region in regions {
            let before = out.iter_mut().find(|r| r.words == region.words && r.point == region.point && r.k[1] + 1 == region.k[0]);
            match before {
                Some(before) => before.k[1] = region.k[1],
                None => out.push(region),
            }
        }
    }
    out.sort_by_key(|r| r.k[0]);
    out
}

/// `k = 2 to 4`, `k = 5 or more`.
pub fn k_words(k: [usize; 2], last: usize) -> String {
    match k {
        [0, b] if b >= last => "any k".into(),
        [a, b] if b >= last => format!("k = {a} or more"),
        [a, b] if a == b => format!("k = {a}"),
        [a, b] if b == a + 1 => format!("k = {a} or {b}"),
        [a, b] => format!("k = {a} to {b}"),
    }
}

/// `k = 2 to 4: i2(q) >= 50% and p(q) >= 0.1`.
pub fn words(region: &Region, last: usize) -> String {
    let k = k_words(region.k, last);
    let exactly = if region.point { " exactly" } else { "" };
    if region.words == "always" { k } else { format!("{k}: {}{exactly}", region.words) }
}
