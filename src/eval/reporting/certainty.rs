//! The summary of findings and the ratings of certainty.

use crate::bias::{self, Level};
use crate::diagnostic::Problem;
use crate::eval::analysis;
use crate::eval::follow::Finding;
use crate::eval::further::mid_half_width;
use crate::eval::outcome::{Composed, FindingRow, Information, PoolResult, Sought};
use crate::eval::plan::{Draft, SampleSize};
use crate::eval::record::decimal;
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::eval::words::{unexpected, usage};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::spec::Filter;
use crate::source::Span;
use crate::stats::decision::OverRisk;
use crate::stats::effect::Measure;
use crate::store::Grade;
use crate::syntax::ast::{Command, Item, ItemKind};
use std::sync::Arc;

/// Of the optimal information size, where nothing else is said: two-sided 5%, power 80%.
const USUAL: [f64; 2] = [0.05, 0.8];

/// The domains of GRADE that a person rates, in their order.
pub const DOMAINS: &[&str] = &[
    "risk_of_bias",
    "inconsistency",
    "indirectness",
    "imprecision",
    "publication_bias",
    "large_effect",
    "dose_response",
    "opposing_confounding",
];

/// What is stated of one name.
#[derive(Default)]
struct Stated {
    risk: Option<(f64, String)>,
    /// The difference to be found, and the number of it as written.
    sought: Option<(Sought, String)>,
}

impl Walk<'_, '_> {
    /// `summary-of-findings of NAME [risk R from "SOURCE"] [delta D | reduction R], … [because …]`
    pub fn summary_of_findings(&mut self, command: &Command) -> Step {
        let (command, said) = if self.state.follow.plan.is_some() { self.reasons(command)? } else { (command.clone(), Default::default()) };
        let command = &command;
        let line = self.source.line_column(command.span.start).0;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let _ = cursor.take_word("of");
        let mut all = Vec::new();
        loop {
            let (name, analysis) = self.pooled(&mut cursor, "summary-of-findings", command)?;
            let (stated, more) = self.stated(&mut cursor, analysis.spec.measure.value, command)?;
            all.push((name, analysis, stated));
            if !more {
                break;
            }
        }
        // `a, b risk 2% reduction 25%`: what stands last is of the names before it that say nothing of their own.
        let (mut risk, mut sought) = (None, None);
        for (_, analysis, stated) in all.iter_mut().rev() {
            let measure = analysis.spec.measure.value;
            let fits = |sought: &(Sought, String)| match sought.0 {
                Sought::Sd(_) => has_sd(measure),
                Sought::Reduction(_) => of_risks(measure),
            };
            match &stated.risk {
                Some(_) => risk.clone_from(&stated.risk),
                None => stated.risk.clone_from(&risk),
            }
            match &stated.sought {
                Some(_) => sought.clone_from(&stated.sought),
                None => stated.sought = sought.clone().filter(fits),
            }
        }
        if let Some((name, ..)) = all.iter().find(|(.., s)| matches!(s.sought, Some((Sought::Reduction(_), _))) && s.risk.is_none()) {
            return self.fail(
                Problem::error("E211", format!("`reduction` is of a risk, and `{name}` states none"))
                    .at(command.span, "no `risk`")
                    .help("write `risk 12% from \"SOURCE\" reduction 25%`"),
            );
        }
        let mut rows = Vec::new();
        for (name, analysis, stated) in all {
            let Some(result) = analysis.result.clone() else { continue };
            let delta = stated.sought.as_ref().filter(|s| matches!(s.0, Sought::Sd(_)));
            let size = delta.map(|(_, text)| SampleSize { delta: Some(decimal(text)), ..SampleSize::default() });
            self.state.follow.findings.push(Finding { name: name.clone(), size, line, reason: said.because.clone() });
            rows.push(self.finding_row(name, result, stated));
        }
        if self.mode == Mode::Run {
            self.state.findings_asked.push(Arc::new(rows.clone()));
        }
        self.compose(Composed::SummaryOfFindings(rows), None, command)
    }

