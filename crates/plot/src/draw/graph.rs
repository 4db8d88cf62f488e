//! Graphs: edges from rim to rim, nodes as capsules around their words.

use super::arrows::arrow;
use super::frame::Frame;
use super::legend::Look;
use super::{HALF_DIGIT, LABEL, TICK};
use crate::display::{Anchor, Fill, Ink, Item, Label, Outline, Point, Stroke};
use crate::font::{Weight, width};
use crate::{Graph, Role};

/// Half the height of a node.
const RADIUS: f64 = 15.0;

/// Half the width of a node beyond its round ends.
fn reach(words: &str) -> f64 {
    (width(words, LABEL, Weight::SemiBold) / 2.0 + 8.0 - RADIUS).max(0.0)
}

/// How far the rim of a capsule is from its centre in the direction `u`.
fn rim(half: f64, u: Point) -> f64 {
    let straight = RADIUS / u[1].abs();
    if straight * u[0].abs() <= half {
        return straight;
    }
    // Where the ray leaves the round end about (half, 0).
    let along = u[0].abs() * half;
    along + (along * along - half * half + RADIUS * RADIUS).max(0.0).sqrt()
}

fn capsule([x, y]: Point, half: f64) -> Vec<Point> {
    let turn = |k: i32| f64::from(k) * std::f64::consts::PI / 12.0;
    let right = (-6..=6).map(turn).map(|a| [x + half + RADIUS * a.cos(), y + RADIUS * a.sin()]);
    let left = (6..=18).map(turn).map(|a| [x - half + RADIUS * a.cos(), y + RADIUS * a.sin()]);
    right.chain(left).collect()
}

pub(crate) fn draw(m: &Graph, look: Look, frame: &Frame, items: &mut Vec<Item>) {
    let word = |list: &[String], k: usize| list.get(k).cloned().unwrap_or_default();
    let places: Vec<Option<Point>> = m.nodes.iter().map(|p| frame.at(p[0], p[1])).collect();
    let mut words = Vec::new();
    for (k, [from, to]) in m.joined() {
        let (Some(a), Some(b)) = (places[from], places[to]) else { continue };
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy);
        let u = [dx / length, dy / length];
        let leave = rim(reach(&word(&m.labels, from)), u);
        let arrive = length - rim(reach(&word(&m.labels, to)), u) - 2.0;
        // Also not where the nodes cover one another, or lie in one place.
        if !(length.is_finite() && arrive > leave) {
            continue;
        }
        let at = |t: f64| [a[0] + u[0] * t, a[1] + u[1] * t];
        let stroke = Stroke::new(Role::Frame, 1.5);
        if m.directed {
            items.extend(arrow(at(leave), at(arrive), stroke));
        } else {
            items.push(Item::line(vec![at(leave), at(arrive)], stroke));
        }
        let middle = at((leave + arrive) / 2.0);
        let weight = word(&m.weights, k);
        if !weight.is_empty() {
            // On the edge itself, where no other node's words are.
            let place = [middle[0], middle[1] + HALF_DIGIT * TICK];
            words.push(Label::new(place, weight, TICK).anchor(Anchor::Middle).role(Role::Muted).haloed());
        }
    }
    let heights: Vec<f64> = places.iter().flatten().map(|p| p[1]).collect();
    let middle = heights.iter().sum::<f64>() / heights.len().max(1) as f64;
    for (k, at) in places.iter().enumerate() {
        let Some(at) = *at else { continue };
        let label = word(&m.labels, k);
        items.push(Item::Outline(Outline {
            lines: vec![capsule(at, reach(&label))],
            closed: true,
            fill: Some(Fill { ink: Ink::Role(Role::Background), opacity: 1.0 }),
            stroke: Some(Stroke::new(look.role, 1.75)),
        }));
        let line = [at[0], at[1] + HALF_DIGIT * LABEL];
        words.push(Label::new(line, label, LABEL).bold().anchor(Anchor::Middle));
        // Notes stand on the outer side, where fewer edges are.
        let away = if at[1] < middle - 1.0 { -RADIUS - 7.0 } else { RADIUS + 6.0 + TICK * 0.8 };
        words
            .push(Label::new([at[0], at[1] + away], word(&m.notes, k), TICK).anchor(Anchor::Middle).haloed());
    }
    items.extend(words.into_iter().filter(|l| !l.words.is_empty()).map(Item::Label));
}

#[cfg(test)]
mod tests {
    use super::{RADIUS, rim};

    #[test]
    fn the_rim_of_a_capsule_is_where_its_sides_and_ends_are() {
        assert!((rim(10.0, [1.0, 0.0]) - (10.0 + RADIUS)).abs() < 1e-12);
        assert!((rim(10.0, [0.0, -1.0]) - RADIUS).abs() < 1e-12);
        assert!((rim(0.0, [0.6, 0.8]) - RADIUS).abs() < 1e-12);
        // On the round end: 15 from (10, 0).
        let t = rim(10.0, [0.8, 0.6]);
        assert!(((0.8 * t - 10.0).hypot(0.6 * t) - RADIUS).abs() < 1e-12);
    }
}
