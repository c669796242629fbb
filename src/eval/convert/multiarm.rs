//! Several groups of a study that are compared with one.

use super::{Candidate, Measure, State, is_of_counts, is_of_means, is_of_rates, num, write_groups};
use crate::eval::outcome::COMBINED;
use crate::language::suggest::and_list;
use crate::stats::arms::{Group, join};
use crate::stats::effect::{Input, Options, two_groups};
use indexmap::IndexMap;

/// The comparisons of one study that share a group.
struct Family {
    /// Positions of its candidates.
    members: Vec<usize>,
    /// The group, 1 or 2, that all of them share.
    shared: usize,
    /// Its name.
    with: String,
    /// The names of the others.
    others: Vec<String>,
}

/// Studies whose rows compare several groups with one, everything else being equal.
fn families(candidates: &mut [Candidate], state: &State) -> Vec<Family> {
    let mut alike: IndexMap<Vec<Option<String>>, Vec<usize>> = IndexMap::new();
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.reason.is_none()) {
        let Some(row) = state.store.rows.get(candidate.row).filter(|r| r.arm1.is_some() && r.arm2.is_some()) else { continue };
        let key = ["study", "subgroup", "instrument", "rater", "timepoint", "analysis"].map(|k| row.key(k).map(str::to_owned));
        alike.entry(key.to_vec()).or_default().push(at);
    }
    let mut out = Vec::new();
    for members in alike.into_values().filter(|m| m.len() > 1) {
        let arms = |key: &str| -> Vec<String> {
            members.iter().filter_map(|at| state.store.rows.get(candidates[*at].row)?.key(key).map(str::to_owned)).collect()
        };
        let (first, second) = (arms("arm1"), arms("arm2"));
        let same = |names: &[String]| names.windows(2).all(|w| w[0] == w[1]);
        let distinct = |names: &[String]| names.iter().enumerate().all(|(i, n)| !names[..i].contains(n));
        let family = if same(&second) && distinct(&first) {
            Some(Family { shared: 2, with: second[0].clone(), others: first, members: members.clone() })
        } else if same(&first) && distinct(&second) {
            Some(Family { shared: 1, with: first[0].clone(), others: second, members: members.clone() })
        } else {
            None
        };
        match family {
            Some(family) => out.push(family),
            None => {
                for at in members {
                    candidates[at].remarks.push("its arms are left as given: no one group is shared by all its comparisons".into());
                }
            }
        }
    }
    out
}

/// The numbers of a group: of means, or a count and what it is a count of.
#[derive(Clone, Copy, PartialEq)]
enum Arm {
    Means(Group),
    Counted([f64; 2]),
}

/// Both groups of a row, as its measure needs them.
fn arms(input: &Input, measure: Measure, options: &Options) -> Option<[Arm; 2]> {
    if is_of_means(measure) {
        return Some(two_groups(input, options.medians).ok()??.map(Arm::Means));
    }
    let of = |size: [Option<f64>; 2]| Some([Arm::Counted([input.events1?, size[0]?]), Arm::Counted([input.events2?, size[1]?])]);
    if is_of_counts(measure) {
        of([input.n1, input.n2])
    } else if is_of_rates(measure) {
        of([input.time1, input.time2])
    } else {
        None
    }
}

/// Two groups as one.
fn joined(a: Arm, b: Arm) -> Arm {
    match (a, b) {
        (Arm::Means(a), Arm::Means(b)) => Arm::Means(join(a, b)),
        (Arm::Counted(a), Arm::Counted(b)) => Arm::Counted([a[0] + b[0], a[1] + b[1]]),
        _ => a,
    }
}

/// Puts groups into a row, in the place of what each comparison reports by itself.
fn write(input: &mut Input, groups: [Arm; 2], measure: Measure) {
    match groups {
        [Arm::Means(one), Arm::Means(two)] => write_groups(input, [one, two]),
        [Arm::Counted(one), Arm::Counted(two)] => {
            (input.events1, input.events2) = (Some(one[0]), Some(two[0]));
            if is_of_rates(measure) {
                (input.time1, input.time2) = (Some(one[1]), Some(two[1]));
            } else {
                (input.n1, input.n2) = (Some(one[1]), Some(two[1]));
            }
        }
        _ => {}
    }
}

