//! What two groups' counts give: ratios, differences and p-values.

use super::printed::Range;
use crate::stats::dist::{chi2_sf, two_sided_norm};
use crate::stats::math::{exp, lgamma, ln, sqrt};

/// Events and people of two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// Events and people of group 1.
    pub first: [f64; 2],
    /// Of group 2.
    pub second: [f64; 2],
}

impl Counts {
    /// The four cells, with 0.5 added to each where one is 0; `None` where they are no counts.
    fn cells(&self) -> Option<[f64; 4]> {
        let ([a, n1], [c, n2]) = (self.first, self.second);
        let cells = [a, n1 - a, c, n2 - c];
        let whole = cells.iter().all(|x| *x >= 0.0 && x.is_finite()) && n1 >= 1.0 && n2 >= 1.0 && a + c > 0.0 && a + c < n1 + n2;
        let half = if cells.contains(&0.0) { 0.5 } else { 0.0 };
        whole.then(|| cells.map(|x| x + half))
    }

    /// The logarithms of odds ratio and risk ratio with their standard errors.
    #[must_use]
    pub fn log_ratios(&self) -> Option<[(f64, f64); 2]> {
        let [a, b, c, d] = self.cells()?;
        let (n1, n2) = (a + b, c + d);
        let or = (ln(a * d / (b * c)), sqrt(1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d));
        let rr = (ln(a * n2 / (c * n1)), sqrt(1.0 / a - 1.0 / n1 + 1.0 / c - 1.0 / n2));
        Some([or, rr])
    }

    /// The difference of the risks and its standard error.
    #[must_use]
    pub fn difference(&self) -> Option<(f64, f64)> {
        let ([x, n1], [y, n2]) = (self.first, self.second);
        let [a, b, c, d] = self.cells()?;
        let (p1, p2) = (a / (a + b), c / (c + d));
        Some((x / n1 - y / n2, sqrt(p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2)))
    }

    /// The difference of the arcsines of the risks' roots and its standard error.
    #[must_use]
    pub fn arcsine(&self) -> (f64, f64) {
        let ([x, n1], [y, n2]) = (self.first, self.second);
        let angle = |share: f64| crate::stats::math::asin(sqrt(share));
        (angle(x / n1) - angle(y / n2), sqrt(0.25 / n1 + 0.25 / n2))
    }

    /// The two-sided p-values that usual tests give: Pearson's chi-squared with and without
    /// Yates's correction, Fisher's exact test (its likelier tables, and twice the smaller tail, to
    /// which exact intervals belong), and Wald tests of the ratios and the difference.
    #[must_use]
    pub fn p(&self) -> Option<Range> {
        let ([a, n1], [c, n2]) = (self.first, self.second);
        let ratios = self.log_ratios()?;
        let (b, d) = (n1 - a, n2 - c);
        let (n, events) = (n1 + n2, a + c);
        let pearson = |gap: f64| chi2_sf(n * gap * gap / (n1 * n2 * events * (n - events)), 1.0);
        let gap = (a * d - b * c).abs();
        let mut all = vec![pearson(gap), pearson((gap - 0.5 * n).max(0.0))];
        all.extend(fisher([a, b, c, d]));
        all.extend(ratios.iter().chain(&self.difference()).map(|(estimate, se)| two_sided_norm(estimate / se)));
        let ends = all.into_iter().filter(|p| p.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)));
        Some(Range { low: ends.0, high: ends.1.min(1.0) })
    }
}

