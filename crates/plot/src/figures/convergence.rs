//! How a solver came to its answer: objective and gradient norm at each iteration.

use crate::{Axes, Axis, Figure, Line, Points, Role};

/// Objective values (left, as the gap to the best value on a logarithmic axis) and gradient norms (right, logarithmic)
/// by iteration; an empty list leaves its panel out.
///
/// The gap is `f_k - min_j f_j`; the iterations that attain the minimum have no place on a logarithmic axis and are
/// left out, which the alternative text says. With fewer than three different values the values themselves are shown.
///
/// ```
/// use gradus_plot::figures::convergence;
/// let figure = convergence(&[3.0, 1.5, 1.1, 1.0], &[2.0, 0.5, 0.1, 1e-8]);
/// assert_eq!(figure.panels.len(), 2);
/// ```
#[must_use]
pub fn convergence(values: &[f64], gradient_norms: &[f64]) -> Figure {
    let mut figure = Figure::new("Convergence").size(820.0, 380.0);
    if !values.is_empty() {
        let best = values.iter().copied().filter(|v| v.is_finite()).fold(f64::INFINITY, f64::min);
        let gaps: Vec<f64> = values.iter().map(|v| v - best).collect();
        let positive = gaps.iter().filter(|g| g.is_finite() && **g > 0.0).count();
        let panel = if positive >= 2 {
            Axes::new().title("Objective above its best value").y(Axis::log("f(xₖ) − min f"))
        } else {
            Axes::new().title("Objective").y(Axis::linear("f(xₖ)"))
        };
        figure = figure.panel(series(panel, if positive >= 2 { &gaps } else { values }, Role::Series(0)));
    }
    if !gradient_norms.is_empty() {
        let log = gradient_norms.iter().any(|g| g.is_finite() && *g > 0.0);
        let y = if log { Axis::log("‖∇f(xₖ)‖") } else { Axis::linear("‖∇f(xₖ)‖") };
        let panel = Axes::new().title("Gradient norm").y(y);
        figure = figure.panel(series(panel, gradient_norms, Role::Series(1)));
    }
    if figure.panels.len() < 2 {
        figure = figure.size(640.0, 400.0);
    }
    figure
}

fn series(panel: Axes, y: &[f64], role: Role) -> Axes {
    let line = Line::by_index(y).role(role);
    let dots = Points::new(&line.x, y).role(role).size(5.0);
    let panel = panel.x(Axis::linear("iteration k")).with(line);
    // Dots show the single steps while they can be told apart.
    if y.len() <= 60 { panel.with(dots) } else { panel }
}
