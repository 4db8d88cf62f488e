//! The Jacobian as the linear map that a map of the plane is, seen from near.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{Area, Arrow, Axes, Axis, Figure, Line, Points, Role, Shape};

use super::panels::{GRADIENT, LINEAR, POINT, SECTION, fixed, number, pair};
use super::{Error, Field};

/// The map and the range of both coordinates.
const MAP: [&str; 2] = ["x + y^2/3", "y - x^2/3"];
const RANGE: (f64, f64) = (-2.0, 2.0);

/// A line and its image.
type Pair = (Vec<[f64; 2]>, Vec<[f64; 2]>);

pub(crate) struct JacobianMap {
    u: Field,
    v: Field,
    /// Lines of the grid with their images: those of quarters, and those of whole numbers.
    lines: [Vec<Pair>; 2],
}

impl JacobianMap {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut map = Self { u: Field::read(MAP[0])?, v: Field::read(MAP[1])?, lines: Default::default() };
        let at = |k: u32, n: u32| RANGE.0 + (RANGE.1 - RANGE.0) * f64::from(k) / f64::from(n);
        for k in 0..=16 {
            let row: Vec<[f64; 2]> = (0..=48).map(|i| [at(i, 48), at(k, 16)]).collect();
            let column: Vec<[f64; 2]> = row.iter().map(|p| [p[1], p[0]]).collect();
            for line in [row, column] {
                let image = line.iter().map(|p| map.at(*p)).collect();
                map.lines[usize::from(k % 4 == 0)].push((line, image));
            }
        }
        Ok(map)
    }

    fn at(&mut self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.u.at(x, y), self.v.at(x, y)]
    }

    /// The grid, or its image: thin lines, and firm ones at whole numbers.
    fn grid(&self, image: bool) -> [Line; 2] {
        let pick = |pair: &Pair| if image { pair.1.clone() } else { pair.0.clone() };
        let [thin, firm] = [0, 1].map(|k| run_together(self.lines[k].iter().map(pick)));
        [thin.width(1.0).role(Role::Tint(1.0)), firm.width(1.25).role(Role::Contour)]
    }
}

/// Several lines as one, with gaps.
fn run_together(lines: impl Iterator<Item = Vec<[f64; 2]>>) -> Line {
    let points = lines.flat_map(|l| l.into_iter().chain([[f64::NAN; 2]]));
    let (x, y): (Vec<f64>, Vec<f64>) = points.map(|p| (p[0], p[1])).unzip();
    Line::new(&x, &y)
}

impl Live for JacobianMap {
    fn name(&self) -> &'static str {
        "jacobian"
    }

    fn title(&self) -> &'static str {
        "Seen from near, a smooth map is linear: a small square becomes a parallelogram"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("x", "x", 1.0, RANGE).step(0.05),
            Parameter::new("y", "y", 0.75, RANGE).step(0.05),
            Parameter::new("side", "side of the square", 0.75, (0.05, 1.0)).step(0.05),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y, side] = [0, 1, 2].map(|k| self.parameters()[k].of(values));
        let (mut u, mut v) = (self.u.clone(), self.v.clone());
        let (du, dv) = (u.gradient(x, y), v.gradient(x, y));
        let det = du[0] * dv[1] - du[1] * dv[0];
        let image = [u.at(x, y), v.at(x, y)];
        // The columns of the Jacobian: where half a side of the square goes.
        let h = side / 2.0;
        let (a, b) = ([du[0] * h, dv[0] * h], [du[1] * h, dv[1] * h]);
        let at = |s: f64, t: f64| [0, 1].map(|k| image[k] + s * a[k] + t * b[k]);

        let square = [[x - h, y - h], [x + h, y - h], [x + h, y + h], [x - h, y + h]];
        let border: Vec<[f64; 2]> = (0..4)
            .flat_map(|k| (0..16).map(move |i| (k, f64::from(i) / 16.0)))
            .map(|(k, t)| [0, 1].map(|c| square[k][c] + (square[(k + 1) % 4][c] - square[k][c]) * t))
            .map(|p| [u.at(p[0], p[1]), v.at(p[0], p[1])])
            .collect();
        let ratio = area(&border) / (side * side);
        let dot = |p: [f64; 2]| {
            Points::new(&[p[0]], &[p[1]]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT)
        };
        let [thin, firm] = self.grid(false);
        let domain = Axes::new()
            .title(format!("Square about {}", pair([x, y])))
            .equal_aspect()
            .x(Axis::linear(r"\(x\)").range(-2.6, 2.6))
            .y(Axis::linear(r"\(y\)").range(-2.6, 2.6))
            .with(thin)
            .with(firm)
            .with(Area::new(&square).role(SECTION).label("square"))
            .with(Arrow::new([x, y], [x + h, y]).role(GRADIENT))
            .with(Arrow::new([x, y], [x, y + h]).role(LINEAR))
            .with(dot([x, y]));
        let corners =
            [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map(|(s, t)| at(s, t));
        let [thin, firm] = self.grid(true);
        let codomain = Axes::new()
            .title(format!(r"\(det J\) = {}", fixed(det)))
            .equal_aspect()
            .x(Axis::linear(r"\(u = x + y^2/3\)").range(-2.7, 4.1))
            .y(Axis::linear(r"\(v = y − x^2/3\)").range(-4.1, 2.7))
            .with(thin)
            .with(firm)
            .with(Area::new(&border).role(SECTION).label("its image"))
            .with(
                Line::new(&corners.map(|p| p[0]), &corners.map(|p| p[1]))
                    .width(2.0)
                    .role(Role::Text)
                    .label("the Jacobian's parallelogram"),
            )
            .with(Arrow::new(image, at(1.0, 0.0)).role(GRADIENT))
            .with(Arrow::new(image, at(0.0, 1.0)).role(LINEAR))
            .with(dot(image));

        let description = format!(
            "The Jacobian at {} has the rows {} and {}; its determinant is {}. The image of the square with side {} \
             has {} times the square's area{}.",
            pair([x, y]),
            pair(du),
            pair(dv),
            fixed(det),
            number(side),
            number(ratio),
            if det < 0.0 { ", and the map turns it over" } else { "" }
        );
        let figure =
            Figure::new("").description(&description).size(760.0, 430.0).panel(domain).panel(codomain);
        let handles = vec![Handle::at(0, [x, y], "x", "y", "middle of the square")];
        View { figure, handles, description }
    }
}

/// The area of a polygon, negative if it is run through clockwise.
fn area(corners: &[[f64; 2]]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).map(|(a, b)| 0.5 * (a[0] * b[1] - b[0] * a[1])).sum()
}
