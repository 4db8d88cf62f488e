//! `plot f for x in -3..3`: curves of functions of one number, contours of functions of two.

use super::values::Known;
use super::{Mistakes, Place, mistake};
use crate::limits::Watch;
use crate::question::Over;
use gradus_expr::evaluate::{Bindings, Tensor, evaluate};
use gradus_expr::syntax::Span;
use gradus_expr::{Expr, Property, Symbol, recognise, show_shape, syntax};
use gradus_plot::{Axes, Axis, Contour, Figure, Grid, Line, Points, Role, Rule};
use gradus_program::{Program, Workspace};
use std::sync::Arc;

/// Points along a curve, and along a side of a contour plot.
const POINTS: usize = 601;
const SIDE: usize = 121;

/// A function of some of its names, the others at given values.
pub(super) struct Compiled(Workspace);

/// The function with all names at given values at first; nothing when it cannot be compiled.
pub(super) fn compiled(e: &Expr, bindings: &Bindings<f64>) -> Option<Compiled> {
    let program = Program::compile(&[("value", e.clone())]).ok()?;
    program.bind(bindings).ok().map(Compiled)
}

impl Compiled {
    /// The value where these names have these values.
    pub(super) fn at(&mut self, point: &[(&str, f64)]) -> f64 {
        for (name, x) in point {
            // The slope of a line no longer mentions its variable.
            if self.0.get(name).is_some() && self.0.set(name, &[*x]).is_err() {
                return f64::NAN;
            }
        }
        if self.0.run().is_err() {
            return f64::NAN;
        }
        self.0.output("value").and_then(|v| v.first().copied()).unwrap_or(f64::NAN)
    }
}

fn spaced((low, high): (f64, f64), n: usize) -> Vec<f64> {
    (0..n).map(|k| low + (high - low) * (k as f64 / (n - 1) as f64)).collect()
}

/// Both sides of a refuted equation around the point where they differ.
pub(super) fn both_sides(mut sides: [Compiled; 2], name: &str, at: f64, values: [f64; 2]) -> Option<Figure> {
    let room = 1.0f64.max(at.abs());
    let x = spaced((at - room, at + room), 201);
    let mut axes = Axes::new().x(Axis::linear(name)).y(Axis::linear(""));
    for (k, (side, label)) in sides.iter_mut().zip(["left side", "right side"]).enumerate() {
        let y: Vec<f64> = x.iter().map(|x| side.at(&[(name, *x)])).collect();
        if !y.iter().any(|y| y.is_finite()) {
            return None;
        }
        axes = axes.with(Line::new(&x, &y).label(label).role(Role::Series(k)));
    }
    let points = Points::new(&[at, at], &values).label("where they differ").role(Role::Series(2));
    Some(Figure::new("A counterexample").panel(axes.with(points)))
}

/// At most so many characters of a text.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((k, _)) => format!("{}\u{2026}", &text[..k]),
    }
}

