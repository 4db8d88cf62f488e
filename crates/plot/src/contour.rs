//! Level lines and level regions of a function on a grid, by marching squares.
//!
//! In each cell the level crosses edges whose ends lie on different sides; the crossing is found by linear
//! interpolation. A saddle cell (all four edges crossed) is resolved by the mean of its corners. Cells with a value
//! that is not finite carry no lines. Crossings that share an edge are linked, so that lines come out whole: closed
//! lines repeat their first point at the end.
//!
//! Cost: O(nx ny) per level. Source: Lorensen and Cline (1987), Marching cubes, SIGGRAPH 21, for the plane; Nielson and
//! Hamann (1991), The asymptotic decider, IEEE Visualization, for the ambiguity.

use crate::ticks::linear_ticks;
use crate::{Grid, Levels};

/// The lines on which the grid's function equals `level`, each a list of points `[x, y]`.
///
/// ```
/// use gradus_plot::{Grid, contour_lines};
/// let cone = Grid::sample((-2.0, 2.0), (-2.0, 2.0), 81, |x, y| x.hypot(y))?;
/// let lines = contour_lines(&cone, 1.0);
/// assert_eq!(lines.len(), 1); // one circle, closed
/// assert!(lines[0].iter().all(|p| (p[0].hypot(p[1]) - 1.0).abs() < 1e-2));
/// # Ok::<(), gradus_plot::Error>(())
/// ```
#[must_use]
pub fn contour_lines(grid: &Grid, level: f64) -> Vec<Vec<[f64; 2]>> {
    trace(&Field { x: grid.x(), y: grid.y(), value: &|i, j| grid.value(i, j) }, level)
}

/// Closed polygons whose even-odd interior is where the grid's function is at least `level`.
///
/// ```
/// use gradus_plot::{Grid, contour_region};
/// let plane = Grid::sample((0.0, 1.0), (0.0, 1.0), 11, |x, _| x)?;
/// let region = contour_region(&plane, 0.25); // the rectangle [0.25, 1] x [0, 1]
/// let area: f64 = region[0].windows(2).map(|w| 0.5 * (w[0][0] * w[1][1] - w[1][0] * w[0][1])).sum();
/// assert!((area.abs() - 0.75).abs() < 1e-12);
/// # Ok::<(), gradus_plot::Error>(())
/// ```
#[must_use]
pub fn contour_region(grid: &Grid, level: f64) -> Vec<Vec<[f64; 2]>> {
    // A frame of low values at the same coordinates as the border closes every line along the border.
    let frame = |c: &[f64]| -> Vec<f64> {
        let ends = (c.first().copied(), c.last().copied());
        ends.0.into_iter().chain(c.iter().copied()).chain(ends.1).collect()
    };
    let (x, y) = (frame(grid.x()), frame(grid.y()));
    let value = |i: usize, j: usize| {
        let inside = i > 0 && j > 0;
        let v = if inside { grid.value(i - 1, j - 1) } else { f64::NAN };
        if v.is_nan() { f64::NEG_INFINITY } else { v }
    };
    trace(&Field { x: &x, y: &y, value: &value }, level)
}

struct Field<'a> {
    x: &'a [f64],
    y: &'a [f64],
    value: &'a dyn Fn(usize, usize) -> f64,
}

const NONE: usize = usize::MAX;

fn trace(field: &Field<'_>, level: f64) -> Vec<Vec<[f64; 2]>> {
    let (nx, ny) = (field.x.len(), field.y.len());
    // Edge 2(j nx + i) runs from (i, j) to (i + 1, j), the next one from (i, j) to (i, j + 1).
    let mut links = vec![[NONE; 2]; 2 * nx * ny];
    let points = (0..ny).flat_map(|j| (0..nx).map(move |i| (i, j)));
    let above: Vec<bool> = points.map(|(i, j)| (field.value)(i, j) >= level).collect();
    for j in 0..ny - 1 {
        for i in 0..nx - 1 {
            // Most cells lie on one side of the level.
            let (low, high) = (j * nx + i, (j + 1) * nx + i);
            if above[low] == above[low + 1] && above[low] == above[high] && above[low] == above[high + 1] {
                continue;
            }
            let edges =
                [2 * (j * nx + i), 2 * (j * nx + i + 1) + 1, 2 * ((j + 1) * nx + i), 2 * (j * nx + i) + 1];
            for (a, b) in segments(field, i, j, level) {
                link(&mut links, edges[a], edges[b]);
                link(&mut links, edges[b], edges[a]);
            }
        }
    }
    let point = |edge: usize| crossing(field, edge, level);
    let mut lines = Vec::new();
    // Open lines start at an edge with one link; what is left are loops.
    for open in [true, false] {
        for start in 0..links.len() {
            let [first, second] = links[start];
            if first == NONE || (open && second != NONE) {
                continue;
            }
            let mut line = vec![point(start)];
            let mut at = start;
            while links[at][0] != NONE {
                let next = links[at][0];
                unlink(&mut links, at, next);
                unlink(&mut links, next, at);
                line.push(point(next));
                at = next;
            }
            line.dedup();
            if line.len() > 1 {
                lines.push(line);
            }
        }
    }
    lines
}

