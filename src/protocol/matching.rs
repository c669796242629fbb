//! Which planned analysis an executed one is, or stands in the place of.

use super::compare::{differences, same, same_question};
use super::executed::{Executed, Facts};
use super::judge::{judge, role_change};
use super::plan::Planned;
use super::record::{Code, Field, Grade, Key, Record};
use super::role::Role;
use super::version::{InVersion, Versions};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What an executed analysis is, seen from the plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Match<'a> {
    /// A planned one, as planned. The note says in which way, where it is not word for word.
    Exact {
        /// Which, in which version.
        form: InVersion<'a>,
        /// Why it counts as the same.
        note: Option<String>,
    },
    /// One row of a planned leave-one-out, run by hand.
    Row {
        /// The leave-one-out.
        rows: &'a Planned,
        /// Against the analysis it is of.
        whole: Box<Match<'a>>,
    },
    /// Studies left out by name that are those a planned criterion leaves out.
    SameStudies {
        /// That with the criterion.
        planned: &'a Planned,
        /// Against the analysis it belongs to.
        whole: Box<Match<'a>>,
    },
    /// Of the question of a planned one, and different.
    Near {
        /// The nearest.
        form: InVersion<'a>,
        /// In which fields.
        differs: Vec<Differs>,
    },
    /// A verb on a planned analysis that the plan does not ask, or does not ask so.
    Beside(Option<&'a Planned>),
    /// Of no planned question.
    None,
}

/// How the note of an analysis begins to which people applied a registered criterion.
pub const REGISTERED_CRITERION: &str = "registered criterion";

impl<'a> Match<'a> {
    /// The planned analysis that this is, with what the plan left open settled, or with a registered criterion applied.
    pub fn settled(&self) -> Option<InVersion<'a>> {
        match self {
            Match::Near { form, differs } if differs.iter().all(|d| matches!(d.severity, Grade::C | Grade::T)) => Some(*form),
            Match::Exact { form, note: Some(note) } if note.starts_with(REGISTERED_CRITERION) => Some(*form),
            _ => None,
        }
    }
}

impl Executed {
    /// What is said of an analysis to which people applied a registered criterion.
    pub fn criterion_words(&self) -> String {
        let by = self.judged_by.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
        let text = self.steps.first().map_or(String::new(), |r| format!(", judged{by}: {}", r.text));
        format!("{REGISTERED_CRITERION} {}{text}", self.cites.as_deref().unwrap_or_default())
    }

    /// The studies that it names to be left out.
    pub fn named_out(&self) -> Vec<String> {
        let steps = self.record.field(Key::Named).and_then(|f| f.value.as_array().cloned()).unwrap_or_default();
        let listed = |step: &Value| match step.get("exclude") {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        };
        steps.iter().flat_map(listed).collect()
    }

    /// The analysis that this one derives from by its name.
    pub fn base_among<'e>(&self, executed: impl DoubleEndedIterator<Item = &'e Executed>) -> Option<&'e Executed> {
        self.base.as_ref()?;
        executed.rev().find(|e| e.name == self.base || e.ran == self.base)
    }

    /// The analysis without the one step by which its statement leaves studies out for a registered criterion; none where
    /// it cites no such criterion, or names studies beside that.
    pub fn without_criterion(&self, base: Option<&Executed>, criteria: &BTreeSet<String>) -> Option<Executed> {
        self.cites.as_ref().filter(|id| criteria.contains(*id))?;
        let named = |r: &Record| r.field(Key::Named).and_then(|f| f.value.as_array().cloned()).unwrap_or_default();
        let of_base = base.map(|e| named(&e.record)).unwrap_or_default();
        // What it derives from may have a criterion applied as well.
        let bare_base = base.map(|e| e.without_criterion(None, criteria).unwrap_or_else(|| e.clone()));
        let own: Vec<Value> = named(&self.record).into_iter().filter(|step| !of_base.contains(step)).collect();
        let [step] = own.as_slice() else { return None };
        step.get("exclude")?;
        let mut out = self.clone();
        let field = out.record.field_mut(Key::Named)?;
        field.value = bare_base.as_ref().map(|e| named(&e.record)).unwrap_or_default().into();
        let kept: Vec<&str> = bare_base.as_ref().and_then(|e| e.record.field(Key::Named)).map(|f| f.words.as_str()).into_iter().collect();
        field.words = kept.first().map_or_else(|| "none".to_owned(), |w| (*w).to_owned());
        Some(out)
    }

    /// This analysis, as it would be if what it derives from, `base`, had been run as planned; none if it derives from something else.
    pub fn in_terms_of(&self, base: &Executed, planned: &Record) -> Option<Executed> {
        let mut out = self.clone();
        let by_name = self.base.is_some() && (self.base == base.name || self.base == base.ran);
        let changed = match out.record.of.is_some() {
            true => out.record.stands_on(&base.record, planned),
            false => by_name && out.record.takes_over(&base.record, planned),
        };
        changed.then_some(out)
    }
}

