//! How the choice of one result per study among several bears on a pooled effect.
//!
//! Page MJ, Forbes A, Chau M, Green SE, McKenzie JE 2016, BMJ Open 6:e011863: the Potential Bias
//! Index (PBI) is 1 where the most favourable of the eligible results was always chosen, 0 where
//! the least favourable was, and 0.5 is what choice at random leads to expect.

use crate::stats::random::Random;

/// The place of the chosen among the eligible effects of a study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// How many effects could be chosen, at least 2.
    pub eligible: usize,
    /// Rank of the chosen one, 1 the most favourable; effects that are equal share their mean rank.
    pub rank: f64,
    /// From 0, the least favourable, to 1, the most: `(n - rank) / (n - 1)`.
    pub position: f64,
}

/// The place of `effects[chosen]`, where `favourable` is +1 or -1 times the effect.
///
/// `None` with fewer than two effects, or where nothing stands at `chosen`.
#[must_use]
pub fn place(effects: &[f64], chosen: usize, larger_is_better: bool) -> Option<Place> {
    let n = effects.len();
    let own = *effects.get(chosen).filter(|_| n > 1)?;
    let better = effects.iter().filter(|e| if larger_is_better { **e > own } else { **e < own }).count();
    let equal = effects.iter().filter(|e| **e == own).count();
    let rank = better as f64 + (equal as f64 + 1.0) / 2.0;
    Some(Place { eligible: n, rank, position: (n as f64 - rank) / (n as f64 - 1.0) })
}

/// The Potential Bias Index: the mean position of the chosen effects, over the studies that left a
/// choice; `weighted` by the number of their eligible effects, else each study alike.
#[must_use]
pub fn potential_bias_index(places: &[Place], weighted: bool) -> Option<f64> {
    let weight = |p: &Place| if weighted { p.eligible as f64 } else { 1.0 };
    let total: f64 = places.iter().map(weight).sum();
    (total > 0.0).then(|| places.iter().map(|p| weight(p) * p.position).sum::<f64>() / total)
}

