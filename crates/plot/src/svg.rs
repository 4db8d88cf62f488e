//! The SVG backend: text stays text, numbers are short, one file is legible on light and dark pages.
//!
//! With [`Theme::Auto`] every coloured element carries its light colour as an attribute and a class; a style sheet
//! behind `@supports (color: var(--x))` gives the classes colours from custom properties, which
//! `prefers-color-scheme: dark` redefines. Programs without that part of CSS show the light figure. The many shades of a
//! lit surface are no properties: they are only given their dark colours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::display::{Anchor, Drawing, Ink, Item, Label, Outline, Picture, Point, Rect, Stroke, marker};
use crate::font::Weight;
use crate::theme::{TINTS, tint_step};
use crate::{Dash, Figure, Role, Theme, font};

const FONTS: &str = "'Fira Sans','Segoe UI',system-ui,-apple-system,'Helvetica Neue',Arial,sans-serif";

/// Draws a figure as an SVG document.
///
/// The document has `role="img"`, a `<title>` and a `<desc>` with the figure's [summary](Figure::summary). Identifiers
/// in it are derived from its content, so that several figures can stand inline in one page. A figure whose size is
/// not between 1 and 100,000 pixels a side is drawn at its default size.
///
/// ```
/// use gradus_plot::{Figure, Theme, to_svg};
/// let svg = to_svg(&Figure::new("a < b"), Theme::Light);
/// assert!(svg.contains("<title") && svg.contains("a &lt; b"));
/// ```
#[must_use]
pub fn to_svg(figure: &Figure, theme: Theme) -> String {
    let drawing = crate::draw::drawing(figure);
    let mut body = Writer::new(theme, false);
    let page = Rect { x: 0.0, y: 0.0, w: drawing.width, h: drawing.height };
    body.item(&Item::rect(page, Ink::Role(Role::Background), 1.0));
    drawing.items.iter().for_each(|item| body.item(item));
    body.document(&drawing)
}

/// Draws a figure as an SVG document for an `<img>` on a page, light or dark as the reader prefers.
///
/// Nothing is behind it, so that it stands on the page itself, and its text is drawn by outlines, because an image has none
/// of the page's fonts: it looks as the live drawing does.
///
/// ```
/// use gradus_plot::{Axes, Axis, Figure, to_still_svg};
/// let svg = to_still_svg(&Figure::new("").panel(Axes::new().x(Axis::linear("time"))));
/// assert!(svg.contains("<use") && !svg.contains("<text"));
/// ```
#[must_use]
pub fn to_still_svg(figure: &Figure) -> String {
    let drawing = crate::draw::drawing(figure);
    let mut body = Writer::new(Theme::Auto, true);
    drawing.items.iter().for_each(|item| body.item(item));
    body.document(&drawing)
}

/// Rules for the classes of every figure of [`Theme::Auto`], for a page whose policy forbids the `<style>` elements of the
/// figures in it. The page sets the custom properties `--gradus-background`, `--gradus-series-0`, ...,
/// `--gradus-tint`, `--gradus-relief-low` and `--gradus-relief-high`; tints and reliefs are mixed from those.
///
/// ```
/// let sheet = gradus_plot::style_sheet();
/// assert!(sheet.contains(".gradus-figure .f-text{fill:var(--gradus-text)}"));
/// assert!(sheet.contains(".gradus-figure .f-tint-24{fill:color-mix(in srgb,var(--gradus-tint) 100%,var(--gradus-background))}"));
/// ```
#[must_use]
pub fn style_sheet() -> String {
    let named = [Role::Background, Role::Text, Role::Muted, Role::Grid, Role::Frame, Role::Contour];
    let plain = named.into_iter().chain((0..Role::SERIES).map(Role::Series));
    let mut rules: Vec<(String, String)> = plain
        .map(role_key)
        .map(|key| {
            let colour = format!("var(--gradus-{key})");
            (key, colour)
        })
        .collect();
    for (key, to, from) in [("tint", "tint", "background"), ("relief", "relief-high", "relief-low")] {
        rules.extend((0..=TINTS).map(|step| {
            let part = number(100.0 * f64::from(step) / f64::from(TINTS));
            let mix = format!("color-mix(in srgb,var(--gradus-{to}) {part}%,var(--gradus-{from}))");
            (format!("{key}-{step}"), mix)
        }));
    }
    let mut sheet = String::new();
    for (key, colour) in rules {
        let _ = writeln!(
            sheet,
            ".gradus-figure .f-{key}{{fill:{colour}}}.gradus-figure .s-{key}{{stroke:{colour}}}"
        );
    }
    sheet
}

