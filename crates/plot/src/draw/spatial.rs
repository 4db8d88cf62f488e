//! Marks in the box of a surface: drawn over it, faint where it hides them.

use super::arrows::{rimmed, words};
use super::legend::{Look, looks};
use super::space::{Scenery, Vec3};
use crate::display::{Dots, Fill, Ink, Item, Point, Stroke};
use crate::{Arrow3, Axes, Curve3, Dash, Mark, Plane, Points3, Role, Shape};

/// Opacity of what is hidden.
const FAINT: f64 = 0.32;

pub(crate) fn draw(axes: &Axes, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    for (mark, look) in axes.marks.iter().zip(looks(axes)) {
        match mark {
            Mark::Curve3(m) => curve(m, look, scenery, items),
            Mark::Points3(m) => points(m, look, scenery, items),
            Mark::Arrow3(m) => arrow(m, look, scenery, items),
            Mark::Plane(m) => plane(m, look, scenery, items),
            Mark::Line(_)
            | Mark::Points(_)
            | Mark::Step(_)
            | Mark::Band(_)
            | Mark::Bars(_)
            | Mark::ErrorBars(_)
            | Mark::Contour(_)
            | Mark::HeatMap(_)
            | Mark::Surface(_)
            | Mark::Quiver(_)
            | Mark::Arrow(_)
            | Mark::Area(_)
            | Mark::Path(_)
            | Mark::Graph(_)
            | Mark::Text(_)
            | Mark::Rule(_) => {}
        }
    }
}

/// The parts of a curve in the box that are seen, and those that are hidden, in pixels.
fn parts(curve: &[Vec3], scenery: &Scenery<'_>) -> (Vec<Vec<Point>>, Vec<Vec<Point>>) {
    let (mut seen, mut hidden): (Vec<Vec<Point>>, Vec<Vec<Point>>) = (Vec::new(), Vec::new());
    let mut last: Option<bool> = None;
    for w in curve.windows(2) {
        if w.iter().flatten().any(|v| !v.is_finite()) {
            last = None;
            continue;
        }
        let middle: Vec3 = std::array::from_fn(|k| w[0][k] / 2.0 + w[1][k] / 2.0);
        let inside = (0..3).all(|k| {
            let (low, high) = scenery.space.ranges[k];
            let slack = 0.01 * (high - low);
            (low - slack..=high + slack).contains(&middle[k])
        });
        if !inside {
            last = None;
            continue;
        }
        let visible = scenery.seen(middle);
        let runs = if visible { &mut seen } else { &mut hidden };
        match runs.last_mut() {
            Some(run) if last == Some(visible) => run.push(scenery.at(w[1])),
            _ => runs.push(vec![scenery.at(w[0]), scenery.at(w[1])]),
        }
        last = Some(visible);
    }
    (seen, hidden)
}

fn curve(m: &Curve3, look: Look, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    let (seen, hidden) = parts(&m.points, scenery);
    if m.traced {
        items.push(Item::lines(
            hidden,
            Stroke::new(look.role, m.width * 0.75).dash(Dash::Dotted).opacity(0.6),
        ));
    }
    items.push(Item::lines(seen, Stroke::new(look.role, m.width).dash(m.dash)));
}

fn points(m: &Points3, look: Look, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    for p in m.points.iter().filter(|p| p.iter().all(|v| v.is_finite())) {
        let at = vec![scenery.at(*p)];
        let opacity = if scenery.seen(*p) { 1.0 } else { FAINT };
        let rim = Fill { ink: Ink::Role(Role::Background), opacity };
        items.push(Item::Dots(Dots { at: at.clone(), shape: Shape::Circle, size: m.size + 3.0, fill: rim }));
        let fill = Fill { ink: Ink::Role(look.role), opacity };
        items.push(Item::Dots(Dots { at, shape: Shape::Circle, size: m.size, fill }));
    }
}

/// An arrow is drawn over the surface as a whole: a hidden shaft would no longer be read as one.
fn arrow(m: &Arrow3, look: Look, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    if m.from.iter().chain(&m.to).all(|v| v.is_finite()) {
        let (from, to) = (scenery.at(m.from), scenery.at(m.to));
        rimmed(from, to, look.role, items);
        words(from, to, look.role, &m.words, items);
    }
}

