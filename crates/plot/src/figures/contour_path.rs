//! The path of an iteration over the level lines of its objective.

use crate::{Axes, Axis, Contour, Figure, Grid, Levels, Path, Role};

/// Filled contours of a function of two variables with the iterates `[x, y]` on top: a ring at the start, a star at
/// the end.
///
/// ```
/// use gradus_plot::{Grid, figures::contour_with_path};
/// let bowl = Grid::sample((-1.0, 1.0), (-1.0, 1.0), 41, |x, y| x * x + 4.0 * y * y)?;
/// let figure = contour_with_path(bowl, &[[0.9, 0.8], [0.3, -0.2], [0.0, 0.0]]);
/// assert_eq!(figure.panels[0].marks.len(), 2);
/// # Ok::<(), gradus_plot::Error>(())
/// ```
#[must_use]
pub fn contour_with_path(grid: Grid, path: &[[f64; 2]]) -> Figure {
    let contour = Contour::new(grid).levels(Levels::About(12)).filled();
    let iterates = Path::through(path).label("iterates").role(Role::Series(1));
    Figure::new("Path to the minimum")
        .size(640.0, 520.0)
        .panel(Axes::new().x(Axis::linear("x₁")).y(Axis::linear("x₂")).with(contour).with(iterates))
}
