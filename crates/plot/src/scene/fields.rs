//! Marks drawn from functions of two variables: contours, heat maps, surfaces, vector fields.

use super::{Grid, Role};

/// Which levels a contour plot shows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Levels {
    /// About this many round levels: equally spaced, or 1-2-5 steps when most values lie close to the smallest.
    About(usize),
    /// Exactly these.
    At(Vec<f64>),
}

/// Level lines, with labels on the lines, and optionally tinted regions between them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Contour {
    /// The function's values.
    pub grid: Grid,
    /// Which levels.
    pub levels: Levels,
    /// Tints the regions between levels.
    pub filled: bool,
    /// Writes the level on its line.
    pub labels: bool,
    /// Meaning of the lines' colour.
    pub role: Role,
}

impl Contour {
    /// About ten round levels of the grid, as labelled lines.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, levels: Levels::About(10), filled: false, labels: true, role: Role::Contour }
    }

    /// Which levels.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// Tints the regions between levels, deeper for larger values.
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    /// Leaves out the labels on the lines.
    #[must_use]
    pub fn unlabelled(mut self) -> Self {
        self.labels = false;
        self
    }
}

/// How values become colours; see [`colour`](crate::colour).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Colours {
    /// Perceptually uniform from dark blue to yellow (viridis), for magnitudes.
    #[default]
    Sequential,
    /// Blue, white, red around zero, for signed values; zero is always white.
    Diverging,
}

/// Values as the colours of cells centred on the grid's points, with a colour bar.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HeatMap {
    /// The values.
    pub grid: Grid,
    /// Which colours.
    pub colours: Colours,
    /// Caption of the colour bar.
    pub label: String,
}

impl HeatMap {
    /// The grid's values in sequential colours.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, colours: Colours::Sequential, label: String::new() }
    }

    /// Which colours.
    #[must_use]
    pub fn colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }

    /// Caption of the colour bar.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// Values as heights over the plane, seen from a direction; the other marks of its panel are not drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Surface {
    /// The heights.
    pub grid: Grid,
    /// Compass direction of the viewer, in degrees, counter-clockwise from the x axis.
    pub azimuth: f64,
    /// Height of the viewer above the horizon, in degrees.
    pub elevation: f64,
    /// Points `(x, y, z)` of a path drawn over the surface.
    pub path: Vec<[f64; 3]>,
}

impl Surface {
    /// The surface seen from azimuth -60 and elevation 30 degrees.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, azimuth: -60.0, elevation: 30.0, path: Vec::new() }
    }

    /// Sets the viewer's direction, in degrees; the elevation is kept between 5 and 85.
    #[must_use]
    pub fn view(mut self, azimuth: f64, elevation: f64) -> Self {
        (self.azimuth, self.elevation) = (azimuth, elevation);
        self
    }

    /// Draws a path of points `(x, y, z)` over the surface.
    #[must_use]
    pub fn path(mut self, points: &[[f64; 3]]) -> Self {
        self.path = points.to_vec();
        self
    }
}

/// Arrows: a vector `(u[i], v[i])` at each `(x[i], y[i])`.
///
/// The longest arrow is scaled to about the spacing of the points, the others in proportion.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Quiver {
    /// Tails, horizontal.
    pub x: Vec<f64>,
    /// Tails, vertical.
    pub y: Vec<f64>,
    /// Horizontal components.
    pub u: Vec<f64>,
    /// Vertical components.
    pub v: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl Quiver {
    /// Vectors `(u[i], v[i])` at `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64], u: &[f64], v: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), u: u.to_vec(), v: v.to_vec(), label: String::new(), role: None }
    }

    /// Samples a vector field at `n` points a side.
    #[must_use]
    pub fn of(x: (f64, f64), y: (f64, f64), n: usize, f: impl Fn(f64, f64) -> [f64; 2]) -> Self {
        let last = n.saturating_sub(1).max(1) as f64;
        let mut field = Self::new(&[], &[], &[], &[]);
        for j in 0..n {
            for i in 0..n {
                let px = x.0 + (x.1 - x.0) * (i as f64 / last);
                let py = y.0 + (y.1 - y.0) * (j as f64 / last);
                let [u, v] = f(px, py);
                field.x.push(px);
                field.y.push(py);
                field.u.push(u);
                field.v.push(v);
            }
        }
        field
    }

    /// Names the arrows in the legend.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets what the colour stands for; by default the next series of the panel.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }
}
