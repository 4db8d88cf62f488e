//! The compact binary form of a [`Drawing`], version 1, as the browser kit reads it.
//!
//! Everything is little-endian, without padding. `f32` are pixels; `point` is two `f32`.
//!
//! ```text
//! drawing  "gdr" u8 version = 1 · f32 width, height · u32 panels · panel… · u32 shapes · shape…
//! panel    u8 kind (0 flat, 1 surface) · f32 left, top, width, height · span x · span y
//!          surface: span z · f64 × 8 (a₀ a₁ a₂ a₃: the pixel of (x, y, z) is a₀ + x a₁ + y a₂ + z a₃)
//!                   · u32 side n · f32 × n² heights, row by row from the smallest y, n evenly spaced points a side
//! span     u8 scale (0 linear, 1 log10) · f64 low, high
//! shape    u8 kind, then
//!  1 outline  u8 flags (1 closed, 2 filled, 4 stroked) · filled: paint · stroked: paint, f32 width, u8 dash
//!             · u32 lines, each u32 n · n points. Filled lines are one area by the even-odd rule.
//!  2 dots     u8 marker · paint · f32 diameter · u32 n · n points
//!  3 label    point (on the baseline) · f32 size, turn (degrees, clockwise) · u8 anchor (0 start, 1 middle, 2 end)
//!             · u8 flags (1 bold, 2 halo, 4 slanted) · ink · u32 n · n bytes of UTF-8
//!  4 picture  f32 left, top, width, height · u32 columns, rows · columns × rows × (u8 red, green, blue, alpha)
//!  5 clip     f32 left, top, width, height: cuts the shapes up to the matching end; clips nest
//!  6 end of clip
//!  7 mesh     u32 points · points · u32 faces, each 4 × u32 point, ink; painted in this order
//! paint    ink · f32 opacity
//! ink      u8 role, argument, light, 0    role 0 background, 1 text, 2 muted, 3 grid, 4 frame, 5 contour,
//!                                         6 series (argument: which), 7 tint, 8 relief (argument: parts of 24);
//!                                         light 0 … 31, or 255 for none: channels times 0.62 + 0.44 light / 31
//!          u8 255, red, green, blue       a colour of its own
//! dash     0 solid, 1 dashed, 2 dotted, 3 dash-dot
//! marker   0 circle, 1 square, 2 triangle, 3 diamond, 4 cross, 5 plus, 6 star
//! ```
//!
//! Coordinates of polygonal markers are those of the figure's SVG: a marker is a polygon of diameter 1 about its point.

use super::{Drawing, PanelMap, Span};
use crate::display::{Anchor, Fill, Ink, Item, Label, Mesh, Outline, Picture, Point, Rect};
use crate::theme::tint_step;
use crate::{Dash, Role, Scale, Shape};

/// The version of the format, the fourth byte of every drawing.
pub const VERSION: u8 = 1;

impl Drawing {
    /// The drawing in the form that [`bytes`](self) documents.
    ///
    /// ```
    /// use gradus_plot::{Figure, live::drawing};
    /// let bytes = drawing(&Figure::new("").size(300.0, 200.0), 300.0).to_bytes();
    /// assert_eq!(&bytes[..4], b"gdr\x01");
    /// assert_eq!(bytes[4..8], 300f32.to_le_bytes());
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer(Vec::with_capacity(1 << 16));
        w.0.extend_from_slice(b"gdr");
        w.u8(VERSION);
        w.f32s(&[self.width, self.height]);
        w.count(self.panels.len());
        self.panels.iter().for_each(|p| w.panel(p));
        w.count(self.shapes.iter().map(shapes).sum());
        self.shapes.iter().for_each(|item| w.item(item));
        w.0
    }
}

