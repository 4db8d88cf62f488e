//! Figures at every extreme, and their mathematics against numbers found in other ways.

use std::collections::BTreeMap;

use gradus_plot::live::{Live, View, drawing};
use gradus_plot::{Arrow, Line, Mark, Path};

use super::{Field, all};
use crate::figures::gradient::HILLS;

fn figure(name: &str) -> std::sync::Arc<dyn Live> {
    let all = all().expect("the formulas are read");
    all.into_iter().find(|f| f.name() == name).expect("a figure of this name")
}

fn view(name: &str, values: &[(&str, f64)]) -> View {
    figure(name).view(&values.iter().map(|(k, v)| (k.to_string(), *v)).collect())
}

/// The marks of all panels that a reading finds something in.
fn marks<T>(view: &View, read: impl Fn(&Mark) -> Option<T>) -> Vec<T> {
    view.figure.panels.iter().flat_map(|axes| &axes.marks).filter_map(read).collect()
}

fn arrows(view: &View) -> Vec<Arrow> {
    marks(view, |m| if let Mark::Arrow(a) = m { Some(a.clone()) } else { None })
}

fn line(view: &View, label: &str) -> Line {
    let lines = marks(view, |m| match m {
        Mark::Line(l) if l.key.label == label => Some(l.clone()),
        _ => None,
    });
    lines.into_iter().next().expect("a line with this label")
}

/// All combinations of low, start and high, and values that are no numbers.
fn extremes(figure: &dyn Live) -> Vec<BTreeMap<String, f64>> {
    let mut all = vec![BTreeMap::new()];
    for p in figure.parameters() {
        all = all
            .iter()
            .flat_map(|values| {
                [p.low, p.value, p.high].map(|v| {
                    let mut values = values.clone();
                    values.insert(p.name.clone(), v);
                    values
                })
            })
            .collect();
    }
    for v in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        all.push(figure.parameters().iter().map(|p| (p.name.clone(), v)).collect());
    }
    all
}

#[test]
fn every_figure_draws_at_every_extreme() {
    for figure in all().expect("the formulas are read") {
        for values in extremes(figure.as_ref()) {
            let view = figure.view(&values);
            let at = format!("{} at {values:?}", figure.name());
            assert!(!view.description.is_empty() && view.description.ends_with('.'), "{at}");
            for wrong in ["NaN", "∞", "inf"] {
                assert!(!view.description.contains(wrong), "{at}: {}", view.description);
            }
            for width in [340.0, 720.0] {
                let drawing = drawing(&view.figure, width);
                assert!(drawing.points().all(|p| p[0].is_finite() && p[1].is_finite()), "{at}");
                for h in &view.handles {
                    let panel = &drawing.panels[h.panel];
                    assert!(h.around.is_some() || panel.pixel(h.x, h.y).is_some(), "{at}: {}", h.label);
                }
            }
        }
    }
}

#[test]
fn names_are_unique_and_handles_move_parameters_that_there_are() {
    let all = all().expect("the formulas are read");
    let mut names: Vec<String> = all.iter().map(|f| f.name().to_string()).collect();
    names.dedup();
    assert_eq!(names.len(), all.len());
    for figure in &all {
        let parameters = figure.parameters();
        let view = figure.view(&BTreeMap::new());
        assert!(!view.handles.is_empty());
        for h in &view.handles {
            for name in h.x_parameter.iter().chain(&h.y_parameter) {
                assert!(parameters.iter().any(|p| p.name == *name), "{}: {name}", figure.name());
            }
        }
        for p in parameters {
            assert!(p.low < p.high && (p.low..=p.high).contains(&p.value) && p.step > 0.0);
        }
        let json = view.to_json(figure.as_ref());
        assert!(json.starts_with("{\"title\":\"") && json.contains("\"parameters\":[{\"name\":\"x\""));
    }
}

/// The hills as they are written in a formula book, apart from the engine.
fn hills(x: f64, y: f64) -> f64 {
    2.0 * (-(x - 0.8).powi(2) - (y - 0.6).powi(2)).exp()
        + 1.3 * (-(x + 1.0).powi(2) - (y + 0.9).powi(2)).exp()
        - 0.8 * (-2.0 * (x - 0.9).powi(2) - 2.0 * (y + 1.3).powi(2)).exp()
}

