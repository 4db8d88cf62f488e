//! A derivative against numbers that know nothing of it.
//!
//! At random points, each directional derivative is compared with a complex step; or with central differences
//! extrapolated to step 0, where asked for or where the complex step gives no number.

mod directions;
mod numeric;

use crate::evaluate::{Bindings, EvaluateError, Tensor, evaluate, evaluate_all};
use crate::sample::{Sampler, Signs, size_names};
use crate::{Expr, Kind, Symbol};
use directions::directions;
use numeric::Along;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Points that are tried for every one that is wanted, as some lie where the expression is not defined.
const TRIES: usize = 40;

/// What a derivative is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// A complex step, `Im f(x + ihv)/h`; differences where that gives no number.
    #[default]
    ComplexStep,
    /// Central differences, extrapolated.
    Difference,
}

/// How a derivative is checked.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What it is compared with.
    pub method: Method,
    /// How many points.
    pub points: usize,
    /// Where the random points start from.
    pub seed: u64,
    /// The steps of one evaluation (see [`Bindings::fuel`]).
    pub fuel: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { method: Method::default(), points: 5, seed: 1, fuel: 20_000_000 }
    }
}

/// A point: the values of symbols and of named sizes.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// The value of every symbol.
    pub values: BTreeMap<String, Tensor<f64>>,
    /// The sizes chosen for named dimensions.
    pub sizes: BTreeMap<String, usize>,
}

impl Point {
    fn bindings<T>(&self, fuel: u64, of: impl Fn(f64) -> T) -> Bindings<T> {
        let mut b = Bindings::new();
        for (name, n) in &self.sizes {
            b = b.with_size(name, *n);
        }
        for (name, t) in &self.values {
            b.set(name, Tensor { shape: t.shape.clone(), data: t.data.iter().map(|v| of(*v)).collect() });
        }
        b.fuel = fuel;
        b
    }
}

/// The entry where derivative and numbers are furthest apart.
#[derive(Clone, Debug)]
pub struct Discrepancy {
    /// `|derivative - numeric|` over the larger of them, or over what rounding leaves of larger numbers that cancel.
    pub relative: f64,
    /// The derivative in some direction.
    pub derivative: f64,
    /// The same from values of the function alone.
    pub numeric: f64,
    /// Where.
    pub point: Point,
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The points where both are numbers.
    pub compared: usize,
    /// The largest discrepancy; none if nothing was compared.
    pub worst: Option<Discrepancy>,
    /// Why some point could not be evaluated, if one could not.
    pub trouble: Option<EvaluateError>,
}

