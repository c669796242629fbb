//! Statement words that write files.

use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_FILES: &[Verb] = &[verb!(
    Save,
    "save",
    Session,
    Other,
    &[],
    false,
    "save session to \"FILE.weald\" | save data to \"FILE.json\"",
    "Writes the session's statements, or its data, to a file",
    "save session to \"session.weald\""
)];
