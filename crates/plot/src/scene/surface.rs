//! A function of two variables as height.

use super::Grid;

/// Values as heights over the plane, seen from a direction.
///
/// Of the other marks of its panel those of the box are drawn: curves, points, arrows and planes in space.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Surface {
    /// The heights.
    pub grid: Grid,
    /// Compass direction of the viewer, in degrees, counter-clockwise from the x axis.
    pub azimuth: f64,
    /// Height of the viewer above the horizon, in degrees.
    pub elevation: f64,
    /// Coloured by the theme, from [`Role::Relief`](super::Role::Relief) 0 to 1, instead of in sequential colours.
    pub tinted: bool,
    /// Points `(x, y, z)` of a path drawn over the surface.
    pub path: Vec<[f64; 3]>,
}

impl Surface {
    /// The surface seen from azimuth -60 and elevation 30 degrees.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, azimuth: -60.0, elevation: 30.0, tinted: false, path: Vec::new() }
    }

    /// Sets the viewer's direction, in degrees; the elevation is kept between 5 and 85.
    #[must_use]
    pub fn view(mut self, azimuth: f64, elevation: f64) -> Self {
        (self.azimuth, self.elevation) = (azimuth, elevation);
        self
    }

    /// Colours the surface by the theme instead of in sequential colours.
    #[must_use]
    pub fn tinted(mut self) -> Self {
        self.tinted = true;
        self
    }

    /// Draws a path of points `(x, y, z)` over the surface.
    #[must_use]
    pub fn path(mut self, points: &[[f64; 3]]) -> Self {
        self.path = points.to_vec();
        self
    }
}
