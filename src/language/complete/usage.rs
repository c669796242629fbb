//! The usages of the vocabulary, read as patterns: what may stand where.
//!
//! A usage is a row of words, of placeholders in capitals, of texts in quotes, of
//! `a | b` and of `[what may be left out]`. Options that stand beside each other come in
//! any order. `…` repeats what stands before it.

use crate::language::vocabulary::{self, Choice, Clause, ClauseId, Takes, Verb, clause_of};

/// What may stand at one place.
#[derive(Clone, Copy)]
pub enum Part {
    /// This word.
    Word(&'static str),
    /// What the placeholder says.
    Slot(&'static str),
    /// A text in quotes; what stands between them in the usage.
    Text(&'static str),
    /// A choice of a clause.
    Choice(ClauseId, &'static [Choice]),
}

/// One place: any of its parts.
pub type Spot = Vec<Part>;

/// A piece of a pattern.
#[derive(Clone)]
pub enum Step {
    /// One of these.
    One(Spot),
    /// Any of these, in any order.
    Options(Vec<Choosable>),
}

/// What may be left out.
#[derive(Clone)]
pub struct Choosable {
    /// In order.
    pub spots: Vec<Spot>,
    /// How many of them there must be: what comes after them may be left out.
    pub needed: usize,
    /// Whether it may come again.
    pub again: bool,
}

/// Everything that may follow a head.
pub type Pattern = Vec<Step>;

/// What may follow a verb: one pattern for each way to write it.
pub fn of_verb(verb: &'static Verb) -> Vec<Pattern> {
    let line = verb.usage.lines().next().unwrap_or_default();
    let mut clauses = verb.clauses.to_vec();
    if verb.is_further() {
        // It inherits the analysis, and takes its clauses.
        let own = |id: &ClauseId| clauses.contains(id) || *id == ClauseId::By;
        let more: Vec<ClauseId> = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses).iter().copied().filter(|id| !own(id)).collect();
        clauses.extend(more);
    }
    ways(line, verb.name).into_iter().map(|way| pattern(way, &clauses)).collect()
}

/// What may follow the name of a result.
pub fn of_result() -> Vec<Pattern> {
    let pool = vocabulary::verb("pool");
    pool.map(|verb| pattern("[at TIMEPOINT] [SET] [ARM vs ARM] [CLAUSES]", verb.clauses)).into_iter().collect()
}

/// The indented lines of a verb, from its usage, each with its first word included.
pub fn of_entries(verb: &'static Verb) -> Vec<Pattern> {
    verb.usage.lines().skip(1).map(|line| pattern(line.trim(), verb.clauses)).collect()
}

/// `save session … | save data …` as two, each without its head.
fn ways(usage: &'static str, head: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut rest = usage;
    while let Some(after) = rest.strip_prefix(head) {
        let again = format!(" | {head} ");
        let (way, more) = match after.find(&again) {
            Some(at) => (&after[..at], &after[at + 3..]),
            None => (after, ""),
        };
        found.push(way.trim());
        rest = more;
    }
    found
}

fn pattern(usage: &'static str, clauses: &[ClauseId]) -> Pattern {
    let words = words(usage);
    merged(Reader { words: &words, at: 0, clauses }.steps(false))
}

/// Options side by side are one step.
fn merged(steps: Vec<Step>) -> Pattern {
    let mut out: Pattern = Vec::new();
    for step in steps {
        match (out.last_mut(), step) {
            (Some(Step::Options(known)), Step::Options(more)) => {
                for option in more {
                    if !known.iter().any(|k| same_word(&k.spots, &option.spots)) {
                        known.push(option);
                    }
                }
            }
            (_, step) => out.push(step),
        }
    }
    out
}

/// Whether two options begin alike, as `at` of the usage and `at` of the clauses do.
fn same_word(a: &[Spot], b: &[Spot]) -> bool {
    let first = |spots: &[Spot]| match spots.first().and_then(|s| s.first()) {
        Some(Part::Word(word)) if !matches!(*word, "exclude") => Some(*word),
        _ => None,
    };
    first(a).is_some() && first(a) == first(b)
}

/// Cuts a usage: brackets, bars and colons stand alone, a text stays whole.
fn words(usage: &'static str) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut rest = usage.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '[' | ']' | '|' | ':' => 1,
            '"' => rest[1..].find('"').map_or(rest.len(), |n| n + 2),
            _ => rest.find(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ':')).unwrap_or(rest.len()),
        };
        out.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    out
}

struct Reader<'w> {
    words: &'w [&'static str],
    at: usize,
    clauses: &'w [ClauseId],
}

