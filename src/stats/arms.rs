//! Arithmetic of groups: joining them, SDs from what a report prints, trials of clusters and
//! trials in which people cross over.
//!
//! Higgins et al. (eds), Cochrane Handbook for Systematic Reviews of Interventions, version 6,
//! chapters 6 and 23, unless a paper is named.

use super::dist::t_quantile;
use super::math::{hedges_j, sqrt};

/// People, mean and SD (denominator n - 1) of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// People.
    pub n: f64,
    /// In the unit of the scale.
    pub mean: f64,
    /// In the unit of the scale.
    pub sd: f64,
}

/// Two groups as one, as if their people had been one group from the start (section 6.5.2.10):
/// exact, whatever the distributions.
///
/// `SD^2 = ((n1 - 1) SD1^2 + (n2 - 1) SD2^2 + n1 n2 / (n1 + n2) (M1 - M2)^2) / (n1 + n2 - 1)`
#[must_use]
pub fn join(a: Group, b: Group) -> Group {
    let n = a.n + b.n;
    let apart = a.mean - b.mean;
    let squares = (a.n - 1.0) * a.sd * a.sd + (b.n - 1.0) * b.sd * b.sd + a.n * b.n / n * apart * apart;
    Group { n, mean: (a.n * a.mean + b.n * b.mean) / n, sd: sqrt(squares / (n - 1.0)) }
}

/// The SD of both groups from the standard error of the difference of their means (6.5.2.3):
/// `SE / sqrt(1/n1 + 1/n2)`.
#[must_use]
pub fn sd_from_difference(se: f64, n1: f64, n2: f64) -> f64 {
    se / sqrt(1.0 / n1 + 1.0 / n2)
}

/// The absolute t of a two-sided p with `df` degrees of freedom (6.5.2.3).
#[must_use]
pub fn t_of_p(p: f64, df: f64) -> f64 {
    t_quantile(p / 2.0, df).abs()
}

/// The standard error of a difference of means from its confidence interval at `level` percent,
/// by t with `df` degrees of freedom (6.5.2.3).
#[must_use]
pub fn se_from_interval(lower: f64, upper: f64, level: f64, df: f64) -> f64 {
    (upper - lower) / (2.0 * t_of_p(1.0 - level / 100.0, df))
}

/// The SD of a change: `sqrt(a^2 + b^2 - 2 r a b)` (6.5.2.8), also of the difference between two
/// results of one person (23.2.7.1).
#[must_use]
pub fn sd_of_change(before: f64, after: f64, r: f64) -> f64 {
    sqrt((before * before + after * after - 2.0 * r * before * after).max(0.0))
}

/// The correlation that an SD of the change implies: the inverse of [`sd_of_change`] (6.5.2.8).
#[must_use]
pub fn correlation_of_change(before: f64, after: f64, change: f64) -> f64 {
    (before * before + after * after - change * change) / (2.0 * before * after)
}

/// By how much clusters of `size` people on average inflate a variance: `1 + (M - 1) ICC` (23.1.4).
#[must_use]
pub fn design_effect(icc: f64, size: f64) -> f64 {
    1.0 + (size - 1.0) * icc
}

/// The difference of two means of the same `n` people and its variance,
/// `SD_diff^2 / n` (23.2.7.1).
#[must_use]
pub fn paired_difference(one: Group, two: Group, r: f64) -> (f64, f64) {
    let sd = sd_of_change(one.sd, two.sd, r);
    (one.mean - two.mean, sd * sd / one.n)
}

/// The same standardised by the SD between people, in units of parallel trials (23.2.7.2; Elbourne
/// et al. 2002, Int J Epidemiol 31:140-149).
///
/// `d = MD / sqrt((SD1^2 + SD2^2) / 2)`, variance `(1/n + d^2 / (2n)) 2 (1 - r)`. Multiplied by
/// Hedges' factor with `2 (n - 1) / (1 + r^2)` degrees of freedom, those of the mean of two
/// correlated variances (Cousineau 2020, Quant Methods Psychol 16:418-421): `(g, variance, d)`,
/// the variance with g in the place of d.
#[must_use]
pub fn paired_smd(one: Group, two: Group, r: f64) -> (f64, f64, f64) {
    let n = one.n;
    let d = (one.mean - two.mean) / sqrt((one.sd * one.sd + two.sd * two.sd) / 2.0);
    let g = hedges_j(2.0 * (n - 1.0) / (1.0 + r * r)) * d;
    (g, (1.0 / n + g * g / (2.0 * n)) * 2.0 * (1.0 - r), d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    #[test]
    fn joined_groups_are_the_group_of_all_people() {
        let (a, b) = ([3.0, 4.0, 8.0, 1.0], [2.0, 9.0, 4.0, 4.0, 6.0, 7.0]);
        let group = |x: &[f64]| {
            let n = x.len() as f64;
            let mean = x.iter().sum::<f64>() / n;
            Group { n, mean, sd: (x.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (n - 1.0)).sqrt() }
        };
        let all: Vec<f64> = a.iter().chain(&b).copied().collect();
        let (joined, whole) = (join(group(&a), group(&b)), group(&all));
        close(joined.n, whole.n, 0.0);
        close(joined.mean, whole.mean, 1e-14);
        close(joined.sd, whole.sd, 1e-14);
    }

    /// Section 23.2.7.3 of the Handbook (16.4.6.4 of version 5): n 10, 7.0 (2.38) and 6.5 (2.21), r 0.68.
    #[test]
    fn the_crossover_example_of_the_handbook() {
        let (one, two) = (Group { n: 10.0, mean: 7.0, sd: 2.38 }, Group { n: 10.0, mean: 6.5, sd: 2.21 });
        close(sd_of_change(2.38, 2.21, 0.68), 1.8426, 5e-5);
        let (md, v) = paired_difference(one, two, 0.68);
        close(md, 0.5, 1e-12);
        close(v.sqrt(), 0.583, 5e-4);
        let (.., d) = paired_smd(one, two, 0.68);
        close(d, 0.218, 5e-4);
        close(((1.0 / 10.0 + d * d / 20.0) * 2.0 * 0.32).sqrt(), 0.256, 5e-4);
    }

    /// Section 6.5.2.3: t, p and the interval of one difference give one SD.
    #[test]
    fn an_sd_from_t_p_and_interval() {
        // MD 3.8, t -> SE, 25 and 22 people, p 0.008: t(45) = 2.78, SE 1.37, SD 4.69.
        let t = t_of_p(0.008, 45.0);
        close(t, 2.78, 5e-3);
        let se = 3.8 / t;
        close(se, 1.37, 5e-3);
        close(sd_from_difference(se, 25.0, 22.0), 4.69, 1e-2);
        let half = t_quantile(0.975, 45.0) * se;
        close(se_from_interval(3.8 - half, 3.8 + half, 95.0, 45.0), se, 1e-12);
    }

    #[test]
    fn the_correlation_of_a_change_and_back() {
        close(correlation_of_change(5.0, 4.0, sd_of_change(5.0, 4.0, 0.7)), 0.7, 1e-14);
        // Handbook 6.5.2.8: baseline 4.0, final 4.4, change 3.8... gives 0.59.
        close(correlation_of_change(4.0, 4.4, 3.8), (16.0 + 19.36 - 14.44) / 35.2, 1e-14);
    }

    /// Section 23.1.4: 295 clusters-worth of people of size 23, ICC 0.02 have an effect of 1.44.
    #[test]
    fn a_design_effect() {
        close(design_effect(0.02, 23.0), 1.44, 1e-12);
        close(design_effect(0.05, 1.0), 1.0, 0.0);
    }
}
