//! The whole model, and documents of earlier versions.

use weald::store::{Disk, Memory, SCHEMA, Store, open, read_json, save, to_json};

const WHOLE: &str = r#"{
  "schema": 2,
  "review": {
    "id": "r", "title": "T", "question": "Q", "stage": "extraction",
    "registrations": [{"registry": "PROSPERO", "id": "CRD1", "date": "2025-01-02", "url": "https://example.org", "receipt": "r.pdf"}],
    "locks": [{"plan": "r.plan.weald", "sha256": "00", "date": "2025-01-03"}],
    "epochs": [{"name": "original", "from": "1990", "to": "2025-02-01"}, {"name": "update 1", "from": "2025-02-01", "to": "2026-02-01", "note": "n"}],
    "searches": [{"source": "MEDLINE", "date": "2025-02-01", "epoch": "original", "records": 120, "note": "n"}],
    "statements": [{"fact": "minimum age", "value": "18", "from": "Methods"}]
  },
  "outcomes": {"pain": {"label": "Pain", "direction": "lower_better", "role": "primary", "domain": "symptoms", "type": "continuous",
    "importance": "critical", "measure": "smd", "mid": {"value": 10, "unit": "points", "source": "Olsen 2017"}}},
  "instruments": {"VAS": {"outcome": "pain", "direction": "lower_better", "items": 1, "min": 0, "max": 100, "step": 1,
    "subscales": ["rest", "movement"], "reference_sd": "20.0", "reference_source": "norms", "mid": {"value": "9.0"}}},
  "timepoints": {"post": {"label": "Post", "anchor": "randomisation", "target": "12 weeks", "from": "8 weeks", "to": "16 weeks", "pick": "nearest"}},
  "analysis_sets": {"as treated": {"description": "by what they got"}},
  "arms": {"A.i": {"class": "exercise", "components": ["walking", "talks"], "dose": "3 a week", "format": "group", "study": "A", "n_randomised": 40, "n_clusters": 4},
    "A.c": {"class": "usual care", "study": "A", "n_randomised": 41, "n_clusters": 4}},
  "comparisons": {"exercise": {"arm1": ["A.i"], "arm2": ["A.c"]}},
  "characteristics": {"setting": {"levels": ["clinic", "home"]}},
  "preferences": {"instrument": ["VAS"]},
  "reports": {"A 2020": {"study": "A", "citation": "A. 2020", "doi": "10.1/1", "pmid": "1", "type": "article", "language": "en",
    "retrieval": "found", "epoch": "original", "screening": [
      {"stage": "title and abstract", "by": "EO", "decision": "include", "date": "2025-02-03"},
      {"stage": "title and abstract", "by": "PK", "decision": "exclude", "reason": "wrong population"},
      {"stage": "title and abstract", "by": "consensus", "decision": "include"}]}},
  "studies": {"A": {"label": "A (2020)", "trial": "T1", "citation": "A. 2020", "registrations": "NCT1;NCT2", "overlap_group": "g", "retraction": "none",
    "characteristics": {"design": "cluster", "allocation_unit": "ward", "sites": "3 hospitals", "country": "Norway", "recruitment_start": "2018-01",
      "recruitment_end": "2019-06-30", "n_randomised": 81, "icc": {"number": "0.050"}, "funding": "public", "conflicts": "none", "inspect_sr": "passed", "setting": "clinic"}}},
  "rows": [
    {"study": "A", "outcome": "pain", "timepoint": "post", "analysis": "itt", "instrument": "VAS", "rater": "self", "comparison": "exercise",
     "arm1": "A.i", "arm2": "A.c", "values": {"n1": 38, "mean1": "41.0", "sd1": 20.5, "n2": 40, "mean2": 50, "sd2": 21, "actual_weeks": 11},
     "unit": "points", "adjusted": "yes", "covariates": "age; baseline", "extractor": "EO; PK", "consensus": "EO", "conversion": "SD from SE 3.3",
     "report": "A 2020", "page": "7", "quote": "41.0 (SE 3.3)", "from": "Table 2", "note": "n"},
    {"study": "A", "outcome": "pain", "timepoint": "post", "values": {"favours": 1}, "reported": "direction only", "from": "p. 8"},
    {"study": "A", "outcome": "pain", "reported": "not significant", "quote": "did not differ"}
  ],
  "risk_of_bias": [
    {"study": "A", "outcome": "pain", "timepoint": "post", "analysis": "itt", "comparison": "exercise", "tool": "RoB 2 (2019)", "effect": "assignment",
     "domain": "overall", "judgement": "some concerns", "support": "s", "direction": "favours 1", "assessor": "EO", "date": "2025-03-01"},
    {"study": "A", "tool": "ROBINS-I", "domain": "confounding", "judgement": "serious"},
    {"study": "A", "tool": "RoB 1", "domain": "other bias", "judgement": "unclear"}
  ],
  "exclusions": [{"what": "B 2021", "level": "report", "stage": "full text", "reason": "NO-CONTROL", "text": "one arm", "by": "PK", "date": "2025-02-10"}],
  "judgements": [{"question": "does A overlap B?", "answer": "no", "reason": "dates", "by": "EO", "date": "2025-02-11"}],
  "grades": [{"analysis": "P1", "domain": "imprecision", "level": "-1", "reason": "wide", "rater": "EO"}],
  "flow": [{"stage": "identified", "stream": "databases", "count": 120}]
}"#;

