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
    code(
        "E553",
        "the journal of a plan has a gap or was changed",
        "Each entry of a journal holds a digest of its own content and that of the entry before, and the first line holds the number of entries and the digest of the last. Here they do not fit one another, or do not fit the locks. Nothing is repaired. Take the file back from where it was archived.",
    ),
    code("E554", "a plan is not locked", "There is no lock beside the plan, so that nothing can be verified. `weald lock PLAN` locks it."),
    code(
        "E555",
        "the chain of locks is broken",
        "Each lock after the first holds the digest of the file before it. A lock is missing, or is not the one the next was made after. Take the locks back from where they were archived.",
    ),
    code(
        "E556",
        "a plan means something else than what was locked",
        "The text of the plan was changed, and the change can change a number or a label. Scripts that follow the plan go on with what was locked. To change a plan add `amend` with its reason and lock it again; otherwise undo the change.",
    ),
    code(
        "E557",
        "the journal of a plan is missing",
        "`weald lock` begins a journal beside the plan. It is not there. Take it back from where it was archived.",
    ),
    code(
        "E558",
        "the receipt of a plan does not fit",
        "The receipt says where the plan was registered. It is missing although the journal knows of it, was replaced, or speaks of another lock or plan than those that are here.",
    ),
    code(
        "W550",
        "the text of a plan was changed, its meaning was not",
        "Comments, layout, spelling of numbers and the order of independent statements differ from what was locked. They can change no number and no label, and the plan still holds.",
    ),
    code(
        "W551",
        "this version reads a locked text otherwise",
        "The plan was locked by another version of Weald, and this one fills in another default, or can't read the text. The lock is unharmed: it says how each setting stood. For results as locked use the version that the lock names.",
    ),
    code(
        "W552",
        "a copy that a receipt names is not there",
        "The receipt holds the digest of a copy of what the registry shows. The copy is not beside the plan.",
    ),
    code(
        "E559",
        "a registration can't be entered",
        "The name of the registry, the number or the date is missing or can't be, or the same registration stands in the receipt already. Nothing was written.",
    ),
    code(
        "W553",
        "a registration's number does not fit its date",
        "INPLASY numbers begin with the year and the month of registration. The registration was entered as given.",
    ),
    code(
        "E560",
        "a time stamp does not hold",
        "The answer of a time-stamp authority (RFC 3161) beside a lock is of other bytes, answers another request, or its signature or certificate does not fit. The message says which.",
    ),
    code(
        "W554",
        "a time stamp is not traced to an authority",
        "The signature fits the certificate that the answer brings with it. Whose certificate that is, only the authority's own certificates can show: give them with `--authorities FILE`.",
    ),
    code(
        "E562",
        "nothing is sealed",
        "Only a plan whose planned estimates are hidden can be unsealed: the journal holds no unsealing of nothing.",
    ),
    code(
        "W557",
        "a draft stands where a plan should",
        "The lock of a draft leaves open what the plan needs, or does not resolve. Complete the plan and lock it.",
    ),
    code(
        "W558",
        "a sealed result is asked for its estimate",
        "What compares, searches or describes an estimate says nothing of one that is sealed.",
    ),
    code("E561", "a reason is lacking", "Unsealing a plan is written into its journal with the reason, which is never empty."),
    code(
        "W555",
        "a plan that is followed does not verify",
        "The plan, a lock, the receipt or the journal was changed alone since it was written. What runs is what the locks hold. `weald verify PLAN` shows all that was found.",
    ),
    code(
        "W556",
        "a journal could not be written",
        "What was seen under a locked plan is entered into the journal beside it, and that could not be done. The results are not touched by it.",
    ),
];