    /// What follows a name, and whether another name follows.
    fn stated(&mut self, cursor: &mut Cursor, measure: Measure, command: &Command) -> Result<(Stated, bool), Halt> {
        let (mut risk, mut from, mut sought) = (None, None, None);
        let mut more = false;
        while let Some(item) = cursor.advance() {
            match (&item.kind, word_of(item).map(str::to_ascii_lowercase).as_deref()) {
                (ItemKind::Comma, _) => {
                    more = true;
                    break;
                }
                (_, Some("risk")) => risk = Some(self.share(cursor, item)?),
                (_, Some("from")) => {
                    let text = text_of(cursor.advance(), "from", item.span);
                    from = Some(self.attempt(text)?);
                }
                (_, Some("delta")) => sought = Some(self.delta(cursor, item.span, measure)?),
                (_, Some("reduction")) => sought = Some(self.reduction(cursor, item, measure)?),
                _ => {
                    self.report(unexpected(item, usage(command)));
                    return Err(Halt::Error);
                }
            }
        }
        if from.is_some() && risk.is_none() {
            self.report(
                Problem::error("E211", "`from` says where the risk was found, and there is no `risk`")
                    .at(command.span, "no `risk`")
                    .help("write `risk 12% from \"SOURCE\"`"),
            );
            return Err(Halt::Error);
        }
        let risk = risk.map(|r| (r, from.unwrap_or_else(|| "source not stated".into())));
        Ok((Stated { risk, sought }, more))
    }

