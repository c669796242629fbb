//! Random numbers of known origin: the same on every machine and for any number of threads.
//!
//! Every draw of a simulation has its own stream, made from the seed and the number of the
//! draw, so that it does not matter which thread makes it or when.
//!
//! Sources: SplitMix64, Steele, Lea and Flood 2014, OOPSLA, 453-472; xoshiro256++, Blackman
//! and Vigna 2021, ACM Trans Math Softw 47:36.

use crate::stats::math::{cos, ln, sin, sqrt};

/// The step of SplitMix64: 2^64 over the golden ratio, odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64: a bijection of 64 bits in which every bit of the
/// argument moves every bit of the result.
const fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A generator xoshiro256++ (period 2^256 - 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Random {
    state: [u64; 4],
    /// The second normal of a pair.
    spare: Option<f64>,
}

impl Random {
    /// The stream of one seed: its state is four outputs of SplitMix64, as its authors advise.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        let mut state = [0; 4];
        let mut x = seed;
        let mut i = 0;
        while i < 4 {
            x = x.wrapping_add(STEP);
            state[i] = mixed(x);
            i += 1;
        }
        Self { state, spare: None }
    }

    /// Stream number `index` of a seed. Different indices of one seed start SplitMix64 at
    /// different, scattered places.
    #[must_use]
    pub const fn stream(seed: u64, index: u64) -> Self {
        let key = mixed(seed.wrapping_add(STEP));
        Self::new(mixed(key.wrapping_add(index)))
    }

    /// 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number uniform on (0, 1), neither end included: one of 2^53 midpoints.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A whole number uniform on 0..n, each exactly as likely as the others; 0 for n of 0.
    ///
    /// Source: Lemire 2019, ACM Trans Model Comput Simul 29:3.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        let threshold = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// A standard normal number. Source: Box and Muller 1958, Ann Math Stat 29:610.
    pub fn normal(&mut self) -> f64 {
        if let Some(z) = self.spare.take() {
            return z;
        }
        let radius = sqrt(-2.0 * ln(self.uniform()));
        let angle = std::f64::consts::TAU * self.uniform();
        self.spare = Some(radius * sin(angle));
        radius * cos(angle)
    }

    /// Puts the items in random order, each order exactly as likely as the others (Fisher and
    /// Yates; Durstenfeld 1964, Commun ACM 7:420).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_first_numbers() {
        // Of the reference code in C, with the state 1, 2, 3, 4.
        let mut r = Random { state: [1, 2, 3, 4], spare: None };
        let first = [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205];
        assert_eq!([(); 5].map(|()| r.bits()), first);
        // SplitMix64 from 1234567.
        let state = Random::new(1_234_567).state;
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431];
        assert_eq!(state, expected);
    }

    #[test]
    fn streams_differ_and_repeat() {
        let numbers = |seed, index| -> Vec<u64> {
            let mut r = Random::stream(seed, index);
            (0..4).map(|_| r.bits()).collect()
        };
        assert_eq!(numbers(7, 3), numbers(7, 3));
        let mut all: Vec<u64> = (0..100).flat_map(|i| [numbers(7, i), numbers(8, i)].concat()).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 800);
    }

    /// The chi-squared statistic of the 7 classes of `below(7)`, and the first four moments of
    /// the normal, each within five of its standard errors, over 70,000 streams.
    #[test]
    fn the_distributions_are_right_across_streams() {
        let n = 70_000;
        let mut counts = [0_i32; 7];
        let mut moments = [0.0; 4];
        for index in 0..n {
            let mut r = Random::stream(2026, index);
            counts[r.below(7)] += 1;
            let z = r.normal();
            for (power, m) in moments.iter_mut().enumerate() {
                *m += libm::pow(z, power as f64 + 1.0) / n as f64;
            }
        }
        let chi2: f64 = counts.iter().map(|c| f64::from(c - 10_000) * f64::from(c - 10_000) / 1e4).sum();
        assert!(chi2 < 30.0, "{counts:?}");
        for (m, (expected, variance)) in moments.iter().zip([(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)]) {
            assert!((m - expected).abs() < 5.0 * libm::sqrt(variance / n as f64), "{moments:?}");
        }
    }

    #[test]
    fn every_order_comes_as_often() {
        let mut counts = std::collections::BTreeMap::new();
        for index in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            Random::stream(1, index).shuffle(&mut items);
            *counts.entry(items).or_insert(0_i32) += 1;
        }
        assert_eq!(counts.len(), 24);
        let chi2: f64 = counts.values().map(|c| f64::from(c - 1000) * f64::from(c - 1000) / 1e3).sum();
        assert!(chi2 < 60.0, "{counts:?}");
    }
}
