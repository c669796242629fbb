//! GRIM, GRIMMER and DEBIT: whole scores leave gaps between possible means and SDs.

use super::printed::{Printed, Range};
use crate::stats::math::{pow, sqrt};

/// What a test of granularity says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Granularity {
    /// Some data give these numbers.
    Possible,
    /// No data do. The possible values next to the printed one, below and above.
    Impossible {
        /// The nearest possible value below; minus infinity where there is none.
        below: f64,
        /// The nearest possible value above.
        above: f64,
    },
    /// The printed digits are too few to tell.
    Untestable,
}

/// Whether a mean of `n` people over `items` items can be printed like this when every item is
/// scored in whole numbers: `mean n items` must be whole (Brown and Heathers 2017, Soc Psychol
/// Personal Sci 8:363-369). Untestable where `n items >= 10^decimals`.
#[must_use]
pub fn grim(mean: Printed, n: f64, items: f64) -> Granularity {
    let total = n * items;
    if !whole(n) || !whole(items) || total >= pow(10.0, f64::from(mean.decimals)) {
        return Granularity::Untestable;
    }
    let sums = wholes(mean.range(), total);
    if sums.low <= sums.high {
        Granularity::Possible
    } else {
        let sum = mean.value * total;
        Granularity::Impossible { below: sum.floor() / total, above: sum.ceil() / total }
    }
}

/// Whether a standard deviation (denominator n - 1) can be printed like this beside a mean, for
/// whole scores: the sum of squares must be whole, and odd or even as the sum is (Anaya 2016,
/// PeerJ Preprints 4:e2400v1; Allard 2018). A mean that fails [`grim`] is not judged again.
#[must_use]
pub fn grimmer(mean: Printed, sd: Printed, n: f64, items: f64) -> Granularity {
    if !whole(n) || !whole(items) || n < 2.0 {
        return Granularity::Untestable;
    }
    let sums = wholes(mean.range(), n * items);
    let squares = |sum: f64| {
        let around = sum * sum / n;
        let range = sd.range_from_zero();
        let of = |sd: f64| (n - 1.0) * sd * sd * items * items + around;
        let (low, high) = (of(range.low), of(range.high));
        let hair = 1e-9 * high.max(1.0);
        Range { low: low - hair, high: high + hair }
    };
    // More than a few sums, or a wide range of squares, always leave a way.
    if sums.high < sums.low || sums.high - sums.low > 1000.0 {
        return Granularity::Untestable;
    }
    let mut sum = sums.low;
    let mut nearest: Option<[f64; 2]> = None;
    while sum <= sums.high {
        let range = squares(sum);
        if range.high - range.low >= 2.0 {
            return Granularity::Untestable;
        }
        let first = of_parity(range.low, sum);
        if first <= range.high {
            return Granularity::Possible;
        }
        // The squares of whole scores add up to the least where all are next to their mean.
        let least = least_squares(sum, n);
        let sd_of = |square: f64| sqrt(((square - sum * sum / n) / (n - 1.0)).max(0.0)) / items;
        let below = if first - 2.0 < least - 1e-9 { f64::NEG_INFINITY } else { sd_of(first - 2.0) };
        let above = sd_of(first.max(least));
        nearest = Some(nearest.map_or([below, above], |[b, a]| [b.max(below), a.min(above)]));
        sum += 1.0;
    }
    nearest.map_or(Granularity::Untestable, |[below, above]| Granularity::Impossible { below, above })
}

