//! Which record is meant.

use super::kinds::Kind;
use crate::diagnostic::Problem;
use crate::digest::sha256;
use crate::store::columns::find;
use crate::store::digest::canonical;
use crate::store::model::Store;
use crate::store::near_miss::nearest;
use crate::store::row::Row;
use serde::Serialize;
use serde_json::Value as Json;

/// How a record is pointed at.
#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// By its name, its line or number, or the first characters of its digest.
    Name(String),
    /// By what its fields hold.
    Where(Vec<(String, String)>),
    /// By its place in the list, from 0.
    At(usize),
    /// Not at all.
    Unsaid,
}

/// The key of an entity.
pub(super) fn key<'a>(kind: &Kind, which: &Which, known: impl Iterator<Item = &'a str> + Clone) -> Result<String, Problem> {
    let Which::Name(name) = which else {
        return Err(Problem::error("E383", format!("nothing says which {} is meant", kind.name))
            .help(format!("write its name after `{}`", kind.word)));
    };
    if known.clone().any(|k| k == name) {
        return Ok(name.clone());
    }
    let problem = Problem::error("E383", format!("there is no {} `{name}`", kind.name));
    Err(match nearest(name, known.clone()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.clone().count() == 0 => problem.help(format!("the store has none; `add {} \"{name}\"` makes it", kind.word)),
        None => problem.help(format!("there are {}", known.take(8).collect::<Vec<_>>().join(", "))),
    })
}

/// The place of a row.
pub(super) fn row(store: &Store, which: &Which) -> Result<usize, Problem> {
    let rows = &store.rows;
    let found: Vec<usize> = match which {
        Which::Unsaid => return Err(unsaid("row", "its line in the file, the first characters of its digest, or `--where study=NAME`")),
        Which::At(at) => (*at < rows.len()).then_some(*at).into_iter().collect(),
        Which::Where(wanted) => {
            for (name, _) in wanted {
                if find(name).is_none() && store.column(name).is_none() {
                    let known: Vec<&str> = store.moderator_names();
                    let problem = Problem::error("E383", format!("the rows have no `{name}`"));
                    return Err(match nearest(name, known.into_iter().chain(crate::store::COLUMNS.iter().map(|c| c.name))) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help("name a column of the rows, such as `study`, `outcome`, `timepoint`"),
                    });
                }
            }
            let fits = |row: &Row| wanted.iter().all(|(name, text)| says(store, row, name, text));
            rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(at, _)| at).collect()
        }
        Which::Name(text) => match text.parse::<usize>() {
            Ok(line) if text.len() < 8 => {
                rows.iter().enumerate().filter(|(_, row)| row.origin.row == Some(line)).map(|(at, _)| at).collect()
            }
            _ => rows.iter().enumerate().filter(|(_, row)| is_digest(text, || row.sha256())).map(|(at, _)| at).collect(),
        },
    };
    let told: Vec<String> = found.iter().take(6).filter_map(|at| rows.get(*at)).map(|row| described(row, true)).collect();
    one("row", which, &found, &told)
}

/// Whether a row holds a text under a name. An empty text is a missing value.
fn says(store: &Store, row: &Row, name: &str, text: &str) -> bool {
    let name = find(name).map_or(name, |c| c.name);
    let value = store.row_value(row, name);
    match value.text() {
        None => crate::store::is_missing(text),
        Some(known) => known == text || value.number().is_some_and(|x| text.parse() == Ok(x)),
    }
}

/// A row in words.
pub(crate) fn described(row: &Row, with_line: bool) -> String {
    let keys = ["study", "outcome", "timepoint", "analysis", "instrument", "comparison", "subgroup"];
    let text = keys.iter().filter_map(|key| row.key(key)).collect::<Vec<_>>().join(", ");
    match row.origin.row.filter(|_| with_line) {
        Some(line) => format!("{text} (line {line})"),
        None => text,
    }
}

/// The place of an entry of a list.
pub(super) fn entry<T: Serialize>(kind: &Kind, which: &Which, list: &[T]) -> Result<usize, Problem> {
    let found: Vec<usize> = match which {
        Which::Unsaid => {
            return Err(unsaid(kind.name, "its number in the list, the first characters of its digest, or what its fields hold"));
        }
        Which::At(at) => (*at < list.len()).then_some(*at).into_iter().collect(),
        Which::Name(text) => match text.parse::<usize>() {
            Ok(number) if text.len() < 8 => number.checked_sub(1).filter(|at| *at < list.len()).into_iter().collect(),
            _ => list.iter().enumerate().filter(|(_, e)| is_digest(text, || sha256(canonical(e).as_bytes()))).map(|(at, _)| at).collect(),
        },
        Which::Where(wanted) => {
            let fits = |json: &Json| {
                wanted.iter().all(|(name, text)| match json.get(name) {
                    Some(Json::String(known)) => known == text,
                    Some(known) => {
                        let shown = known.to_string();
                        shown == *text
                    }
                    None => crate::store::is_missing(text),
                })
            };
            let entries = list.iter().enumerate();
            entries.filter(|(_, e)| serde_json::to_value(e).is_ok_and(|json| fits(&json))).map(|(at, _)| at).collect()
        }
    };
    let told: Vec<String> = found.iter().take(6).map(|at| format!("number {}", at + 1)).collect();
    one(kind.name, which, &found, &told)
}

/// Whether a text is the beginning of a digest, long enough to mean something.
fn is_digest(text: &str, digest: impl Fn() -> String) -> bool {
    text.len() >= 4 && text.bytes().all(|b| b.is_ascii_hexdigit()) && digest().starts_with(&text.to_lowercase())
}

fn unsaid(noun: &str, how: &str) -> Problem {
    Problem::error("E383", format!("nothing says which {noun} is meant")).help(format!("give {how}"))
}

/// The one that fits.
fn one(noun: &str, which: &Which, found: &[usize], told: &[String]) -> Result<usize, Problem> {
    let how = match which {
        Which::Name(text) => format!("`{text}`"),
        Which::Where(wanted) => wanted.iter().map(|(name, text)| format!("{name} `{text}`")).collect::<Vec<_>>().join(", "),
        Which::At(at) => format!("number {}", at + 1),
        Which::Unsaid => String::new(),
    };
    match found {
        [one] => Ok(*one),
        [] => Err(Problem::error("E383", format!("no {noun} fits {how}")).help("look at the file for its line and its keys")),
        many => {
            let more = many.len().saturating_sub(told.len());
            let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
            Err(Problem::error("E383", format!("{} {noun}s fit {how}", many.len())).help(format!("say which: {}{rest}", told.join("; "))))
        }
    }
}
