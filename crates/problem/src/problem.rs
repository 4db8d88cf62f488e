//! A stated problem bound to its data, and its solution.

use crate::choose::Traits;
use crate::least_squares::{Square, squares};
use crate::objective::SquaresEvaluator;
use crate::run::Both;
use crate::saved::{Belonging, Digest};
use crate::smooth::{Smoothness, smoothness};
use crate::{
    Bound, Choice, Error, Evaluator, Fit, Method, Override, Packing, Report, Saved, Settings, TracePoint,
};
use crate::{bind, constraints, run, start};
use gradus_expr::evaluate::{Bindings, evaluate};
use gradus_expr::facts::{Curvature, Fact, Facts};
use gradus_expr::print::latex;
use gradus_expr::syntax::{self, Sense, print, read_problem};
use gradus_expr::{Expr, Kind, Rational, Role, derivative, postorder, recognise, show_shape, simplify};
use gradus_optimize::{Bounds, Objective, Observer, Residuals};
use num_traits::{One, Signed};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// A formula in the language and in LaTeX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// What it is the formula of: a variable, for a gradient.
    pub name: String,
    /// The language's notation.
    pub text: String,
    /// LaTeX.
    pub latex: String,
}

impl Formula {
    pub(crate) fn of(name: &str, e: &Expr) -> Formula {
        let ast = recognise(e);
        Formula { name: name.to_owned(), text: print(&ast), latex: latex(&ast) }
    }
}

/// A problem bound to its data: ready to be looked at, evaluated and solved.
#[derive(Clone, Debug)]
pub struct Problem {
    stated: syntax::Problem,
    bound: Bound,
    bindings: Bindings<f64>,
    packing: Packing,
    bounds: Option<Bounds>,
    sense: Sense,
    /// What is minimised: the objective or its negative.
    objective: Expr,
    /// Its gradients by the packed variables.
    gradients: Vec<Expr>,
    smoothness: Smoothness,
    curvature: Curvature,
    why: String,
    squares: Option<Vec<Square>>,
    seconds: f64,
}

/// The largest Jacobian of a least-squares run, in numbers.
const MOST_JACOBIAN: usize = 20_000_000;
/// The most unknowns of a least-squares run.
const MOST_SQUARED: usize = 400;
/// The most nodes of a gradient whose derivative is shown.
const MOST_NODES: usize = 120;

impl Problem {
    /// Reads a problem and binds its data: paths in `text` are relative to `base`, those of `overrides` to the
    /// working directory.
    ///
    /// # Errors
    /// [`Error`] for every mistake in the text, data that cannot be read or do not fit their declarations, and what
    /// no solver here can do.
    pub fn read(text: &str, base: Option<&Path>, overrides: &[Override]) -> Result<Problem, Error> {
        let clock = Instant::now();
        let stated = read_problem(text).map_err(Error::Language)?;
        let (sense, goal) = stated.objective.clone().ok_or(Error::NoObjective)?;
        if stated.with_role(Role::Var).next().is_none() {
            return Err(Error::NoVariable);
        }
        let bound = bind::bind(&stated, base, overrides)?;
        let packing = Packing::of(&stated, &bound)?;
        let bindings = bound.bindings(&stated);
        let bounds = constraints::bounds(&stated, &packing, &bindings)?;
        let objective = if sense == Sense::Minimize { goal } else { goal.scale(-Rational::one()) };
        let gradients: Vec<Expr> =
            packing.variables.iter().map(|v| derivative(&objective, &v.symbol)).collect();
        let facts = Facts::of(&objective);
        let tidy = simplify(&objective);
        let positive = |of: &Facts, x: &Expr| {
            let known = || evaluate(x, &bindings).is_ok_and(|t| t.data.iter().all(|v: &f64| *v > 0.0));
            of.is_positive(x) || !constraints::varies(x) && known()
        };
        let smoothness = match smoothness(&objective, &facts, &|x| positive(&facts, x)) {
            Smoothness::Smooth => Smoothness::Smooth,
            rough => {
                let facts = Facts::of(&tidy);
                smoothness(&tidy, &facts, &|x| positive(&facts, x)).better(rough)
            }
        };
        let squares = squares(&objective);
        Ok(Problem {
            bound,
            bindings,
            bounds,
            sense,
            smoothness,
            curvature: facts.curvature(&objective),
            why: reason(&facts.explain(&objective, Fact::Curvature)),
            squares,
            packing,
            gradients,
            objective,
            stated,
            seconds: clock.elapsed().as_secs_f64(),
        })
    }