/// How many shapes of the format an item is.
fn shapes(item: &Item) -> usize {
    match item {
        Item::Clip(_, items) => 2 + items.iter().map(shapes).sum::<usize>(),
        Item::Outline(_) | Item::Dots(_) | Item::Label(_) | Item::Picture(_) | Item::Mesh(_) => 1,
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn u8(&mut self, v: u8) {
        self.0.push(v);
    }

    fn count(&mut self, n: usize) {
        self.0.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn f32s(&mut self, values: &[f64]) {
        values.iter().for_each(|v| self.0.extend_from_slice(&(*v as f32).to_le_bytes()));
    }

    fn f64s(&mut self, values: &[f64]) {
        values.iter().for_each(|v| self.0.extend_from_slice(&v.to_le_bytes()));
    }

    fn points(&mut self, points: &[Point]) {
        self.count(points.len());
        points.iter().for_each(|p| self.f32s(p));
    }

    fn rect(&mut self, r: Rect) {
        self.f32s(&[r.x, r.y, r.w, r.h]);
    }

    fn span(&mut self, span: &Span) {
        self.u8(match span.scale {
            Scale::Linear => 0,
            Scale::Log10 => 1,
        });
        self.f64s(&[span.low, span.high]);
    }

    fn panel(&mut self, p: &PanelMap) {
        self.u8(u8::from(p.relief.is_some()));
        self.f32s(&[p.left, p.top, p.width, p.height]);
        self.span(&p.x);
        self.span(&p.y);
        if let Some(relief) = &p.relief {
            self.span(&relief.z);
            relief.affine.iter().for_each(|a| self.f64s(a));
            self.count(super::Relief::SIDE);
            self.f32s(&relief.heights);
        }
    }

    fn ink(&mut self, ink: Ink) {
        let (role, light) = match ink {
            Ink::Rgb(c) => return self.0.extend_from_slice(&[255, c.0, c.1, c.2]),
            Ink::Role(role) => (role, 255),
            Ink::Lit(role, step) => (role, step),
        };
        let (code, argument) = match role {
            Role::Background => (0, 0),
            Role::Text => (1, 0),
            Role::Muted => (2, 0),
            Role::Grid => (3, 0),
            Role::Frame => (4, 0),
            Role::Contour => (5, 0),
            Role::Series(n) => (6, (n % Role::SERIES) as u8),
            Role::Tint(t) => (7, tint_step(t)),
            Role::Relief(t) => (8, tint_step(t)),
        };
        self.0.extend_from_slice(&[code, argument, light, 0]);
    }

    fn paint(&mut self, fill: Fill) {
        self.ink(fill.ink);
        self.f32s(&[fill.opacity]);
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Outline(o) => self.outline(o),
            Item::Dots(d) => {
                self.u8(2);
                self.u8(match d.shape {
                    Shape::Circle => 0,
                    Shape::Square => 1,
                    Shape::Triangle => 2,
                    Shape::Diamond => 3,
                    Shape::Cross => 4,
                    Shape::Plus => 5,
                    Shape::Star => 6,
                });
                self.paint(d.fill);
                self.f32s(&[d.size]);
                self.points(&d.at);
            }
            Item::Label(l) => self.label(l),
            Item::Picture(p) => self.picture(p),
            Item::Mesh(m) => self.mesh(m),
            Item::Clip(rect, items) => {
                self.u8(5);
                self.rect(*rect);
                items.iter().for_each(|item| self.item(item));
                self.u8(6);
            }
        }
    }

    fn outline(&mut self, o: &Outline) {
        self.u8(1);
        self.u8(u8::from(o.closed) | u8::from(o.fill.is_some()) << 1 | u8::from(o.stroke.is_some()) << 2);
        if let Some(fill) = o.fill {
            self.paint(fill);
        }
        if let Some(s) = o.stroke {
            self.paint(Fill { ink: s.ink, opacity: s.opacity });
            self.f32s(&[s.width]);
            self.u8(match s.dash {
                Dash::Solid => 0,
                Dash::Dashed => 1,
                Dash::Dotted => 2,
                Dash::DashDot => 3,
            });
        }
        self.count(o.lines.len());
        o.lines.iter().for_each(|line| self.points(line));
    }

    fn label(&mut self, l: &Label) {
        self.u8(3);
        self.f32s(&[l.at[0], l.at[1], l.size, l.turn]);
        self.u8(match l.anchor {
            Anchor::Start => 0,
            Anchor::Middle => 1,
            Anchor::End => 2,
        });
        self.u8(u8::from(l.weight.is_bold()) | u8::from(l.halo) << 1 | u8::from(l.weight.is_slanted()) << 2);
        self.ink(Ink::Role(l.role));
        self.count(l.words.len());
        self.0.extend_from_slice(l.words.as_bytes());
    }

    fn picture(&mut self, p: &Picture) {
        self.u8(4);
        self.rect(p.place);
        self.count(p.columns);
        self.count(p.rows);
        let cells = p.cells.iter().map(|c| c.map_or([0; 4], |c| [c.0, c.1, c.2, 255]));
        cells.take(p.columns * p.rows).for_each(|c| self.0.extend_from_slice(&c));
    }

    fn mesh(&mut self, m: &Mesh) {
        self.u8(7);
        self.points(&m.points);
        self.count(m.faces.len());
        for (corners, ink) in &m.faces {
            corners.iter().for_each(|k| self.0.extend_from_slice(&k.to_le_bytes()));
            self.ink(*ink);
        }
    }
}
