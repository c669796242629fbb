//! `not_pooled swim effect_direction`: how many effects point each way, and a sign test.
//!
//! Source: Cochrane Handbook 12.2.1.3, vote counting by the direction of the effect; the
//! binomial test and the Wilson interval of the proportion.

use crate::eval::outcome::Directions;
use crate::stats::dist::{beta_cdf, norm_quantile};
use crate::stats::effect::Measure;

/// The directions of effects against no effect.
pub fn directions(measure: Measure, effects: impl Iterator<Item = f64>, level: f64) -> Option<Directions> {
    let null = measure.null_value()?;
    let effects: Vec<f64> = effects.collect();
    let above = effects.iter().filter(|y| **y > null).count();
    let below = effects.iter().filter(|y| **y < null).count();
    let n = above + below;
    if n == 0 {
        return None;
    }
    let extreme = above.max(below);
    // P(X >= extreme) of a binomial with p = 1/2.
    let tail = beta_cdf(0.5, extreme as f64, (n - extreme) as f64 + 1.0);
    let p = (2.0 * tail).min(1.0);
    let z = norm_quantile(0.5 + level / 200.0);
    let (share, size) = (above as f64 / n as f64, n as f64);
    let centre = (share + z * z / (2.0 * size)) / (1.0 + z * z / size);
    let half = z / (1.0 + z * z / size) * libm::sqrt(share * (1.0 - share) / size + z * z / (4.0 * size * size));
    Some(Directions { above, below, none: effects.len() - n, share, ci: [(centre - half).max(0.0), (centre + half).min(1.0)], p })
}