impl Place<'_> {
    /// The figure of functions over the variables without a value.
    pub(super) fn plot(
        &self,
        all: &[Expr],
        over: &[Over],
        span: Span,
        known: &mut Known<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Figure, Mistakes> {
        let bound = known.get()?.clone();
        if let Some(e) = all.iter().find(|e| !e.is_scalar()) {
            let words =
                format!("only a number can be drawn, but `{}` is {}", label(e), show_shape(e.shape()));
            return Err(mistake(span, words));
        }
        let named = |name: &str| over.iter().any(|o| o.name == name);
        let mut free: Vec<Arc<Symbol>> = Vec::new();
        for s in all.iter().flat_map(Expr::symbols) {
            let open = named(&s.name) || !bound.values.contains_key(&*s.name);
            if open && !free.iter().any(|f| f.name == s.name) {
                free.push(s);
            }
        }
        // The order of the axes is the order in which they are named.
        free.sort_by_key(|s| over.iter().position(|o| o.name == *s.name).unwrap_or(over.len()));
        if let Some(o) = over.iter().find(|o| !free.iter().any(|s| *s.name == *o.name)) {
            return Err(mistake(span, format!("there is no variable `{}` in this expression", o.name)));
        }
        if let Some(s) = free.iter().find(|s| !s.shape.is_empty()) {
            let words =
                format!("`{}` is {}, so this is no function of numbers", s.name, show_shape(&s.shape));
            return Err(mistake(span, words));
        }
        let ranges: Vec<(f64, f64)> = free
            .iter()
            .map(|s| self.range(over.iter().find(|o| o.name == *s.name), s, span))
            .collect::<Result<_, _>>()?;
        let points = if free.len() == 2 { SIDE * SIDE } else { POINTS };
        let mut functions = Vec::new();
        for e in all {
            let mut bindings = self.bindings(e, &bound);
            for (s, (low, high)) in free.iter().zip(&ranges) {
                bindings.set(&s.name, Tensor::scalar(0.5 * (low + high)));
            }
            self.fits(e, &bindings, span)?;
            // What one point costs, all of them may cost.
            bindings.fuel = (50 * self.limits.fuel) / points as u64;
            evaluate(e, &bindings).map_err(|e| mistake(span, e.to_string()))?;
            let f = compiled(e, &bindings).ok_or_else(|| mistake(span, "this cannot be compiled"))?;
            functions.push((label(e), f));
        }
        let names: Vec<&str> = free.iter().map(|s| &*s.name).collect();
        match (names.as_slice(), ranges.as_slice()) {
            ([x], [range]) => curves(functions, x, *range, span, watch),
            ([x, y], [in_x, in_y]) => match functions.into_iter().next() {
                Some(f) if all.len() == 1 => contours(f, [x, y], [*in_x, *in_y], span, watch),
                _ => Err(mistake(span, "contours are drawn of one function at a time")),
            },
            ([], _) => Err(mistake(span, "there is no variable to draw over")),
            (several, _) => {
                let words = format!("a figure has one variable or two, not {}", several.join(", "));
                Err(vec![
                    syntax::Diagnostic::error(span, words).help("give the others values: `param a = 2`"),
                ])
            }
        }
    }

    /// The range of a variable: as asked, else its declared range, else from -5 to 5.
    fn range(&self, over: Option<&Over>, s: &Symbol, span: Span) -> Result<(f64, f64), Mistakes> {
        let Some((low, high)) = over.and_then(|o| o.range) else {
            let low = if s.has(Property::Positive) {
                1e-3
            } else if s.has(Property::Nonneg) {
                0.0
            } else {
                -5.0
            };
            return Ok((low, 5.0));
        };
        let end = |at: Span| {
            let t = self.constant_value(at)?;
            match t.data.as_slice() {
                [x] if x.is_finite() => Ok(*x),
                _ => Err(mistake(at, "the end of a range is a finite number")),
            }
        };
        let (low, high) = (end(low)?, end(high)?);
        if low < high && (high - low).is_finite() {
            return Ok((low, high));
        }
        Err(mistake(
            span,
            format!("the range of `{}` must increase, but it goes from {low} to {high}", s.name),
        ))
    }
}

fn label(e: &Expr) -> String {
    short(&syntax::print(&recognise(e)))
}

fn stopped(span: Span) -> Mistakes {
    mistake(span, "this figure was not finished")
}

fn curves(
    functions: Vec<(String, Compiled)>,
    name: &str,
    range: (f64, f64),
    span: Span,
    watch: &mut Watch<'_>,
) -> Result<Figure, Mistakes> {
    let x = spaced(range, POINTS);
    let mut axes = Axes::new().x(Axis::linear(name)).y(Axis::linear(""));
    let title = functions.iter().map(|(l, _)| l.as_str()).collect::<Vec<_>>().join(", ");
    for (k, (label, mut f)) in functions.into_iter().enumerate() {
        let mut y = Vec::with_capacity(POINTS);
        for (j, x) in x.iter().enumerate() {
            if watch.step(j, POINTS).is_break() {
                return Err(stopped(span));
            }
            y.push(f.at(&[(name, *x)]));
        }
        if !y.iter().any(|y| y.is_finite()) {
            let words = format!("`{label}` is nowhere defined from {} to {}", range.0, range.1);
            return Err(mistake(span, words));
        }
        axes = axes.with(Line::new(&x, &y).label(label).role(Role::Series(k)));
    }
    Ok(Figure::new(short(&title)).panel(axes.with(Rule::horizontal(0.0))))
}

fn contours(
    (label, mut f): (String, Compiled),
    names: [&str; 2],
    ranges: [(f64, f64); 2],
    span: Span,
    watch: &mut Watch<'_>,
) -> Result<Figure, Mistakes> {
    let mut done = 0;
    let grid = Grid::sample(ranges[0], ranges[1], SIDE, |x, y| {
        done += 1;
        if watch.step(done, SIDE * SIDE).is_break() {
            return f64::NAN;
        }
        f.at(&[(names[0], x), (names[1], y)])
    });
    let grid = grid.map_err(|e| mistake(span, e.to_string()))?;
    if watch.halt.is_some() {
        return Err(stopped(span));
    }
    if grid.value_range().is_none() {
        return Err(mistake(span, format!("`{label}` is nowhere defined on these ranges")));
    }
    let axes = Axes::new().x(Axis::linear(names[0])).y(Axis::linear(names[1]));
    Ok(Figure::new(label).panel(axes.with(Contour::new(grid).filled())))
}
