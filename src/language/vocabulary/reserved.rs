//! Words with a meaning of their own wherever they stand: they name no value.

/// Each word with what it does.
pub const RESERVED: &[(&str, &str)] = &[
    ("let", "gives a name"),
    ("where", "begins a condition on rows"),
    ("when", "begins the condition of a branch of a rule"),
    ("then", "ends that condition"),
    ("otherwise", "begins the last branch of a rule"),
    ("on", "begins the moderators of `regress`"),
    ("if", "begins a condition on results"),
    ("else", "begins the other branch of `if`"),
    ("for", "begins a loop, where a statement begins"),
    ("rule", "begins a rule, where a statement begins"),
    ("print", "prints, where a statement begins"),
    ("and", "both conditions hold"),
    ("or", "at least one of two conditions holds; after `measure` it is the odds ratio"),
    ("not", "a condition does not hold"),
    ("in", "is an element of a list; in `for`, what the loop goes through"),
    ("it", "the last result"),
    ("true", "holds"),
    ("false", "does not hold"),
    ("NA", "a missing value"),
];
