//! The tools for risk of bias: their domains, their judgements, colours and symbols.
//!
//! Sources: RoB 1, Higgins JPT et al. BMJ 2011;343:d5928; RoB 2 (22 August 2019), Sterne JAC et
//! al. BMJ 2019;366:l4898, and its versions for cluster-randomised and crossover trials (2021);
//! ROBINS-I (2016), Sterne JAC et al. BMJ 2016;355:i4919; ROB-ME, Page MJ et al. BMJ
//! 2023;383:e076754. Colours as in robvis, McGuinness LA, Higgins JPT. Res Synth Methods
//! 2021;12:55-61.

/// A judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Low risk.
    Low,
    /// RoB 1.
    Unclear,
    /// RoB 2.
    SomeConcerns,
    /// ROBINS-I.
    Moderate,
    /// RoB 1 and 2.
    High,
    /// ROBINS-I.
    Serious,
    /// ROBINS-I.
    Critical,
    /// No information to judge by.
    NoInformation,
    /// The domain does not apply.
    NotApplicable,
}

impl Level {
    /// In full.
    pub fn word(self) -> &'static str {
        match self {
            Level::Low => "Low",
            Level::Unclear => "Unclear",
            Level::SomeConcerns => "Some concerns",
            Level::Moderate => "Moderate",
            Level::High => "High",
            Level::Serious => "Serious",
            Level::Critical => "Critical",
            Level::NoInformation => "No information",
            Level::NotApplicable => "Not applicable",
        }
    }

    /// The sign in a figure: one set for all tools.
    pub fn symbol(self) -> &'static str {
        match self {
            Level::Low => "+",
            Level::SomeConcerns | Level::Moderate => "!",
            Level::High | Level::Serious => "×",
            Level::Critical => "××",
            Level::Unclear | Level::NoInformation => "?",
            Level::NotApplicable => "–",
        }
    }

    /// Fill, and ink that can be read on it.
    pub fn colours(self, colour_blind: bool) -> (&'static str, &'static str) {
        match (self, colour_blind) {
            (Level::Low, false) => ("#02c100", "#000000"),
            (Level::Unclear | Level::SomeConcerns | Level::Moderate, false) => ("#e2df07", "#000000"),
            (Level::High | Level::Serious, false) => ("#bf0000", "#ffffff"),
            (Level::Critical, false) => ("#820000", "#ffffff"),
            (Level::NoInformation, false) => ("#4ea1f7", "#000000"),
            (Level::Low, true) => ("#fed98e", "#000000"),
            (Level::Unclear | Level::SomeConcerns | Level::Moderate, true) => ("#fe9929", "#000000"),
            (Level::High | Level::Serious, true) => ("#d95f0e", "#000000"),
            (Level::Critical, true) => ("#993404", "#ffffff"),
            (Level::NoInformation, true) => ("#ffffff", "#000000"),
            (Level::NotApplicable, _) => ("#cccccc", "#000000"),
        }
    }

    /// How bad, to compare; none where nothing was judged.
    pub fn rank(self) -> Option<u8> {
        match self {
            Level::Low => Some(0),
            Level::Unclear | Level::SomeConcerns | Level::Moderate => Some(1),
            Level::High | Level::Serious => Some(2),
            Level::Critical => Some(3),
            Level::NoInformation | Level::NotApplicable => None,
        }
    }

    /// Whether a word is this judgement: the whole word, never its first letter.
    fn is(self, word: &str) -> bool {
        let short = match self {
            Level::SomeConcerns => "some",
            Level::NoInformation => "ni",
            Level::NotApplicable => "na",
            _ => "",
        };
        let word = word.trim();
        let word = ["risk of bias", "risk"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word).trim();
        word.eq_ignore_ascii_case(self.word()) || (!short.is_empty() && word.eq_ignore_ascii_case(short))
    }
}

/// A domain.
#[derive(Debug, PartialEq, Eq)]
pub struct Domain {
    /// `D1`, `A`.
    pub mark: &'static str,
    /// Its official name.
    pub name: &'static str,
    /// The words by which data may name it too.
    pub keys: &'static [&'static str],
}

const fn domain(mark: &'static str, name: &'static str, keys: &'static [&'static str]) -> Domain {
    Domain { mark, name, keys }
}

/// A tool.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name with its version.
    pub name: &'static str,
    /// How data may name it: letters and digits only.
    pub keys: &'static [&'static str],
    /// Its domains, in order.
    pub domains: &'static [Domain],
    /// Its judgements, best first.
    pub levels: &'static [Level],
}

