//! Reading the clauses that say how rows are converted.

use super::conversions::{Borrowed, Cluster, Corr, Crossover, Impute, MultiArm, SdSource, StatedConversions};
use super::cursor::{Cursor, Lookup, choice_of, number_of, text_of, word_of};
use super::settings::{nothing_follows, repeated};
use super::suggest::{nearest, or_list};
use super::vocabulary::{ChoiceValue, Clause, ClauseId, MEDIANS, clause_of};
use crate::diagnostic::Problem;
use crate::source::Span;

impl StatedConversions {
    /// Reads one of these clauses, its word already taken. Returns false if the clause is none of these.
    pub fn read(&mut self, id: ClauseId, word: Span, cursor: &mut Cursor, lookup: &Lookup) -> Result<bool, Problem> {
        let of = Of { clause: clause_of(id), word, lookup };
        match id {
            ClauseId::MultiArm => {
                let value = [MultiArm::Combine, MultiArm::Split, MultiArm::AsGiven][of.one(cursor, &["combine", "split", "as_given"])?];
                repeated(&mut self.multiarm, Some(value), of.clause.name, word)?;
            }
            ClauseId::Cluster => repeated(&mut self.cluster, Some(of.cluster(cursor)?), of.clause.name, word)?,
            ClauseId::Crossover => repeated(&mut self.crossover, Some(of.crossover(cursor)?), of.clause.name, word)?,
            ClauseId::Impute => repeated(&mut self.impute, Some(of.impute(cursor)?), of.clause.name, word)?,
            ClauseId::Corr => repeated(&mut self.corr, Some(of.corr(cursor)?), of.clause.name, word)?,
            ClauseId::Medians => {
                let Some(item) = cursor.advance() else { return Err(nothing_follows(of.clause, word)) };
                if let Some(ChoiceValue::Medians(value)) = choice_of(item, of.clause, MEDIANS, lookup)?.map(|c| c.value) {
                    repeated(&mut self.medians, Some(value), of.clause.name, word)?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A clause that is being read.
struct Of<'a> {
    clause: &'static Clause,
    word: Span,
    lookup: &'a Lookup<'a>,
}

impl Of<'_> {
    /// Which of the words stands here.
    fn one(&self, cursor: &mut Cursor, words: &[&str]) -> Result<usize, Problem> {
        let Some(item) = cursor.advance() else { return Err(nothing_follows(self.clause, self.word)) };
        let said = word_of(item).unwrap_or_default();
        if let Some(at) = words.iter().position(|w| w.eq_ignore_ascii_case(said)) {
            return Ok(at);
        }
        let problem = Problem::error("E205", format!("`{}` takes {}", self.clause.name, or_list(words, 9))).at(item.span, "none of these");
        Err(match nearest(said, words.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{} {near}`? The whole is `{}`", self.clause.name, self.clause.usage)),
            None => problem.help(format!("write `{}`", self.clause.usage)),
        })
    }

    /// The number that follows.
    fn number(&self, cursor: &mut Cursor, what: &str, min: f64, max: f64) -> Result<f64, Problem> {
        let Some(item) = cursor.advance() else {
            return Err(Problem::error("E211", format!("{what} lacks its value"))
                .at(cursor.end(), "no number")
                .help(format!("write `{}`", self.clause.usage)));
        };
        let usage = |p: Problem| p.help(format!("write `{}`, the number from {min} to {max}", self.clause.usage));
        Ok(number_of(item, what, min, max, self.lookup).map_err(usage)?.unwrap_or(0.5))
    }

    /// `from "SOURCE"`, if it stands here.
    fn source(&self, cursor: &mut Cursor) -> Result<Option<String>, Problem> {
        match cursor.take_word("from") {
            Some(span) => text_of(cursor.advance(), "from", span).map(Some),
            None => Ok(None),
        }
    }

    /// `icc 0.05 | own [inflate] [from "…"]`, `as_given`
    fn cluster(&self, cursor: &mut Cursor) -> Result<Cluster, Problem> {
        if self.one(cursor, &["icc", "as_given"])? == 1 {
            return Ok(Cluster::AsGiven);
        }
        let icc = match cursor.take_word("own") {
            Some(_) => None,
            None => Some(self.number(cursor, "`icc`", 0.0, 1.0)?),
        };
        let inflate = cursor.take_word("inflate").is_some();
        Ok(Cluster::Adjust { icc, inflate, from: self.source(cursor)? })
    }

    /// `first_period`, `paired [r 0.5]`, `as_given`
    fn crossover(&self, cursor: &mut Cursor) -> Result<Crossover, Problem> {
        Ok(match self.one(cursor, &["first_period", "paired", "as_given"])? {
            0 => Crossover::FirstPeriod,
            1 => Crossover::Paired {
                r: match cursor.take_word("r") {
                    Some(_) => Some(self.number(cursor, "`r`", -0.99, 0.99)?),
                    None => None,
                },
            },
            _ => Crossover::AsGiven,
        })
    }

    /// `sd [from se, ci, t, p] [else …]`
    fn impute(&self, cursor: &mut Cursor) -> Result<Impute, Problem> {
        self.one(cursor, &["sd"])?;
        let mut impute = Impute::default();
        if cursor.take_word("from").is_some() {
            impute.from.clear();
            let items = cursor.values();
            if items.is_empty() {
                return Err(nothing_follows(self.clause, self.word));
            }
            for item in items {
                let said = word_of(item).unwrap_or_default();
                let Some(source) = SdSource::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(said)) else {
                    return Err(Problem::error("E205", "an SD comes from `se`, `ci`, `t` or `p`")
                        .at(item.span, "none of these")
                        .help(format!("write `{}`", self.clause.usage)));
                };
                if impute.from.contains(&source) {
                    return Err(Problem::error("E210", format!("`{said}` stands twice")).at(item.span, "again").help("keep one of them"));
                }
                impute.from.push(source);
            }
        }
        if cursor.take_word("else").is_some() && self.one(cursor, &["borrow", "not_pooled"])? == 0 {
            self.one(cursor, &["same_instrument"])?;
            let how = Borrowed::ALL.into_iter().find(|b| cursor.take_word(b.name()).is_some());
            impute.borrow = Some(how.unwrap_or(Borrowed::Median));
        }
        Ok(impute)
    }

    /// `0.5 [from "…"]`, `none`
    fn corr(&self, cursor: &mut Cursor) -> Result<Corr, Problem> {
        if cursor.take_word("none").is_some() {
            return Ok(Corr::default());
        }
        let r = self.number(cursor, "`corr`", -0.99, 0.99)?;
        Ok(Corr { r: Some(r), from: self.source(cursor)? })
    }
}