impl Record {
    /// Puts the planned record into the place of the one this works on.
    fn stands_on(&mut self, base: &Record, planned: &Record) -> bool {
        let Some(of) = &mut self.of else { return false };
        if same(of, base) {
            **of = planned.clone();
            return true;
        }
        of.stands_on(base, planned)
    }

    /// Takes the planned value of every field that is as in the one this derives from, and that differs there.
    fn takes_over(&mut self, base: &Record, planned: &Record) -> bool {
        let mut changed = false;
        for d in differences(planned, base) {
            let (Some(registered), Some(own)) = (d.registered, self.field_mut(d.key)) else { continue };
            if d.executed.is_some_and(|of_base| of_base.value == own.value) {
                own.clone_from(registered);
                changed = true;
            }
        }
        changed
    }
}

/// A field that differs, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Differs {
    /// Which.
    pub key: Key,
    /// Its code.
    pub code: Code,
    /// How grave.
    pub severity: Grade,
    /// As registered, in words.
    pub registered: String,
    /// As run, in words.
    pub executed: String,
    /// The studies it concerns: moved in or out, or with another effect.
    pub studies: Vec<String>,
    /// What it comes to, study by study.
    pub details: Vec<String>,
}

/// What is known of planned analyses on today's data, by id.
pub type Known = BTreeMap<String, Facts>;

impl Executed {
    /// Fills in what a statement leaves open of its question where the data leave no choice: it takes what a planned
    /// analysis of that question takes.
    pub fn settle_question(&mut self, versions: &Versions, known: &Known) {
        let open = [Key::Timepoint, Key::Comparison, Key::AnalysisSet];
        let is_open = |r: &Record, key: Key| r.field(key).is_none_or(Field::is_open);
        if !open.iter().any(|key| is_open(self.record.root(), *key)) {
            return;
        }
        let takes = |f: &&InVersion| {
            let (planned, run) = (&f.planned.record, self.record.root());
            let agrees = |key: &Key| is_open(run, *key) || run.field(*key).map(|f| &f.value) == planned.field(*key).map(|f| &f.value);
            let facts = known.get(&f.planned.id);
            planned.kind == "pool"
                && f.planned.parent.is_none()
                && planned.field(Key::Outcome).map(|f| &f.value) == run.field(Key::Outcome).map(|f| &f.value)
                && open.iter().all(agrees)
                && facts.is_some_and(|k| {
                    k.same_studies(&self.facts) == Some(true)
                        && k.effects.as_ref().map(Vec::len) == self.facts.effects.as_ref().map(Vec::len)
                })
        };
        let forms = versions.forms();
        let Some(form) = forms.iter().find(takes) else { return };
        for key in open {
            if let (Some(own), Some(planned)) = (self.record.root_mut().field_mut(key), form.planned.record.field(key))
                && own.is_open()
            {
                own.value.clone_from(&planned.value);
                own.words.clone_from(&planned.words);
            }
        }
    }
}

