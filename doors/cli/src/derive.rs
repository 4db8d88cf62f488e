//! `gradus derive`: derivatives of any order, by one or several variables.

use crate::curve::Window;
use crate::formula::{self, Declarations, listed};
use crate::given::{Bound, DataArgs, Given};
use crate::kinks;
use crate::outcome::{Answer, Failure};
use crate::output::{self, FormulaFormat};
use clap::Args;
use gradus::expr::{Expr, Symbol, derivative, show_shape};
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

/// The most derivatives in one answer: all of order k by v variables are C(v + k - 1, k).
const MOST: usize = 64;

/// The derivative of an expression, as a formula.
///
/// The derivative of a scalar by X has the shape of X; the Jacobian of a vector has its outputs as rows; the second
/// derivative of a scalar is its Hessian. Names that are not declared get their shapes from use.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus derive 'norm2(A*x - b)^2' --wrt x
  gradus derive \"x'*A*x\" --wrt x -d 'A : [n, n] symmetric'
  gradus derive 'log(sum(exp(A*x)))' --wrt x --order 2
  gradus derive 'sum((X - W*H).^2)' --wrt W,H --format numpy
  gradus derive 'sin(a*x)/x' --wrt x --data a=2 --plot sinc.svg --from -12 --to 12

The formula is the first line. On a terminal, or with --explain, lines that start with # follow:
shapes, and what is taken as the slope where there is none.")]
pub(crate) struct DeriveArgs {
    /// The expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expr: String,
    /// The variables to differentiate by; needed when the expression has several.
    #[arg(long, short, value_name = "NAME", value_delimiter = ',')]
    wrt: Vec<String>,
    /// The order; with several variables, all mixed derivatives of this order.
    #[arg(long, short = 'k', value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    order: u8,
    #[command(flatten)]
    declarations: Declarations,
    #[command(flatten)]
    data: DataArgs,
    /// How the formula is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: FormulaFormat,
    /// Add shapes and conventions as comments, also when the output is not a terminal.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    window: Window,
}

/// One derivative, with the variables in the order of differentiation.
struct Derived {
    by: Vec<Arc<Symbol>>,
    value: Expr,
}

pub(crate) fn run(args: &DeriveArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let Bound { scope, expr: e, given } =
        args.data.read(&args.declarations, &args.expr, args.window.wanted())?;
    given.all_used(std::slice::from_ref(&e))?;
    let variables = variables(&e, &scope, &args.wrt, &given)?;
    let derived = all(&e, &variables, args.order)?;
    // A figure that cannot be drawn is an error before anything is printed.
    args.window.draw_with_slope(&e, &given)?;
    match args.format {
        FormulaFormat::Json => write!(out, "{}", json_answer(&e, &derived))?,
        format => {
            for (k, d) in derived.iter().enumerate() {
                let function = function_name(&e, d, derived.len() > 1);
                let formula = output::formula(&d.value, &e, format, &function);
                let gap = if k > 0 && formula.contains('\n') { "\n" } else { "" };
                writeln!(out, "{gap}{formula}")?;
            }
            if format == FormulaFormat::Text && (args.explain || std::io::stdout().is_terminal()) {
                write!(out, "{}", comments(&e, &derived))?;
            }
        }
    }
    Ok(Answer::Yes)
}

/// The variables asked for; when none is, the only one of the expression that has no value.
pub(crate) fn variables(
    e: &Expr,
    scope: &gradus::expr::syntax::Scope,
    wrt: &[String],
    given: &Given,
) -> Result<Vec<Arc<Symbol>>, Failure> {
    if wrt.is_empty() {
        let mut symbols = e.symbols();
        symbols.retain(|s| given.get(&s.name).is_none());
        return match symbols.as_slice() {
            [one] => Ok(vec![one.clone()]),
            [] => Err(Failure::new("this expression has no variable to differentiate by")),
            several => {
                let names: Vec<&str> = several.iter().map(|s| &*s.name).collect();
                let f = Failure::new("which variable shall it be differentiated by?");
                Err(f.help(format_args!("choose with `--wrt` from {}", listed(&names))))
            }
        };
    }
    let mut found: Vec<Arc<Symbol>> = Vec::new();
    for name in wrt {
        let s = formula::variable(e, scope, name)?;
        if found.iter().any(|other| other.name == s.name) {
            return Err(Failure::new(format_args!("`{}` is named twice in `--wrt`", s.name)));
        }
        found.push(s);
    }
    Ok(found)
}