struct Writer {
    theme: Theme,
    /// Text by outlines.
    outlined: bool,
    out: String,
    defs: String,
    used: BTreeMap<String, Ink>,
    glyphs: BTreeSet<(usize, u16)>,
    clip_count: usize,
}

/// Stands for the document's identifier until the content, and so the identifier, is known.
const ID: char = '\u{1}';

impl Writer {
    fn new(theme: Theme, outlined: bool) -> Self {
        Self {
            theme,
            outlined,
            out: String::new(),
            defs: String::new(),
            used: BTreeMap::new(),
            glyphs: BTreeSet::new(),
            clip_count: 0,
        }
    }

    fn document(self, drawing: &Drawing) -> String {
        let (title, description) = (escape(&drawing.title), escape(&drawing.description));
        let id = format!("g{:08x}", fnv(&[&title, &description, &self.out]));
        let (w, h) = (number(drawing.width), number(drawing.height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gradus-figure\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\" stroke-linejoin=\"round\" stroke-linecap=\"round\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" font-family=\"{FONTS}\">\n\
             <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{description}</desc>\n"
        );
        if self.theme == Theme::Auto {
            out.push_str(&self.style());
        }
        if !self.defs.is_empty() {
            let _ = writeln!(out, "<defs>{}</defs>", self.defs.replace(ID, &id));
        }
        out.push_str(&self.out.replace(ID, &id));
        out.push_str("</svg>\n");
        out
    }

    fn style(&self) -> String {
        let (mut light, mut dark, mut rules) = (String::new(), String::new(), String::new());
        let mut lit = String::new();
        for (key, ink) in &self.used {
            let at_night = hex(Theme::Dark.ink(*ink));
            if matches!(ink, Ink::Lit(..)) {
                let _ = write!(lit, ".gradus-figure .{key}{{fill:{at_night}}}");
                continue;
            }
            let _ = write!(light, "--gradus-{key}:{};", hex(Theme::Light.ink(*ink)));
            let _ = write!(dark, "--gradus-{key}:{at_night};");
            let _ = write!(rules, ".gradus-figure .f-{key}{{fill:var(--gradus-{key})}}");
            let _ = write!(rules, ".gradus-figure .s-{key}{{stroke:var(--gradus-{key})}}");
        }
        format!(
            "<style>@supports (color:var(--x)){{:where(.gradus-figure){{{light}}}\
             @media (prefers-color-scheme:dark){{:where(.gradus-figure){{{dark}}}{lit}}}{rules}}}</style>\n"
        )
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Outline(outline) => self.outline(outline),
            Item::Label(label) => self.label(label),
            Item::Picture(picture) => self.picture(picture),
            Item::Mesh(mesh) => mesh.outlines().for_each(|face| self.outline(&face)),
            Item::Dots(dots) => {
                if dots.at.is_empty() {
                    return;
                }
                let mut d = String::new();
                if let Some(polygon) = marker(dots.shape) {
                    for at in &dots.at {
                        let points: Vec<Point> = polygon
                            .iter()
                            .map(|p| [at[0] + p[0] * dots.size, at[1] + p[1] * dots.size])
                            .collect();
                        path(&mut d, &points, true, 100.0);
                    }
                    let paint = self.paint("fill", dots.fill.ink, dots.fill.opacity);
                    let _ = writeln!(self.out, "<path{paint} d=\"{d}\"/>");
                } else {
                    // A disc is a line of no length with round ends.
                    for at in &dots.at {
                        let _ = write!(d, "M{} {}h0", number(at[0]), number(at[1]));
                    }
                    let paint = self.paint("stroke", dots.fill.ink, dots.fill.opacity);
                    let width = number(dots.size);
                    let _ =
                        writeln!(self.out, "<path fill=\"none\"{paint} stroke-width=\"{width}\" d=\"{d}\"/>");
                }
            }
            Item::Clip(rect, items) => {
                let n = self.clip_count;
                self.clip_count += 1;
                let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(number);
                let _ = write!(
                    self.defs,
                    "<clipPath id=\"{ID}-c{n}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>"
                );
                let _ = writeln!(self.out, "<g clip-path=\"url(#{ID}-c{n})\">");
                items.iter().for_each(|item| self.item(item));
                self.out.push_str("</g>\n");
            }
        }
    }

