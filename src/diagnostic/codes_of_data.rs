//! Codes of data files and stores.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
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
    code(
        "E330",
        "more errors than are shown",
        "Of one file 20 problems are told, errors first, and the others counted. Many often have one cause.",
    ),
    code(
        "E340",
        "an effect of one group can't be turned",
        "The instrument runs against its outcome. The effect of two groups changes its sign; a mean or a proportion of one group has none to change.",
    ),
    code(
        "E341",
        "the numbers of a row are impossible",
        "The effect was not computed. The place names the cell; correct it, or leave the study out with `exclude`.",
    ),
    code(
        "E342",
        "`yi` looks like a ratio on the natural scale",
        "`yi` is on the analysis scale, which is the log for ratios. Ratios as printed go into `effect`, `effect_lower` and `effect_upper`.",
    ),
    code(
        "E343",
        "a definition that can't be",
        "The smallest score of an instrument is not below its largest, a count lies below what can be counted, or one domain of one result has two judgements by one person.",
    ),
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
    code("W315", "no effect can be computed from a row", "`check data` names the row and what it holds."),
    code(
        "W316",
        "a row that looks like a total",
        "A line of totals below a table is read as a study of its own, and would be pooled with the others.",
    ),
    code(
        "W330",
        "more warnings than are shown",
        "Of one file 20 problems are told, errors first, and the others counted. Many often have one cause.",
    ),
];
