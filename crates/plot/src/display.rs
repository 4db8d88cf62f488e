//! The display list: shapes in pixels, still coloured by role, between layout and backends.

use crate::colour::Rgb;
use crate::font::Weight;
use crate::live::PanelMap;
use crate::{Dash, Role, Shape};

pub(crate) type Point = [f64; 2];

/// An axis-parallel rectangle: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

impl Rect {
    pub(crate) fn right(&self) -> f64 {
        self.x + self.w
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub(crate) fn grown(&self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ink {
    Role(Role),
    /// A role under a lamp: one of [`LIGHTS`](crate::theme::LIGHTS) steps from shade to full light.
    Lit(Role, u8),
    Rgb(Rgb),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    pub(crate) ink: Ink,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
    pub(crate) opacity: f64,
}

impl Stroke {
    pub(crate) fn new(role: Role, width: f64) -> Self {
        Self { ink: Ink::Role(role), width, dash: Dash::Solid, opacity: 1.0 }
    }

    pub(crate) fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    pub(crate) fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fill {
    pub(crate) ink: Ink,
    pub(crate) opacity: f64,
}

/// Polylines or polygons (even-odd).
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    pub(crate) lines: Vec<Vec<Point>>,
    pub(crate) closed: bool,
    pub(crate) fill: Option<Fill>,
    pub(crate) stroke: Option<Stroke>,
}

/// Equal markers.
#[derive(Debug, Clone)]
pub(crate) struct Dots {
    pub(crate) at: Vec<Point>,
    pub(crate) shape: Shape,
    pub(crate) size: f64,
    pub(crate) fill: Fill,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text; `at` is on its baseline.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) at: Point,
    pub(crate) words: String,
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) anchor: Anchor,
    /// Clockwise, in degrees, about `at`.
    pub(crate) turn: f64,
    pub(crate) role: Role,
    /// A rim in the page's colour, for text on top of marks.
    pub(crate) halo: bool,
}

impl Label {
    pub(crate) fn new(at: Point, words: impl Into<String>, size: f64) -> Self {
        Self {
            at,
            words: words.into(),
            size,
            weight: Weight::Regular,
            anchor: Anchor::Start,
            turn: 0.0,
            role: Role::Text,
            halo: false,
        }
    }

    pub(crate) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(crate) fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    pub(crate) fn bold(mut self) -> Self {
        self.weight = Weight::SemiBold;
        self
    }

    pub(crate) fn turned(mut self, degrees: f64) -> Self {
        self.turn = degrees;
        self
    }

    pub(crate) fn haloed(mut self) -> Self {
        self.halo = true;
        self
    }
}

/// Cells of colour, row by row from the top, opaque or fully transparent.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) place: Rect,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) cells: Vec<Option<Rgb>>,
}

/// Four-cornered faces over shared points, from back to front.
#[derive(Debug, Clone)]
pub(crate) struct Mesh {
    pub(crate) points: Vec<Point>,
    pub(crate) faces: Vec<([u32; 4], Ink)>,
}

impl Mesh {
    /// The faces as areas, larger by 0.6 pixels at their corners, also where they are slivers: this closes the seams that
    /// anti-aliasing leaves between neighbours.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = Outline> {
        self.faces.iter().map(|(corners, ink)| {
            let p = corners.map(|k| self.points[k as usize]);
            let middle = [0, 1].map(|k| p.iter().map(|p| p[k] / 4.0).sum::<f64>());
            let grown = p.map(|[x, y]| {
                let (dx, dy) = (x - middle[0], y - middle[1]);
                let by = 1.0 + 0.6 / dx.hypot(dy).max(1e-6);
                [middle[0] + dx * by, middle[1] + dy * by]
            });
            let fill = Some(Fill { ink: *ink, opacity: 1.0 });
            Outline { lines: vec![grown.to_vec()], closed: true, fill, stroke: None }
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Item {
    Outline(Outline),
    Dots(Dots),
    Label(Label),
    Picture(Picture),
    Mesh(Mesh),
    /// Items cut off at a rectangle.
    Clip(Rect, Vec<Item>),
}

impl Item {
    pub(crate) fn line(points: Vec<Point>, stroke: Stroke) -> Self {
        Self::lines(vec![points], stroke)
    }

    pub(crate) fn lines(lines: Vec<Vec<Point>>, stroke: Stroke) -> Self {
        Self::Outline(Outline { lines, closed: false, fill: None, stroke: Some(stroke) })
    }

    pub(crate) fn area(lines: Vec<Vec<Point>>, ink: Ink, opacity: f64) -> Self {
        Self::Outline(Outline { lines, closed: true, fill: Some(Fill { ink, opacity }), stroke: None })
    }

    pub(crate) fn rect(r: Rect, ink: Ink, opacity: f64) -> Self {
        Self::area(vec![corners(r)], ink, opacity)
    }
}

pub(crate) fn corners(r: Rect) -> Vec<Point> {
    vec![[r.x, r.y], [r.right(), r.y], [r.right(), r.bottom()], [r.x, r.bottom()]]
}

/// A laid-out figure.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) items: Vec<Item>,
    pub(crate) panels: Vec<PanelMap>,
}

/// The polygon of a marker of diameter 1 about the origin; `None` for shapes that are not polygons.
pub(crate) fn marker(shape: Shape) -> Option<Vec<Point>> {
    let ngon = |points: &[Point]| Some(points.to_vec());
    match shape {
        Shape::Circle => None,
        Shape::Square => ngon(&[[-0.44, -0.44], [0.44, -0.44], [0.44, 0.44], [-0.44, 0.44]]),
        Shape::Triangle => ngon(&[[0.0, -0.58], [0.55, 0.42], [-0.55, 0.42]]),
        Shape::Diamond => ngon(&[[0.0, -0.62], [0.62, 0.0], [0.0, 0.62], [-0.62, 0.0]]),
        Shape::Plus => ngon(&plus()),
        Shape::Cross => {
            let h = std::f64::consts::FRAC_1_SQRT_2;
            Some(plus().iter().map(|[x, y]| [h * (x - y), h * (x + y)]).collect())
        }
        Shape::Star => {
            let tip = |k: u32| {
                let angle = f64::from(k) * std::f64::consts::PI / 5.0;
                let r = if k.is_multiple_of(2) { 0.72 } else { 0.3 };
                [r * angle.sin(), -r * angle.cos()]
            };
            Some((0..10).map(tip).collect())
        }
    }
}

fn plus() -> [Point; 12] {
    let (a, b) = (0.13, 0.6);
    [
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
    ]
}
