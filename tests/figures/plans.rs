//! Pictures in a script that follows a plan: their label and the fingerprint of the lock.

use super::*;

const PLAN: [(&str, &str); 5] = [
    ("bcg.plan.weald", include_str!("../../examples/bcg/bcg.plan.weald")),
    ("bcg.plan.lock.json", include_str!("../../examples/bcg/bcg.plan.lock.json")),
    ("bcg.plan.lock.2.json", include_str!("../../examples/bcg/bcg.plan.lock.2.json")),
    ("bcg.plan.journal.jsonl", include_str!("../../examples/bcg/bcg.plan.journal.jsonl")),
    ("bcg.plan.journal.sha256", include_str!("../../examples/bcg/bcg.plan.journal.sha256")),
];

#[test]
fn a_picture_has_the_label_of_the_whole_run_and_the_fingerprint_of_the_lock() {
    let mut files = Memory::new().with("bcg.csv", BCG);
    for (name, text) in PLAN {
        files = files.with(name, text);
    }
    let mut session = Session::with_files(files);
    // Whether `mine` stands in the place of P1 hangs on what is run after it was drawn.
    let script = "follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\n\
        let mine = pool outcome model dl ci wald\nforest of mine to \"mine.svg\"\n\
        run P1\nforest of P1 to \"p1.svg\"\nfunnel of P1 to \"funnel.svg\"\n\
        run S2, L1\nforest of L1 to \"l1.svg\" layout revman\nforest of S2 to \"s2.svg\" layout jama\n\
        forest of (mine where year > 2000) to \"nothing.svg\"\n";
    let run = session.run(&Source::new("script", script));
    assert!(run.ok(), "{:?}", run.problems);
    let fingerprint = run.followed.as_ref().and_then(|f| f.report.fingerprint.clone()).expect("a lock");
    let status = |path: &str| {
        let scene = texts(&file(&session, path));
        // A long label goes on below.
        scene.texts().into_iter().map(|t| t.text.clone()).collect::<Vec<_>>().join(" ")
    };
    for (path, label) in [
        ("mine.svg", "POST HOC"),
        ("p1.svg", "PRE-SPECIFIED · P1"),
        ("funnel.svg", "PRE-SPECIFIED · P1"),
        ("l1.svg", "PRE-SPECIFIED · L1"),
        ("s2.svg", "AMENDED A1 before results · S2"),
    ] {
        let said = status(path);
        assert!(said.contains(&format!("Status: {label}")) && said.contains(&fingerprint), "{path}: {said}");
        assert_eq!(faults(&texts(&file(&session, path)), &Fonts::bundled()), Vec::<String>::new(), "{path}");
    }
    // What has nothing to draw is a warning here too, and no file.
    assert!(run.problems.iter().any(|p| p.problem.code == "W488"), "{:?}", run.problems);
    assert!(!session.files().exists("nothing.svg"));
    assert_eq!(run.outcomes.iter().filter(|o| matches!(o, Outcome::File(_))).count(), 5);
}
