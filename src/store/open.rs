//! Opening and saving, whatever the format.

use super::files::{Author, Files, not_found};
use super::foreign::{self, Format as TableFormat, ReadAs};
use super::keep::Entry;
use super::model::Store;
use super::problems::Problems;
use super::{folder, json, read_csv, revman};
use crate::diagnostic::{Place, Problem};

/// What came of reading a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The store, if nothing in it is certainly wrong.
    pub store: Option<Store>,
    /// Where there are errors: what could be read all the same. It serves to check names, never to compute.
    pub draft: Option<Store>,
    /// Everything that is wrong or doubtful, by file and row.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// A store if none of its problems is an error, else a draft.
    pub(crate) fn of(store: Store, problems: Problems) -> Self {
        let failed = problems.any_error();
        let problems = problems.finish();
        if failed { Loaded { store: None, draft: Some(store), problems } } else { Loaded { store: Some(store), draft: None, problems } }
    }

    /// Nothing but a problem.
    fn failed(problem: Problem) -> Self {
        Loaded { store: None, draft: None, problems: vec![problem] }
    }

    /// The store or, if there are errors, the draft.
    pub fn any(&self) -> Option<&Store> {
        self.store.as_ref().or(self.draft.as_ref())
    }
}

/// The formats that are read, for messages.
const FORMATS: &str = "a CSV (.csv, .tsv), a workbook (.xlsx), a store document (.json), a store folder, a RevMan file (.rm5, or its data package .zip), or references (.ris)";

/// Opens a table, a workbook, a store document, a store folder, a RevMan file or references.
/// The content decides what a file is; see [`open_as`] for those that it leaves open. What
/// guards a store that Weald has saved is looked at too: see [`super::Keeper`].
pub fn open(files: &dyn Files, path: &str) -> Loaded {
    open_as(files, path, &ReadAs::default())
}

/// Opens a file as asked.
pub fn open_as(files: &dyn Files, path: &str, how: &ReadAs) -> Loaded {
    super::keep::guarded(files, path, |files| open_as_is(files, path, how))
}

fn open_as_is(files: &dyn Files, path: &str, how: &ReadAs) -> Loaded {
    if files.is_dir(path) {
        return folder::open(files, path);
    }
    if !files.exists(path) {
        return Loaded::failed(not_found(files, path));
    }
    let extension = extension(path);
    let known = matches!(extension.as_str(), "csv" | "tsv" | "json" | "rm5" | "zip" | "xlsx" | "xlsm" | "ris");
    if !known && how.format.is_none() {
        return Loaded::failed(unknown_format(path, &extension));
    }
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(problem) => return Loaded::failed(problem),
    };
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii_start();
    if foreign::is_workbook(&bytes) {
        return foreign::read_xlsx(path, &bytes, how);
    }
    if how.format == Some(TableFormat::Ris) {
        return foreign::read_ris(path, &bytes);
    }
    match extension.as_str() {
        "json" if how.format.is_none() => json::read_json(path, &bytes),
        "rm5" => revman::read_rm5(path, &bytes),
        "zip" => revman::read_package(path, &bytes),
        _ if how.format.is_some() => read_csv::read_csv_as(path, &bytes, how),
        "xlsx" | "xlsm" => Loaded::failed(
            Problem::error("E320", "the file is no workbook, or is damaged")
                .help("open it in the spreadsheet and save it again as .xlsx")
                .place(Place { file: path.to_owned(), ..Place::default() }),
        ),
        "ris" => foreign::read_ris(path, &bytes),
        // Content that is something else, whatever the file is called.
        _ if text.starts_with(b"<?xml") || text.starts_with(b"<COCHRANE_REVIEW") => revman::read_rm5(path, &bytes),
        _ if std::str::from_utf8(text).is_ok_and(foreign::is_ris) => foreign::read_ris(path, &bytes),
        _ => read_csv::read_csv_as(path, &bytes, how),
    }
}

/// Says that files of this name are not read, and what to do.
fn unknown_format(path: &str, extension: &str) -> Problem {
    let what = if extension.is_empty() { format!("`{path}` has no extension") } else { format!("`.{extension}` is not read here") };
    let help = match extension {
        "xls" | "ods" | "numbers" => {
            format!("this version reads {FORMATS}: in the spreadsheet choose Save as, Excel workbook (.xlsx) or CSV UTF-8")
        }
        "weald" => format!("a script is run in place with `include \"{path}\"`"),
        "sav" | "dta" | "rds" | "rda" | "sas7bdat" => {
            format!("this version reads {FORMATS}: save the data as a CSV in the program they come from")
        }
        _ => format!("this version reads {FORMATS}"),
    };
    Problem::error("E301", what).help(help).place(Place { file: path.to_owned(), ..Place::default() })
}

/// Saves a store, all of it or nothing: as one document (`.json`), as a tidy CSV (`.csv`, if
/// that loses nothing), or as a folder (no extension), which gets digests.
pub fn save(files: &dyn Files, store: &Store, path: &str) -> Result<(), Problem> {
    let mut store = store.clone();
    store.restore_ids();
    store.settle();
    super::keep::save(files, &store, path)
}

/// Saves a store that was imported from `source` to where there was none, as [`save`] does; a
/// folder begins its change log with who did it, when and from what.
pub fn save_imported(files: &dyn Files, store: &Store, path: &str, source: &str, author: Author) -> Result<(), Problem> {
    let mut store = store.clone();
    store.restore_ids();
    store.settle();
    let entry = Entry { action: "import".to_owned(), at: author.at, by: author.by, source: Some(source.to_owned()), ..Entry::default() };
    super::keep::first(files, &store, path, entry)
}

/// What a tidy CSV of the store would lose.
pub(crate) fn beyond_rows(store: &Store) -> Vec<&'static str> {
    let mut bare = Store { rows: store.rows.clone(), ..Store::default() };
    bare.complete();
    // Looked up once: a store may hold as many studies as rows.
    let of_rows: std::collections::HashSet<&str> = store.rows.iter().map(|row| row.study.as_str()).collect();
    let with_rows = |id: &String| of_rows.contains(id.as_str());
    let parts = [
        ("a review", store.review.is_some()),
        ("outcomes with a description", store.outcomes != bare.outcomes),
        ("instruments with a description", store.instruments != bare.instruments),
        ("timepoints with a description", store.timepoints != bare.timepoints),
        ("analysis sets", !store.analysis_sets.is_empty()),
        ("arms", !store.arms.is_empty()),
        ("comparisons", !store.comparisons.is_empty()),
        ("declared characteristics", !store.characteristics.is_empty()),
        ("preferences", !store.preferences.is_empty()),
        ("reports", !store.reports.is_empty()),
        ("studies without rows", !store.studies.keys().all(with_rows)),
        ("risk of bias", !store.risk_of_bias.is_empty()),
        ("exclusions", !store.exclusions.is_empty()),
        ("judgements", !store.judgements.is_empty()),
        ("ratings of certainty", !store.grades.is_empty()),
        ("flow counts", !store.flow.is_empty()),
        ("decisions about findings", !store.dispositions.is_empty()),
        ("stored analyses", !store.stored_analyses.is_empty()),
    ];
    parts.into_iter().filter(|(_, has)| *has).map(|(what, _)| what).collect()
}

/// The extension of a path in lower case, empty if it has none.
pub(crate) fn extension(path: &str) -> String {
    let (_, name) = super::files::split(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
        _ => String::new(),
    }
}
