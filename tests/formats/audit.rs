//! `weald audit`: the same audit as text, JSON and HTML.

use std::process::{Command, Output};

fn weald(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weald")).args(arguments).current_dir(folder).output().expect("weald runs")
}

/// The example with two planted errors, in a folder of its own.
fn walking() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/audit/walking.rm5");
    std::fs::copy(example, folder.path().join("walking.rm5")).expect("the example is there");
    folder
}

#[test]
fn json_says_what_differs_and_what_hangs_on_each_finding() {
    let folder = walking();
    let said = weald(folder.path(), &["audit", "walking.rm5", "--format", "json"]);
    assert_eq!(said.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(json["ok"], false);
    let analyses = json["analyses"].as_array().expect("analyses");
    assert_eq!(analyses.len(), 2);
    let compared = analyses[0]["compared"].as_array().expect("compared");
    let effect = compared.iter().find(|c| c["field"] == "effect").expect("the effect");
    assert_eq!(effect["agrees"], false);
    assert!((effect["computed"].as_f64().expect("a number") - 1.317_037_427).abs() < 1e-8);
    assert!(analyses[1]["compared"].as_array().expect("compared").iter().all(|c| c["agrees"] == true));
    let differing: Vec<&str> =
        analyses[0]["study_differences"].as_array().expect("studies").iter().filter_map(|d| d["study"].as_str()).collect();
    assert!(differing.iter().all(|s| *s == "Cedar 2014") && !differing.is_empty());
    let finding = json["findings"].as_array().expect("findings").iter().find(|f| f["code"] == "W352").expect("an SE taken for an SD");
    assert_eq!((&finding["study"], &finding["row"].is_u64()), (&"Elm 2016".into(), &true));
    let change = &finding["effects"][0];
    assert_eq!(change["analysis"], "1.2");
    assert!(change["after"]["effect"].as_f64() < change["before"]["effect"].as_f64());
}

#[test]
fn html_is_one_accessible_page() {
    let folder = walking();
    let said = weald(folder.path(), &["audit", "walking.rm5", "--out", "audit.html"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.stdout.is_empty());
    let page = std::fs::read_to_string(folder.path().join("audit.html")).expect("the page");
    for part in
        ["<html lang=\"en\">", "<title>", "<h1", "<caption>", "scope=\"col\"", "scope=\"row\"", "@media print", "Elm 2016", "Cedar 2014"]
    {
        assert!(page.contains(part), "{part} is missing");
    }
    for part in ["http://", "https://", "<script", "src="] {
        assert!(!page.contains(part), "{part} reaches out");
    }
    let text = &page[page.find("<main").expect("the text")..page.find("</main>").expect("its end") + "</main>".len()];
    let document = roxmltree::Document::parse(text).expect("every element is closed");
    // Headings go down one level at a time, and every table has a caption.
    let mut level = 0;
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        if let Some(next) = name.strip_prefix('h').and_then(|n| n.parse::<usize>().ok()) {
            assert!(next <= level + 1, "h{next} follows h{level}");
            level = next;
        }
        if name == "table" {
            assert!(node.children().any(|c| c.has_tag_name("caption")));
        }
    }
}

/// The numbers and verdicts that the text tells stand in the page and in the JSON too.
#[test]
fn text_page_and_json_say_the_same() {
    let folder = walking();
    let said = |format: &str| String::from_utf8(weald(folder.path(), &["audit", "walking.rm5", "--format", format]).stdout).expect("UTF-8");
    // Names between backticks are code on the page.
    let page = said("html").replace("<code>", "`").replace("</code>", "`");
    let (text, page) = (said("text"), page.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"));
    let json: serde_json::Value = serde_json::from_str(&said("json")).expect("JSON");
    let all = |field: &str| {
        json["analyses"].as_array().expect("analyses").iter().flat_map(|a| a[field].as_array().expect("a list").clone()).collect::<Vec<_>>()
    };
    for number in all("compared") {
        let stored = number["stored"].as_str().expect("as the file has it");
        assert!(text.contains(stored) && page.contains(stored), "{stored}");
    }
    let plain = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, page) = (plain(&text), plain(&page));
    for differs in all("study_differences") {
        // A study of which the entered numbers are shown is told in one line.
        let shown = all("mismatches").iter().any(|m| m["study"] == differs["study"]);
        if !shown && differs["field"] != "weight" {
            let told = format!("{}: stored {}", differs["field"].as_str().expect("a name"), differs["stored"].as_str().expect("a number"));
            assert!(text.contains(&told) && page.contains(&told), "{told}");
        }
    }
    for finding in json["findings"].as_array().expect("findings").iter().filter(|f| f["severity"] != "note") {
        let message = finding["message"].as_str().expect("a message");
        assert!(text.contains(message) && page.contains(message), "{message}");
        for effect in finding["effects"].as_array().expect("effects") {
            let lead = format!("{}: ", effect["analysis"].as_str().expect("an analysis"));
            assert!(text.contains(&lead) && page.contains(&lead));
        }
    }
}

#[test]
fn what_could_not_be_computed_again_is_no_agreement() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = String::from_utf8(crate::fixture("fleiss.rm5")).expect("UTF-8");
    let audit = |text: String| {
        std::fs::write(folder.path().join("a.rm5"), text).expect("written");
        let said = weald(folder.path(), &["audit", "a.rm5"]);
        let all = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        (said.status.code(), all.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    // A method that nobody knows.
    let (status, said) = audit(file.replacen("METHOD=\"MH\"", "METHOD=\"XX\"", 1));
    assert_eq!(status, Some(1));
    assert!(said.contains("could not be compared") && !said.contains("all agree"), "{said}");
    // A study without people gives no effect, and the file has one.
    let (status, said) = audit(file.replacen("TOTAL_1=\"615\"", "TOTAL_1=\"0\"", 1));
    assert_eq!(status, Some(1));
    assert!(said.contains("left out: MRC-1"), "{said}");
    // A number that can't be read is told, with its line and attribute.
    let (status, said) = audit(file.replacen("EVENTS_1=\"49\"", "EVENTS_1=\"x49\"", 1));
    assert_eq!(status, Some(1));
    assert!(said.contains("E308") && said.contains("EVENTS_1") && said.contains("MRC-1") && said.contains("`x49`"), "{said}");
}

#[test]
fn markup_in_labels_stays_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = "study,events1,n1,events2,n2\n\"<script>alert(1)</script> & co\",4,3,5,30\nB,4,30,5,30\n";
    std::fs::write(folder.path().join("a.csv"), csv).expect("written");
    let said = weald(folder.path(), &["audit", "a.csv", "--format", "html"]);
    let page = String::from_utf8(said.stdout).expect("UTF-8");
    assert_eq!(said.status.code(), Some(1), "more events than people");
    assert!(!page.contains("<script>"));
}

#[test]
fn the_audited_file_is_not_overwritten() {
    let folder = walking();
    let before = std::fs::read(folder.path().join("walking.rm5")).expect("read");
    let said = weald(folder.path(), &["audit", "walking.rm5", "--out", "./walking.rm5"]);
    assert_ne!(said.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&said.stderr).contains("E328"));
    let store = folder.path().join("w.json");
    assert!(weald(folder.path(), &["import", "walking.rm5", "--to", "w.json"]).status.success());
    let kept = std::fs::read(&store).expect("read");
    let said = weald(folder.path(), &["audit", "w.json", "--out", "./w.json"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("E326"));
    assert_eq!(std::fs::read(&store).expect("read"), kept);
    assert_eq!(std::fs::read(folder.path().join("walking.rm5")).expect("read"), before);
}

#[test]
fn without_an_error_the_status_is_0() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("fleiss.rm5"), crate::fixture("fleiss.rm5")).expect("written");
    let said = weald(folder.path(), &["audit", "fleiss.rm5"]);
    assert_eq!(said.status.code(), Some(0));
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(text.contains("all agree") && text.contains("p of Q to 1e-6") && text.contains("agrees to 1e-6"), "{text}");
}

#[test]
fn reading_errors_are_counted_and_json_is_always_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = String::from_utf8(crate::fixture("fleiss.rm5")).expect("text");
    std::fs::write(folder.path().join("a.rm5"), text.replacen("EVENTS_1=\"49\"", "EVENTS_1=\"x49\"", 1)).expect("written");
    let said = weald(folder.path(), &["audit", "a.rm5"]);
    assert_eq!(said.status.code(), Some(1));
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(text.contains("1 error, told at the end") && text.contains("left out: MRC-1 (line 25)"), "{text}");
    assert!(String::from_utf8_lossy(&said.stderr).contains("E308"));
    std::fs::write(folder.path().join("empty.csv"), "").expect("written");
    let said = weald(folder.path(), &["audit", "empty.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!((said.status.code(), &json["ok"]), (Some(1), &false.into()));
    assert!(!json["diagnostics"].as_array().expect("diagnostics").is_empty());
    // No text in a file that is named as another kind.
    let said = weald(folder.path(), &["audit", "a.rm5", "--out", "x.pdf"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("E328") && !folder.path().join("x.pdf").exists());
}
