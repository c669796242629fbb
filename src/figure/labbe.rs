//! The plot of L'Abbé: the risks of the two groups against each other.
//!
//! L'Abbé et al. 1987, Ann Intern Med 107:224-233.

use super::effects::{POINT, POOLED, largest, points, radius};
use super::font::Fonts;
use super::frame::GREY;
use super::plane::{Plane, Range, Sample};
use super::scene::{Fill, Stroke};
use super::{Figure, FigureError};
use crate::eval::outcome::{Outcome, PictureRequest, StudyEffect};
use crate::report::words;
use crate::stats::effect::Measure;

/// Studies by their risks, the line of equal risks, the line of the pooled effect.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let Outcome::Pool(result) = &request.subject else {
        return Err(FigureError::unfit("a L'Abbe plot shows studies of a pooled result", ""));
    };
    let all = points(result, request)?;
    let risk = |study: &StudyEffect, group: usize| {
        let [row] = study.rows.as_slice() else { return None };
        let number = |name: &str| {
            let column = format!("{name}{group}");
            let converted = study.conversions.iter().rev().find_map(|c| c.values.get(column.as_str()));
            match converted {
                Some([_, after]) => *after,
                None => request.facts.get(row)?.values.get(&column)?.number,
            }
        };
        Some(number("events")? / number("n")?).filter(|x| x.is_finite())
    };
    let risks: Vec<_> = all.iter().filter_map(|p| Some((p, risk(p.study, 2)?, risk(p.study, 1)?))).collect();
    if risks.is_empty() {
        return Err(FigureError::unfit("no study has events and people of both groups", "a L'Abbe plot shows risks"));
    }
    let high = risks.iter().flat_map(|(_, a, b)| [*a, *b]).fold(0.0, f64::max);
    let Some(range) = Range::around([0.0, high.max(1e-6)], false) else { return Err(FigureError::unfit("no risk to draw", "")) };
    // A little room below zero, so that the points of rare events are whole.
    let range = range.from(-0.04 * range.high);
    let arms = request.arms.clone().unwrap_or_else(|| ["intervention".into(), "comparator".into()]);
    let titles = [format!("Risk, {}", arms[1]), format!("Risk, {}", arms[0])];
    let columns = ["risk_2", "risk_1", "yi", "weight"];
    let mut plane = Plane::new(request, fonts, [range, range], [&titles[0], &titles[1]], &columns);
    let equal = Stroke::dashed(GREY, 1.0, [4.0, 4.0]);
    plane.line(&[[0.0, 0.0], [range.high, range.high]], equal);
    let mut entries = vec![(Sample::Line(equal), "equal risks")];
    let pooled = Stroke::of(POOLED, 1.6);
    if let Some(effect) = result.estimate.and_then(|b| with_effect(result.spec.measure.value, b)) {
        let steps = (0..=100).map(|i| range.high * f64::from(i) / 100.0);
        let curve: Vec<[f64; 2]> = steps.map(|x| [x, effect(x)]).filter(|p| (0.0..=1.0).contains(&p[1])).collect();
        plane.line(&curve, pooled);
        plane.twin.row("pooled", words::label(result), vec![None, None, result.estimate, None], "");
        entries.push((Sample::Line(pooled), "pooled effect"));
    }
    let most = largest(&all);
    let mut ordered = risks.clone();
    ordered.sort_by(|a, b| b.0.weight.unwrap_or(0.0).total_cmp(&a.0.weight.unwrap_or(0.0)));
    for (p, two, one) in ordered {
        let values = vec![Some(two), Some(one), Some(p.yi), p.weight];
        plane.point("study", &p.name, [two, one], radius(p.weight, most) * 1.3, Fill::faint(POINT, 0.7), values);
    }
    if request.labels {
        plane.name_points(|_| true);
    }
    plane.legend(&entries);
    if risks.len() < all.len() {
        plane.notes.push(format!("{} of {} effects have no counts of their own, and are not drawn", all.len() - risks.len(), all.len()));
    }
    Ok(plane.finish(result, "L'Abbe plot", &["The area of a point is proportional to its weight".into()]))
}

/// The risk with the intervention that an effect makes of one without, for effects between two risks.
fn with_effect(measure: Measure, b: f64) -> Option<impl Fn(f64) -> f64> {
    let known = matches!(measure, Measure::Rr | Measure::Or | Measure::Peto | Measure::Rd | Measure::As);
    known.then_some(move |x: f64| match measure {
        Measure::Rr => x * libm::exp(b),
        Measure::Rd => x + b,
        Measure::As => {
            let angle = (libm::asin(x.sqrt()) + b).clamp(0.0, std::f64::consts::FRAC_PI_2);
            let s = libm::sin(angle);
            s * s
        }
        _ => {
            let odds = libm::exp(b) * x / (1.0 - x);
            if x >= 1.0 { 1.0 } else { odds / (1.0 + odds) }
        }
    })
}
