//! What is done with a pooled result, beside metafor: `benches/peers/further.R`, on the same data
//! under the same model.

use super::studies::studies;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use weald::stats::error::StatsError;
use weald::stats::multilevel::{Clustered, DependentEffects, MultilevelOptions, Sampling};
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};
use weald::stats::random::Random;
use weald::stats::regression::{Design, PermutationOptions, RegressOptions, permute};
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

/// A moderator without a pattern.
fn moderator(i: usize) -> f64 {
    ((i * 8023 + 31) % 1009) as f64 / 1009.0
}

/// Effects within studies.
struct Levels {
    y: Vec<f64>,
    v: Vec<f64>,
    study: Vec<usize>,
}

/// Studies of `size` effects each, variances of true effects 0.06 and 0.03.
fn made(studies: usize, size: usize) -> Levels {
    let mut r = Random::new(7);
    let mut it = Levels { y: vec![], v: vec![], study: vec![] };
    for s in 0..studies {
        let level = 0.2 + 0.25 * r.normal();
        for _ in 0..size {
            let v = 0.01 + 0.2 * r.uniform();
            it.y.push(level + 0.17 * r.normal() + v.sqrt() * r.normal());
            it.v.push(v);
            it.study.push(s);
        }
    }
    it
}

/// 56 schools of 11 districts (Konstantopoulos 2011).
fn schools() -> Levels {
    let mut it = Levels { y: vec![], v: vec![], study: vec![] };
    let mut names: Vec<String> = Vec::new();
    let mut reader = csv::Reader::from_reader(include_str!("../../tests/reference/konstantopoulos2011.csv").as_bytes());
    let column = |reader: &mut csv::Reader<&[u8]>, name: &str| reader.headers().ok()?.iter().position(|h| h == name);
    let (Some(study), Some(yi), Some(vi)) = (column(&mut reader, "study"), column(&mut reader, "yi"), column(&mut reader, "vi")) else {
        return it;
    };
    for record in reader.into_records().flatten() {
        let place = names.iter().position(|n| *n == record[study]).unwrap_or_else(|| {
            names.push(record[study].to_owned());
            names.len() - 1
        });
        it.study.push(place);
        it.y.push(record[yi].parse().unwrap_or(f64::NAN));
        it.v.push(record[vi].parse().unwrap_or(f64::NAN));
    }
    it
}

fn three_level(it: &Levels) -> Result<f64, StatsError> {
    let effects = DependentEffects { y: &it.y, v: &it.v, study: &it.study, x: None, sampling: Sampling::Independent };
    Ok(Clustered::new(&effects)?.fit(&MultilevelOptions::default())?.coefficients[0].estimate)
}

/// The peer's seconds, its check sum, and the share of its work that was timed.
type Peer = (f64, f64, f64);

/// By analysis; `None` where there is no Rscript with metafor.
fn peer() -> Option<HashMap<String, Peer>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/further.R");
    let folder = tempfile::tempdir().ok()?;
    for k in [13, 200, 1_000] {
        let (y, v) = studies(k);
        let mut text = String::from("yi,vi,x\n");
        for (i, (y, v)) in y.iter().zip(&v).enumerate() {
            writeln!(text, "{y:?},{v:?},{:?}", moderator(i)).ok()?;
        }
        std::fs::write(folder.path().join(format!("{k}.csv")), text).ok()?;
    }
    for (name, it) in [("56", schools()), ("200x5", made(200, 5))] {
        let mut text = String::from("study,yi,vi\n");
        for ((s, y), v) in it.study.iter().zip(&it.y).zip(&it.v) {
            writeln!(text, "{s},{y:?},{v:?}").ok()?;
        }
        std::fs::write(folder.path().join(format!("levels-{name}.csv")), text).ok()?;
    }
    let output = Command::new("Rscript").arg(script).arg(folder.path()).output().ok()?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let of_line = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [name, seconds, total, share] = fields[..] else { return None };
        let total = total.trim().parse().unwrap_or(f64::NAN);
        Some((name.to_owned(), (seconds.parse().ok()?, total, share.parse().ok()?)))
    };
    Some(text.lines().filter_map(of_line).collect())
}

