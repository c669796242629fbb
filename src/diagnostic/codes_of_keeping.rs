//! Codes of stores that are kept: edited, logged, guarded by digests.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E381",
        "the store is not as it was saved",
        "Its files differ from their digests: somebody edited them by hand, or the disk changed a byte. Such a store can be read, with a warning; before it is edited, look at the lines named, and take them as they are with `weald adopt STORE --because TEXT`, or bring back the files as they were.",
    ),
    code(
        "E382",
        "the store can't be locked",
        "One program at a time writes a store. Wait for the other to end, or end it. The lock of a program that was killed is free at once.",
    ),
    code(
        "E383",
        "which record is meant is not clear",
        "A record of a kind with names is given by its name, a row or another entry of a list by its line in the file, by the first characters of its digest, or by `where`.",
    ),
    code(
        "E384",
        "a field is given wrongly",
        "Fields are given as `NAME=VALUE`. `NAME=` empties a field. Lists are written with `;` between their items.",
    ),
    code(
        "E385",
        "nothing can be undone",
        "`weald undo` takes back the last change of the log that was not taken back yet. The import that made a store and the adoption of a hand edit can't be taken back: what was there before is not known.",
    ),
    code(
        "E386",
        "the change log is damaged",
        "Each line of `changes.jsonl` names the digest of the line before it. A line that was changed, removed or inserted breaks the chain.",
    ),
    code("E387", "there is already one of this name", "`weald add` makes a new record. `weald edit` changes one that is there."),
    code(
        "W381",
        "the store is not as it was saved",
        "Its files differ from their digests: somebody edited them by hand, or the disk changed a byte. The lines named are read as they stand now. `weald adopt STORE --because TEXT` takes them and logs it.",
    ),
    code(
        "W382",
        "what guards the store is itself damaged",
        "The file of digests, or that of a save that was not finished, can't be trusted. The data are read as they stand.",
    ),
    code(
        "W383",
        "a known characteristic holds something unexpected",
        "Some characteristics of studies have a meaning to the data checks, such as `n_randomised` or `recruitment_start`. The table stands in the page on the store.",
    ),
    code(
        "W384",
        "a judgement that its tool does not have",
        "RoB 1, RoB 2 and ROBINS-I each have their own words. Tools that Weald does not know are not checked.",
    ),
];
