//! The analysis under every combination of choices.

use crate::diagnostic::Problem;
use crate::eval::analysis::{self, Analysed};
use crate::eval::outcome::{Head, Mid, NoteResult, Outcome, PoolResult, Range, RobustnessResult, RobustnessRow};
use crate::eval::pooling::{not_done, refused};
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::further::{FurtherSpec, Grid, GridCell};
use crate::stats::effect::Measure;
use crate::stats::sensitivity::each;
use crate::store::{Direction, OutcomeDef};

/// Runs the grid.
pub fn run(spec: &FurtherSpec, grid: &Grid, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let line = base.line;
    let rows =
        each(grid.cells.len(), work.watch, || (), |(), i| one(&grid.cells[i], line, state)).map_err(|e| refused(e, &[], &spec.base))?;
    let done: Vec<&PoolResult> = rows.iter().map(|r| &r.pool).filter(|p| p.estimate.is_some()).collect();
    let side = |p: &PoolResult| Some(p.estimate? - p.spec.measure.value.null_value()?);
    let own = side(&base);
    let sides: Vec<f64> = done.iter().filter_map(|p| side(p)).collect();
    let against_null: Vec<bool> = done.iter().filter_map(|p| Some(includes(p.ci?, p.spec.measure.value.null_value()?))).collect();
    let null_included = against_null.iter().filter(|i| **i).count();
    let (mid, mut notes) = against_mid(spec, &base, &done, state);
    notes.extend(not_computed(&rows));
    let result = RobustnessResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        over: grid.over.clone(),
        computed: done.len(),
        ranges: ranges(&done),
        sign_changes: own.filter(|_| !sides.is_empty()).map(|own| sides.iter().filter(|s| **s * own < 0.0).count()),
        null_included: (!against_null.is_empty()).then_some(null_included),
        null_share: share(null_included, against_null.len()),
        mid,
        notes,
        rows,
        base,
    };
    Ok(Outcome::Robustness(Box::new(result)))
}

/// One combination; what stands in its way is its reason.
fn one(cell: &GridCell, line: usize, state: &State) -> RobustnessRow {
    let reason = |problems: Vec<Problem>| problems.into_iter().next().map_or_else(String::new, |p| p.message);
    let pool = match &cell.unfit {
        Some(unfit) => not_done(&cell.spec, line, unfit.clone()),
        None => analysis::run(&cell.spec, state, line).unwrap_or_else(|problems| not_done(&cell.spec, line, reason(problems))),
    };
    RobustnessRow { settings: cell.settings.clone(), pool: PoolResult { studies: Vec::new(), ..pool } }
}

fn includes(ci: [f64; 2], value: f64) -> bool {
    ci[0] <= value && value <= ci[1]
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The range in each measure, in order of first use.
fn ranges(done: &[&PoolResult]) -> Vec<Range> {
    let mut out: Vec<Range> = Vec::new();
    for pool in done {
        let Some(estimate) = pool.estimate else { continue };
        let display = pool.display.as_ref().and_then(|d| d.estimate).unwrap_or(estimate);
        match out.iter_mut().find(|r| r.measure == pool.measure) {
            Some(range) => {
                range.analyses += 1;
                if estimate < range.lowest {
                    (range.lowest, range.display[0]) = (estimate, display);
                }
                if estimate > range.highest {
                    (range.highest, range.display[1]) = (estimate, display);
                }
            }
            None => out.push(Range { measure: pool.measure, analyses: 1, lowest: estimate, highest: estimate, display: [display; 2] }),
        }
    }
    out
}

/// The size of the minimal important difference on the analysis scale of a measure; none where it is
/// declared in another unit. `stated` is the measure of an outcome that declares none.
pub fn mid_half_width(outcome: &OutcomeDef, measure: Measure, stated: &str) -> Option<f64> {
    let declared = outcome.mid.as_ref()?;
    let value = declared.value.as_ref()?.value;
    let belongs = if declared.unit.as_deref() == Some("sd") {
        matches!(measure, Measure::Smd | Measure::Smd1 | Measure::Smdh)
    } else {
        measure.name() == outcome.measure.as_deref().unwrap_or(stated)
    };
    // A ratio is declared as a ratio.
    let size = if measure.is_ratio() { libm::log(value).abs() } else { value.abs() };
    (belongs && size.is_finite()).then_some(size)
}

/// Intervals against the minimal important difference that the outcome declares.
fn against_mid(spec: &FurtherSpec, base: &PoolResult, done: &[&PoolResult], state: &State) -> (Option<Mid>, Vec<NoteResult>) {
    let outcome = state.store.outcomes.get(&spec.base.estimand.outcome);
    let Some(declared) = outcome.and_then(|o| o.mid.as_ref()) else { return (None, Vec::new()) };
    let Some(value) = declared.value.as_ref().map(|c| c.value).filter(|v| v.is_finite()) else { return (None, Vec::new()) };
    let in_sd = declared.unit.as_deref() == Some("sd");
    let own = outcome.and_then(|o| o.measure.clone()).unwrap_or_else(|| base.measure.to_owned());
    // The better direction, where the outcome has one; a ratio is declared as a ratio.
    let better = outcome.and_then(|o| o.direction).map(|d| if d == Direction::HigherBetter { 1.0 } else { -1.0 });
    let (mut intervals, mut included, mut elsewhere) = (0, 0, Vec::new());
    for pool in done {
        let measure = pool.spec.measure.value;
        match (pool.ci, outcome.and_then(|o| mid_half_width(o, measure, base.measure))) {
            (Some(ci), Some(size)) => {
                intervals += 1;
                let inside = match better {
                    Some(sign) => includes(ci, sign * size),
                    None => includes(ci, size) || includes(ci, -size),
                };
                included += usize::from(inside);
            }
            _ if !elsewhere.contains(&pool.measure) => elsewhere.push(pool.measure),
            _ => {}
        }
    }
    let mut notes = Vec::new();
    if !elsewhere.is_empty() {
        let unit = if in_sd { "standard deviations".to_owned() } else { format!("the unit of `{own}`") };
        let text = format!("the minimal important difference is in {unit}: intervals in {} are not held against it", elsewhere.join(", "));
        notes.push(NoteResult { code: "W445", text });
    }
    (Some(Mid { value, unit: declared.unit.clone(), intervals, included, share: share(included, intervals) }), notes)
}

/// The combinations without a result, by reason.
fn not_computed(rows: &[RobustnessRow]) -> Vec<NoteResult> {
    let mut reasons: indexmap::IndexMap<&str, Vec<String>> = indexmap::IndexMap::new();
    for row in rows.iter().filter(|r| r.pool.estimate.is_none()) {
        let reason = row.pool.not_pooled.as_ref().map_or("no estimate", |n| n.reason.as_str());
        reasons.entry(reason).or_default().push(row.name());
    }
    reasons
        .into_iter()
        .map(|(reason, names)| {
            let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
            let more = if names.len() > 5 { format!("; and {} more", names.len() - 5) } else { String::new() };
            NoteResult { code: "W444", text: format!("no result ({reason}): {shown}{more}") }
        })
        .collect()
}