/// 10,000 sets of 3 to 30 of the studies, each pooled with everything that `pool` gives.
fn many(y: &[f64], v: &[f64]) -> Result<f64, StatsError> {
    let o = PoolOptions::default();
    (0..10_000)
        .map(|i| {
            let n = 3 + i % 28;
            let from = (i * 7) % (1_000 - n);
            pool(&y[from..from + n], &v[from..from + n], &o).map(|p| p.estimate)
        })
        .sum()
}

/// Prints the table.
pub fn compare() {
    let model = Model::Random(Tau2Estimator::Reml);
    let o = PoolOptions { model, ci: CiMethod::Wald, guard: false, pi: PiMethod::None, tau2_ci: false, ..PoolOptions::default() };
    let (small, big, large) = (studies(13), studies(200), studies(1_000));
    let left_out = |(y, v): &(Vec<f64>, Vec<f64>)| Ok(leave_one_out(y, v, &o, Watch::NONE)?.iter().map(|l| l.result.estimate).sum());
    let added = |(y, v): &(Vec<f64>, Vec<f64>)| {
        let order = Order::by(y.len(), |a, b| a.cmp(&b), Ties::FileOrder);
        Ok(cumulative(y, v, &order, &o, Watch::NONE)?.iter().map(|l| l.result.estimate).sum())
    };
    let all = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::Complete };
    let drawn = BootstrapOptions { resampling: Resampling::Studies, draws: 10_000, seed: 1, level: 95.0 };
    let names = vec!["intercept".to_owned(), "x".to_owned()];
    let x = Design::new(names, (0..13).flat_map(|i| [1.0, moderator(i)]).collect(), 13);
    let regression = RegressOptions { model, ci: CiMethod::Wald, guard: false, ..RegressOptions::default() };
    let tests = PermutationOptions { exact_up_to: 0, ..PermutationOptions::default() };
    let permuted = || match &x {
        Ok(x) => permute(&small.0, &small.1, x, &regression, &tests, &|| false).map(|_| 0.0),
        Err(_) => Ok(f64::NAN),
    };
    let (schools, some, many_studies) = (schools(), made(200, 5), made(20_000, 5));
    let rows: [(&str, (f64, f64)); 12] = [
        ("leave-one-out 200", time(|| left_out(&big))),
        ("leave-one-out 1000", time(|| left_out(&large))),
        ("cumulative 200", time(|| added(&big))),
        ("cumulative 1000", time(|| added(&large))),
        ("influence 200", time(|| Ok(influence(&big.0, &big.1, &o, Watch::NONE)?.rows.iter().map(|r| r.dfbetas).sum()))),
        ("gosh 13", time(|| Ok(gosh(&small.0, &small.1, model, &all, Watch::NONE)?.points.iter().map(|p| p.estimate).sum()))),
        ("bootstrap 13 10000", time(|| bootstrap(&small.0, &small.1, model, &drawn, Watch::NONE).map(|_| 0.0))),
        ("permutation 13 10000", time(permuted)),
        ("three-level 56", time(|| three_level(&schools))),
        ("three-level 200x5", time(|| three_level(&some))),
        ("three-level 20000x5", time(|| three_level(&many_studies))),
        ("pools 10000", time(|| many(&large.0, &large.1))),
    ];
    let peers = peer();
    println!("\n{:>20} {:>12} {:>12} {:>9} {:>12} {:>8}", "under REML", "Weald s", "metafor s", "ratio", "sums apart", "timed");
    for (name, (seconds, total)) in rows {
        let dash = || "-".to_owned();
        let other = peers.as_ref().and_then(|p| p.get(name));
        let (theirs, ratio, apart, share) = other.map_or_else(
            || (dash(), dash(), dash(), dash()),
            |(s, t, share)| {
                let apart = if *share == 1.0 { format!("{:.1e}", (t - total).abs()) } else { dash() };
                (format!("{s:.3e}"), format!("{:.0}", s / seconds), apart, format!("{:.0}%", 100.0 * share))
            },
        );
        println!("{name:>20} {seconds:>12.3e} {theirs:>12} {ratio:>9} {apart:>12} {share:>8}");
    }
}
