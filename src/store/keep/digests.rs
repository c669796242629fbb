//! Digests of what was saved: of every file, and of every line, to say where one differs.

use super::log::Entry;
use super::names::Names;
use crate::diagnostic::{Place, Problem};
use crate::digest::sha256;
use crate::store::digest::canonical;
use crate::store::files::Files;
use crate::store::json;
use crate::store::model::Store;
use crate::store::problems::Problems;
use crate::store::table::delimiter;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What `digests.json` holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Digests {
    /// The digest of the store, whatever its form.
    pub(crate) store: String,
    /// The files of the store and its log, by name.
    pub(crate) files: IndexMap<String, FileDigest>,
    /// The digest of all of this, to know it from a damaged one.
    own: String,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FileDigest {
    sha256: String,
    /// The first eight characters of each line's digest.
    lines: String,
}

impl FileDigest {
    fn of(bytes: &[u8]) -> Self {
        FileDigest { sha256: sha256(bytes), lines: lines(bytes).map(|line| sha256(line)[..LINE].to_owned()).collect() }
    }

    fn lines(&self) -> Vec<&str> {
        (0..self.lines.len() / LINE).filter_map(|at| self.lines.get(at * LINE..(at + 1) * LINE)).collect()
    }
}

/// How much of a line's digest is kept.
const LINE: usize = 8;

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n')
}

impl Digests {
    pub(crate) fn of<'a>(store: String, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), FileDigest::of(bytes))).collect();
        let mut digests = Digests { store, files, own: String::new() };
        digests.own = digests.expected();
        digests
    }

    pub(crate) fn text(&self) -> String {
        // Texts in maps can't fail to serialise.
        format!("{}\n", serde_json::to_string_pretty(self).unwrap_or_default())
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Digests>(bytes).ok().filter(|d| d.own == d.expected())
    }

    fn expected(&self) -> String {
        sha256(canonical(&Digests { own: String::new(), ..self.clone() }).as_bytes())
    }
}

/// Where the files of a store differ from what was saved. A store without digests is not checked.
pub(crate) fn verify(files: &dyn Files, names: &Names) -> Vec<Problem> {
    let place = |file: &str| Place { file: file.to_owned(), ..Place::default() };
    let file = names.digests();
    let Some(bytes) = files.peek(&file) else {
        if files.peek(&names.change_log()).is_none() {
            return Vec::new();
        }
        let problem = Problem::warning("W382", format!("`{}` has a change log and no digests", names.path));
        return vec![
            problem.help(format!("`{file}` is gone; `weald adopt {} --because TEXT` makes it anew", names.path)).place(place(&file)),
        ];
    };
    let Some(digests) = Digests::parse(&bytes) else {
        let problem =
            Problem::warning("W382", format!("`{file}` is damaged, so that nothing tells whether the data are as they were saved"));
        let help = format!("compare the data with a copy, then take them with `weald adopt {} --because TEXT`", names.path);
        return vec![problem.help(help).place(place(&file))];
    };
    let mut found = Vec::new();
    for (name, saved) in &digests.files {
        let path = names.file(name);
        match files.peek(&path) {
            None => found.push(differs(names, &path, None, format!("`{path}` is gone, and was there when the store was saved"))),
            Some(bytes) if sha256(&bytes) != saved.sha256 => {
                let (line, what) = difference(&path, &saved.lines(), &bytes);
                found.push(differs(names, &path, Some(line), format!("`{path}` is not as it was saved: {what}")));
            }
            Some(_) => {}
        }
    }
    for name in names.parts().iter().filter(|name| !digests.files.contains_key(*name)) {
        let path = names.file(name);
        if files.peek(&path).is_some() {
            found.push(differs(names, &path, None, format!("`{path}` was not there when the store was saved")));
        }
    }
    found
}

/// The store as it was last saved, if its copy is intact.
pub(crate) fn last_saved(files: &dyn Files, names: &Names, entries: &[Entry]) -> Option<Store> {
    let bytes = files.peek(&names.file(&names.saved_name()))?;
    let mut store = json::parse(&bytes, &mut Problems::of(""))?;
    store.complete();
    store.settle();
    let digest = store.sha256();
    let by_digests = files.peek(&names.digests()).and_then(|bytes| Digests::parse(&bytes)).is_some_and(|d| d.store == digest);
    (by_digests || entries.last().is_some_and(|entry| entry.store == digest)).then_some(store)
}

