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
