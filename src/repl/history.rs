//! What was typed, kept across sessions.

use super::helper::Assistant;
use super::say;
use rustyline::Editor;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use std::ffi::OsString;
use std::path::PathBuf;

/// The file of the history, and whether it can be kept.
pub struct History {
    path: Option<PathBuf>,
    trouble: Option<String>,
    said: bool,
}

/// Where the history lies: `WEALD_HISTORY`, else in the folder where programs keep their
/// state. An empty `WEALD_HISTORY` keeps none.
fn path(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(path) = variable("WEALD_HISTORY") {
        return Some(PathBuf::from(path)).filter(|p| !p.as_os_str().is_empty());
    }
    let full = |name| variable(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let state = full("XDG_STATE_HOME").or_else(|| full("LOCALAPPDATA")).or_else(|| full("HOME").map(|home| home.join(".local/state")));
    state.map(|folder| folder.join("weald").join("history"))
}

impl History {
    /// Reads the history into the editor.
    pub fn open(editor: &mut Editor<Assistant, FileHistory>) -> Self {
        let path = path(&|name| std::env::var_os(name));
        let mut history = Self { path, trouble: None, said: false };
        if let Some(path) = &history.path {
            match editor.load_history(path) {
                Ok(()) => {}
                Err(ReadlineError::Io(e)) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => history.trouble = Some(format!("the history in `{}` can't be read: {e}", path.display())),
            }
        }
        history
    }

    /// Keeps an entry.
    pub fn add(&mut self, editor: &mut Editor<Assistant, FileHistory>, entry: &str) {
        if !matches!(editor.add_history_entry(entry), Ok(true)) {
            return;
        }
        let Some(path) = self.path.as_ref().filter(|_| self.trouble.is_none()) else { return };
        let kept = match path.parent().map(std::fs::create_dir_all) {
            Some(Err(e)) => Err(e.to_string()),
            _ => editor.append_history(path).map_err(|e| e.to_string()),
        };
        if let Err(e) = kept {
            self.trouble = Some(format!("the history can't be kept in `{}`: {e}", path.display()));
            self.note();
        }
    }

    /// Says what is wrong with it, once.
    pub fn note(&mut self) {
        if let Some(trouble) = self.trouble.as_ref().filter(|_| !self.said) {
            say::err(&format!("note: {trouble}; WEALD_HISTORY can name another file\n"));
            self.said = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_history_lies() {
        let of = |set: &[(&str, &str)]| path(&|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)));
        assert_eq!(of(&[("WEALD_HISTORY", "h"), ("HOME", "/home/a")]), Some(PathBuf::from("h")));
        assert_eq!(of(&[("WEALD_HISTORY", ""), ("HOME", "/home/a")]), None);
        assert_eq!(of(&[]), None);
        if cfg!(unix) {
            assert_eq!(of(&[("XDG_STATE_HOME", "/s"), ("HOME", "/home/a")]), Some(PathBuf::from("/s/weald/history")));
            assert_eq!(
                of(&[("XDG_STATE_HOME", "relative"), ("HOME", "/home/a")]),
                Some(PathBuf::from("/home/a/.local/state/weald/history"))
            );
        }
    }
}
