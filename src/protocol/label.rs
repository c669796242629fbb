//! Status, role and deviations of each executed analysis, once all of a script are known.

use super::compare::same;
use super::deviation::{Deviation, Effect};
use super::executed::{Claim, Executed, Reason, Timing};
use super::judge::judge;
use super::matching::{Differs, Known, Match, find};
use super::plan::Planned;
use super::record::{Code, Grade, Key, Record};
use super::role::{Role, Status};
use super::version::{InVersion, Versions};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of one executed analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// How it stands to the plan.
    pub status: Status,
    /// What it is for.
    pub role: Option<Role>,
    /// The planned analysis that it is, or stands in the place of, or belongs to.
    pub plan: Option<String>,
    /// Differences from what was registered.
    pub deviations: Vec<Deviation>,
    /// The code of an analysis beside the plan.
    pub added: Option<Code>,
    /// In which way it counts as planned, or what else is to be known.
    pub note: Option<String>,
    /// The label as figures and texts print it: `[PRE-SPECIFIED · primary P1]`.
    pub text: String,
}

/// Labels all executed analyses of a script, in their order. Whether one stands in the place of a planned analysis
/// hangs on whether that has been run as registered too, before or after.
pub fn label_all(executed: &[Executed], versions: &Versions, known: &Known, criteria: &BTreeSet<String>) -> Vec<Label> {
    if versions.all.is_empty() {
        return executed.iter().map(|_| unregistered()).collect();
    }
    // Studies that people left out by a registered criterion are left out as registered.
    let applied: Vec<Option<Executed>> =
        executed.iter().enumerate().map(|(i, run)| run.without_criterion(run.base_among(executed[..i].iter()), criteria)).collect();
    let bare: Vec<&Executed> = executed.iter().zip(&applied).map(|(run, bare)| bare.as_ref().unwrap_or(run)).collect();
    let mut matches: Vec<Match> = bare.iter().map(|run| find(run, versions, known)).collect();
    for (found, run) in matches.iter_mut().zip(executed).zip(&applied).filter_map(|(m, bare)| bare.as_ref().map(|_| m)) {
        if let Match::Exact { note, .. } = found {
            *note = Some(run.criterion_words());
        }
    }
    let settled = derive_from_settled(executed, &bare, &mut matches, versions, known);
    inherit(executed, &mut matches, &settled);
    let done: BTreeSet<&str> = matches.iter().filter_map(done_as_registered).collect();
    // What settles an open value beside the planned analysis itself is one more analysis, and no clarification.
    let exactly =
        matches.iter().filter_map(|m| if let Match::Exact { form, .. } = m { Some(form.planned.id.as_str()) } else { None }).collect();
    let plan = Seen { versions, known, done, exactly };
    let mut beside = Beside::default();
    let labels = bare.iter().zip(&matches).map(|(run, found)| cited(run, label(run, found, &plan, &mut beside), &plan));
    labels.zip(executed).zip(&applied).map(|((label, run), bare)| if bare.is_some() { label.by_criterion(run) } else { label }).collect()
}

impl Label {
    /// Says that people applied a registered criterion: with it and without it are told apart.
    fn by_criterion(mut self, run: &Executed) -> Label {
        if matches!(self.status, Status::PostHoc | Status::Unregistered) {
            return self;
        }
        let cited = run.cites.as_deref().unwrap_or_default();
        self.text = format!("{} · criterion {cited}]", self.text.strip_suffix(']').unwrap_or(&self.text));
        self.note = Some(run.criterion_words());
        self
    }
}

/// The plan, and what of it has been run.
struct Seen<'a> {
    versions: &'a Versions,
    known: &'a Known,
    done: BTreeSet<&'a str>,
    exactly: BTreeSet<&'a str>,
}

/// What has been said so far of analyses beside the plan.
#[derive(Default)]
struct Beside {
    /// How many have no name of their own.
    explored: usize,
    /// How values that the plan left open were settled, by the planned analysis.
    settled: BTreeMap<String, Vec<(Key, String)>>,
}

impl Beside {
    /// Whether an open value is settled for the first time, or once more in the same way. Another way is one more analysis.
    fn settles(&mut self, id: &str, differs: &[Differs]) -> bool {
        let now: Vec<(Key, String)> = differs.iter().filter(|d| d.code == Code::Gap).map(|d| (d.key, d.executed.clone())).collect();
        now.is_empty() || *self.settled.entry(id.to_owned()).or_insert_with(|| now.clone()) == now
    }
}

