//! `minimize ...`: the problem is solved as `gradus solve` does, watched, and drawn.

use super::{Mistakes, Place, mistake};
use crate::graph::Slice;
use crate::limits::Watch;
use crate::output::Solved;
use crate::text::Text;
use gradus_expr::evaluate::{Tensor, evaluate};
use gradus_expr::syntax::{Sense, Span, read_problem};
use gradus_optimize::{Iterate, Objective};
use gradus_plot::{Figure, Grid, figures};
use gradus_problem::{Problem, Report, Settings};
use std::sync::Arc;

/// Points along a side of the contours around a path.
const SIDE: usize = 81;
/// The most points of a path that is drawn.
const MOST_POINTS: usize = 400;

impl Place<'_> {
    /// Solves the problem at a place of this cell.
    pub(super) fn solve(&self, slice: &Slice, span: Span, watch: &mut Watch<'_>) -> Result<Solved, Mistakes> {
        let mut text = Text::default();
        self.problem(slice, span, &mut text);
        // Absurd sizes are refused before anything is allocated for them.
        let stated = read_problem(&text.text).map_err(|d| text.back(&d, self.cells, self.cell, span))?;
        if let Some((_, goal)) = &stated.objective {
            self.small(goal, span)?;
        }
        let problem = Problem::read(&text.text, self.data.base(), &[]).map_err(|e| self.told(&e, &text))?;
        self.affordable(&problem, span)?;
        let settings = Settings {
            max_iterations: Some(self.limits.iterations),
            keep_points: problem.packing().len == 2,
            ..Settings::default()
        };
        let mut observe = |it: &Iterate<'_>| watch.step(it.iteration, 0);
        let report = problem.solve(&settings, &mut observe).map_err(|e| self.told(&e, &text))?;
        let figures = draw(&problem, &report).into_iter().collect();
        Ok(Solved { report: Arc::new(report), figures })
    }

    /// The problem at a place with everything that it needs.
    pub(super) fn problem(&self, slice: &Slice, span: Span, text: &mut Text) {
        text.definitions(self.graph, self.cells, slice, false);
        for start in &self.parsed().starts {
            text.piece(self.cells, self.cell, *start);
            text.glue("\n");
        }
        text.piece(self.cells, self.cell, span);
        text.glue("\n");
    }

    /// Can one evaluation of the objective be paid for?
    fn affordable(&self, problem: &Problem, span: Span) -> Result<(), Mistakes> {
        let Some((_, goal)) = &problem.stated().objective else { return Ok(()) };
        let mut bindings = problem.bound().bindings(problem.stated());
        if problem.packing().len > self.limits.entries {
            let most = self.limits.entries;
            let words = format!("there are {} unknowns, and the limit is {most}", problem.packing().len);
            return Err(mistake(span, words));
        }
        for v in &problem.packing().variables {
            let count = v.range.len();
            bindings.set(&v.symbol.name, Tensor { shape: v.shape.clone(), data: vec![0.5; count] });
        }
        bindings.fuel = self.limits.fuel;
        self.fits(goal, &bindings, span)?;
        match evaluate(goal, &bindings) {
            Err(e @ gradus_expr::evaluate::EvaluateError::OutOfFuel { .. }) => {
                Err(mistake(span, e.to_string()))
            }
            _ => Ok(()),
        }
    }
}

/// The fit of one vector by another, the path over two unknowns, or the course of the run.
fn draw(problem: &Problem, report: &Report) -> Option<Figure> {
    if let Some(fit) = &report.fit {
        let mut figure = figures::fit(&fit.x, &fit.y, &fit.x, &fit.fitted);
        for panel in &mut figure.panels {
            panel.x.label.clone_from(&fit.predictor);
            panel.y.label.clone_from(&fit.response);
        }
        return Some(figure);
    }
    let point = |x: &[f64]| if let [x, y] = x { Some([*x, *y]) } else { None };
    let path: Vec<[f64; 2]> = report.trace.iter().filter_map(|t| point(&t.x)).take(MOST_POINTS).collect();
    if path.len() >= 2
        && let Some(figure) = level_lines(problem, &path)
    {
        return Some(figure);
    }
    if report.trace.len() < 2 {
        return None;
    }
    let sign = if report.sense == Sense::Minimize { 1.0 } else { -1.0 };
    let values: Vec<f64> = report.trace.iter().map(|t| sign * t.value).collect();
    let norms: Vec<f64> = report.trace.iter().map(|t| t.gradient_norm).collect();
    Some(figures::convergence(&values, &norms))
}

fn level_lines(problem: &Problem, path: &[[f64; 2]]) -> Option<Figure> {
    let range = |k: usize| {
        let low = path.iter().map(|p| p[k]).fold(f64::INFINITY, f64::min);
        let high = path.iter().map(|p| p[k]).fold(f64::NEG_INFINITY, f64::max);
        let room = 0.35 * (high - low).max(1e-3 * low.abs().max(high.abs())).max(1e-9);
        (low - room, high + room)
    };
    let mut f = problem.evaluator().ok()?;
    let grid = Grid::sample(range(0), range(1), SIDE, |x, y| f.value(&[x, y]).unwrap_or(f64::NAN)).ok()?;
    let mut figure = figures::contour_with_path(grid, path);
    for panel in &mut figure.panels {
        panel.x.label = problem.packing().name(0);
        panel.y.label = problem.packing().name(1);
    }
    Some(figure)
}
