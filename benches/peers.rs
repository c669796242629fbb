//! Weald beside metafor in one run: the same data, the same estimators, seconds and ratios.
//!
//! `cargo bench --bench peers` needs `Rscript` with the package metafor; without it, it says
//! so and times Weald alone. The peers are `benches/peers/metafor.R`
//! and, for what is done with a pooled result, `benches/peers/further.R`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};

#[path = "peers/further.rs"]
mod further;
#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

/// The fastest of enough repetitions to fill a fifth of a second, in seconds, and tau2.
fn time(y: &[f64], v: &[f64], estimator: Tau2Estimator) -> (f64, f64) {
    let o = PoolOptions {
        model: Model::Random(estimator),
        ci: CiMethod::Wald,
        guard: false,
        pi: PiMethod::None,
        tau2_ci: false,
        ..PoolOptions::default()
    };
    let (begin, mut fastest, mut value) = (Instant::now(), f64::INFINITY, f64::NAN);
    while begin.elapsed().as_secs_f64() < 0.2 {
        let start = Instant::now();
        let pooled = pool(std::hint::black_box(y), std::hint::black_box(v), &o);
        fastest = fastest.min(start.elapsed().as_secs_f64());
        value = pooled.map_or(f64::NAN, |p| p.heterogeneity.tau2);
    }
    (fastest, value)
}

/// Seconds and tau2 by (estimator, k) from the peer; `None` where there is none.
fn peer(sizes: &[usize]) -> Option<(String, HashMap<(String, usize), (f64, f64)>)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/metafor.R");
    let folder = tempfile::tempdir().ok()?;
    for &k in sizes {
        let (y, v) = studies(k);
        let mut text = String::from("yi,vi\n");
        for (y, v) in y.iter().zip(&v) {
            writeln!(text, "{y:?},{v:?}").ok()?;
        }
        std::fs::write(folder.path().join(format!("{k}.csv")), text).ok()?;
    }
    let mut command = Command::new("Rscript");
    command.arg(script).arg(folder.path()).args(sizes.iter().map(ToString::to_string));
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let mut lines = text.lines();
    let version = lines.next()?.to_owned();
    let mut found = HashMap::new();
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        if let [name, k, seconds, tau2] = fields[..] {
            let seconds = seconds.parse().unwrap_or(f64::NAN);
            let tau2 = tau2.parse().unwrap_or(f64::NAN);
            found.insert((name.to_owned(), k.parse().unwrap_or(0)), (seconds, tau2));
        }
    }
    Some((version, found))
}

fn main() {
    let sizes = [13, 100, 300, 1_000];
    let beyond = [10_000, 1_000_000];
    let peers = peer(&sizes);
    match &peers {
        Some((version, _)) => println!("Weald {} and {version}", env!("CARGO_PKG_VERSION")),
        None => println!("no Rscript with metafor here: Weald {} alone", env!("CARGO_PKG_VERSION")),
    }
    println!("{:>9} {:>5} {:>12} {:>12} {:>9} {:>12}", "k", "", "Weald s", "metafor s", "ratio", "tau2 apart");
    for k in sizes.into_iter().chain(beyond) {
        let (y, v) = studies(k);
        for estimator in [Tau2Estimator::Dl, Tau2Estimator::Reml, Tau2Estimator::Pm] {
            let (seconds, tau2) = time(&y, &v, estimator);
            let other = peers.as_ref().and_then(|(_, p)| p.get(&(estimator.name().to_owned(), k)));
            let (theirs, ratio, apart) = other.map_or_else(
                || ("-".to_owned(), "-".to_owned(), "-".to_owned()),
                |(s, t)| (format!("{s:.3e}"), format!("{:.0}", s / seconds), format!("{:.1e}", (t - tau2).abs())),
            );
            println!("{k:>9} {:>5} {seconds:>12.3e} {theirs:>12} {ratio:>9} {apart:>12}", estimator.name());
        }
    }
    further::compare();
}