/// What derives from a planned analysis as the script settled it (what the plan left open, a registered criterion that
/// people applied) derives from the planned one: it is compared as if the planned one stood in its place.
/// Gives the places of those that count as the planned ones.
fn derive_from_settled<'a>(
    executed: &[Executed],
    bare: &[&Executed],
    matches: &mut [Match<'a>],
    versions: &'a Versions,
    known: &Known,
) -> BTreeSet<usize> {
    // Beside the planned analysis itself, or settled once more in another way, it is one more analysis.
    let whole = |id: &str| matches.iter().any(|m| matches!(m, Match::Exact { form, .. } if form.planned.id == id && m.settled().is_none()));
    let mut first: BTreeMap<&str, &Record> = BTreeMap::new();
    let mut settled: Vec<(usize, InVersion)> = Vec::new();
    for (i, found) in matches.iter().enumerate() {
        // Written out in other words it is the planned one itself.
        let form = match (found.settled(), found) {
            (Some(form), _) => form,
            (None, Match::Exact { form, .. }) if form.planned.record.kind == "pool" => {
                settled.push((i, *form));
                continue;
            }
            _ => continue,
        };
        let (id, record) = (form.planned.id.as_str(), &bare[i].record);
        let counts = form.planned.record.kind == "pool" && executed[i].declared.is_none() && !whole(id);
        if counts && same(first.entry(id).or_insert(record), record) {
            settled.push((i, form));
        }
    }
    for i in 0..executed.len() {
        if matches!(matches[i], Match::Exact { .. }) || settled.iter().any(|(j, _)| *j == i) {
            continue;
        }
        let from = settled.iter().rev().find_map(|(j, form)| executed[i].in_terms_of(&executed[*j], &form.planned.record));
        if let Some(from) = from {
            matches[i] = find(&from, versions, known);
        }
    }
    settled.into_iter().map(|(i, _)| i).collect()
}

/// An analysis that derives from one beside the plan, by its name, is beside the plan as well.
fn inherit(executed: &[Executed], matches: &mut [Match], settled: &BTreeSet<usize>) {
    for i in 0..executed.len() {
        let derives = |m: &Match| {
            executed[i].record.has_subgroups() || matches!(m, Match::Near { .. } | Match::SameStudies { .. } | Match::Row { .. })
        };
        let Some(base) = executed[i].base.as_ref().filter(|_| derives(&matches[i])) else { continue };
        let is = |j: &usize| executed[*j].name.as_ref() == Some(base) || executed[*j].ran.as_ref() == Some(base);
        let Some(j) = (0..i).rev().find(is) else { continue };
        let base = match &matches[j] {
            Match::Row { whole, .. } | Match::SameStudies { whole, .. } => whole,
            other => other,
        };
        let of = match base {
            Match::Near { form, differs } if !settled.contains(&j) || differs.iter().any(|d| matches!(d.severity, Grade::E | Grade::M)) => {
                Some(form.planned)
            }
            // One more analysis beside the planned one that was run whole; or a planned one to which that belongs not.
            Match::Exact { form, .. } if !settled.contains(&j) => Some(form.planned),
            Match::Exact { form, .. } if belongs_elsewhere(&matches[i], form.planned) => Some(form.planned),
            Match::Beside(of) => *of,
            Match::None => None,
            _ => continue,
        };
        matches[i] = Match::Beside(of);
    }
}

/// Whether an analysis was matched, with differences, to a planned one that belongs to another than the one it derives from.
fn belongs_elsewhere(found: &Match, base: &Planned) -> bool {
    match found {
        Match::Near { form, differs } => {
            let grave = differs.iter().any(|d| matches!(d.severity, Grade::E | Grade::M));
            grave && form.planned.id != base.id && form.planned.parent.as_deref() != Some(&base.id)
        }
        _ => false,
    }
}

