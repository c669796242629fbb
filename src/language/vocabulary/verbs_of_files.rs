//! Statement words that write files.

use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_FILES: &[Verb] = &[
    verb!(
        Export,
        "export",
        Reports,
        Other,
        &[],
        false,
        "export NAME to \"FILE.R\" | \"FILE.csv\" | \"FILE.xlsx\" | \"FILE.json\" · export data [as metafor | robvis | prisma] to \"FILE\"",
        "Writes a result, or the data, as a file of another program; .R computes the result again with metafor",
        "export vaccine to \"vaccine.R\""
    ),
    verb!(
        Save,
        "save",
        Session,
        Other,
        &[],
        false,
        "save session to \"FILE.weald\" | save data to \"FILE.json\"",
        "Writes the session's statements, or its data, to a file",
        "save session to \"session.weald\""
    ),
];
