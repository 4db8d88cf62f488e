//! From data to pixels, and cutting lines off at the panel.

use super::extent::drawable;
use crate::Scale;
use crate::display::{Point, Rect};

/// One axis as a map to pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) scale: Scale,
    pub(crate) low: f64,
    pub(crate) high: f64,
    from: f64,
    to: f64,
}

impl Map {
    /// Maps `[low, high]` onto the pixels `[from, to]` (which may run downward).
    pub(crate) fn new(scale: Scale, (low, high): (f64, f64), from: f64, to: f64) -> Self {
        Self { scale, low, high, from, to }
    }

    /// The pixel of a value, or `None` if the scale has no place for it.
    pub(crate) fn at(&self, v: f64) -> Option<f64> {
        if !drawable(v, self.scale) {
            return None;
        }
        // Halves, so that the full range of doubles does not overflow.
        let part = match self.scale {
            Scale::Linear => (v / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0),
            Scale::Log10 => (v.log10() - self.low.log10()) / (self.high.log10() - self.low.log10()),
        };
        let pixel = self.from + (self.to - self.from) * part;
        pixel.is_finite().then(|| pixel.clamp(-1e7, 1e7))
    }

    /// As [`Map::at`], but values below a logarithmic axis lie at its low end.
    pub(crate) fn at_or_foot(&self, v: f64) -> Option<f64> {
        if self.scale == Scale::Log10 && v <= 0.0 { Some(self.from) } else { self.at(v) }
    }

    /// The value at a pixel.
    pub(crate) fn value(&self, pixel: f64) -> f64 {
        let t = (pixel - self.from) / (self.to - self.from);
        match self.scale {
            Scale::Linear => self.low * (1.0 - t) + self.high * t,
            Scale::Log10 => 10f64.powf(self.low.log10() * (1.0 - t) + self.high.log10() * t),
        }
    }

    pub(crate) fn contains(&self, v: f64) -> bool {
        let slack = 1e-9 * (self.high / 2.0 - self.low / 2.0);
        v >= self.low - slack && v <= self.high + slack
    }
}

/// A panel's plot area with its two maps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) rect: Rect,
    pub(crate) x: Map,
    pub(crate) y: Map,
}

impl Frame {
    pub(crate) fn at(&self, x: f64, y: f64) -> Option<Point> {
        Some([self.x.at(x)?, self.y.at(y)?])
    }

    /// Runs of drawable points, cut off a little outside of the panel.
    pub(crate) fn polylines(&self, points: impl Iterator<Item = (f64, f64)>) -> Vec<Vec<Point>> {
        let mut runs: Vec<Vec<Point>> = vec![Vec::new()];
        for (x, y) in points {
            match (self.at(x, y), runs.last_mut()) {
                (Some(p), Some(run)) => run.push(p),
                (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
                _ => {}
            }
        }
        let area = self.rect.grown(40.0);
        runs.iter().map(|run| thin(run)).flat_map(|run| clip(&run, area)).collect()
    }
}

/// Drops points that no one can see in a long line: of the points in half a pixel of width, the first, lowest, highest
/// and last stay, in their order.
fn thin(run: &[Point]) -> Vec<Point> {
    if run.len() < 2000 {
        return run.to_vec();
    }
    let mut out: Vec<Point> = Vec::new();
    let mut start = 0;
    while start < run.len() {
        let column = (run[start][0] * 2.0).floor();
        let len = run[start..].iter().take_while(|p| (p[0] * 2.0).floor() == column).count().max(1);
        let cell = &run[start..start + len];
        let key = |a: &(usize, &Point), b: &(usize, &Point)| a.1[1].total_cmp(&b.1[1]);
        let low = cell.iter().enumerate().min_by(key).map_or(0, |p| p.0);
        let high = cell.iter().enumerate().max_by(key).map_or(0, |p| p.0);
        let mut keep = [0, low.min(high), low.max(high), len - 1].to_vec();
        keep.dedup();
        out.extend(keep.into_iter().map(|k| cell[k]));
        start += len;
    }
    out
}

/// The parts of a polyline inside of a rectangle (Liang and Barsky 1984).
fn clip(run: &[Point], area: Rect) -> Vec<Vec<Point>> {
    if run.len() == 1 {
        return vec![run.to_vec()];
    }
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut joined = false;
    for w in run.windows(2) {
        let Some((a, b, whole)) = segment(w[0], w[1], area) else {
            joined = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if joined => part.push(b),
            _ => parts.push(vec![a, b]),
        }
        joined = whole;
    }
    parts
}

/// The visible part of a segment, and whether its end is the segment's own.
fn segment(a: Point, b: Point, area: Rect) -> Option<(Point, Point, bool)> {
    let (low, high) = ([area.x, area.y], [area.right(), area.bottom()]);
    let (mut t0, mut t1) = (0.0_f64, 1.0_f64);
    for k in 0..2 {
        let d = b[k] - a[k];
        if d == 0.0 {
            if a[k] < low[k] || a[k] > high[k] {
                return None;
            }
            continue;
        }
        let (near, far) = ((low[k] - a[k]) / d, (high[k] - a[k]) / d);
        t0 = t0.max(near.min(far));
        t1 = t1.min(near.max(far));
    }
    let at = |t: f64| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    (t0 <= t1).then(|| (if t0 > 0.0 { at(t0) } else { a }, if t1 < 1.0 { at(t1) } else { b }, t1 >= 1.0))
}
