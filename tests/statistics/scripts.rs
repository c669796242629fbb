//! Scripts run on data in memory, and the results of their JSON.

use serde_json::Value;
use weald::eval::outcome::Outcome;
use weald::report::DocumentJson;
use weald::store::Memory;
use weald::{Run, Session, Source};

/// The bytes of a file of `tests/reference`.
pub fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Runs a script beside a file; it has no error.
pub fn run_on(name: &str, bytes: impl Into<Vec<u8>>, script: &str) -> Run {
    let mut session = Session::with_files(Memory::new().with(name, bytes.into()));
    let run = session.run(&Source::new("script.weald", script));
    let errors: Vec<_> = run.problems.iter().filter(|p| p.problem.is_error()).map(|p| &p.problem).collect();
    assert!(run.ok(), "{name}: {errors:#?}\n{script}");
    run
}

/// The results of a run, as JSON.
pub fn json(run: &Run) -> Vec<Value> {
    let source = Source::new("script.weald", "");
    let text = DocumentJson::new(2026, None, &source, &[], run.outcomes.iter()).render().expect("JSON");
    serde_json::from_str::<Value>(&text).expect("JSON")["results"].as_array().expect("results").clone()
}

/// The results of a script beside a reference data set.
pub fn results(dataset: &str, script: &str) -> Vec<Value> {
    let name = format!("{dataset}.csv");
    json(&run_on(&name, file(&name), script))
}

/// `smd:ub` in the words of the language.
pub fn measure(label: &str) -> String {
    match label.split_once(':') {
        Some((measure, variance)) => format!("{measure} variance {variance}"),
        None => label.to_owned(),
    }
}

/// The trials of BCG vaccine.
pub const BCG: &[u8] = include_bytes!("../reference/bcg.csv");

/// A session in which they are pooled as `vaccine`.
pub fn vaccine() -> Session {
    let mut session = Session::with_files(Memory::new().with("bcg.csv", BCG));
    let run = session.run(&Source::new("before", "use \"bcg.csv\"\nlet vaccine = pool outcome measure rr"));
    assert!(run.ok(), "{:?}", run.problems);
    session
}

/// Runs a script after it.
pub fn run(script: &str) -> Run {
    let run = vaccine().run(&Source::new("script", script));
    assert!(run.ok(), "{script}: {:?}", run.problems);
    run
}

/// The last result of such a script.
pub fn one(script: &str) -> Outcome {
    run(script).outcomes.pop().unwrap_or_else(|| panic!("{script}: no result"))
}
