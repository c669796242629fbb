//! Absolute effects from a relative one and a baseline risk.

use crate::stats::effect::Measure;
use crate::stats::math::{asin, exp_m1, ln_1p, sin, sqrt};
use serde::{Deserialize, Serialize};

/// What an effect says of a risk, on its analysis scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverRisk {
    /// Log odds ratio (Peto's too).
    OddsRatio,
    /// Log risk ratio.
    RiskRatio,
    /// Risk difference.
    RiskDifference,
    /// Log hazard ratio, over the time in which the baseline risk arises.
    HazardRatio,
    /// Difference of arcsine square-root risks.
    Arcsine,
}

impl OverRisk {
    /// What an effect of a measure says of a risk, and whether it is standardised, so that it says so through an
    /// odds ratio; none for measures that compare no risks.
    #[must_use]
    pub fn of(measure: Measure) -> Option<(OverRisk, bool)> {
        use Measure as M;
        Some(match measure {
            M::Or | M::Peto => (OverRisk::OddsRatio, false),
            M::Rr => (OverRisk::RiskRatio, false),
            M::Rd => (OverRisk::RiskDifference, false),
            M::Hr => (OverRisk::HazardRatio, false),
            M::As => (OverRisk::Arcsine, false),
            M::Smd | M::Smd1 | M::Smdh | M::Dppc => (OverRisk::OddsRatio, true),
            _ => return None,
        })
    }
}

/// A risk with the intervention, beside that without.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Absolute {
    /// The risk with the intervention, 0 to 1.
    pub risk: f64,
    /// That risk less the baseline risk.
    pub difference: f64,
    /// Whether the effect would lead beyond 0 or 1, and the risk was held there.
    pub held: bool,
}

/// The risk that follows from an effect and a baseline risk p between 0 and 1.
///
/// - odds ratio: odds p / (1 - p) times exp(y)
/// - risk ratio: p exp(y)
/// - risk difference: p + y
/// - hazard ratio: 1 - (1 - p)^exp(y)
/// - arcsine difference: sin^2(asin sqrt(p) + y)
///
/// Differences are computed directly, so that small ones keep their digits.
///
/// Sources: Cochrane Handbook 6.4, section 15.4.4; Altman and Andersen 1999, BMJ 319:1492-1495
/// (hazard ratio); Ruecker et al. 2009, Stat Med 28:721-738 (arcsine difference).
#[must_use]
pub fn absolute(over: OverRisk, effect: f64, baseline: f64) -> Absolute {
    let p = baseline;
    let difference = match over {
        OverRisk::OddsRatio if effect > 0.0 => {
            let less = -exp_m1(-effect);
            p * (1.0 - p) * less / (p + (1.0 - p) * (1.0 - less))
        }
        OverRisk::OddsRatio => {
            let more = exp_m1(effect);
            p * (1.0 - p) * more / (1.0 + p * more)
        }
        OverRisk::RiskRatio => p * exp_m1(effect),
        OverRisk::RiskDifference => effect,
        OverRisk::HazardRatio => -(1.0 - p) * exp_m1(exp_m1(effect) * ln_1p(-p)),
        OverRisk::Arcsine => {
            // sin^2 b - sin^2 a = sin(b + a) sin(b - a)
            let a = asin(sqrt(p));
            let b = (a + effect).clamp(0.0, std::f64::consts::FRAC_PI_2);
            sin(b + a) * sin(b - a)
        }
    };
    let turned = match over {
        OverRisk::Arcsine => {
            let b = asin(sqrt(p)) + effect;
            !(0.0..=std::f64::consts::FRAC_PI_2).contains(&b)
        }
        _ => false,
    };
    let within = difference.clamp(-p, 1.0 - p);
    Absolute { risk: (p + within).clamp(0.0, 1.0), difference: within, held: turned || within != difference }
}

