//! Whether two reports may be of one trial.

/// What two reports have in common.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shared {
    /// A registration number: decides alone.
    pub registration: bool,
    /// Jaccard index of the authors' names.
    pub authors: Option<f64>,
    /// The same numbers of people randomised, or analysed by intention to treat, in both arms, which
    /// few other studies of the review have; or the same number in all, which no other has.
    pub numbers: bool,
    /// The same means and SDs at baseline.
    pub baseline: bool,
    /// The same country or sites.
    pub place: bool,
    /// Recruitment at the same time.
    pub recruitment: bool,
    /// The same intervention and comparator.
    pub intervention: bool,
}

/// Authors that overlap this much count.
const AUTHORS: f64 = 0.3;
/// From this score on it is worth asking.
pub(crate) const ASK: u32 = 3;

/// Points for what is shared, and whether they are enough to ask. Numbers, authors and baseline
/// values count more than place, time and intervention, which trials of one field often share
/// (Handbook, ch. 4.6.2: what links reports of one study). Of the former one has to be there.
#[must_use]
pub fn overlap_score(shared: &Shared) -> (u32, bool) {
    if shared.registration {
        return (10, true);
    }
    let strong =
        2 * u32::from(shared.numbers) + 2 * u32::from(shared.authors.is_some_and(|j| j >= AUTHORS)) + 3 * u32::from(shared.baseline);
    let weak = u32::from(shared.place) + u32::from(shared.recruitment) + u32::from(shared.intervention);
    (strong + weak, strong > 0 && strong + weak >= ASK)
}

/// The share of names that two lists have in common: |A and B| / |A or B|.
#[must_use]
pub fn jaccard(a: &[String], b: &[String]) -> Option<f64> {
    let (a, b): (std::collections::BTreeSet<&String>, std::collections::BTreeSet<&String>) = (a.iter().collect(), b.iter().collect());
    let all = a.union(&b).count();
    (!a.is_empty() && !b.is_empty()).then(|| a.intersection(&b).count() as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_and_time_alone_ask_nothing() {
        let weak = Shared { place: true, recruitment: true, intervention: true, ..Shared::default() };
        assert!(!overlap_score(&weak).1);
        assert!(overlap_score(&Shared { numbers: true, ..weak }).1);
        assert!(overlap_score(&Shared { registration: true, ..Shared::default() }).1);
        assert!(!overlap_score(&Shared { numbers: true, ..Shared::default() }).1);
    }

    #[test]
    fn names() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(jaccard(&names("a b c"), &names("b c d")), Some(0.5));
        assert_eq!(jaccard(&[], &names("b")), None);
    }
}