/// Says of an analysis that cites a criterion whose studies are others which these are.
fn cited(run: &Executed, label: Label, plan: &Seen) -> Label {
    let Some(cited) = run.cites.as_ref().filter(|id| label.note.is_none() && label.plan.as_ref() != Some(id)) else { return label };
    let Some((own, parent)) =
        plan.versions.planned(cited).and_then(|p| Some((plan.known.get(cited)?, plan.known.get(p.parent.as_ref()?)?)))
    else {
        return label;
    };
    let kept = own.studies();
    let out: Vec<&str> = parent.studies().into_iter().filter(|s| !kept.contains(s)).collect();
    let out = if out.is_empty() { "no study".to_owned() } else { out.join(", ") };
    Label { note: Some(format!("cites criterion {cited}, which leaves out {out} on these data")), ..label }
}

/// The id of the planned analysis that has been run as registered, technicalities aside.
fn done_as_registered<'a>(found: &Match<'a>) -> Option<&'a str> {
    match found {
        Match::Exact { form, .. } => Some(&form.planned.id),
        Match::Near { form, differs } if differs.iter().all(|d| matches!(d.severity, Grade::T | Grade::C)) => Some(&form.planned.id),
        _ => None,
    }
}

/// Of a planned analysis that is shown as it is registered, and was not run.
pub fn registered(planned: &Planned) -> Label {
    Label {
        status: Status::PreSpecified,
        role: Some(planned.role),
        plan: Some(planned.id.clone()),
        text: format!("[PRE-SPECIFIED · {}]", tagged(planned)),
        ..unregistered()
    }
}

/// Without any lock.
pub fn unregistered() -> Label {
    Label {
        status: Status::Unregistered,
        role: None,
        plan: None,
        deviations: Vec::new(),
        added: None,
        note: None,
        text: "[UNREGISTERED]".into(),
    }
}

fn label(run: &Executed, found: &Match, plan: &Seen, beside: &mut Beside) -> Label {
    let Seen { versions, known, done, exactly } = plan;
    match found {
        Match::Exact { form, note } => as_planned(run, *form, versions, Vec::new(), note.clone(), known),
        Match::Row { whole, .. } if run.declared.is_none() && !done.contains(whole.id().as_str()) => label(run, whole, plan, beside),
        Match::Row { rows, .. } => {
            let text = format!("[PRE-SPECIFIED · row of {}]", rows.id);
            let note = Some(format!("row of {}", rows.id));
            Label {
                status: Status::PreSpecified,
                role: Some(rows.role),
                plan: Some(rows.id.clone()),
                deviations: Vec::new(),
                added: None,
                note,
                text,
            }
        }
        Match::SameStudies { planned, whole } if run.declared.is_none() && !done.contains(whole.id().as_str()) => {
            Label { note: Some(format!("same studies as {} (planned)", planned.id)), ..label(run, whole, plan, beside) }
        }
        Match::SameStudies { planned, .. } => {
            let reason = run.steps.first().map_or_else(String::new, |r| format!("; reason given: {}", r.text));
            let base = base(planned);
            Label {
                note: Some(format!("same studies as {} (planned){reason}", planned.id)),
                ..post_hoc(run, Role::Sensitivity, Some(base), Code::SenAdded, &mut beside.explored)
            }
        }
        Match::Near { form, differs } => {
            let settles = differs.iter().all(|d| matches!(d.severity, Grade::T | Grade::C))
                && (run.declared.is_some() || beside.settles(&form.planned.id, differs));
            let technical = differs.iter().all(|d| d.severity == Grade::T);
            if technical || settles && run.declared.is_none() && !exactly.contains(form.planned.id.as_str()) {
                return as_planned(run, *form, versions, differs.clone(), None, known);
            }
            let role = beside_role(run, form.planned);
            if done.contains(form.planned.id.as_str()) || run.declared.is_some() {
                let role = run.declared.unwrap_or(role);
                let kind = if role == Role::Exploratory { beside_role(run, form.planned) } else { role };
                return post_hoc(run, role, Some(base(form.planned)), Code::added(kind, None), &mut beside.explored);
            }
            let deviations: Vec<Deviation> = differs.iter().map(|d| deviation(d, run, known.get(&form.planned.id))).collect();
            Label {
                status: Status::Deviation,
                role: Some(form.planned.role),
                plan: Some(form.planned.id.clone()),
                text: format!("[DEVIATION from {} · {}]", form.planned.id, short(&deviations)),
                deviations,
                added: None,
                note: None,
            }
        }
        Match::Beside(parent) => {
            let kind = parent.map_or_else(|| role_of(run), |parent| beside_role(run, parent));
            post_hoc(run, run.declared.unwrap_or(kind), parent.map(base), Code::added(kind, None), &mut beside.explored)
        }
        Match::None => {
            let differs = new_question(run, versions);
            let role = run.declared.unwrap_or(Role::Exploratory);
            post_hoc(run, role, None, Code::added(role, Some(differs)), &mut beside.explored)
        }
    }
}

