//! The PNG backend: the same display list, rastered with tiny-skia; glyphs come from the shipped fonts.

use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Mask, Paint, PathBuilder, Pixmap, PixmapPaint,
    PremultipliedColorU8, StrokeDash, Transform,
};

use crate::display::{
    Anchor, Drawing, Fill, Ink, Item, Label, Outline, Picture, Point, Rect, Stroke, marker,
};
use crate::{Error, Figure, Role, Theme, font};

/// Largest side of a raster image in pixels.
const LIMIT: u32 = 16_384;

/// Draws a figure as a PNG file; `scale` is the number of pixels per CSS pixel (2 for print and dense screens).
///
/// # Errors
/// [`Error::Size`] if a side would have no pixel or more than 16,384; [`Error::Encode`] if the encoder fails.
///
/// ```
/// use gradus_plot::{Figure, Theme, to_png};
/// let png = to_png(&Figure::new("empty").size(200.0, 100.0), Theme::Dark, 1.0)?;
/// assert_eq!(&png[1..4], b"PNG");
/// # Ok::<(), gradus_plot::Error>(())
/// ```
pub fn to_png(figure: &Figure, theme: Theme, scale: f64) -> Result<Vec<u8>, Error> {
    let (width, height) = ((figure.width * scale).round(), (figure.height * scale).round());
    let fits = |v: f64| (1.0..=f64::from(LIMIT)).contains(&v);
    if !fits(width) || !fits(height) || !scale.is_finite() {
        return Err(Error::Size { width, height, limit: LIMIT });
    }
    let drawing: Drawing = crate::draw::drawing(figure);
    let Some(mut pixmap) = Pixmap::new(width as u32, height as u32) else {
        return Err(Error::Size { width, height, limit: LIMIT });
    };
    let page = theme.colour(Role::Background);
    pixmap.fill(tiny_skia::Color::from_rgba8(page.0, page.1, page.2, 255));
    let mut canvas = Canvas { pixmap, theme, scale: Transform::from_scale(scale as f32, scale as f32) };
    drawing.items.iter().for_each(|item| canvas.item(item, None));
    canvas.pixmap.encode_png().map_err(|e| Error::Encode(e.to_string()))
}

struct Canvas {
    pixmap: Pixmap,
    theme: Theme,
    scale: Transform,
}

impl Canvas {
    fn item(&mut self, item: &Item, mask: Option<&Mask>) {
        match item {
            Item::Outline(outline) => self.outline(outline, mask),
            Item::Label(label) => self.label(label, mask),
            Item::Picture(picture) => self.picture(picture, mask),
            Item::Dots(dots) => {
                let polygon = marker(dots.shape);
                // One path a dot, so that overlapping dots show through each other as far as their opacity lets them.
                for at in &dots.at {
                    let mut b = PathBuilder::new();
                    match &polygon {
                        Some(p) => {
                            let line: Vec<Point> = p
                                .iter()
                                .map(|p| [at[0] + p[0] * dots.size, at[1] + p[1] * dots.size])
                                .collect();
                            polyline(&mut b, &line, true);
                        }
                        None => b.push_circle(at[0] as f32, at[1] as f32, (dots.size / 2.0) as f32),
                    }
                    if let Some(path) = b.finish() {
                        let paint = self.paint(dots.fill);
                        self.pixmap.fill_path(&path, &paint, FillRule::Winding, self.scale, mask);
                    }
                }
            }
            Item::Mesh(mesh) => mesh.outlines().for_each(|face| self.outline(&face, mask)),
            Item::Clip(rect, items) => {
                let clip = self.mask(*rect);
                items.iter().for_each(|item| self.item(item, clip.as_ref().or(mask)));
            }
        }
    }

    fn mask(&self, r: Rect) -> Option<Mask> {
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        let rect = tiny_skia::Rect::from_xywh(r.x as f32, r.y as f32, r.w as f32, r.h as f32)?;
        mask.fill_path(&PathBuilder::from_rect(rect), FillRule::Winding, true, self.scale);
        Some(mask)
    }

