//! Arrows: vector fields and the path of an iteration.

use super::frame::Frame;
use super::legend::Look;
use super::{HALF_DIGIT, LABEL};
use crate::display::{Anchor, Dots, Fill, Ink, Item, Label, Point, Stroke};
use crate::{Arrow, Path, Quiver, Role, Shape};

/// An arrow between two pixels; one too short to be seen is left out.
pub(crate) fn arrow(from: Point, to: Point, stroke: Stroke) -> Vec<Item> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy);
    if length.is_nan() || length < 0.5 {
        return Vec::new();
    }
    let size = (0.4 * length).clamp(2.0, 4.6 * stroke.width);
    let (ux, uy) = (dx / length, dy / length);
    let neck = [to[0] - ux * size * 0.8, to[1] - uy * size * 0.8];
    vec![
        Item::line(vec![from, neck], stroke),
        Item::area(vec![head(to, [ux, uy], size)], stroke.ink, stroke.opacity),
    ]
}

/// The triangle of an arrow head with its tip at `tip`.
fn head(tip: Point, [ux, uy]: Point, size: f64) -> Vec<Point> {
    let back = [tip[0] - ux * size, tip[1] - uy * size];
    let half = 0.42 * size;
    vec![tip, [back[0] - uy * half, back[1] + ux * half], [back[0] + uy * half, back[1] - ux * half]]
}

pub(crate) fn quiver(m: &Quiver, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let n = m.x.len().min(m.y.len()).min(m.u.len()).min(m.v.len());
    // Directions as they look in the panel, so that a gradient stands across its contour lines when axes are equal.
    let sx = frame.rect.w / (frame.x.high - frame.x.low);
    let sy = frame.rect.h / (frame.y.high - frame.y.low);
    let arrows: Vec<(Point, Point)> = (0..n)
        .filter_map(|i| {
            let d = [m.u[i] * sx, -m.v[i] * sy];
            let tail = frame.at(m.x[i], m.y[i])?;
            d[0].hypot(d[1]).is_finite().then_some((tail, d))
        })
        .collect();
    let longest = arrows.iter().map(|(_, d)| d[0].hypot(d[1])).fold(0.0, f64::max);
    if longest == 0.0 {
        return;
    }
    let spacing = (frame.rect.w * frame.rect.h / arrows.len().max(1) as f64).sqrt().min(90.0);
    for (tail, d) in arrows {
        let tip = [tail[0] + d[0] / longest * spacing * 0.95, tail[1] + d[1] / longest * spacing * 0.95];
        items.extend(arrow(tail, tip, Stroke::new(look.role, 1.5)));
    }
}

/// An arrow with a rim in the page's colour.
pub(crate) fn rimmed(from: Point, to: Point, role: Role, items: &mut Vec<Item>) {
    let shape = arrow(from, to, Stroke::new(role, 2.5));
    // The rim ends before the tip, so that it cuts nothing that the arrow touches.
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    if !shape.is_empty() && length > 9.0 {
        let part = 1.0 - 7.0 / length;
        let end = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
        items.push(Item::line(vec![from, end], Stroke::new(Role::Background, 5.0).opacity(0.7)));
    }
    items.extend(shape);
}

/// Words beyond the tip of an arrow.
pub(crate) fn words(from: Point, to: Point, role: Role, words: &str, items: &mut Vec<Item>) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy);
    if words.is_empty() || length.is_nan() || length < 0.5 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let anchor = match ux {
        u if u > 0.35 => Anchor::Start,
        u if u < -0.35 => Anchor::End,
        _ => Anchor::Middle,
    };
    let at = [to[0] + 7.0 * ux, to[1] + 12.0 * uy + HALF_DIGIT * LABEL];
    items.push(Item::Label(Label::new(at, words, LABEL).bold().anchor(anchor).role(role).haloed()));
}

pub(crate) fn single(m: &Arrow, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    if let (Some(from), Some(to)) = (frame.at(m.from[0], m.from[1]), frame.at(m.to[0], m.to[1])) {
        rimmed(from, to, look.role, items);
    }
}

pub(crate) fn single_words(m: &Arrow, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let from = frame.at(m.from[0], m.from[1]);
    if let (Some(from), Some(to)) = (from, super::marks::inside(frame, m.to[0], m.to[1])) {
        words(from, to, look.role, &m.words, items);
    }
}

pub(crate) fn path(m: &Path, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let runs = frame.polylines(m.x.iter().copied().zip(m.y.iter().copied()));
    items.push(Item::lines(runs.clone(), Stroke::new(Role::Background, 4.5).opacity(0.7)));
    items.push(Item::lines(runs.clone(), Stroke::new(look.role, 2.0)));
    let mut since = f64::INFINITY;
    let mut heads = Vec::new();
    for w in runs.iter().flat_map(|run| run.windows(2)) {
        let d = [w[1][0] - w[0][0], w[1][1] - w[0][1]];
        let length = d[0].hypot(d[1]);
        since += length;
        // A head on every long step, and now and then where the steps are short.
        if length > 26.0 || (since > 60.0 && length > 1e-9) {
            let middle = [w[0][0] + d[0] * 0.5, w[0][1] + d[1] * 0.5];
            let u = [d[0] / length, d[1] / length];
            heads.push(head([middle[0] + u[0] * 4.5, middle[1] + u[1] * 4.5], u, 9.0));
            since = 0.0;
        }
    }
    // Heads are separate areas: overlapping ones must not cancel.
    items.extend(heads.into_iter().map(|h| Item::area(vec![h], Ink::Role(look.role), 1.0)));
    let at: Vec<Point> = runs.into_iter().flatten().collect();
    let fill = Fill { ink: Ink::Role(look.role), opacity: 1.0 };
    items.push(Item::Dots(Dots { at, shape: Shape::Circle, size: 4.5, fill }));
}

/// The start as a ring, the end as a star.
pub(crate) fn path_ends(m: &Path, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let points: Vec<Point> =
        m.x.iter().zip(&m.y).filter_map(|(x, y)| super::marks::inside(frame, *x, *y)).collect();
    let mut dot = |at: &Point, shape, size, role| {
        let fill = Fill { ink: Ink::Role(role), opacity: 1.0 };
        items.push(Item::Dots(Dots { at: vec![*at], shape, size, fill }));
    };
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        dot(first, Shape::Circle, 11.0, look.role);
        dot(first, Shape::Circle, 6.0, Role::Background);
        dot(last, Shape::Star, 17.0, Role::Background);
        dot(last, Shape::Star, 13.0, look.role);
    }
}