/// Finds the planned analysis.
pub fn find<'a>(run: &Executed, versions: &'a Versions, known: &Known) -> Match<'a> {
    let forms = versions.forms();
    // Whatever a planned rule runs on a result is what was planned.
    let applied = forms.iter().find(|f| run.ran.as_deref() == Some(&f.planned.id) && f.planned.record.kind == "apply");
    if let Some(form) = applied {
        return Match::Exact { form: *form, note: Some(run.record.kind.replace('_', "-")) };
    }
    if let Some(form) = exact(run, &forms, known) {
        let differs = role_change(form.planned, run);
        return if differs.is_empty() { Match::Exact { form, note: None } } else { Match::Near { form, differs } };
    }
    if let Some(form) = forms.iter().find(|f| run.ran.as_deref() == Some(&f.planned.id)) {
        return near(run, *form, known);
    }
    if run.record.kind != "pool" {
        return derived(run, &forms, known);
    }
    let alike: Vec<InVersion> = forms.iter().filter(|f| is_alike(&f.planned.record, &run.record)).copied().collect();
    if let Some(found) = selected_otherwise(run, &alike, versions, known) {
        return found;
    }
    let nearest = alike
        .iter()
        .map(|f| (*f, judge(f.planned, run, known)))
        .min_by_key(|(f, d)| (!is_other_criterion(f.planned, run, &alike), cost(d), f.planned.parent.is_some()));
    match nearest {
        Some((form, differs)) if differs.iter().all(|d| d.severity == Grade::T) && differs.is_empty() => Match::Exact { form, note: None },
        Some((form, differs)) => Match::Near { form, differs },
        None if run.record.has_subgroups() => Match::Beside(parent(&forms, &run.record.without(Key::Subgroups))),
        None => Match::None,
    }
}

fn near<'a>(run: &Executed, form: InVersion<'a>, known: &Known) -> Match<'a> {
    let differs = judge(form.planned, run, known);
    if differs.is_empty() { Match::Exact { form, note: None } } else { Match::Near { form, differs } }
}

/// The planned one that says the same in every field; where a condition guards it, the condition holds.
fn exact<'a>(run: &Executed, forms: &[InVersion<'a>], known: &Known) -> Option<InVersion<'a>> {
    let gate = |id: &str| known.get(id).and_then(|k| k.gate.as_ref()).is_none_or(|g| g.0);
    let is = |f: &&InVersion| {
        let planned = &f.planned.record;
        same(planned, &run.record) || gate(&f.planned.id) && same(&planned.without(Key::Gate), &run.record)
    };
    let named = forms.iter().filter(|f| run.ran.as_deref() == Some(&f.planned.id));
    named.clone().find(is).or_else(|| if run.ran.is_some() { None } else { forms.iter().find(is) }).copied()
}

/// Pools that can be compared field by field: of one question, and both with the same subgroup factors or both without.
fn is_alike(planned: &Record, run: &Record) -> bool {
    planned.kind == run.kind && same_question(planned, run) && factors(planned) == factors(run)
}