    /// What the text says.
    pub fn stated(&self) -> &syntax::Problem {
        &self.stated
    }

    /// The values of data and parameters.
    pub fn bound(&self) -> &Bound {
        &self.bound
    }

    /// The order of the unknowns.
    pub fn packing(&self) -> &Packing {
        &self.packing
    }

    /// The objective as it was written.
    pub fn objective(&self) -> Formula {
        let text = self.stated.objective_text.clone();
        let (ast, _) = syntax::parse_expression(&text);
        Formula { name: "objective".into(), latex: ast.map(|a| latex(&a)).unwrap_or_default(), text }
    }

    /// The gradient of the stated objective by each variable.
    pub fn gradients(&self) -> Vec<Formula> {
        let goal = self.stated_sign();
        let pairs = self.packing.variables.iter().zip(&self.gradients);
        pairs.map(|(v, g)| Formula::of(&v.symbol.name, &signed(g, goal))).collect()
    }

    /// The blocks of the Hessian of the stated objective by each pair of variables, for one or two variables whose
    /// gradients are of moderate size.
    pub fn hessian(&self) -> Vec<Formula> {
        let variables = &self.packing.variables;
        let size = postorder(&self.gradients).len();
        if variables.len() > 2 || variables.iter().any(|v| v.shape.len() > 1) || size > MOST_NODES {
            return Vec::new();
        }
        let mut blocks = Vec::new();
        for (k, v) in variables.iter().enumerate() {
            let slope = signed(&self.gradients[k], self.stated_sign());
            for u in &variables[k..] {
                let name = match u.symbol.name == v.symbol.name {
                    true => v.symbol.name.to_string(),
                    false => format!("{} and {}", v.symbol.name, u.symbol.name),
                };
                blocks.push(Formula::of(&name, &derivative(&slope, &u.symbol)));
            }
        }
        blocks
    }

    fn stated_sign(&self) -> bool {
        self.sense == Sense::Maximize
    }

    /// Every symbol with its role and shape in words.
    pub fn symbols(&self) -> Vec<(String, String)> {
        let describe = |d: &syntax::Declared| {
            let s = &d.symbol;
            let role = match s.role {
                Role::Data => "data",
                Role::Param => "parameter",
                Role::Var if !self.packing.variables.iter().any(|v| v.symbol.name == s.name) => {
                    "variable that the objective does not use"
                }
                Role::Var => "variable",
            };
            let value = self.bound.values.get(&*s.name).filter(|t| t.shape.is_empty());
            let words = match (value, self.bound.shape(s)) {
                (Some(t), _) => format!("{role} = {}", t.data[0]),
                (None, Ok(sizes)) if sizes.is_empty() => format!("{role}, a number"),
                (None, Ok(sizes)) => {
                    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
                    format!("{role} {}, {}", show_shape(&s.shape), sizes.join(" x "))
                }
                (None, Err(_)) => format!("{role} {}", show_shape(&s.shape)),
            };
            (s.name.to_string(), words)
        };
        self.stated.declared.iter().map(describe).collect()
    }

    /// What is proved of the curvature of what is minimised, in words.
    pub fn curvature(&self) -> String {
        let word = match self.curvature {
            Curvature::Constant => "constant",
            Curvature::Affine => "affine",
            Curvature::Convex => "convex",
            Curvature::Concave => "concave",
            Curvature::Unknown => return "not known".to_owned(),
        };
        format!("{word}: {}", self.why)
    }

    /// An evaluator of what is minimised.
    ///
    /// # Errors
    /// Those of compiling and binding.
    pub fn evaluator(&self) -> Result<Evaluator, Error> {
        Evaluator::new(&self.packing, &self.objective, &self.bindings)
    }

    fn squares(&self) -> Result<Option<SquaresEvaluator>, Error> {
        match &self.squares {
            Some(s) if self.packing.len <= MOST_SQUARED && self.bounds.is_none() => {
                SquaresEvaluator::new(&self.packing, s, &self.bindings, MOST_JACOBIAN)
            }
            _ => Ok(None),
        }
    }

