//! Pictures inside a report: drawn once, as SVG and, for DOCX, as pixels.

use crate::eval::outcome::{Format, Outcome, PictureRequest, Plot, PredictResult};
use crate::figure::font::Fonts;
use crate::figure::{self, Figure, render, svg};
use crate::report::document::{Block, Figure as Drawn};
use crate::store::Store;
use std::collections::BTreeMap;

/// Draws pictures for one report.
pub struct Figures<'a> {
    /// The bundled font, and one more if one is given.
    pub fonts: Fonts<'a>,
    /// The data, for names and raw numbers.
    pub store: &'a Store,
    /// Whether the report shows no SVG.
    pub pixels: bool,
    /// The lines of named regressions.
    pub curves: &'a BTreeMap<String, (String, PredictResult)>,
    /// Of the plan that is followed.
    pub fingerprint: Option<&'a str>,
}

impl Figures<'_> {
    /// A picture as a block.
    pub fn block(&self, figure: &Figure) -> Block {
        let mut figure = figure.clone();
        figure::name_fonts(&mut figure, &self.fonts);
        let scene = &figure.scene;
        // Without pixels the picture's description stands in its place.
        let png = if self.pixels { render::bytes(scene, Format::Png, &self.fonts).unwrap_or_default() } else { Vec::new() };
        Block::Figure(Drawn {
            title: scene.title.clone(),
            description: scene.description.clone(),
            file: None,
            svg: svg::svg(scene),
            png,
            size: [scene.width, scene.height],
        })
    }

    /// A plot of a result, or why it can't be drawn.
    pub fn plot(&self, plot: Plot, subject: &Outcome) -> Block {
        let curve = match subject {
            Outcome::Regress(result) => result.head.id.as_ref().and_then(|id| self.curves.get(id)).cloned(),
            _ => None,
        };
        let request: PictureRequest = crate::eval::picture_of(plot, subject.clone(), self.store, self.fingerprint, curve);
        match figure::figure(&request, &self.fonts) {
            Ok(figure) => self.block(&figure),
            Err(why) => Block::Note { code: "W488".into(), text: format!("no picture: {why}") },
        }
    }
}
