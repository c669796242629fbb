//! Statement words that write pictures.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_PICTURES: &[Verb] = &[
    verb!(
        Forest,
        "forest",
        Pictures,
        OfAnalysis,
        &[C::Layout, C::Columns, C::Order, C::Title, C::Font],
        false,
        "forest of NAME to \"FILE.svg\" [layout weald | revman | jama | bmj] [columns COLUMN, …] [order COLUMN [descending]] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws effects and intervals, subgroups and the pooled effect, into an SVG, PNG or PDF file",
        "forest of vaccine to \"vaccine.svg\" layout revman"
    ),
];
