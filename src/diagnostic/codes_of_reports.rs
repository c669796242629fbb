//! Codes of reports, diagrams and tables of the whole review.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E331",
        "a part of a report is not one that Weald writes",
        "Reports are written as .html, .md and .docx, archives as .zip, diagrams as .svg, .png and .pdf. The sections that people write have fixed names, each for an item of PRISMA 2020.",
    ),
    code(
        "E332",
        "there is nothing to draw or write",
        "The figure needs data that are not there, such as judgements of risk of bias, or a file can't be made of them.",
    ),
    code(
        "E333",
        "a rating of certainty is not complete",
        "`grade` takes an analysis, a domain of GRADE, a level, the person who rates and the reason. Weald proposes no rating: a certainty that nobody rated is shown as not rated.",
    ),
    code(
        "W331",
        "the counts of the flow diagram do not add up",
        "The message names the check (E1 to E9), both sides and the difference. Correct the count, or say in its `reason` why it differs.",
    ),
    code(
        "W332",
        "a judgement of risk of bias does not fit its tool",
        "Judgements are matched by their full words, domains by the tool's list. The overall judgement is not better than the worst domain without a reason, and a judgement other than low has a support text.",
    ),
    code(
        "W333",
        "two persons rate a domain of certainty differently",
        "The later rating counts, and the table of findings names both. Reviewers are expected to agree on one.",
    ),
    code(
        "W334",
        "an archive that can't be run everywhere",
        "The script reads files by absolute paths, which another machine does not have. The archive holds them; the script has to name them relative to its own folder.",
    ),
    code("W335", "a section that comes after its report", "A report holds the sections and results that stand above its statement."),
    code(
        "W336",
        "a file that the script writes twice",
        "Two statements write a file of the same name. The later one stands; give one of them another name.",
    ),
];
