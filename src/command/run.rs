//! `weald run` and `weald eval`.

use super::{progress, say};
use crate::cli::{Format, RunOptions};
use crate::diagnostic::Problem;
use crate::eval::Located;
use crate::eval::outcome::Outcome;
use crate::report::{DocumentJson, Hints, csv, json, to_markdown, to_text};
use crate::session::{Run, Session};
use crate::source::Source;
use crate::store::Disk;
use rayon::prelude::*;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The folder a path lies in.
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The bytes of a file that the command line names; `what` is what messages call it.
pub fn read_bytes(path: &Path, what: &str) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|e| {
        Problem::error("E300", format!("{what} `{}` can't be read: {e}", path.display()))
            .help("the path is read relative to the current folder; check that it is a file and that you may read it")
    })
}

/// The name of a file, without its folder.
fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A script's text, or the problem with it.
pub fn read_script(path: &Path) -> Result<Source, Problem> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            Problem::error("E300", format!("there is no script `{name}`")).help("the path is read relative to the current folder")
        }
        _ if path.is_dir() => Problem::error("E300", format!("`{name}` is a folder, not a script")).help("name the script in it"),
        _ => Problem::error("E300", format!("the script `{name}` can't be read: {e}"))
            .help("check that it is a file and that you may read it"),
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(e) if e.as_bytes().starts_with(b"\xFF\xFE") || e.as_bytes().starts_with(b"\xFE\xFF") => {
            Err(Problem::error("E302", format!("the script `{name}` is UTF-16, not UTF-8")).help("save it as UTF-8 in the editor"))
        }
        Err(e) => {
            let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            Err(Problem::error("E302", format!("the script `{name}` is not UTF-8 text, first in line {line}"))
                .help("save it as UTF-8 in the editor"))
        }
    }
}