#[test]
fn the_gradient_arrow_is_the_central_difference_of_the_plotted_function() {
    let mut f = Field::read(HILLS).expect("a formula");
    for (x, y) in [(-0.2, 0.9), (0.8, 0.6), (-2.5, 2.5), (1.0, -1.0), (0.3, -0.45)] {
        assert!((f.at(x, y) - hills(x, y)).abs() < 1e-14);
        let v = view("gradient", &[("x", x), ("y", y)]);
        let arrow = &arrows(&v)[0];
        assert_eq!(arrow.from, [x, y]);
        let h = 1e-5;
        let by_x = (hills(x + h, y) - hills(x - h, y)) / (2.0 * h);
        let by_y = (hills(x, y + h) - hills(x, y - h)) / (2.0 * h);
        let [gx, gy] = [arrow.to[0] - x, arrow.to[1] - y];
        assert!((gx - by_x).abs() < 1e-9 && (gy - by_y).abs() < 1e-9, "({gx}, {gy}) is not ({by_x}, {by_y})");
    }
}

#[test]
fn the_gradient_arrow_stands_across_the_level_line() {
    for (x, y) in [(-0.2, 0.9), (0.3, -0.45), (-1.4, -0.2), (1.5, 1.1)] {
        let v = view("gradient", &[("x", x), ("y", y)]);
        let arrow = &arrows(&v)[0];
        let g = [arrow.to[0] - x, arrow.to[1] - y];
        let level = line(&v, "level line");
        let far = |k: usize| (level.x[k] - x).hypot(level.y[k] - y);
        let near = (1..level.x.len() - 1)
            .filter(|k| far(k - 1).is_finite() && far(k + 1).is_finite())
            .min_by(|a, b| far(*a).total_cmp(&far(*b)))
            .expect("a level line");
        assert!(far(near) < 0.1, "the level line leads past ({x}, {y})");
        let along = [level.x[near + 1] - level.x[near - 1], level.y[near + 1] - level.y[near - 1]];
        let cosine = (g[0] * along[0] + g[1] * along[1]) / (g[0].hypot(g[1]) * along[0].hypot(along[1]));
        assert!(cosine.abs() < 0.1, "at ({x}, {y}) the cosine is {cosine}");
    }
}

#[test]
fn the_tangent_of_the_section_has_the_slope_of_the_section() {
    for angle in [0.0_f64, 37.0, 100.0, 255.0, 360.0] {
        let v = view("directional-derivative", &[("x", 0.1), ("y", 0.1), ("angle", angle)]);
        let tangent = line(&v, "tangent");
        let slope = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0]);
        let (s, c) = angle.to_radians().sin_cos();
        let h = 1e-5;
        let difference = (hills(0.1 + h * c, 0.1 + h * s) - hills(0.1 - h * c, 0.1 - h * s)) / (2.0 * h);
        assert!((slope - difference).abs() < 1e-9, "{slope} is not {difference}");
        // And it is the gradient's length times the cosine of the angle between.
        let g = arrows(&v).into_iter().find(|a| a.words == r"\(∇f\)").expect("the gradient");
        let g = [g.to[0] - 0.1, g.to[1] - 0.1];
        let between = g[1].atan2(g[0]) - angle.to_radians();
        assert!((slope - g[0].hypot(g[1]) * between.cos()).abs() < 1e-12);
    }
}

#[test]
fn the_error_of_the_tangent_plane_falls_to_a_quarter() {
    let v = view("tangent-plane", &[("x", 0.2), ("y", -0.1)]);
    let error = line(&v, "error");
    // Small windows first; two steps are one doubling.
    for k in 0..4 {
        let (window, ratio) = (error.x[k + 2] / error.x[k], error.y[k + 2] / error.y[k]);
        assert!((window - 2.0).abs() < 1e-12 && (ratio - 4.0).abs() < 0.5, "{ratio}");
    }
}