/// The lines of the store's tables that are not as they were saved, as they stand now. Where lines
/// came or went, those between the first and the last difference.
pub(crate) fn lines_as_they_are(files: &dyn Files, names: &Names) -> Vec<String> {
    let Some(digests) = files.peek(&names.digests()).and_then(|bytes| Digests::parse(&bytes)) else { return Vec::new() };
    let mut told = Vec::new();
    for (name, saved) in digests.files.iter().filter(|(name, _)| **name != names.log_name() && **name != names.saved_name()) {
        let path = names.file(name);
        let Some(bytes) = files.peek(&path).filter(|bytes| sha256(bytes) != saved.sha256) else { continue };
        let (before, now): (Vec<&str>, Vec<&[u8]>) = (saved.lines(), lines(&bytes).collect());
        let digest = |line: &[u8]| sha256(line)[..LINE].to_owned();
        let same = before.iter().zip(&now).take_while(|(a, b)| **a == digest(b)).count();
        let back = before.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| **a == digest(b)).count();
        let back = back.min(before.len() - same).min(now.len() - same);
        for (at, line) in now.iter().enumerate().take(now.len() - back).skip(same) {
            if before.len() != now.len() || before.get(at).is_none_or(|old| *old != digest(line)) {
                told.push(format!("`{path}`, line {} now: {}", at + 1, String::from_utf8_lossy(line).trim_end()));
            }
        }
    }
    told
}

fn differs(names: &Names, path: &str, row: Option<usize>, message: String) -> Problem {
    let help = format!("if the change is meant, take it with `weald adopt {} --because TEXT`; else bring back the file", names.path);
    Problem::warning("W381", message).help(help).place(Place { file: path.to_owned(), row, column: None })
}

/// The first line that differs, and in words which do.
fn difference(path: &str, saved: &[&str], bytes: &[u8]) -> (usize, String) {
    let now: Vec<String> = lines(bytes).map(|line| sha256(line)[..LINE].to_owned()).collect();
    let text: Vec<&[u8]> = lines(bytes).collect();
    let named = |line: usize| {
        let about = text.get(line - 1).map(|l| String::from_utf8_lossy(l)).and_then(|l| about(path, &l, &text, line));
        about.map_or_else(String::new, |about| format!(" ({about})"))
    };
    if saved.len() == now.len() {
        let differ: Vec<usize> = saved.iter().zip(&now).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at + 1).collect();
        let Some(first) = differ.first() else { return (1, "its end differs".to_owned()) };
        let told: Vec<String> = differ.iter().take(MOST).map(|line| format!("line {line}{}", named(*line))).collect();
        let rest = differ.len().saturating_sub(MOST);
        let more = if rest > 0 { format!(" and {rest} more lines") } else { String::new() };
        let verb = if differ.len() == 1 { "differs" } else { "differ" };
        return (*first, format!("{}{more} {verb}", told.join(", ")));
    }
    let same = saved.iter().zip(&now).take_while(|(a, b)| *a == *b).count();
    let back = saved.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| *a == *b).count();
    let back = back.min(saved.len() - same).min(now.len() - same);
    let (old, new) = (saved.len() - same - back, now.len() - same - back);
    let count = |n: usize| if n == 1 { "1 line".to_owned() } else { format!("{n} lines") };
    let first = (same + 1).min(now.len().max(1));
    let what = match (old, new) {
        (old, 0) => format!("{} after line {same} {} gone", count(old), if old == 1 { "is" } else { "are" }),
        (0, new) => format!("{} from line {first}{} on {} new", count(new), named(first), if new == 1 { "is" } else { "are" }),
        (old, new) => format!("{} from line {first}{} on stand where {} stood", count(new), named(first), count(old)),
    };
    (first, what)
}

/// How many lines are named.
const MOST: usize = 5;

/// What a line is about: the first cell of a CSV, the path to a line of indented JSON.
fn about(path: &str, line: &str, text: &[&[u8]], number: usize) -> Option<String> {
    if path.ends_with(".csv") || path.ends_with(".tsv") {
        let header = text.first().map(|l| String::from_utf8_lossy(l)).unwrap_or_default();
        let mark = delimiter(header.trim_start_matches('\u{feff}'), None);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(mark).from_reader(line.as_bytes());
        let cell = reader.records().next()?.ok()?.get(0)?.trim().to_owned();
        return (!cell.is_empty() && number > 1).then_some(cell);
    }
    let indent = |l: &[u8]| l.iter().take_while(|b| **b == b' ').count();
    let key = |l: &[u8]| Some(String::from_utf8_lossy(l).trim().strip_prefix('"')?.split('"').next()?.to_owned());
    let mut at = number - 1;
    let mut depth = indent(text.get(at)?);
    let mut names: Vec<String> = key(text.get(at)?).into_iter().collect();
    while depth > 0 && at > 0 {
        at -= 1;
        let (above, inner) = (text.get(at)?, depth);
        if indent(above) >= inner {
            continue;
        }
        depth = indent(above);
        match key(above) {
            Some(name) => names.insert(0, name),
            None if depth > 0 => {
                let before = text[..at].iter().rev().take_while(|l| indent(l) >= depth);
                let entry = 1 + before.filter(|l| indent(l) == depth && l.ends_with(b"{")).count();
                names.insert(0, format!("entry {entry}"));
            }
            None => {}
        }
    }
    (!names.is_empty()).then(|| names.join(" › "))
}