    fn traits(&self, squares: Option<&SquaresEvaluator>) -> Traits {
        Traits {
            unknowns: self.packing.len,
            squares: squares.map(Residuals::residual_count),
            smoothness: self.smoothness,
            curvature: self.curvature,
            why: self.why.clone(),
            is_bounded: self.bounds.is_some(),
        }
    }

    /// The method that would be used, and why.
    ///
    /// # Errors
    /// [`Error::MethodDoesNotFit`] if `asked` cannot solve this problem.
    pub fn choose(&self, asked: Option<Method>) -> Result<Choice, Error> {
        self.traits(self.squares()?.as_ref()).choose(asked)
    }

    /// The method that a run with these settings would use, and why.
    ///
    /// # Errors
    /// [`Error::MethodDoesNotFit`] if it cannot solve this problem.
    pub fn choice(&self, settings: &Settings) -> Result<Choice, Error> {
        self.choice_with(settings, self.squares()?.as_ref())
    }

    fn choice_with(&self, settings: &Settings, squares: Option<&SquaresEvaluator>) -> Result<Choice, Error> {
        let traits = self.traits(squares);
        match (&settings.resume, settings.method) {
            (Some(saved), None) => {
                let usual = traits.choose(None)?;
                if usual.method == saved.method { Ok(usual) } else { traits.choose(Some(saved.method)) }
            }
            (_, asked) => traits.choose(asked),
        }
    }

    /// What a saved run of this problem belongs to.
    fn belonging(&self) -> Belonging {
        let (mut objective, mut data, mut bounds) = (Digest::new(), Digest::new(), Digest::new());
        objective.bytes(print(&recognise(&self.objective)).as_bytes());
        for v in &self.packing.variables {
            objective.bytes(v.symbol.name.as_bytes());
            v.shape.iter().for_each(|n| objective.word(*n as u64));
        }
        for (name, value) in &self.bound.values {
            data.bytes(name.as_bytes());
            value.shape.iter().for_each(|n| data.word(*n as u64));
            data.numbers(&value.data);
        }
        if let Some(b) = &self.bounds {
            bounds.numbers(&b.lower);
            bounds.numbers(&b.upper);
        }
        let digests = [objective, data, bounds].map(Digest::finish);
        Belonging { unknowns: self.packing.len, digests }
    }

    /// Solves the problem.
    ///
    /// # Errors
    /// [`Error`] for a method that does not fit, a setting out of range and a start outside the domain. How the run
    /// ended is [`Report::status`].
    pub fn solve(&self, settings: &Settings, observer: &mut dyn Observer) -> Result<Report, Error> {
        let clock = Instant::now();
        let mut squares = self.squares()?;
        let choice = self.choice_with(settings, squares.as_ref())?;
        let belongs = self.belonging();
        let saved = settings.resume.as_ref().map(|s| s.state_for(choice.method, &belongs)).transpose()?;
        let mut f = self.evaluator()?;
        let start = match saved {
            // A saved run knows its point.
            Some(_) => start::Start { x: vec![0.0; self.packing.len], seed: None },
            None => {
                let convex = self.curvature.is_convex();
                let bounds = self.bounds.as_ref();
                start::start(&self.packing, &self.bound, bounds, convex, &mut f, settings.seed)?
            }
        };
        if choice.method == Method::TrustRegion {
            f = f.with_hessian()?;
        }
        let compile_seconds = self.seconds + clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        let mut both = Both { trace: Vec::new(), keep_points: settings.keep_points, other: observer };
        let (solution, state) = match (choice.method, &mut squares) {
            (Method::LevenbergMarquardt, Some(r)) => run::squares(r, &start.x, settings, saved, &mut both)?,
            (method, _) => {
                let bounds = self.bounds.clone();
                run::smooth(method, &mut f, bounds, &start.x, settings, saved, &mut both)?
            }
        };
        let run_seconds = clock.elapsed().as_secs_f64();
        let sign = if self.sense == Sense::Minimize { 1.0 } else { -1.0 };
        let mut gradient = vec![0.0; self.packing.len];
        let value = f.value_gradient(&solution.x, &mut gradient).map_err(gradus_optimize::Error::from)?;
        let gradient_norm = match self.bounds {
            Some(_) => solution.gradient_norm,
            None => gradient.iter().fold(0.0, |m: f64, g| if g.abs() <= m { m } else { g.abs() }),
        };
        // A sum of squares leaves out what no variable reaches.
        let constant = if choice.method == Method::LevenbergMarquardt { value - solution.value } else { 0.0 };
        let trace = both.trace.into_iter().map(|(x, value, gradient_norm)| TracePoint {
            value: sign * (value + constant),
            gradient_norm,
            x,
        });
        Ok(Report {
            sense: self.sense,
            objective: self.objective(),
            symbols: self.symbols(),
            gradients: self.gradients(),
            hessian: self.hessian(),
            curvature: self.curvature(),
            method: choice.method,
            reason: choice.reason,
            status: solution.status,
            message: solution.message,
            value: sign * value,
            gradient_norm,
            iterations: solution.iterations,
            evaluations: solution.evaluations,
            seconds: (compile_seconds, run_seconds),
            values: self.packing.unpack(&solution.x),
            trace: trace.collect(),
            dropped_rows: self.bound.dropped_rows.clone(),
            seed: start.seed,
            fit: self.fit(&solution.x),
            saved: Saved { method: choice.method, belongs, state },
        })
    }

