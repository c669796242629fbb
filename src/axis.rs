//! Scales of pictures, of characters or of lines: where an axis of effects ends, and which
//! round values stand at it.
//!
//! Positions are those along the axis: the values themselves, or their logarithms where equal
//! ratios stand equally far apart.

/// What one row of a forest needs of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// The point; absent for a prediction interval.
    pub middle: Option<f64>,
    /// The ends of its interval.
    pub ends: [Option<f64>; 2],
    /// Whether it is one study: a wide interval of one is cut sooner than that of a pooled effect.
    pub study: bool,
}

/// A value on the axis.
pub fn along(x: f64, log: bool) -> f64 {
    if log { libm::log(x) } else { x }
}

/// The value at a place of the axis.
pub fn back(x: f64, log: bool) -> f64 {
    if log { libm::exp(x) } else { x }
}

/// The ends of the axis of a forest. All estimates and intervals are shown, but for those so far
/// out that the rest would shrink to a point: these are cut, with an arrow. `null` is no effect;
/// it is shown unless it lies far off. Nothing without a finite estimate.
pub fn limits(rows: &[Reach], null: Option<f64>) -> Option<(f64, f64)> {
    let finite = |x: &f64| x.is_finite();
    let points: Vec<f64> = rows.iter().filter_map(|r| r.middle).filter(finite).collect();
    let centre = median(points.clone())?;
    let half = |r: &Reach| Some((r.ends[1].filter(finite)? - r.ends[0].filter(finite)?) / 2.0);
    let halves: Vec<f64> = rows.iter().filter_map(half).collect();
    let spread = median(points.iter().map(|x| (x - centre).abs()).collect()).unwrap_or(0.0) * 1.5;
    let unit = spread.max(median(halves).unwrap_or(0.0)).max(centre.abs() * 1e-6).max(1e-9);
    let fence = |x: f64| x.clamp(centre - 8.0 * unit, centre + 8.0 * unit);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for row in rows {
        let middle = row.middle.filter(finite);
        let reach = if row.study { 3.0 } else { 6.0 } * unit;
        let [a, b] = row.ends.map(|x| x.filter(finite));
        let around = middle.unwrap_or(centre);
        for x in [middle, a.map(|a| a.max(around - reach)), b.map(|b| b.min(around + reach))].into_iter().flatten() {
            low = low.min(fence(x));
            high = high.max(fence(x));
        }
    }
    let span = (high - low).max(unit);
    if let Some(null) = null.filter(|x| *x > low - span && *x < high + span) {
        low = low.min(null);
        high = high.max(null);
    }
    let margin = (high - low).max(unit) * 0.02;
    Some((low - margin, high + margin)).filter(|(a, b)| a.is_finite() && b.is_finite() && a < b)
}

/// The middle value.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Sets of round values between two places of the axis, the densest first.
pub fn ticks(low: f64, high: f64, log: bool) -> Vec<Vec<f64>> {
    if log && high - low > libm::log(4.0) {
        return decades(low, high);
    }
    let (from, to) = (back(low, log), back(high, log));
    if from.is_finite() && to.is_finite() && from < to { steps(from, to) } else { Vec::new() }
}

/// Equal steps of 1, 2 or 5 times a power of ten, fine to coarse.
pub fn steps(low: f64, high: f64) -> Vec<Vec<f64>> {
    let finest = libm::floor(libm::log10((high - low) / 20.0)) as i32;
    let mut out = Vec::new();
    for power in finest..finest + 4 {
        for unit in [1.0, 2.0, 5.0] {
            let step = unit * libm::pow(10.0, f64::from(power));
            let (first, last) = (libm::ceil(low / step), libm::floor(high / step));
            if last - first <= 40.0 && first <= last {
                out.push((0..=(last - first) as usize).map(|i| (first + i as f64) * step).collect());
            }
        }
    }
    out
}

/// 1, 2, 5 in every power of ten between two logarithms, then 1, 3, then powers of ten, of a
/// hundred, and so on. Values beyond double precision have no label, and are left out.
fn decades(low: f64, high: f64) -> Vec<Vec<f64>> {
    let power_of = |x: f64| x / std::f64::consts::LN_10;
    let (from, to) = (libm::floor(power_of(low)).max(-307.0) as i32, libm::ceil(power_of(high)).min(307.0) as i32);
    let power = |e: i32| libm::pow(10.0, f64::from(e));
    let dense = (from..=to).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * power(e))).collect();
    let middle = (from..=to).flat_map(|e| [1.0, 3.0].map(|m| m * power(e))).collect();
    let mut out: Vec<Vec<f64>> = vec![dense, middle];
    for every in [1, 2, 3, 5, 10, 20, 50, 100] {
        out.push((from..=to).filter(|e| e % every == 0).map(power).collect());
    }
    out
}
