//! The legend: rows of swatches and names above the plot.

use super::{HALF_DIGIT, TICK, shorten};
use crate::display::{Dots, Fill, Ink, Item, Label, Rect, Stroke};
use crate::font::{Weight, width};
use crate::{Axes, Dash, Legend, Mark, Role, Shape};

/// Colour and shape of a mark once the panel's defaults are filled in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) role: Role,
    pub(crate) shape: Shape,
}

/// Gives each mark without a role the panel's next series colour, and points without a shape the next shape.
pub(crate) fn looks(axes: &Axes) -> Vec<Look> {
    const SHAPES: [Shape; 5] = [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Cross];
    let (mut next, mut next_shape) = (0, 0);
    let mut series = |given: Option<Role>| {
        given.unwrap_or_else(|| {
            next += 1;
            Role::Series(next - 1)
        })
    };
    let mut look = |mark: &Mark| {
        let role = match mark {
            Mark::Rule(m) => m.key.role.unwrap_or(Role::Muted),
            Mark::Text(m) => m.role,
            Mark::Contour(m) => m.role,
            _ => mark.key().map_or(Role::Text, |key| series(key.role)),
        };
        let shape = match mark {
            Mark::Points(m) => m.shape.unwrap_or_else(|| {
                next_shape += 1;
                SHAPES[(next_shape - 1) % SHAPES.len()]
            }),
            _ => Shape::Circle,
        };
        Look { role, shape }
    };
    axes.marks.iter().map(&mut look).collect()
}

const SWATCH: f64 = 20.0;
const GAP: f64 = 18.0;
pub(crate) const ROW: f64 = 19.0;

/// Height of the legend in a panel of this width.
pub(crate) fn height(axes: &Axes, room: f64) -> f64 {
    let rows = entries(axes, room).last().map_or(0, |e| e.2 + 1);
    if rows == 0 { 0.0 } else { rows as f64 * ROW + 5.0 }
}

/// Mark index, horizontal offset, row, and text of every entry.
fn entries(axes: &Axes, room: f64) -> Vec<(usize, f64, usize, String)> {
    if axes.legend == Legend::Hidden {
        return Vec::new();
    }
    let (mut x, mut row) = (0.0, 0);
    let mut out = Vec::new();
    for (i, mark) in axes.marks.iter().enumerate().filter(|(_, m)| !m.name().is_empty()) {
        let words = shorten(mark.name(), TICK, Weight::Regular, room - SWATCH - 6.0);
        let w = SWATCH + 6.0 + width(&words, TICK, Weight::Regular);
        if x > 0.0 && x + w > room {
            (x, row) = (0.0, row + 1);
        }
        out.push((i, x, row, words));
        x += w + GAP;
    }
    out
}

/// Draws the legend with its top left corner at `(left, top)`.
pub(crate) fn draw(axes: &Axes, [left, top]: [f64; 2], room: f64, items: &mut Vec<Item>) {
    let looks = looks(axes);
    for (i, x, row, words) in entries(axes, room) {
        let (x, y) = (left + x, top + row as f64 * ROW + ROW / 2.0);
        items.extend(swatch(&axes.marks[i], looks[i], x, y));
        items.push(Item::Label(Label::new([x + SWATCH + 6.0, y + HALF_DIGIT * TICK], words, TICK)));
    }
}

fn swatch(mark: &Mark, look: Look, x: f64, y: f64) -> Vec<Item> {
    let ink = Ink::Role(look.role);
    let line = |width: f64, dash: Dash| {
        Item::line(vec![[x + 1.0, y], [x + SWATCH - 1.0, y]], Stroke::new(look.role, width).dash(dash))
    };
    let dot = |shape: Shape, size: f64, opacity: f64| {
        Item::Dots(Dots { at: vec![[x + SWATCH / 2.0, y]], shape, size, fill: Fill { ink, opacity } })
    };
    let patch = |h: f64, opacity: f64| {
        Item::rect(Rect { x: x + 2.0, y: y - h / 2.0, w: SWATCH - 4.0, h }, ink, opacity)
    };
    match mark {
        Mark::Line(m) => vec![line(m.width, m.dash)],
        Mark::Step(_) => vec![line(2.0, Dash::Solid)],
        Mark::Rule(m) => vec![line(1.25, m.dash)],
        Mark::Points(m) => vec![dot(look.shape, m.size.clamp(4.0, 10.0), 1.0)],
        Mark::Band(_) | Mark::Area(_) => vec![patch(11.0, 0.28)],
        Mark::Plane(_) => vec![patch(11.0, 0.4)],
        Mark::Curve3(m) => vec![line(m.width, m.dash)],
        Mark::Points3(m) => vec![dot(Shape::Circle, m.size.clamp(4.0, 10.0), 1.0)],
        Mark::Bars(_) => vec![patch(11.0, 0.85)],
        Mark::Graph(_) => vec![line(1.75, Dash::Solid), dot(Shape::Circle, 8.0, 1.0)],
        Mark::ErrorBars(_) => {
            let (x, s) = (x + SWATCH / 2.0, Stroke::new(look.role, 1.5));
            vec![dot(Shape::Circle, 6.0, 1.0), Item::line(vec![[x, y - 7.0], [x, y + 7.0]], s)]
        }
        Mark::Path(_) => vec![line(2.0, Dash::Solid), dot(Shape::Circle, 6.0, 1.0)],
        Mark::Quiver(_) | Mark::Arrow(_) | Mark::Arrow3(_) => {
            super::arrows::arrow([x + 1.0, y], [x + SWATCH - 1.0, y], Stroke::new(look.role, 1.5))
        }
        Mark::Contour(_) | Mark::HeatMap(_) | Mark::Surface(_) | Mark::Text(_) => Vec::new(),
    }
}