/// Percentile interval of the unweighted index at `level` percent, from `draws` samples of the
/// studies with replacement (Page et al. 2016 take 2000). `None` with fewer than two studies.
#[must_use]
pub fn bootstrap_interval(places: &[Place], level: f64, draws: usize, seed: u64) -> Option<[f64; 2]> {
    let n = places.len();
    if n < 2 || draws == 0 {
        return None;
    }
    let mut means: Vec<f64> = (0..draws)
        .map(|draw| {
            let mut random = Random::stream(seed, draw as u64);
            (0..n).map(|_| places[random.below(n)].position).sum::<f64>() / n as f64
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - level / 100.0) / 2.0;
    let at = |p: f64| means[((p * draws as f64) as usize).min(draws - 1)];
    Some([at(tail), means[draws - 1 - ((tail * draws as f64) as usize).min(draws - 1)]])
}

/// The choice number `index` of all combinations, the first study varying fastest.
pub fn combination(mut index: usize, eligible: &[usize], choice: &mut Vec<usize>) {
    choice.clear();
    for n in eligible {
        let n = (*n).max(1);
        choice.push(index % n);
        index /= n;
    }
}

/// A combination drawn at random, every effect of a study as likely.
pub fn drawn(seed: u64, draw: u64, eligible: &[usize], choice: &mut Vec<usize>) {
    let mut random = Random::stream(seed, draw);
    choice.clear();
    choice.extend(eligible.iter().map(|n| random.below((*n).max(1))));
}

/// Where the largest of some effects stands, or with `sign` -1 the smallest; 0 if there are none.
#[must_use]
pub fn extreme(effects: &[f64], sign: f64) -> usize {
    let better = |best: usize, at: usize| if sign * effects[at] > sign * effects[best] { at } else { best };
    (0..effects.len()).fold(0, better)
}

/// The largest value found from a choice on by changing one study's effect after the other, each
/// to the best of its effects, until no single change gives more; `None` if `start` has no value.
///
/// With weights that don't depend on the choice the extreme effects of all studies are the answer
/// and this ends after one round. A random-effects model weighs studies by their spread, so that
/// a less extreme effect with a smaller variance can move the mean further. `cost` bounds how
/// often the value is computed; `stop` ends the search early. What is given was reached by a
/// choice in any case; that no other choice gives more is likely, not proved.
pub fn climb(
    start: Vec<usize>,
    eligible: &[usize],
    cost: usize,
    stop: impl Fn() -> bool,
    value: impl Fn(&[usize]) -> Option<f64>,
) -> Option<f64> {
    let mut choice = start;
    let mut best = value(&choice)?;
    let mut left = cost;
    loop {
        let before = best;
        for study in 0..choice.len() {
            let own = choice[study];
            let mut kept = own;
            for other in (0..eligible.get(study).copied().unwrap_or(0)).filter(|o| *o != own) {
                if left == 0 || stop() {
                    return Some(best);
                }
                left -= 1;
                choice[study] = other;
                if let Some(found) = value(&choice).filter(|x| *x > best) {
                    (best, kept) = (found, other);
                }
            }
            choice[study] = kept;
        }
        // A gain of rounding alone is none.
        if best - before <= 1e-14 * best.abs() {
            return Some(best);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_by_hand() {
        let effects = [0.2, 0.5, 0.9];
        let at = |chosen, larger| place(&effects, chosen, larger).map(|p| (p.rank, p.position));
        assert_eq!(at(2, true), Some((1.0, 1.0)));
        assert_eq!(at(1, true), Some((2.0, 0.5)));
        assert_eq!(at(0, true), Some((3.0, 0.0)));
        assert_eq!(at(0, false), Some((1.0, 1.0)));
        assert_eq!(place(&[0.3, 0.3, 0.1, 0.8], 0, true).map(|p| (p.rank, p.position)), Some((2.5, 0.5)));
        assert_eq!(place(&[0.3], 0, true), None);
        assert_eq!(place(&effects, 3, true), None);
    }

    /// Positions 1 of 2, 0.5 of 3 and 0 of 5: (1 + 0.5 + 0) / 3 = 0.5; (2 + 1.5 + 0) / 10 = 0.35.
    #[test]
    fn the_index_by_hand() {
        let places: Vec<Place> = [(2, 1.0), (3, 2.0), (5, 5.0)]
            .into_iter()
            .map(|(eligible, rank)| Place { eligible, rank, position: (eligible as f64 - rank) / (eligible as f64 - 1.0) })
            .collect();
        assert_eq!(potential_bias_index(&places, false), Some(0.5));
        assert_eq!(potential_bias_index(&places, true), Some(0.35));
        assert_eq!(potential_bias_index(&[], false), None);
        let interval = bootstrap_interval(&places, 95.0, 2000, 1).unwrap_or_default();
        assert_eq!(interval, [0.0, 1.0]);
        assert_eq!(bootstrap_interval(&places[..1], 95.0, 2000, 1), None);
    }

    /// The best choice isn't that of the largest effects where their weights differ: a weighted
    /// mean by hand, against all its choices.
    #[test]
    fn the_ends_are_found() {
        let effects = [[(0.5, 1.0), (0.9, 0.05)], [(0.3, 4.0), (0.6, 0.2)], [(0.1, 1.0), (0.2, 9.0)]];
        let mean = |choice: &[usize]| {
            let picked = || choice.iter().zip(&effects).map(|(c, e)| e[*c]);
            Some(picked().map(|(y, w)| w * y).sum::<f64>() / picked().map(|(_, w)| w).sum::<f64>())
        };
        for sign in [1.0, -1.0] {
            let start: Vec<usize> = effects.iter().map(|e| extreme(&e.map(|(y, _)| y), sign)).collect();
            let mut choice = Vec::new();
            let all = (0..8).filter_map(|i| {
                combination(i, &[2, 2, 2], &mut choice);
                mean(&choice).map(|x| sign * x)
            });
            let best = all.fold(f64::NEG_INFINITY, f64::max);
            let from = mean(&start).map_or(0.0, |x| sign * x);
            assert!(sign < 0.0 || from < best - 0.1, "the start is no answer: {from} {best}");
            assert_eq!(climb(start, &[2, 2, 2], 100, || false, |c| mean(c).map(|x| sign * x)), Some(best));
        }
        assert_eq!(extreme(&[0.2, 0.9, 0.9, 0.1], 1.0), 1);
        assert_eq!(extreme(&[0.2, 0.9, 0.9, 0.1], -1.0), 3);
        assert_eq!(climb(vec![0], &[2], 0, || false, |c| Some(c[0] as f64)), Some(0.0));
    }

    #[test]
    fn every_combination_once() {
        let eligible = [2, 1, 3];
        let mut seen = std::collections::BTreeSet::new();
        let mut choice = Vec::new();
        for index in 0..6 {
            combination(index, &eligible, &mut choice);
            seen.insert(choice.clone());
        }
        assert_eq!(seen.len(), 6);
        // Random choice is expected to have an index of one half.
        let mut total = 0.0;
        for draw in 0..4000 {
            drawn(7, draw, &eligible, &mut choice);
            total += choice[2] as f64 / 2.0;
        }
        assert!((total / 4000.0 - 0.5).abs() < 0.03, "{total}");
    }
}
