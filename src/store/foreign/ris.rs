//! RIS: references as databases and reference managers export them, each a report of the store.
//!
//! Two records are one if they share a DOI or PubMed number, or title and year; what the later
//! one adds is kept, and both are named. RevMan writes the study of a reference as `NS`.

use crate::diagnostic::Problem;
use crate::store::json::finish;
use crate::store::model::Store;
use crate::store::open::Loaded;
use crate::store::problems::Problems;
use crate::store::review::Report;
use crate::store::study::Study;
use indexmap::IndexMap;

/// One record: its tags with their values, in order, and the line it begins on.
struct Record {
    line: usize,
    tags: Vec<(String, String)>,
}

impl Record {
    /// The first value of any of these tags.
    fn first(&self, names: &[&str]) -> Option<&str> {
        let of = |name: &&str| self.tags.iter().find(|(tag, value)| tag == *name && !value.is_empty()).map(|(_, value)| value.as_str());
        names.iter().find_map(of)
    }

    fn all(&self, names: &[&str]) -> Vec<&str> {
        self.tags
            .iter()
            .filter(|(tag, value)| names.contains(&tag.as_str()) && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn year(&self) -> Option<String> {
        let digits: String = self.first(&["PY", "Y1", "DA"])?.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 4).then_some(digits)
    }

    fn title(&self) -> Option<&str> {
        self.first(&["TI", "T1", "CT", "BT"])
    }

    /// `Authors (year). Title. Journal volume(issue):pages`
    fn citation(&self) -> Option<String> {
        let authors = self.all(&["AU", "A1"]).join("; ");
        let year = self.year().map(|y| format!("({y})")).unwrap_or_default();
        let head = [authors.as_str(), &year].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
        let mut place = self.first(&["JO", "JF", "T2", "JA", "J2"]).unwrap_or("").to_owned();
        if let Some(volume) = self.first(&["VL"]) {
            place.push_str(&format!(" {volume}"));
        }
        if let Some(issue) = self.first(&["IS"]) {
            place.push_str(&format!("({issue})"));
        }
        match (self.first(&["SP"]), self.first(&["EP"])) {
            (Some(from), Some(to)) => place.push_str(&format!(":{from}-{to}")),
            (Some(from), None) => place.push_str(&format!(":{from}")),
            _ => {}
        }
        let parts: Vec<&str> = [head.trim(), self.title().unwrap_or(""), place.trim()].into_iter().filter(|p| !p.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.iter().map(|p| p.trim_end_matches('.')).collect::<Vec<_>>().join(". "))
    }

    fn doi(&self) -> Option<String> {
        let doi = self.first(&["DO", "DOI"]).or_else(|| self.first(&["M3"]).filter(|m| m.starts_with("10.")))?;
        let bare = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"];
        Some(bare.iter().find_map(|p| doi.strip_prefix(p)).unwrap_or(doi).trim().to_owned())
    }

    /// An accession number that is all digits is PubMed's, if the record says that it comes from there.
    fn pmid(&self) -> Option<String> {
        if let Some(own) = self.first(&["PMID", "C7"]).filter(|p| p.bytes().all(|b| b.is_ascii_digit())) {
            return Some(own.to_owned());
        }
        let pubmed = self.all(&["DB", "DP", "UR", "L2"]).iter().any(|t| {
            let t = t.to_lowercase();
            t.contains("pubmed") || t.contains("medline")
        });
        self.first(&["AN"]).filter(|a| pubmed && !a.is_empty() && a.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
    }

    /// What two records of one report share.
    fn keys(&self) -> Vec<String> {
        let title: Option<String> = self.title().map(|t| t.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect());
        let by_title = title.filter(|t| t.chars().count() > 10).zip(self.year()).map(|(t, y)| format!("title {t} {y}"));
        [self.doi().map(|d| format!("doi {}", d.to_lowercase())), self.pmid().map(|p| format!("pmid {p}")), by_title]
            .into_iter()
            .flatten()
            .collect()
    }

    /// `Surname 2001`, or what there is.
    fn label(&self) -> String {
        let surname = self.all(&["AU", "A1"]).first().map(|a| a.split([',', ' ']).next().unwrap_or(a).to_owned());
        let parts: Vec<String> = [surname, self.year()].into_iter().flatten().collect();
        if parts.is_empty() { "record".to_owned() } else { parts.join(" ") }
    }
}

/// Whether a text begins as RIS does.
pub(crate) fn is_ris(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().lines().next().is_some_and(|l| tagged(l).is_some_and(|(tag, _)| tag == "TY"))
}

/// `XX  - value`
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_once('-')?;
    let tag = tag.trim();
    let is_tag = (2..=4).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (is_tag && line.get(tag.len()..)?.starts_with(' ')).then_some((tag, rest.trim()))
}

fn records(text: &str, problems: &mut Problems) -> Vec<Record> {
    let mut all: Vec<Record> = Vec::new();
    let mut open = false;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line_number = index + 1;
        match tagged(line) {
            Some(("TY", kind)) => {
                all.push(Record { line: line_number, tags: vec![("TY".to_owned(), kind.to_owned())] });
                open = true;
            }
            Some(("ER", _)) => open = false,
            Some((tag, value)) => match all.last_mut().filter(|_| open) {
                Some(record) => record.tags.push((tag.to_owned(), value.to_owned())),
                None => {
                    let problem = Problem::warning("W392", format!("`{tag}` stands outside a record and is not read"));
                    problems.push(Some(line_number), None, problem.help("a record begins with `TY  -` and ends with `ER  -`"));
                }
            },
            // A long value goes on in the next line.
            None if !line.trim().is_empty() => {
                if let Some((_, value)) = all.last_mut().filter(|_| open).and_then(|r| r.tags.last_mut()) {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
            None => {}
        }
    }
    all
}

/// The reports of a RIS text; records of one report are joined and said to be.
pub(crate) fn reports(text: &str, problems: &mut Problems) -> Vec<Report> {
    let mut out: IndexMap<String, Report> = IndexMap::new();
    let mut known: IndexMap<String, String> = IndexMap::new();
    let mut joined = Vec::new();
    for record in records(text, problems) {
        let report = Report {
            id: String::new(),
            study: record.first(&["NS"]).map(str::to_owned),
            citation: record.citation(),
            doi: record.doi(),
            pmid: record.pmid(),
            kind: record.first(&["TY"]).map(str::to_owned),
            language: record.first(&["LA"]).map(str::to_owned),
            ..Report::default()
        };
        let keys = record.keys();
        let same = keys.iter().find_map(|k| known.get(k)).cloned();
        // Two studies may cite one report: then it stands under both.
        let same = same.filter(|id| out.get(id).is_some_and(|r| r.study == report.study || report.study.is_none()));
        let id = match same {
            Some(id) => {
                joined.push((record.line, id.clone()));
                if let Some(first) = out.get_mut(&id) {
                    first.doi = first.doi.take().or(report.doi);
                    first.pmid = first.pmid.take().or(report.pmid);
                    first.language = first.language.take().or(report.language);
                }
                id
            }
            None => {
                let label = report.study.clone().unwrap_or_else(|| record.label());
                let mut id = label.clone();
                let mut next = 1;
                while out.contains_key(&id) {
                    next += 1;
                    id = format!("{label} ({next})");
                }
                out.insert(id.clone(), Report { id: id.clone(), ..report });
                id
            }
        };
        for key in keys {
            known.entry(key).or_insert_with(|| id.clone());
        }
    }
    if let Some((line, _)) = joined.first() {
        let n = joined.len();
        let problem = Problem::note(
            "W391",
            format!("{n} {} seen before and joined with the first", if n == 1 { "record was" } else { "records were" }),
        )
        .help("records are one report if they share a DOI, a PubMed number, or title and year")
        .details(joined.iter().map(|(line, id)| format!("line {line}: {id}")).take(10));
        problems.push(Some(*line), None, problem);
    }
    out.into_values().collect()
}

/// Reads a RIS file as a store of reports.
pub(crate) fn read_ris(file: &str, bytes: &[u8]) -> Loaded {
    let mut problems = Problems::of(file);
    let Some(text) = crate::store::decode::decode(bytes, &mut problems) else {
        return Loaded { store: None, draft: None, problems: problems.finish() };
    };
    let found = reports(&text, &mut problems);
    if found.is_empty() {
        problems.whole(Problem::error("E303", "the file holds no references").help("a record of RIS begins with `TY  - JOUR`"));
    }
    let mut store = Store::default();
    for report in found {
        if let Some(study) = &report.study {
            store.studies.entry(study.clone()).or_insert_with(|| Study::new(study.clone()));
        }
        store.reports.insert(report.id.clone(), report);
    }
    finish(store, problems)
}
