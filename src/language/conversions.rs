//! The rules by which rows are converted before an effect is made of them: several arms, whole
//! clusters, people who crossed over, missing SDs, baselines, medians.
//!
//! Each is plain, comparable, and written in the words of the language.

use super::spec::{Origin, Setting};
use crate::stats::effect::Medians;
use std::fmt;

/// A study that compares several groups with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MultiArm {
    /// Rows stay as they are.
    #[default]
    AsGiven,
    /// The groups become one (Cochrane Handbook 6.5.2.10, 23.3.4).
    Combine,
    /// The people of the shared group are divided among the comparisons (Handbook 23.3.4).
    Split,
}

/// A trial that randomised whole clusters.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cluster {
    /// Rows stay as they are.
    #[default]
    AsGiven,
    /// People are divided by the design effect 1 + (M - 1) ICC (Handbook 23.1.4), or the
    /// variance multiplied by it (23.1.5).
    Adjust {
        /// The ICC of trials that state none; without one, those stay as they are.
        icc: Option<f64>,
        /// The variance is inflated, the people stay.
        inflate: bool,
        /// Where the ICC comes from.
        from: Option<String>,
    },
}

/// A crossover trial.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Crossover {
    /// Rows stay as they are.
    #[default]
    AsGiven,
    /// Results of the first period alone (Handbook 23.2.4).
    FirstPeriod,
    /// A paired analysis (Handbook 23.2.7), with this correlation where a trial reports nothing paired.
    Paired {
        /// The correlation between a person's results; without one, such trials are left out.
        r: Option<f64>,
    },
}

/// What an SD can be computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdSource {
    /// The standard error of the mean, or of the difference.
    Se,
    /// The confidence interval of the mean, or of the difference.
    Ci,
    /// The t between the groups.
    T,
    /// The p between the groups.
    P,
}

impl SdSource {
    /// All, in the order of the default.
    pub const ALL: [SdSource; 4] = [SdSource::Se, SdSource::Ci, SdSource::T, SdSource::P];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            SdSource::Se => "se",
            SdSource::Ci => "ci",
            SdSource::T => "t",
            SdSource::P => "p",
        }
    }
}

/// What becomes of the SDs of other studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Borrowed {
    /// Their median.
    Median,
    /// The largest of them, which gives the least weight.
    Largest,
    /// The root of their mean square, weighted by n - 1.
    Pooled,
}

impl Borrowed {
    /// All.
    pub const ALL: [Borrowed; 3] = [Borrowed::Median, Borrowed::Largest, Borrowed::Pooled];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Borrowed::Median => "median",
            Borrowed::Largest => "largest",
            Borrowed::Pooled => "pooled",
        }
    }
}

/// Where a missing SD comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impute {
    /// Tried in this order.
    pub from: Vec<SdSource>,
    /// Then: from other studies with the same instrument, or not at all.
    pub borrow: Option<Borrowed>,
}

impl Default for Impute {
    fn default() -> Self {
        Self { from: vec![SdSource::Se, SdSource::Ci], borrow: None }
    }
}

/// The correlation between baseline and later scores where none is reported.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corr {
    /// The value; without one, rows that need it give no effect.
    pub r: Option<f64>,
    /// Where it comes from.
    pub from: Option<String>,
}

/// All rules of an analysis, each with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversions {
    /// Several arms.
    pub multiarm: Setting<MultiArm>,
    /// Cluster trials.
    pub cluster: Setting<Cluster>,
    /// Crossover trials.
    pub crossover: Setting<Crossover>,
    /// Missing SDs.
    pub impute: Setting<Impute>,
    /// Change from baseline.
    pub corr: Setting<Corr>,
    /// Medians.
    pub medians: Setting<Medians>,
}

