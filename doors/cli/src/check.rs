//! `gradus check`: a derivative against numbers that know nothing of it.
//!
//! At random points, each directional derivative is compared with a complex step, `Im f(x + ihv)/h`, which has
//! no cancellation; or with central differences extrapolated to step 0, where asked for or where the complex
//! step gives no number.
//!
//! Source: Squire and Trapp (1998), SIAM Review 40(1); Ridders (1982), Advances in Engineering Software 4(2).

use crate::derive;
use crate::directions::directions;
use crate::formula::{self, Declarations};
use crate::numbers;
use crate::outcome::{Answer, Failure};
use crate::output::{self, AnswerFormat};
use crate::source::{Bound, DataArgs, Given};
use clap::{Args, ValueEnum};
use gradus::expr::evaluate::{Bindings, Complex, EvaluateError, Tensor, evaluate, evaluate_all};
use gradus::expr::sample::{Sampler, Signs, size_names};
use gradus::expr::{Expr, Kind, Symbol, derivative};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// The step in the imaginary direction: so small that its square vanishes beside 1.
const STEP: f64 = 1e-40;
/// Points that are tried for every one that is wanted, as some lie where the expression is not defined.
const TRIES: usize = 40;

/// What a derivative is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Method {
    /// A complex step; differences where that gives no number.
    #[default]
    Complex,
    /// Central differences, extrapolated.
    Difference,
}

/// A derivative checked against numbers at random points.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus check 'norm2(A*x - b)^2' --wrt x
  gradus check 'logdet(X)' --wrt X -d 'X : [n, n] pd'
  gradus check 'sum(log(1 + exp(-y .* (X*w))))' --wrt w -d 'y : [n] in {-1, 1}' --order 2

Exit status: 0 the derivative agrees, 1 it does not, 2 no point was found where the expression
is defined, 3 the expression could not be read.")]
pub(crate) struct CheckArgs {
    /// The expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expr: String,
    /// The variables to differentiate by; needed when the expression has several.
    #[arg(long, short, value_name = "NAME", value_delimiter = ',')]
    wrt: Vec<String>,
    /// Check all orders up to this one.
    #[arg(long, short = 'k', value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    order: u8,
    #[command(flatten)]
    declarations: Declarations,
    #[command(flatten)]
    data: DataArgs,
    /// What the derivative is compared with.
    #[arg(long, value_enum, value_name = "METHOD", default_value_t)]
    method: Method,
    /// How many points.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    points: u16,
    /// The largest relative discrepancy that passes [default: 1e-8, for differences 1e-6].
    #[arg(long, value_name = "TOL")]
    tol: Option<f64>,
    /// Where the random points start from.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// How the answer is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: AnswerFormat,
}

/// A point: the values of symbols and of named sizes.
#[derive(Clone, Debug, Default)]
struct Point {
    values: BTreeMap<String, Tensor<f64>>,
    sizes: BTreeMap<String, usize>,
}

/// The largest discrepancy found so far.
#[derive(Clone, Debug)]
struct Worst {
    by: String,
    order: u8,
    relative: f64,
    derivative: f64,
    numeric: f64,
    point: Point,
}

pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let Bound { scope, given, expr: e } = args.data.read(&args.declarations, &args.expr, false)?;
    let variables = derive::variables(&e, &scope, &args.wrt, &given)?;
    given.all_used(&e)?;
    let tol = args.tol.unwrap_or(if args.method == Method::Complex { 1e-8 } else { 1e-6 });
    if tol.is_nan() || tol <= 0.0 {
        return Err(Failure::new(format_args!("`--tol` must be above 0, not {tol}")));
    }
    let mut worst: Option<Worst> = None;
    let mut compared = 0;
    let mut trouble: Option<EvaluateError> = None;
    let mut first = Vec::new();
    for x in &variables {
        let mut f = e.clone();
        for order in 1..=args.order {
            let slope = derivative(&f, x);
            if order == 1 {
                first.push((x.name.to_string(), slope.clone()));
            }
            let mut sampler = Sampler::new(args.seed);
            let mut found = 0;
            for k in 0..usize::from(args.points) * TRIES {
                if found == usize::from(args.points) {
                    break;
                }
                let point = match random_point(&e, x, &given, k, &mut sampler) {
                    Ok(Some(point)) => point,
                    Ok(None) => continue,
                    Err(e) => {
                        trouble = Some(e);
                        continue;
                    }
                };
                match compare(&f, &slope, x, &point, args.method) {
                    Ok(Some((relative, derivative, numeric))) => {
                        found += 1;
                        compared += 1;
                        if worst.as_ref().is_none_or(|w| relative > w.relative) {
                            let by = x.name.to_string();
                            worst = Some(Worst { by, order, relative, derivative, numeric, point });
                        }
                    }
                    Ok(None) => {}
                    Err(e) => trouble = Some(e),
                }
            }
            f = slope;
        }
    }
    report(args, &first, worst, compared, tol, trouble, out)
}

