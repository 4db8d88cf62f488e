//! A curve through data.

use crate::{Axes, Axis, Figure, Line, Points, Role};

/// Data as points and a fitted curve as a line; the curve's points are sorted by x.
///
/// ```
/// use gradus_plot::figures::fit;
/// let figure = fit(&[0.0, 1.0, 2.0], &[0.1, 0.9, 2.1], &[0.0, 2.0], &[0.0, 2.0]);
/// assert_eq!(figure.panels[0].marks.len(), 2);
/// ```
#[must_use]
pub fn fit(x: &[f64], y: &[f64], curve_x: &[f64], curve_y: &[f64]) -> Figure {
    let mut curve: Vec<(f64, f64)> = curve_x.iter().copied().zip(curve_y.iter().copied()).collect();
    curve.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (cx, cy): (Vec<f64>, Vec<f64>) = curve.into_iter().unzip();
    // Many points stand closer together, so they are smaller and lighter.
    let (size, opacity) = match x.len() {
        0..=100 => (7.0, 0.9),
        101..=1000 => (5.0, 0.6),
        _ => (3.0, 0.35),
    };
    let data = Points::new(x, y).label("data").role(Role::Series(0)).size(size).opacity(opacity);
    let curve = Line::new(&cx, &cy).label("fit").role(Role::Series(1)).width(2.5);
    Figure::new("Fit").panel(Axes::new().x(Axis::linear("x")).y(Axis::linear("y")).with(data).with(curve))
}