impl Reader<'_> {
    fn steps(&mut self, inside: bool) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        while let Some(word) = self.words.get(self.at).copied() {
            self.at += 1;
            match word {
                "]" if inside => break,
                "[" => {
                    let inner = self.steps(true);
                    steps.extend(self.option(inner));
                }
                "|" => {
                    let next = self.spot();
                    if let (Some(Step::One(spot)), Some(next)) = (steps.last_mut(), next) {
                        spot.extend(next);
                    }
                }
                "…" => repeat(&mut steps, inside),
                // A list: what follows a comma or `>` is what stood before it.
                ">" => self.skip_list(),
                "CLAUSES" => steps.push(Step::Options(options(self.clauses))),
                // `n 59 mean 69.5 …`
                "NUMBERS" => {
                    steps.extend(["STATISTIC", "NUMBER"].map(|slot| Step::One(vec![Part::Slot(slot)])));
                    repeat(&mut steps, false);
                }
                // `set CLAUSE VALUE …`
                "CLAUSE" => {
                    steps.push(Step::Options(options(self.clauses)));
                    self.at = self.words.len();
                }
                _ => {
                    steps.push(Step::One(vec![part(word.trim_end_matches(','), steps.last())]));
                    if word.ends_with(',') {
                        self.skip_list();
                    }
                }
            }
        }
        steps
    }

    fn skip_list(&mut self) {
        while let Some(word) = self.words.get(self.at).copied() {
            self.at += 1;
            let goes_on = word.ends_with(',') || self.words.get(self.at) == Some(&">");
            if self.words.get(self.at) == Some(&">") {
                self.at += 1;
            }
            if !goes_on {
                break;
            }
        }
    }

    /// The place after a `|`.
    fn spot(&mut self) -> Option<Spot> {
        let word = self.words.get(self.at).copied()?;
        self.at += 1;
        Some(vec![part(word, None)])
    }

    fn option(&self, inner: Vec<Step>) -> Option<Step> {
        // `[CLAUSES]` is made of options already.
        if let [Step::Options(_)] = inner.as_slice() {
            return inner.into_iter().next();
        }
        let again = inner.iter().any(|s| matches!(s, Step::Options(o) if o.is_empty()));
        let spots: Vec<Spot> = inner.into_iter().filter_map(|s| if let Step::One(spot) = s { Some(spot) } else { None }).collect();
        (!spots.is_empty()).then(|| Step::Options(vec![Choosable { needed: spots.len(), spots, again }]))
    }
}

/// `…`: inside brackets it marks the option, outside the last two places come again.
fn repeat(steps: &mut Vec<Step>, inside: bool) {
    if inside {
        steps.push(Step::Options(Vec::new()));
        return;
    }
    if matches!(steps.last(), Some(Step::One(spot)) if matches!(spot.first(), Some(Part::Word("{")))) {
        return steps.push(Step::One(vec![Part::Word("…")]));
    }
    let last = &steps[steps.len().saturating_sub(2)..];
    let spots: Vec<Spot> = last.iter().filter_map(|s| if let Step::One(spot) = s { Some(spot.clone()) } else { None }).collect();
    steps.push(Step::Options(vec![Choosable { needed: spots.len(), spots, again: true }]));
}

fn part(word: &'static str, before: Option<&Step>) -> Part {
    if let Some(text) = word.strip_prefix('"') {
        return Part::Text(text.trim_end_matches('"'));
    }
    let capitals = word.chars().any(|c| c.is_ascii_uppercase()) && !word.chars().any(|c| c.is_ascii_lowercase());
    if !capitals {
        return Part::Word(word);
    }
    // `measure M`: what the clause takes.
    if let Some(Step::One(spot)) = before
        && let Some(Part::Word(clause)) = spot.first()
        && let Some(Clause { id, takes: Takes::Choice(list), .. }) = vocabulary::clause(clause)
    {
        return Part::Choice(*id, list);
    }
    Part::Slot(word)
}

/// Clauses that may stand more than once.
const AGAIN: &[ClauseId] = &[ClauseId::Exclude, ClauseId::Only, ClauseId::Where, ClauseId::Because];

fn options(clauses: &[ClauseId]) -> Vec<Choosable> {
    clauses.iter().flat_map(|id| of_clause(clause_of(*id))).collect()
}

/// A clause with what it takes: one option for each way to write it.
fn of_clause(clause: &'static Clause) -> Vec<Choosable> {
    let again = AGAIN.contains(&clause.id);
    if let Takes::Choice(list) = clause.takes {
        let mut value = vec![Part::Choice(clause.id, list)];
        if clause.id == ClauseId::Model {
            value.push(Part::Slot("RULE"));
        }
        return vec![Choosable { spots: vec![vec![Part::Word(clause.name)], value], needed: 2, again }];
    }
    let one = |way: &'static str| {
        let words = words(way);
        let mut spots: Vec<Spot> = vec![vec![Part::Word(clause.name)]];
        let mut needed = None;
        for step in (Reader { words: &words, at: 0, clauses: &[] }).steps(false) {
            match step {
                Step::One(spot) => spots.push(spot),
                Step::Options(options) => {
                    needed = needed.or(Some(spots.len()));
                    spots.extend(options.into_iter().flat_map(|o| o.spots));
                }
            }
        }
        Choosable { needed: needed.unwrap_or(spots.len()), spots, again }
    };
    ways(clause.usage, clause.name).into_iter().map(one).collect()
}
