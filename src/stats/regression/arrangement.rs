//! All arrangements of rows, each once, by number.

/// The different orders of k rows of which some are alike.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrangements {
    /// One row of each kind.
    kinds: Vec<usize>,
    /// How many rows are of each kind.
    counts: Vec<u64>,
}

impl Arrangements {
    /// Of rows compared by value.
    pub fn new<'a>(k: usize, row: impl Fn(usize) -> &'a [f64]) -> Self {
        let mut sorted: Vec<usize> = (0..k).collect();
        let order = |a: &usize, b: &usize| {
            row(*a).iter().zip(row(*b)).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        };
        sorted.sort_by(|a, b| order(a, b).then(a.cmp(b)));
        let mut it = Self { kinds: Vec::new(), counts: Vec::new() };
        for i in sorted {
            match (it.kinds.last(), it.counts.last_mut()) {
                (Some(last), Some(count)) if order(last, &i).is_eq() => *count += 1,
                _ => {
                    it.kinds.push(i);
                    it.counts.push(1);
                }
            }
        }
        it
    }

    /// How many there are: k! / (product of the factorials of `counts`); `None` beyond 2^64.
    pub fn total(&self) -> Option<u64> {
        let (mut total, mut placed) = (1_u128, 0_u128);
        for &count in &self.counts {
            for i in 1..=u128::from(count) {
                placed += 1;
                // Exact: a product of binomials at every step.
                total = total.checked_mul(placed)? / i;
                if total > u128::from(u64::MAX) {
                    return None;
                }
            }
        }
        u64::try_from(total).ok()
    }

    /// Arrangement number `index`: the row at each place.
    pub fn nth(&self, index: u64, total: u64, places: &mut Vec<usize>) {
        places.clear();
        let mut counts = self.counts.clone();
        let mut left: u64 = counts.iter().sum();
        let (mut index, mut total) = (u128::from(index), u128::from(total));
        while left > 0 {
            for (kind, count) in counts.iter_mut().enumerate() {
                let own = total * u128::from(*count) / u128::from(left);
                if index < own {
                    places.push(self.kinds[kind]);
                    *count -= 1;
                    total = own;
                    break;
                }
                index -= own;
            }
            left -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_once() {
        let rows = [[1.0], [0.0], [1.0], [2.0], [1.0], [0.0]];
        let all = Arrangements::new(6, |i| &rows[i]);
        assert_eq!(all.total(), Some(60));
        let mut seen = std::collections::BTreeSet::new();
        let mut places = Vec::new();
        for i in 0..60 {
            all.nth(i, 60, &mut places);
            let mut kinds: Vec<i32> = places.iter().map(|i| rows[*i][0] as i32).collect();
            assert!(seen.insert(kinds.clone()), "{kinds:?}");
            kinds.sort_unstable();
            assert_eq!(kinds, [0, 0, 1, 1, 1, 2]);
        }
    }

    #[test]
    fn what_is_too_many_is_said() {
        let rows: Vec<[f64; 1]> = (0..30).map(|i| [f64::from(i)]).collect();
        assert_eq!(Arrangements::new(30, |i| &rows[i]).total(), None);
        assert_eq!(Arrangements::new(20, |i| &rows[i]).total(), Some(2_432_902_008_176_640_000));
    }
}
