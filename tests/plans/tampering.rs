//! Random changes of one file beside a plan, the others left as they are.

use super::proof::{Folder, folder, verified};
use proptest::prelude::*;
use weald::protocol::verify::{Subject, Verdict};

const PLAN: &str = "imr.plan.weald";
const BESIDE: [&str; 5] =
    ["imr.plan.lock.json", "imr.plan.lock.2.json", "imr.plan.receipt.json", "imr.plan.journal.jsonl", "imr.plan.journal.sha256"];

/// What is done to the bytes of a file.
#[derive(Debug, Clone)]
enum Change {
    Flip(usize, u8),
    Insert(usize, u8),
    Delete(usize),
    DeleteLine(usize),
    DoubleLine(usize),
    SwapLines(usize),
    CutOff(usize),
    Append(Vec<u8>),
    /// Another line end, as some programs write when they save a file.
    LineEnds,
    /// The text of a number or a word somewhere else in the file.
    Move(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let byte = prop_oneof![any::<u8>(), Just(b' '), Just(b'\n'), Just(b'\t'), Just(b'0'), Just(b'"'), Just(b','), Just(b'}')];
    prop_oneof![
        4 => (any::<usize>(), 1..=255_u8).prop_map(|(at, x)| Change::Flip(at, x)),
        4 => (any::<usize>(), byte.clone()).prop_map(|(at, b)| Change::Insert(at, b)),
        2 => any::<usize>().prop_map(Change::Delete),
        1 => any::<usize>().prop_map(Change::DeleteLine),
        1 => any::<usize>().prop_map(Change::DoubleLine),
        1 => any::<usize>().prop_map(Change::SwapLines),
        1 => any::<usize>().prop_map(Change::CutOff),
        1 => proptest::collection::vec(byte, 1..4).prop_map(Change::Append),
        1 => Just(Change::LineEnds),
        1 => (any::<usize>(), any::<usize>(), 1..40_usize).prop_map(|(from, to, n)| Change::Move(from, to, n)),
    ]
}

fn changed(bytes: &[u8], change: &Change) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let n = bytes.len();
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    let line = |at: &usize| at % lines.len();
    match change {
        Change::Flip(at, x) => out[at % n] ^= x,
        Change::Insert(at, byte) => out.insert(at % (n + 1), *byte),
        Change::Delete(at) => drop(out.remove(at % n)),
        Change::DeleteLine(at) => {
            lines.remove(line(at));
            out = lines.concat();
        }
        Change::DoubleLine(at) => {
            lines.insert(line(at), lines[line(at)]);
            out = lines.concat();
        }
        Change::SwapLines(at) => {
            let at = at % (lines.len() - 1).max(1);
            let next = (at + 1) % lines.len();
            lines.swap(at, next);
            out = lines.concat();
        }
        Change::CutOff(at) => out.truncate(at % n),
        Change::Append(more) => out.extend(more),
        Change::LineEnds => out = lines.iter().flat_map(|l| [l.strip_suffix(b"\n").unwrap_or(l), b"\r\n"].concat()).collect(),
        Change::Move(from, to, length) => {
            let from = from % n;
            let piece: Vec<u8> = out.drain(from..(from + length).min(n)).collect();
            let to = to % (out.len() + 1);
            out.splice(to..to, piece);
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_of_a_lock_receipt_or_journal_is_found(file in 0..BESIDE.len(), change in change()) {
        let whole = folder("0.1.0");
        let bytes = changed(&whole[BESIDE[file]], &change);
        prop_assume!(bytes != whole[BESIDE[file]]);
        let mut files = whole;
        files.insert(BESIDE[file].to_owned(), bytes);
        let before = files.clone();
        prop_assert!(!verified(&files).holds(), "{} {:?}", BESIDE[file], change);
        prop_assert_eq!(before, files);
    }

    #[test]
    fn a_change_of_the_plan_is_told_as_one_of_its_text_or_of_its_meaning(change in change()) {
        let whole = folder("0.1.0");
        let bytes = changed(&whole[PLAN], &change);
        prop_assume!(bytes != whole[PLAN]);
        let mut files: Folder = whole;
        files.insert(PLAN.to_owned(), bytes);
        let found = verified(&files);
        let of_plan = found.checks.iter().find(|c| c.subject == Subject::Plan).map(|c| c.verdict());
        prop_assert!(matches!(of_plan, Some(Verdict::Warning | Verdict::Changed)), "{change:?}: {of_plan:?}");
        // Nothing else is blamed.
        let others = found.checks.iter().filter(|c| c.subject != Subject::Plan);
        prop_assert!(others.into_iter().all(|c| c.verdict() == Verdict::Holds));
    }
}