/// The subgroup factors of a pool.
fn factors(record: &Record) -> Vec<String> {
    fn texts(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|i| texts(i, out)),
            Value::Object(map) => map.get("by").or_else(|| map.get("factor")).into_iter().for_each(|v| texts(v, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    record.field(Key::Subgroups).into_iter().for_each(|f| texts(&f.value, &mut out));
    out
}

/// Analyses that differ from a planned one in their selection only.
fn selected_otherwise<'a>(run: &Executed, alike: &[InVersion<'a>], versions: &'a Versions, known: &Known) -> Option<Match<'a>> {
    let selection = |f: &&InVersion<'a>| {
        let found = differences(&f.planned.record, &run.record);
        !found.is_empty() && found.iter().all(|d| matches!(d.key, Key::Criteria | Key::Named | Key::Numerics))
    };
    let candidates: Vec<InVersion<'a>> = alike.iter().filter(selection).copied().collect();
    let same_set = |f: &InVersion| known.get(&f.planned.id).and_then(|k| k.same_studies(&run.facts)).unwrap_or(false);
    if let Some(cited) = &run.cites
        && let Some(form) = candidates.iter().find(|f| &f.planned.id == cited && same_set(f))
    {
        let by = run.judged_by.as_ref().map(|name| format!(", judged by {name}")).unwrap_or_default();
        return Some(Match::Exact { form: *form, note: Some(format!("criterion {cited}: the same studies, by name{by}")) });
    }
    if let Some((form, rows)) = candidates.iter().find_map(|f| Some((*f, row_of(f.planned, run, versions)?))) {
        return Some(Match::Row { rows, whole: Box::new(near(run, form, known)) });
    }
    let form = candidates.iter().find(|f| same_set(f))?;
    let by_name =
        differences(&form.planned.record, &run.record).iter().any(|d| d.key == Key::Named && d.executed.is_some_and(|f| !f.is_open()));
    let criteria_differ = |f: &InVersion| differences(&f.planned.record, &run.record).iter().any(|d| d.key == Key::Criteria);
    let parent = candidates.iter().find(|f| same_set(f) && !criteria_differ(f));
    Some(match parent {
        // What is left out by name is not there: nothing has been left out.
        Some(form) => Match::Exact { form: *form, note: Some("the same studies".into()) },
        None if by_name => Match::SameStudies { planned: form.planned, whole: Box::new(whole_of(run, *form, versions, known)) },
        None => Match::Exact { form: *form, note: Some("the same studies".into()) },
    })
}

/// Whether an analysis is a planned one with another criterion on the same columns: a sensitivity analysis, or the
/// analysis it belongs to, where what is planned of this one is not kept.
fn is_other_criterion(planned: &Planned, run: &Executed, alike: &[InVersion]) -> bool {
    let words = |r: &Record| r.field(Key::Criteria).map(|f| f.words.clone()).unwrap_or_default();
    let theirs = words(&run.record);
    let columns = columns_of(&theirs);
    let same_columns = |p: &Planned| !columns.is_empty() && columns_of(&words(&p.record)) == columns && only(p, run, Key::Criteria);
    let keeps = |p: &Planned| words(&p.record).split("; ").all(|one| theirs.split("; ").any(|own| own == one));
    let changes = |p: &Planned| p.parent.is_none() && same_columns(p) && !keeps(p);
    match alike.iter().any(|f| changes(f.planned)) {
        true => changes(planned),
        false => planned.role == Role::Sensitivity && same_columns(planned),
    }
}

/// The columns that conditions ask for: the names in them that stand outside quotes.
pub fn columns_of(words: &str) -> BTreeSet<String> {
    let bare: String = words.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let names = bare.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| w.starts_with(char::is_alphabetic));
    names.filter(|w| !matches!(*w, "exclude" | "where" | "none" | "and" | "or" | "not" | "in" | "is")).map(str::to_owned).collect()
}

/// An analysis whose studies, left out by name, are those of a planned criterion, against the analysis it belongs to.
fn whole_of<'a>(run: &Executed, form: InVersion<'a>, versions: &'a Versions, known: &Known) -> Match<'a> {
    let parent = form.planned.parent.as_ref().and_then(|id| versions.analyses().find(|f| f.planned.id == *id));
    if let Some(parent) = parent {
        return near(run, parent, known);
    }
    // The same studies as in the planned analysis itself: nobody has said that its criterion led to them.
    let words = |key: Key, r: &Record| r.field(key).map_or_else(String::new, |f| f.words.clone());
    let differs = Differs {
        key: Key::Named,
        code: Code::ExcAdded,
        severity: Code::ExcAdded.severity(),
        registered: words(Key::Criteria, &form.planned.record),
        executed: format!("{} (the same studies, by name)", words(Key::Named, &run.record)),
        studies: Vec::new(),
        details: Vec::new(),
    };
    Match::Near { form, differs: vec![differs] }
}

impl Match<'_> {
    /// The planned analysis it speaks of.
    pub fn id(&self) -> String {
        match self {
            Match::Exact { form, .. } | Match::Near { form, .. } => form.planned.id.clone(),
            Match::Row { rows: planned, .. } | Match::SameStudies { planned, .. } | Match::Beside(Some(planned)) => planned.id.clone(),
            Match::Beside(None) | Match::None => String::new(),
        }
    }
}