/// Pairs of crossed edges of a cell, edges numbered bottom, right, top, left.
fn segments(field: &Field<'_>, i: usize, j: usize, level: f64) -> Vec<(usize, usize)> {
    let v = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| (field.value)(i, j));
    if v.iter().any(|v| v.is_nan()) {
        return Vec::new();
    }
    let above = v.map(|v| v >= level);
    let crossed: Vec<usize> = (0..4).filter(|&e| above[e] != above[(e + 1) % 4]).collect();
    match crossed[..] {
        [a, b] => vec![(a, b)],
        [_, _, _, _] => {
            let middle = v.iter().sum::<f64>() / 4.0 >= level;
            // The middle joins the corners on its side, so the lines cut off the two other corners.
            if middle == above[0] { vec![(0, 1), (2, 3)] } else { vec![(3, 0), (1, 2)] }
        }
        _ => Vec::new(),
    }
}

fn crossing(field: &Field<'_>, edge: usize, level: f64) -> [f64; 2] {
    let nx = field.x.len();
    let (i, j) = (edge / 2 % nx, edge / 2 / nx);
    let (ii, jj) = if edge.is_multiple_of(2) { (i + 1, j) } else { (i, j + 1) };
    let (a, b) = ((field.value)(i, j), (field.value)(ii, jj));
    let t = match (a.is_infinite(), b.is_infinite()) {
        (true, _) => 1.0,
        (_, true) => 0.0,
        // Halves, so that huge values do not overflow.
        _ => ((level / 2.0 - a / 2.0) / (b / 2.0 - a / 2.0)).clamp(0.0, 1.0),
    };
    let mix = |p: f64, q: f64| if t == 1.0 { q } else { p + (q - p) * t };
    [mix(field.x[i], field.x[ii]), mix(field.y[j], field.y[jj])]
}

fn link(links: &mut [[usize; 2]], at: usize, to: usize) {
    let slot = usize::from(links[at][0] != NONE);
    links[at][slot] = to;
}

fn unlink(links: &mut [[usize; 2]], at: usize, to: usize) {
    if links[at][0] == to {
        links[at][0] = links[at][1];
    }
    links[at][1] = NONE;
}

/// Round levels for a grid, increasing, strictly between its smallest and largest value.
///
/// Equally spaced when the values spread evenly. When the median lies in the lowest eighth of the range, as for a narrow
/// valley, the levels grow geometrically above the smallest value.
///
/// ```
/// use gradus_plot::{Grid, Levels, contour_levels};
/// let plane = Grid::sample((0.0, 1.0), (0.0, 1.0), 11, |x, _| x)?;
/// assert_eq!(contour_levels(&plane, &Levels::About(4)), [0.25, 0.5, 0.75]);
/// # Ok::<(), gradus_plot::Error>(())
/// ```
#[must_use]
pub fn contour_levels(grid: &Grid, levels: &Levels) -> Vec<f64> {
    let count = match levels {
        Levels::At(values) => {
            let mut values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            return values;
        }
        Levels::About(count) => (*count).clamp(2, 100),
    };
    let mut finite: Vec<f64> = grid.values().iter().copied().filter(|v| v.is_finite()).collect();
    let Some((low, high)) = grid.value_range() else {
        return Vec::new();
    };
    let middle = finite.len() / 2;
    let median = *finite.select_nth_unstable_by(middle, f64::total_cmp).1;
    let span = high - low;
    let mut values = if median - low < span / 8.0 && span.is_finite() {
        geometric(low, span, count)
    } else {
        linear_ticks(low, high, count + 1)
    };
    values.retain(|v| *v > low && *v < high);
    values
}

/// `low + 10^k {1, 2, 5}` from the top down, thinned to `count` levels over at most four decades.
fn geometric(low: f64, span: f64, count: usize) -> Vec<f64> {
    let top = span.log10().floor() as i32;
    // A minimum that is nothing beside the range counts as zero, so that the labels are round.
    let base = if low.abs() < 1e-3 * span { 0.0 } else { low };
    let digits: &[f64] = match count {
        0..=5 => &[1.0],
        6..=9 => &[1.0, 3.0],
        10..=14 => &[1.0, 2.0, 5.0],
        _ => &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
    };
    let decades = count.div_ceil(digits.len()).clamp(2, 8) as i32;
    (top - decades + 1..=top)
        .flat_map(|e| digits.iter().map(move |d| format!("{d}e{e}").parse::<f64>().unwrap_or(f64::NAN)))
        .map(|step| base + step)
        .collect()
}
