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
            match workbook(&[text], &["data"]) {
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
    let bytes = match form {
        ResultForm::Csv => csv::render([outcome]).map(String::into_bytes).map_err(|e| broken(&e)),
        ResultForm::Xlsx => csv::tables([outcome])
            .map_err(|e| broken(&e))
            .and_then(|all| if all.is_empty() { Ok(Vec::new()) } else { workbook(&all, &["results", "more", "further"]) }),
        ResultForm::Json => {
            let source = Source::new(asked.source.name.clone(), asked.source.text.as_ref());
            let document = DocumentJson::new(crate::language::settings::EDITION, conventions(outcome), &source, &[], [outcome]);
            document.render().map(String::into_bytes).map_err(|e| broken(&e))
        }
        ResultForm::R => match effects.map(|effects| r::script(outcome, effects)) {
            Some(Ok(text)) => Ok(text.into_bytes()),
            Some(Err(why)) => Err(Problem::error("E393", why).help("write it as .csv, .xlsx or .json")),
            None => Err(broken(&"it has no effects")),
        },
    };
    match bytes {
        Ok(bytes) if !bytes.is_empty() => written(path, bytes),
        Ok(_) => failed(Problem::error("E393", "this result has no table").help("write it as .json")),
        Err(problem) => failed(problem),
    }
}

fn broken(why: &dyn std::fmt::Display) -> Problem {
    Problem::error("E393", format!("the result can't be written: {why}")).help("write it as .json")
}

fn conventions(outcome: &Outcome) -> Option<crate::language::spec::Conventions> {
    if let Outcome::Pool(result) = outcome { result.spec.conventions } else { None }
}

/// Tables of CSV as the sheets of a workbook.
fn workbook(tables: &[String], names: &[&str]) -> Result<Vec<u8>, Problem> {
    let made = |e: &dyn std::fmt::Display| Problem::error("E393", format!("the workbook can't be made: {e}")).help("write a .csv");
    let name = |i: usize| names.get(i).map_or_else(|| format!("table {}", i + 1), |n| (*n).to_owned());
    let mut sheets = Vec::with_capacity(tables.len());
    for (i, text) in tables.iter().enumerate() {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows: Result<Vec<Vec<String>>, _> = reader.records().map(|r| r.map(|r| r.iter().map(str::to_owned).collect())).collect();
        sheets.push(Sheet { name: name(i), rows: rows.map_err(|e| made(&e))? });
    }
    to_xlsx(&sheets).map_err(|e| made(&e))
}