/// The field of the question in which an analysis is of no planned one: the timepoint of a planned outcome, …
fn new_question(run: &Executed, versions: &Versions) -> Key {
    let nearest = versions.analyses().map(|f| super::compare::question_differences(&f.planned.record, &run.record)).min_by_key(Vec::len);
    nearest.and_then(|d| d.first().map(|d| d.key)).unwrap_or(Key::Outcome)
}

/// A planned analysis, run as planned or but for what was left open.
fn as_planned(run: &Executed, form: InVersion, versions: &Versions, differs: Vec<Differs>, note: Option<String>, known: &Known) -> Label {
    let planned = form.planned;
    let mut deviations: Vec<Deviation> = differs.iter().map(|d| deviation(d, run, known.get(&planned.id))).collect();
    let clarified = deviations.iter().any(|d| d.severity == Grade::C);
    let amendment = versions.amendment(form);
    let (status, text) = match (amendment, &run.facts.rule) {
        (Some(amendment), _) => {
            let when = if amendment.after_results { "AFTER results" } else { "before results" };
            deviations.extend(amended(run, form, versions));
            (Status::Amended, format!("[AMENDED {} {when} · {}]", amendment.id, planned.id))
        }
        (None, _) if clarified => (Status::Clarified, format!("[CLARIFIED · {} · {}]", planned.id, short(&deviations))),
        (None, Some(rule)) => (Status::PreSpecified, format!("[PRE-SPECIFIED · {} · rule {rule}]", planned.id)),
        (None, None) => (Status::PreSpecified, format!("[PRE-SPECIFIED · {}]", tagged(planned))),
    };
    // The plan in force has it otherwise.
    let changed = versions.changed_since(form).map(|a| format!("as locked before {}, which changed it", a.id));
    let text = match &changed {
        Some(changed) => format!("{} · {changed}]", text.trim_end_matches(']')),
        None => text,
    };
    let note = note.or(changed);
    Label { status, role: Some(planned.role), plan: Some(planned.id.clone()), deviations, added: None, note, text }
}

/// What an amendment changed since the first lock, with its own reason.
fn amended(run: &Executed, form: InVersion, versions: &Versions) -> Vec<Deviation> {
    let (Some(amendment), Some(first)) = (versions.amendment(form), versions.all.first()) else { return Vec::new() };
    let Some(before) = first.plan.planned(&form.planned.id) else { return Vec::new() };
    let named = |role: Role| role.name().to_owned();
    let claims = (before.role != form.planned.role).then(|| Claim {
        of: named(before.role),
        registered: named(before.role),
        executed: named(form.planned.role),
    });
    let as_amended = Executed { record: form.planned.record.clone(), facts: Default::default(), claims, ..run.clone() };
    let when = if amendment.after_results { Timing::AfterResults } else { Timing::BeforeResults };
    let reason = Reason { code: amendment.code, text: amendment.words(), when: Some(when) };
    let differs = judge(before, &as_amended, &Known::new());
    differs.iter().map(|d| Deviation { effect: None, ..explained(d, Some(&reason), None) }).collect()
}

/// `primary P1`, `sensitivity S2 of P1`
fn tagged(planned: &Planned) -> String {
    let role = planned.role.name().replace('_', "-");
    match &planned.parent {
        Some(parent) => format!("{role} {} of {parent}", planned.id),
        None => format!("{role} {}", planned.id),
    }
}

/// The analysis whose question a planned one serves.
fn base(planned: &Planned) -> &str {
    planned.parent.as_deref().unwrap_or(&planned.id)
}

/// What an analysis beside a planned one is for.
fn beside_role(run: &Executed, planned: &Planned) -> Role {
    match (role_of(run), planned.role) {
        (Role::Exploratory, Role::Primary | Role::Secondary) => Role::Sensitivity,
        (Role::Exploratory, role) => role,
        (role, _) => role,
    }
}

