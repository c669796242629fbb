//! Any effects and variances under any model: a result or a reason, never a panic or a hang;
//! and an estimate within the effects.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weald::stats::pool::{CiMethod, Model, PoolOptions, Tau2Estimator, pool};

fuzz_target!(|input: (u8, u8, Vec<(f64, f64)>)| {
    let (model, ci, rows) = input;
    let model = Tau2Estimator::ALL.get(usize::from(model) % 11).map_or(Model::Common, |e| Model::Random(*e));
    let ci = [CiMethod::Wald, CiMethod::T, CiMethod::Hksj, CiMethod::Mhksj][usize::from(ci) % 4];
    let (y, v): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
    let Ok(pooled) = pool(&y, &v, &PoolOptions { model, ci, ..PoolOptions::default() }) else { return };
    let low = y.iter().copied().fold(f64::INFINITY, f64::min);
    let high = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let slack = 1e-9 * low.abs().max(high.abs());
    assert!(pooled.estimate >= low - slack && pooled.estimate <= high + slack, "{pooled:?}");
    assert!(pooled.heterogeneity.tau2 >= 0.0, "{pooled:?}");
});
