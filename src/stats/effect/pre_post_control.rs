//! Two groups before and after: the standardised difference of their changes.

use super::input::Input;
use super::means::{j, pooled_sd};
use super::options::Options;
use super::outcome::{EffectNote, NoEffect};

/// What one group's columns say.
struct Group {
    number: u8,
    n: Option<f64>,
    pre: Option<f64>,
    post: Option<f64>,
    sd_pre: Option<f64>,
    sd_post: Option<f64>,
    r: Option<f64>,
    sd_change: Option<f64>,
    /// The names of its columns: n, mean_pre, mean_post, sd_pre, sd_post, r, sd_change.
    names: [&'static str; 7],
}

fn groups(row: &Input) -> [Group; 2] {
    [
        Group {
            number: 1,
            n: row.n1,
            pre: row.mean_pre1,
            post: row.mean_post1,
            sd_pre: row.sd_pre1,
            sd_post: row.sd_post1,
            r: row.r1.or(row.r),
            sd_change: row.sd_change1,
            names: ["n1", "mean_pre1", "mean_post1", "sd_pre1", "sd_post1", "r1", "sd_change1"],
        },
        Group {
            number: 2,
            n: row.n2,
            pre: row.mean_pre2,
            post: row.mean_post2,
            sd_pre: row.sd_pre2,
            sd_post: row.sd_post2,
            r: row.r2.or(row.r),
            sd_change: row.sd_change2,
            names: ["n2", "mean_pre2", "mean_post2", "sd_pre2", "sd_post2", "r2", "sd_change2"],
        },
    ]
}

impl Group {
    /// The columns still lacking. The SD after serves only to find the correlation.
    fn missing(&self) -> impl Iterator<Item = &'static str> + use<> {
        let [n, pre, post, sd_pre, sd_post, r, _] = self.names;
        let from_change = self.r.is_none() && self.sd_change.is_some();
        let lacking = [
            (self.n.is_none(), n),
            (self.pre.is_none(), pre),
            (self.post.is_none(), post),
            (self.sd_pre.is_none(), sd_pre),
            (from_change && self.sd_post.is_none(), sd_post),
            (self.r.is_none() && !from_change, r),
        ];
        lacking.into_iter().filter_map(|(lacks, name)| lacks.then_some(name))
    }

    /// The correlation between before and after: as given, else from the SD of the change.
    fn correlation(&self, notes: &mut Vec<EffectNote>) -> Result<Option<f64>, NoEffect> {
        if self.r.is_some() {
            return Ok(self.r);
        }
        let (Some(s0), Some(s1), Some(sd)) = (self.sd_pre, self.sd_post, self.sd_change) else { return Ok(None) };
        let r = (s0 * s0 + s1 * s1 - sd * sd) / (2.0 * s0 * s1);
        if r.is_nan() || r.abs() > 1.0 {
            return Err(NoEffect::invalid(self.names[6], format!("is {sd}: impossible with SDs {s0} and {s1}")));
        }
        notes.push(EffectNote::GroupCorrelationFromChange { group: self.number, r });
        Ok(Some(r))
    }
}

/// The columns that [`dppc`] still lacks.
pub(super) fn missing(row: &Input) -> Vec<&'static str> {
    groups(row).iter().flat_map(Group::missing).collect()
}

/// d_ppc2 of Morris 2008 (Organ Res Methods 11:364-386), eq. 8 to 10: the change in group 1 less
/// that in group 2, over the SD before pooled over both, times J(N - 2).
///
/// Its variance is that of eq. 25. With m = N - 2 and
/// A = 2 (1 - r1)/n1 + 2 (1 - r2)/n2, the variance of the difference of changes in units of the
/// SD, it reads J^2 m/(m - 2) (A + d^2) - d^2; Morris has one correlation r for both groups, so that
/// A = 2 (1 - r) (n1 + n2)/(n1 n2). J is exact where Morris prints 1 - 3/(4m - 1).
pub(super) fn dppc(row: &Input, options: &Options) -> Result<(f64, f64, Vec<EffectNote>), NoEffect> {
    let both = groups(row);
    let lacking = || NoEffect::Missing { needed: missing(row) };
    let [one, two] = &both;
    let mut notes = Vec::new();
    let (Some(n1), Some(n2), Some(s1), Some(s2)) = (one.n, two.n, one.sd_pre, two.sd_pre) else { return Err(lacking()) };
    let change = |g: &Group| Some(g.post? - g.pre?);
    let (Some(change1), Some(change2)) = (change(one), change(two)) else { return Err(lacking()) };
    let (Some(r1), Some(r2)) = (one.correlation(&mut notes)?, two.correlation(&mut notes)?) else { return Err(lacking()) };
    let m = n1 + n2 - 2.0;
    if m <= 2.0 || n1 < 2.0 || n2 < 2.0 {
        return Err(NoEffect::invalid("n1", format!("and `n2` are {n1} and {n2}: the variance needs more than 4 people, 2 in each group")));
    }
    let sd = pooled_sd(n1, s1, n2, s2);
    if sd.is_nan() || sd <= 0.0 {
        return Err(NoEffect::invalid("sd_pre1", "and `sd_pre2` are 0: nothing to standardise by"));
    }
    let c = j(m, options);
    let d = c * (change1 - change2) / sd;
    let a = 2.0 * (1.0 - r1) / n1 + 2.0 * (1.0 - r2) / n2;
    let vi = c * c * m / (m - 2.0) * (a + d * d) - d * d;
    if vi.is_nan() || vi <= 0.0 {
        return Err(NoEffect::invalid("r1", "and `r2` are 1: no sampling variance"));
    }
    Ok((d, vi, notes))
}
