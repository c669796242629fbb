//! Scenes as files: SVG as it is, PNG and PDF by way of the same SVG, with the bundled font.

use super::FigureError;
use super::font::{BUNDLED, FAMILY, Fonts};
use super::scene::{Scene, reword};
use super::svg::svg;
use crate::eval::outcome::Format;
use resvg::usvg::{Options, Tree};
use std::sync::Arc;

/// Pixels of a PNG for one of the scene: 96 dots an inch become 288.
const SCALE: f32 = 3.0;
/// No side of a PNG is longer, whatever the scene.
const LONGEST: f32 = 20_000.0;

/// The bytes of a file.
pub fn bytes(scene: &Scene, format: Format, fonts: &Fonts) -> Result<Vec<u8>, FigureError> {
    match format {
        Format::Svg => Ok(svg(scene).into_bytes()),
        Format::Png => png(&tree(scene, fonts)?),
        Format::Pdf => super::pdf::pdf(scene, &tree(scene, fonts)?),
    }
}

/// Texts shaped and placed.
fn tree(scene: &Scene, fonts: &Fonts) -> Result<Tree, FigureError> {
    let mut options = Options { font_family: FAMILY.into(), ..Options::default() };
    let known = options.fontdb_mut();
    for bytes in BUNDLED {
        known.load_font_source(resvg::usvg::fontdb::Source::Binary(Arc::new(bytes)));
    }
    if let Some(bytes) = fonts.bytes() {
        known.load_font_data(bytes.to_vec());
    }
    known.set_sans_serif_family(FAMILY);
    // What no font has would be blank, and in a PDF text of some other letter.
    let mut scene = scene.clone();
    reword(&mut scene.nodes, &|text| fonts.drawable(text));
    Tree::from_str(&svg(&scene), &options).map_err(|e| FigureError::Renderer(e.to_string()))
}

fn png(tree: &Tree) -> Result<Vec<u8>, FigureError> {
    let size = tree.size();
    let scale = SCALE.min(LONGEST / size.width()).min(LONGEST / size.height());
    let (w, h) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = resvg::tiny_skia::Pixmap::new(w, h).ok_or_else(|| FigureError::Renderer("no room for the pixels".into()))?;
    resvg::render(tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| FigureError::Renderer(e.to_string()))
}