    /// Predictor, response and fitted values, where the objective is one sum of squares over `y - f(x)`.
    fn fit(&self, at: &[f64]) -> Option<Fit> {
        let [square] = self.squares.as_deref()? else { return None };
        if square.weights.is_some() || square.residual.rank() != 1 {
            return None;
        }
        let (sign, response) = response(&square.residual)?;
        let symbols = square.residual.symbols();
        let data: Vec<_> = symbols
            .iter()
            .filter(|s| s.role == Role::Data && *s.name != *response && s.shape.len() == 1)
            .collect();
        let [predictor] = data.as_slice() else { return None };
        let mut bindings = self.bindings.clone();
        for (name, value) in self.packing.unpack(at) {
            bindings.set(&name, value);
        }
        let r = evaluate(&square.residual, &bindings).ok()?;
        let y = self.bound.values.get(&response)?.data.clone();
        let x = self.bound.values.get(&*predictor.name)?.data.clone();
        if x.len() != y.len() || r.data.len() != y.len() {
            return None;
        }
        let fitted = y.iter().zip(&r.data).map(|(y, r)| y - sign * r).collect();
        Some(Fit { predictor: predictor.name.to_string(), response, x, y, fitted })
    }

    /// The value of the stated objective at a point.
    ///
    /// # Errors
    /// Those of compiling and evaluating.
    pub fn value_at(&self, f: &mut Evaluator, x: &[f64]) -> Result<f64, Error> {
        let value = f.value(x).map_err(gradus_optimize::Error::from)?;
        Ok(if self.sense == Sense::Minimize { value } else { -value })
    }

    /// Tensors by name as one vector, in the order of the unknowns.
    pub fn pack(&self, values: &BTreeMap<String, gradus_expr::evaluate::Tensor<f64>>) -> Option<Vec<f64>> {
        let mut x = vec![0.0; self.packing.len];
        for v in &self.packing.variables {
            let t = values.get(&*v.symbol.name)?;
            (t.data.len() == v.range.len()).then(|| x[v.range.clone()].copy_from_slice(&t.data))?;
        }
        Some(x)
    }
}

/// The expression, or its negative.
fn signed(e: &Expr, negative: bool) -> Expr {
    if negative { simplify(&e.scale(-Rational::one())) } else { e.clone() }
}

/// `it is a sum of ...` of `convex because it is a sum of ...`.
fn reason(explained: &str) -> String {
    match explained.split_once("because ") {
        Some((_, why)) => why.to_owned(),
        None => explained.to_owned(),
    }
}

/// The data vector that a residual adds or takes off as it is: the sign and the name.
fn response(e: &Expr) -> Option<(f64, String)> {
    let Kind::Sum(terms) = e.kind() else { return None };
    terms.iter().find_map(|(c, term)| {
        if c.abs() != Rational::one() {
            return None;
        }
        let sign = if c.is_positive() { 1.0 } else { -1.0 };
        match term.as_symbol() {
            Some(s) if s.role == Role::Data => Some((sign, s.name.to_string())),
            Some(_) => None,
            None => response(term).map(|(inner, name)| (sign * inner, name)),
        }
    })
}
