//! The table of statement words, put together from its parts.

use super::Verb;
use super::verbs::FIRST;
use super::verbs_after_pooling::AFTER_POOLING;
use super::verbs_of_conversions::OF_CONVERSIONS;
use super::verbs_of_editing::OF_EDITING;
use super::verbs_of_files::OF_FILES;
use super::verbs_of_following::OF_FOLLOWING;
use super::verbs_of_pictures::OF_PICTURES;
use super::verbs_of_plans::OF_PLANS;
use super::verbs_of_reports::OF_REPORTS;
use super::verbs_of_selection::OF_SELECTION;

/// The lists the table is put together from.
#[rustfmt::skip]
const LISTS: &[&[Verb]] = &[
    FIRST,
    OF_CONVERSIONS,
    AFTER_POOLING,
    OF_PLANS,
    OF_FILES,
    OF_EDITING,
    OF_PICTURES,
    OF_REPORTS,
    OF_FOLLOWING,
    OF_SELECTION,
];

/// All verbs; groups are listed together.
pub const VERBS: &[Verb] = &joined();

const fn total() -> usize {
    let (mut n, mut list) = (0, 0);
    while list < LISTS.len() {
        n += LISTS[list].len();
        list += 1;
    }
    n
}

const fn joined() -> [Verb; total()] {
    let mut out = [FIRST[0]; total()];
    let (mut at, mut list) = (0, 0);
    while list < LISTS.len() {
        let mut i = 0;
        while i < LISTS[list].len() {
            out[at] = LISTS[list][i];
            at += 1;
            i += 1;
        }
        list += 1;
    }
    out
}
