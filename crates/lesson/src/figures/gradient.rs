//! The gradient on a surface and on its contours.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{Arrow, Arrow3, Figure, Grid, Line, Points, Points3, Role, Shape};

use super::panels::{GRADIENT, POINT, contours, fixed, level, lifted, number, pair, surface};
use super::{Error, Field};

/// Two hills and a hollow.
pub(crate) const HILLS: &str = "2*exp(-(x - 4/5)^2 - (y - 3/5)^2) + 13/10*exp(-(x + 1)^2 - (y + 9/10)^2) \
     - 4/5*exp(-2*(x - 9/10)^2 - 2*(y + 13/10)^2)";
/// The hills are drawn over this range on both axes.
pub(crate) const RANGE: (f64, f64) = (-2.5, 2.5);

pub(crate) struct Gradient {
    field: Field,
    grid: Grid,
}

impl Gradient {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut field = Field::read(HILLS)?;
        let grid = field.grid(RANGE, RANGE, 49)?;
        Ok(Self { field, grid })
    }
}

impl Live for Gradient {
    fn name(&self) -> &'static str {
        "gradient"
    }

    fn title(&self) -> &'static str {
        "The gradient points straight uphill, at a right angle to the level line"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("x", "x", -0.2, RANGE).step(0.05),
            Parameter::new("y", "y", 0.9, RANGE).step(0.05),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y] = [0, 1].map(|k| self.parameters()[k].of(values));
        let mut f = self.field.clone();
        let (z, g) = (f.at(x, y), f.gradient(x, y));
        let norm = g[0].hypot(g[1]);

        // Uphill in space: the gradient, and the rise |∇f|² along it; shortened where it is steep.
        let s = 0.9 / (1.0 + norm);
        let tip = [x + s * g[0], y + s * g[1], z + s * norm * norm];
        let mut relief = surface(&self.grid).title(format!(r"\(f\){} = {}", pair([x, y]), fixed(z)));
        for line in lifted(&self.grid, z) {
            relief = relief.with(line.width(2.25).role(Role::Series(0)));
        }
        let relief = relief
            .with(Arrow3::new([x, y, z], tip).role(GRADIENT))
            .with(Points3::new(&[[x, y, z]]).role(POINT));

        let mut plane = contours(&self.grid)
            .title(format!(r"\(∇f\) = {}", pair(g)))
            .with(level(&self.grid, z).width(2.5).role(Role::Series(0)).label("level line"));
        if norm > 0.02 {
            plane = plane.with(right_angle([x, y], g.map(|v| v / norm)));
        }
        let plane = plane
            .with(Arrow::new([x, y], [x + g[0], y + g[1]]).role(GRADIENT).words(r"\(∇f\)").label("gradient"))
            .with(Points::new(&[x], &[y]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT));

        let description = format!(
            "At the point {} the height is {}. The gradient is {} with length {}: {}",
            pair([x, y]),
            fixed(z),
            pair(g),
            number(norm),
            match norm {
                n if n < 0.02 => "the ground is level here.".to_string(),
                _ => format!(
                    "uphill is the direction of {:.0} degrees, across the level line.",
                    g[1].atan2(g[0]).to_degrees().rem_euclid(360.0)
                ),
            }
        );
        let figure = Figure::new("").description(&description).size(760.0, 425.0).panel(relief).panel(plane);
        let handles = vec![
            Handle::at(1, [x, y], "x", "y", "point in the plane"),
            Handle::at(0, [x, y], "x", "y", "point on the surface"),
        ];
        View { figure, handles, description }
    }
}

/// The mark of a right angle between the direction `u` and the level line.
fn right_angle([x, y]: [f64; 2], [ux, uy]: [f64; 2]) -> Line {
    // Large enough to be seen beside the handle.
    let side = 0.3;
    let (a, b) = ([ux * side, uy * side], [-uy * side, ux * side]);
    Line::new(&[x + a[0], x + a[0] + b[0], x + b[0]], &[y + a[1], y + a[1] + b[1], y + b[1]])
        .width(1.25)
        .role(Role::Text)
}