    fn outline(&mut self, outline: &Outline) {
        let mut d = String::new();
        // Long curves and the faces of a surface need no hundredths of a pixel.
        let lit = outline.fill.is_some_and(|f| matches!(f.ink, Ink::Lit(..)));
        let grain = |line: &Vec<Point>| if lit || line.len() > 24 { 10.0 } else { 100.0 };
        outline.lines.iter().for_each(|line| path(&mut d, line, outline.closed, grain(line)));
        if d.is_empty() {
            return;
        }
        let fill = match outline.fill {
            Some(fill) => self.paint("fill", fill.ink, fill.opacity),
            None => " fill=\"none\"".into(),
        };
        let rule =
            if outline.fill.is_some() && outline.lines.len() > 1 { " fill-rule=\"evenodd\"" } else { "" };
        let stroke = outline.stroke.map(|s| self.stroke(s)).unwrap_or_default();
        let (fill, stroke) = merge_classes(fill, stroke);
        let _ = writeln!(self.out, "<path{fill}{rule}{stroke} d=\"{d}\"/>");
    }

    fn stroke(&mut self, s: Stroke) -> String {
        let mut text = self.paint("stroke", s.ink, s.opacity);
        let _ = write!(text, " stroke-width=\"{}\"", number(s.width));
        let (dash, cap) = dashes(s.dash, s.width);
        if !dash.is_empty() {
            let dash: Vec<String> = dash.iter().map(|v| number(*v)).collect();
            let _ = write!(text, " stroke-dasharray=\"{}\"", dash.join(" "));
        }
        if !cap {
            text.push_str(" stroke-linecap=\"butt\"");
        }
        text
    }

