//! The GRADE summary of findings.

use super::paper::Paper;
use super::whole::Writing;

/// Item 22.
pub fn write(paper: &mut Paper, writing: &Writing) {
    if writing.store.grades.is_empty() {
        paper.gap(
            "22",
            "ratings of certainty, each by a named person with a reason. Write them as: grade NAME DOMAIN LEVEL by \"NAME\" because \"…\"",
        );
    }
}
