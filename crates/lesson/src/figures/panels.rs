//! Panels that several figures share: a function as a surface, and as a contour plot with the same tints.

use gradus_plot::{
    Axes, Axis, Contour, Curve3, Grid, Levels, Line, Role, Surface, contour_levels, contour_lines,
};

/// Colour of the point that the reader moves.
pub(crate) const POINT: Role = Role::Text;
/// Colour of gradients.
pub(crate) const GRADIENT: Role = Role::Series(1);
/// Colour of what is linear: tangents and tangent planes.
pub(crate) const LINEAR: Role = Role::Series(2);
/// Colour of directions and sections.
pub(crate) const SECTION: Role = Role::Series(3);

/// About eleven round heights, none so near to the highest or lowest that its line is only a speck.
fn levels(grid: &Grid) -> Vec<f64> {
    let (low, high) = grid.value_range().unwrap_or_default();
    let room = 0.02 * (high - low);
    let mut levels = contour_levels(grid, &Levels::About(11));
    levels.retain(|v| *v > low + room && *v < high - room);
    levels
}

/// The plane with filled contours.
pub(crate) fn contours(grid: &Grid) -> Axes {
    let contour = Contour::new(grid.clone()).levels(Levels::At(levels(grid))).filled().unlabelled();
    Axes::new().equal_aspect().x(Axis::linear(r"\(x\)")).y(Axis::linear(r"\(y\)")).with(contour)
}

/// The surface with the same level lines on it.
pub(crate) fn surface(grid: &Grid) -> Axes {
    let axes =
        Axes::new().x(Axis::linear(r"\(x\)")).y(Axis::linear(r"\(y\)")).z(Axis::linear(r"\(f(x, y)\)"));
    let axes = axes.with(Surface::new(grid.clone()).view(-58.0, 34.0).tinted());
    levels(grid)
        .into_iter()
        .flat_map(|level| lifted(grid, level))
        .fold(axes, |axes, curve| axes.with(curve.width(0.9).role(Role::Contour).untraced()))
}

/// The level lines of a height, on the surface.
pub(crate) fn lifted(grid: &Grid, level: f64) -> Vec<Curve3> {
    let lift =
        |line: &Vec<[f64; 2]>| Curve3::new(&line.iter().map(|p| [p[0], p[1], level]).collect::<Vec<_>>());
    contour_lines(grid, level).iter().map(lift).collect()
}

/// The level lines of a height, in the plane, as one line with gaps.
pub(crate) fn level(grid: &Grid, level: f64) -> Line {
    let gap = [[f64::NAN; 2]];
    let points: Vec<[f64; 2]> =
        contour_lines(grid, level).into_iter().flat_map(|l| l.into_iter().chain(gap)).collect();
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p[0], p[1])).unzip();
    Line::new(&x, &y)
}

/// A number as readers of a sentence want it: three digits, and zero for what is only rounding.
pub(crate) fn number(v: f64) -> String {
    gradus_plot::format_number(if v.abs() < 1e-12 { 0.0 } else { v }, 3)
}

/// A pair of numbers with two decimals, which keep their width while a point moves.
pub(crate) fn pair([x, y]: [f64; 2]) -> String {
    format!("({}, {})", fixed(x), fixed(y))
}

/// Two decimals, a minus sign as wide as a plus, no negative zero.
pub(crate) fn fixed(v: f64) -> String {
    let text = format!("{:.2}", (v * 100.0).round() / 100.0 + 0.0);
    text.strip_prefix('-').map_or(text.clone(), |rest| format!("−{rest}"))
}