    fn label(&mut self, label: &Label) {
        if self.outlined {
            return self.outlined_label(label);
        }
        let paint = self.paint("fill", Ink::Role(label.role), 1.0);
        let halo = if label.halo {
            let stroke = self.paint("stroke", Ink::Role(Role::Background), 0.85);
            format!("{stroke} stroke-width=\"3\" paint-order=\"stroke\"")
        } else {
            String::new()
        };
        let (paint, halo) = merge_classes(paint, halo);
        let anchor = match label.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = match label.weight {
            Weight::Regular => "",
            Weight::SemiBold => " font-weight=\"600\"",
            Weight::Italic => " font-style=\"italic\"",
            Weight::SemiBoldItalic => " font-weight=\"600\" font-style=\"italic\"",
        };
        let [x, y] = label.at.map(number);
        let turn = if label.turn == 0.0 {
            String::new()
        } else {
            format!(" transform=\"rotate({} {x} {y})\"", number(label.turn))
        };
        let (size, words) = (number(label.size), escape(&label.words));
        let _ = writeln!(
            self.out,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}{anchor}{turn}{paint}{halo}>{words}</text>"
        );
    }

    fn outlined_label(&mut self, label: &Label) {
        let (glyphs, width) = font::set(&label.words, label.weight);
        let start = match label.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * width,
            Anchor::End => -width,
        };
        let mut shapes = String::new();
        for glyph in &glyphs {
            let (face, id) = glyph.key();
            if self.glyphs.insert((face, id)) {
                let mut pen = Pen { d: String::new(), scale: (EM / glyph.units_per_em()) as f32 };
                font::outline(glyph, &mut pen);
                let _ = write!(self.defs, "<path id=\"{ID}-{face}-{id}\" d=\"{}\"/>", pen.d);
            }
            let x = ((start + glyph.x) * EM).round();
            let _ = write!(shapes, "<use href=\"#{ID}-{face}-{id}\" x=\"{x}\"/>");
        }
        let [x, y] = label.at.map(number);
        let turn = if label.turn == 0.0 { String::new() } else { format!(" rotate({})", number(label.turn)) };
        let scale = label.size / EM;
        let place = format!("transform=\"translate({x} {y}){turn} scale({scale:.5} {:.5})\"", -scale);
        if label.halo {
            let stroke = self.paint("stroke", Ink::Role(Role::Background), 0.85);
            let width = number(3.0 / scale);
            let _ =
                writeln!(self.out, "<g {place}{stroke} fill=\"none\" stroke-width=\"{width}\">{shapes}</g>");
        }
        let paint = self.paint("fill", Ink::Role(label.role), 1.0);
        let _ = writeln!(self.out, "<g {place}{paint}>{shapes}</g>");
    }

    fn picture(&mut self, p: &Picture) {
        let Some(png) = crate::png::picture_png(p) else { return };
        let [x, y, w, h] = [p.place.x, p.place.y, p.place.w, p.place.h].map(number);
        let _ = writeln!(
            self.out,
            "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
             style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
            base64(&png)
        );
    }

    /// The attributes that colour a fill or a stroke.
    fn paint(&mut self, property: &str, ink: Ink, opacity: f64) -> String {
        let mut text = match ink {
            Ink::Rgb(c) => format!(" {property}=\"{}\"", hex(c)),
            Ink::Role(_) | Ink::Lit(..) => {
                let colour = hex(self.theme.ink(ink));
                if self.theme == Theme::Auto {
                    let key = key_of(ink);
                    let class = match ink {
                        Ink::Lit(..) => key.clone(),
                        Ink::Role(_) | Ink::Rgb(_) => format!("{}-{key}", &property[..1]),
                    };
                    self.used.insert(key, ink);
                    format!(" class=\"{class}\" {property}=\"{colour}\"")
                } else {
                    format!(" {property}=\"{colour}\"")
                }
            }
        };
        if opacity < 1.0 {
            let _ = write!(text, " {property}-opacity=\"{}\"", number(opacity));
        }
        text
    }
}

/// Two groups of attributes may both carry a class; an element has only one such attribute.
fn merge_classes(first: String, second: String) -> (String, String) {
    let class = |text: &str| {
        let start = text.find(" class=\"")?;
        let end = start + 8 + text[start + 8..].find('"')?;
        Some((start, end))
    };
    let (Some(a), Some(b)) = (class(&first), class(&second)) else { return (first, second) };
    let joined = format!("{} {}{}", &first[..a.1], &second[b.0 + 8..b.1], &first[a.1..]);
    (joined, format!("{}{}", &second[..b.0], &second[b.1 + 1..]))
}

/// Lengths of dashes and gaps, and whether ends are round.
pub(crate) fn dashes(dash: Dash, width: f64) -> (Vec<f64>, bool) {
    let w = width.max(1.0);
    match dash {
        Dash::Solid => (Vec::new(), true),
        Dash::Dashed => (vec![3.5 * w, 2.5 * w], false),
        Dash::Dotted => (vec![0.01, 2.2 * w], true),
        Dash::DashDot => (vec![4.0 * w, 2.2 * w, 0.01, 2.2 * w], true),
    }
}

