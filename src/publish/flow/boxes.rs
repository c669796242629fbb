//! The counts of the store in the boxes of the PRISMA 2020 flow diagram.

use crate::store::{BoxId, FLOW_BOXES, FlowBox, FlowCount, Store};

use BoxId as B;

/// The boxes, each once, in order: its id, its key in a store, what it says.
pub fn boxes() -> impl Iterator<Item = &'static FlowBox> {
    FLOW_BOXES.iter().enumerate().filter(|(at, b)| place_of(b.id) == Some(*at)).map(|(_, b)| b)
}

/// The place of a box in the order.
fn place_of(id: BoxId) -> Option<usize> {
    FLOW_BOXES.iter().position(|b| b.id == id)
}

/// What a box says.
pub fn label(id: BoxId) -> &'static str {
    place_of(id).map_or("", |at| FLOW_BOXES[at].label)
}

/// What stands in a box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// The number as given for the whole box.
    pub total: Option<u64>,
    /// Parts, each with what it is: a database, a reason.
    pub parts: Vec<(String, u64)>,
    /// A remark on the number.
    pub note: Option<String>,
}

impl Count {
    /// The number in the box: the total, or the sum of the parts.
    pub fn value(&self) -> Option<u64> {
        self.total.or_else(|| (!self.parts.is_empty()).then(|| self.sum()))
    }

    /// The sum of the parts.
    pub fn sum(&self) -> u64 {
        self.parts.iter().fold(0, |sum: u64, p| sum.saturating_add(p.1))
    }
}

/// The diagram.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    counts: Vec<(usize, Count)>,
    /// Counts of the store that fit no box: stage, stream, number.
    pub unplaced: Vec<(String, String, u64)>,
    /// Boxes that the store gives two numbers.
    pub doubled: Vec<String>,
}

impl Diagram {
    /// The counts of a store, each in its box.
    pub fn of(store: &Store) -> Self {
        let mut out = Self::default();
        for count in &store.flow {
            let Some(at) = place(count).and_then(place_of) else {
                out.unplaced.push((count.stage.clone(), count.stream.clone().unwrap_or_default(), count.count));
                continue;
            };
            let known = match out.counts.iter().position(|c| c.0 == at) {
                Some(i) => i,
                None => {
                    out.counts.push((at, Count::default()));
                    out.counts.len() - 1
                }
            };
            let found = &mut out.counts[known].1;
            match &count.reason {
                Some(reason) => found.parts.push((reason.clone(), count.count)),
                None => {
                    if let Some(before) = found.total {
                        let (a, b) = (crate::number::count(before), crate::number::count(count.count));
                        out.doubled.push(format!("{} has two numbers, {a} and {b}, which are added", FLOW_BOXES[at].label));
                    }
                    found.total = Some(found.total.unwrap_or(0).saturating_add(count.count));
                }
            }
        }
        for (at, count) in &mut out.counts {
            // One number with a remark is no list of parts, but for reasons of exclusion.
            let reasons = matches!(FLOW_BOXES[*at].id, B::Excluded | B::OtherExcluded);
            if count.total.is_none() && count.parts.len() == 1 && !reasons {
                let (note, n) = count.parts.remove(0);
                (count.total, count.note) = (Some(n), Some(note));
            }
        }
        out.counts.sort_by_key(|c| c.0);
        out
    }

    /// Gives a box without a number that which the data tell.
    pub fn fill(&mut self, id: BoxId, n: u64) {
        if self.value(id).is_some() || n == 0 {
            return;
        }
        if let Some(at) = place_of(id) {
            self.counts.push((at, Count { total: Some(n), parts: Vec::new(), note: Some("counted in the data".into()) }));
            self.counts.sort_by_key(|c| c.0);
        }
    }

    /// What stands in a box.
    pub fn count(&self, id: BoxId) -> Option<&Count> {
        self.counts.iter().find(|c| FLOW_BOXES[c.0].id == id).map(|c| &c.1)
    }

    /// The number in a box.
    pub fn value(&self, id: BoxId) -> Option<u64> {
        self.count(id).and_then(Count::value)
    }