/// A number needed to treat with its interval: 1 / |risk difference|.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeededToTreat {
    /// People to treat for one event more or fewer; infinite without a difference.
    pub number: f64,
    /// Whether that event is one more.
    pub more: bool,
    /// The ends of the interval, each with whether the event is one more: first that in the
    /// direction of `more` which lies nearest to one person.
    pub ends: [(f64, bool); 2],
    /// Whether the interval leads through infinity: it holds no difference, and runs from the
    /// first end to infinity on one side and on from infinity to the second end on the other.
    pub through_infinity: bool,
}

/// The number needed to treat of a risk difference and its interval.
///
/// Where the interval of the difference holds 0, that of the number needed to treat is two
/// pieces that meet at infinity (Altman 1998, BMJ 317:1309-1312).
#[must_use]
pub fn needed_to_treat(difference: f64, interval: [f64; 2]) -> NeededToTreat {
    let of = |d: f64| (1.0 / d.abs(), d > 0.0);
    let [lower, upper] = interval;
    let (number, more) = of(difference);
    let more = if difference == 0.0 { upper > -lower } else { more };
    let (first, second) = if more { (upper, lower) } else { (lower, upper) };
    let through_infinity = lower < 0.0 && upper > 0.0;
    let end = |d: f64| if d == 0.0 { (f64::INFINITY, more) } else { of(d) };
    NeededToTreat { number, more, ends: [end(first), end(second)], through_infinity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_by_hand() {
        let near = |a: Absolute, risk: f64| {
            assert!((a.risk - risk).abs() < 1e-14 && !a.held, "{a:?} {risk}");
        };
        for y in [-2.0_f64, -0.3, 0.0, 0.7] {
            let or = y.exp();
            near(absolute(OverRisk::OddsRatio, y, 0.2), 0.2 * or / (0.8 + 0.2 * or));
            near(absolute(OverRisk::RiskRatio, y, 0.2), 0.2 * or);
            near(absolute(OverRisk::HazardRatio, y, 0.2), 1.0 - 0.8_f64.powf(or));
            near(absolute(OverRisk::RiskDifference, y / 20.0, 0.2), 0.2 + y / 20.0);
            let b = 0.2_f64.sqrt().asin() + y / 10.0;
            near(absolute(OverRisk::Arcsine, y / 10.0, 0.2), b.sin().powi(2));
        }
        let small = absolute(OverRisk::OddsRatio, 1e-18, 0.5).difference;
        assert!((small / 2.5e-19 - 1.0).abs() < 1e-14, "{small}");
        assert_eq!(absolute(OverRisk::OddsRatio, 800.0, 0.5).risk, 1.0);
        assert_eq!(absolute(OverRisk::OddsRatio, -800.0, 0.5).risk, 0.0);
    }

    #[test]
    fn a_risk_does_not_leave_its_range() {
        let beyond = absolute(OverRisk::RiskRatio, 3.0_f64.ln(), 0.5);
        assert_eq!((beyond.risk, beyond.difference, beyond.held), (1.0, 0.5, true));
        let below = absolute(OverRisk::RiskDifference, -0.3, 0.25);
        assert_eq!((below.risk, below.difference, below.held), (0.0, -0.25, true));
        assert!(absolute(OverRisk::Arcsine, 2.0, 0.5).held);
        assert!((absolute(OverRisk::Arcsine, 2.0, 0.5).risk - 1.0).abs() < 1e-15);
    }

    #[test]
    fn numbers_needed_to_treat() {
        // Altman 1998: a difference of 10% with an interval of -5% to 25%.
        let n = needed_to_treat(0.10, [-0.05, 0.25]);
        assert_eq!((n.number, n.more, n.through_infinity), (10.0, true, true));
        assert_eq!(n.ends, [(4.0, true), (20.0, false)]);
        let n = needed_to_treat(-0.10, [-0.25, -0.0625]);
        assert_eq!((n.number, n.more, n.through_infinity), (10.0, false, false));
        assert_eq!(n.ends, [(4.0, false), (16.0, false)]);
        let n = needed_to_treat(-0.1, [-0.2, 0.0]);
        assert_eq!((n.ends[1], n.through_infinity), ((f64::INFINITY, false), false));
        assert_eq!(needed_to_treat(0.0, [-0.1, 0.2]).number, f64::INFINITY);
    }
}