fn plane(m: &Plane, look: Look, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    if m.through.iter().chain(&m.slope).chain([&m.half]).any(|v| !v.is_finite()) {
        return;
    }
    let (mut seen, mut hidden) = (Vec::new(), Vec::new());
    for patch in patches(m, scenery) {
        for above in [true, false] {
            let gap = |p: [f64; 2]| {
                let z = m.height(p[0], p[1]) - scenery.height(p[0], p[1]).unwrap_or(f64::NEG_INFINITY);
                if above { z } else { -z }
            };
            let part = cut(&patch, &gap);
            if part.len() < 3 {
                continue;
            }
            let n = part.len() as f64;
            let [x, y] = part.iter().fold([0.0; 2], |s, p| [s[0] + p[0] / n, s[1] + p[1] / n]);
            let visible = above && scenery.seen([x, y, m.height(x, y)]);
            let pixels = part.iter().map(|p| scenery.at([p[0], p[1], m.height(p[0], p[1])])).collect();
            if visible { seen.push(pixels) } else { hidden.push(pixels) }
        }
    }
    // One shape each, so that neighbouring pieces join without seams.
    items.push(Item::area(hidden, Ink::Role(look.role), 0.1));
    items.push(Item::area(seen, Ink::Role(look.role), 0.42));
    let (x, y, h) = (m.through[0], m.through[1], m.half);
    let corners = [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h], [x - h, y - h]];
    let edge: Vec<Vec3> = corners
        .windows(2)
        .flat_map(|w| {
            (0..24)
                .map(move |k| f64::from(k) / 24.0)
                .map(move |t| [0, 1].map(|i| w[0][i] + (w[1][i] - w[0][i]) * t))
        })
        .chain([corners[4]])
        .map(|p| [p[0], p[1], m.height(p[0], p[1])])
        .collect();
    let (seen, hidden) = parts(&edge, scenery);
    items.push(Item::lines(hidden, Stroke::new(look.role, 1.0).opacity(FAINT)));
    items.push(Item::lines(seen, Stroke::new(look.role, 1.5)));
}

/// The piece of a plane over each cell of the surface, cut off at the floor and at the ceiling of the box.
fn patches(m: &Plane, scenery: &Scenery<'_>) -> Vec<Vec<[f64; 2]>> {
    let grid = &scenery.surface.grid;
    let span = |c: &[f64], middle: f64| -> Vec<f64> {
        let (low, high) = (c[0].max(middle - m.half), c[c.len() - 1].min(middle + m.half));
        let mut edges: Vec<f64> = c.iter().copied().filter(|v| (low..high).contains(v)).collect();
        if edges.first().is_none_or(|first| *first > low) {
            edges.insert(0, low);
        }
        edges.push(high);
        if low < high { edges } else { Vec::new() }
    };
    let (xs, ys) = (span(grid.x(), m.through[0]), span(grid.y(), m.through[1]));
    let (floor, ceiling) = scenery.space.ranges[2];
    let mut out = Vec::new();
    for y in ys.windows(2) {
        for x in xs.windows(2) {
            let cell = [[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]];
            let kept = cut(&cell, &|p| ceiling - m.height(p[0], p[1]));
            let kept = cut(&kept, &|p| m.height(p[0], p[1]) - floor);
            if kept.len() > 2 {
                out.push(kept);
            }
        }
    }
    out
}

/// The part of a convex polygon where `f`, linear along its edges, is not negative (Sutherland and Hodgman 1974).
fn cut(polygon: &[[f64; 2]], f: &dyn Fn([f64; 2]) -> f64) -> Vec<[f64; 2]> {
    let mut out = Vec::new();
    for (i, a) in polygon.iter().enumerate() {
        let b = polygon[(i + 1) % polygon.len()];
        let (fa, fb) = (f(*a), f(b));
        if fa >= 0.0 {
            out.push(*a);
        }
        if (fa >= 0.0) != (fb >= 0.0) {
            let t = fa / (fa - fb);
            out.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]);
        }
    }
    out
}