#[test]
fn the_determinant_is_that_of_the_closed_form() {
    // u = x + y²/3, v = y − x²/3: det J = 1 + 4xy/9.
    for (x, y) in [(0.75, 0.5), (-2.0, 2.0), (2.0, 2.0), (0.0, 0.0), (1.5, -1.5)] {
        let v = view("jacobian", &[("x", x), ("y", y), ("side", 0.05)]);
        let arrows = arrows(&v);
        let image = &arrows[2..];
        let side = |k: usize| [image[k].to[0] - image[k].from[0], image[k].to[1] - image[k].from[1]];
        let (a, b) = (side(0), side(1));
        let det = (a[0] * b[1] - a[1] * b[0]) / (0.025 * 0.025);
        let closed = 1.0 + 4.0 * x * y / 9.0;
        assert!((det - closed).abs() < 1e-11, "{det} is not {closed}");
        let title = format!(r"\(det J\) = {}", super::panels::fixed(closed));
        assert_eq!(v.figure.panels[1].title, title);
        // The area of the image of a small square is nearly as many times the square's.
        let (before, _) = v.description.split_once(" times the square").expect("an area");
        let words = before.rsplit(' ').next().expect("a number");
        let ratio: f64 = words.replace('−', "-").parse().expect("a number");
        assert!((ratio - closed).abs() < 0.12, "{ratio} is not near {closed}");
    }
}

#[test]
fn descent_takes_the_steps_of_the_closed_form() {
    // On x²/2 + 5y²/2 a step s multiplies x by 1 − s and y by 1 − 5s.
    let path = |step: f64| -> Path {
        let v = view("gradient-descent", &[("x", -3.4), ("y", 1.6), ("step", step), ("steps", 12.0)]);
        marks(&v, |m| if let Mark::Path(p) = m { Some(p.clone()) } else { None }).remove(0)
    };
    for step in [0.05, 0.34, 0.45] {
        let p = path(step);
        assert_eq!(p.x.len(), 13);
        for k in 0..13 {
            assert!((p.x[k] + 3.4 * (1.0 - step).powi(k as i32)).abs() < 1e-12);
            assert!((p.y[k] - 1.6 * (1.0 - 5.0 * step).powi(k as i32)).abs() < 1e-9);
        }
    }
}

#[test]
fn the_walk_backwards_finds_the_partial_derivatives() {
    // f = x²y + sin(xy): by x it is 2xy + y cos(xy), by y it is x² + x cos(xy).
    for (x, y) in [(1.0, 0.5), (-2.0, 2.0), (0.0, 0.0), (1.35, -0.6)] {
        let v = view("backward", &[("x", x), ("y", y)]);
        let gradient = [2.0 * x * y + y * f64::cos(x * y), x * x + x * f64::cos(x * y)];
        let title = format!(r"\(∇f\) = {}", super::panels::pair(gradient));
        assert_eq!(v.figure.panels[0].title, title);
        let graphs = marks(&v, |m| if let Mark::Graph(g) = m { Some(g.clone()) } else { None });
        assert_eq!((graphs[0].nodes.len(), graphs[0].edges.len()), (7, 8));
        // The two ways into the last node have slope 1.
        assert_eq!(graphs[0].weights[6..], ["1.00", "1.00"]);
        assert!(v.description.contains(&format!("{} by x", super::panels::fixed(gradient[0]))));
    }
    // Half way, only the nodes near the end have a derivative.
    let v = view("backward", &[("seen", 3.0)]);
    let graphs = marks(&v, |m| if let Mark::Graph(g) = m { Some(g.clone()) } else { None });
    let shown = |g: &gradus_plot::Graph| g.nodes.iter().filter(|p| p[0].is_finite()).count();
    assert_eq!((shown(&graphs[1]), shown(&graphs[2])), (4, 3));
    assert!(v.description.contains("3 of 7 nodes"));
}

#[test]
fn formulas_that_are_none_are_errors_in_words() {
    for (formula, words) in [("x +", "cannot be read"), ("x*a", "`a` is neither x nor y")] {
        let error = Field::read(formula).err().expect("an error").to_string();
        assert!(error.contains(formula) && error.contains(words), "{error}");
    }
}
