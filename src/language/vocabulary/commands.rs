//! Words that belong to the command line, and no script.

/// Commands of the command line that somebody may take for statements, with how they are called.
pub const COMMANDS: &[(&str, &str)] = &[
    ("lock", "weald lock PLAN"),
    ("verify", "weald verify PLAN"),
    ("register", "weald register PLAN --registry NAME --id ID --on DATE"),
    ("stamp", "weald stamp PLAN"),
    ("unseal", "weald unseal PLAN --reason \"…\""),
    ("diff", "weald diff PLAN SCRIPT"),
    ("validate", "weald validate STORE"),
    ("audit", "weald audit FILE"),
    ("import", "weald import FILE --to STORE"),
];
