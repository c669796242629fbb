//! Distributions against 60-digit values (`tests/reference/dist.py`), and properties.

use proptest::prelude::*;
use std::collections::BTreeMap;
use weald::stats::dist::*;
use weald::stats::math::{CompensatedSum, hedges_j, hedges_j_approx, sum};

fn call(name: &str, a: &[f64]) -> f64 {
    match (name, a) {
        ("norm_pdf", [z]) => norm_pdf(*z),
        ("norm_cdf", [z]) => norm_cdf(*z),
        ("norm_sf", [z]) => norm_sf(*z),
        ("two_sided_norm", [z]) => two_sided_norm(*z),
        ("norm_quantile", [p]) => norm_quantile(*p),
        ("norm_isf", [p]) => norm_isf(*p),
        ("two_sided_t", [t, df]) => two_sided_t(*t, *df),
        ("t_sf", [t, df]) => t_sf(*t, *df),
        ("t_cdf", [t, df]) => t_cdf(*t, *df),
        ("t_quantile", [p, df]) => t_quantile(*p, *df),
        ("chi2_cdf", [x, df]) => chi2_cdf(*x, *df),
        ("chi2_sf", [x, df]) => chi2_sf(*x, *df),
        ("chi2_quantile", [p, df]) => chi2_quantile(*p, *df),
        ("chi2_isf", [p, df]) => chi2_isf(*p, *df),
        ("f_sf", [x, d1, d2]) => f_sf(*x, *d1, *d2),
        ("f_quantile", [p, d1, d2]) => f_quantile(*p, *d1, *d2),
        ("beta_cdf", [x, a, b]) => beta_cdf(*x, *a, *b),
        ("beta_quantile", [p, a, b]) => beta_quantile(*p, *a, *b),
        ("hedges_j", [m]) => hedges_j(*m),
        other => panic!("no function {other:?}"),
    }
}