/// What an analysis is for, by its kind.
fn role_of(run: &Executed) -> Role {
    match run.record.kind.as_str() {
        "pool" if run.record.has_subgroups() => Role::Subgroup,
        "pool" => Role::Exploratory,
        "regress" | "predict" | "contrast" | "test" | "vif" => Role::MetaRegression,
        "permute" if run.record.field(Key::Formula).is_some() => Role::MetaRegression,
        "egger"
        | "begg"
        | "harbord"
        | "peters"
        | "macaskill"
        | "deeks"
        | "ruecker"
        | "trim_and_fill"
        | "fail_safe"
        | "pet_peese"
        | "excess_significance"
        | "henmi_copas" => Role::SmallStudy,
        _ => Role::Sensitivity,
    }
}

fn post_hoc(run: &Executed, role: Role, of: Option<&str>, added: Code, explored: &mut usize) -> Label {
    let text = match (role, of) {
        (Role::Exploratory, _) | (_, None) => {
            *explored += 1;
            let name = run.name.clone().unwrap_or_else(|| format!("X{explored}"));
            format!("[POST HOC · {} {name}]", role.name().replace('_', "-"))
        }
        (role, Some(of)) => format!("[POST HOC · {} of {of}]", role.name().replace('_', "-")),
    };
    Label {
        status: Status::PostHoc,
        role: Some(role),
        plan: of.map(str::to_owned),
        deviations: Vec::new(),
        added: Some(added),
        note: None,
        text,
    }
}

/// A difference with its reason and its effect.
fn deviation(differs: &Differs, run: &Executed, registered: Option<&super::executed::Facts>) -> Deviation {
    let of_studies =
        matches!(differs.code, Code::ExcAdded | Code::ExcDropped | Code::Sel | Code::Elig | Code::SenChanged | Code::Dup | Code::Uoa);
    let reason = run.because.as_ref().or_else(|| run.steps.first().filter(|_| of_studies));
    let (what, of): (Option<&'static str>, fn(&super::executed::Facts) -> Option<[f64; 3]>) = match differs.key {
        Key::Pi => (Some("prediction interval"), |f| f.prediction),
        Key::Robust => (Some("cluster-robust interval"), |f| f.robust.or(f.result)),
        _ => (None, |f| f.result),
    };
    let effect = Effect { what, registered: registered.and_then(of), executed: of(&run.facts) };
    // Another role, or another definition of I2, moves no estimate; what was open gave none.
    let moves = match differs.code {
        Code::Role | Code::I2d => false,
        Code::Gap => effect.registered.is_some(),
        _ => true,
    };
    explained(differs, reason, Some(effect).filter(|_| moves))
}

fn explained(differs: &Differs, reason: Option<&Reason>, effect: Option<Effect>) -> Deviation {
    Deviation {
        code: differs.code,
        severity: differs.severity,
        field: if differs.code == Code::Role { "role".to_owned() } else { differs.key.words().to_owned() },
        registered: differs.registered.clone(),
        executed: differs.executed.clone(),
        reason_code: reason.and_then(|r| r.code),
        reason: reason.map(|r| r.text.clone()),
        effect,
        studies: differs.studies.clone(),
        details: differs.details.clone(),
        when: reason.and_then(|r| r.when).map(Timing::words),
    }
}

/// `tau2 reml→dl, ci hksj→wald`, `EXC+`
fn short(deviations: &[Deviation]) -> String {
    let one = |d: &Deviation| {
        let brief = |s: &str| s.chars().count() <= 12;
        match d.code {
            Code::Est | Code::Ci | Code::Pi | Code::Lvl | Code::Mod | Code::Meas | Code::Set | Code::I2d
                if brief(&d.registered) && brief(&d.executed) =>
            {
                format!("{} {}→{}", d.field, d.registered, d.executed)
            }
            Code::Gap if brief(&d.executed) => format!("{} {}", d.field, d.executed),
            Code::Gap => d.field.clone(),
            code => code.name().to_owned(),
        }
    };
    let mut parts: Vec<String> = deviations.iter().map(one).collect();
    parts.dedup();
    parts.join(", ")
}
