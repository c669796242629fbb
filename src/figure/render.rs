//! Scenes as files: SVG as it is, PNG and PDF by way of the same SVG, with the bundled font.

use super::FigureError;
use super::font::{BUNDLED, FAMILY, Fonts};
use super::scene::Scene;
use super::svg::svg;
use crate::eval::outcome::Format;
use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
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
        Format::Pdf => pdf(scene, &tree(scene, fonts)?),
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
    Tree::from_str(&svg(scene), &options).map_err(|e| FigureError::Renderer(e.to_string()))
}

fn png(tree: &Tree) -> Result<Vec<u8>, FigureError> {
    let size = tree.size();
    let scale = SCALE.min(LONGEST / size.width()).min(LONGEST / size.height());
    let (w, h) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = resvg::tiny_skia::Pixmap::new(w, h).ok_or_else(|| FigureError::Renderer("no room for the pixels".into()))?;
    resvg::render(tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| FigureError::Renderer(e.to_string()))
}

/// Real text with its font; the same bytes for the same scene. A PDF point is 1/72 inch, a pixel
/// of the scene 1/96.
fn pdf(scene: &Scene, tree: &Tree) -> Result<Vec<u8>, FigureError> {
    let refused = |why: &str| FigureError::Renderer(why.to_owned());
    let size = tree.size();
    let (w, h) = (size.width() * 0.75, size.height() * 0.75);
    let page = PageSettings::from_wh(w, h).ok_or_else(|| refused("a page has no size"))?;
    let size = Size::from_wh(w, h).ok_or_else(|| refused("a page has no size"))?;
    let mut document = Document::new();
    let about = Metadata::new().title(scene.title.clone()).description(scene.description.clone());
    document.set_metadata(about.language("en".into()).creator("Weald".into()));
    let mut page = document.start_page_with(page);
    let mut surface = page.surface();
    let drawn = surface.draw_svg(tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    drawn.ok_or_else(|| refused("the page can't be drawn"))?;
    document.finish().map_err(|e| FigureError::Renderer(format!("{e:?}")))
}