    fn paint(&self, fill: Fill) -> Paint<'static> {
        let c = self.theme.ink(fill.ink);
        let mut paint = Paint::default();
        paint.set_color_rgba8(c.0, c.1, c.2, (fill.opacity.clamp(0.0, 1.0) * 255.0).round() as u8);
        paint
    }

    fn outline(&mut self, outline: &Outline, mask: Option<&Mask>) {
        let mut b = PathBuilder::new();
        outline.lines.iter().for_each(|line| polyline(&mut b, line, outline.closed));
        let Some(path) = b.finish() else { return };
        if let Some(fill) = outline.fill {
            self.pixmap.fill_path(&path, &self.paint(fill), FillRule::EvenOdd, self.scale, mask);
        }
        if let Some(stroke) = outline.stroke {
            let paint = self.paint(Fill { ink: stroke.ink, opacity: stroke.opacity });
            self.pixmap.stroke_path(&path, &paint, &pen(stroke), self.scale, mask);
        }
    }

    fn label(&mut self, label: &Label, mask: Option<&Mask>) {
        let (glyphs, width) = font::set(&label.words, label.weight);
        let start = match label.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * width,
            Anchor::End => -width,
        };
        let [x, y] = label.at.map(|v| v as f32);
        let place = Transform::from_rotate_at(label.turn as f32, x, y).post_concat(self.scale);
        let mut all = PathBuilder::new();
        for glyph in &glyphs {
            let mut pen = GlyphPen { builder: PathBuilder::new() };
            font::outline(glyph, &mut pen);
            let size = (label.size / glyph.units_per_em()) as f32;
            let x = label.at[0] + (start + glyph.x) * label.size;
            let to_page = Transform::from_row(size, 0.0, 0.0, -size, x as f32, y);
            if let Some(path) = pen.builder.finish().and_then(|p| p.transform(to_page)) {
                all.push_path(&path);
            }
        }
        let Some(path) = all.finish() else { return };
        if label.halo {
            let rim = Stroke::new(Role::Background, 3.0);
            let paint = self.paint(Fill { ink: rim.ink, opacity: 0.85 });
            self.pixmap.stroke_path(&path, &paint, &pen(rim), place, mask);
        }
        let paint = self.paint(Fill { ink: Ink::Role(label.role), opacity: 1.0 });
        self.pixmap.fill_path(&path, &paint, FillRule::Winding, place, mask);
    }

    fn picture(&mut self, p: &Picture, mask: Option<&Mask>) {
        let Some(cells) = pixels(p) else { return };
        let (sx, sy) = (p.place.w / p.columns as f64, p.place.h / p.rows as f64);
        let place = Transform::from_row(sx as f32, 0.0, 0.0, sy as f32, p.place.x as f32, p.place.y as f32);
        let paint = PixmapPaint { quality: FilterQuality::Nearest, ..PixmapPaint::default() };
        self.pixmap.draw_pixmap(0, 0, cells.as_ref(), &paint, place.post_concat(self.scale), mask);
    }
}

fn pen(stroke: Stroke) -> tiny_skia::Stroke {
    let (dash, round) = crate::svg::dashes(stroke.dash, stroke.width);
    let dash: Vec<f32> = dash.iter().map(|v| *v as f32).collect();
    tiny_skia::Stroke {
        width: stroke.width as f32,
        line_cap: if round { LineCap::Round } else { LineCap::Butt },
        line_join: LineJoin::Round,
        dash: StrokeDash::new(dash, 0.0),
        ..tiny_skia::Stroke::default()
    }
}

fn polyline(b: &mut PathBuilder, points: &[Point], closed: bool) {
    for (i, p) in points.iter().enumerate() {
        let (x, y) = (p[0] as f32, p[1] as f32);
        if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
    }
    if closed && !points.is_empty() {
        b.close();
    }
}

fn pixels(p: &Picture) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(u32::try_from(p.columns).ok()?, u32::try_from(p.rows).ok()?)?;
    for (pixel, cell) in pixmap.pixels_mut().iter_mut().zip(&p.cells) {
        if let Some(c) = cell {
            *pixel = PremultipliedColorU8::from_rgba(c.0, c.1, c.2, 255).unwrap_or(*pixel);
        }
    }
    Some(pixmap)
}

/// A picture's cells as a PNG file, one pixel a cell.
pub(crate) fn picture_png(p: &Picture) -> Option<Vec<u8>> {
    pixels(p)?.encode_png().ok()
}

struct GlyphPen {
    builder: PathBuilder,
}

impl ttf_parser::OutlineBuilder for GlyphPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
