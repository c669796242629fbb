//! What was run, as the plan is compared with it.

use super::reasons::Said;
use crate::eval::outcome::{Outcome, PoolResult, StudyEffect};
use crate::eval::record;
use crate::eval::state::{Analysis, State};
use crate::eval::walk::Walk;
use crate::language::further::FurtherSpec;
use crate::language::spec::AnalysisSpec;
use crate::protocol::executed::Claim;
use crate::protocol::obstacle::{Obstacle, Source};
use crate::protocol::{Executed, Facts, Key, Record, Role, UsedEffect};
use serde_json::Value;
use std::sync::Arc;

/// How the statement at hand stands to the plan, before it is run.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// The planned analysis it runs.
    pub ran: Option<String>,
    /// `explore`, `sensitivity`.
    pub declared: Option<Role>,
    /// Its reasons.
    pub said: Said,
    /// What is run leaves no trace: it is only computed for a comparison.
    pub silent: bool,
}

/// A result of this run and what was recorded of it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    /// Where the result stands among those of the run.
    pub outcome: usize,
    /// Where the record stands among those of the session.
    pub executed: usize,
}

impl Walk<'_, '_> {
    /// Records a pool that has been run; its result is the next to be added.
    pub fn record_pool(&mut self, analysis: &Arc<Analysis>, result: &PoolResult) {
        if self.asking.silent || self.state.follow.plan.is_none() {
            return;
        }
        let record = record::of_analysis(&analysis.spec, &self.state.before_data());
        let facts = facts(result, self.state);
        self.keep_record(record, &analysis.spec, facts, result.line);
        let follow = &mut self.state.follow;
        follow.pools.push((follow.executed.len() - 1, analysis.clone()));
    }

    /// Records a verb on a result that has been run; its result is the next to be added.
    pub fn record_further(&mut self, spec: &FurtherSpec, base: &PoolResult, outcome: &Outcome) {
        if self.asking.silent || self.state.follow.plan.is_none() {
            return;
        }
        let record = record::of_further(spec, &self.state.before_data());
        let facts = Facts { result: headline(outcome), ..facts(base, self.state) };
        self.keep_record(record, &AnalysisSpec { name: spec.name.clone(), ..spec.base.clone() }, facts, base.line);
    }

    fn keep_record(&mut self, mut record: Record, spec: &AnalysisSpec, facts: Facts, line: usize) {
        let follow = &mut self.state.follow;
        rename(&mut record, &follow.renamed);
        follow.executed.push(Arc::new(Executed {
            record,
            name: spec.name.clone(),
            statement: spec.statement.clone(),
            line,
            ran: self.asking.ran.clone(),
            declared: self.asking.declared,
            because: self.asking.said.because.clone(),
            steps: self.asking.said.steps.clone(),
            cites: self.asking.said.cites.clone(),
            judged_by: self.asking.said.judged_by.clone(),
            claims: None,
            base: spec.parent.clone(),
            facts,
        }));
        self.recorded.push(Recorded { outcome: self.outcomes.len(), executed: self.state.follow.executed.len() - 1 });
    }
}

/// Names of the script as the plan has them.
fn rename(record: &mut Record, names: &indexmap::IndexMap<String, String>) {
    if names.is_empty() {
        return;
    }
    for field in record.fields.iter_mut().filter(|f| matches!(f.key, Key::Instruments | Key::Orientation | Key::Hierarchy)) {
        names_within(&mut field.value, names);
        let word = |word: &str| names.get(word).map_or_else(|| word.to_owned(), Clone::clone);
        field.words = field
            .words
            .split_inclusive([' ', ',', ';'])
            .map(|part| {
                let bare = part.trim_end_matches([' ', ',', ';']);
                format!("{}{}", word(bare), &part[bare.len()..])
            })
            .collect();
    }
    for field in record.fields.iter_mut().filter(|f| matches!(f.key, Key::Outcome | Key::Timepoint | Key::Comparison)) {
        if let Value::String(text) = &mut field.value {
            // `imr vs tau, waitlist`: arms stand between blanks and commas.
            let one = |word: &str| {
                let bare = word.trim_end_matches(',');
                names.get(bare).map_or_else(|| word.to_owned(), |name| format!("{name}{}", &word[bare.len()..]))
            };
            *text = text.split(' ').map(one).collect::<Vec<_>>().join(" ");
            field.words = text.clone();
        }
    }
    if let Some(of) = &mut record.of {
        rename(of, names);
    }
}

