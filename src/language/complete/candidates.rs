//! The words that can stand at the cursor.

use super::names::Names;
use super::place::{Item, Place, Shape, place};
use super::usage::Part;
use super::{Expected, expected};
use crate::language::conversions::SdSource;
use crate::language::vocabulary::{self, CLAUSES, Choice, ClauseId, FIELDS, FUNCTIONS, TRIGGERS, Takes, VERBS, VerbId};

/// A word that can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As it is written into the line.
    pub text: String,
    /// What it is, for lists.
    pub note: String,
    /// Whether a space follows it.
    space: bool,
}

/// The answer of [`complete`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// Where what the candidates replace begins.
    pub start: usize,
    /// In order of likelihood.
    pub candidates: Vec<Candidate>,
}

/// What can stand at `at` of a line. `list` names what is in a folder, folders with a final `/`.
pub fn complete(line: &str, at: usize, names: &Names, list: &dyn Fn(&str) -> Vec<String>) -> Completion {
    let Some(before) = line.get(..at) else { return Completion::default() };
    let place = place(before);
    if place.comment {
        return Completion { start: at, ..Completion::default() };
    }
    let mut candidates = matching(&place, all(&place, names, list));
    let ends = line[at..].chars().next().is_none_or(|c| !c.is_whitespace());
    if let [one] = candidates.as_mut_slice()
        && one.space
        && ends
    {
        one.text.push(' ');
    }
    Completion { start: place.start, candidates }
}

/// Those that begin with the word being typed; if none does, those that hold it.
pub(super) fn matching(place: &Place, all: Vec<Candidate>) -> Vec<Candidate> {
    let wanted = place.word.to_lowercase();
    let bare = |c: &Candidate| c.text.trim_start_matches('"').replace('\\', "").to_lowercase();
    let mut seen = std::collections::BTreeSet::new();
    let fresh: Vec<Candidate> =
        all.into_iter().filter(|c| (!place.quoted || c.text.starts_with('"')) && seen.insert(c.text.clone())).collect();
    let begin: Vec<Candidate> = fresh.iter().filter(|c| bare(c).starts_with(&wanted)).cloned().collect();
    if !begin.is_empty() || wanted.chars().count() < 3 {
        return begin;
    }
    fresh.into_iter().filter(|c| bare(c).contains(&wanted)).collect()
}

/// Everything that can stand there.
pub(super) fn all(place: &Place, names: &Names, list: &dyn Fn(&str) -> Vec<String>) -> Vec<Candidate> {
    let mut out = Vec::new();
    if let Some(owner) = &place.of {
        if let Some(finding) = names.finding(owner) {
            out.extend(finding.fields.iter().map(|f| tight(f.clone(), format!("of {}", finding.verb))));
        } else if names.is_result(owner) {
            out.extend(FIELDS.iter().map(|f| tight(f.name, f.summary)));
        }
        return out;
    }
    let expected = expected(place, names);
    let mut maker = Maker { names, expected: &expected, place, list, out };
    if expected.next.operator {
        maker.operators();
    }
    for spot in expected.next.due() {
        for part in spot {
            maker.part(part);
        }
    }
    maker.out
}

fn word(text: impl Into<String>, note: impl Into<String>) -> Candidate {
    Candidate { text: text.into(), note: note.into(), space: true }
}

fn tight(text: impl Into<String>, note: impl Into<String>) -> Candidate {
    Candidate { text: text.into(), note: note.into(), space: false }
}