/// Whether the standard deviation of answers coded 0 and 1 fits their mean:
/// `sd = sqrt(m (1 - m) n / (n - 1))` (Heathers and Brown 2019, DEBIT).
#[must_use]
pub fn debit(mean: Printed, sd: Printed, n: f64) -> Granularity {
    if !whole(n) || n < 2.0 || mean.decimals < 1 || sd.decimals < 1 {
        return Granularity::Untestable;
    }
    let sums = wholes(Range { low: mean.range().low.max(0.0), high: mean.range().high.min(1.0) }, n);
    let of = |m: f64| sqrt((m * (1.0 - m)).max(0.0) * n / (n - 1.0));
    let range = sd.range_from_zero();
    let hair = 1e-9;
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut sum = sums.low;
    // Where the printed mean leaves thousands of sums, its ends and its middle bound the SD.
    let step = ((sums.high - sums.low) / 1000.0).max(1.0).floor();
    while sum <= sums.high {
        let sd = of(sum / n);
        if step > 1.0 {
            (least, most) = (least.min(of((sum + step).min(sums.high) / n)), most.max(of((sum + step).min(sums.high) / n)));
        }
        (least, most) = (least.min(sd), most.max(sd));
        if sd >= range.low - hair && sd <= range.high + hair {
            return Granularity::Possible;
        }
        sum += step;
    }
    if least > most {
        return Granularity::Untestable;
    }
    if step > 1.0 && range.low <= most && range.high >= least {
        return Granularity::Possible;
    }
    Granularity::Impossible { below: least, above: most }
}

/// The least sum of squares of `n` whole scores with this sum: all are one of the two whole numbers
/// around the mean.
fn least_squares(sum: f64, n: f64) -> f64 {
    let low = (sum / n).floor();
    let more = sum - low * n;
    (n - more) * low * low + more * (low + 1.0) * (low + 1.0)
}

/// Whole and at least 1.
fn whole(x: f64) -> bool {
    x >= 1.0 && x.fract() == 0.0 && x < 1e12
}

/// The whole numbers among `range * total`; `low > high` if there are none.
fn wholes(range: Range, total: f64) -> Range {
    let hair = 1e-9 * (range.high.abs().max(range.low.abs()) * total).max(1.0);
    Range { low: (range.low * total - hair).ceil(), high: (range.high * total + hair).floor() }
}

/// The first whole number at or above `low` that is odd or even as `like` is.
fn of_parity(low: f64, like: f64) -> f64 {
    let first = low.ceil();
    if (first - like).rem_euclid(2.0) == 0.0 { first } else { first + 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Printed {
        Printed::parse(text).unwrap_or(Printed::exact(f64::NAN))
    }

    #[test]
    fn known_answers() {
        // The example of store.md and of Brown and Heathers: 25 people give 3.44, 3.48, 3.52.
        assert!(
            matches!(grim(p("3.47"), 25.0, 1.0), Granularity::Impossible { below, above } if (below - 3.44).abs() < 1e-9 && (above - 3.48).abs() < 1e-9)
        );
        assert_eq!(grim(p("3.48"), 25.0, 1.0), Granularity::Possible);
        assert_eq!(grim(p("3.47"), 100.0, 1.0), Granularity::Untestable);
        assert_eq!(grim(p("3.47"), 25.0, 4.0), Granularity::Untestable);
        // Trailing zeros tell more: 3.5 of 28 could be 3.46 to 3.54, 3.50 is exact.
        assert_eq!(grim(p("3.50"), 28.0, 1.0), Granularity::Possible);
        assert!(matches!(grim(p("3.50"), 27.0, 1.0), Granularity::Impossible { .. }));
        assert_eq!(grim(p("3.5"), 27.0, 1.0), Granularity::Untestable);
    }

    #[test]
    fn squares_are_whole_and_of_the_sums_parity() {
        // 1 2 3 4 5: mean 3.0, SD 1.58. 1.57 and 1.60 can't be.
        assert_eq!(grimmer(p("3.0"), p("1.58"), 5.0, 1.0), Granularity::Possible);
        assert!(matches!(grimmer(p("3.0"), p("1.65"), 5.0, 1.0), Granularity::Impossible { .. }));
        // Of two people with mean 3.5 the SD is 0.71, 2.12, 3.54.
        assert_eq!(grimmer(p("3.50"), p("0.71"), 2.0, 1.0), Granularity::Possible);
        assert!(matches!(grimmer(p("3.50"), p("1.41"), 2.0, 1.0), Granularity::Impossible { .. }));
    }

    #[test]
    fn yes_and_no() {
        // 6 of 20 answered yes: mean .30, SD .47.
        assert_eq!(debit(p("0.30"), p("0.47"), 20.0), Granularity::Possible);
        assert!(matches!(debit(p("0.30"), p("0.41"), 20.0), Granularity::Impossible { .. }));
    }
}
