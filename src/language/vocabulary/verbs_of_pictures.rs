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
        &[C::Layout, C::Columns, C::Order, C::Tool, C::Title, C::Font],
        false,
        "forest of NAME to \"FILE.svg\" [layout weald | revman | jama | bmj] [columns COLUMN, …] [order COLUMN [descending]] [tool \"NAME\"] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws effects and intervals, subgroups and the pooled effect, into an SVG, PNG or PDF file",
        "forest of vaccine to \"vaccine.svg\" layout revman"
    ),
    verb!(
        Funnel,
        "funnel",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "funnel of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws effects against standard errors with contours of significance; of a trim-and-fill, the studies filled in too",
        "funnel of (trim-and-fill of vaccine) to \"funnel.svg\""
    ),
    verb!(
        Bubble,
        "bubble",
        Pictures,
        OfAnalysis,
        &[C::On, C::Labels, C::Title, C::Font],
        false,
        "bubble of NAME to \"FILE.svg\" [on COLUMN] [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws a regression: effects against a moderator, the line, its confidence and prediction bands",
        "bubble of (regress vaccine on ablat) to \"bubble.svg\""
    ),
    verb!(
        Radial,
        "radial",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "radial of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws Galbraith's radial plot: standardised effects against precision",
        "radial of vaccine to \"radial.svg\""
    ),
    verb!(
        Labbe,
        "labbe",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "labbe of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws the plot of L'Abbe: risks of the two groups against each other",
        "labbe of vaccine to \"labbe.svg\""
    ),
    verb!(
        Qq,
        "qq",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "qq of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws standardised residuals against normal quantiles",
        "qq of vaccine to \"qq.svg\""
    ),
    verb!(
        Drapery,
        "drapery",
        Pictures,
        OfAnalysis,
        &[C::Title, C::Font],
        false,
        "drapery of NAME to \"FILE.svg\" [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws the confidence curves of the studies and of the pooled effect",
        "drapery of vaccine to \"drapery.svg\""
    ),
    verb!(
        Orchard,
        "orchard",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "orchard of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws every effect with the pooled one, its interval and prediction interval, by subgroup",
        "orchard of (vaccine by alloc) to \"orchard.svg\""
    ),
    verb!(
        Plot,
        "plot",
        Pictures,
        OfAnalysis,
        &[C::Labels, C::Title, C::Font],
        false,
        "plot of NAME to \"FILE.svg\" [labels] [title \"TEXT\"] [font \"FILE.ttf\"]",
        "Draws the picture that belongs to a result: of baujat, gosh, influence, profile, robustness and others",
        "plot of (baujat of vaccine) to \"baujat.svg\""
    ),
];
