//! Sensitivity analyses beside metafor: `benches/peers/sensitivity.R`, the same data and model.

use super::studies::studies;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use weald::stats::error::StatsError;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator};
use weald::stats::sensitivity::{
    BootstrapOptions, GoshOptions, GoshSampling, Order, Resampling, Ties, Watch, bootstrap, cumulative, gosh, influence, leave_one_out,
};

/// The fastest of enough repetitions to fill a second, in seconds, and the result.
fn time(work: impl Fn() -> Result<f64, StatsError>) -> (f64, f64) {
    let (begin, mut fastest, mut value) = (Instant::now(), f64::INFINITY, f64::NAN);
    while begin.elapsed().as_secs_f64() < 1.0 {
        let start = Instant::now();
        value = work().unwrap_or(f64::NAN);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    (fastest, value)
}

/// Seconds and check sum by analysis; `None` where there is no Rscript with metafor.
fn peer() -> Option<HashMap<String, (f64, f64)>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/sensitivity.R");
    let folder = tempfile::tempdir().ok()?;
    for k in [13, 200] {
        let (y, v) = studies(k);
        let mut text = String::from("yi,vi\n");
        for (y, v) in y.iter().zip(&v) {
            writeln!(text, "{y:?},{v:?}").ok()?;
        }
        std::fs::write(folder.path().join(format!("{k}.csv")), text).ok()?;
    }
    let output = Command::new("Rscript").arg(script).arg(folder.path()).output().ok()?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let of_line = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [name, seconds, total] = fields[..] else { return None };
        Some((name.to_owned(), (seconds.parse().ok()?, total.trim().parse().unwrap_or(f64::NAN))))
    };
    Some(text.lines().filter_map(of_line).collect())
}

/// Prints the table.
pub fn compare() {
    let model = Model::Random(Tau2Estimator::Reml);
    let o = PoolOptions { model, ci: CiMethod::Wald, guard: false, pi: PiMethod::None, tau2_ci: false, ..PoolOptions::default() };
    let (y, v) = studies(200);
    let (ys, vs) = studies(13);
    let order = Order::by(200, |a, b| a.cmp(&b), Ties::FileOrder);
    let g = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::Complete };
    let b = |draws| BootstrapOptions { resampling: Resampling::Studies, draws, seed: 1, level: 95.0 };
    let big = studies(1_000);
    let order_of_big = Order::by(1_000, |a, b| a.cmp(&b), Ties::FileOrder);
    let estimates = |y: &[f64], v: &[f64]| Ok(leave_one_out(y, v, &o, Watch::NONE)?.iter().map(|l| l.result.estimate).sum());
    let rows: [(&str, (f64, f64)); 8] = [
        ("leave-one-out 200", time(|| estimates(&y, &v))),
        ("leave-one-out 1000", time(|| estimates(&big.0, &big.1))),
        ("cumulative 200", time(|| Ok(cumulative(&y, &v, &order, &o, Watch::NONE)?.iter().map(|l| l.result.estimate).sum()))),
        (
            "cumulative 1000",
            time(|| Ok(cumulative(&big.0, &big.1, &order_of_big, &o, Watch::NONE)?.iter().map(|l| l.result.estimate).sum())),
        ),
        ("influence 200", time(|| Ok(influence(&y, &v, &o, Watch::NONE)?.rows.iter().map(|r| r.dfbetas).sum()))),
        ("gosh 13", time(|| Ok(gosh(&ys, &vs, model, &g, Watch::NONE)?.points.iter().map(|p| p.estimate).sum()))),
        ("bootstrap 13 1000", time(|| bootstrap(&ys, &vs, model, &b(1_000), Watch::NONE).map(|_| 0.0))),
        ("bootstrap 13 10000", time(|| bootstrap(&ys, &vs, model, &b(10_000), Watch::NONE).map(|_| 0.0))),
    ];
    let peers = peer();
    println!("\n{:>20} {:>12} {:>12} {:>9} {:>12}", "under REML", "Weald s", "metafor s", "ratio", "sums apart");
    for (name, (seconds, total)) in rows {
        let other = peers.as_ref().and_then(|p| p.get(name));
        let (theirs, ratio, apart) = other.map_or_else(
            || ("-".to_owned(), "-".to_owned(), "-".to_owned()),
            |(s, t)| (format!("{s:.3e}"), format!("{:.0}", s / seconds), format!("{:.1e}", (t - total).abs())),
        );
        println!("{name:>20} {seconds:>12.3e} {theirs:>12} {ratio:>9} {apart:>12}");
    }
}