/// A session that reads and writes as the options say.
pub fn session(base: PathBuf, options: &RunOptions, protect: Option<&Path>) -> Session {
    let out = options.out.clone().unwrap_or_else(|| base.clone());
    let disk = Disk::new(base, out, options.allow_write);
    if let Some(path) = protect {
        disk.protect(path);
    }
    let mut session = Session::with_files(disk);
    session.set_time_limit(options.time_limit.map(Duration::from_secs_f64));
    if let Some(seed) = options.seed {
        session.set_seed(seed);
    }
    if let Some(meter) = progress::meter() {
        session.set_progress(meter);
    }
    if let Some(threads) = options.threads {
        // It fails only where the threads have been made before, which then stay.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let flag = session.interrupt();
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    session
}

/// `weald run SCRIPT`
pub fn script(path: &Path, options: &RunOptions) -> u8 {
    let source = match read_script(path) {
        Ok(source) => source,
        Err(problem) => return fail(problem, &path.display().to_string(), options.format),
    };
    let mut session = session(folder_of(path), options, Some(path));
    let mut run = session.run(&source);
    // A script that follows a plan ends with the table, unless it has asked for it itself.
    if let Some(followed) = &run.followed
        && !run.outcomes.iter().any(|o| matches!(o, Outcome::Differences(_)))
    {
        let report = followed.report.clone();
        run.outcomes.push(Outcome::Differences(Some(report)));
    }
    super::seen::record(&session, &run, &folder_of(path), &format!("weald run {}", file_name(path)));
    let status = match print(&session, &run, &source, options) {
        0 | 3 if run.is_incomplete() => 4,
        status => status,
    };
    // The process ends here: giving back the memory of a hundred thousand rows piece by piece would only delay it.
    std::mem::forget((session, run));
    status
}

/// `weald eval 'STATEMENTS'`
pub fn statements(text: &str, store: Option<&Path>, options: &RunOptions) -> u8 {
    let mut read = String::new();
    let text = if text == "-" {
        if let Err(e) = std::io::stdin().read_to_string(&mut read) {
            return fail(Problem::error("E302", format!("standard input can't be read: {e}")), "-", options.format);
        }
        read.as_str()
    } else {
        text
    };
    let source = Source::new("<eval>", text);
    let mut session = session(PathBuf::from("."), options, None);
    let mut before = Vec::new();
    if let Some(path) = store {
        before = session.open(&path.display().to_string());
        if before.iter().any(|p| p.problem.is_error()) {
            let run = Run { problems: before, ..Run::default() };
            return print(&session, &run, &source, options);
        }
    }
    let mut run = session.run(&source);
    run.problems.splice(0..0, before);
    super::seen::record(&session, &run, Path::new("."), "weald eval");
    print(&session, &run, &source, options)
}

/// A run that did not begin.
pub fn fail(problem: Problem, script: &str, format: Format) -> u8 {
    let source = Source::new(script, "");
    if format == Format::Json {
        let document = DocumentJson::new(crate::language::settings::EDITION, None, &source, std::slice::from_ref(&problem), []);
        say::out(&document.render().unwrap_or_default());
        say::out("\n");
    }
    say::problem(problem);
    1
}

fn print(session: &Session, run: &Run, source: &Source, options: &RunOptions) -> u8 {
    match options.format {
        Format::Text => print_text(&run.outcomes, &say::style_out(options.width)),
        Format::Markdown => {
            for some in joined_texts(&run.outcomes).chunks(AT_ONCE) {
                let texts: Vec<String> = some.par_iter().map(|outcome| to_markdown(outcome, &hints(outcome))).collect();
                for text in texts {
                    say::out(&text);
                    say::out("\n");
                }
            }
        }
        Format::Csv => say::out(&csv::render(run.outcomes.iter().filter(|o| o.is_public())).unwrap_or_default()),
        Format::Json => {
            say::out(&json_of(session, run, source));
            say::out("\n");
        }
    }
    say::problems(&run.problems);
    run.status()
}

/// Results for reading, on standard output.
pub fn print_text(outcomes: &[Outcome], style: &crate::report::Style) {
    let mut after_text = false;
    for some in outcomes.chunks(AT_ONCE) {
        let texts: Vec<String> = some.par_iter().map(|outcome| text_of(outcome, style)).collect();
        for (outcome, text) in some.iter().zip(texts) {
            let is_text = matches!(outcome, Outcome::Text(_));
            if after_text && !is_text {
                say::out("\n");
            }
            say::out(&text);
            after_text = is_text;
        }
    }
}

/// How many results are composed at once, on all cores.
const AT_ONCE: usize = 256;

/// Texts printed one after the other as one, so that the lines of a table stay together.
fn joined_texts(outcomes: &[Outcome]) -> Vec<Outcome> {
    let mut out: Vec<Outcome> = Vec::new();
    for outcome in outcomes {
        match (out.last_mut(), outcome) {
            (Some(Outcome::Text(before)), Outcome::Text(next)) => {
                before.text.push('\n');
                before.text.push_str(&next.text);
            }
            _ => out.push(outcome.clone()),
        }
    }
    out
}

/// A result as text, with an empty line after it.
pub fn text_of(outcome: &Outcome, style: &crate::report::Style) -> String {
    let text = to_text(outcome, &hints(outcome), style);
    match outcome {
        Outcome::Text(_) | Outcome::File(_) | Outcome::Value(_) => text,
        _ => format!("{text}\n"),
    }
}

/// The document of the contract.
pub fn json_of(session: &Session, run: &Run, source: &Source) -> String {
    let mut document =
        DocumentJson::new(crate::language::settings::EDITION, session.state().settings.conventions, source, &[], run.outcomes.iter());
    document.diagnostics = diagnostics(&run.problems);
    document.ok = run.ok();
    document.plan = run.followed.as_ref().and_then(|f| serde_json::to_value(&*f.report).ok());
    document.render().unwrap_or_default()
}

/// Diagnostics of several texts.
pub fn diagnostics(problems: &[Located]) -> Vec<json::DiagnosticJson> {
    problems.iter().flat_map(|p| json::diagnostics(std::slice::from_ref(&p.problem), &p.source)).collect()
}

fn hints(outcome: &Outcome) -> Hints {
    let sides = match outcome {
        Outcome::Pool(r) | Outcome::Show(r) | Outcome::Explain(r) => r.sides.clone(),
        _ => None,
    };
    Hints { sides }
}