    /// `delta 0.2`: a difference in standard deviations, which counts do not have.
    fn delta(&mut self, cursor: &mut Cursor, at: Span, measure: Measure) -> Result<(Sought, String), Halt> {
        let number = match cursor.advance().map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if q.unit.is_none() && q.value > 0.0 => Some((Sought::Sd(q.value), q.text.clone())),
            _ => None,
        };
        let problem = match number {
            Some(delta) if has_sd(measure) => return Ok(delta),
            Some(_) if of_risks(measure) => {
                Problem::error("E218", format!("`delta` is in standard deviations, and measure `{}` compares risks", measure.name()))
                    .at(at, "no standard deviations")
                    .help("write `risk 12% from \"SOURCE\" reduction 25%`: the relative reduction of that risk which is to be found")
            }
            Some(_) => Problem::error("E218", format!("no information size is known for measure `{}`", measure.name()))
                .at(at, "neither standard deviations nor risks"),
            None => Problem::error("E218", "`delta` takes a difference in standard deviations above 0")
                .at(at, "no such number")
                .help("write `delta 0.2`"),
        };
        self.report(problem);
        Err(Halt::Error)
    }

    /// `reduction 25%`: a share by which the comparator's risk falls.
    fn reduction(&mut self, cursor: &mut Cursor, word: &Item, measure: Measure) -> Result<(Sought, String), Halt> {
        let share = self.share(cursor, word)?;
        if of_risks(measure) {
            return Ok((Sought::Reduction(share), String::new()));
        }
        let problem = Problem::error("E218", format!("`reduction` is of a risk, and measure `{}` does not compare risks", measure.name()))
            .at(word.span, "of which risk?");
        self.report(if has_sd(measure) { problem.help("write `delta 0.2`, in standard deviations") } else { problem });
        Err(Halt::Error)
    }

    /// One row: threshold and information size as the statement has them, else as they are planned.
    fn finding_row(&mut self, name: String, result: PoolResult, stated: Stated) -> FindingRow {
        let of_plan = self.state.follow.plan.as_ref().map(|f| f.plan.plan.clone());
        let graded = |draft: &Draft| draft.grades.get(&name).cloned();
        let planned = graded(&self.state.plan).or_else(|| of_plan.as_deref().and_then(graded)).unwrap_or_default();
        let measure = result.spec.measure.value;
        let own = self.state.store.outcomes.get(&result.outcome).and_then(|o| mid_half_width(o, measure, result.measure));
        let mid = match planned.threshold.as_deref() {
            Some("null") => None,
            Some(number) if number != "mid" => half_width(number, measure),
            _ => own,
        };
        FindingRow {
            low_risk: self.low_risk(&result).map(Box::new),
            risk: stated.risk,
            mid,
            information: information(stated.sought.map(|s| s.0), planned.ois.as_ref()),
            threshold: planned.threshold,
            name,
            result: Box::new(result),
        }
    }

    /// The analysis of those studies alone whose overall risk of bias is low; none where there are
    /// no such studies or no others.
    fn low_risk(&mut self, result: &PoolResult) -> Option<PoolResult> {
        let store = &self.state.store;
        let is_low = |row: &usize| {
            let judged = store.risk_of_bias_where(store.rows.get(*row)?, |j| j.domain.trim().eq_ignore_ascii_case("overall"))?;
            Some(bias::tool(judged.tool_name())?.level(&judged.judgement) == Some(Level::Low))
        };
        let used: Vec<_> = result.studies.iter().filter(|s| s.included).collect();
        let low: Vec<String> = used
            .iter()
            .filter(|s| s.rows.iter().any(|r| is_low(r) == Some(true)) && s.rows.iter().all(|r| is_low(r) != Some(false)))
            .map(|s| s.study.clone())
            .collect();
        if low.is_empty() || low.len() == used.len() {
            return None;
        }
        let mut spec = result.spec.clone();
        spec.filters.push(Filter::Only { studies: low, because: None });
        let line = self.source.line_column(spec.span.start).0;
        analysis::run(&spec, self.state, line).ok()
    }

    /// The tables of a report: those that statements asked for, and one of every other analysis that was rated.
    pub(super) fn findings(&mut self) -> Vec<Vec<FindingRow>> {
        let mut out: Vec<Vec<FindingRow>> = Vec::new();
        for rows in &self.state.findings_asked {
            // A table asked for again stands once, as it was asked for last.
            let names = |rows: &[FindingRow]| rows.iter().map(|r| r.name.clone()).collect::<Vec<_>>();
            out.retain(|before| names(before) != names(rows));
            out.push((**rows).clone());
        }
        let mut rated: Vec<String> = Vec::new();
        for grade in &self.state.store.grades {
            let shown = out.iter().flatten().any(|r| r.name == grade.analysis);
            if !shown && !rated.contains(&grade.analysis) {
                rated.push(grade.analysis.clone());
            }
        }
        let rest: Vec<FindingRow> = rated
            .into_iter()
            .filter_map(|name| {
                let result = self.state.analysis(&name)?.result.clone()?;
                Some(self.finding_row(name, result, Stated::default()))
            })
            .collect();
        out.extend((!rest.is_empty()).then_some(rest));
        out
    }

    /// A share: `12%` or `0.12`.
    fn share(&mut self, cursor: &mut Cursor, word: &Item) -> Result<f64, Halt> {
        let name = word_of(word).unwrap_or("risk").to_ascii_lowercase();
        let item = cursor.advance();
        let value = match item.map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if q.unit.as_deref() == Some("%") => Some(q.value / 100.0),
            Some(ItemKind::Quantity(q)) if q.unit.is_none() => Some(q.value),
            _ => None,
        };
        match value.filter(|v| *v > 0.0 && *v < 1.0) {
            Some(v) => Ok(v),
            None => {
                self.fail(
                    Problem::error("E218", format!("`{name}` takes a share between 0 and 1"))
                        .at(item.map_or(word.span, |i| i.span), "not a share")
                        .help(format!("write `{name} 12%` or `{name} 0.12`")),
                )?;
                Err(Halt::Error)
            }
        }
    }

    /// `grade NAME DOMAIN LEVEL by "PERSON" because "REASON"`, or a plan's `grade NAME threshold …`
    pub fn grade(&mut self, command: &Command) -> Step {
        // What a plan says beforehand is another half of the same statement.
        let planned = |word: &str| word.eq_ignore_ascii_case("threshold") || word.eq_ignore_ascii_case("ois");
        if command.items.get(1).and_then(word_of).is_some_and(planned) {
            return self.grade_by(command);
        }
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let word = item.and_then(|i| word_of(i).map(|w| (w, i.span)));
        self.named_analysis(word, "grade", item.map_or(command.head.span, |i| i.span))?;
        let mut grade = Grade { analysis: word.map(|w| w.0.to_owned()).unwrap_or_default(), ..Grade::default() };
        let item = cursor.advance();
        let domain = item.and_then(word_of).unwrap_or_default().to_ascii_lowercase();
        let starts = domain == "start";
        if !DOMAINS.contains(&domain.as_str()) && !starts {
            return self.fail(
                Problem::error("E333", format!("`{domain}` is no domain of GRADE"))
                    .at(item.map_or(command.span, |i| i.span), "which domain?")
                    .help(format!("the domains are {}; `start` says where the rating starts", DOMAINS.join(", "))),
            );
        }
        let item = cursor.advance();
        let level = match item.map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if !starts && q.unit.is_none() && q.value.fract() == 0.0 => Some(q.value as i64),
            Some(ItemKind::Word(w)) if starts => match w.to_ascii_lowercase().as_str() {
                "high" => Some(4),
                "low" => Some(2),
                _ => None,
            },
            _ => None,
        };
        let up = DOMAINS.iter().position(|d| *d == domain).is_some_and(|i| i >= 5);
        let fits = |l: &i64| starts || if up { (0..=2).contains(l) } else { (-3..=0).contains(l) };
        let Some(level) = level.filter(fits) else {
            let what = if starts {
                "`high` or `low`"
            } else if up {
                "0, 1 or 2"
            } else {
                "0, -1, -2 or -3"
            };
            return self.fail(
                Problem::error("E333", format!("`{domain}` takes {what}")).at(item.map_or(command.span, |i| i.span), "no such level"),
            );
        };
        grade.domain = domain;
        grade.level = level.to_string();
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("by") => {
                    let text = text_of(cursor.advance(), "by", item.span);
                    grade.rater = Some(self.attempt(text)?);
                }
                Some("because") => {
                    let text = text_of(cursor.advance(), "because", item.span);
                    grade.reason = Some(self.attempt(text)?);
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        let empty = |t: &Option<String>| t.as_deref().is_none_or(|t| t.trim().is_empty());
        if empty(&grade.rater) || empty(&grade.reason) {
            return self.fail(
                Problem::error("E333", "a rating is a person's, and has a reason")
                    .at(command.span, if empty(&grade.rater) { "no `by`" } else { "no `because`" })
                    .help(format!("write `grade {} {} {} by \"NAME\" because \"…\"`", grade.analysis, grade.domain, grade.level)),
            );
        }
        // A person's later rating takes the place of the earlier one; that of another stays beside it.
        let same = |g: &Grade| g.analysis == grade.analysis && g.domain == grade.domain && g.rater == grade.rater;
        let other = |g: &&Grade| g.analysis == grade.analysis && g.domain == grade.domain && !same(g) && g.level != grade.level;
        if let Some(before) = self.state.store.grades.iter().rfind(other) {
            let by = |g: &Grade| g.rater.clone().unwrap_or_else(|| "nobody named".into());
            self.report(
                Problem::warning(
                    "W333",
                    format!(
                        "{} and {} rate {} of `{}` differently: {} and {}",
                        by(before),
                        by(&grade),
                        grade.domain.replace('_', " "),
                        grade.analysis,
                        before.level.replace('-', "−"),
                        grade.level.replace('-', "−")
                    ),
                )
                .at(command.span, "this rating counts")
                .help("agree on one, and write it as the rating of both"),
            );
        }
        self.state.change_store(|store| {
            store.grades.retain(|g| !same(g));
            store.grades.push(grade.clone());
        });
        Ok(())
    }
}

