//! The names a session knows, as completion, hints and highlighting ask for them.

/// A snapshot of names, made anew after a statement and never while typing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// Outcomes, with what their rows leave open.
    pub outcomes: Vec<OutcomeNames>,
    /// Study ids.
    pub studies: Vec<String>,
    /// Columns that `where` and `by` read.
    pub columns: Vec<ColumnNames>,
    /// Arms of comparisons.
    pub arms: Vec<String>,
    /// Instruments.
    pub instruments: Vec<String>,
    /// Timepoints.
    pub timepoints: Vec<String>,
    /// Results, `it` aside.
    pub results: Vec<ResultName>,
    /// Results of verbs on results.
    pub findings: Vec<FindingName>,
    /// The outcome of `it`, if there is a last result.
    pub last: Option<String>,
    /// Variables.
    pub variables: Vec<String>,
    /// Rules.
    pub rules: Vec<String>,
    /// Whether `set measure` has been said.
    pub measure_is_set: bool,
}

/// An outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutcomeNames {
    /// Its id.
    pub id: String,
    /// Its label, if it has one.
    pub label: Option<String>,
    /// Timepoints of its rows.
    pub timepoints: Vec<String>,
    /// Analysis sets of its rows.
    pub sets: Vec<String>,
    /// Measures its rows allow.
    pub measures: Vec<&'static str>,
    /// Whether its declaration states a measure.
    pub measure_is_declared: bool,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnNames {
    /// Its name.
    pub name: String,
    /// The words in it; empty for numbers.
    pub levels: Vec<String>,
}

/// The result of a verb on a result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingName {
    /// Its name.
    pub name: String,
    /// The outcome it is about.
    pub outcome: String,
    /// Its verb.
    pub verb: &'static str,
    /// What can be read of it.
    pub fields: Vec<String>,
}

/// A result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResultName {
    /// Its name.
    pub name: String,
    /// The outcome it is about.
    pub outcome: String,
}

impl Names {
    /// The outcome of that id.
    pub fn outcome(&self, id: &str) -> Option<&OutcomeNames> {
        self.outcomes.iter().find(|o| o.id.eq_ignore_ascii_case(id) || o.label.as_deref() == Some(id))
    }

    /// The outcome that a result is about, `it` included; `None` if there is no such result.
    pub fn outcome_of(&self, result: &str) -> Option<&str> {
        let named = self.results.iter().find(|r| r.name == result).map(|r| r.outcome.as_str());
        let regression = || self.finding(result).filter(|f| f.verb == "regress").map(|f| f.outcome.as_str());
        named.or_else(regression).or_else(|| self.last.as_deref().filter(|_| result.eq_ignore_ascii_case("it")))
    }

    /// The result of a verb on a result, of that name.
    pub fn finding(&self, name: &str) -> Option<&FindingName> {
        self.findings.iter().find(|f| f.name == name)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnNames> {
        self.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name))
    }

    /// Whether it names a result, `it` included.
    pub fn is_result(&self, name: &str) -> bool {
        self.outcome_of(name).is_some()
    }

    /// Whether anything goes by that name.
    pub fn knows(&self, name: &str) -> bool {
        let is = |known: &String| known.eq_ignore_ascii_case(name);
        self.is_result(name)
            || self.finding(name).is_some()
            || self.column(name).is_some()
            || self.outcomes.iter().any(|o| is(&o.id) || o.timepoints.iter().any(is) || o.sets.iter().any(is))
            || [&self.studies, &self.arms, &self.instruments, &self.timepoints, &self.variables, &self.rules]
                .into_iter()
                .any(|list| list.iter().any(is))
    }
}