/// The name of an ink's class and custom property; of a colour that is no role's, its code.
fn key_of(ink: Ink) -> String {
    match ink {
        Ink::Role(role) => role_key(role),
        // Surfaces have a few thousand faces: a short name.
        Ink::Lit(Role::Relief(t), step) => format!("l{}-{step}", tint_step(t)),
        Ink::Lit(role, step) => format!("{}-lit-{step}", role_key(role)),
        Ink::Rgb(c) => hex(c),
    }
}

pub(crate) fn role_key(role: Role) -> String {
    match role {
        Role::Background => "background".into(),
        Role::Text => "text".into(),
        Role::Muted => "muted".into(),
        Role::Grid => "grid".into(),
        Role::Frame => "frame".into(),
        Role::Contour => "contour".into(),
        Role::Series(n) => format!("series-{}", n % Role::SERIES),
        Role::Tint(t) => format!("tint-{}", tint_step(t)),
        Role::Relief(t) => format!("relief-{}", tint_step(t)),
    }
}

/// Appends a polyline with relative coordinates in parts of `grain`, each rounded against the last point written.
fn path(d: &mut String, points: &[Point], closed: bool, grain: f64) {
    let round = |v: f64| (v * grain).round() / grain;
    let Some(first) = points.first() else { return };
    let mut last = first.map(round);
    let _ = write!(d, "M{} {}", number(last[0]), number(last[1]));
    let mut begun = false;
    for p in &points[1..] {
        let p = p.map(round);
        let step = [p[0] - last[0], p[1] - last[1]];
        if step == [0.0, 0.0] && points.len() > 2 {
            continue;
        }
        let [x, y] = step.map(short);
        // A minus sign parts numbers, too.
        let gap = |text: &str| if text.starts_with('-') { "" } else { " " };
        let command = if begun { gap(&x) } else { "l" };
        let _ = write!(d, "{command}{x}{}{y}", gap(&y));
        (last, begun) = (p, true);
    }
    if closed {
        d.push('z');
    }
}

/// At most two decimals, no trailing zeros, no negative zero.
fn number(v: f64) -> String {
    let v = (v * 100.0).round() / 100.0 + 0.0;
    if !v.is_finite() { "0".into() } else { format!("{v}") }
}

/// As [`number`], without the zero before the point.
fn short(v: f64) -> String {
    let text = number(v);
    match text
        .strip_prefix("0.")
        .map(|rest| (".", rest))
        .or(text.strip_prefix("-0.").map(|rest| ("-.", rest)))
    {
        Some((sign, rest)) => format!("{sign}{rest}"),
        None => text,
    }
}

fn hex(c: crate::colour::Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2)
}

/// Escapes markup and drops characters that XML 1.0 forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Units to the em in which glyphs are written.
const EM: f64 = 1000.0;

/// Writes a glyph's outline as a path.
struct Pen {
    d: String,
    scale: f32,
}

impl Pen {
    fn write(&mut self, command: char, points: &[f32]) {
        self.d.push(command);
        for (k, v) in points.iter().enumerate() {
            let v = (v * self.scale).round() as i32;
            let gap = if k == 0 || v < 0 { "" } else { " " };
            let _ = write!(self.d, "{gap}{v}");
        }
    }
}

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write('M', &[x, y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write('L', &[x, y]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.write('Q', &[x1, y1, x, y]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write('C', &[x1, y1, x2, y2, x, y]);
    }

    fn close(&mut self) {
        self.d.push('Z');
    }
}

/// The 32-bit FNV-1a hash.
fn fnv(parts: &[&str]) -> u32 {
    parts
        .iter()
        .flat_map(|p| p.bytes())
        .fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().enumerate().fold(0u32, |n, (i, b)| n | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            let digit = DIGITS[(n >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, escape, number};

    #[test]
    fn base64_matches_rfc_4648() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn numbers_are_short_and_text_is_escaped() {
        assert_eq!(
            ["0.3", "0", "12", "-4.57"],
            [0.3, -0.001, 12.0, -4.567].map(number).each_ref().map(String::as_str)
        );
        assert_eq!(escape("<a & \"b\">\u{0}\n"), "&lt;a &amp; &quot;b&quot;&gt; ");
    }
}