    /// Whether any of these boxes has a number.
    pub fn any(&self, ids: &[BoxId]) -> bool {
        ids.iter().any(|id| self.value(*id).is_some())
    }

    /// Whether the store has any count.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.unplaced.is_empty()
    }

    /// The boxes that a reader expects and that have no number, in order.
    pub fn empty(&self) -> Vec<&'static str> {
        let previous = self.any(&[B::PreviousStudies, B::PreviousReports]);
        let other = self.any(OTHER);
        let expected = |id: BoxId| match id {
            B::PreviousStudies | B::PreviousReports | B::TotalStudies | B::TotalReports => previous,
            B::Included | B::OtherIncluded | B::OtherScreenedOut | B::ReportsPooled => false,
            // One of the three says where other records came from.
            B::Websites | B::Organisations | B::Citations => false,
            id if OTHER.contains(&id) => other,
            _ => true,
        };
        boxes().filter(|b| expected(b.id) && self.value(b.id).is_none()).map(|b| b.label).collect()
    }
}

/// The boxes of the column of other methods.
pub const OTHER: &[BoxId] = &[
    B::Websites,
    B::Organisations,
    B::Citations,
    B::OtherSought,
    B::OtherNotRetrieved,
    B::OtherAssessed,
    B::OtherExcluded,
    B::OtherIncluded,
];

/// The box of a count: by its key, or by what its stage and stream say.
fn place(count: &FlowCount) -> Option<BoxId> {
    let plain = |text: &str| -> String {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_alphanumeric() {
                out.extend(c.to_lowercase());
            } else if !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.trim().to_owned()
    };
    let key = count.stage.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    if let Some(found) = FLOW_BOXES.iter().find(|b| b.data == key) {
        return Some(found.id);
    }
    let stage = plain(&count.stage);
    let stream = plain(count.stream.as_deref().unwrap_or_default());
    let has = |words: &[&str]| words.iter().any(|w| stream.contains(w));
    let other = has(&["other", "citation", "hand", "reference", "website", "organi"]);
    let either = |dbr: BoxId, o: BoxId| Some(if other { o } else { dbr });
    match stage.as_str() {
        "records identified" | "identified" => Some(match () {
            () if has(&["register", "registr"]) => B::RegisterResults,
            () if has(&["website"]) => B::Websites,
            () if has(&["organi"]) => B::Organisations,
            () if other => B::Citations,
            () => B::DatabaseResults,
        }),
        "duplicates removed" | "duplicate records removed" if !other => Some(B::Duplicates),
        "automation" | "ineligible by automation tools" | "records marked as ineligible by automation tools" => Some(B::ExcludedAutomatic),
        "removed for other reasons" | "records removed for other reasons" => Some(B::ExcludedOther),
        "records screened" | "records screened title abstract" | "screened" if !other => Some(B::Screened),
        "records excluded" | "excluded at title abstract" | "screened out" => either(B::RecordsExcluded, B::OtherScreenedOut),
        "duplicates title abstract excluded" | "duplicates and title abstract excluded" if other => Some(B::OtherScreenedOut),
        "reports sought" | "reports sought for retrieval" | "sought" => either(B::Sought, B::OtherSought),
        "reports not retrieved" | "not retrieved" => either(B::NotRetrieved, B::OtherNotRetrieved),
        "full text assessed" | "reports assessed" | "reports assessed for eligibility" => either(B::Assessed, B::OtherAssessed),
        "full text excluded" | "reports excluded" => either(B::Excluded, B::OtherExcluded),
        "included" if has(&["total"]) || stream.is_empty() => Some(B::NewReports),
        "included" => either(B::Included, B::OtherIncluded),
        "included in review" | "reports included" | "reports of included studies" => Some(B::NewReports),
        "studies included" | "studies included in review" => Some(B::NewStudies),
        "included in at least one meta analysis" | "studies included in meta analysis" | "included in meta analysis" => {
            Some(B::StudiesPooled)
        }
        _ => None,
    }
}