/// Compares `derivative`, said to be that of `f` by `x`, with numbers at random points, in all directions that keep what
/// is declared of x. Names that have values in `given` keep them. `watch` is told the number of points done, and stops
/// the check with `Break`.
///
/// ```
/// use gradus_expr::check::{Settings, compare};
/// use gradus_expr::{Expr, derivative, evaluate::Bindings, syntax::Scope};
/// use std::ops::ControlFlow;
/// let f = Scope::new().expression("x^3").unwrap();
/// let x = f.symbols()[0].clone();
/// let check = |slope: Expr| {
///     let found = compare(&f, &slope, &x, &Bindings::new(), &Settings::default(), &mut |_| ControlFlow::Continue(()));
///     (found.compared, found.worst.unwrap().relative)
/// };
/// let (points, relative) = check(derivative(&f, &x));
/// assert!(points == 5 && relative < 1e-14);
/// // 3x instead of 3x^2 is far off.
/// assert!(check(Scope::new().expression("3*x").unwrap()).1 > 0.1);
/// ```
pub fn compare(
    f: &Expr,
    derivative: &Expr,
    x: &Arc<Symbol>,
    given: &Bindings<f64>,
    settings: &Settings,
    watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Comparison {
    let mut sampler = Sampler::new(settings.seed);
    let mut found = Comparison::default();
    for attempt in 0..settings.points * TRIES {
        if found.compared == settings.points || watch(found.compared).is_break() {
            break;
        }
        let at = random_point(&[f.clone(), derivative.clone()], x, given, attempt, &mut sampler);
        let outcome = match at {
            Ok(Some(point)) => at_point(f, derivative, x, point, settings),
            Ok(None) => continue,
            Err(e) => Err(e),
        };
        match outcome {
            Ok(Some(d)) => {
                found.compared += 1;
                if found.worst.as_ref().is_none_or(|w| d.relative > w.relative) {
                    found.worst = Some(d);
                }
            }
            Ok(None) => {}
            Err(e) => found.trouble = Some(e),
        }
    }
    found
}

/// A point with the given values and random ones for the other symbols.
fn random_point(
    both: &[Expr],
    x: &Arc<Symbol>,
    given: &Bindings<f64>,
    attempt: usize,
    sampler: &mut Sampler,
) -> Result<Option<Point>, EvaluateError> {
    let mut symbols: Vec<Arc<Symbol>> = Vec::new();
    for s in both.iter().flat_map(Expr::symbols).chain([x.clone()]) {
        if symbols.iter().all(|other| other.name != s.name) {
            symbols.push(s);
        }
    }
    let mut sizes = given.sizes(&symbols)?;
    // Larger sizes when small ones do not suit, as for a slice from 5.
    let least = 2 + attempt / 8;
    let names = size_names(both).into_iter().chain(x.dim_names().map(str::to_owned));
    let mut point = Point::default();
    for name in names {
        if sizes.get(&name).is_none() {
            sizes.set(&name, sampler.size(least), "a random choice");
        }
        if let Some(n) = sizes.get(&name) {
            point.sizes.insert(name, n);
        }
    }
    let signs = if attempt % 3 == 2 { Signs::Positive } else { Signs::Both };
    for s in &symbols {
        let shape = s.shape.iter().map(|d| sizes.resolve(d)).collect::<Result<Vec<_>, _>>()?;
        let value = match given.get(&s.name) {
            Some(t) => t.clone(),
            None => match sampler.value(s, &shape, signs) {
                Some(t) => t,
                None => return Ok(None),
            },
        };
        point.values.insert(s.name.to_string(), value);
    }
    Ok(Some(point))
}

/// The largest discrepancy over all directions; nothing where a value is no number.
fn at_point(
    f: &Expr,
    derivative: &Expr,
    x: &Symbol,
    point: Point,
    settings: &Settings,
) -> Result<Option<Discrepancy>, EvaluateError> {
    let fuel = settings.fuel;
    let real = point.bindings(fuel, |v| v);
    let value = evaluate(f, &real)?;
    let d = evaluate(derivative, &real)?;
    let finite = |t: &Tensor<f64>| t.data.iter().all(|v| v.is_finite());
    let Some(at) = point.values.get(&*x.name) else { return Ok(None) };
    if !finite(&value) || !finite(&d) {
        return Ok(None);
    }
    // Below this, a difference is the rounding of larger numbers that cancel.
    let parts: Vec<Expr> =
        f.postorder().into_iter().filter(|n| !matches!(n.kind(), Kind::Structure(_))).collect();
    let within = evaluate_all(&parts, &real)?.iter().map(largest).fold(0.0, f64::max);
    let floor = (1e-3 * largest(&d)).max(1e-4 * largest(&value)).max(1e-7 * within);
    let width = at.data.len();
    let mut worst: Option<(f64, f64, f64)> = None;
    for direction in directions(x, at) {
        let along = Along { f, x, at, point: &point, direction: &direction, fuel };
        let numeric = match settings.method {
            Method::ComplexStep => match along.complex_step()? {
                Some(numeric) => numeric,
                None => along.difference()?,
            },
            Method::Difference => along.difference()?,
        };
        if numeric.iter().any(|n| n.is_nan()) {
            return Ok(None);
        }
        for (row, n) in numeric.iter().enumerate() {
            let along: f64 = (0..width).map(|k| d.data[row * width + k] * direction[k]).sum();
            let size = along.abs().max(n.abs()).max(floor);
            let relative = if along == *n { 0.0 } else { (along - n).abs() / size };
            if worst.is_none_or(|w| relative > w.0) {
                worst = Some((relative, along, *n));
            }
        }
    }
    let (relative, derivative, numeric) = worst.unwrap_or_default();
    Ok(Some(Discrepancy { relative, derivative, numeric, point }))
}

/// The largest finite absolute value.
fn largest(t: &Tensor<f64>) -> f64 {
    t.data.iter().map(|v| v.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max)
}
