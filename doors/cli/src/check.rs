//! `gradus check`: a derivative against numbers that know nothing of it.

use crate::curve::Window;
use crate::derive;
use crate::formula::{self, Declarations};
use crate::given::{Bound, DataArgs};
use crate::numbers;
use crate::outcome::{Answer, Failure};
use crate::output::{self, AnswerFormat};
use clap::{Args, ValueEnum};
use gradus::expr::check::{Discrepancy, Settings, compare};
use gradus::expr::evaluate::EvaluateError;
use gradus::expr::{Expr, check, derivative};
use serde_json::json;
use std::io::Write;
use std::ops::ControlFlow;

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
    #[command(flatten)]
    window: Window,
}

/// The largest discrepancy found so far.
struct Worst {
    by: String,
    order: u8,
    found: Discrepancy,
}

pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let Bound { scope, given, expr: e } =
        args.data.read(&args.declarations, &args.expr, args.window.wanted())?;
    let variables = derive::variables(&e, &scope, &args.wrt, &given)?;
    given.all_used(std::slice::from_ref(&e))?;
    let tol = args.tol.unwrap_or(if args.method == Method::Complex { 1e-8 } else { 1e-6 });
    if tol.is_nan() || tol <= 0.0 {
        return Err(Failure::new(format_args!("`--tol` must be above 0, not {tol}")));
    }
    args.window.draw_with_slope(&e, &given)?;
    let settings = Settings {
        method: match args.method {
            Method::Complex => check::Method::ComplexStep,
            Method::Difference => check::Method::Difference,
        },
        points: usize::from(args.points),
        seed: args.seed,
        ..Settings::default()
    };
    let bindings = given.bindings(std::slice::from_ref(&e));
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
            let found = compare(&f, &slope, x, &bindings, &settings, &mut |_| ControlFlow::Continue(()));
            compared += found.compared;
            trouble = found.trouble.or(trouble);
            if let Some(found) = found.worst
                && worst.as_ref().is_none_or(|w| found.relative > w.found.relative)
            {
                worst = Some(Worst { by: x.name.to_string(), order, found });
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
    let found = &w.found;
    let agrees = found.relative <= tol;
    let method = match args.method {
        Method::Complex => "a complex step",
        Method::Difference => "central differences",
    };
    if args.format == AnswerFormat::Json {
        let value = json!({
            "answer": if agrees { "Agrees" } else { "Differs" },
            "largest_relative_discrepancy": found.relative,
            "tol": tol,
            "points": compared,
            "method": method,
            "derivatives": first.iter().map(|(by, d)| json!({ "wrt": by, "text": formula::show(d) }))
                .collect::<Vec<_>>(),
            "worst": {
                "wrt": w.by, "order": w.order, "derivative": found.derivative, "numeric": found.numeric,
                "point": found.point.values.iter().map(|(n, t)| (n.clone(), numbers::nested(&t.shape, &t.data)))
                    .collect::<serde_json::Map<_, _>>(),
            },
        });
        write!(out, "{}", output::pretty(&value))?;
        return Ok(if agrees { Answer::Yes } else { Answer::No });
    }
    let relative = numbers::rounded(found.relative, 2);
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
            numbers::apart(found.derivative, found.numeric),
            numbers::apart(found.numeric, found.derivative)
        )?;
        for (name, t) in &found.point.values {
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