fn report(
    args: &CheckArgs,
    first: &[(String, Expr)],
    worst: Option<Worst>,
    compared: usize,
    tol: f64,
    trouble: Option<EvaluateError>,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let Some(w) = worst else {
        let why = match trouble {
            Some(e) => format!("no point could be evaluated: {e}"),
            None => "at no random point are the expression and its derivative numbers".to_owned(),
        };
        match args.format {
            AnswerFormat::Text => writeln!(out, "Unknown: {why}")?,
            AnswerFormat::Json => {
                write!(out, "{}", output::pretty(&json!({ "answer": "Unknown", "reason": why })))?;
            }
        }
        return Ok(Answer::Unknown);
    };
    let agrees = w.relative <= tol;
    let method = match args.method {
        Method::Complex => "a complex step",
        Method::Difference => "central differences",
    };
    if args.format == AnswerFormat::Json {
        let value = json!({
            "answer": if agrees { "Agrees" } else { "Differs" },
            "largest_relative_discrepancy": w.relative,
            "tol": tol,
            "points": compared,
            "method": method,
            "derivatives": first.iter().map(|(by, d)| json!({ "wrt": by, "text": formula::show(d) }))
                .collect::<Vec<_>>(),
            "worst": {
                "wrt": w.by, "order": w.order, "derivative": w.derivative, "numeric": w.numeric,
                "point": w.point.values.iter().map(|(n, t)| (n.clone(), numbers::nested(&t.shape, &t.data)))
                    .collect::<serde_json::Map<_, _>>(),
            },
        });
        write!(out, "{}", output::pretty(&value))?;
        return Ok(if agrees { Answer::Yes } else { Answer::No });
    }
    let relative = numbers::rounded(w.relative, 2);
    let points = if compared == 1 { "1 point".to_owned() } else { format!("{compared} points") };
    if agrees {
        writeln!(
            out,
            "Agrees: the largest relative discrepancy from {method} is {relative} at {points} (tolerance {})",
            numbers::rounded(tol, 2)
        )?;
    } else {
        writeln!(
            out,
            "Differs: the derivative of order {} by {} is {}, but {} by {method}, at the point",
            w.order,
            w.by,
            numbers::apart(w.derivative, w.numeric),
            numbers::apart(w.numeric, w.derivative)
        )?;
        for (name, t) in &w.point.values {
            write!(out, "{}", numbers::named(name, &t.shape, &t.data, 6))?;
        }
        writeln!(
            out,
            "the largest relative discrepancy is {relative} (tolerance {})",
            numbers::rounded(tol, 2)
        )?;
    }
    for (by, d) in first {
        writeln!(out, "by {by}: {}", formula::show(d))?;
    }
    Ok(if agrees { Answer::Yes } else { Answer::No })
}

