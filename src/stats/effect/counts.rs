//! Two groups, counts and person-time: or, rr, rd, as, peto, irr, ird, irsd; with the
//! corrections for zero cells.

use super::measure::Measure;
use super::options::ZeroPolicy;
use super::outcome::{EffectNote, NoEffect};
use crate::stats::math::{asin, ln, sqrt};

/// Estimate, variance, and the correction if there was one.
pub(super) type Counted = (f64, f64, Option<EffectNote>);

fn note(add1: f64, add2: f64, variance_only: bool) -> Option<EffectNote> {
    (add1 != 0.0 || add2 != 0.0).then_some(EffectNote::ZeroCells { add1, add2, variance_only })
}

fn finish(yi: f64, vi: f64, note: Option<EffectNote>) -> Result<Counted, NoEffect> {
    if yi.is_finite() && vi.is_finite() && vi > 0.0 { Ok((yi, vi, note)) } else { Err(NoEffect::ZeroCell) }
}

/// Counts as Mantel-Haenszel and Peto pool them: raw, unless the policy names a correction
/// (`OnlyZeroStudies`, `AllStudies`, `Tacc`), which is then added to the cells as for the effects
/// of single studies. Events and sizes of group 1, then of group 2; person-time stays as it is.
#[must_use]
pub fn pooled_counts(measure: Measure, [x1, n1, x2, n2]: [f64; 4], policy: ZeroPolicy) -> [f64; 4] {
    use ZeroPolicy as Z;
    let rate = matches!(measure, Measure::Irr | Measure::Ird | Measure::Irsd);
    let difference = matches!(measure, Measure::Rd | Measure::Ird);
    let zero = x1 == 0.0 || x2 == 0.0 || (!rate && (x1 == n1 || x2 == n2));
    let [add1, add2] = match policy {
        Z::AllStudies => [0.5, 0.5],
        Z::OnlyZeroStudies if zero => [0.5, 0.5],
        Z::Tacc if zero && !difference => [n1 / (n1 + n2), n2 / (n1 + n2)],
        _ => [0.0, 0.0],
    };
    let cells = if rate { 0.0 } else { 2.0 };
    [x1 + add1, n1 + cells * add1, x2 + add2, n2 + cells * add2]
}

/// A 2x2 table of `x1` events in `n1` people against `x2` in `n2`.
///
/// Log OR: Woolf 1955. Log RR: Katz et al. 1978. RD: binomial variances. Arcsine
/// difference: Ruecker et al. 2009. Peto: `(O - E) / V`, `1 / V` with the hypergeometric V
/// (Yusuf et al. 1985).
pub(super) fn two_by_two(measure: Measure, [x1, n1, x2, n2]: [f64; 4], policy: ZeroPolicy) -> Result<Counted, NoEffect> {
    use ZeroPolicy as Z;
    let none = x1 == 0.0 && x2 == 0.0;
    let all = x1 == n1 && x2 == n2;
    let zero = x1 == 0.0 || x2 == 0.0 || x1 == n1 || x2 == n2;
    let relative = matches!(measure, Measure::Or | Measure::Rr | Measure::Peto);
    let drops = match policy {
        Z::Edition | Z::Revman5 | Z::Tacc | Z::None => relative,
        Z::DropDoubleZero => true,
        Z::Metafor | Z::OnlyZeroStudies | Z::AllStudies => false,
    };
    if drops && none {
        return Err(NoEffect::DoubleZero);
    }
    if drops && all {
        return Err(NoEffect::AllEvents);
    }
    let half = (0.5, 0.5);
    let nothing = (0.0, 0.0);
    let when = |condition: bool, add| if condition { add } else { nothing };
    let (add1, add2) = match (measure, policy) {
        (_, Z::None) | (Measure::As, _) => nothing,
        (Measure::Peto, Z::Metafor) => when(zero, half),
        (Measure::Peto, _) => nothing,
        (Measure::Rd, Z::Edition | Z::Revman5 | Z::Tacc) => nothing,
        (_, Z::AllStudies) => half,
        (_, Z::Tacc) => when(zero, (n1 / (n1 + n2), n2 / (n1 + n2))),
        _ => when(zero, half),
    };
    let raw = [x1, n1, x2, n2];
    let (a, n1, c, n2) = (x1 + add1, n1 + 2.0 * add1, x2 + add2, n2 + 2.0 * add2);
    let (b, d) = (n1 - a, n2 - c);
    let (yi, vi) = match measure {
        Measure::Or => (ln(a / b) - ln(c / d), 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d),
        Measure::Rr => (ln(a / n1) - ln(c / n2), 1.0 / a - 1.0 / n1 + 1.0 / c - 1.0 / n2),
        Measure::Rd => {
            let yi = a / n1 - c / n2;
            let vi = rd_variance(a, n1, c, n2);
            if vi <= 0.0 && policy != Z::None {
                let [x1, n1, x2, n2] = raw;
                let vi = rd_variance(x1 + 0.5, n1 + 1.0, x2 + 0.5, n2 + 1.0);
                return finish(yi, vi, note(0.5, 0.5, true));
            }
            (yi, vi)
        }
        Measure::As => (asin(sqrt(a / n1)) - asin(sqrt(c / n2)), 1.0 / (4.0 * n1) + 1.0 / (4.0 * n2)),
        Measure::Peto => {
            let n = n1 + n2;
            let (events, rest) = (a + c, b + d);
            let v = n1 * n2 * events * rest / (n * n * (n - 1.0));
            ((a - n1 * events / n) / v, 1.0 / v)
        }
        _ => return Err(NoEffect::not_for(measure, "not a measure of a 2x2 table")),
    };
    finish(yi, vi, note(add1, add2, false))
}