fn only(planned: &Planned, run: &Executed, key: Key) -> bool {
    differences(&planned.record, &run.record).iter().all(|d| d.key == key)
}

/// The planned leave-one-out of which an analysis is one row.
fn row_of<'a>(whole: &Planned, run: &Executed, versions: &'a Versions) -> Option<&'a Planned> {
    if !only(whole, run, Key::Named) {
        return None;
    }
    // A row leaves one study out; one that is kept alone is no row.
    let keeps =
        run.record.field(Key::Named).and_then(|f| f.value.as_array()).is_some_and(|all| all.iter().any(|s| s.get("only").is_some()));
    if keeps || known_studies(whole, run) != 1 {
        return None;
    }
    let rows = |p: &&Planned| p.record.kind == "leave_one_out" && p.record.of.as_deref().is_some_and(|of| same(of, &whole.record));
    versions.latest()?.analyses.iter().find(rows)
}

/// How many studies an analysis names to leave out beyond those of another.
fn known_studies(whole: &Planned, run: &Executed) -> usize {
    let named = |r: &Record| r.field(Key::Named).map_or(0, |f| names(&f.value));
    named(&run.record).saturating_sub(named(&whole.record))
}

fn names(value: &Value) -> usize {
    match value {
        Value::String(_) => 1,
        Value::Array(items) => items.iter().map(names).sum(),
        Value::Object(map) => map.iter().filter(|(k, _)| *k != "reason" && *k != "because" && *k != "keep").map(|(_, v)| names(v)).sum(),
        _ => 0,
    }
}

/// A verb on a result: planned for the same parent, or beside the plan.
fn derived<'a>(run: &Executed, forms: &[InVersion<'a>], known: &Known) -> Match<'a> {
    let Some(of) = &run.record.of else { return Match::None };
    let same_parent =
        |f: &&InVersion| f.planned.record.kind == run.record.kind && f.planned.record.of.as_deref().is_some_and(|p| same(p, of));
    let shares = |f: &InVersion| run.record.kind != "regress" || share_a_moderator(&f.planned.record, &run.record);
    let candidates = forms.iter().filter(same_parent).filter(|f| shares(f));
    match candidates.map(|f| (*f, judge(f.planned, run, known))).min_by_key(|(_, d)| cost(d)) {
        Some((form, differs)) if differs.is_empty() => Match::Exact { form, note: None },
        Some((form, differs)) => Match::Near { form, differs },
        None => match parent(forms, of) {
            Some(parent) => Match::Beside(Some(parent)),
            None if forms.iter().any(|f| same_question(&f.planned.record, &run.record)) => {
                Match::Beside(forms.iter().find(|f| same_question(&f.planned.record, &run.record)).map(|f| f.planned))
            }
            None => Match::None,
        },
    }
}

/// The planned analysis that a record is.
fn parent<'a>(forms: &[InVersion<'a>], record: &Record) -> Option<&'a Planned> {
    let exact = forms.iter().find(|f| same(&f.planned.record, record));
    let alike = || forms.iter().find(|f| is_alike(&f.planned.record, record));
    exact.or_else(alike).map(|f| f.planned)
}

fn share_a_moderator(planned: &Record, run: &Record) -> bool {
    let terms = |r: &Record| -> BTreeSet<String> {
        let words = r.field(Key::Formula).map_or("", |f| f.words.as_str());
        let split = words.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        split
            .filter(|w| !w.is_empty() && !matches!(*w, "factor" | "interaction" | "no" | "intercept") && w.parse::<f64>().is_err())
            .map(str::to_owned)
            .collect()
    };
    terms(planned).intersection(&terms(run)).next().is_some()
}

/// How far from the plan: what is grave weighs more.
fn cost(differs: &[Differs]) -> usize {
    differs
        .iter()
        .map(|d| match d.severity {
            Grade::E => 8,
            Grade::M => 4,
            Grade::C => 1,
            Grade::N | Grade::T => 0,
        })
        .sum()
}
