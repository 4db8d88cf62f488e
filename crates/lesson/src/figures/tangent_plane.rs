//! The tangent plane, and how its error shrinks with the square of the window.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{
    Axes, Axis, Curve3, Dash, Figure, Grid, Line, Plane, Points, Points3, Role, Shape, Surface,
};

use super::gradient::{HILLS, RANGE};
use super::panels::{LINEAR, POINT, SECTION, fixed, number, pair, surface};
use super::{Error, Field};

/// Points a side of the window at which the error is looked for.
const SIDE: usize = 17;

pub(crate) struct TangentPlane {
    field: Field,
    grid: Grid,
}

impl TangentPlane {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut field = Field::read(HILLS)?;
        let grid = field.grid(RANGE, RANGE, 37)?;
        Ok(Self { field, grid })
    }
}

/// Half the side of the window after so many halvings.
fn half(zoom: f64) -> f64 {
    0.5_f64.powf(zoom)
}

/// The largest distance between the function and the plane in a window.
fn error(f: &mut Field, plane: &Plane, half: f64) -> f64 {
    let [x, y, _] = plane.through;
    let at = |k: usize| half * (2.0 * k as f64 / 8.0 - 1.0);
    let corners = (0..9).flat_map(|i| (0..9).map(move |j| (i, j)));
    corners
        .map(|(i, j)| (x + at(i), y + at(j)))
        .map(|(x, y)| (f.at(x, y) - plane.height(x, y)).abs())
        .fold(0.0, f64::max)
}

impl Live for TangentPlane {
    fn name(&self) -> &'static str {
        "tangent-plane"
    }

    fn title(&self) -> &'static str {
        "Halve the window, and the error of the tangent plane falls to a quarter"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("x", "x", 0.2, RANGE).step(0.05),
            Parameter::new("y", "y", -0.1, RANGE).step(0.05),
            Parameter::new("zoom", "halvings of the window", 1.0, (0.0, 6.0)).step(0.1).plays(6.0),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y, zoom] = [0, 1, 2].map(|k| self.parameters()[k].of(values));
        let mut f = self.field.clone();
        let (z, g) = (f.at(x, y), f.gradient(x, y));
        let h = half(zoom);
        let plane = Plane::new([x, y, z], g, h).role(LINEAR);
        let worst = error(&mut f, &plane, h);

        let relief = surface(&self.grid)
            .title(format!("Tangent plane at {}", pair([x, y])))
            .with(plane.clone())
            .with(Points3::new(&[[x, y, z]]).role(POINT));

        let figure = Figure::new("").size(760.0, 720.0).columns(2).panel(relief);
        let figure = match f.grid((x - h, x + h), (y - h, y + h), SIDE) {
            Ok(grid) => figure.panel(window(grid, &plane)),
            Err(_) => figure,
        };
        let across: Vec<f64> = (0..=80).map(|k| x + h * (f64::from(k) / 40.0 - 1.0)).collect();
        let heights: Vec<f64> = across.iter().map(|s| f.at(*s, y)).collect();
        let tangent: Vec<f64> = across.iter().map(|s| plane.height(*s, y)).collect();
        let section = Axes::new()
            .title(r"Section along \(x\), in the window")
            .x(Axis::linear(r"\(x\)"))
            .y(Axis::linear("height"))
            .with(Line::new(&across, &heights).width(2.5).role(SECTION).label(r"\(f\)"))
            .with(Line::new(&across, &tangent).width(2.5).role(LINEAR).label("tangent plane"))
            .with(Points::new(&[x], &[z]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT));

        let halves: Vec<f64> = (0..=12).map(|k| half(6.0 - f64::from(k) * 0.5)).collect();
        let errors: Vec<f64> = halves.iter().map(|h| error(&mut f, &plane, *h)).collect();
        let first = errors.first().copied().unwrap_or(f64::NAN) / halves[0].powi(2);
        let square: Vec<f64> = halves.iter().map(|h| first * h * h).collect();
        let rate = Axes::new()
            .title(format!("Largest error {}", number(worst)))
            .x(Axis::log(r"half side \(h\) of the window"))
            .y(Axis::log("largest error"))
            .with(
                Line::new(&halves, &square)
                    .width(1.5)
                    .dash(Dash::Dashed)
                    .role(Role::Muted)
                    .label(r"∝ \(h^2\)"),
            )
            .with(Line::new(&halves, &errors).width(2.5).role(LINEAR).label("error"))
            .with(Points::new(&[h], &[worst]).shape(Shape::Circle).size(9.0).opacity(1.0).role(POINT));

        let description = format!(
            "The tangent plane at {} has height {} and slopes {} along x and {} along y. In a window of {} to each \
             side its largest error is {}; in one half as wide it is {}.",
            pair([x, y]),
            fixed(z),
            fixed(g[0]),
            fixed(g[1]),
            number(h),
            number(worst),
            number(error(&mut f, &plane, h / 2.0))
        );
        let figure = figure.description(&description).panel(section).panel(rate);
        let handles = vec![Handle::at(0, [x, y], "x", "y", "point of contact")];
        View { figure, handles, description }
    }
}

/// The surface in the window, with the plane over all of it.
fn window(grid: Grid, plane: &Plane) -> Axes {
    let [x, y, z] = plane.through;
    let h = plane.half;
    let (mut low, mut high) = grid.value_range().unwrap_or((z, z));
    for (sx, sy) in [(-h, -h), (-h, h), (h, -h), (h, h)] {
        let corner = plane.height(x + sx, y + sy);
        (low, high) = (low.min(corner), high.max(corner));
    }
    // Level ground has room too.
    let room = (0.15 * h - (high - low) / 2.0).max(0.0);
    let lines = (1..SIDE - 1).step_by(4).flat_map(|k| {
        let (gx, gy, n) = (grid.x(), grid.y(), SIDE);
        let row: Vec<[f64; 3]> = (0..n).map(|i| [gx[i], gy[k], grid.value(i, k)]).collect();
        let column: Vec<[f64; 3]> = (0..n).map(|j| [gx[k], gy[j], grid.value(k, j)]).collect();
        [row, column]
    });
    let lines: Vec<Curve3> =
        lines.map(|l| Curve3::new(&l).width(0.8).role(Role::Contour).untraced()).collect();
    let axes = Axes::new()
        .title(format!("The window, {} to each side", number(h)))
        .x(Axis::linear(r"\(x\)"))
        .y(Axis::linear(r"\(y\)"))
        .z(Axis::linear("height").range(low - room, high + room))
        .with(Surface::new(grid).view(-58.0, 34.0).tinted());
    let axes = lines.into_iter().fold(axes, Axes::with);
    axes.with(plane.clone()).with(Points3::new(&[plane.through]).role(POINT))
}