#[test]
fn agrees_with_sixty_digits() {
    let rows: Vec<(String, Vec<f64>, f64)> = serde_json::from_str(include_str!("../reference/dist.json")).expect("table");
    assert!(rows.len() > 4000, "only {} rows", rows.len());
    let mut worst: BTreeMap<String, (f64, Vec<f64>, f64, f64)> = BTreeMap::new();
    let mut bad = Vec::new();
    for (name, args, want) in rows {
        let got = call(&name, &args);
        let err = if want == 0.0 { got.abs() } else { ((got - want) / want).abs() };
        if err.is_nan() || err > 1e-12 {
            bad.push(format!("{name}{args:?}: {got:e}, not {want:e} ({err:.1e})"));
        }
        let w = worst.entry(name).or_insert((0.0, vec![], 0.0, 0.0));
        if err.is_nan() || err > w.0 {
            *w = (err, args, got, want);
        }
    }
    for (name, w) in &worst {
        println!("{name:15} {:.1e} at {:?}", w.0, w.1);
    }
    assert!(bad.is_empty(), "{} beyond 1e-12:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn outside_the_domain_is_nan_and_the_ends_are_infinite() {
    for v in [
        norm_quantile(-0.1),
        norm_quantile(1.1),
        norm_quantile(f64::NAN),
        norm_isf(2.0),
        two_sided_t(1.0, 0.0),
        t_sf(f64::NAN, 3.0),
        t_quantile(0.5, -1.0),
        t_quantile(1.5, 3.0),
        chi2_sf(1.0, 0.0),
        chi2_sf(f64::NAN, 3.0),
        chi2_cdf(1.0, f64::INFINITY),
        chi2_quantile(0.5, f64::NAN),
        chi2_quantile(-1.0, 3.0),
        f_sf(1.0, 0.0, 3.0),
        f_sf(1.0, f64::INFINITY, f64::INFINITY),
        f_quantile(2.0, 1.0, 3.0),
        beta_cdf(0.5, 0.0, 1.0),
        beta_quantile(0.5, 1.0, f64::INFINITY),
        hedges_j(1.0),
        hedges_j(f64::NAN),
    ] {
        assert!(v.is_nan(), "{v}");
    }
    assert_eq!(norm_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(norm_quantile(1.0), f64::INFINITY);
    assert_eq!(norm_quantile(0.5), 0.0);
    assert_eq!(t_quantile(0.0, 4.0), f64::NEG_INFINITY);
    assert_eq!(t_quantile(1.0, 4.0), f64::INFINITY);
    assert_eq!(t_sf(f64::INFINITY, 4.0), 0.0);
    assert_eq!(t_sf(f64::NEG_INFINITY, 4.0), 1.0);
    assert_eq!(chi2_quantile(0.0, 4.0), 0.0);
    assert_eq!(chi2_quantile(1.0, 4.0), f64::INFINITY);
    assert_eq!(chi2_sf(-1.0, 4.0), 1.0);
    assert_eq!(chi2_sf(f64::INFINITY, 4.0), 0.0);
    assert_eq!(chi2_cdf(f64::INFINITY, 4.0), 1.0);
    assert_eq!(f_sf(0.0, 1.0, 4.0), 1.0);
    assert_eq!(f_sf(f64::INFINITY, 1.0, 4.0), 0.0);
    assert_eq!(f_quantile(1.0, 1.0, 4.0), f64::INFINITY);
    assert_eq!(beta_cdf(-0.5, 2.0, 3.0), 0.0);
    assert_eq!(beta_cdf(1.5, 2.0, 3.0), 1.0);
    assert_eq!(hedges_j(f64::INFINITY), 1.0);
}

#[test]
fn limits_in_the_degrees_of_freedom() {
    for z in [0.3, 1.96, 5.0, 12.0] {
        assert_eq!(two_sided_t(z, f64::INFINITY), two_sided_norm(z));
        let big = two_sided_t(z, 1e14);
        assert!((big / two_sided_norm(z) - 1.0).abs() < 1e-9, "{z}");
    }
    // Cases at which other libraries do not return (df above 2e7) or lose the tail.
    assert!((t_quantile(0.975, 2e7) / 1.959_964_103_153_622 - 1.0).abs() < 1e-12);
    assert!(t_quantile(1e-300, 1000.0).is_finite());
    assert!(t_quantile(1e-300, 1.0) < -1e299);
    assert!((f_sf(3.0, 2.0, f64::INFINITY) / chi2_sf(6.0, 2.0) - 1.0).abs() < 1e-14);
    assert!((f_sf(3.0, f64::INFINITY, 7.0) / f_sf(3.0, 1e12, 7.0) - 1.0).abs() < 1e-8);
    // Student with one degree of freedom is Cauchy, far beyond where t^2 overflows.
    assert!((two_sided_t(1e200, 1.0) * 1e200 * std::f64::consts::FRAC_PI_2 - 1.0).abs() < 1e-12);
}

#[test]
fn compensated_sums_keep_what_cancels() {
    assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
    assert_eq!(sum(std::iter::repeat_n(0.1, 10)), 1.0);
    assert_eq!(sum([]), 0.0);
    assert_eq!(sum([f64::INFINITY, 1.0]), f64::INFINITY);
    let mut s = CompensatedSum::new();
    s.extend([0.5, 0.25]);
    assert_eq!(s.value(), 0.75);
}

#[test]
fn approximate_j_errs_as_published() {
    // Relative errors of the approximation: 1.6e-3 at 5 df, 1.0e-4 at 18.
    for (m, err) in [(5.0, 1.6e-3), (18.0, 1.0e-4)] {
        let e = (hedges_j_approx(m) / hedges_j(m) - 1.0).abs();
        assert!((e / err - 1.0).abs() < 0.1, "{m}: {e:e}");
    }
}

proptest! {
    #[test]
    fn quantile_undoes_cdf(p in 1e-12f64..1.0, df in 0.3f64..5000.0, d2 in 0.3f64..5000.0) {
        prop_assume!(p < 1.0 - 1e-9);
        for (q, back) in [
            (norm_quantile(p), norm_cdf(norm_quantile(p))),
            (t_quantile(p, df), t_cdf(t_quantile(p, df), df)),
            (chi2_quantile(p, df), chi2_cdf(chi2_quantile(p, df), df)),
            (f_quantile(p, df, d2), 1.0 - f_sf(f_quantile(p, df, d2), df, d2)),
        ] {
            prop_assert!(!q.is_nan());
            prop_assert!((back - p).abs() <= 1e-11 * p.max(1e-4), "{} {} {}", q, back, p);
        }
    }

    #[test]
    fn tails_add_up_and_fall(x in 0.0f64..200.0, more in 1e-3f64..10.0, df in 0.3f64..2000.0) {
        prop_assert!((chi2_cdf(x, df) + chi2_sf(x, df) - 1.0).abs() < 1e-13);
        prop_assert!((t_cdf(x, df) + t_sf(x, df) - 1.0).abs() < 1e-13);
        prop_assert!(chi2_sf(x + more, df) <= chi2_sf(x, df));
        prop_assert!(two_sided_t(x + more, df) <= two_sided_t(x, df));
        prop_assert!(f_sf(x + more, 3.0, df) <= f_sf(x, 3.0, df));
    }

    #[test]
    fn relations_between_distributions(t in 0.0f64..50.0, df in 0.5f64..3000.0) {
        let pair = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(1e-290);
        prop_assert!(pair(f_sf(t * t, 1.0, df), two_sided_t(t, df)));
        prop_assert!(pair(chi2_sf(t * t, 1.0), two_sided_norm(t)) || t > 37.0);
        prop_assert!(pair(t_quantile(0.01, df), -t_quantile(0.99, df)));
    }

    #[test]
    fn never_hangs_or_panics(a in any::<f64>(), b in any::<f64>(), c in any::<f64>()) {
        let _ = (norm_cdf(a), norm_quantile(a), norm_isf(a), two_sided_t(a, b), t_sf(a, b));
        let _ = (t_quantile(a, b), chi2_sf(a, b), chi2_cdf(a, b), chi2_quantile(a, b));
        let _ = (f_sf(a, b, c), f_quantile(a, b, c), beta_cdf(a, b, c), beta_quantile(a, b, c));
        let p = a.abs() % 1.0;
        let _ = (t_quantile(p, b.abs()), chi2_quantile(p, b.abs()), chi2_isf(p, b.abs()));
        let _ = (f_quantile(p, b.abs(), c.abs()), beta_quantile(p, b.abs(), c.abs()));
    }
}