#[test]
fn the_whole_model_is_read_and_kept_in_every_form() {
    let loaded = read_json("w.json", WHOLE.as_bytes());
    assert_eq!(loaded.problems, []);
    let store = loaded.store.expect("a store");
    assert_eq!(store.reports["A 2020"].screening.len(), 3);
    assert_eq!(store.arms["A.i"].n_clusters.as_ref().map(|c| c.value), Some(4.0));
    assert_eq!(store.rows[0].conversion.as_deref(), Some("SD from SE 3.3"));
    assert_eq!(store.rows[0].number("actual_weeks"), Some(11.0));
    assert_eq!(store.rows[2].reported.as_deref(), Some("not significant"));
    // Every field that was written is written again: none is read and dropped.
    let written: serde_json::Value = serde_json::from_str(WHOLE).expect("JSON");
    let again: serde_json::Value = serde_json::from_str(&to_json(&store)).expect("JSON");
    assert_eq!(missing(&written, &again, ""), Vec::<String>::new());
    let files = Memory::new();
    for path in ["s", "s.json"] {
        save(&files, &store, path).expect("saved");
        let back = open(&files, path);
        assert_eq!(back.problems, [], "{path}");
        assert_eq!(back.store.map(|s| s.sha256()), Some(store.sha256()), "{path}");
    }
}

/// What `wanted` holds and `found` does not.
fn missing(wanted: &serde_json::Value, found: &serde_json::Value, at: &str) -> Vec<String> {
    use serde_json::Value::{Array, Object};
    match (wanted, found) {
        (Object(w), Object(f)) => {
            w.iter().flat_map(|(k, v)| f.get(k).map_or(vec![format!("{at}.{k}")], |g| missing(v, g, &format!("{at}.{k}")))).collect()
        }
        (Array(w), Array(f)) if w.len() == f.len() => w.iter().zip(f).flat_map(|(v, g)| missing(v, g, at)).collect(),
        // `"20.0"` is written as the number that prints so.
        (w, f) => (w.to_string().trim_matches('"') != f.to_string().trim_matches('"')).then(|| at.to_owned()).into_iter().collect(),
    }
}

#[test]
fn characteristics_and_judgements_that_do_not_fit_are_told() {
    let text = WHOLE
        .replace("\"n_randomised\": 81", "\"n_randomised\": \"about 80\"")
        .replace("2018-01\"", "spring 2018\"")
        .replace("\"serious\"", "\"some concerns\"");
    let told: Vec<String> = read_json("w.json", text.as_bytes()).problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect();
    assert_eq!(
        told,
        [
            "W383 `recruitment_start` of study `A` is `spring 2018`, not a date such as `2026-05-31`, `2026-05` or `2026`",
            "W383 `n_randomised` of study `A` is `about 80`, not a number",
            "W384 ROBINS-I (2016) has no judgement `some concerns` (confounding of `A`)",
        ]
    );
}

#[test]
fn a_judgement_that_its_tool_has_in_any_spelling_is_not_told() {
    let told = |tool: &str, word: &str| {
        let text = WHOLE.replace("\"ROBINS-I\"", &format!("\"{tool}\"")).replace("\"serious\"", &format!("\"{word}\""));
        read_json("w.json", text.as_bytes()).problems.iter().filter(|p| p.code == "W384").count()
    };
    for (tool, word) in
        [("rob2", "some"), ("RoB 2.0", "Low risk"), ("RoB 2", "No information"), ("robins i", "Critical"), ("RoB 1", "unclear")]
    {
        assert_eq!(told(tool, word), 0, "{tool} {word}");
    }
    assert_eq!((told("RoB 2", "serious"), told("RoB 1", "some"), told("NOS", "serious")), (1, 1, 0));
}

#[test]
fn a_folder_of_version_1_still_opens() {
    let disk = Disk::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"), ".", false);
    let loaded = open(&disk, "store-v1");
    assert_eq!(loaded.problems, []);
    let store = loaded.store.expect("a store");
    assert_eq!(store.schema, SCHEMA);
    let words = |store: &Store, id: &str| store.reports[id].screening.iter().map(|s| s.decision.clone()).collect::<Vec<_>>();
    assert_eq!(words(&store, "Adams 2019"), ["include", "include"]);
    assert_eq!(words(&store, "Brown 2020"), ["include", "exclude"]);
    assert_eq!(store.rows[0].values["mean1"].text, "4.10");
    assert_eq!(store.rows[0].extractor.as_deref(), Some("EO"));
    assert_eq!(store.risk_of_bias.len(), 1);
}

#[test]
fn moderators_that_became_columns_find_their_place() {
    let text = r#"{"schema": 1, "rows": [{"study": "A", "outcome": "o", "values": {"yi": 1, "vi": 1}, "moderators": {"page": 12, "adjusted": "no"}}]}"#;
    let loaded = read_json("d.json", text.as_bytes());
    assert_eq!(loaded.problems, []);
    let row = &loaded.store.expect("a store").rows[0];
    assert_eq!((row.page.as_deref(), row.adjusted.as_deref(), row.moderators.len()), (Some("12"), Some("no"), 0));
}
