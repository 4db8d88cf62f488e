//! Contours, heat maps and the colour bar.

use super::extent::cell_edges;
use super::frame::{Frame, Map};
use super::panel::{Scaled, Side, is_surface, scale};
use super::{HALF_DIGIT, LABEL, TICK};
use crate::colour::{Rgb, diverging, sequential};
use crate::contour::{contour_levels, contour_lines, contour_region};
use crate::display::{Anchor, Ink, Item, Label, Picture, Point, Rect, Stroke};
use crate::font::{Weight, width};
use crate::number::format_number;
use crate::{Axes, Axis, Colours, Contour, HeatMap, Mark, Role, Scale};

/// Whether a mark covers the panel, so that grid lines would not be seen.
pub(crate) fn covers(mark: &Mark) -> bool {
    match mark {
        Mark::HeatMap(_) => true,
        Mark::Contour(m) => m.filled,
        _ => false,
    }
}

/// The colour of a value within a range.
pub(crate) fn colour(v: f64, (low, high): (f64, f64), colours: Colours) -> Rgb {
    let part =
        |v: f64, lo: f64, hi: f64| if hi > lo { (v / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0) } else { 0.5 };
    match colours {
        Colours::Sequential => sequential(part(v, low, high)),
        Colours::Diverging => {
            let most = low.abs().max(high.abs());
            diverging(part(v, -most, most))
        }
    }
}

pub(crate) fn heat_map(m: &HeatMap, frame: &Frame, items: &mut Vec<Item>) {
    let Some(range) = m.grid.value_range() else { return };
    let (ex, ey) = (cell_edges(m.grid.x()), cell_edges(m.grid.y()));
    let (nx, ny) = (m.grid.x().len(), m.grid.y().len());
    let r = frame.rect;
    let even = |c: &[f64], scale: Scale| {
        let step = (c[c.len() - 1] - c[0]) / (c.len() - 1) as f64;
        scale == Scale::Linear && c.windows(2).all(|w| (w[1] - w[0] - step).abs() < 1e-6 * step)
    };
    let paint = |v: f64| v.is_finite().then(|| colour(v, range, m.colours));
    if even(m.grid.x(), frame.x.scale) && even(m.grid.y(), frame.y.scale) {
        let corner = |i: usize, j: usize| Some([frame.x.at(ex[i])?, frame.y.at(ey[j])?]);
        let (Some(a), Some(b)) = (corner(0, ny), corner(nx, 0)) else { return };
        let cells =
            (0..ny).rev().flat_map(|j| (0..nx).map(move |i| (i, j))).map(|(i, j)| paint(m.grid.value(i, j)));
        let place = Rect { x: a[0], y: a[1], w: b[0] - a[0], h: b[1] - a[1] };
        items.push(Item::Picture(Picture { place, columns: nx, rows: ny, cells: cells.collect() }));
        return;
    }
    // Cells of unequal size: one sample for each pixel.
    let (columns, rows) = (r.w.round().max(1.0) as usize, r.h.round().max(1.0) as usize);
    let locate = |edges: &[f64], v: f64| {
        edges.partition_point(|e| *e <= v).checked_sub(1).filter(|k| *k + 1 < edges.len())
    };
    let cells = (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j))).map(|(i, j)| {
        let x = frame.x.value(r.x + (i as f64 + 0.5) * r.w / columns as f64);
        let y = frame.y.value(r.y + (j as f64 + 0.5) * r.h / rows as f64);
        paint(m.grid.value(locate(&ex, x)?, locate(&ey, y)?))
    });
    items.push(Item::Picture(Picture { place: r, columns, rows, cells: cells.collect() }));
}

pub(crate) fn contour(m: &Contour, frame: &Frame, items: &mut Vec<Item>) {
    let levels = contour_levels(&m.grid, &m.levels);
    if m.filled {
        for (k, level) in levels.iter().enumerate() {
            let to_pixels = |line: &Vec<Point>| line.iter().filter_map(|p| frame.at(p[0], p[1])).collect();
            let areas: Vec<Vec<Point>> = contour_region(&m.grid, *level).iter().map(to_pixels).collect();
            let depth = (k + 1) as f64 / levels.len() as f64;
            items.push(Item::area(areas, Ink::Role(Role::Tint(depth)), 1.0));
        }
    }
    for level in &levels {
        items.push(Item::lines(pixel_lines(m, *level, frame), Stroke::new(m.role, 1.1)));
    }
}

fn pixel_lines(m: &Contour, level: f64, frame: &Frame) -> Vec<Vec<Point>> {
    contour_lines(&m.grid, level)
        .iter()
        .flat_map(|l| frame.polylines(l.iter().map(|p| (p[0], p[1]))))
        .collect()
}

