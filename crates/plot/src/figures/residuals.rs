//! Residuals against fitted values, and their distribution.

use crate::{Axes, Axis, Bars, Dash, Figure, Points, Role, Rule};

/// Residuals `y - fitted` against fitted values (left) and as a histogram (right).
///
/// A good model leaves a band around zero without a pattern, and one hump.
///
/// ```
/// use gradus_plot::figures::residuals;
/// let figure = residuals(&[1.0, 2.0, 3.0], &[0.1, -0.2, 0.1]);
/// assert_eq!(figure.panels.len(), 2);
/// ```
#[must_use]
pub fn residuals(fitted: &[f64], residuals: &[f64]) -> Figure {
    let (size, opacity) = if fitted.len() > 300 { (4.0, 0.5) } else { (6.5, 0.85) };
    let scatter = Axes::new()
        .title("Residuals and fitted values")
        .x(Axis::linear("fitted value"))
        .y(Axis::linear("residual"))
        .with(Rule::horizontal(0.0).dash(Dash::Solid))
        .with(Points::new(fitted, residuals).role(Role::Series(0)).size(size).opacity(opacity));
    let histogram = Axes::new()
        .title("Distribution of residuals")
        .x(Axis::linear("residual"))
        .y(Axis::linear("count"))
        .with(Bars::histogram(residuals).role(Role::Series(0)))
        .with(Rule::vertical(0.0).dash(Dash::Solid));
    Figure::new("Residuals").size(820.0, 380.0).panel(scatter).panel(histogram)
}
