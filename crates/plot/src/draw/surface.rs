//! Surfaces: an orthographic projection of a unit box, painted from back to front.
//!
//! The data are scaled into a box with sides 1, 1 and 0.7. Facets are sorted by the depth of their centre (the painter's
//! algorithm, exact for a height field on a grid seen from outside) and lit by one lamp over the viewer's shoulder.

use super::panel::{Side, scale};
use super::{HALF_DIGIT, LABEL, TICK, field};
use crate::display::{Anchor, Dots, Fill, Ink, Item, Label, Outline, Point, Rect, Stroke};
use crate::font::{Weight, width};
use crate::{Axes, Axis, Colours, Mark, Role, Shape, Surface};

/// The surface of a panel, if it has one.
pub(crate) fn of(axes: &Axes) -> Option<&Surface> {
    axes.marks.iter().find_map(|m| match m {
        Mark::Surface(s) => Some(s),
        _ => None,
    })
}

type Vec3 = [f64; 3];

/// Box coordinates to pixels.
struct Camera {
    right: Vec3,
    up: Vec3,
    toward: Vec3,
    scale: f64,
    centre: Point,
}

const BOX: Vec3 = [1.0, 1.0, 0.7];

impl Camera {
    fn new(surface: &Surface, rect: Rect) -> Self {
        let sane = |v: f64, default: f64| if v.is_finite() { v } else { default };
        let azimuth = sane(surface.azimuth, -60.0).to_radians();
        let elevation = sane(surface.elevation, 30.0).clamp(5.0, 85.0).to_radians();
        let (sa, ca) = azimuth.sin_cos();
        let (se, ce) = elevation.sin_cos();
        let (right, up, toward) = ([-sa, ca, 0.0], [-se * ca, -se * sa, ce], [ce * ca, ce * sa, se]);
        // The box's shadow on the screen, with room for labels.
        let half = |axis: Vec3| (0..3).map(|k| axis[k].abs() * BOX[k] / 2.0).sum::<f64>();
        let scale = ((rect.w - 110.0) / (2.0 * half(right))).min((rect.h - 64.0) / (2.0 * half(up))).max(1.0);
        Self { right, up, toward, scale, centre: [rect.x + rect.w / 2.0, rect.y + rect.h / 2.0 - 12.0] }
    }

    fn at(&self, p: Vec3) -> Point {
        [self.centre[0] + self.scale * dot(self.right, p), self.centre[1] - self.scale * dot(self.up, p)]
    }

    fn depth(&self, p: Vec3) -> f64 {
        dot(self.toward, p)
    }
}

fn dot(a: Vec3, b: Vec3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Data to box coordinates, each side centred on 0.
struct Space {
    ranges: [(f64, f64); 3],
}

impl Space {
    fn of(axes: &Axes, s: &Surface) -> Option<Self> {
        let ends = |c: &[f64]| Some((*c.first()?, *c.last()?));
        let (mut low, mut high) = s.grid.value_range()?;
        for z in s.path.iter().map(|p| p[2]).filter(|z| z.is_finite()) {
            (low, high) = (low.min(z), high.max(z));
        }
        if low == high {
            (low, high) = (low - 0.5 * low.abs().max(1.0), high + 0.5 * high.abs().max(1.0));
        }
        let fixed = axes.z.range.filter(|(lo, hi)| lo.is_finite() && hi.is_finite() && lo < hi);
        Some(Self { ranges: [ends(s.grid.x())?, ends(s.grid.y())?, fixed.unwrap_or((low, high))] })
    }

    fn at(&self, p: Vec3) -> Vec3 {
        let side = |k: usize| {
            let (lo, hi) = self.ranges[k];
            BOX[k] * ((p[k] / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0) - 0.5)
        };
        [side(0), side(1), side(2)]
    }
}

pub(crate) fn draw(axes: &Axes, s: &Surface, rect: Rect, items: &mut Vec<Item>) {
    let Some(space) = Space::of(axes, s) else { return };
    let camera = Camera::new(s, rect);
    walls(axes, &space, &camera, items);
    facets(s, &space, &camera, items);
    path(s, &space, &camera, items);
}

/// The floor and the two far walls with grid lines, and labels along the near edges.
fn walls(axes: &Axes, space: &Space, camera: &Camera, items: &mut Vec<Item>) {
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
    ticks: &super::panel::Scaled,
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

fn facets(s: &Surface, space: &Space, camera: &Camera, items: &mut Vec<Item>) {
    let (xs, ys) = (s.grid.x(), s.grid.y());
    let range = (space.ranges[2].0, space.ranges[2].1);
    // Lamp: the viewer's direction turned up and to the left.
    let lamp = {
        let d: Vec3 = std::array::from_fn(|k| camera.toward[k] - 0.7 * camera.right[k] + 0.9 * camera.up[k]);
        let n = dot(d, d).sqrt();
        d.map(|v| v / n)
    };
    let mut cells: Vec<(f64, Vec<Point>, f64, f64)> = Vec::new();
    for j in 0..ys.len() - 1 {
        for i in 0..xs.len() - 1 {
            let corner = |di: usize, dj: usize| [xs[i + di], ys[j + dj], s.grid.value(i + di, j + dj)];
            let data = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
            if data.iter().any(|p| !p[2].is_finite()) {
                continue;
            }
            let p = data.map(|p| space.at([p[0], p[1], p[2].clamp(range.0, range.1)]));
            let (d1, d2) = (sub(p[2], p[0]), sub(p[3], p[1]));
            let normal = cross(d1, d2);
            let norm = dot(normal, normal).sqrt().max(1e-300);
            let light = (dot(normal, lamp) / norm).abs();
            let height = data.iter().map(|p| p[2] / 4.0).sum();
            let middle: Vec3 = std::array::from_fn(|k| p.iter().map(|p| p[k]).sum::<f64>() / 4.0);
            cells.push((
                camera.depth([middle[0], middle[1], 0.0]),
                p.map(|p| camera.at(p)).to_vec(),
                light,
                height,
            ));
        }
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, polygon, light, height) in cells {
        let ink = Ink::Rgb(field::colour(height, range, Colours::Sequential).lit(0.72 + 0.33 * light));
        // The stroke closes the seams that anti-aliasing leaves between neighbours.
        let stroke = Stroke { ink, width: 0.6, dash: crate::Dash::Solid, opacity: 1.0 };
        let fill = Some(Fill { ink, opacity: 1.0 });
        items.push(Item::Outline(Outline { lines: vec![polygon], closed: true, fill, stroke: Some(stroke) }));
    }
}

fn path(s: &Surface, space: &Space, camera: &Camera, items: &mut Vec<Item>) {
    let points: Vec<Point> =
        s.path.iter().filter(|p| p.iter().all(|v| v.is_finite())).map(|p| camera.at(space.at(*p))).collect();
    let Some(last) = points.last().copied() else { return };
    items.push(Item::line(points.clone(), Stroke::new(Role::Background, 4.5).opacity(0.8)));
    items.push(Item::line(points.clone(), Stroke::new(Role::Series(1), 2.0)));
    let fill = Fill { ink: Ink::Role(Role::Series(1)), opacity: 1.0 };
    items.push(Item::Dots(Dots { at: points, shape: Shape::Circle, size: 5.0, fill }));
    items.push(Item::Dots(Dots { at: vec![last], shape: Shape::Star, size: 13.0, fill }));
}

fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
