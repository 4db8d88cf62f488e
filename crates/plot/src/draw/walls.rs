//! The box of a surface: floor and far walls with grid lines, and labels along the near edges.

use super::panel::{Scaled, Side, scale};
use super::space::{BOX, Camera, Space, Vec3, dot};
use super::{HALF_DIGIT, LABEL, TICK};
use crate::display::{Anchor, Item, Label, Point, Stroke};
use crate::font::{Weight, width};
use crate::{Axes, Axis, Role};

/// The floor and the two far walls with grid lines, and labels along the near edges.
pub(crate) fn draw(axes: &Axes, space: &Space, camera: &Camera, items: &mut Vec<Item>) {
    let far = |k: usize| if camera.toward[k] > 0.0 { -BOX[k] / 2.0 } else { BOX[k] / 2.0 };
    let (fx, fy, floor) = (far(0), far(1), -BOX[2] / 2.0);
    let length = |k: usize| {
        let mut end = [0.0; 3];
        end[k] = BOX[k];
        (camera.scale * dot(camera.right, end)).hypot(camera.scale * dot(camera.up, end))
    };
    let ticks: [_; 3] = std::array::from_fn(|k| {
        let axis = [&axes.x, &axes.y, &axes.z][k];
        let plain = Axis { ticks: axis.ticks.clone(), ..Axis::default() };
        scale(&plain, space.ranges[k], length(k) * 0.8, Side::Vertical)
    });
    let place = |k: usize, v: f64| {
        let mut p = [0.0; 3];
        p[k] = v;
        space.at(p)[k]
    };
    let mut lines = Vec::new();
    let (hx, hy, hz) = (BOX[0] / 2.0, BOX[1] / 2.0, BOX[2] / 2.0);
    let segment = |a: Vec3, b: Vec3| vec![camera.at(a), camera.at(b)];
    for x in ticks[0].labels.iter().map(|(v, _)| place(0, *v)) {
        lines.push(segment([x, -hy, floor], [x, hy, floor]));
        lines.push(segment([x, fy, -hz], [x, fy, hz]));
    }
    for y in ticks[1].labels.iter().map(|(v, _)| place(1, *v)) {
        lines.push(segment([-hx, y, floor], [hx, y, floor]));
        lines.push(segment([fx, y, -hz], [fx, y, hz]));
    }
    for z in ticks[2].labels.iter().map(|(v, _)| place(2, *v)) {
        lines.push(segment([fx, -hy, z], [fx, hy, z]));
        lines.push(segment([-hx, fy, z], [hx, fy, z]));
    }
    items.push(Item::lines(lines, Stroke::new(Role::Grid, 1.0)));
    // The height axis stands on the outer edge that is on the left of the picture.
    let left = if dot(camera.right, [fx, -fy, 0.0]) < dot(camera.right, [-fx, fy, 0.0]) {
        [fx, -fy]
    } else {
        [-fx, fy]
    };
    let edges = [
        ([-hx, -fy, floor], [hx, -fy, floor]),
        ([-fx, -hy, floor], [-fx, hy, floor]),
        ([left[0], left[1], -hz], [left[0], left[1], hz]),
    ];
    items.push(Item::lines(
        edges.iter().map(|(a, b)| segment(*a, *b)).collect(),
        Stroke::new(Role::Frame, 1.0),
    ));
    for k in 0..3 {
        edge_labels([&axes.x, &axes.y, &axes.z][k], k, edges[k], &ticks[k], camera, &place, items);
    }
}

fn edge_labels(
    axis: &Axis,
    k: usize,
    (a, b): (Vec3, Vec3),
    ticks: &Scaled,
    camera: &Camera,
    place: &dyn Fn(usize, f64) -> f64,
    items: &mut Vec<Item>,
) {
    let (p, q) = (camera.at(a), camera.at(b));
    // Outward: away from the centre of the box, at a right angle to the edge.
    let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
    let norm = dx.hypot(dy).max(1e-9);
    let mut out = [dy / norm, -dx / norm];
    let middle = [(p[0] + q[0]) / 2.0, (p[1] + q[1]) / 2.0];
    let (cx, cy) = (middle[0] - camera.centre[0], middle[1] - camera.centre[1]);
    if out[0] * cx + out[1] * cy < 0.0 {
        out = [-out[0], -out[1]];
    }
    let anchor = match out[0] {
        x if x > 0.3 => Anchor::Start,
        x if x < -0.3 => Anchor::End,
        _ => Anchor::Middle,
    };
    let put = |at: Point, distance: f64, words: &str, size: f64| {
        let y = at[1] + out[1] * distance + HALF_DIGIT * size;
        Label::new([at[0] + out[0] * distance, y], words, size).anchor(anchor)
    };
    let mut widest: f64 = 0.0;
    for (v, words) in &ticks.labels {
        let mut at = a;
        at[k] = place(k, *v);
        let at = camera.at(at);
        widest = widest.max(width(words, TICK, Weight::Regular));
        let tick = vec![at, [at[0] + out[0] * 4.0, at[1] + out[1] * 4.0]];
        items.push(Item::line(tick, Stroke::new(Role::Frame, 1.0)));
        items.push(Item::Label(put(at, 11.0, words, TICK).role(Role::Muted)));
    }
    let mut caption = axis.caption();
    if let Some(factor) = &ticks.factor {
        caption = format!("{caption} {factor}").trim().to_string();
    }
    if caption.is_empty() {
        return;
    }
    let clear = 16.0 + widest * out[0].abs() + TICK * out[1].abs() + 8.0;
    if k == 2 {
        let at = [middle[0] + out[0] * clear, middle[1]];
        items.push(Item::Label(Label::new(at, caption, LABEL).anchor(Anchor::Middle).turned(-90.0)));
    } else {
        items.push(Item::Label(put(middle, clear, &caption, LABEL)));
    }
}
