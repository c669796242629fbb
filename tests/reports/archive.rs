//! The archive of a review runs again.

use super::*;

#[test]
fn the_archive_has_the_same_bytes_and_a_digest_of_everything() {
    let script = format!("{REPORT}report to \"r.md\"\nreport bundle to \"all.zip\"");
    let zip = written(&script, "all.zip");
    assert_eq!(zip, written(&script, "all.zip"));
    let parts = parts(&zip);
    let names: Vec<&str> = parts.iter().map(|p| p.0.as_str()).collect();
    assert_eq!(names[..6], ["MANIFEST.txt", "files/bcg.csv", "files/script.weald", "results.json", "store.json", "written/r-1.svg"]);
    let manifest = String::from_utf8_lossy(&parts[0].1).into_owned();
    for (name, bytes) in &parts[1..] {
        assert!(manifest.contains(&format!("{}  {name}\n", weald::store::sha256(bytes))), "{name}");
    }
    assert_eq!(parts[1].1, BCG);
    assert_eq!(String::from_utf8_lossy(&parts[2].1).trim_end(), script.trim_end());
    // What was read, alone, gives what was written.
    let read = parts.iter().filter_map(|(name, bytes)| Some((name.strip_prefix("files/")?, bytes)));
    let files = read.fold(Memory::new(), |files, (name, bytes)| files.with(name, bytes.clone()));
    let text = files.read("script.weald").map(|b| String::from_utf8_lossy(&b).into_owned()).expect("the script");
    let (again, session) = run_with(files, &text);
    assert!(again.ok(), "{:?}", again.problems);
    assert_eq!(session.files().read("r.md").expect("written"), parts.iter().find(|p| p.0 == "written/r.md").expect("the report").1);
}

/// Runs the script of an archive where its manifest says, and gives what it writes.
fn again(zip: &[u8]) -> (Run, Session, Vec<(String, Vec<u8>)>) {
    let parts = parts(zip);
    let manifest = String::from_utf8_lossy(&parts[0].1).into_owned();
    let how = manifest.lines().nth(1).expect("a line").to_owned();
    let said: Vec<&str> = how.split('`').collect();
    let (script, folder) = (said[1].strip_prefix("weald run ").and_then(|s| s.strip_suffix(" --out again")).expect("a script"), said[3]);
    // Paths lead from the folder of the script, as on disk.
    let depth = folder.split('/').count();
    let mut files = Memory::new();
    let mut text = String::new();
    for (name, bytes) in &parts {
        let Some(rest) = name.strip_prefix("files/") else { continue };
        let own = format!("{folder}/");
        let path = match name.strip_prefix(&own) {
            Some(beside) => beside.to_owned(),
            None => format!("{}{rest}", "../".repeat(depth - 1)),
        };
        if path == script {
            text = String::from_utf8(bytes.clone()).expect("text");
        }
        files = files.with(&path, bytes.clone());
    }
    let (run, session) = run_with(files, &text);
    (run, session, parts)
}

#[test]
fn a_script_that_follows_a_plan_and_reads_above_itself_runs_again_from_its_archive() {
    let mut files = Memory::new().with("../common/bcg.csv", BCG).with("plans/bcg.csv", BCG);
    for (name, text) in [
        ("bcg.plan.weald", include_str!("../../examples/bcg/bcg.plan.weald")),
        ("bcg.plan.lock.json", include_str!("../../examples/bcg/bcg.plan.lock.json")),
        ("bcg.plan.lock.2.json", include_str!("../../examples/bcg/bcg.plan.lock.2.json")),
        ("bcg.plan.journal.jsonl", include_str!("../../examples/bcg/bcg.plan.journal.jsonl")),
        ("bcg.plan.journal.sha256", include_str!("../../examples/bcg/bcg.plan.journal.sha256")),
    ] {
        files = files.with(&format!("plans/{name}"), text);
    }
    let script = "follow \"plans/bcg.plan.weald\"\nuse \"../common/bcg.csv\"\nrun P1, S1\nforest of P1 to \"p1.svg\"\n\
        report to \"r.md\"\nreport bundle to \"all.zip\"\n";
    let (run, session) = run_with(files, script);
    assert!(run.ok(), "{:?}", run.problems);
    let (second, session_again, parts) = again(&session.files().read("all.zip").expect("written"));
    assert!(second.ok(), "{:?}", second.problems);
    let written: Vec<&(String, Vec<u8>)> = parts.iter().filter(|p| p.0.starts_with("written/")).collect();
    assert!(written.len() > 3, "{written:?}");
    for (name, bytes) in written {
        let path = name.trim_start_matches("written/").trim_start_matches("here/");
        assert_eq!(session_again.files().read(path).expect("written again"), *bytes, "{name}");
    }
}

#[test]
fn results_in_the_archive_are_what_the_run_gives() {
    let script =
        "use \"bcg.csv\"\nset conventions metafor\nlet v = pool outcome measure rr\nlet mh = v model mh\nreport bundle to \"all.zip\"";
    let parts = parts(&written(script, "all.zip"));
    let json: serde_json::Value =
        parts.iter().find(|p| p.0 == "results.json").map(|p| serde_json::from_slice(&p.1).expect("JSON")).expect("results");
    assert_eq!(json["conventions"], "metafor");
    assert!(json["diagnostics"].as_array().is_some_and(|d| d.iter().any(|d| d["code"] == "W205")), "{}", json["diagnostics"]);
}

#[test]
fn a_report_names_the_archive_and_what_was_read() {
    let text = written("use \"bcg.csv\"\nlet v = pool outcome measure rr\nreport to \"r.md\"\nreport bundle to \"all.zip\"", "r.md");
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains("in the archive all.zip"), "{text}");
    assert!(text.contains(&weald::store::sha256(BCG)), "{text}");
}

#[test]
fn an_archive_of_absolute_paths_says_where_it_runs() {
    let (run, _) = run_with(
        Memory::new().with("/data/bcg.csv", BCG),
        "use \"/data/bcg.csv\"\nlet v = pool outcome measure rr\nreport bundle to \"all.zip\"",
    );
    assert_eq!(messages(&run, "W334"), ["the archive runs again only where these files are: /data/bcg.csv"]);
}

#[test]
fn a_section_below_its_report_is_told() {
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nreport to \"r.md\"\nsection interests \"None.\"");
    assert_eq!(messages(&run, "W335"), ["section `interests` stands after `report to`, and is not in that report"]);
}
