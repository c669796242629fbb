//! Studies by their labels, as people read them; scripts and JSON call them by their ids.

use crate::eval::outcome::{Outcome, PoolResult};
use crate::store::Store;

/// A result whose studies are called by their labels, for a picture or a report.
pub fn labelled(mut outcome: Outcome, store: &Store) -> Outcome {
    let name = |id: &mut String| {
        if let Some(study) = store.studies.get(id.as_str()) {
            *id = study.label().to_owned();
        }
    };
    let of_pool = |pool: &mut PoolResult| {
        let groups = pool.groups.iter_mut().flatten().flat_map(|g| &mut g.studies);
        pool.studies.iter_mut().chain(groups).for_each(|s| name(&mut s.study));
    };
    match &mut outcome {
        Outcome::Pool(pool) => of_pool(pool),
        Outcome::TrimAndFill(result) => [&mut result.observed.0, &mut result.filled.0].into_iter().for_each(of_pool),
        Outcome::LeaveOneOut(result) | Outcome::Cumulative(result) => {
            of_pool(&mut result.base);
            result.rows.iter_mut().for_each(|r| name(&mut r.study));
        }
        Outcome::Regress(result) => {
            of_pool(&mut result.base);
            result.studies.iter_mut().for_each(|s| name(&mut s.study.study));
        }
        Outcome::Influence(result) => result.rows.iter_mut().for_each(|r| name(&mut r.study)),
        Outcome::Baujat(result) => result.rows.iter_mut().for_each(|r| name(&mut r.study)),
        Outcome::Gosh(result) => result.rows.iter_mut().for_each(|r| name(&mut r.study)),
        Outcome::Blup(result) => result.rows.iter_mut().for_each(|r| name(&mut r.study)),
        _ => {}
    }
    outcome
}