/// Whether effects of two groups by a measure are, or can be put, in standard deviations.
fn has_sd(measure: Measure) -> bool {
    use Measure as M;
    matches!(measure, M::Md | M::Smd | M::Smd1 | M::Smdh | M::Dppc | M::Generic)
}

/// Whether a measure compares the risks of two groups.
fn of_risks(measure: Measure) -> bool {
    OverRisk::of(measure).is_some_and(|(over, standardised)| !standardised && over != OverRisk::HazardRatio)
}

/// A threshold on the scale displayed as half a width on the analysis scale.
fn half_width(number: &str, measure: Measure) -> Option<f64> {
    let value: f64 = number.parse().ok()?;
    Some(if measure.is_ratio() { crate::stats::math::ln(value) } else { value }.abs()).filter(|x| x.is_finite())
}

/// What the information size is for: the difference as stated, else as planned; errors as planned, else the usual ones.
fn information(stated: Option<Sought>, planned: Option<&SampleSize>) -> Option<Information> {
    let number = |text: Option<&String>| text.and_then(|t| t.parse::<f64>().ok());
    let difference = stated.or_else(|| number(planned?.delta.as_ref()).map(Sought::Sd))?;
    Some(Information {
        difference,
        alpha: number(planned.and_then(|p| p.alpha.as_ref())).unwrap_or(USUAL[0]),
        power: number(planned.and_then(|p| p.power.as_ref())).unwrap_or(USUAL[1]),
    })
}
