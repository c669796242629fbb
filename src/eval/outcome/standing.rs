//! How a result stands to the plan that its script follows.

use super::{Composed, Head, Outcome, PoolResult};
use crate::protocol::{Deviation, Label};

/// What a result says of itself when its script follows a plan.
pub struct Standing<'a> {
    /// `pre_specified`, …
    pub status: &'a mut &'static str,
    /// `primary`, …
    pub role: &'a mut Option<&'static str>,
    /// The planned analysis it is, or belongs to.
    pub plan: &'a mut Option<String>,
    /// How it differs from what was registered.
    pub deviations: &'a mut Option<Vec<Deviation>>,
    /// The label that texts and figures print.
    pub label: &'a mut Option<String>,
}

impl Standing<'_> {
    /// Takes a label over.
    pub fn set(self, label: &Label) {
        let note = label.note.as_ref().filter(|n| !label.text.contains(n.as_str()));
        *self.status = label.status.name();
        *self.role = label.role.map(crate::protocol::Role::name);
        self.plan.clone_from(&label.plan);
        *self.deviations = Some(label.deviations.clone());
        *self.label = Some(note.map_or_else(|| label.text.clone(), |note| format!("{} {note}", label.text)));
    }
}

fn of_pool(result: &mut PoolResult) -> Standing<'_> {
    Standing {
        status: &mut result.status,
        role: &mut result.role,
        plan: &mut result.plan,
        deviations: &mut result.deviations,
        label: &mut result.label,
    }
}

fn of_head(head: &mut Head) -> Standing<'_> {
    Standing {
        status: &mut head.status,
        role: &mut head.role,
        plan: &mut head.plan,
        deviations: &mut head.deviations,
        label: &mut head.label,
    }
}

/// The head of a result of a verb, shared or to be changed.
macro_rules! head {
    ($outcome:expr $(, $mutable:tt)?) => {
        Some(match $outcome {
            Outcome::LeaveOneOut(r) | Outcome::Cumulative(r) => &$($mutable)? r.head,
            Outcome::Egger(r) => &$($mutable)? r.head,
            Outcome::Begg(r) => &$($mutable)? r.head,
            Outcome::TrimAndFill(r) => &$($mutable)? r.head,
            Outcome::FailSafe(r) => &$($mutable)? r.head,
            Outcome::Influence(r) => &$($mutable)? r.head,
            Outcome::Blup(r) => &$($mutable)? r.head,
            Outcome::Baujat(r) => &$($mutable)? r.head,
            Outcome::Gosh(r) => &$($mutable)? r.head,
            Outcome::Selection(r) => &$($mutable)? r.head,
            Outcome::Bootstrap(r) => &$($mutable)? r.head,
            Outcome::Wild(r) => &$($mutable)? r.head,
            Outcome::Profile(r) => &$($mutable)? r.head,
            Outcome::LevelProfile(r) => &$($mutable)? r.head,
            Outcome::Robustness(r) => &$($mutable)? r.head,
            Outcome::Harbord(r) | Outcome::Peters(r) | Outcome::Macaskill(r) | Outcome::Deeks(r) => &$($mutable)? r.head,
            Outcome::Ruecker(r) => &$($mutable)? r.head,
            Outcome::PetPeese(r) => &$($mutable)? r.head,
            Outcome::ExcessSignificance(r) => &$($mutable)? r.head,
            Outcome::HenmiCopas(r) => &$($mutable)? r.head,
            Outcome::Probability(r) => &$($mutable)? r.head,
            Outcome::Absolute(r) => &$($mutable)? r.head,
            Outcome::ReExpress(r) => &$($mutable)? r.head,
            Outcome::Regress(r) => &$($mutable)? r.head,
            Outcome::Predict(r) => &$($mutable)? r.head,
            Outcome::Contrast(r) => &$($mutable)? r.head,
            Outcome::Test(r) => &$($mutable)? r.head,
            Outcome::Vif(r) => &$($mutable)? r.head,
            Outcome::Permute(r) => &$($mutable)? r.head,
            Outcome::Unanswered(r) => &$($mutable)? r.head,
            _ => return None,
        })
    };
}

impl Outcome {
    /// Takes over what has been found of it against the plan; subgroups and rows have it from the whole.
    pub fn stand(&mut self, label: &Label) {
        if let Some(subject) = self.pictured() {
            return subject.stand(label);
        }
        let whole = match &mut *self {
            Outcome::Pool(result) => {
                for group in result.groups.iter_mut().flatten() {
                    of_pool(group).set(&Label { deviations: Vec::new(), ..label.clone() });
                }
                Some(of_pool(result))
            }
            other => other.head_mut().map(of_head),
        };
        if let Some(standing) = whole {
            standing.set(label);
        }
        if let Outcome::LeaveOneOut(rows) | Outcome::Cumulative(rows) = self {
            for row in &mut rows.rows {
                of_pool(&mut row.pool).set(&Label { deviations: Vec::new(), ..label.clone() });
            }
        }
    }

    /// The result that a picture, still to be drawn, is of.
    pub fn pictured(&mut self) -> Option<&mut Outcome> {
        match self {
            Outcome::Composition(asked) => match &mut asked.what {
                Composed::Picture(request) => Some(&mut request.subject),
                Composed::Directions(result) => Some(result),
                _ => None,
            },
            _ => None,
        }
    }

    /// The name a result is bound to.
    pub fn head_id(&self) -> Option<&String> {
        match self {
            Outcome::Pool(pool) => pool.id.as_ref(),
            other => other.head()?.id.as_ref(),
        }
    }

    /// Whether it has no label yet.
    pub fn is_unregistered(&self) -> bool {
        match self {
            Outcome::Pool(pool) => pool.label.is_none(),
            other => other.head().is_some_and(|h| h.label.is_none()),
        }
    }

    /// The line of the script on which a result stands.
    pub fn line(&self) -> Option<usize> {
        match self {
            Outcome::Pool(pool) => Some(pool.line),
            other => other.head().map(|h| h.line),
        }
    }

    /// What a result of a verb begins with.
    pub fn head(&self) -> Option<&Head> {
        head!(self)
    }

    /// The same, to change it.
    pub fn head_mut(&mut self) -> Option<&mut Head> {
        head!(self, mut)
    }
}