fn rd_variance(a: f64, n1: f64, c: f64, n2: f64) -> f64 {
    let (p1, p2) = (a / n1, c / n2);
    p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2
}

/// `x1` events in `t1` person-time against `x2` in `t2`: log rate ratio `1/x1 + 1/x2`, rate
/// difference `x1/t1^2 + x2/t2^2`, difference of square roots `1/(4 t1) + 1/(4 t2)`
/// (Rothman et al. 2008; Bagos & Nikolopoulos 2009).
pub(super) fn person_time(measure: Measure, [x1, t1, x2, t2]: [f64; 4], policy: ZeroPolicy) -> Result<Counted, NoEffect> {
    use ZeroPolicy as Z;
    let zero = x1 == 0.0 || x2 == 0.0;
    if policy == Z::DropDoubleZero && x1 == 0.0 && x2 == 0.0 {
        return Err(NoEffect::DoubleZero);
    }
    let half = (0.5, 0.5);
    let (add1, add2) = match (measure, policy) {
        (_, Z::None) | (Measure::Irsd, _) => (0.0, 0.0),
        (Measure::Ird, Z::Edition | Z::Revman5 | Z::Tacc) => (0.0, 0.0),
        (_, Z::AllStudies) => half,
        (_, Z::Tacc) if zero => (t1 / (t1 + t2), t2 / (t1 + t2)),
        _ if zero => half,
        _ => (0.0, 0.0),
    };
    let (a, c) = (x1 + add1, x2 + add2);
    let (yi, vi) = match measure {
        Measure::Irr => (ln(a / t1) - ln(c / t2), 1.0 / a + 1.0 / c),
        Measure::Ird => {
            let yi = a / t1 - c / t2;
            let vi = a / (t1 * t1) + c / (t2 * t2);
            if vi <= 0.0 && policy != Z::None {
                let vi = 0.5 / (t1 * t1) + 0.5 / (t2 * t2);
                return finish(yi, vi, note(0.5, 0.5, true));
            }
            (yi, vi)
        }
        Measure::Irsd => (sqrt(a / t1) - sqrt(c / t2), 1.0 / (4.0 * t1) + 1.0 / (4.0 * t2)),
        _ => return Err(NoEffect::not_for(measure, "not a measure of two rates")),
    };
    finish(yi, vi, note(add1, add2, false))
}

/// `x` events of `n` people. Delta-method variances (Agresti 2013); arcsine `1/(4n)`;
/// Freeman-Tukey 1950 as half the sum of both arcsines, `1/(4n + 2)`.
pub(super) fn proportion(measure: Measure, x: f64, n: f64, policy: ZeroPolicy) -> Result<Counted, NoEffect> {
    let transformed = matches!(measure, Measure::Pas | Measure::Pft);
    let add = match policy {
        _ if transformed => 0.0,
        ZeroPolicy::None => 0.0,
        ZeroPolicy::AllStudies => 0.5,
        _ if x == 0.0 || x == n => 0.5,
        _ => 0.0,
    };
    let (x, n) = (x + add, n + 2.0 * add);
    let p = x / n;
    let (yi, vi) = match measure {
        Measure::Pr => (p, p * (1.0 - p) / n),
        Measure::Pln => (ln(p), 1.0 / x - 1.0 / n),
        Measure::Plo => (ln(x / (n - x)), 1.0 / x + 1.0 / (n - x)),
        Measure::Pas => (asin(sqrt(p)), 1.0 / (4.0 * n)),
        Measure::Pft => {
            let (a, b) = (sqrt(x / (n + 1.0)), sqrt((x + 1.0) / (n + 1.0)));
            (0.5 * (asin(a) + asin(b)), 1.0 / (4.0 * n + 2.0))
        }
        _ => return Err(NoEffect::not_for(measure, "not a measure of a proportion")),
    };
    finish(yi, vi, note(add, add, false))
}

/// `x` events in person-time `t`. Poisson variances; square root and Freeman-Tukey 1950
/// `1/(4t)`.
pub(super) fn rate(measure: Measure, x: f64, t: f64, policy: ZeroPolicy) -> Result<Counted, NoEffect> {
    let transformed = matches!(measure, Measure::Irs | Measure::Irft);
    let add = match policy {
        _ if transformed => 0.0,
        ZeroPolicy::None => 0.0,
        ZeroPolicy::AllStudies => 0.5,
        _ if x == 0.0 => 0.5,
        _ => 0.0,
    };
    let x = x + add;
    let (yi, vi) = match measure {
        Measure::Ir => (x / t, x / (t * t)),
        Measure::Irln => (ln(x / t), 1.0 / x),
        Measure::Irs => (sqrt(x / t), 1.0 / (4.0 * t)),
        Measure::Irft => (0.5 * (sqrt(x / t) + sqrt((x + 1.0) / t)), 1.0 / (4.0 * t)),
        _ => return Err(NoEffect::not_for(measure, "not a measure of a rate")),
    };
    finish(yi, vi, note(add, add, false))
}
