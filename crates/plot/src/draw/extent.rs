//! The range of values that a panel's marks cover.

use crate::{Axes, Axis, Grid, Mark, Scale};

/// Whether a value has a place on an axis of this scale.
pub(crate) fn drawable(v: f64, scale: Scale) -> bool {
    match scale {
        Scale::Linear => v.is_finite(),
        Scale::Log10 => v.is_finite() && v > 0.0,
    }
}

/// Calls `f` with the coordinates that a mark takes up; `None` where it takes none on that axis.
pub(crate) fn each_point(mark: &Mark, f: &mut dyn FnMut(Option<f64>, Option<f64>)) {
    let mut pairs = |x: &[f64], y: &[f64]| x.iter().zip(y).for_each(|(x, y)| f(Some(*x), Some(*y)));
    match mark {
        Mark::Line(m) => pairs(&m.x, &m.y),
        Mark::Points(m) => pairs(&m.x, &m.y),
        Mark::Step(m) => pairs(&m.x, &m.y),
        Mark::Path(m) => pairs(&m.x, &m.y),
        Mark::Quiver(m) => pairs(&m.x, &m.y),
        Mark::Area(m) => pairs(&m.x, &m.y),
        Mark::Arrow(m) => [m.from, m.to].iter().for_each(|p| f(Some(p[0]), Some(p[1]))),
        Mark::Arrow3(m) => [m.from, m.to].iter().for_each(|p| f(Some(p[0]), Some(p[1]))),
        Mark::Curve3(m) => m.points.iter().for_each(|p| f(Some(p[0]), Some(p[1]))),
        Mark::Points3(m) => m.points.iter().for_each(|p| f(Some(p[0]), Some(p[1]))),
        Mark::Plane(m) => [-m.half, m.half].iter().for_each(|h| {
            f(Some(m.through[0] + h), Some(m.through[1] + h));
        }),
        Mark::Band(m) => {
            pairs(&m.x, &m.low);
            pairs(&m.x, &m.high);
        }
        Mark::ErrorBars(m) => {
            pairs(&m.x, &m.y);
            pairs(&m.x, &m.low);
            pairs(&m.x, &m.high);
        }
        Mark::Bars(m) => {
            for (edges, h) in m.edges.windows(2).zip(&m.heights) {
                if h.is_finite() {
                    f(Some(edges[0]), Some(*h));
                    f(Some(edges[1]), Some(0.0));
                }
            }
        }
        Mark::Contour(m) => each_corner(&m.grid, f),
        Mark::HeatMap(m) => {
            for (x, y) in cell_edges(m.grid.x()).into_iter().zip(cell_edges(m.grid.y())) {
                f(Some(x), None);
                f(None, Some(y));
            }
            if let (x, Some(y)) =
                (cell_edges(m.grid.x()).last().copied(), cell_edges(m.grid.y()).last().copied())
            {
                f(x, Some(y));
            }
        }
        Mark::Surface(m) => each_corner(&m.grid, f),
        Mark::Graph(m) => m.nodes.iter().for_each(|p| f(Some(p[0]), Some(p[1]))),
        Mark::Text(m) => f(Some(m.x), Some(m.y)),
        Mark::Rule(m) => {
            if m.vertical {
                f(Some(m.at), None);
            } else {
                f(None, Some(m.at));
            }
        }
    }
}

fn each_corner(grid: &Grid, f: &mut dyn FnMut(Option<f64>, Option<f64>)) {
    f(grid.x().first().copied(), grid.y().first().copied());
    f(grid.x().last().copied(), grid.y().last().copied());
}

/// The borders of the cells centred on these coordinates: midpoints, and half a cell beyond the ends.
pub(crate) fn cell_edges(c: &[f64]) -> Vec<f64> {
    let n = c.len();
    if n < 2 {
        return c.to_vec();
    }
    let mut edges = vec![c[0] - (c[1] - c[0]) / 2.0];
    edges.extend(c.windows(2).map(|w| w[0] / 2.0 + w[1] / 2.0));
    edges.push(c[n - 1] + (c[n - 1] - c[n - 2]) / 2.0);
    edges
}

/// The ranges of both axes: fixed, or what the marks cover with a little room around it.
pub(crate) fn ranges(axes: &Axes) -> ((f64, f64), (f64, f64)) {
    let (mut x, mut y) = (Covered::default(), Covered::default());
    let (sx, sy) = (axes.x.scale, axes.y.scale);
    for mark in &axes.marks {
        each_point(mark, &mut |px, py| {
            let fine = px.is_none_or(|v| drawable(v, sx)) && py.is_none_or(|v| drawable(v, sy));
            // Bars on a logarithmic axis have their foot below every value.
            let bars = matches!(mark, Mark::Bars(_));
            if fine || (bars && px.is_some_and(|v| drawable(v, sx))) {
                px.into_iter().for_each(|v| x.add(v));
            }
            if fine {
                py.into_iter().for_each(|v| y.add(v));
            }
        });
    }
    let field = |m: &Mark| matches!(m, Mark::Contour(_) | Mark::HeatMap(_) | Mark::Surface(_));
    let tight = axes.marks.iter().any(field);
    let grounded = axes.marks.iter().any(|m| matches!(m, Mark::Bars(_)));
    (finish(&axes.x, x, tight, false), finish(&axes.y, y, tight, grounded))
}

#[derive(Default, Clone, Copy)]
struct Covered(Option<(f64, f64)>);

impl Covered {
    fn add(&mut self, v: f64) {
        let (lo, hi) = self.0.unwrap_or((v, v));
        self.0 = Some((lo.min(v), hi.max(v)));
    }
}

fn finish(axis: &Axis, covered: Covered, tight: bool, grounded: bool) -> (f64, f64) {
    if let Some((lo, hi)) = axis.range
        && lo < hi
        && drawable(lo, axis.scale)
        && drawable(hi, axis.scale)
    {
        return (lo, hi);
    }
    let log = axis.scale == Scale::Log10;
    let Some((lo, hi)) = covered.0 else {
        return if log { (1.0, 10.0) } else { (0.0, 1.0) };
    };
    // Narrower than this, neighbouring ticks would not be different numbers.
    if hi - lo <= 1e-12 * lo.abs().max(hi.abs()) {
        if log {
            return (positive(lo / 3.0), finite(hi * 3.0));
        }
        let half = if lo == 0.0 { 1.0 } else { 0.1 * lo.abs().max(hi.abs()) };
        return (finite(lo - half), finite(hi + half));
    }
    if tight {
        return (lo, hi);
    }
    if log {
        let room = (hi.log10() - lo.log10()) * 0.04;
        return (positive(10f64.powf(lo.log10() - room)), finite(10f64.powf(hi.log10() + room)));
    }
    let room = hi * 0.045 - lo * 0.045;
    let below = if grounded && lo == 0.0 { 0.0 } else { room };
    let above = if grounded && hi == 0.0 { 0.0 } else { room };
    (finite(lo - below), finite(hi + above))
}

fn finite(v: f64) -> f64 {
    v.clamp(f64::MIN, f64::MAX)
}

fn positive(v: f64) -> f64 {
    v.clamp(f64::MIN_POSITIVE, f64::MAX)
}
