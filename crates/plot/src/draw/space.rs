//! The space of a surface's panel: an orthographic view of a box, and what the surface hides in it.
//!
//! The data are scaled into a box with sides 1, 1 and 0.8. A point is hidden if the ray from it to the viewer meets the
//! surface; the ray is followed from cell to cell.

use crate::display::{Point, Rect};
use crate::{Axes, Surface};

pub(crate) type Vec3 = [f64; 3];

/// Box coordinates to pixels.
pub(crate) struct Camera {
    pub(crate) right: Vec3,
    pub(crate) up: Vec3,
    pub(crate) toward: Vec3,
    pub(crate) scale: f64,
    pub(crate) centre: Point,
}

pub(crate) const BOX: Vec3 = [1.0, 1.0, 0.8];

impl Camera {
    pub(crate) fn new(surface: &Surface, rect: Rect) -> Self {
        let sane = |v: f64, default: f64| if v.is_finite() { v } else { default };
        let azimuth = sane(surface.azimuth, -60.0).to_radians();
        let elevation = sane(surface.elevation, 30.0).clamp(5.0, 85.0).to_radians();
        let (sa, ca) = azimuth.sin_cos();
        let (se, ce) = elevation.sin_cos();
        let (right, up, toward) = ([-sa, ca, 0.0], [-se * ca, -se * sa, ce], [ce * ca, ce * sa, se]);
        // The box's shadow on the screen, with room for labels.
        let half = |axis: Vec3| (0..3).map(|k| axis[k].abs() * BOX[k] / 2.0).sum::<f64>();
        let scale = ((rect.w - 84.0) / (2.0 * half(right))).min((rect.h - 58.0) / (2.0 * half(up))).max(1.0);
        Self {
            right,
            up,
            toward,
            scale,
            centre: [rect.x + rect.w / 2.0 + 10.0, rect.bottom() - 50.0 - scale * half(up)],
        }
    }

    pub(crate) fn at(&self, p: Vec3) -> Point {
        [self.centre[0] + self.scale * dot(self.right, p), self.centre[1] - self.scale * dot(self.up, p)]
    }

    pub(crate) fn depth(&self, p: Vec3) -> f64 {
        dot(self.toward, p)
    }
}

pub(crate) fn dot(a: Vec3, b: Vec3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Data to box coordinates, each side centred on 0.
pub(crate) struct Space {
    pub(crate) ranges: [(f64, f64); 3],
}

impl Space {
    pub(crate) fn of(axes: &Axes, s: &Surface) -> Option<Self> {
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

    pub(crate) fn at(&self, p: Vec3) -> Vec3 {
        let side = |k: usize| {
            let (lo, hi) = self.ranges[k];
            BOX[k] * ((p[k] / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0) - 0.5)
        };
        [side(0), side(1), side(2)]
    }
}

/// A surface in its box, seen by its camera.
pub(crate) struct Scenery<'a> {
    pub(crate) surface: &'a Surface,
    pub(crate) space: Space,
    pub(crate) camera: Camera,
}

impl<'a> Scenery<'a> {
    pub(crate) fn of(axes: &Axes, surface: &'a Surface, rect: Rect) -> Option<Self> {
        let space = Space::of(axes, surface)?;
        Some(Self { surface, space, camera: Camera::new(surface, rect) })
    }

    /// The pixel of a point in data coordinates.
    pub(crate) fn at(&self, p: Vec3) -> Point {
        self.camera.at(self.space.at(p))
    }

    /// The pixel of the data point (0, 0, 0), and how far a unit along each axis moves it.
    pub(crate) fn affine(&self) -> [Point; 4] {
        let move_along = |k: usize| {
            let mut p = [0.0; 3];
            p[k] = BOX[k] / (self.space.ranges[k].1 - self.space.ranges[k].0) * self.camera.scale;
            [dot(self.camera.right, p), -dot(self.camera.up, p)]
        };
        let (x, y, z) = (move_along(0), move_along(1), move_along(2));
        // From a corner of the box, which is not far away as the origin may be.
        let low = self.space.ranges.map(|r| r.0);
        let corner = self.at(low);
        let origin = [0, 1].map(|k| corner[k] - x[k] * low[0] - y[k] * low[1] - z[k] * low[2]);
        [origin, x, y, z]
    }

    /// The height of the surface over `(x, y)`, bilinear between the grid's points and cut off at the box.
    pub(crate) fn height(&self, x: f64, y: f64) -> Option<f64> {
        let grid = &self.surface.grid;
        let (i, s) = cell(grid.x(), x)?;
        let (j, t) = cell(grid.y(), y)?;
        let (low, high) = self.space.ranges[2];
        let corner = |di: usize, dj: usize| grid.value(i + di, j + dj).clamp(low, high);
        let z = (corner(0, 0) * (1.0 - s) + corner(1, 0) * s) * (1.0 - t)
            + (corner(0, 1) * (1.0 - s) + corner(1, 1) * s) * t;
        z.is_finite().then_some(z)
    }

    /// Whether nothing of the surface stands between a point and the viewer.
    pub(crate) fn seen(&self, p: Vec3) -> bool {
        let ranges = &self.space.ranges;
        let toward: Vec3 =
            std::array::from_fn(|k| self.camera.toward[k] * (ranges[k].1 - ranges[k].0) / BOX[k]);
        let cells = |k: usize, c: &[f64]| {
            let side = (ranges[k].1 - ranges[k].0) / c.len() as f64;
            if toward[k] == 0.0 { f64::INFINITY } else { side / toward[k].abs() }
        };
        let step = cells(0, self.surface.grid.x()).min(cells(1, self.surface.grid.y()));
        let slack = 0.008 * (ranges[2].1 - ranges[2].0);
        let most = 2 * (self.surface.grid.x().len() + self.surface.grid.y().len());
        for n in 1..=most {
            // Half cells at first, where the surface is near; whole ones then.
            let way = if n < 5 { 0.5 * n as f64 } else { n as f64 - 2.0 };
            let q: Vec3 = std::array::from_fn(|k| p[k] + way * step * toward[k]);
            if q[2] > ranges[2].1 {
                break;
            }
            match self.height(q[0], q[1]) {
                Some(z) if z > q[2] + slack => return false,
                Some(_) => {}
                None => break,
            }
        }
        true
    }
}

/// The cell of increasing coordinates that holds a value, and the part of it before the value.
pub(crate) fn cell(c: &[f64], v: f64) -> Option<(usize, f64)> {
    let last = c.len().checked_sub(2)?;
    if !(c[0]..=c[last + 1]).contains(&v) {
        return None;
    }
    // Most grids are even: the place is guessed, and searched where the guess is wrong.
    let guess = ((v - c[0]) / (c[last + 1] - c[0]) * (last + 1) as f64) as usize;
    let i = match guess.min(last) {
        i if c[i] <= v && v < c[i + 1] => i,
        _ => c.partition_point(|e| *e <= v).saturating_sub(1).min(last),
    };
    Some((i, (v - c[i]) / (c[i + 1] - c[i])))
}
