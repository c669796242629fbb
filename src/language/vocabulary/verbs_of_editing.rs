//! Statement words that change the store in use, at the prompt.

use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_EDITING: &[Verb] = &[
    verb!(
        Undo,
        "undo",
        Session,
        Other,
        &[],
        false,
        "undo · undo edit [because \"REASON\"]",
        "Takes back the last statement of a session, or the last change of the store in use",
        "undo"
    ),
    verb!(
        Add,
        "add",
        Session,
        Other,
        &[],
        false,
        "add KIND [NAME] FIELD VALUE, … [because \"REASON\"]",
        "Adds a record to the store in use, and logs it; at the prompt only",
        "add row study \"Doe 2026\", events1 4 n1 120, events2 9 n2 118 because \"new report\""
    ),
    verb!(
        Edit,
        "edit",
        Session,
        Other,
        &[],
        false,
        "edit KIND RECORD FIELD VALUE, … [because \"REASON\"]",
        "Changes a record (by name, line, or `where FIELD == VALUE`) of the store in use, and logs it; at the prompt only",
        "edit row 2 n1 124 because \"Table 1\""
    ),
    verb!(
        Remove,
        "remove",
        Session,
        Other,
        &[],
        false,
        "remove KIND RECORD [because \"REASON\"]",
        "Removes a record from the store in use, and logs it; at the prompt only",
        "remove row 3 because \"entered twice\""
    ),
];