/// The same in lists and by keys: instruments, and the order in which results are preferred. Lists of instruments are in the
/// order of their names.
fn names_within(value: &mut Value, names: &indexmap::IndexMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| names_within(item, names));
            if items.iter().all(|item| item.get("id").is_some()) {
                items.sort_by_key(|item| item["id"].as_str().unwrap_or_default().to_owned());
            }
        }
        Value::Object(map) => {
            let own = std::mem::take(map);
            map.extend(own.into_iter().map(|(key, mut value)| {
                names_within(&mut value, names);
                (names.get(&key).cloned().unwrap_or(key), value)
            }));
        }
        _ => {}
    }
}

/// Role and importance of an outcome in the plan, and in data and script, where these say something else.
pub fn claimed_role(record: &Record, store: &crate::store::Store, plan: &super::Following) -> Option<Claim> {
    let id = record.root().field(Key::Outcome)?.value.as_str()?;
    let (registered, stated) = (plan.plan.store.outcomes.get(id)?, store.outcomes.get(id)?);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (was, is) in [(&registered.role, &stated.role), (&registered.importance, &stated.importance)] {
        if let (Some(was), Some(is)) = (was, is)
            && !was.eq_ignore_ascii_case(is)
        {
            before.push(was.clone());
            after.push(is.clone());
        }
    }
    (!before.is_empty()).then(|| Claim {
        of: registered.role.clone().unwrap_or_default(),
        registered: before.join(", "),
        executed: after.join(", "),
    })
}

/// What is known of a pooled analysis of these data.
pub fn facts(result: &PoolResult, state: &State) -> Facts {
    if result.not_pooled.as_ref().is_some_and(|n| n.code == super::evidence::SEALED)
        && let Some(facts) = sealed_facts(result, state)
    {
        return facts;
    }
    let store = &state.store;
    let used = result.studies.iter().filter(|s| s.included);
    let mut effects: Vec<UsedEffect> = used.filter_map(|s| used_effect(s, store)).collect();
    effects.sort_by(|a, b| (&a.study, a.yi).partial_cmp(&(&b.study, b.yi)).unwrap_or(std::cmp::Ordering::Equal));
    let by_rule = result.rule.iter().flat_map(|r| {
        let step = format!("rule {}, step ", r.rule);
        result.studies.iter().filter(move |s| !s.included && s.reason.as_ref().is_some_and(|why| why.starts_with(&step)))
    });
    let dropped: Vec<String> = by_rule.map(|s| s.study.clone()).collect();
    let rule = result.rule.as_ref().map(|rule| {
        let values: Vec<String> =
            rule.values.iter().map(|(name, x)| format!("{name} = {}", crate::eval::rule::value_words(name, *x))).collect();
        let values = if values.is_empty() { String::new() } else { format!(", {}", values.join(", ")) };
        let (then, left_out) = match rule.then.split_once(" drop_outliers") {
            Some((then, _)) => (then, format!(", {} dropped as outliers", dropped.len())),
            None => (rule.then.as_str(), String::new()),
        };
        format!("{}→{then}{left_out}{values}", rule.rule)
    });
    let mut settled = record::settled(&result.spec, state);
    // One effect, or a common one, has Wald's interval whatever was asked.
    if let Some(ci) = settled.iter_mut().find(|f| f.key == Key::Ci && result.spec.ci.value.method.name() != result.ci_requested) {
        ci.value = serde_json::json!({ "method": result.ci_requested, "never_narrower_than_wald": false });
        ci.words = result.ci_requested.to_owned();
    }
    if let Some(pi) = settled.iter_mut().find(|f| f.key == Key::Pi && f.value == "matches") {
        pi.value = result.pi_method.into();
        pi.words = result.pi_method.to_owned();
    }
    Facts {
        effects: Some(effects),
        result: headline_of_pool(result),
        prediction: result.estimate.zip(result.pi).map(|(x, [low, high])| [x, low, high]),
        robust: result.estimate.zip(result.robust.as_ref()).and_then(|(x, r)| r.ci.map(|[low, high]| [x, low, high])),
        i2: result.heterogeneity.as_ref().map(|h| h.i2),
        settled: Some(settled),
        places: super::places::places(result, state),
        dropped,
        pooled: Some(result.not_pooled.is_none()),
        rule,
        gate: None,
        impossible: match result.k {
            0 => Some(Obstacle::new("k = 0", Source::NoStudy)),
            1 => Some(Obstacle::new("k = 1", Source::Data)),
            _ => None,
        },
        empty: None,
    }
}

