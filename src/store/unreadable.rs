//! What to say about a text that should be a number.

use super::cell::{Style, Unreadable, number};

/// Finds the likeliest reason why a text is no number.
pub(crate) fn explain(text: &str, style: Style) -> Unreadable {
    let shown = shorten(text);
    let say = |what: &str, help: &str| Unreadable { message: format!("`{shown}` {what}"), help: help.to_owned() };
    if let Some(body) = text.strip_suffix('%') {
        let body = body.trim();
        return say(
            "is a percentage, not a number",
            &format!("write the number without `%`, as `{body}` or as a proportion, whichever the column means"),
        );
    }
    if text.starts_with('#') && text.contains(['!', '?', '/']) {
        return say("is a spreadsheet error", "repair the formula, or leave the cell empty");
    }
    if text.starts_with('=') && !style.bounds {
        return say("is a formula", "save the values: in the spreadsheet, copy and paste as values first");
    }
    if text.starts_with(['<', '>', '≤', '≥']) && !style.bounds {
        return say("is a bound, not a number", "only `p` may be a bound; leave the cell empty and say so in `note`");
    }
    if text.contains(',') {
        return comma(text, style, &say);
    }
    let groups: Vec<&str> = text.trim_start_matches(['-', '+']).split('.').collect();
    let digits = |g: &&str| g.bytes().all(|b| b.is_ascii_digit());
    if style.decimal_comma
        && groups.len() > 1
        && groups.iter().all(digits)
        && groups.iter().skip(1).all(|g| g.len() == 3)
        && (1..=3).contains(&groups[0].len())
    {
        let (whole, decimal) = (text.replace('.', ""), text.replacen('.', ",", 1));
        let help = if groups.len() > 2 {
            format!("write `{whole}`")
        } else {
            format!("write `{whole}` if the point separates thousands, `{decimal}` if it is a decimal point")
        };
        return say("has a point in a file with decimal commas", &help);
    }
    if style.decimal_comma && text.contains('.') {
        return say("has a decimal point in a file with decimal commas", "write all numbers alike, with `.` or with `,`");
    }
    if text.split_whitespace().count() > 1 && text.split_whitespace().all(|part| number(part, false).is_some()) {
        return say("holds a space", "write thousands without a separator, and one number a cell");
    }
    if text.contains(['±', '(', '[']) || text.contains(" to ") || text.contains(';') {
        return say("holds more than one number", "one number a cell: mean, SD and limits have columns of their own");
    }
    if text.contains(['–', '—']) && number(&text.replace(['–', '—'], "-"), false).is_some() {
        return say("begins with a dash that is not a minus", "write the minus as `-`");
    }
    let word = text.to_ascii_lowercase();
    if matches!(word.as_str(), "ns" | "n.s." | "n.s" | "not significant" | "non-significant" | "nonsignificant") {
        return say("is not a number", "leave the cell empty, and write `not significant` in the column `reported`");
    }
    if matches!(
        word.as_str(),
        "na" | "n/a" | "nan" | "nr" | "not reported" | "missing" | "null" | "none" | "-" | "--" | "–" | "?" | "unclear" | "*"
    ) {
        return say("is not a number", "a missing value is an empty cell, `NA` or `.`");
    }
    if word.contains("inf") || (text.bytes().any(|b| b.is_ascii_digit()) && text.parse::<f64>().is_ok()) {
        return say("is not a finite number", "write the number itself, or leave the cell empty");
    }
    if text.bytes().filter(|b| *b == b'-').count() >= 1
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && text.bytes().any(|b| b.is_ascii_digit())
    {
        return say(
            "is not a number",
            "spreadsheets turn entries such as 3-4 into dates: format the cells as text; a missing value is an empty cell or `NA`",
        );
    }
    say("is not a number", "write digits with a decimal point, such as `12.5`; a missing value is an empty cell, `NA` or `.`")
}

/// A text with a comma: thousands or a decimal comma.
fn comma(text: &str, style: Style, say: &dyn Fn(&str, &str) -> Unreadable) -> Unreadable {
    let without: String = text.chars().filter(|c| *c != ',').collect();
    if style.decimal_comma && text.contains('.') {
        return say("holds both a point and a comma", "write thousands without a separator, such as `1234,5`");
    }
    let groups: Vec<&str> = text.split('.').next().unwrap_or("").trim_start_matches(['-', '+']).split(',').collect();
    let thousands = groups.len() > 1
        && groups.first().is_some_and(|g| (1..=3).contains(&g.len()))
        && groups.iter().skip(1).all(|g| g.len() == 3)
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let decimal = text.replacen(',', ".", 1);
    if thousands && number(&without, false).is_some() {
        let help = match number(&decimal, false) {
            Some(_) => {
                format!("write `{without}` if the comma separates thousands, `{decimal}` if it is a decimal comma")
            }
            None => format!("write `{without}`"),
        };
        return say("has a thousands separator", &help);
    }
    match number(&decimal, false) {
        Some(_) => say(
            "has a decimal comma",
            &format!("write `{decimal}`; decimal commas are read only in files separated by `;` or tabs that use them throughout"),
        ),
        None => say("is not a number", "one number a cell, with a decimal point and no thousands separator"),
    }
}

/// At most 40 characters of a text, on one line.
pub(crate) fn shorten(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= 40 { line } else { line.chars().take(39).chain(['…']).collect() }
}
