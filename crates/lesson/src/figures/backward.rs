//! Partial derivatives of a formula found by walking its graph backwards.

use std::collections::BTreeMap;

use gradus_plot::live::{Handle, Live, Parameter, View};
use gradus_plot::{Arrow, Axes, Axis, Figure, Graph, Grid, Points, Role, Shape};

use super::panels::{GRADIENT, POINT, contours, fixed, pair};
use super::{Error, Field};

/// An operation: the node's name, its formula in the values `x` and `y` of the nodes that it needs, and those.
struct Operation {
    name: &'static str,
    formula: &'static str,
    needs: &'static [usize],
}

/// `x²y + sin(xy)`, one operation a node, after the two inputs 0 and 1.
const OPERATIONS: [Operation; 5] = [
    Operation { name: r"\(x^2\)", formula: "x^2", needs: &[0] },
    Operation { name: r"\(x^2 y\)", formula: "x*y", needs: &[2, 1] },
    Operation { name: r"\(xy\)", formula: "x*y", needs: &[0, 1] },
    Operation { name: r"\(sin xy\)", formula: "sin(x)", needs: &[4] },
    Operation { name: r"\(f\)", formula: "x + y", needs: &[3, 5] },
];
/// Where the nodes stand: the inputs, then the operations.
const PLACES: [[f64; 2]; 7] =
    [[0.0, 1.0], [0.0, -1.0], [1.25, 1.4], [2.6, 1.0], [1.25, -1.4], [2.6, -1.0], [3.9, 0.0]];
/// All of them in one formula, for the plane.
const WHOLE: &str = "x^2*y + sin(x*y)";
const RANGE: (f64, f64) = (-2.0, 2.0);

pub(crate) struct Backward {
    operations: Vec<Field>,
    grid: Grid,
}

/// What the walk finds: the value of every node, the slope of every edge, and what each node adds to the last.
struct Walk {
    values: Vec<f64>,
    edges: Vec<[usize; 2]>,
    slopes: Vec<f64>,
    derivatives: Vec<f64>,
}

impl Backward {
    pub(crate) fn new() -> Result<Self, Error> {
        let operations = OPERATIONS.iter().map(|o| Field::read(o.formula)).collect::<Result<_, _>>()?;
        let grid = Field::read(WHOLE)?.grid(RANGE, RANGE, 64)?;
        Ok(Self { operations, grid })
    }

    fn walk(&self, inputs: [f64; 2]) -> Walk {
        let mut values = inputs.to_vec();
        let (mut edges, mut slopes) = (Vec::new(), Vec::new());
        for (operation, formula) in OPERATIONS.iter().zip(&self.operations) {
            let mut formula = formula.clone();
            let need = |k: usize| operation.needs.get(k).map_or(0.0, |n| values[*n]);
            let (x, y) = (need(0), need(1));
            for (from, slope) in operation.needs.iter().zip(formula.gradient(x, y)) {
                edges.push([*from, values.len()]);
                slopes.push(slope);
            }
            values.push(formula.at(x, y));
        }
        let mut derivatives = vec![0.0; values.len()];
        if let Some(last) = derivatives.last_mut() {
            *last = 1.0;
        }
        for ([from, to], slope) in edges.iter().zip(&slopes).rev() {
            derivatives[*from] += slope * derivatives[*to];
        }
        Walk { values, edges, slopes, derivatives }
    }
}

impl Live for Backward {
    fn name(&self) -> &'static str {
        "backward"
    }

    fn title(&self) -> &'static str {
        "One walk backwards finds every partial derivative"
    }

    fn parameters(&self) -> Vec<Parameter> {
        let nodes = PLACES.len() as f64;
        vec![
            Parameter::new("x", "x", 1.0, RANGE).step(0.05),
            Parameter::new("y", "y", 0.5, RANGE).step(0.05),
            Parameter::new("seen", "nodes visited", nodes, (0.0, nodes)).step(1.0).plays(7.0),
        ]
    }

    fn view(&self, values: &BTreeMap<String, f64>) -> View {
        let [x, y, seen] = [0, 1, 2].map(|k| self.parameters()[k].of(values));
        let walk = self.walk([x, y]);
        let n = PLACES.len();
        // The walk goes from the last node to the first.
        let reached = |k: usize| n - k <= seen.round() as usize;
        let names: Vec<&str> = [r"\(x\)", r"\(y\)"].into_iter().chain(OPERATIONS.map(|o| o.name)).collect();
        let graph = |wanted: bool, notes: Vec<String>| {
            // A graph of the nodes that the walk has reached, or not: the others have no place.
            let nodes: Vec<[f64; 2]> = PLACES
                .iter()
                .enumerate()
                .map(|(k, at)| if reached(k) == wanted { *at } else { [f64::NAN; 2] })
                .collect();
            Graph::new(&nodes, &[]).labels(names.clone()).notes(notes)
        };
        let edges = Graph::new(&PLACES, &walk.edges)
            .labels(names.clone())
            .weights(walk.slopes.iter().map(|s| fixed(*s)))
            .directed();
        let plain = walk.values.iter().map(|v| fixed(*v)).collect();
        let found = walk.values.iter().zip(&walk.derivatives);
        let found = found.map(|(v, d)| format!("{} · {}", fixed(*v), fixed(*d))).collect();
        let axes = Axes::new()
            .bare()
            .title(match seen.round() as usize {
                k if k >= n => format!(r"\(∇f\) = {}", pair([walk.derivatives[0], walk.derivatives[1]])),
                k => format!("{k} of {n} nodes visited"),
            })
            .x(Axis::linear("").range(-0.35, 4.25))
            .y(Axis::linear("").range(-2.1, 2.0))
            .with(edges.role(Role::Frame))
            .with(graph(false, plain).role(Role::Frame).label("value"))
            .with(graph(true, found).role(GRADIENT).label("value · derivative"));
        let description = format!(
            "At {} the value of f is {}. {}",
            pair([x, y]),
            fixed(walk.values[n - 1]),
            match seen.round() as usize {
                0 => "The walk backwards has not begun.".to_string(),
                k if k >= n => format!(
                    "Walking backwards, every node has added up slope times derivative over the arrows that leave it; \
                     the partial derivatives are {} by x and {} by y.",
                    fixed(walk.derivatives[0]),
                    fixed(walk.derivatives[1])
                ),
                k => format!("{k} of {n} nodes know the derivative of f by them."),
            }
        );
        let g = [walk.derivatives[0], walk.derivatives[1]];
        // A fifth of its length, so that it stays on the paper.
        let mut plane = contours(&self.grid)
            .title(format!(r"\(f\){} = {}", pair([x, y]), fixed(walk.values[n - 1])))
            .with(Points::new(&[x], &[y]).shape(Shape::Circle).size(8.0).opacity(1.0).role(POINT));
        if reached(0) {
            let tip = [x + g[0] / 5.0, y + g[1] / 5.0];
            plane = plane.with(Arrow::new([x, y], tip).role(GRADIENT).words(r"\(∇f/5\)"));
        }
        let figure = Figure::new("").description(&description).size(760.0, 410.0).panel(axes).panel(plane);
        let handles = vec![Handle::at(1, [x, y], "x", "y", "point at which f is taken")];
        View { figure, handles, description }
    }
}
