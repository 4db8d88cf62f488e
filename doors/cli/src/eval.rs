//! `gradus eval`: the value of an expression on data.

use crate::curve::Window;
use crate::formula::{self, Declarations, listed};
use crate::given::{Bound, DataArgs, Given};
use crate::numbers;
use crate::outcome::{Answer, Failure, note};
use crate::output::{self, AnswerFormat};
use clap::Args;
use gradus::expr::evaluate::{Bindings, evaluate_all};
use gradus::expr::{Expr, Kind};
use gradus::program::{Program, Warning};
use serde_json::json;
use std::io::Write;

/// The steps spent on finding where a value stopped being a number.
const FUEL: u64 = 50_000_000;

/// The value of an expression on data.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus eval '2*pi'
  gradus eval \"x'*A*x\" --data 'A=[2,1;1,3]' --data 'x=[1,2]'
  gradus eval 'mean(x)' --data x=@nile:volume
  gradus eval \"inv(X'*X)*X'*y\" --data X=@longley:gnp,pop --data y=@longley:totemp
  gradus eval 'exp(-x^2)' --plot bell.svg --from -3 --to 3

Exit status: 0 a value was computed, 1 some entry is not a finite number, 3 the expression or the
data could not be read.")]
pub(crate) struct EvalArgs {
    /// The expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expr: String,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    declarations: Declarations,
    /// How the answer is written; JSON has all digits and all entries.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: AnswerFormat,
    /// Significant digits of vectors and matrices; scalars are shown with all of theirs.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=17))]
    digits: u8,
    #[command(flatten)]
    window: Window,
}

pub(crate) fn run(args: &EvalArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let Bound { given, expr: e, .. } =
        args.data.read(&args.declarations, &args.expr, args.window.wanted())?;
    given.all_used(std::slice::from_ref(&e))?;
    if args.window.wanted() {
        args.window.draw(&e, &given)?;
        return Ok(Answer::Yes);
    }
    all_bound(&e, &given)?;
    let program = Program::compile(&[("value", e.clone())])?;
    let bindings = given.bindings(std::slice::from_ref(&e));
    let mut workspace = program.bind(&bindings)?;
    workspace.run()?;
    let (Some(data), Some(shape)) = (workspace.output("value"), workspace.output_shape("value")) else {
        return Err(Failure::new("the program has no value"));
    };
    match args.format {
        AnswerFormat::Text => writeln!(out, "{}", numbers::show(shape, data, usize::from(args.digits)))?,
        AnswerFormat::Json => {
            let value = json!({ "shape": shape, "value": numbers::nested(shape, data) });
            write!(out, "{}", output::pretty(&value))?;
        }
    }
    if data.iter().all(|x| x.is_finite()) {
        return Ok(Answer::Yes);
    }
    let warnings: Vec<String> = workspace.warnings().map(warning).collect();
    if warnings.is_empty() {
        note(&why(&e, bindings));
    }
    warnings.iter().for_each(|w| note(w));
    Ok(Answer::No)
}

/// An error for names without a value.
fn all_bound(e: &Expr, given: &Given) -> Result<(), Failure> {
    let symbols = e.symbols();
    let open: Vec<&str> = symbols.iter().map(|s| &*s.name).filter(|n| given.get(n).is_none()).collect();
    match open.as_slice() {
        [] => Ok(()),
        names => {
            let verb = if names.len() == 1 { "has" } else { "have" };
            let f = Failure::new(format_args!("{} {verb} no value", listed(names)));
            let example = names.first().copied().unwrap_or("x");
            Err(f.help(format_args!("give one with `--data {example}=...`; see `gradus eval --help`")))
        }
    }
}

fn warning(w: &Warning) -> String {
    match w {
        Warning::Singular { operation, order, pivot } => {
            format!("{operation}: the {order} x {order} matrix is singular (no pivot in step {pivot})")
        }
        Warning::NotPositiveDefinite { order, pivot } => {
            format!(
                "cholesky: the {order} x {order} matrix is not positive definite (pivot {pivot} is not positive)"
            )
        }
        Warning::NonFinite { operation, order } => {
            format!("{operation}: the {order} x {order} matrix has entries that are not finite")
        }
        _ => format!("{w:?}"),
    }
}

/// The innermost part that is not a finite number though its operands are.
fn why(e: &Expr, mut bindings: Bindings<f64>) -> String {
    bindings.fuel = FUEL;
    let nodes: Vec<Expr> =
        e.postorder().into_iter().filter(|n| !matches!(n.kind(), Kind::Structure(_))).collect();
    let general = || "the value is not a finite number".to_owned();
    let Ok(values) = evaluate_all(&nodes, &bindings) else { return general() };
    for (node, value) in nodes.iter().zip(&values) {
        let Some(k) = value.data.iter().position(|x| !x.is_finite()) else { continue };
        let shown = |e: &Expr| {
            let text = formula::show(e);
            if text.chars().count() > 60 {
                format!("{}...", text.chars().take(57).collect::<String>())
            } else {
                text
            }
        };
        let at = |shape: &[usize]| match shape {
            [] => String::new(),
            shape => format!(" at {:?}", numbers::position(k, shape)),
        };
        let word = if value.data[k].is_nan() {
            "is not defined".to_owned()
        } else {
            format!("is {}", value.data[k])
        };
        let mut operands = Vec::new();
        for child in node.children() {
            if child.as_rational().is_some() {
                continue; // `9` is 9
            }
            let Some(position) = nodes.iter().position(|n| n == child) else { continue };
            // Elementwise, the operand's own entry says why.
            if let Some(x) = values[position].data.get(k).filter(|_| values[position].shape == value.shape) {
                operands.push(format!("`{}` is {}", shown(child), numbers::rounded(*x, 6)));
            }
        }
        let where_ =
            if operands.is_empty() { String::new() } else { format!(", where {}", operands.join(", ")) };
        return format!("`{}` {word}{}{where_}", shown(node), at(&value.shape));
    }
    general()
}