/// All derivatives of an order; mixed ones once.
fn all(e: &Expr, variables: &[Arc<Symbol>], order: u8) -> Result<Vec<Derived>, Failure> {
    let mut level = vec![(0, Derived { by: Vec::new(), value: e.clone() })];
    for _ in 0..order {
        let mut next = Vec::new();
        for (first, d) in level {
            for (k, x) in variables.iter().enumerate().skip(first) {
                let by = d.by.iter().chain([x]).cloned().collect();
                next.push((k, Derived { by, value: derivative(&d.value, x) }));
            }
            if next.len() > MOST {
                let f = Failure::new(format_args!("these are more than {MOST} derivatives"));
                return Err(f.help("name fewer variables, or ask for a lower order"));
            }
        }
        level = next;
    }
    Ok(level.into_iter().map(|(_, d)| d).collect())
}

/// The name of a printed function: `gradient`, `jacobian`, `hessian`; with the variables when there are several.
fn function_name(e: &Expr, d: &Derived, several: bool) -> String {
    let word = match (d.by.len(), e.is_scalar()) {
        (1, true) if d.by.iter().all(|s| s.shape.is_empty()) => "slope",
        (1, true) => "gradient",
        (1, false) => "jacobian",
        (2, true) => "hessian",
        _ => "derivative",
    };
    let names: Vec<&str> = d.by.iter().map(|s| &*s.name).collect();
    if several { format!("{word}_{}", names.join("_")) } else { word.to_owned() }
}

fn comments(e: &Expr, derived: &[Derived]) -> String {
    let names: Vec<String> = e.symbols().iter().map(|s| formula::declaration(s)).collect();
    let mut out = String::new();
    if !names.is_empty() {
        out.push_str(&format!("# where {}\n", names.join(";  ")));
    }
    for d in derived {
        let by: Vec<&str> = d.by.iter().map(|s| &*s.name).collect();
        out.push_str(&format!("# by {}: shape {}\n", by.join(", "), show_shape(d.value.shape())));
    }
    for words in conventions(e, derived) {
        out.push_str(&format!("# {words}\n"));
    }
    out
}

/// What is said beside the formula: slopes at kinks, the gradient by a symmetric matrix.
fn conventions(e: &Expr, derived: &[Derived]) -> Vec<String> {
    let mut out: Vec<String> =
        kinks::conventions(&gradus::expr::simplify(e)).into_iter().map(str::to_owned).collect();
    let mut seen: Vec<&str> = Vec::new();
    for s in derived.iter().flat_map(|d| &d.by).filter(|s| s.is_symmetric()) {
        if !seen.contains(&&*s.name) {
            seen.push(&s.name);
            out.push(format!(
                "{0} is symmetric: this is the gradient within the symmetric matrices, (G + G')/2; declare {0} \
                 without a property for G",
                s.name
            ));
        }
    }
    out
}

fn json_answer(e: &Expr, derived: &[Derived]) -> String {
    let one = |d: &Derived| {
        let mut value = output::json_formula(&d.value);
        value["wrt"] = d.by.iter().map(|s| s.name.to_string()).collect();
        value
    };
    output::pretty(&json!({
        "expression": output::json_formula(e),
        "symbols": output::json_symbols(e),
        "order": derived.first().map_or(0, |d| d.by.len()),
        "derivatives": derived.iter().map(one).collect::<Vec<_>>(),
        "conventions": conventions(e, derived),
    }))
}
