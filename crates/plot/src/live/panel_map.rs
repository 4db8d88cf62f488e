//! Where a panel has its data: from pixels to data and back, on a plane and on a surface.

use crate::Scale;
use crate::display::Rect;
use crate::draw::{Frame, Scenery, cell};

/// The range of one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Linear or logarithmic.
    pub scale: Scale,
    /// The value at the left or lower end.
    pub low: f64,
    /// The value at the right or upper end.
    pub high: f64,
}

impl Span {
    /// The part of the axis before a value.
    fn part(&self, v: f64) -> f64 {
        match self.scale {
            Scale::Linear => (v - self.low) / (self.high - self.low),
            Scale::Log10 => (v / self.low).log10() / (self.high / self.low).log10(),
        }
    }

    fn value(&self, part: f64) -> f64 {
        match self.scale {
            Scale::Linear => self.low + (self.high - self.low) * part,
            Scale::Log10 => self.low * (self.high / self.low).powf(part),
        }
    }

    /// `n` evenly spaced values with both ends.
    fn values(&self, n: usize) -> Vec<f64> {
        (0..n).map(|i| self.value(i as f64 / (n - 1) as f64)).collect()
    }
}

/// A surface over a panel's plane, and how space is projected to pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Relief {
    /// Range of heights in the box.
    pub z: Span,
    /// The pixel of `(x, y, z)` is `a[0] + x a[1] + y a[2] + z a[3]`; higher points are nearer to the viewer.
    pub affine: [[f64; 2]; 4],
    /// Heights over [`Relief::SIDE`] evenly spaced points a side, row by row from the smallest y.
    pub heights: Vec<f64>,
}

impl Relief {
    /// Points a side at which heights are given.
    pub const SIDE: usize = 33;
}

/// The plot area of a panel and its axes.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelMap {
    /// Left edge in pixels.
    pub left: f64,
    /// Upper edge in pixels.
    pub top: f64,
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// Horizontal axis.
    pub x: Span,
    /// Vertical axis.
    pub y: Span,
    /// In the panel of a surface, the surface.
    pub relief: Option<Relief>,
}

impl PanelMap {
    pub(crate) fn flat(frame: &Frame) -> Self {
        let span = |m: &crate::draw::Map| Span { scale: m.scale, low: m.low, high: m.high };
        Self::over(frame.rect, span(&frame.x), span(&frame.y), None)
    }

    pub(crate) fn space(rect: Rect, scenery: &Scenery<'_>) -> Self {
        let [x, y, z] = scenery.space.ranges.map(|(low, high)| Span { scale: Scale::Linear, low, high });
        let (xs, ys) = (x.values(Relief::SIDE), y.values(Relief::SIDE));
        let heights = ys
            .iter()
            .flat_map(|y| xs.iter().map(move |x| (*x, *y)))
            .map(|(x, y)| scenery.height(x, y).unwrap_or(z.low))
            .collect();
        Self::over(rect, x, y, Some(Relief { z, affine: scenery.affine(), heights }))
    }

    fn over(rect: Rect, x: Span, y: Span, relief: Option<Relief>) -> Self {
        Self { left: rect.x, top: rect.y, width: rect.w, height: rect.h, x, y, relief }
    }

    /// The pixel of a point of the plane (on a surface, of the surface's point over it), if it has one.
    ///
    /// ```
    /// use gradus_plot::{Axes, Axis, Figure, Line, live::drawing};
    /// let axes = Axes::new().x(Axis::log("h").range(1e-4, 1.0)).y(Axis::linear("e").range(0.0, 8.0));
    /// let figure = Figure::new("").panel(axes.with(Line::new(&[1e-3, 1e-1], &[1.0, 2.0])));
    /// let map = &drawing(&figure, 400.0).panels[0];
    /// let [px, py] = map.pixel(1e-2, 4.0).ok_or("no place")?; // the middle of both axes
    /// assert!((px - map.left - map.width / 2.0).abs() < 1e-9 && (py - map.top - map.height / 2.0).abs() < 1e-9);
    /// let [x, y] = map.data([px, py]).ok_or("no data")?;
    /// assert!((x - 1e-2).abs() < 1e-12 && (y - 4.0).abs() < 1e-12);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn pixel(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        let pixel = match &self.relief {
            None => {
                [self.left + self.width * self.x.part(x), self.top + self.height * (1.0 - self.y.part(y))]
            }
            Some(relief) => {
                let (z, a) = (self.surface(relief, x, y)?, &relief.affine);
                [0, 1].map(|k| a[0][k] + x * a[1][k] + y * a[2][k] + z * a[3][k])
            }
        };
        pixel.iter().all(|v| v.is_finite()).then_some(pixel)
    }

    /// The point of the plane at a pixel; on a surface, that below the surface's foremost point at the pixel.
    #[must_use]
    pub fn data(&self, [px, py]: [f64; 2]) -> Option<[f64; 2]> {
        let Some(relief) = &self.relief else {
            let x = self.x.value((px - self.left) / self.width);
            let y = self.y.value(1.0 - (py - self.top) / self.height);
            return (x.is_finite() && y.is_finite()).then_some([x, y]);
        };
        // The line of sight from the ceiling of the box to its floor.
        let steps = 256;
        // A summit that touches the ceiling is met in spite of rounding.
        let slack = 1e-9 * (relief.z.high - relief.z.low);
        (0..=steps).find_map(|k| {
            let z = relief.z.value(1.0 - f64::from(k) / f64::from(steps));
            let [x, y] = relief.at_height(z, [px, py])?;
            (self.surface(relief, x, y)? >= z - slack).then_some([x, y])
        })
    }

    /// The height of the surface over a point, bilinear between the given heights.
    fn surface(&self, relief: &Relief, x: f64, y: f64) -> Option<f64> {
        let n = Relief::SIDE;
        let (i, s) = cell(&self.x.values(n), x)?;
        let (j, t) = cell(&self.y.values(n), y)?;
        let h = |di: usize, dj: usize| relief.heights[(j + dj) * n + i + di];
        Some((h(0, 0) * (1.0 - s) + h(1, 0) * s) * (1.0 - t) + (h(0, 1) * (1.0 - s) + h(1, 1) * s) * t)
    }
}

impl Relief {
    /// The point `(x, y)` at height `z` that is projected to a pixel.
    fn at_height(&self, z: f64, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let a = &self.affine;
        let r = [0, 1].map(|k| pixel[k] - a[0][k] - z * a[3][k]);
        let det = a[1][0] * a[2][1] - a[2][0] * a[1][1];
        let x = (r[0] * a[2][1] - a[2][0] * r[1]) / det;
        let y = (a[1][0] * r[1] - r[0] * a[1][1]) / det;
        (x.is_finite() && y.is_finite()).then_some([x, y])
    }
}
