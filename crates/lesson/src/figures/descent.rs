//! Gradient descent on a narrow valley: what the step size does.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{Axes, Axis, Figure, Grid, Line, Path, Role};

use super::panels::{GRADIENT, contours, fixed, number, pair};
use super::{Error, Field};

/// A valley five times as steep across as along: steps longer than 2/5 overshoot more each time.
const VALLEY: &str = "x^2/2 + 5*y^2/2";
const RANGE: [(f64, f64); 2] = [(-4.0, 4.0), (-3.0, 3.0)];
const LARGEST_CURVATURE: f64 = 5.0;

pub(crate) struct Descent {
    field: Field,
    grid: Grid,
}

impl Descent {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut field = Field::read(VALLEY)?;
        let grid = field.grid(RANGE[0], RANGE[1], 61)?;
        Ok(Self { field, grid })
    }
}

impl Live for Descent {
    fn name(&self) -> &'static str {
        "gradient-descent"
    }

    fn title(&self) -> &'static str {
        "Gradient descent: a longer step is faster, until it is too long"
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("x", "start x", -3.4, RANGE[0]).step(0.1),
            Parameter::new("y", "start y", 1.6, RANGE[1]).step(0.1),
            Parameter::new("step", "step size", 0.34, (0.01, 0.45)).step(0.01),
            Parameter::new("steps", "steps", 16.0, (0.0, 40.0)).step(1.0).plays(8.0),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y, step, steps] = [0, 1, 2, 3].map(|k| self.parameters()[k].of(values));
        let mut f = self.field.clone();
        let mut path = vec![[x, y]];
        let mut heights = vec![f.at(x, y)];
        for _ in 0..steps.round() as usize {
            let [px, py] = path[path.len() - 1];
            let g = f.gradient(px, py);
            let next = [px - step * g[0], py - step * g[1]];
            heights.push(f.at(next[0], next[1]));
            path.push(next);
        }
        let end = path[path.len() - 1];
        let last = heights[heights.len() - 1];
        let too_long = step > 2.0 / LARGEST_CURVATURE;

        let plane = contours(&self.grid)
            .title(format!("Step size {}", fixed(step)))
            .x(Axis::linear(r"\(x\)").range(RANGE[0].0, RANGE[0].1))
            .y(Axis::linear(r"\(y\)").range(RANGE[1].0, RANGE[1].1))
            .with(Path::through(&path).role(GRADIENT).label("iterates"));
        let k: Vec<f64> = (0..heights.len()).map(|k| k as f64).collect();
        let decay = Axes::new()
            .title(format!(r"\(f\) = {} after {steps:.0} steps", number(last)))
            .x(Axis::linear("step").range(0.0, 40.0))
            .y(Axis::log(r"\(f\)").range(1e-9, 1e3))
            .with(Line::new(&k, &heights).width(2.5).role(GRADIENT))
            .with(gradus_plot::Points::new(&k, &heights).size(5.0).opacity(1.0).role(GRADIENT))
            .with(gradus_plot::Rule::horizontal(heights[0]).role(Role::Muted).label("height of the start"));
        let description = format!(
            "From {} with step size {}, {steps:.0} steps of gradient descent lead to {} at height {}. {}",
            pair([x, y]),
            fixed(step),
            pair(end),
            number(last),
            if too_long {
                "The step is longer than 2/5, two over the largest curvature: across the valley each step overshoots \
                 by more than the one before."
            } else {
                "The step is shorter than 2/5, two over the largest curvature, so the iterates approach the minimum."
            }
        );
        let figure = Figure::new("").description(&description).size(760.0, 380.0).panel(plane).panel(decay);
        let handles = vec![Handle::at(0, [x, y], "x", "y", "start")];
        View { figure, handles, description }
    }
}
