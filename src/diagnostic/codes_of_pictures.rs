//! Codes of pictures.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E480",
        "a picture does not show this kind of result",
        "Each picture shows results of some statements: a forest those of `pool`, `leave-one-out` and `cumulative`. The help line names them.",
    ),
    code("E481", "a picture's file has another ending", "The ending of its name says what kind of file a picture is: .svg, .png or .pdf."),
    code("E482", "a file that is no font", "A picture's `font` names a file of type TrueType or OpenType (.ttf, .otf)."),
    code(
        "W487",
        "something in a picture is not as it should be",
        "The bundled font has Latin, Greek and Cyrillic letters; others need a font named with `font`. A point whose name has no room stands without it.",
    ),
    code(
        "W488",
        "a picture is not written",
        "The result holds nothing that this picture could show: no study with an effect, no estimate, a font that can't be read. The script goes on.",
    ),
];
