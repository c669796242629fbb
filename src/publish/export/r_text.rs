//! Texts and numbers as R writes them, and lines of a script.

/// A script as it grows.
#[derive(Default)]
pub(super) struct Script {
    text: String,
}

impl Script {
    /// A line.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    /// A comment; a line break in it stays within the comment.
    pub(super) fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let plain: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.line(format!("# {plain}").trim_end());
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A number that R computes beside the one that Weald gave; nothing where there is none.
    pub(super) fn check(&mut self, what: &str, computed: &str, expected: Option<f64>) {
        self.check_within(what, computed, expected, "1e-7");
    }

    /// The same, for a number that the two programs find by search.
    pub(super) fn check_within(&mut self, what: &str, computed: &str, expected: Option<f64>, within: &str) {
        if let Some(x) = expected.filter(|x| x.is_finite()) {
            self.line(format!("check({}, {computed}, {}, {within})", quoted(what), number(x)));
        }
    }

    /// The whole.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number with all its digits.
pub(super) fn number(x: f64) -> String {
    if x.is_finite() { format!("{x:?}") } else { "NA".to_owned() }
}

/// `c(1, 2)`, broken into lines.
pub(super) fn numbers(values: impl IntoIterator<Item = f64>) -> String {
    vector(values.into_iter().map(number))
}

/// `c("a", "b")`
pub(super) fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    vector(values.into_iter().map(quoted))
}

fn vector(items: impl IntoIterator<Item = String>) -> String {
    let mut out = String::from("c(");
    let mut width = 2;
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
            if width + item.len() > 90 {
                out.push_str("\n    ");
                width = 4;
            } else {
                out.push(' ');
            }
        }
        width += item.len() + 2;
        out.push_str(&item);
    }
    out.push(')');
    out
}
