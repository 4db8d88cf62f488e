//! The directional derivative: the slope of a section, and how it turns with the direction.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{
    Arrow, Axes, Axis, Curve3, Dash, Figure, Grid, Line, Points, Points3, Role, Shape, Text, Ticks,
};

use super::gradient::{HILLS, RANGE};
use super::panels::{GRADIENT, LINEAR, POINT, SECTION, contours, fixed, number, pair, surface};
use super::{Error, Field};

pub(crate) struct Directional {
    field: Field,
    grid: Grid,
}

impl Directional {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut field = Field::read(HILLS)?;
        let grid = field.grid(RANGE, RANGE, 49)?;
        Ok(Self { field, grid })
    }
}

impl Live for Directional {
    fn name(&self) -> &'static str {
        "directional-derivative"
    }

    fn title(&self) -> &'static str {
        "The slope in a direction is the length of the gradient times the cosine of the angle between them"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("x", "x", 0.1, RANGE).step(0.05),
            Parameter::new("y", "y", 0.1, RANGE).step(0.05),
            Parameter::new("angle", "direction of u, in °", 100.0, (0.0, 360.0)).step(5.0).plays(12.0),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y, angle] = [0, 1, 2].map(|k| self.parameters()[k].of(values));
        let mut f = self.field.clone();
        let (z, g) = (f.at(x, y), f.gradient(x, y));
        let (sin, cos) = angle.to_radians().sin_cos();
        let u = [cos, sin];
        let slope = g[0] * u[0] + g[1] * u[1];
        let norm = g[0].hypot(g[1]);
        let toward = g[1].atan2(g[0]).to_degrees();
        let between = if norm > 1e-9 { apart(angle, toward) } else { 0.0 };

        // The section through the point, as far as the hills are drawn.
        let reach = 1.9;
        let t: Vec<f64> = (0..=160).map(|k| reach * (f64::from(k) / 80.0 - 1.0)).collect();
        let at = |t: f64| [x + t * u[0], y + t * u[1]];
        let heights: Vec<f64> = t.iter().map(|t| at(*t)).map(|p| f.at(p[0], p[1])).collect();
        let cut: Vec<[f64; 3]> = t.iter().zip(&heights).map(|(t, z)| [at(*t)[0], at(*t)[1], *z]).collect();
        let along = |t: f64| [at(t)[0], at(t)[1], z + slope * t];

        let relief = surface(&self.grid)
            .title("Section of the surface")
            .with(Curve3::new(&cut).width(2.5).role(SECTION))
            .with(Curve3::new(&[along(-0.6), along(0.0), along(0.6)]).width(2.5).role(LINEAR))
            .with(Points3::new(&[[x, y, z]]).role(POINT));

        let (ring_x, ring_y): (Vec<f64>, Vec<f64>) =
            (0..=72).map(|k| f64::from(k).to_radians() * 5.0).map(|a| (x + a.cos(), y + a.sin())).unzip();
        let line = [at(-reach), at(reach)];
        let plane = contours(&self.grid)
            .title(format!(r"\(u\) = {}", pair(u)))
            .with(Line::new(&ring_x, &ring_y).width(1.25).dash(Dash::Dashed).role(Role::Muted))
            .with(
                Line::new(&[line[0][0], line[1][0]], &[line[0][1], line[1][1]])
                    .width(1.25)
                    .dash(Dash::Dotted)
                    .role(SECTION),
            )
            .with(Arrow::new([x, y], [x + g[0], y + g[1]]).role(GRADIENT).words(r"\(∇f\)"))
            .with(Arrow::new([x, y], at(1.0)).role(SECTION))
            .with(Text::new(at(1.15)[0], at(1.15)[1], r"\(u\)").role(SECTION))
            .with(Points::new(&[x], &[y]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT));

        let section = Axes::new()
            .title(format!(r"Slope \(D_u f\) = {}", fixed(slope)))
            .x(Axis::linear(r"\(t\)").range(-reach, reach))
            .y(Axis::linear(r"\(f(p + tu)\)").range(-1.0, 2.4))
            .with(Line::new(&t, &heights).width(2.5).role(SECTION).label("section"))
            .with(
                Line::new(&[-0.9, 0.9], &[z - 0.9 * slope, z + 0.9 * slope])
                    .width(2.5)
                    .role(LINEAR)
                    .label("tangent"),
            )
            .with(Points::new(&[0.0], &[z]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT));

        let turn = |t: &str, v: f64| (v, t.to_string());
        let quarters = [
            turn("0°", 0.0),
            turn("90°", 90.0),
            turn("180°", 180.0),
            turn("270°", 270.0),
            turn("360°", 360.0),
        ];
        let by_angle = Axes::new()
            .title(format!(r"\(|∇f| cos φ\) = {} · cos {between:.0}°", fixed(norm)))
            .x(Axis::linear(r"direction of \(u\)").range(0.0, 360.0).ticks(Ticks::At(quarters.to_vec())))
            .y(Axis::linear("slope").range(-2.0, 2.0))
            .with(Line::of((0.0, 360.0), |a| norm * (a - toward).to_radians().cos()).role(GRADIENT))
            .with(Points::new(&[angle], &[slope]).shape(Shape::Circle).size(9.0).opacity(1.0).role(LINEAR));

        let description = format!(
            "At the point {} in the direction of {angle:.0} degrees, {between:.0} degrees away from the gradient, \
             the slope is {}. It is the gradient's length {} times the cosine of {between:.0} degrees.",
            pair([x, y]),
            fixed(slope),
            number(norm)
        );
        let figure = Figure::new("")
            .description(&description)
            .size(760.0, 760.0)
            .columns(2)
            .panel(relief)
            .panel(plane)
            .panel(section)
            .panel(by_angle);
        let handles = vec![
            Handle::at(1, [x, y], "x", "y", "point"),
            Handle::turning(1, [x, y], at(1.0), "angle", "direction"),
            Handle::at(0, [x, y], "x", "y", "point on the surface"),
        ];
        View { figure, handles, description }
    }
}

/// The angle between two directions, 0 to 180 degrees.
fn apart(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(360.0);
    d.min(360.0 - d)
}
