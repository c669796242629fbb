//! Results and data as files of other programs.

mod r;
mod r_calls;
mod r_text;

use super::{Published, written};
use crate::diagnostic::Problem;
use crate::eval::outcome::{Composition, DataForm, Effects, Outcome, ResultForm};
use crate::report::csv;
use crate::report::json::DocumentJson;
use crate::source::Source;
use crate::store::{Left, Sheet, Store, metafor_csv, prisma_csv, robvis_csv, tidy_csv, to_json, to_xlsx};

/// The data.
pub fn data(asked: &Composition, form: DataForm, tool: Option<&str>, path: &str) -> Published {
    let store = &*asked.store;
    let some = |(text, left): (String, Left)| Some((text.into_bytes(), left));
    let found = match form {
        DataForm::Json => Some((to_json(store).into_bytes(), Vec::new())),
        DataForm::Tidy => some(tidy_csv(store)),
        DataForm::Metafor => some(metafor_csv(store)),
        DataForm::Robvis => robvis_csv(store, tool).and_then(some),
        DataForm::Prisma => prisma_csv(store).and_then(some),
        DataForm::Xlsx => {
            let (text, left) = tidy_csv(store);
            match workbook(&text, &["data"]) {
                Ok(bytes) => Some((bytes, left)),
                Err(problem) => return failed(problem),
            }
        }
    };
    let Some((bytes, left)) = found else { return failed(nothing(store, form, tool)) };
    let mut published = written(path, bytes);
    if !left.is_empty() {
        let problem = Problem::warning("W396", format!("`{path}` does not hold {}", left.join(", ")));
        published.problems.push(problem.help("`export data to \"data.json\"` writes everything"));
    }
    published
}

/// That there is nothing to write, and what would be needed.
fn nothing(store: &Store, form: DataForm, tool: Option<&str>) -> Problem {
    let (what, help) = match (form, tool) {
        (DataForm::Robvis, Some(tool)) if !store.risk_of_bias.is_empty() => {
            let mut tools: Vec<&str> = store.risk_of_bias.iter().filter_map(|j| j.tool.as_deref()).collect();
            tools.dedup();
            (format!("the data hold no judgements by `{tool}`"), format!("their tools are {}", tools.join(", ")))
        }
        (DataForm::Robvis, _) => {
            ("the data hold no judgements of the risk of bias".to_owned(), "import them with `weald import`".to_owned())
        }
        _ => (
            "the data hold no counts that the flow diagram of PRISMA2020 has a box for".to_owned(),
            "its boxes are named in docs/formats.md, such as `database_results`".to_owned(),
        ),
    };
    Problem::error("E393", what).help(help)
}

fn failed(problem: Problem) -> Published {
    Published { problems: vec![problem], ..Published::default() }
}

/// A result.
pub fn result(asked: &Composition, outcome: &Outcome, effects: Option<&Effects>, form: ResultForm, path: &str) -> Published {
    let broken = |e: String| Problem::error("E393", format!("the result can't be written: {e}")).help("write it as .json");
    let text = match form {
        ResultForm::Csv | ResultForm::Xlsx => csv::render([outcome]).map_err(|e| broken(e.to_string())),
        ResultForm::Json => {
            let conventions = conventions(outcome);
            let source = Source::new(asked.source.name.clone(), asked.source.text.as_ref());
            DocumentJson::new(crate::language::settings::EDITION, conventions, &source, &[], [outcome])
                .render()
                .map_err(|e| broken(e.to_string()))
        }
        ResultForm::R => match effects.map(|effects| r::script(outcome, effects)) {
            Some(Ok(text)) => Ok(text),
            Some(Err(why)) => Err(Problem::error("E393", why).help("write it as .csv, .xlsx or .json")),
            None => Err(broken("it has no effects".to_owned())),
        },
    };
    let text = match text {
        Ok(text) if !text.is_empty() => text,
        Ok(_) => return failed(Problem::error("E393", "this result has no table").help("write it as .json")),
        Err(problem) => return failed(problem),
    };
    if form == ResultForm::Xlsx {
        return match workbook(&text, &["results", "more", "further"]) {
            Ok(bytes) => written(path, bytes),
            Err(problem) => failed(problem),
        };
    }
    written(path, text.into_bytes())
}

fn conventions(outcome: &Outcome) -> Option<crate::language::spec::Conventions> {
    if let Outcome::Pool(result) = outcome { result.spec.conventions } else { None }
}

/// Tables of CSV, an empty line between them, as the sheets of a workbook.
fn workbook(text: &str, names: &[&str]) -> Result<Vec<u8>, Problem> {
    let rows = |part: &str| {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(part.as_bytes());
        reader.records().filter_map(Result::ok).map(|r| r.iter().map(str::to_owned).collect()).collect()
    };
    let parts: Vec<&str> = if names.len() == 1 { vec![text] } else { text.split("\n\n").filter(|p| !p.trim().is_empty()).collect() };
    let name = |i: usize| names.get(i).map_or_else(|| format!("table {}", i + 1), |n| (*n).to_owned());
    let sheets: Vec<Sheet> = parts.iter().enumerate().map(|(i, part)| Sheet { name: name(i), rows: rows(part) }).collect();
    to_xlsx(&sheets).map_err(|e| Problem::error("E393", format!("the workbook can't be made: {e}")).help("write a .csv"))
}