/// What a comparison reports by itself, which says nothing about the joined groups.
const OF_ONE: &[&str] =
    &["t", "z", "f", "df", "d", "g", "yi", "vi", "sei", "md", "md_se", "md_ci_lower", "md_ci_upper", "effect", "oe", "v"];

/// One comparison of each such study: the groups joined against the shared one.
pub(super) fn combine(options: &Options, measure: Measure, candidates: &mut [Candidate], state: &State) {
    for family in families(candidates, state) {
        let of = |at: &usize| arms(&candidates[*at].input(state), measure, options);
        let Some(groups) = family.members.iter().map(of).collect::<Option<Vec<[Arm; 2]>>>() else {
            remark(candidates, &family, "its arms are left as given: not all of its rows have the numbers of both groups");
            continue;
        };
        let (own, shared) = (2 - family.shared, family.shared - 1);
        let first = groups[0][shared];
        if groups.iter().any(|g| g[shared] != first) {
            let text = format!("its arms are left as given: the numbers of {} differ between its rows", family.with);
            remark(candidates, &family, &text);
            continue;
        }
        let Some(whole) = groups.iter().map(|g| g[own]).reduce(joined) else { continue };
        let together = if own == 0 { [whole, first] } else { [first, whole] };
        let sizes: Vec<String> = family.others.iter().zip(&groups).map(|(name, g)| format!("{name} {}", size(g[own], measure))).collect();
        let text = format!("arms combined against {}: {} make {}", family.with, sizes.join(" + "), size(whole, measure));
        let rows: Vec<usize> = family.members.iter().map(|at| candidates[*at].row).collect();
        for at in &family.members[1..] {
            candidates[*at].reason = Some(format!("{COMBINED}one comparison with {}", family.with));
        }
        let one = &mut candidates[family.members[0]];
        one.combined_rows = rows;
        one.converting(state).step("multiarm", text, |input| {
            for column in OF_ONE {
                input.set(column, None);
            }
            input.p = None;
            write(input, together, measure);
        });
    }
}

/// The people of the shared group divided among its comparisons, which then are of different people.
pub(super) fn split(options: &Options, measure: Measure, candidates: &mut [Candidate], state: &State) {
    for family in families(candidates, state) {
        let parts = family.members.len() as f64;
        let (own, shared) = (2 - family.shared, family.shared - 1);
        let of = |at: &usize| arms(&candidates[*at].input(state), measure, options);
        let Some(groups) = family.members.iter().map(of).collect::<Option<Vec<[Arm; 2]>>>() else {
            remark(candidates, &family, "its arms are left as given: not all of its rows have the numbers of both groups");
            continue;
        };
        for ((at, group), name) in family.members.iter().zip(groups).zip(&family.others) {
            let part = match group[shared] {
                Arm::Means(g) => Arm::Means(Group { n: g.n / parts, ..g }),
                Arm::Counted([events, of]) => Arm::Counted([events / parts, of / parts]),
            };
            let divided = if own == 0 { [group[0], part] } else { [part, group[1]] };
            let text = format!(
                "{} divided among {} comparisons: {} of {}",
                family.with,
                num(parts),
                size(part, measure),
                size(group[shared], measure)
            );
            let candidate = &mut candidates[*at];
            candidate.unit = format!("{} · {name}", candidate.unit);
            candidate.converting(state).step("multiarm", text, |input| write(input, divided, measure));
        }
    }
}

/// `30 people`, `4 of 30`
fn size(arm: Arm, measure: Measure) -> String {
    match arm {
        Arm::Means(g) => format!("n {}", num(g.n)),
        Arm::Counted([events, of]) => format!("{} in {}{}", num(events), num(of), if is_of_rates(measure) { " (time)" } else { "" }),
    }
}

fn remark(candidates: &mut [Candidate], family: &Family, text: &str) {
    let text = format!("{text} ({} against {})", and_list(&family.others.iter().map(String::as_str).collect::<Vec<_>>(), 6), family.with);
    for at in &family.members {
        candidates[*at].remarks.push(text.clone());
    }
}
