//! The data since results were first seen: what was recorded, what was not, and what each does to the planned pools.

use super::changes::{Change, Compared, What, compare};
use super::events::{DataEvent, Happened};
use super::recorded::facts;
use super::results::Names;
use super::state::Following;
use crate::eval::outcome::{EventEffect, EventRow};
use crate::eval::plan::{Asked, PlannedStatement};
use crate::eval::walk::Walk;
use crate::protocol::{Code, Effect, Facts};
use crate::store::Store;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Up to so many edits that nobody recorded are looked at one by one; of more the effect is that of all.
const ONE_BY_ONE: usize = 12;

/// Changes by their places; of an edit perhaps one column only.
type Taken = Vec<(usize, Option<String>)>;

impl Walk<'_, '_> {
    /// What happened to the data, each with what the planned pools give without it and with it: first what is
    /// recorded, then what is not.
    pub fn data_events(&mut self, following: &Following) -> Vec<EventRow> {
        let mut events = self.state.follow.events.clone();
        // Without data nothing can be said to be gone.
        if events.is_empty() && following.first_seen.is_empty() || self.state.store.rows.is_empty() {
            return Vec::new();
        }
        let (store, renamed) = (self.state.store.clone(), self.state.follow.renamed.clone());
        if !following.first_seen.is_empty() {
            events.extend(self.logged(&Names { of_plan: Some(&renamed), ..Names::default() }));
        }
        let compared = compare(following, &store, &events, &renamed);
        let mut pools = Pools { following, with: None };
        let mut rows = Vec::new();
        for (event, record) in events.iter().zip(&compared.records) {
            let (explained, misfit) = match record {
                Ok(explained) => (explained.clone(), None),
                Err(why) => (Vec::new(), Some(why.clone())),
            };
            // A change log goes back beyond the first results, and holds more than results.
            if event.logged && explained.is_empty() {
                continue;
            }
            let before = match (&misfit, following.first_seen.is_empty()) {
                (Some(_), _) => None,
                (None, true) => event.undone(&store),
                (None, false) if explained.is_empty() => None,
                (None, false) => Some(Arc::new(compared.without(&store, &explained))),
            };
            let effects = before.map(|before| pools.effects(self, before)).unwrap_or_default();
            let results = explained.iter().filter_map(|(i, _)| Some(compared.changes.get(*i)?.key.clone())).collect::<BTreeSet<_>>();
            let results = results.into_iter().collect();
            rows.push(EventRow { code: code(event.kind), event: event.clone(), results, misfit, unexplained: false, effects });
        }
        rows.extend(self.unrecorded(&compared, &store, &mut pools));
        rows
    }

    /// Edits, losses and additions that no record explains. The first two ask for one where a planned analysis reads them.
    fn unrecorded(&mut self, compared: &Compared, store: &Arc<Store>, pools: &mut Pools) -> Vec<EventRow> {
        let open: Vec<(usize, &Change)> = compared.changes.iter().enumerate().filter(|(_, c)| !c.explained).collect();
        let (new, edits): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, c)| matches!(c.what, What::New(_)));
        let groups: Vec<Vec<(usize, &Change)>> =
            if edits.len() <= ONE_BY_ONE { edits.into_iter().map(|e| vec![e]).collect() } else { vec![edits] };
        let (mut rows, mut unread) = (Vec::new(), Vec::new());
        for group in groups {
            let taken: Taken = group.iter().map(|(i, _)| (*i, None)).collect();
            let mut effects = pools.effects(self, Arc::new(compared.without(store, &taken)));
            // What can't be put back is held to be read wherever its study is.
            for (_, change) in group.iter().filter(|(_, c)| c.is_beyond_recall()) {
                pools.of_study(self, &change.study, &mut effects);
            }
            let columns: BTreeSet<&str> = group.iter().flat_map(|(_, c)| c.columns()).collect();
            pools.naming(self, &columns, &mut effects);
            if effects.is_empty() {
                unread.extend(group);
            } else {
                rows.push(row(&group, effects, true));
            }
        }
        if !unread.is_empty() {
            rows.push(row(&unread, Vec::new(), false));
        }
        if !new.is_empty() {
            let taken: Taken = new.iter().map(|(i, _)| (*i, None)).collect();
            let effects = pools.effects(self, Arc::new(compared.without(store, &taken)));
            rows.push(row(&new, effects, false));
        }
        rows
    }

    /// Does something on other data.
    fn on_store<T>(&mut self, store: Arc<Store>, act: impl FnOnce(&mut Self) -> T) -> T {
        let catalogue = Arc::new(crate::language::catalogue::Catalogue::of(&store));
        let own = std::mem::replace(&mut self.state.store, store);
        let named = std::mem::replace(&mut self.state.catalogue, catalogue);
        let (locked, silent) = (self.state.follow.locked_store.take(), self.state.follow.silent.take());
        let done = act(self);
        self.state.store = own;
        self.state.catalogue = named;
        (self.state.follow.locked_store, self.state.follow.silent) = (locked, silent);
        done
    }
}

fn code(kind: Happened) -> &'static str {
    match kind {
        Happened::Update | Happened::Late | Happened::Appeared => Code::DatAdded.name(),
        Happened::Correction | Happened::Removal | Happened::Edited | Happened::Gone => Code::Dat.name(),
    }
}

