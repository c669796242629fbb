//! The names that RevMan gives to what Weald's columns hold, and to effect measures.

/// Weald's column, the attribute in a `.rm5`, and the column in `…-data-rows.csv`.
const COLUMNS: &[[&str; 3]] = &[
    ["study", "STUDY_ID", "Study"],
    ["events1", "EVENTS_1", "Experimental cases"],
    ["n1", "TOTAL_1", "Experimental N"],
    ["mean1", "MEAN_1", "Experimental mean"],
    ["sd1", "SD_1", "Experimental SD"],
    ["events2", "EVENTS_2", "Control cases"],
    ["n2", "TOTAL_2", "Control N"],
    ["mean2", "MEAN_2", "Control mean"],
    ["sd2", "SD_2", "Control SD"],
    ["oe", "O_E", "O-E"],
    ["v", "VAR", "Variance"],
    ["yi", "ESTIMATE", "GIV Mean"],
    ["sei", "SE", "GIV SE"],
];

/// How a file of RevMan names a column: its attribute, or its column in the package.
pub(crate) fn name_in(file: &str, column: &str) -> Option<&'static str> {
    let at = if is_rm5(file) {
        1
    } else if file.contains(".zip/") {
        2
    } else {
        return None;
    };
    COLUMNS.iter().find(|names| names[0] == column).and_then(|names| names.get(at)).copied()
}

/// Whether a file is a `.rm5` by its name.
fn is_rm5(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("rm5"))
}

/// The code of a measure, of which RevMan writes a code, or words that its authors chose;
/// `None` for words that are not known.
pub(super) fn measure_code(text: &str) -> Option<&'static str> {
    let plain: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(match plain.as_str() {
        "or" | "odds ratio" => "OR",
        "rr" | "risk ratio" | "relative risk" => "RR",
        "rd" | "risk difference" => "RD",
        "peto or" | "peto odds ratio" => "PETO_OR",
        "md" | "mean difference" => "MD",
        "smd" | "standardized mean difference" | "standardised mean difference" | "std mean difference" => "SMD",
        "hr" | "hazard ratio" => "HR",
        "rate ratio" | "irr" | "incidence rate ratio" => "RATE_RATIO",
        "rom" | "ratio of means" => "ROM",
        _ => return None,
    })
}

/// The measure as it is stored: its code, else the words of the file.
pub(super) fn measure_of(text: &str) -> String {
    measure_code(text).map_or_else(|| text.trim().to_owned(), str::to_owned)
}

/// Whether a measure is pooled on the log.
pub(super) fn is_ratio(measure: &str) -> bool {
    matches!(measure, "OR" | "RR" | "PETO_OR" | "HR" | "RATE_RATIO" | "ROM")
}

/// Whether entered estimates are logarithms of the effects shown beside them, where the numbers tell.
pub(super) fn logged_by_data(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<bool> {
    let near = |a: f64, b: f64| (a - b).abs() <= 0.002 * a.abs().max(b.abs()).max(0.01);
    let (mut logged, mut plain) = (0u32, 0u32);
    for (entered, shown) in pairs {
        logged += u32::from(near(libm::exp(entered), shown));
        plain += u32::from(near(entered, shown));
    }
    (logged != plain).then_some(logged > plain)
}