impl Conversions {
    /// Name, rule in the words of the language, origin.
    pub fn settings(&self) -> [(&'static str, String, &Origin); 6] {
        [
            ("multiarm", self.multiarm.value.to_string(), &self.multiarm.origin),
            ("cluster", self.cluster.value.to_string(), &self.cluster.origin),
            ("crossover", self.crossover.value.to_string(), &self.crossover.origin),
            ("impute", self.impute.value.to_string(), &self.impute.origin),
            ("corr", self.corr.value.to_string(), &self.corr.origin),
            ("medians", self.medians.value.name().to_owned(), &self.medians.origin),
        ]
    }

    /// Those that are not the edition's, as clauses.
    pub fn stated(&self) -> Vec<String> {
        let own = |(name, text, origin): &(&str, String, &Origin)| {
            let default = matches!(origin.root(), Origin::Edition(_) | Origin::Conventions(_));
            (!default).then(|| format!("{name} {text}"))
        };
        self.settings().iter().filter_map(own).collect()
    }

    /// The origins, to be changed together.
    pub fn origins_mut(&mut self) -> [&mut Origin; 6] {
        [
            &mut self.multiarm.origin,
            &mut self.cluster.origin,
            &mut self.crossover.origin,
            &mut self.impute.origin,
            &mut self.corr.origin,
            &mut self.medians.origin,
        ]
    }
}

/// Rules written somewhere: on a statement, by a statement of their own or by `set`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatedConversions {
    /// Several arms.
    pub multiarm: Option<MultiArm>,
    /// Cluster trials.
    pub cluster: Option<Cluster>,
    /// Crossover trials.
    pub crossover: Option<Crossover>,
    /// Missing SDs.
    pub impute: Option<Impute>,
    /// Change from baseline.
    pub corr: Option<Corr>,
    /// Medians.
    pub medians: Option<Medians>,
}

impl StatedConversions {
    /// These rules, with those of `later` in place where it has any.
    pub fn and_then(self, later: StatedConversions) -> StatedConversions {
        StatedConversions {
            multiarm: later.multiarm.or(self.multiarm),
            cluster: later.cluster.or(self.cluster),
            crossover: later.crossover.or(self.crossover),
            impute: later.impute.or(self.impute),
            corr: later.corr.or(self.corr),
            medians: later.medians.or(self.medians),
        }
    }

    /// Whether rows may get an effect by them that have none as they stand.
    pub fn make_effects(&self) -> bool {
        self.impute.is_some() || self.corr.is_some() || self.crossover.is_some()
    }

    /// Puts the rules into their places.
    pub fn apply(self, into: &mut Conversions, origin: &Origin) {
        fn put<T>(slot: &mut Setting<T>, value: Option<T>, origin: &Origin) {
            if let Some(value) = value {
                *slot = Setting::new(value, origin.clone());
            }
        }
        put(&mut into.multiarm, self.multiarm, origin);
        put(&mut into.cluster, self.cluster, origin);
        put(&mut into.crossover, self.crossover, origin);
        put(&mut into.impute, self.impute, origin);
        put(&mut into.corr, self.corr, origin);
        put(&mut into.medians, self.medians, origin);
    }

    /// The rules of an analysis: these where there are any, else the edition's.
    pub fn complete(&self, edition: &Origin) -> Conversions {
        let mut out = Conversions {
            multiarm: Setting::new(MultiArm::default(), edition.clone()),
            cluster: Setting::new(Cluster::default(), edition.clone()),
            crossover: Setting::new(Crossover::default(), edition.clone()),
            impute: Setting::new(Impute::default(), edition.clone()),
            corr: Setting::new(Corr::default(), edition.clone()),
            medians: Setting::new(Medians::default(), edition.clone()),
        };
        self.clone().apply(&mut out, &Origin::Set);
        out
    }
}

/// ` from "SOURCE"`.
fn source(f: &mut fmt::Formatter<'_>, from: Option<&String>) -> fmt::Result {
    let quoted = |text: &String| text.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "\\{");
    from.map_or(Ok(()), |from| write!(f, " from \"{}\"", quoted(from)))
}

impl fmt::Display for MultiArm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MultiArm::AsGiven => "as_given",
            MultiArm::Combine => "combine",
            MultiArm::Split => "split",
        })
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cluster::Adjust { icc, inflate, from } = self else { return f.write_str("as_given") };
        match icc {
            Some(icc) => write!(f, "icc {}", crate::number::full(*icc))?,
            None => f.write_str("icc own")?,
        }
        if *inflate {
            f.write_str(" inflate")?;
        }
        source(f, from.as_ref())
    }
}

impl fmt::Display for Crossover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Crossover::AsGiven => f.write_str("as_given"),
            Crossover::FirstPeriod => f.write_str("first_period"),
            Crossover::Paired { r: None } => f.write_str("paired"),
            Crossover::Paired { r: Some(r) } => write!(f, "paired r {}", crate::number::full(*r)),
        }
    }
}

impl fmt::Display for Impute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sd")?;
        if !self.from.is_empty() {
            let names: Vec<&str> = self.from.iter().map(|s| s.name()).collect();
            write!(f, " from {}", names.join(", "))?;
        }
        match self.borrow {
            Some(how) => write!(f, " else borrow same_instrument {}", how.name()),
            None => f.write_str(" else not_pooled"),
        }
    }
}

impl fmt::Display for Corr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.r {
            Some(r) => write!(f, "{}", crate::number::full(r))?,
            None => f.write_str("none")?,
        }
        source(f, self.from.as_ref())
    }
}
