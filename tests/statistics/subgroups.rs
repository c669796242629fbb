//! The test between subgroups rests on each group's own estimate and standard error.

use weald::store::Memory;
use weald::{PoolResult, Session, Source};

fn by_alloc(clauses: &str) -> PoolResult {
    let files = Memory::new().with("bcg.csv", include_bytes!("../reference/bcg.csv").as_slice());
    let mut session = Session::with_files(files);
    let run = session.run(&Source::new("test", format!("use \"bcg.csv\"\npool outcome measure or {clauses} by alloc")));
    assert!(run.ok(), "{:?}", run.problems);
    run.pools().next().expect("a result").clone()
}

/// Q of estimates with their standard errors.
fn q(result: &PoolResult) -> f64 {
    let groups = result.groups.as_ref().expect("groups");
    let parts: Vec<(f64, f64)> = groups.iter().filter_map(|g| Some((g.estimate?, 1.0 / (g.se? * g.se?)))).collect();
    let total: f64 = parts.iter().map(|p| p.1).sum();
    let mean = parts.iter().map(|p| p.0 * p.1).sum::<f64>() / total;
    parts.iter().map(|p| p.1 * (p.0 - mean) * (p.0 - mean)).sum()
}

#[test]
fn of_inverse_variance_with_walds_interval() {
    for model in ["common", "reml", "dl"] {
        let result = by_alloc(&format!("model {model} ci wald"));
        let between = result.between.as_ref().expect("a test");
        assert!((between.q - q(&result)).abs() < 1e-9 * between.q, "{model}");
        assert_eq!(between.df, 2.0);
    }
}

#[test]
fn of_pooled_counts() {
    for model in ["mh", "peto"] {
        let result = by_alloc(&format!("model {model}"));
        let between = result.between.as_ref().expect("a test");
        assert!((between.q - q(&result)).abs() < 1e-9 * between.q, "{model}");
    }
}

#[test]
fn does_not_depend_on_the_interval() {
    let wald = by_alloc("model reml ci wald").between.map(|b| b.q);
    assert_eq!(by_alloc("model reml ci hksj").between.map(|b| b.q), wald);
}
