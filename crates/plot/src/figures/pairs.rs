//! All columns of a table against one another.

use crate::{Axes, Axis, Bars, Figure, Points, Role};

/// Side of a panel, and what the labels around all panels take, in CSS pixels.
const SIDE: f64 = 200.0;
const ROOM: f64 = 60.0;

/// A scatter matrix: row i, column j shows column i of the data over column j, the diagonal its histogram.
///
/// `groups` names the group of every row; the points of a group have one colour and one shape. NaN stands for a missing
/// value: points that miss a coordinate are left out.
///
/// Source: Hartigan (1975), Printer graphics for clustering, J. Statist. Comput. Simul. 4(3), 187-213.
///
/// ```
/// use gradus_plot::figures::pairs;
/// let (a, b) = ([1.0, 2.0, 3.0], [1.0, 4.0, 9.0]);
/// let figure = pairs(&[("a", &a), ("a squared", &b)], &["odd", "even", "odd"]);
/// assert_eq!((figure.panels.len(), figure.columns), (4, 2));
/// // Two groups of points beside the diagonal.
/// assert_eq!(figure.panels[1].marks.len(), 2);
/// ```
#[must_use]
pub fn pairs(columns: &[(&str, &[f64])], groups: &[&str]) -> Figure {
    let n = columns.len();
    let mut levels: Vec<&str> = Vec::new();
    for g in groups {
        if !levels.contains(g) {
            levels.push(g);
        }
    }
    let rows = columns.iter().map(|(_, v)| v.len()).max().unwrap_or(0);
    let (size, opacity) = match rows {
        0..=200 => (4.5, 0.75),
        201..=2000 => (3.0, 0.5),
        _ => (2.0, 0.3),
    };
    let side = SIDE * n as f64 + ROOM;
    let mut figure = Figure::new("").size(side, side).columns(n);
    for (i, (below, y)) in columns.iter().enumerate() {
        for (j, (along, x)) in columns.iter().enumerate() {
            // Names stand at the outer edges only.
            let mut axes = Axes::new();
            axes = axes.x(Axis::linear(if i + 1 == n { *along } else { "" }));
            axes = axes.y(Axis::linear(if j == 0 { *below } else { "" }));
            if i == j {
                figure = figure.panel(axes.with(Bars::histogram(x)));
                continue;
            }
            if levels.is_empty() {
                figure = figure.panel(axes.with(Points::new(x, y).size(size).opacity(opacity)));
                continue;
            }
            for (k, level) in levels.iter().enumerate() {
                let of_level = |v: &[f64]| -> Vec<f64> {
                    v.iter().zip(groups).filter(|(_, g)| *g == level).map(|(v, _)| *v).collect()
                };
                let mut points = Points::new(&of_level(x), &of_level(y));
                points = points.role(Role::Series(k)).size(size).opacity(opacity);
                // One legend says it for all panels: it runs along the top, as one panel has no room for it.
                let has_legend = i == 0 && j == 1 + k % (n - 1);
                axes = axes.with(if has_legend { points.label(*level) } else { points });
            }
            figure = figure.panel(axes);
        }
    }
    figure
}
