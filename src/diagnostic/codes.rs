//! The index of diagnostic codes. `docs/diagnostics.md` is generated from it, and a
//! debug assertion holds every [`super::Problem`] to a code listed here.

/// One row of the index.
pub struct Code {
    /// `E203`.
    pub code: &'static str,
    /// What it means, one line.
    pub summary: &'static str,
    /// What a user should know or do, a few sentences.
    pub explanation: &'static str,
}

/// Shorthand for a row.
const fn code(code: &'static str, summary: &'static str, explanation: &'static str) -> Code {
    Code { code, summary, explanation }
}

/// All codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E100",
        "the line can't be read",
        "A statement is a verb, what it is about, and clauses. The label shows the first word that does not fit.",
    ),
    code("E101", "a text is not closed", "A text stands between two straight quotes on one line. `\\n` stands for a line end inside it."),
    code(
        "E102",
        "a bracket is not closed, closes nothing, or is closed by one of another kind",
        "The labels show the bracket and where its partner was expected. A bracket that is open continues the line; a line that starts like a statement ends it.",
    ),
    code(
        "E103",
        "something is nested too deep or too long",
        "Brackets, blocks, operators and `else if` stand inside one another up to a limit, so that no script can exhaust memory. Name the inner parts with `let`.",
    ),
    code(
        "E104",
        "a character comes from a word processor",
        "Curly quotes, long dashes and the typographic minus look like characters of the language and are none. Replace them with the straight quote `\"` and the hyphen `-`.",
    ),
    code(
        "E105",
        "a character is invisible or means nothing here",
        "Outside texts a script holds letters, digits and the marks of the language. Invisible characters are refused in texts too, because what can't be seen can't be checked.",
    ),
    code(
        "E106",
        "an escape in a text is unknown",
        "In a text a backslash goes before `\"`, `\\`, `n`, `t` and `{` only. Paths are written with `/` on every system.",
    ),
    code(
        "E107",
        "a value in the braces of a text can't be read",
        "`{expression}` in a text stands for its value, `{expression:.2}` for the value with two digits. A brace itself is written `\\{`. Texts can't stand inside.",
    ),
    code(
        "E108",
        "a number is written in another notation",
        "Numbers have a digit before and after the decimal point and no thousands mark: `0.5`, `1234`, `1e-3`. A comma separates values.",
    ),
    code("E109", "`=` stands where it neither binds nor compares", "`let name = value` binds, `==` compares."),
    code(
        "E110",
        "an operator comes from another language",
        "The operators are `and or not in`, `== != < <= > >=` and `+ - * / ^`. Statements end with the line.",
    ),
    code(
        "E111",
        "a name is missing or can't be a name",
        "Names begin with a letter and hold letters, digits and `_`. Reserved words can't be names.",
    ),
    code(
        "E112",
        "a block is malformed",
        "`if CONDITION { … } else { … }` and `for NAME in LIST { … }` have their statements in braces; nothing but a comment follows the last brace on its line.",
    ),
    code(
        "E113",
        "the lines of a rule are out of order or incomplete",
        "A rule has lines `when CONDITION then …`, tried in order, and a last line `otherwise …`, all indented under `rule NAME`.",
    ),
    code(
        "E114",
        "tabs and spaces are mixed in the indentation",
        "Whether a line belongs to the one above depends on its indentation, so it has to be comparable. Use spaces.",
    ),
    code("E115", "comparisons are chained", "`a < b < c` is not read as in mathematics; write `a < b and b < c`."),
    code(
        "E116",
        "a value needs quotes or parentheses",
        "Dates, file names and labels with a hyphen before a digit are texts in quotes. An expression among values stands in parentheses. A range is `24..120`.",
    ),
    code(
        "E117",
        "an indented line does not fit its statement",
        "Under a statement stand entries, `header: values`. A line without `:` continues the statement and goes before its entries.",
    ),
    code(
        "E300",
        "there is no such file, or it can't be read",
        "Paths are read relative to the script. The help names the nearest file in that folder.",
    ),
    code(
        "E301",
        "the format is not one Weald reads here",
        "Data are read from a tidy CSV (.csv, .tsv), a store document (.json) or a store folder. Save other files in one of these forms first.",
    ),
    code(
        "E302",
        "the file is not UTF-8 text",
        "Spreadsheets on Windows often save another encoding. Choose `CSV UTF-8 (comma delimited)` in the dialogue that saves the file.",
    ),
    code("E303", "the file holds no data", "A data file has a header that names the columns and at least one row below it."),
    code(
        "E304",
        "a column that is needed is missing",
        "A tidy CSV needs `study`; `risk_of_bias.csv` needs `study`, `domain` and `judgement`. Column names are compared without regard to case.",
    ),
    code(
        "E305",
        "two columns have one meaning",
        "Two columns carry the same name, or two names of one column. Rename or delete one of them.",
    ),
    code(
        "E306",
        "a row has more or fewer cells than the header",
        "Most often a cell with a comma is not quoted, or a number is written with a decimal comma. Missing values keep their separators.",
    ),
    code(
        "E307",
        "a quote is opened and never closed",
        "Everything after the quote would be one cell. A quote inside a quoted cell is written twice.",
    ),
    code(
        "E308",
        "a cell that must be a number is none",
        "Numbers have digits, a decimal point and perhaps an exponent. A missing value is an empty cell, `NA` or `.`; only `p` may be a bound such as `<0.001`.",
    ),
    code(
        "E309",
        "a cell that must be filled is empty",
        "Every row names its study, and every judgement its study, domain and judgement. Spreadsheets keep the text of merged cells only in the first.",
    ),
    code(
        "E310",
        "an impossible count",
        "Numbers of people are whole and at least 1, events are whole, not negative and not more than the people among whom they are counted.",
    ),
    code("E311", "an impossible spread", "A standard deviation is not negative; standard errors, variances and person-time are above 0."),
    code(
        "E312",
        "limits in the wrong order",
        "A lower limit, minimum or quartile is above the upper one. They may be swapped, or a minus may be missing.",
    ),
    code(
        "E313",
        "a value outside its range",
        "Correlations lie between -1 and 1, p-values between 0 and 1 (a minus stands for a negative effect), levels are percentages, and `favours` is 1 or 2.",
    ),
    code("E314", "a column with values has no name", "Columns without a name are ignored only if they are empty."),
    code(
        "E320",
        "the store document can't be read",
        "The JSON is damaged, or a value is of another kind than its field. The place names the line.",
    ),
    code(
        "E321",
        "an unknown field",
        "A store document and `risk_of_bias.csv` hold only known fields, so that a typing error is not lost silently.",
    ),
    code(
        "E322",
        "an unknown version of the store format",
        "The document says `\"schema\": 1`. Another number was written by another version of Weald.",
    ),
    code(
        "E323",
        "a name that the store does not hold",
        "Rows, instruments, comparisons and judgements refer to what is declared. If the store declares outcomes, a row's outcome must be one of them, and likewise for the other kinds.",
    ),
    code(
        "E324",
        "one fact with two values",
        "Two sources that were joined say different things about one study, outcome or instrument. The first is kept until one is corrected.",
    ),
    code(
        "E325",
        "a path outside the output folder",
        "Files are written below the folder of the script or of `--out`. Absolute paths and `..` need `--allow-write`.",
    ),
    code(
        "E326",
        "a file that was read would be overwritten",
        "A run never overwrites a file it has read, so that its input stays what it was.",
    ),
    code("E327", "a file can't be written", "The system refuses: the folder may be missing, read-only or full."),
    code(
        "E328",
        "the store does not fit into a CSV",
        "A tidy CSV holds rows and studies only. Save as a document (.json) or a folder to keep the rest.",
    ),
    code(
        "E329",
        "something is defined twice",
        "A study has two lines in `studies.csv`, or `weald.json` of a folder repeats what stands in files of its own.",
    ),
    code("E330", "more errors than are shown", "Of one file 50 problems are told. Many often have one cause."),
    code(
        "W310",
        "a column that looks like another",
        "A column without a meaning of its own is a moderator. Its name looks like that of a column with a meaning; rename it if that was meant.",
    ),
    code(
        "W311",
        "names that differ only in case or spaces",
        "They count as two. If they are one study, outcome or level, write them alike.",
    ),
    code(
        "W312",
        "a standard deviation of 0",
        "Nobody would differ from anybody. Most often 0 stands for `not reported`; then leave the cell empty.",
    ),
    code("W313", "a p-value of 0", "No test gives exactly 0. A printed 0.000 is a bound: write `<0.001`."),
    code(
        "W314",
        "a column is read as words because of a few cells",
        "A moderator is numeric only if all its cells are numbers. Repair the cells named, or leave them empty.",
    ),
    code("W330", "more warnings than are shown", "Of one file 50 problems are told. Many often have one cause."),
];