/// A point with the given values and random ones for the other symbols.
fn random_point(
    e: &Expr,
    x: &Arc<Symbol>,
    given: &Given,
    attempt: usize,
    sampler: &mut Sampler,
) -> Result<Option<Point>, EvaluateError> {
    let mut symbols = e.symbols();
    if !symbols.iter().any(|s| s.name == x.name) {
        symbols.push(x.clone());
    }
    let bound = given.bindings(e);
    let mut sizes = bound.sizes(&symbols)?;
    // Larger sizes when small ones do not suit, as for a slice from 5.
    let least = 2 + attempt / 8;
    let names = size_names(std::slice::from_ref(e)).into_iter().chain(x.dim_names().map(str::to_owned));
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
        let value = match bound.get(&s.name) {
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

fn bindings<T: Copy>(point: &Point, of: impl Fn(f64) -> T) -> Bindings<T> {
    let mut b = Bindings::new();
    for (name, n) in &point.sizes {
        b = b.with_size(name, *n);
    }
    for (name, t) in &point.values {
        b.set(name, Tensor { shape: t.shape.clone(), data: t.data.iter().map(|v| of(*v)).collect() });
    }
    b.fuel = 20_000_000;
    b
}

/// The largest relative discrepancy over all directions, with the two values; nothing where a value is no number.
fn compare(
    f: &Expr,
    slope: &Expr,
    x: &Symbol,
    point: &Point,
    method: Method,
) -> Result<Option<(f64, f64, f64)>, EvaluateError> {
    let real = bindings(point, |v| v);
    let value = evaluate(f, &real)?;
    let d = evaluate(slope, &real)?;
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
    for v in directions(x, at) {
        let numeric = match method {
            Method::Complex => match complex_step(f, x, at, point, &v)? {
                Some(numeric) => numeric,
                None => difference(f, x, at, point, &v)?,
            },
            Method::Difference => difference(f, x, at, point, &v)?,
        };
        if numeric.iter().any(|n| n.is_nan()) {
            return Ok(None);
        }
        for (row, n) in numeric.iter().enumerate() {
            let along: f64 = (0..width).map(|k| d.data[row * width + k] * v[k]).sum();
            let size = along.abs().max(n.abs()).max(floor);
            let relative = if along == *n { 0.0 } else { (along - n).abs() / size };
            if worst.is_none_or(|w| relative > w.0) {
                worst = Some((relative, along, *n));
            }
        }
    }
    Ok(Some(worst.unwrap_or((0.0, 0.0, 0.0))))
}

/// The largest finite absolute value.
fn largest(t: &Tensor<f64>) -> f64 {
    t.data.iter().map(|v| v.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max)
}

fn complex_step(
    f: &Expr,
    x: &Symbol,
    at: &Tensor<f64>,
    point: &Point,
    v: &[f64],
) -> Result<Option<Vec<f64>>, EvaluateError> {
    let mut b = bindings(point, |re| Complex { re, im: 0.0 });
    let data = at.data.iter().zip(v).map(|(re, v)| Complex { re: *re, im: STEP * v }).collect();
    b.set(&x.name, Tensor { shape: at.shape.clone(), data });
    let y = evaluate(f, &b)?;
    let slopes: Vec<f64> = y.data.iter().map(|z| z.im / STEP).collect();
    Ok(slopes.iter().all(|s| s.is_finite()).then_some(slopes))
}

/// Central differences over steps that shrink by 1.4, extrapolated to step 0; entry by entry the column whose
/// neighbours agree best.
fn difference(
    f: &Expr,
    x: &Symbol,
    at: &Tensor<f64>,
    point: &Point,
    v: &[f64],
) -> Result<Vec<f64>, EvaluateError> {
    let mut b = bindings(point, |v| v);
    let mut quotient = |h: f64| -> Result<Vec<f64>, EvaluateError> {
        let mut side = |h: f64| {
            let data = at.data.iter().zip(v).map(|(a, v)| a + h * v).collect();
            b.set(&x.name, Tensor { shape: at.shape.clone(), data });
            evaluate(f, &b)
        };
        let (right, left) = (side(h)?, side(-h)?);
        Ok(right.data.iter().zip(&left.data).map(|(r, l)| (r - l) / (2.0 * h)).collect())
    };
    const SHRINK: f64 = 1.4;
    const LEVELS: usize = 12;
    let mut h = 0.05;
    let mut previous: Vec<Vec<f64>> = vec![quotient(h)?];
    let mut best = previous[0].clone();
    let mut error = vec![f64::INFINITY; best.len()];
    for _ in 1..LEVELS {
        h /= SHRINK;
        let mut row = vec![quotient(h)?];
        let mut factor = SHRINK * SHRINK;
        for j in 1..=previous.len() {
            let next: Vec<f64> = (0..best.len())
                .map(|i| (row[j - 1][i] * factor - previous[j - 1][i]) / (factor - 1.0))
                .collect();
            factor *= SHRINK * SHRINK;
            for i in 0..best.len() {
                let e = (next[i] - row[j - 1][i]).abs().max((next[i] - previous[j - 1][i]).abs());
                if e <= error[i] {
                    (error[i], best[i]) = (e, next[i]);
                }
            }
            row.push(next);
        }
        previous = row;
    }
    Ok(best)
}