/// The same of a sealed analysis: how its effects would be pooled is compared with the plan, and nothing of what they
/// give is kept.
fn sealed_facts(result: &PoolResult, state: &State) -> Option<Facts> {
    let mut open = state.clone();
    let following = super::Following { sealed: None, ..(**open.follow.plan.as_ref()?).clone() };
    open.follow.plan = Some(Arc::new(following));
    let computed = crate::eval::analysis::run(&result.spec, &open, result.line).ok()?;
    let of = facts(&computed, &open);
    // What a rule chooses says what it read: only numbers of studies and of people are never hidden.
    let counts = |r: &crate::language::spec::RuleTaken| r.values.iter().all(|(name, _)| matches!(name.rsplit('.').next(), Some("k" | "n")));
    let open_rule = computed.rule.as_ref().filter(|r| counts(r));
    let rule = computed.rule.as_ref().map(|r| if open_rule.is_some() { format!("{}→{}", r.rule, r.then) } else { r.rule.clone() });
    let settled = of.settled.filter(|_| rule.is_none() || open_rule.is_some());
    Some(Facts { result: None, prediction: None, robust: None, i2: None, dropped: Vec::new(), rule, settled, ..of })
}

fn used_effect(effect: &StudyEffect, store: &crate::store::Store) -> Option<UsedEffect> {
    let row = effect.rows.first().and_then(|row| store.rows.get(*row));
    let mut reports = if effect.combined.is_empty() { vec![effect.study.clone()] } else { effect.combined.clone() };
    reports.sort();
    reports.dedup();
    Some(UsedEffect {
        study: effect.study.clone(),
        trial: row.map_or(effect.study.as_str(), |row| store.trial_of(row)).to_owned(),
        reports,
        yi: effect.yi?,
        vi: effect.vi?,
    })
}

fn headline_of_pool(result: &PoolResult) -> Option<[f64; 3]> {
    let [low, high] = result.ci?;
    Some([result.estimate?, low, high])
}

/// The one estimate that a result is known by, with its interval.
pub fn headline(outcome: &Outcome) -> Option<[f64; 3]> {
    match outcome {
        Outcome::Pool(result) => headline_of_pool(result),
        Outcome::Regress(result) => {
            let of = result.coefficients.iter().find(|c| c.term != "intercept")?;
            let [low, high] = of.ci;
            Some([of.estimate, low, high])
        }
        Outcome::Egger(result) => Some([result.slope.estimate, result.slope.ci[0], result.slope.ci[1]]),
        _ => None,
    }
}

impl State {
    /// The planned analysis behind a name, if it is one.
    pub fn is_planned(&self, name: &str) -> bool {
        self.follow.has(name)
    }
}
