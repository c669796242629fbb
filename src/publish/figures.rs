//! Pictures inside a report: drawn once, as SVG and, for DOCX, as pixels.

use crate::eval::outcome::{Format, Outcome, PictureRequest, Plot};
use crate::figure::font::Fonts;
use crate::figure::{self, Figure, render, svg};
use crate::report::document::{Block, Figure as Drawn};
use crate::store::Store;

/// Draws pictures for one report.
pub struct Figures<'a> {
    /// The bundled font.
    pub fonts: Fonts<'static>,
    /// The data, for names and raw numbers.
    store: &'a Store,
    /// Whether the report shows no SVG.
    pixels: bool,
    /// Of the plan that is followed.
    fingerprint: Option<&'a str>,
}

impl<'a> Figures<'a> {
    /// For a report on these data.
    pub fn new(store: &'a Store, pixels: bool, fingerprint: Option<&'a str>) -> Self {
        Self { fonts: Fonts::bundled(), store, pixels, fingerprint }
    }

    /// A picture as a block.
    pub fn block(&self, figure: &Figure) -> Block {
        let scene = &figure.scene;
        // Without pixels the picture's description stands in its place.
        let png = if self.pixels { render::bytes(scene, Format::Png, &self.fonts).unwrap_or_default() } else { Vec::new() };
        Block::Figure(Drawn {
            title: scene.title.clone(),
            description: scene.description.clone(),
            svg: svg::svg(scene),
            png,
            size: [scene.width, scene.height],
        })
    }

    /// A plot of a result; none where it can't be drawn.
    pub fn plot(&self, plot: Plot, subject: &Outcome) -> Option<Block> {
        let request: PictureRequest = crate::eval::picture_of(plot, subject.clone(), self.store, self.fingerprint);
        figure::figure(&request, &self.fonts).ok().map(|figure| self.block(&figure))
    }
}