/// Writes each level on its longest line, at the straightest place that is free, never upside down.
pub(crate) fn contour_labels(m: &Contour, frame: &Frame, items: &mut Vec<Item>) {
    if !m.labels {
        return;
    }
    let mut taken: Vec<Rect> = Vec::new();
    let size = TICK - 1.0;
    for level in contour_levels(&m.grid, &m.levels) {
        let words = format_number(level, 4);
        let w = width(&words, size, Weight::Regular);
        let lines = pixel_lines(m, level, frame);
        let Some(line) = lines.iter().max_by(|a, b| length(a).total_cmp(&length(b))) else { continue };
        let spots = spots(line, w + 6.0);
        let room = frame.rect.grown(-4.0);
        let free = |at: Point, angle: f64| {
            let (c, s) = (angle.cos().abs(), angle.sin().abs());
            let (bw, bh) = (w * c + size * s, w * s + size * c);
            let box_ = Rect { x: at[0] - bw / 2.0, y: at[1] - bh / 2.0, w: bw, h: bh };
            let inside = box_.x > room.x
                && box_.y > room.y
                && box_.right() < room.right()
                && box_.bottom() < room.bottom();
            (inside && taken.iter().all(|t| !t.overlaps(&box_))).then_some(box_)
        };
        let best = spots
            .into_iter()
            .filter_map(|(at, angle, bend)| Some((at, angle, bend, free(at, angle)?)))
            .min_by(|a, b| a.2.total_cmp(&b.2));
        let Some((at, angle, bend, box_)) = best else { continue };
        if bend > 0.35 {
            continue;
        }
        taken.push(box_.grown(6.0));
        let drop = HALF_DIGIT * size;
        let base = [at[0] - drop * angle.sin(), at[1] + drop * angle.cos()];
        let label = Label::new(base, words, size).anchor(Anchor::Middle).turned(angle.to_degrees());
        items.push(Item::Label(label.role(Role::Muted).haloed()));
    }
}

fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
}

/// Candidate places on a line for words of this width: middle, angle, and how much the line bends there.
fn spots(line: &[Point], w: f64) -> Vec<(Point, f64, f64)> {
    let total = length(line);
    if total < 1.6 * w {
        return Vec::new();
    }
    let mut along = vec![0.0];
    for s in line.windows(2) {
        along.push(along[along.len() - 1] + (s[1][0] - s[0][0]).hypot(s[1][1] - s[0][1]));
    }
    let at = |d: f64| {
        let k = along.partition_point(|a| *a < d).clamp(1, line.len() - 1);
        let t = (d - along[k - 1]) / (along[k] - along[k - 1]).max(1e-12);
        [
            line[k - 1][0] + (line[k][0] - line[k - 1][0]) * t,
            line[k - 1][1] + (line[k][1] - line[k - 1][1]) * t,
        ]
    };
    let tries = 48;
    (1..tries)
        .map(|k| {
            let d = w * 0.5 + (total - w) * f64::from(k) / f64::from(tries);
            let (a, b, middle) = (at(d - w / 2.0), at(d + w / 2.0), at(d));
            let mut angle = (b[1] - a[1]).atan2(b[0] - a[0]);
            if angle.abs() > std::f64::consts::FRAC_PI_2 {
                angle -= std::f64::consts::PI * angle.signum();
            }
            let chord = (b[0] - a[0]).hypot(b[1] - a[1]);
            // Steep words are hard to read: prefer level places.
            let steep = 0.12 * (angle.abs() / std::f64::consts::FRAC_PI_2);
            (middle, angle, 1.0 - chord / w + steep)
        })
        .collect()
}

/// The colour bar of the first heat map or surface.
pub(crate) struct Bar {
    range: (f64, f64),
    colours: Colours,
    label: String,
}

impl Bar {
    pub(crate) fn of(axes: &Axes) -> Option<Self> {
        axes.marks.iter().find_map(|mark| match mark {
            Mark::HeatMap(m) => {
                Some(Self { range: m.grid.value_range()?, colours: m.colours, label: m.label.clone() })
            }
            mark if is_surface(mark) => None,
            _ => None,
        })
    }

    fn shown(&self) -> (f64, f64) {
        let (low, high) = self.range;
        if low < high { (low, high) } else { (low - 0.5, high + 0.5) }
    }

    fn ticks(&self, height: f64) -> Scaled {
        scale(&Axis::default(), self.shown(), height, Side::Vertical)
    }

    pub(crate) fn width(&self, height: f64) -> f64 {
        let widest = self
            .ticks(height)
            .labels
            .iter()
            .map(|(_, s)| width(s, TICK, Weight::Regular))
            .fold(0.0, f64::max);
        let label = if self.label.is_empty() { 0.0 } else { LABEL * 1.6 };
        14.0 + 14.0 + 9.0 + widest + label + 4.0
    }

    pub(crate) fn draw(&self, plot: Rect, items: &mut Vec<Item>) {
        let place = Rect { x: plot.right() + 14.0, w: 14.0, ..plot };
        let shown = self.shown();
        let steps = 128;
        let value = |k: usize| shown.1 + (shown.0 - shown.1) * ((k as f64 + 0.5) / steps as f64);
        let cells = (0..steps).map(|k| Some(colour(value(k), self.range, self.colours))).collect();
        items.push(Item::Picture(Picture { place, columns: 1, rows: steps, cells }));
        let map = Map::new(Scale::Linear, shown, place.bottom(), place.y);
        let ticks = self.ticks(plot.h);
        let mut widest: f64 = 0.0;
        for (v, words) in &ticks.labels {
            let Some(y) = map.at(*v) else { continue };
            widest = widest.max(width(words, TICK, Weight::Regular));
            let x = place.right();
            items.push(Item::line(vec![[x, y], [x + 4.0, y]], Stroke::new(Role::Frame, 1.0)));
            let at = [x + 8.0, y + HALF_DIGIT * TICK];
            items.push(Item::Label(Label::new(at, words, TICK).role(Role::Muted)));
        }
        if let Some(factor) = ticks.factor {
            let at = [place.x, place.y - TICK * 0.6];
            items.push(Item::Label(Label::new(at, factor, TICK).role(Role::Muted)));
        }
        if !self.label.is_empty() {
            let at = [place.right() + 8.0 + widest + LABEL * 1.15, plot.y + plot.h / 2.0];
            items.push(Item::Label(Label::new(at, &self.label, LABEL).anchor(Anchor::Middle).turned(-90.0)));
        }
    }
}
