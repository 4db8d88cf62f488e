//! The picture of a solved problem: the fit or the path where there is one, else the course of the run.

use crate::outcome::Failure;
use gradus::optimize::Objective;
use gradus::plot::{Figure, Grid, Theme, figures, save as save_figure};
use gradus::problem::{Problem, Report};
use std::path::Path;

/// Points along a side of the contours.
const SIDE: usize = 121;
/// Room around the path, as a part of its extent.
const MARGIN: f64 = 0.35;

/// Draws and saves.
pub(crate) fn save(problem: &Problem, report: &Report, path: &Path) -> Result<(), Failure> {
    let figure = draw(problem, report)?;
    save_figure(&figure, path, Theme::Auto)?;
    Ok(())
}

fn draw(problem: &Problem, report: &Report) -> Result<Figure, Failure> {
    if let Some(fit) = &report.fit {
        let mut figure = figures::fit(&fit.x, &fit.y, &fit.x, &fit.fitted);
        for panel in &mut figure.panels {
            panel.x.label.clone_from(&fit.predictor);
            panel.y.label.clone_from(&fit.response);
        }
        return Ok(figure);
    }
    let points: Vec<[f64; 2]> = report
        .trace
        .iter()
        .filter_map(|t| match t.x[..] {
            [x, y] => Some([x, y]),
            _ => None,
        })
        .collect();
    if points.len() >= 2 {
        return contours(problem, &points);
    }
    let sign = if report.sense == gradus::expr::syntax::Sense::Minimize { 1.0 } else { -1.0 };
    let values: Vec<f64> = report.trace.iter().map(|t| sign * t.value).collect();
    let norms: Vec<f64> = report.trace.iter().map(|t| t.gradient_norm).collect();
    Ok(figures::convergence(&values, &norms))
}

/// Contours of what is minimised around the path.
fn contours(problem: &Problem, path: &[[f64; 2]]) -> Result<Figure, Failure> {
    let range = |k: usize| {
        let (low, high) =
            path.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p[k]), h.max(p[k])));
        let room = MARGIN * (high - low).max(1e-3 * low.abs().max(high.abs())).max(1e-9);
        (low - room, high + room)
    };
    let mut f = problem.evaluator().map_err(Failure::new)?;
    let grid = Grid::sample(range(0), range(1), SIDE, |x, y| f.value(&[x, y]).unwrap_or(f64::NAN))?;
    let mut figure = figures::contour_with_path(grid, path);
    for panel in &mut figure.panels {
        panel.x.label = problem.packing().name(0);
        panel.y.label = problem.packing().name(1);
    }
    Ok(figure)
}
