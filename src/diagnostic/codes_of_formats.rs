//! Codes of other programs' files, read and written.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E390",
        "a file does not hold what it is read as",
        "The columns that the format is known by are missing. Leave `as` out, and the content decides.",
    ),
    code(
        "E391",
        "arms that can't be compared",
        "A table with a row for each arm needs two arms or more for each study, outcome and time, and one of them as the comparator: by its name, by a column `role`, or by `control`.",
    ),
    code("E392", "a workbook has no such sheet", "The help names its sheets. Names are compared letter by letter."),
    code(
        "E393",
        "there is nothing to export in this form",
        "robvis needs judgements of the risk of bias, PRISMA2020 counts of the flow, an R script a result that metafor has a function for.",
    ),
    code(
        "W390",
        "columns of another program were given Weald's names",
        "The note says what was read as what. Columns that mean nothing here are moderators, so that nothing is lost. `as tidy` reads the file without this.",
    ),
    code(
        "W391",
        "records of one report were joined",
        "Two references are one report if they share a DOI or PubMed number, or title and year. The details name them.",
    ),
    code("W392", "a line of the file was not read", "It belongs to no record, or names a count that the flow diagram does not have."),
    code(
        "W393",
        "a cell of a workbook is a date or an error",
        "Spreadsheets turn `1-3` and `3/4` into dates. Format the cells as text, and type them again from the report.",
    ),
    code(
        "W394",
        "a cell of a workbook shows another number than it holds",
        "What it holds is read. If it was computed, this is right; if the report prints the rounded number, the digits beyond it say more than the report does.",
    ),
    code("W395", "a workbook has several sheets", "The first that holds anything is read unless another is chosen with `sheet`."),
    code(
        "W396",
        "the file written does not hold all of it",
        "The format has no place for some of what was exported. A store document (.json) or a folder holds everything.",
    ),
    code(
        "W397",
        "a line of a RevMan file belongs to no included study",
        "Its `STUDY_ID` is not among the included studies. The line is read as a study named after the id.",
    ),
    code(
        "W398",
        "a RevMan data package has settings that are not known here",
        "They are named, and not used when `weald audit` computes the analyses again. A later RevMan may say there how it computes.",
    ),
];
