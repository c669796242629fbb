//! Why a planned analysis can't be done.

/// What stands in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// In words: `k = 0`, `the data have no column \`dose\``.
    pub words: String,
    /// What it follows from.
    pub from: Source,
}

/// What an obstacle follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// No study has a result of it.
    NoStudy,
    /// The same, and the data hold what may be it under another name: a person has to say.
    OtherName,
    /// The data: one study alone, a moderator that no study has. It explains itself.
    Data,
    /// What the plan leaves open, or the script did not do: data not read, a judgement not recorded, several
    /// effects of one trial. A person can settle it, so that it explains nothing.
    Open,
}

impl Obstacle {
    /// An obstacle.
    pub fn new(words: impl Into<String>, from: Source) -> Self {
        Obstacle { words: words.into(), from }
    }

    /// Whether it is a reason, and not something that waits to be settled.
    pub fn explains(&self) -> bool {
        !matches!(self.from, Source::Open | Source::OtherName)
    }
}
