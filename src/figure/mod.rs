//! Pictures of results: a typed scene, checked, rendered to SVG, PNG and PDF.
//!
//! A plot turns a result into a [`Figure`]: a [`scene::Scene`] with every text and shape in its
//! place, and a [`twin::Twin`] with every number that it draws. Places come from the widths of
//! the bundled font, so that they are the same on every machine. [`check::faults`] tells texts
//! that cover each other or leave the canvas; the tests hold every plot against it.
//!
//! Nothing here computes a result: what is not in the outcome is not drawn.

mod baujat;
mod bubble;
pub mod check;
mod drapery;
mod effects;
pub mod font;
pub mod forest;
mod frame;
mod funnel;
mod gosh;
mod labbe;
mod labels;
mod orchard;
mod panels;
mod pdf;
mod plane;
mod profile;
mod qq;
mod radial;
pub mod render;
pub mod scene;
pub mod svg;
pub mod twin;

use crate::eval::outcome::{Drawn, NotDrawn, Outcome, PictureRequest, Plot, PoolResult};
use font::Fonts;
use scene::Scene;
use twin::Twin;

/// A picture with its numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Shapes and texts.
    pub scene: Scene,
    /// Every number drawn.
    pub twin: Twin,
    /// Things to know.
    pub notes: Vec<String>,
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FigureError {
    /// The given font can't be read.
    #[error("the font can't be read")]
    Font,
    /// A plot that does not fit the result.
    #[error("{message}")]
    Unfit {
        /// What does not fit.
        message: String,
        /// What would.
        help: Option<String>,
    },
    /// The renderer refuses.
    #[error("the picture can't be rendered: {0}")]
    Renderer(String),
}

impl FigureError {
    /// A plot that does not fit, and what would.
    pub(crate) fn unfit(message: impl Into<String>, help: &str) -> Self {
        let help = Some(help.to_owned()).filter(|h| !h.is_empty());
        FigureError::Unfit { message: message.into(), help }
    }
}

impl From<FigureError> for NotDrawn {
    fn from(error: FigureError) -> Self {
        let help = match &error {
            FigureError::Font => Some("name a font file of type TrueType or OpenType (.ttf, .otf)".into()),
            FigureError::Unfit { help, .. } => help.clone(),
            FigureError::Renderer(_) => None,
        };
        NotDrawn { of_font: error == FigureError::Font, message: error.to_string(), help }
    }
}

/// The picture that is asked for, before it is bytes.
pub fn figure(request: &PictureRequest, fonts: &Fonts) -> Result<Figure, FigureError> {
    let mut figure = match request.plot {
        Plot::Forest => forest::figure(request, fonts),
        Plot::Funnel => funnel::figure(request, fonts),
        Plot::Bubble => bubble::figure(request, fonts),
        Plot::Baujat => baujat::figure(request, fonts),
        Plot::Radial => radial::figure(request, fonts),
        Plot::Labbe => labbe::figure(request, fonts),
        Plot::Gosh => gosh::figure(request, fonts),
        Plot::Influence => panels::influence(request, fonts),
        Plot::Profile => profile::figure(request, fonts),
        Plot::Qq => qq::figure(request, fonts),
        Plot::Drapery => drapery::figure(request, fonts),
        Plot::Orchard => orchard::figure(request, fonts),
        Plot::Specification => panels::specification(request, fonts),
    }?;
    name_fonts(&mut figure, fonts);
    Ok(figure)
}

/// What an analysis is about, in the words of its outcome where it has a label.
pub(crate) fn outcome_of(request: &PictureRequest, result: &PoolResult) -> String {
    let about = about(request, result);
    let groups = if result.groups.is_some() { format!(", by {}", result.spec.by.join(", ")) } else { String::new() };
    // Several pictures of one outcome differ by the analysis that they show.
    let of_plan = result.plan.as_ref().filter(|_| result.status != "post_hoc");
    let named = match (of_plan.or(result.id.as_ref()), &result.spec.parent) {
        (Some(id), _) => format!(" ({id})"),
        (None, Some(parent)) if result.groups.is_none() && matches!(request.subject, Outcome::Pool(_)) => {
            format!(" (variant of {parent})")
        }
        (None, Some(parent)) => format!(" ({parent})"),
        (None, None) => String::new(),
    };
    let (before, after) = match &request.subject {
        Outcome::LeaveOneOut(_) => ("leave-one-out of ", String::new()),
        Outcome::Cumulative(_) => ("cumulative of ", String::new()),
        Outcome::TrimAndFill(_) => ("trim and fill of ", String::new()),
        _ => ("", groups),
    };
    format!("{before}{about}{after}{named}")
}

fn about(request: &PictureRequest, result: &PoolResult) -> String {
    match &request.outcome {
        Some(label) => {
            let id = result.outcome.as_str();
            let whole = result.spec.estimand.to_string();
            whole.strip_prefix(id).map_or(whole.clone(), |rest| format!("{label}{rest}"))
        }
        None => result.spec.estimand.to_string(),
    }
}

/// Names the font that was given, and the texts with letters that no font has.
pub fn name_fonts(figure: &mut Figure, fonts: &Fonts) {
    if figure.scene.families.is_empty() {
        figure.scene.families.extend(fonts.family().map(str::to_owned));
    }
    let mut lacking: Vec<&str> = figure.scene.texts().into_iter().map(|t| t.text.as_str()).filter(|t| fonts.lacks(t)).collect();
    lacking.dedup();
    if let Some(first) = lacking.first() {
        let others = if lacking.len() > 1 { format!(" and of {} more texts", lacking.len() - 1) } else { String::new() };
        figure.notes.push(format!("the font lacks letters of `{first}`{others}: name one that has them with `font \"FILE.ttf\"`"));
    }
}

/// Draws the picture that is asked for.
pub fn draw(request: &PictureRequest) -> Result<Drawn, NotDrawn> {
    let fonts = Fonts::new(request.font.as_deref())?;
    let figure = figure(request, &fonts)?;
    let picture = render::bytes(&figure.scene, request.format, &fonts)?;
    let value = serde_json::json!({
        "plot": request.plot.name(),
        "title": figure.scene.title,
        "description": figure.scene.description,
        "width": figure.scene.width,
        "height": figure.scene.height,
        "rows": figure.twin.json(),
    });
    Ok(Drawn { picture, numbers: figure.twin.csv(), figure: value, notes: figure.notes })
}