/// Changes of one kind that nobody recorded, as one row.
fn row(group: &[(usize, &Change)], effects: Vec<EventEffect>, unexplained: bool) -> EventRow {
    let kind = match group.first().map(|(_, c)| &c.what) {
        Some(What::New(_)) => Happened::Appeared,
        Some(What::Gone(_)) if group.iter().all(|(_, c)| matches!(c.what, What::Gone(_))) => Happened::Gone,
        _ => Happened::Edited,
    };
    let studies: BTreeSet<String> = group.iter().map(|(_, c)| c.study.clone()).collect();
    let mut event = DataEvent::found(kind, studies.into_iter().collect());
    if let [(_, Change { what: What::Edited(_, fields), .. })] = group {
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".into());
        if let [one] = fields.as_slice() {
            event.field = Some(one.field.clone());
            (event.before, event.after) = (Some(said(&one.before)), Some(said(&one.after)));
        } else {
            let list = |of: fn(&super::results::FieldChange) -> &Option<String>| {
                fields.iter().map(|f| format!("{} {}", f.field, said(of(f)))).collect::<Vec<_>>().join("; ")
            };
            (event.before, event.after) = (Some(list(|f| &f.before)), Some(list(|f| &f.after)));
        }
    }
    let results = group.iter().map(|(_, c)| c.key.clone()).collect();
    EventRow { code: code(kind), event, results, misfit: None, unexplained, effects }
}

impl Change {
    /// Whether what it said is not known.
    fn is_beyond_recall(&self) -> bool {
        matches!(self.what, What::Unknown | What::Gone(crate::protocol::journal::Seen::Digest(_)))
    }

    /// The columns that say something else.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let fields = if let What::Edited(_, fields) = &self.what { fields.as_slice() } else { &[] };
        fields.iter().map(|f| f.field.as_str())
    }
}

/// The planned pools on today's data.
pub(super) struct Pools<'a> {
    pub following: &'a Following,
    pub with: Option<Vec<(String, Option<Facts>)>>,
}

impl Pools<'_> {
    fn run(&self, walk: &mut Walk) -> Vec<(String, Option<Facts>)> {
        let planned = self.following.plan.plan.planned.values().filter(|p| matches!(p.asked, Asked::Pool(_)));
        planned.map(|p| (p.id.clone(), walk.silently(&p.id).ok().flatten().map(|r| facts(&r, walk.state)))).collect()
    }

    fn today(&mut self, walk: &mut Walk) -> Vec<(String, Option<Facts>)> {
        if self.with.is_none() {
            self.with = Some(self.run(walk));
        }
        self.with.clone().unwrap_or_default()
    }

    /// What the pools give on other data, where it is not what they give today.
    pub fn effects(&mut self, walk: &mut Walk, before: Arc<Store>) -> Vec<EventEffect> {
        let with = self.today(walk);
        let without = walk.on_store(before, |walk| self.run(walk));
        let said = |f: &Option<Facts>| f.as_ref().map(|f| (f.effects.clone(), f.result));
        let pairs = without.into_iter().zip(with).filter(|((_, before), (_, after))| said(before) != said(after));
        pairs.map(|((id, before), (_, after))| self.effect(walk, &id, before.as_ref(), after.as_ref())).collect()
    }

    fn effect(&self, walk: &Walk, id: &str, before: Option<&Facts>, after: Option<&Facts>) -> EventEffect {
        let k = |f: Option<&Facts>| f.map_or(0, |f| f.reports().len());
        let effect = Effect { what: None, registered: before.and_then(|f| f.result), executed: after.and_then(|f| f.result) };
        EventEffect {
            plan: id.to_owned(),
            k_before: k(before),
            k_after: k(after),
            before: effect.registered,
            after: effect.executed,
            shown: walk.shown(self.following, id, effect),
        }
    }

    /// Pools that take a study today, of which it can't be said what they gave before.
    fn of_study(&mut self, walk: &mut Walk, study: &str, effects: &mut Vec<EventEffect>) {
        for (id, facts) in self.today(walk) {
            let takes = facts.as_ref().is_some_and(|f| f.studies().contains(&study));
            if takes && !effects.iter().any(|e| e.plan == id) {
                let unknown = facts.map(|f| Facts { result: None, ..f });
                effects.push(self.effect(walk, &id, unknown.as_ref(), unknown.as_ref()));
            }
        }
    }

    /// Planned statements that name a column, and in whose pool it changed no effect.
    fn naming(&mut self, walk: &mut Walk, columns: &BTreeSet<&str>, effects: &mut Vec<EventEffect>) {
        let names = |p: &PlannedStatement| {
            let text = p.source.text.get(p.span.start as usize..p.span.end as usize).unwrap_or_default();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| columns.contains(word))
        };
        let following = self.following;
        let with = self.today(walk);
        for planned in following.plan.plan.planned.values().filter(|p| names(p)) {
            let root = std::iter::successors(Some(planned.id.as_str()), |id| {
                following.plan.plan.planned.get(*id).and_then(|p| p.parent.as_deref())
            });
            let facts = root.filter_map(|id| with.iter().find(|(known, _)| known == id)).find_map(|(_, f)| f.clone());
            if !effects.iter().any(|e| e.plan == planned.id) {
                let unknown = facts.map(|f| Facts { result: None, ..f });
                effects.push(self.effect(walk, &planned.id, unknown.as_ref(), unknown.as_ref()));
            }
        }
    }
}