const DEVIATIONS: Domain = domain("D2", "Bias due to deviations from intended interventions", &["deviations"]);
const MISSING: Domain = domain("D3", "Bias due to missing outcome data", &["missing", "missing_data", "missing data"]);
const MEASUREMENT: Domain = domain("D4", "Bias in measurement of the outcome", &["measurement"]);
const REPORTED: Domain = domain("D5", "Bias in selection of the reported result", &["selection", "reporting", "reported_result"]);
const RANDOMISED: Domain =
    domain("D1", "Bias arising from the randomization process", &["randomisation", "randomization", "randomisation process"]);
const THREE: &[Level] = &[Level::Low, Level::SomeConcerns, Level::High, Level::NoInformation, Level::NotApplicable];

/// All tools.
pub const TOOLS: &[Tool] = &[
    Tool {
        name: "RoB 1 (2011)",
        keys: &["rob1", "rob", "cochraneriskofbias", "cochrane", "cochranerob1"],
        domains: &[
            domain("A", "Random sequence generation", &["sequence", "sequence generation", "random_sequence"]),
            domain("B", "Allocation concealment", &["concealment", "allocation"]),
            domain("C", "Blinding of participants and personnel", &["blinding_participants", "blinding of participants", "performance"]),
            domain("D", "Blinding of outcome assessment", &["blinding_assessment", "blinding of assessment", "detection"]),
            domain("E", "Incomplete outcome data", &["incomplete_data", "incomplete data", "attrition"]),
            domain("F", "Selective reporting", &["reporting", "selective_reporting"]),
            domain("G", "Other bias", &["other"]),
        ],
        levels: &[Level::Low, Level::Unclear, Level::High],
    },
    Tool {
        name: "RoB 2 (2019)",
        keys: &["rob2", "rob20", "cochranerob2"],
        domains: &[RANDOMISED, DEVIATIONS, MISSING, MEASUREMENT, REPORTED],
        levels: THREE,
    },
    Tool {
        name: "RoB 2 for cluster-randomised trials (2021)",
        keys: &["rob2cluster", "rob2crt", "rob2forclusterrandomisedtrials"],
        domains: &[
            domain("D1a", "Bias arising from the randomization process", &["randomisation", "randomization"]),
            domain(
                "D1b",
                "Bias arising from the timing of identification or recruitment of participants",
                &["recruitment", "timing", "identification"],
            ),
            DEVIATIONS,
            MISSING,
            MEASUREMENT,
            REPORTED,
        ],
        levels: THREE,
    },
    Tool {
        name: "RoB 2 for crossover trials (2021)",
        keys: &["rob2crossover", "rob2forcrossovertrials"],
        domains: &[
            RANDOMISED,
            domain("DS", "Bias arising from period and carryover effects", &["carryover", "period", "period and carryover"]),
            DEVIATIONS,
            MISSING,
            MEASUREMENT,
            REPORTED,
        ],
        levels: THREE,
    },
    Tool {
        name: "ROBINS-I (2016)",
        keys: &["robinsi", "robins"],
        domains: &[
            domain("D1", "Bias due to confounding", &["confounding"]),
            domain("D2", "Bias in selection of participants into the study", &["selection", "selection of participants"]),
            domain("D3", "Bias in classification of interventions", &["classification"]),
            domain("D4", "Bias due to deviations from intended interventions", &["deviations"]),
            domain("D5", "Bias due to missing data", &["missing", "missing_data", "missing data"]),
            domain("D6", "Bias in measurement of outcomes", &["measurement"]),
            domain("D7", "Bias in selection of the reported result", &["reporting", "reported_result"]),
        ],
        levels: &[Level::Low, Level::Moderate, Level::Serious, Level::Critical, Level::NoInformation],
    },
];

/// Letters and digits of a tool's name, without what stands in parentheses.
pub fn plain(name: &str) -> String {
    let name = name.split(['(', ',']).next().unwrap_or_default();
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The tool of that name.
pub fn tool(name: &str) -> Option<&'static Tool> {
    let plain = plain(name);
    TOOLS.iter().find(|t| t.keys.contains(&plain.as_str()) || self::plain(t.name) == plain)
}

impl Tool {
    /// Its name without its version: `RoB 2`.
    pub fn short(&self) -> &'static str {
        self.name.split(" (").next().unwrap_or(self.name)
    }

    /// The domain that data name so; by its mark, its name or a key.
    pub fn domain(&self, word: &str) -> Option<usize> {
        let word = word.trim();
        let is = |d: &Domain| {
            d.mark.eq_ignore_ascii_case(word) || d.name.eq_ignore_ascii_case(word) || d.keys.iter().any(|k| k.eq_ignore_ascii_case(word))
        };
        self.domains.iter().position(is)
    }

    /// The judgement that data write so.
    pub fn level(&self, word: &str) -> Option<Level> {
        self.levels.iter().copied().find(|l| l.is(word))
    }

    /// Its judgements in words.
    pub fn words(&self) -> String {
        self.levels.iter().map(|l| l.word()).collect::<Vec<_>>().join(", ")
    }
}