/// A name as the language reads it: bare if it is a word, else in quotes.
pub(super) fn written(name: &str, quoted: bool) -> String {
    let tokens = crate::syntax::tokens(name);
    let bare = matches!(tokens.as_slice(), [t] if t.kind == crate::syntax::Kind::Word) && !name.ends_with('*');
    let taken =
        vocabulary::clause(name).is_some() || crate::syntax::RESERVED.iter().flat_map(|r| r.iter()).any(|r| r.eq_ignore_ascii_case(name));
    if bare && !taken && !quoted {
        return name.to_owned();
    }
    let mut out = String::from("\"");
    for c in name.chars() {
        if matches!(c, '"' | '\\' | '{') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// `Hedges' g …`: the summary of a choice.
fn of_choice(choice: &'static Choice) -> Candidate {
    word(choice.name, choice.summary)
}

/// Whether a column is one of the store's own, and no characteristic or moderator.
pub(super) fn is_own(name: &str) -> bool {
    crate::store::COLUMNS.iter().any(|c| c.name == name)
}

struct Maker<'a, 't> {
    names: &'a Names,
    expected: &'a Expected<'t>,
    place: &'a Place<'t>,
    list: &'a dyn Fn(&str) -> Vec<String>,
    out: Vec<Candidate>,
}

impl Maker<'_, '_> {
    fn push_names<'n>(&mut self, names: impl IntoIterator<Item = &'n String>, note: &str) {
        let quoted = self.place.quoted;
        self.out.extend(names.into_iter().map(|n| word(written(n, quoted), note)));
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Word(w) => {
                let clause = vocabulary::clause(w).map_or("", |c| c.summary);
                self.out.push(word(*w, clause));
            }
            Part::Choice(ClauseId::Measure, list) => self.measures(list),
            Part::Choice(_, list) => self.out.extend(list.iter().map(of_choice)),
            Part::Text(text) => self.text(text),
            Part::Slot(slot) => self.slot(self.expected.meaning(slot)),
        }
    }

    /// Measures: those that the data allow, or if none of them is meant, all.
    fn measures(&mut self, list: &'static [Choice]) {
        let allowed = self.expected.outcome.as_deref().and_then(|o| self.names.outcome(o)).map(|o| o.measures.as_slice());
        let allowed: Vec<&str> = match allowed {
            Some(list) => list.to_vec(),
            None => self.names.outcomes.iter().flat_map(|o| o.measures.iter().copied()).collect(),
        };
        let wanted = self.place.word.to_lowercase();
        let meant = allowed.iter().any(|m| m.starts_with(&wanted));
        self.out.extend(list.iter().filter(|c| !meant || allowed.contains(&c.name)).map(of_choice));
    }

    fn text(&mut self, text: &str) {
        if !text.starts_with("FILE") || self.expected.verb.is_some_and(|v| v.id == VerbId::Save) {
            return;
        }
        let script = text.ends_with(".weald");
        let (folder, _) = self.place.word.rsplit_once('/').map_or(("", ""), |(f, n)| (f, n));
        for name in (self.list)(if folder.is_empty() { "." } else { folder }) {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let lower = name.to_lowercase();
            let data = [".csv", ".tsv", ".json"].iter().any(|e| lower.ends_with(e));
            if let Some(folder) = path.strip_suffix('/') {
                // The quote stays open: more of the path follows.
                let open = written(folder, true);
                self.out.push(tight(format!("{}/", open.trim_end_matches('"')), "folder"));
            } else if if script { lower.ends_with(".weald") } else { data } {
                self.out.push(word(written(&path, true), ""));
            }
        }
    }

    fn slot(&mut self, slot: &'static str) {
        let names = self.names;
        let outcome = self.expected.outcome.as_deref().and_then(|o| names.outcome(o));
        match slot {
            "STATEMENT" => self.statements(),
            "OUTCOME" => {
                let quoted = self.place.quoted;
                self.out.extend(names.outcomes.iter().map(|o| word(written(&o.id, quoted), o.label.clone().unwrap_or_default())));
            }
            "TIMEPOINT" => match outcome {
                Some(o) if !o.timepoints.is_empty() => self.push_names(&o.timepoints, "timepoint"),
                Some(_) => {}
                None => self.push_names(&names.timepoints, "timepoint"),
            },
            "SET" => match (outcome, self.place.entry.is_some()) {
                (Some(o), false) => self.push_names(&o.sets, "analysis set"),
                (_, true) => self.out.extend(crate::store::ANALYSIS_SETS.iter().map(|s| word(*s, "analysis set"))),
                _ => {}
            },
            "ARM" => self.push_names(&names.arms, "arm"),
            "STUDY" => self.push_names(&names.studies, ""),
            "INSTRUMENT" => self.push_names(&names.instruments, "instrument"),
            "CHARACTERISTIC" => {
                let own = names.columns.iter().map(|c| &c.name).filter(|c| !is_own(c));
                self.push_names(own, "characteristic");
            }
            "COLUMN" => self.push_names(names.columns.iter().map(|c| &c.name), "column"),
            "KEY" if self.place.entry.is_some() => {
                self.out.extend(["instrument", "rater"].map(|k| word(k, "")));
                self.push_names(names.columns.iter().map(|c| &c.name).filter(|c| !is_own(c)), "column");
            }
            "KEY" => {
                let keys = ["instrument", "rater", "analysis", "study"];
                self.out.extend(keys.iter().filter(|k| names.column(k).is_some()).map(|k| word(*k, "")));
                self.push_names(names.columns.iter().map(|c| &c.name), "column");
            }
            "A" => self.levels_after(1),
            // `alloc random vs `
            "VALUE" if self.expected.items.last().is_some_and(|i| i.is("vs")) => self.levels_after(3),
            "VALUE" if self.place.entry.is_none() => self.levels_after(1),
            "MODEL" => self.out.extend(vocabulary::MODELS.iter().map(of_choice)),
            "MEASURE" => self.measures(vocabulary::MEASURES),
            "POLICY" => self.out.extend(vocabulary::ZERO.iter().map(of_choice)),
            "TEST" => self.out.extend(vocabulary::RULE_TESTS.iter().map(of_choice)),
            "RULE" => self.push_names(&names.rules, "rule"),
            "RESULT" => self.results(),
            "FIELD" => self.out.extend(FIELDS.iter().filter(|f| f.expectable).map(|f| word(f.name, f.summary))),
            "STATISTIC" => self.statistics(),
            "WORD" => self.topics(),
            "REPORTED" => self.out.extend(SdSource::ALL.map(|s| word(s.name(), "in place of a standard deviation"))),
            "FORMULA" => self.moderators(),
            "CONDITION" | "EXPRESSION" | "LIST" => self.operands(),
            _ => {}
        }
    }

    fn statements(&mut self) {
        self.results();
        self.out.extend(Expected::verbs().map(|v| if v.usage == v.name { tight(v.name, v.summary) } else { word(v.name, v.summary) }));
        if !self.place.word.is_empty() {
            self.push_names(&self.names.variables, "variable");
            self.functions();
        }
    }

    fn results(&mut self) {
        let names = self.names;
        self.out.extend(names.results.iter().map(|r| word(r.name.clone(), format!("result: {}", r.outcome))));
        self.out.extend(names.findings.iter().map(|f| word(f.name.clone(), format!("{}: {}", f.verb, f.outcome))));
        if names.last.is_some() {
            self.out.push(word("it", "the last result"));
        }
    }

    fn functions(&mut self) {
        self.out.extend(FUNCTIONS.iter().map(|f| tight(format!("{}(", f.name), format!("{}: {}", f.usage, f.summary))));
    }

    /// The numbers of a result as a study's line writes them: `n`, not `n1`.
    fn statistics(&mut self) {
        let all = crate::store::COLUMNS.iter().filter(|c| c.is_number());
        self.out.extend(all.filter(|c| !c.name.contains('2')).map(|c| word(c.name.trim_end_matches('1'), c.summary)));
    }

    fn topics(&mut self) {
        self.out.extend(VERBS.iter().map(|v| word(v.name, v.summary)));
        self.out.extend(CLAUSES.iter().map(|c| word(c.name, c.summary)));
        self.out.extend([word("fields", "What can be read of a result"), word("functions", "The functions of expressions")]);
        // `help model reml`
        if let Some(Takes::Choice(list)) = self.expected.items.get(1).and_then(|i| vocabulary::clause(i.text)).map(|c| c.takes) {
            self.out = list.iter().map(of_choice).collect();
        } else if !self.place.word.is_empty() {
            self.out.extend(FUNCTIONS.iter().map(|f| word(f.name, f.summary)));
            self.out.extend(
                CLAUSES.iter().filter_map(|c| if let Takes::Choice(list) = c.takes { Some(list) } else { None }).flatten().map(of_choice),
            );
        }
    }

    /// The values of the column named so many items before.
    fn levels_after(&mut self, back: usize) {
        let items = &self.expected.items;
        let column = items.iter().rev().filter(|i| i.shape != Shape::Comma && !i.is(">")).nth(back - 1);
        // In a ranking the key stands before all values.
        let column = if items.iter().any(|i| i.is(">")) {
            items.iter().rev().find_map(|i| self.names.column(i.text))
        } else {
            column.and_then(|i| self.names.column(i.text))
        };
        if let Some(column) = column {
            self.push_names(&column.levels, "");
        }
    }

    /// `alloc == `: the words of the column, in quotes as expressions want them.
    fn values_of_column(&mut self) -> bool {
        let items = &self.expected.items;
        let open = self.place.inside.as_ref().map(|(_, i)| i.as_slice()).unwrap_or_default();
        let of = |items: &[Item]| match items {
            [.., column, op] if ["==", "!=", "in"].iter().any(|w| op.is(w)) => self.names.column(column.text).cloned(),
            [.., column, not, op] if not.is("not") && op.is("in") => self.names.column(column.text).cloned(),
            _ => None,
        };
        // `alloc in ["random", `
        let listed = matches!(open.last(), None | Some(Item { shape: Shape::Comma, .. }));
        let column = of(items).filter(|_| self.place.inside.is_none() || listed);
        let Some(column) = column.or_else(|| of(open)) else { return false };
        self.out.extend(column.levels.iter().map(|l| word(written(l, true), format!("{} of {}", "value", column.name))));
        !column.levels.is_empty()
    }

    /// Values of an expression.
    fn operands(&mut self) {
        if self.is_formula() {
            return self.moderators();
        }
        if self.values_of_column() {
            return;
        }
        let rule = self.expected.verb.is_some_and(|v| v.id == VerbId::Rule);
        if rule {
            self.out.extend(TRIGGERS.iter().map(|t| word(t.name, t.summary)));
            return;
        }
        let rows = self.reads_rows();
        if rows {
            self.push_names(self.names.columns.iter().map(|c| &c.name), "column");
        } else {
            let names = self.names;
            self.out.extend(names.results.iter().map(|r| tight(r.name.clone(), format!("result: {}", r.outcome))));
            if names.last.is_some() {
                self.out.push(tight("it", "the last result"));
            }
        }
        self.push_names(&self.names.variables, "variable");
        if self.expected.verb.is_some_and(|v| v.id == VerbId::Let) && self.expected.items.last().is_some_and(|i| i.is("=")) {
            self.out.extend(vocabulary::verb("pool").map(|v| word(v.name, v.summary)));
        }
        self.functions();
    }

    /// What a formula is made of.
    fn moderators(&mut self) {
        self.push_names(self.names.columns.iter().map(|c| &c.name).filter(|c| !is_own(c)), "moderator");
        let forms = [
            ("factor(", "factor(x): also numbers as a factor; factor(x, \"level\") states its baseline"),
            ("center(", "center(x): the column less its mean"),
            ("powers(", "powers(x, 2): the column and its powers"),
            ("poly(", "poly(x, 2): orthogonal polynomials"),
            ("spline(", "spline(x, 3): a natural cubic spline"),
            ("interaction(", "interaction(x, z): without the columns themselves"),
        ];
        self.out.extend(forms.map(|(text, note)| tight(text, note)));
    }

    /// Whether the expression is a formula: after `on`.
    fn is_formula(&self) -> bool {
        self.place.line().iter().rev().find(|i| i.is("where") || i.is("on")).is_some_and(|i| i.is("on"))
    }

    /// Whether the expression is about rows: after `where`.
    fn reads_rows(&self) -> bool {
        self.place.line().iter().rev().any(|i| i.is("where"))
    }

    fn operators(&mut self) {
        if self.is_formula() {
            return self.out.extend([("+", "another moderator"), ("*", "both and their interaction")].map(|(w, note)| word(w, note)));
        }
        self.out.extend(["and", "or", "in"].map(|w| word(w, "")));
        if let Some(column) = self.expected.items.last().and_then(|i| self.names.column(i.text)).filter(|_| self.reads_rows()) {
            let signs: &[&str] = if column.levels.is_empty() { &[">=", "<=", ">", "<", "=="] } else { &["==", "!="] };
            self.out.splice(0..0, signs.iter().map(|s| word(*s, "")));
        }
    }
}
