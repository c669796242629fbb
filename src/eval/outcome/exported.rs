//! What `export` writes.

/// Files of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultForm {
    /// As `--format csv` prints it.
    Csv,
    /// The same as a workbook.
    Xlsx,
    /// As `--format json` prints it.
    Json,
    /// A script of R that computes it with metafor.
    R,
}

/// Files of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataForm {
    /// A tidy CSV.
    Tidy,
    /// The same as a workbook.
    Xlsx,
    /// A store document.
    Json,
    /// A CSV with the names of metafor's arguments.
    Metafor,
    /// Judgements of the risk of bias as robvis reads them.
    Robvis,
    /// Counts of the flow as PRISMA2020 reads them.
    Prisma,
}

impl DataForm {
    /// The words of forms that no ending tells.
    pub const NAMES: &[&str] = &["metafor", "robvis", "prisma"];

    /// The form of a word.
    pub fn of(word: &str) -> Option<DataForm> {
        match word.to_ascii_lowercase().as_str() {
            "metafor" => Some(DataForm::Metafor),
            "robvis" => Some(DataForm::Robvis),
            "prisma" => Some(DataForm::Prisma),
            _ => None,
        }
    }
}

/// The effects behind a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The effects that entered, in order.
    pub rows: Vec<ExportedEffect>,
    /// The columns of a regression's design, a value an effect; empty without a regression.
    pub design: Vec<(String, Vec<f64>)>,
}

/// One effect.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedEffect {
    /// The study.
    pub study: String,
    /// Its trial.
    pub trial: String,
    /// On the analysis scale.
    pub yi: f64,
    /// Its variance.
    pub vi: f64,
    /// Events and people of both groups, where its row has them.
    pub counts: Option<[f64; 4]>,
    /// Events and person-time of both groups, where its row has them.
    pub rates: Option<[f64; 4]>,
    /// Whether its row holds observed minus expected events.
    pub oe: bool,
}
