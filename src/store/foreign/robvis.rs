//! Risk of bias as the R package robvis reads it: `Study`, a column a domain in the order of
//! the tool, `Overall`, and perhaps `Weight`.

use super::position;
use crate::diagnostic::Problem;
use crate::store::cell::number;
use crate::store::columns::find;
use crate::store::model::Store;
use crate::store::problems::Problems;
use crate::store::review::RobJudgement;
use crate::store::table::Table;
use crate::store::value::Value;

/// Where a weight of robvis is kept: a characteristic of the study.
pub(super) const WEIGHT: &str = "robvis_weight";

/// Judgements as stored and as robvis writes them.
pub(super) const WORDS: &[(&str, &str)] = &[
    ("low", "Low"),
    ("some", "Some concerns"),
    ("high", "High"),
    ("unclear", "Unclear"),
    ("moderate", "Moderate"),
    ("serious", "Serious"),
    ("critical", "Critical"),
    ("no information", "No information"),
    ("not applicable", "Not applicable"),
];

/// A judgement as it is stored.
fn stored(word: &str) -> Option<&'static str> {
    let lower = word.trim().to_lowercase();
    let lower = match lower.as_str() {
        "some concerns" | "some concern" => "some",
        "l" | "+" => "low",
        "h" => "high",
        "unclear risk" | "u" => "unclear",
        "low risk" => "low",
        "high risk" => "high",
        "ni" => "no information",
        "n/a" => "not applicable",
        other => other,
    };
    WORDS.iter().find(|(own, _)| *own == lower).map(|(own, _)| *own)
}

/// Whether a table is one of judgements: a study, an overall judgement, and words of robvis, or
/// domains called D1, D2 and so on. A word that it does not know is an error when it is read.
pub(super) fn fits(table: &Table) -> bool {
    let (Some(study), Some(_)) = (position(table, "study"), position(table, "overall")) else { return false };
    let weight = position(table, "weight");
    let domains: Vec<usize> = (0..table.header.len()).filter(|c| *c != study && Some(*c) != weight).collect();
    let cells = || table.rows.iter().flat_map(|row| domains.iter().map(|c| row.cell(*c))).filter(|cell| !cell.is_empty());
    let known = cells().filter(|cell| stored(cell).is_some()).count();
    let numbers = domains.iter().any(|c| table.header.get(*c).is_some_and(|h| find(h).is_some_and(|column| column.is_number())));
    let numbered = position(table, "d1").is_some() && position(table, "d2").is_some();
    domains.len() >= 2
        && !table.rows.is_empty()
        && (known == cells().count()
            || (!numbers && 2 * known > cells().count())
            || (numbered && !cells().any(|c| number(c, false).is_some())))
}

/// The tool, by the number of its domains and its words.
fn tool(table: &Table, domains: usize) -> Option<&'static str> {
    let said = |word: &str| table.rows.iter().flat_map(|r| &r.cells).any(|c| stored(c) == Some(word));
    let numbered = table.header.iter().any(|h| h.eq_ignore_ascii_case("d1"));
    match domains {
        _ if said("serious") || said("critical") || said("moderate") => Some("ROBINS-I"),
        5 if numbered && !said("unclear") => Some("RoB 2"),
        4 if numbered && (said("unclear") || said("some")) => Some("QUADAS-2"),
        _ if said("unclear") => Some("RoB 1"),
        _ => None,
    }
}

/// Adds the judgements to the store.
pub(super) fn read(table: &Table, told: Option<&str>, store: &mut Store, problems: &mut Problems) {
    let Some(study) = position(table, "study") else {
        let problem = Problem::error("E304", "the file has no column `Study`").help("robvis writes `Study,D1,D2,…,Overall`");
        problems.push(Some(table.header_line), Some("Study"), problem);
        return;
    };
    let (weight, overall) = (position(table, "weight"), position(table, "overall"));
    let domains: Vec<usize> = (0..table.header.len()).filter(|c| ![Some(study), weight].contains(&Some(*c))).collect();
    let count = domains.iter().filter(|c| Some(**c) != overall).count();
    let tool = told.map(str::to_owned).or_else(|| tool(table, count).map(str::to_owned));
    for row in &table.rows {
        let label = row.cell(study);
        if label.is_empty() {
            problems.push(Some(row.line), Some("Study"), Problem::error("E309", "the row names no study").help("write the study's label"));
            continue;
        }
        let entry = store.ensure_study(label);
        if let Some(text) = weight.map(|w| row.cell(w)).filter(|t| !t.is_empty()) {
            entry.characteristics.insert(WEIGHT.to_owned(), Value::infer(text));
        }
        for column in &domains {
            let (name, word) = (table.header.get(*column).map_or("", String::as_str), row.cell(*column));
            if word.is_empty() {
                continue;
            }
            let Some(judgement) = stored(word) else {
                let known: Vec<&str> = WORDS.iter().map(|(_, word)| *word).collect();
                let problem = Problem::error("E323", format!("`{word}` is no judgement that robvis knows"));
                problems.push(Some(row.line), Some(name), problem.help(format!("it writes {}", known.join(", "))));
                continue;
            };
            let domain = if Some(*column) == overall { "overall".to_owned() } else { name.to_owned() };
            store.risk_of_bias.push(RobJudgement {
                study: label.to_owned(),
                tool: tool.clone(),
                domain,
                judgement: judgement.to_owned(),
                ..RobJudgement::default()
            });
        }
    }
    let what = tool.as_deref().map_or("no tool is known; name it with `tool \"RoB 2\"`".to_owned(), |t| format!("the tool is {t}"));
    let note = Problem::note("W390", format!("read as judgements of the risk of bias, {count} domains; {what}"));
    problems.whole(note.help("the domains keep the names of their columns, in their order; `Overall` is `overall`"));
}
