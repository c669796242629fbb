//! Properties of formatted numbers.

use proptest::prelude::*;
use weald::report::number::*;

/// Any double, with ordinary sizes more often than not.
fn doubles() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -10.0..10.0_f64, -0.01..0.01_f64, (-4000_i32..4000).prop_map(|i| f64::from(i) / 800.0)]
}

proptest! {
    #[test]
    fn never_a_negative_zero(x in doubles(), decimals in 0_usize..9) {
        for text in [fixed(x, decimals), significant(x, decimals + 1), variance(x), statistic(x), percent(x), df(x)] {
            let digits = text.trim_end_matches('%');
            if let Ok(value) = digits.parse::<f64>() {
                prop_assert!(!(value == 0.0 && digits.starts_with('-')), "{text}");
            }
        }
    }

    #[test]
    fn rounding_is_monotone(x in -1e6..1e6_f64, step in 0.0..0.02_f64, decimals in 0_usize..6) {
        let read = |x: f64| fixed(x, decimals).parse::<f64>().unwrap_or(f64::NAN);
        prop_assert!(read(x) <= read(x + step));
    }

    #[test]
    fn rounding_errs_by_half_a_unit_at_most(x in -1e3..1e3_f64, decimals in 0_usize..6) {
        let unit = 10_f64.powi(-(decimals as i32));
        let read = fixed(x, decimals).parse::<f64>().unwrap_or(f64::NAN);
        prop_assert!((read - x).abs() <= unit * 0.500_000_1);
    }

    #[test]
    fn every_digit_reads_back(x in any::<f64>().prop_filter("finite", |x| x.is_finite())) {
        prop_assert_eq!(full(x).parse::<f64>().ok(), Some(x));
    }

    #[test]
    fn nothing_panics(x in any::<f64>(), y in any::<f64>(), n in any::<u64>(), d in 0_usize..12) {
        let _ = (p_value(x), p_cell(x), variance(x), percent(x), level(x), df(x), size(x), count(n), decimals([x, y]));
        let _ = (interval(Some(x), Some([x, y]), d).to_string(), open_interval([Some(x), None], variance), significant(x, d));
    }
}
