//! The command line, as data. Completions and the man page are made from it.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A small language for meta-analysis
#[derive(Debug, Parser)]
#[command(name = "weald", version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do; nothing starts a session
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a script: results on standard output, problems on standard error
    Run {
        /// The script
        script: PathBuf,
        /// Options of a run
        #[command(flatten)]
        options: RunOptions,
    },
    /// Run statements given as an argument (`-` reads standard input)
    Eval {
        /// The statements
        statements: String,
        /// Data to begin with: a store folder, .json or .csv
        #[arg(long, value_name = "PATH")]
        store: Option<PathBuf>,
        /// Options of a run
        #[command(flatten)]
        options: RunOptions,
    },
    /// Report every problem of a script, computing nothing; of a plan, say what it states and what not
    Check {
        /// The script or plan
        script: PathBuf,
        /// How problems are printed
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
        /// Run a plan on synthetic rows, and show what its reports will look like
        #[arg(long)]
        dry_run: bool,
    },
    /// Lock a plan: write what it means, every default filled in, beside it
    Lock {
        /// The plan
        plan: PathBuf,
        /// Lock it although it leaves open what it needs, does not resolve or does not run; the lock says so
        #[arg(long)]
        draft: bool,
        /// Keep planned estimates hidden until `weald unseal`
        #[arg(long)]
        seal: bool,
        /// The data at hand, whose counts the lock records
        #[arg(long, value_name = "STORE")]
        store: Option<PathBuf>,
        /// How it is printed
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
    },
    /// Write scripts in their canonical layout
    Fmt {
        /// Only say which files would change, with status 1 if any
        #[arg(long)]
        check: bool,
        /// The scripts
        #[arg(required = true)]
        scripts: Vec<PathBuf>,
    },
    /// Start a session
    Repl {
        /// Data to begin with
        store: Option<PathBuf>,
    },
    /// Make a folder with a data file of the right columns and a script that runs
    New {
        /// The folder
        name: PathBuf,
        /// The effect measure of the main outcome, such as smd, or, rr, md, hr
        #[arg(long, default_value = "smd")]
        measure: String,
    },
    /// Take data of another format into a store
    Import {
        /// The file: a CSV, .xlsx, .rm5, a RevMan data package (.zip), .ris or a store
        file: PathBuf,
        /// The store: a folder, or a .json file
        #[arg(long, value_name = "STORE")]
        to: PathBuf,
        /// How a table is read, where its content does not say
        #[arg(long = "as", visible_alias = "format", value_name = "FORMAT", value_enum)]
        format: Option<ImportFormat>,
        /// The sheet of a workbook [default: the first that holds anything]
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// The arm that others are compared with, in a table with a row for each arm
        #[arg(long, value_name = "ARM")]
        control: Option<String>,
        /// The tool of risk-of-bias judgements, such as `RoB 2`
        #[arg(long, value_name = "TOOL")]
        tool: Option<String>,
        /// Add to a store that exists
        #[arg(long, conflicts_with = "replace")]
        add: bool,
        /// Write a store that exists anew
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        signed: Signed,
    },
    /// Check data: what can't be, what is counted twice, what is worth a look
    Validate {
        /// The data: a store folder, .json, .csv, .rm5 or a RevMan data package (.zip)
        store: PathBuf,
        /// How findings are printed
        #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
        format: CheckFormat,
        /// Settle findings, by the eight characters printed with each, and save the store
        #[arg(long, value_name = "FINDING", num_args = 1.., requires = "because")]
        settle: Vec<String>,
        /// What was decided about them
        #[arg(long = "as", value_enum, default_value_t = Settled::Accepted, requires = "settle")]
        settled: Settled,
        /// Who decided [default: $WEALD_AUTHOR, else the account]
        #[arg(long, value_name = "NAME", requires = "settle")]
        by: Option<String>,
        /// Why
        #[arg(long, value_name = "TEXT", requires = "settle")]
        because: Option<String>,
    },
    /// Add a record to a store, and log it
    Add {
        /// The store: a folder, .json or .csv
        store: PathBuf,
        /// What is added
        #[command(flatten)]
        record: RecordArgs,
        /// Who and why
        #[command(flatten)]
        signed: Signed,
    },
    /// Change fields of a record of a store, and log it
    Edit {
        /// The store: a folder, .json or .csv
        store: PathBuf,
        /// What is changed
        #[command(flatten)]
        record: RecordArgs,
        /// Who and why
        #[command(flatten)]
        signed: Signed,
    },
    /// Remove a record from a store, and log it
    Remove {
        /// The store: a folder, .json or .csv
        store: PathBuf,
        /// What is removed
        #[command(flatten)]
        record: RecordArgs,
        /// Who and why
        #[command(flatten)]
        signed: Signed,
    },
    /// Take back the last change of a store that was not taken back yet
    Undo {
        /// The store
        store: PathBuf,
        /// Who and why
        #[command(flatten)]
        signed: Signed,
    },
    /// Take a store as it stands after an edit by hand, and log it
    Adopt {
        /// The store
        store: PathBuf,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: String,
        /// Who [default: $WEALD_AUTHOR, else the account]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Show the change log of a store
    Log {
        /// The store
        store: PathBuf,
        /// How it is printed
        #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
        format: CheckFormat,
    },
    /// Run a script and show how it differs from a registered plan
    Diff {
        /// The plan
        plan: PathBuf,
        /// The script
        script: PathBuf,
        /// Options of a run
        #[command(flatten)]
        options: RunOptions,
    },
    /// Pool every analysis of a file again and compare with what the file says
    Audit {
        /// The file: .rm5, a RevMan data package (.zip), a store or a CSV
        file: PathBuf,
        /// How the audit is printed [default: text, or as the name after --out says]
        #[arg(long, value_enum)]
        format: Option<AuditFormat>,
        /// A file to write it to, in place of the terminal
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say whether a plan, its locks, its receipt and its journal are as they were written
    Verify {
        /// The plan
        plan: PathBuf,
        /// Certificates that time stamps may be traced to, as PEM or DER
        #[arg(long, value_name = "FILE")]
        authorities: Option<PathBuf>,
        /// How it is printed
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
    },
    /// Enter where a locked plan was registered into its receipt
    Register {
        /// The plan
        plan: PathBuf,
        /// The registry, such as inplasy, prospero, osf
        registry: String,
        /// The number there
        id: String,
        /// The date of registration, such as 2022-10-03
        #[arg(long, value_name = "DATE")]
        on: String,
        /// Where it can be read
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// A copy of what the registry shows, beside the plan
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
    /// Write a request for a time stamp (RFC 3161) of a plan's last lock; nothing is sent
    Stamp {
        /// The plan
        plan: PathBuf,
    },
    /// Show planned estimates of a sealed plan before it is locked; the journal says so
    Unseal {
        /// The plan
        plan: PathBuf,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// A record of a store, as `add`, `edit` and `remove` take it.
#[derive(Debug, Args, Clone)]
pub struct RecordArgs {
    /// The kind: row, study, outcome, instrument, timepoint, set, arm, comparison, characteristic, report, bias, exclusion, judgement, grade, flow, review
    pub kind: String,
    /// Its name, or a row's line or digest, if it is there already or has a name; then NAME=VALUE
    #[arg(value_name = "WHICH | NAME=VALUE")]
    pub words: Vec<String>,
    /// The record whose fields hold this, such as `study=Jensen 2019`
    #[arg(long = "where", value_name = "NAME=VALUE")]
    pub r#where: Vec<String>,
}

/// Who signs a change, and why it is made.
#[derive(Debug, Args, Clone)]
pub struct Signed {
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// Who [default: $WEALD_AUTHOR, else the account]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Options of `run` and `eval`.
#[derive(Debug, Args, Clone)]
pub struct RunOptions {
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Where files are written [default: the script's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Seed of analyses that draw random numbers, where a statement has none [default: 2026]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Threads of long computations [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// End after this many seconds
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub time_limit: Option<f64>,
    /// Columns of text output [default: the terminal's, else 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(40..=1000))]
    pub width: Option<u16>,
    /// Allow files to be written outside the output folder
    #[arg(long)]
    pub allow_write: bool,
}

/// Seconds above 0.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if s > 0.0 && s < 1e9 => Ok(s),
        _ => Err("a number of seconds above 0".to_owned()),
    }
}

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading in a terminal
    Text,
    /// For programs
    Json,
    /// For documents
    Markdown,
    /// For spreadsheets
    Csv,
}

/// How a finding is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Settled {
    /// The data were corrected
    Fixed,
    /// The data are right, and the reason says why they look odd
    Explained,
    /// The data may be wrong, and are used as they are
    Accepted,
}

/// Formats of what is said of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For reading
    Text,
    /// For documents
    Markdown,
    /// For programs
    Json,
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For reading
    Text,
    /// For programs
    Json,
}

/// Formats of `audit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For reading in a terminal
    Text,
    /// For programs
    Json,
    /// One self-contained page
    Html,
}

/// Formats of `import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// A row per comparison, with Weald's names
    Tidy,
    /// A row per arm of a study
    Arms,
    /// The arguments of metafor's escalc
    Metafor,
    /// The data standard of Metapsy
    Metapsy,
    /// Risk of bias as robvis reads it
    Robvis,
    /// Counts of a flow diagram as PRISMA2020 reads them
    Prisma,
    /// References
    Ris,
}
