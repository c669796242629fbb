//! Tools for the risk of bias, with their domains and words.

/// One tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool {
    /// Its name; a version may follow it, as in `RoB 2 (2019)`.
    pub name: &'static str,
    /// Its domains in order, beside `overall`.
    pub domains: &'static [&'static str],
    /// The words of its judgements, best first.
    pub words: &'static [&'static str],
    /// Where it comes from.
    pub source: &'static str,
}

/// The tools Weald knows. Others are kept as they are written.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "RoB 1",
        domains: &[
            "random sequence generation",
            "allocation concealment",
            "blinding of participants and personnel",
            "blinding of outcome assessment",
            "incomplete outcome data",
            "selective reporting",
            "other bias",
        ],
        words: &["low", "unclear", "high"],
        source: "Higgins et al. 2011, BMJ 343:d5928",
    },
    Tool {
        name: "RoB 2",
        domains: &[
            "randomisation process",
            "deviations from intended interventions",
            "missing outcome data",
            "measurement of the outcome",
            "selection of the reported result",
        ],
        words: &["low", "some concerns", "high"],
        source: "Sterne et al. 2019, BMJ 366:l4898; a judgement is about one result",
    },
    Tool {
        name: "ROBINS-I",
        domains: &[
            "confounding",
            "selection of participants",
            "classification of interventions",
            "deviations from intended interventions",
            "missing data",
            "measurement of outcomes",
            "selection of the reported result",
        ],
        words: &["low", "moderate", "serious", "critical", "no information"],
        source: "Sterne et al. 2016, BMJ 355:i4919",
    },
];

/// The tool of a name, whatever its case, blanks, hyphens and version.
pub fn tool(name: &str) -> Option<&'static Tool> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let name = plain(name);
    TOOLS.iter().find(|tool| name.starts_with(&plain(tool.name)))
}

impl Tool {
    /// Whether a word is one of its judgements; `some` is short for `some concerns`.
    pub fn knows(&self, word: &str) -> bool {
        let word = word.trim().to_lowercase();
        let word = word.strip_suffix(" risk").unwrap_or(&word);
        self.words.iter().any(|known| *known == word || known.split(' ').next() == Some(word))
    }
}