impl Counts {
    /// Whether printed limits can be those of the exact interval of the odds ratio that belongs to
    /// Fisher's test: at each limit the counts, or others further out, have half of what the level
    /// leaves (Cornfield 1956; R's `fisher.test`).
    #[must_use]
    pub fn exact_limits(&self, lower: Range, upper: Range, level: f64) -> bool {
        let ([a, n1], [c, n2]) = (self.first, self.second);
        let (least, most) = ((a + c - n2).max(0.0), n1.min(a + c));
        if [a, n1, c, n2].iter().any(|x| x.fract() != 0.0) || most - least > MOST || lower.low <= 0.0 || upper.low <= 0.0 {
            return false;
        }
        // The share of the tables with `a` or fewer (more) events in group 1 at an odds ratio.
        let tail = |odds: f64, fewer: bool| {
            let log = |x: f64| choose(n1, x) + choose(n2, a + c - x) + x * ln(odds);
            let top = {
                let mut x = least;
                let mut top = f64::NEG_INFINITY;
                while x <= most {
                    top = top.max(log(x));
                    x += 1.0;
                }
                top
            };
            let (mut all, mut some) = (0.0, 0.0);
            let mut x = least;
            while x <= most {
                let weight = exp(log(x) - top);
                all += weight;
                if (fewer && x <= a) || (!fewer && x >= a) {
                    some += weight;
                }
                x += 1.0;
            }
            some / all
        };
        let half = 0.5 * (1.0 - level / 100.0);
        tail(lower.low, false) <= half && half <= tail(lower.high, false) && tail(upper.high, true) <= half && half <= tail(upper.low, true)
    }
}

/// More tables than these are not gone through.
const MOST: f64 = 1e5;

/// The logarithm of a binomial coefficient.
fn choose(n: f64, k: f64) -> f64 {
    lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
}

/// Fisher's exact test, two-sided: all tables with the same margins that are no likelier than this
/// one; and twice the smaller tail. NaN where the counts are not whole, or too many to go through.
fn fisher([a, b, c, d]: [f64; 4]) -> [f64; 2] {
    let (row, column, n) = (a + b, a + c, a + b + c + d);
    let (least, most) = ((row + column - n).max(0.0), row.min(column));
    if [a, b, c, d].iter().any(|x| x.fract() != 0.0) || most - least > MOST {
        return [f64::NAN; 2];
    }
    let log = |x: f64| choose(row, x) + choose(n - row, column - x) - choose(n, column);
    let own = log(a) + 1e-7;
    let (mut rare, mut below, mut above) = (0.0, 0.0, 0.0);
    let mut x = least;
    while x <= most {
        let one = log(x);
        let probability = exp(one);
        if one <= own {
            rare += probability;
        }
        if x <= a {
            below += probability;
        }
        if x >= a {
            above += probability;
        }
        x += 1.0;
    }
    [rare.min(1.0), (2.0 * f64::min(below, above)).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fisher_as_r_has_it() {
        // fisher.test(matrix(c(3, 1, 1, 3), 2)): p = 0.4857; matrix(c(10, 40, 20, 30), 2): 0.04934.
        let [rare, doubled] = fisher([3.0, 1.0, 1.0, 3.0]);
        assert!((rare - 34.0 / 70.0).abs() < 1e-12 && (doubled - 34.0 / 70.0).abs() < 1e-12);
        let [p, _] = fisher([10.0, 40.0, 20.0, 30.0]);
        assert!(p > 0.04 && p < 0.06, "{p}");
    }

    #[test]
    fn exact_limits_as_r_has_them() {
        // fisher.test(matrix(c(9, 31, 18, 22), 2)): 0.1183 to 1.0289.
        let counts = Counts { first: [9.0, 40.0], second: [18.0, 40.0] };
        let near = |x: f64| Range { low: x - 0.006, high: x + 0.006 };
        assert!(counts.exact_limits(near(0.1183), near(1.0289), 95.0));
        assert!(!counts.exact_limits(near(0.1183), near(0.93), 95.0) && !counts.exact_limits(near(0.2), near(1.0289), 95.0));
    }

    #[test]
    fn ratios_of_a_table() {
        let counts = Counts { first: [10.0, 50.0], second: [20.0, 50.0] };
        let [or, rr] = counts.log_ratios().unwrap_or_default();
        assert!((or.0 - (10.0f64 * 30.0 / (40.0 * 20.0)).ln()).abs() < 1e-12 && (rr.0 - 0.5f64.ln()).abs() < 1e-12);
        assert!(counts.difference().is_some_and(|(d, _)| (d + 0.2).abs() < 1e-12));
        // chisq.test without and with correction: 0.0291 and 0.0493.
        let p = counts.p().unwrap_or(Range { low: 9.0, high: 9.0 });
        assert!(p.low < 0.0292 && p.high > 0.0490 && p.high < 0.06, "{p:?}");
        assert_eq!(Counts { first: [0.0, 10.0], second: [0.0, 10.0] }.p(), None);
    }
}
