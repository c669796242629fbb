//! Analyses whose model a rule chooses: what is compared is what the rule settles on today's data.

use super::compare::Difference;
use super::executed::{Executed, Facts};
use super::judge::differs;
use super::matching::Differs;
use super::plan::Planned;
use super::record::{Code, Field, Key, Record};

/// The fields that a rule can set.
const SETTLED: [Key; 6] = [Key::Model, Key::Tau2Estimator, Key::Ci, Key::Pi, Key::Level, Key::I2];

/// Whether a rule chooses.
pub(super) fn is_ruled(record: &Record) -> bool {
    record.field(Key::Rule).is_some_and(|f| !f.is_open())
}

/// Takes the fields that a rule can set out of the differences, and judges them as they were settled: a rule's choice
/// that was overridden by hand, one that pools where the other does not, or fields that the rule leaves alone.
pub(super) fn settled(planned: &Planned, facts: &Facts, run: &Executed, found: &mut Vec<Difference>) -> Vec<Differs> {
    let (plan_ruled, run_ruled) = (is_ruled(&planned.record), is_ruled(&run.record));
    // Of two versions of a plan it is the texts that are compared.
    if !plan_ruled && !run_ruled || facts.settled.is_none() && run.facts.settled.is_none() {
        return Vec::new();
    }
    let other_text = plan_ruled && run_ruled && found.iter().any(|d| d.key == Key::Rule);
    // A rule that was put aside is no text that changed.
    found.retain(|d| !SETTLED.contains(&d.key) && (d.key != Key::Rule || run_ruled));
    let by_hand = plan_ruled && !run_ruled;
    let rule = facts.rule.clone().unwrap_or_else(|| planned.record.field(Key::Rule).map_or_else(String::new, |f| f.words.clone()));
    let (Some(before), Some(after)) = (&facts.settled, &run.facts.settled) else {
        return if by_hand {
            vec![of_rule(
                Code::Ovr,
                rule,
                in_words(run.facts.settled.as_deref(), |f| matches!(f.key, Key::Model | Key::Tau2Estimator | Key::Ci)),
            )]
        } else {
            Vec::new()
        };
    };
    if facts.pooled != run.facts.pooled {
        let executed = match run.facts.pooled {
            Some(true) => format!("pooled: {}", in_words(Some(after), |f| matches!(f.key, Key::Model | Key::Tau2Estimator | Key::Ci))),
            _ => "not pooled".to_owned(),
        };
        return if by_hand { vec![of_rule(Code::Fall, rule, executed)] } else { Vec::new() };
    }
    if facts.pooled == Some(false) {
        return Vec::new();
    }
    let field = |fields: &'_ [Field], key: Key| fields.iter().find(|f| f.key == key).cloned();
    let sets = |f: &Field| f.origin.contains("rule ");
    let mut overridden = Vec::new();
    let mut out = Vec::new();
    for key in SETTLED {
        let (a, b) = (field(before, key), field(after, key));
        if a.as_ref().map(|f| &f.value) == b.as_ref().map(|f| &f.value) {
            continue;
        }
        let by_rule = matches!(key, Key::Model | Key::Tau2Estimator) || a.as_ref().is_some_and(sets);
        if by_hand && by_rule {
            overridden.push(key);
        } else if !(other_text && (by_rule || b.as_ref().is_some_and(sets))) {
            out.push(differs(planned, &Difference { key, registered: a.as_ref(), executed: b.as_ref() }, None));
        }
    }
    let dropped = by_hand && !facts.dropped.is_empty();
    if !overridden.is_empty() || dropped {
        let mut executed = in_words(Some(after), |f| overridden.contains(&f.key));
        if dropped {
            let kept = format!("{} not dropped", facts.dropped.join(", "));
            executed = if executed.is_empty() { kept } else { format!("{executed}; {kept}") };
        }
        out.insert(0, of_rule(Code::Ovr, rule, executed));
    }
    out
}

fn in_words(fields: Option<&[Field]>, which: impl Fn(&Field) -> bool) -> String {
    // That effects are random the estimator says.
    let says = |f: &&Field| which(f) && !(f.key == Key::Model && f.words == "random");
    let words: Vec<&str> = fields.into_iter().flatten().filter(says).map(|f| f.words.as_str()).collect();
    words.join(", ")
}

fn of_rule(code: Code, registered: String, executed: String) -> Differs {
    Differs { key: Key::Rule, code, severity: code.severity(), registered, executed, studies: Vec::new(), details: Vec::new() }
}
