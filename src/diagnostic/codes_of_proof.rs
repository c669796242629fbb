//! Codes of the files beside a plan: locks, receipts, journals, time stamps.

use super::codes::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "E550",
        "a file of a plan can't be read",
        "A lock, a receipt or a journal is not the JSON that Weald wrote: a bracket is missing, a field is unknown or has another kind of value. These files are written by Weald and never edited. Take the file back from where it was archived.",
    ),
    code(
        "E551",
        "a file of a plan is of a later format",
        "A later version of Weald wrote the file. This version does not guess what it means: use that version or a later one.",
    ),
    code(
        "E552",
        "a file of a plan was changed",
        "Each lock and each receipt holds a digest of its own content, and it no longer fits. Nothing is repaired. Take the file back from where it was archived.",
    ),
];
