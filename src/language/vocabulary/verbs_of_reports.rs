//! Statement words that compose: reports, diagrams and tables of the whole review.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_REPORTS: &[Verb] = &[
    verb!(
        Report,
        "report",
        Reports,
        Other,
        &[],
        false,
        "report to \"FILE.html\" | \"FILE.md\" | \"FILE.docx\" [font \"FONT.ttf\"] · report bundle to \"FILE.zip\"",
        "Writes a report of all results so far by PRISMA 2020, or everything that made it as one archive",
        "report to \"report.html\""
    ),
    verb!(
        Section,
        "section",
        Reports,
        Other,
        &[],
        false,
        "section NAME \"TEXT with {RESULT.FIELD:.2}\"",
        "Says what only people can say in a report; numbers come from results",
        "section interpretation \"Vaccination lowered the risk: RR {vaccine.display:.2}, {vaccine.k} trials.\""
    ),
    verb!(
        Flow,
        "flow",
        Reports,
        Other,
        &[],
        false,
        "flow [to \"FILE.svg\" [font \"FONT.ttf\"]]",
        "Shows or draws the PRISMA 2020 flow diagram from the counts in the data, and checks that they add up",
        "flow"
    ),
    verb!(
        Rob,
        "rob",
        Reports,
        Other,
        &[],
        false,
        "rob traffic-light | summary [for OUTCOME] [at TIME] [tool \"TOOL\"] [weights of NAME] [palette cochrane | colour-blind] [to \"FILE.svg\" [font \"FONT.ttf\"]]",
        "Shows or draws judgements of risk of bias, study by study or domain by domain",
        "rob summary weights of vaccine"
    ),
    verb!(
        Characteristics,
        "characteristics",
        Reports,
        Other,
        &[],
        false,
        "characteristics [COLUMN, …]",
        "Shows the table of included studies",
        "characteristics year, alloc"
    ),
    verb!(
        SummaryOfFindings,
        "summary-of-findings",
        Reports,
        Other,
        &[C::From],
        false,
        "summary-of-findings of NAME [risk SHARE from \"SOURCE\"] [delta D | reduction SHARE], … [because [CODE] \"REASON\"]",
        "Shows the GRADE summary of findings with absolute effects and what bears on each domain",
        "summary-of-findings of vaccine risk 1.5% from \"median of the comparator groups\""
    ),
    verb!(
        Grade,
        "grade",
        Reports,
        Other,
        &[C::Because],
        false,
        "grade NAME DOMAIN LEVEL by \"PERSON\" because \"REASON\" | grade NAME threshold mid | null | NUMBER [ois delta NUMBER alpha NUMBER power NUMBER]",
        "Records how a person rates one domain of certainty, and why; in a plan, by which threshold it will be rated",
        "grade vaccine inconsistency -1 by \"A. Reviewer\" because \"the prediction interval includes no effect\""
    ),
    verb!(
        Swim,
        "swim",
        Reports,
        OfAnalysis,
        &[],
        false,
        "swim of NAME [to \"FILE.svg\" [font \"FONT.ttf\"]]",
        "Shows or draws effects without pooling: directions with a sign test, median and range",
        "swim of vaccine"
    ),
];
