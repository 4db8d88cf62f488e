//! `gradus simplify`: the form that a mathematician would write.

use crate::formula::{self, Declarations};
use crate::outcome::{Answer, Failure};
use crate::output::{self, FormulaFormat};
use clap::Args;
use serde_json::json;
use std::io::{IsTerminal, Write};

/// An expression in its simplest form, or in another notation.
///
/// A rewrite is made only where it is proved: `x/x` becomes 1 only if x is known not to be 0.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus simplify \"A'*A*x - A'*b\"
  gradus simplify 'sqrt(x^2)' -d 'x : [] >= 0'
  gradus simplify 'log(sum(exp(x)))' --format latex")]
pub(crate) struct SimplifyArgs {
    /// The expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expr: String,
    #[command(flatten)]
    declarations: Declarations,
    /// How the formula is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: FormulaFormat,
    /// Rewrite nothing: only print in another notation.
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(args: &SimplifyArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let scope = args.declarations.scope()?;
    let e = formula::read(&scope, &args.expr)?;
    let simple = if args.keep { e.clone() } else { gradus::expr::simplify(&e) };
    if args.format == FormulaFormat::Json {
        let value = json!({
            "expression": output::json_formula(&e),
            "symbols": output::json_symbols(&e),
            "simplified": output::json_formula(&simple),
        });
        write!(out, "{}", output::pretty(&value))?;
        return Ok(Answer::Yes);
    }
    writeln!(out, "{}", output::formula(&simple, &e, args.format, "f"))?;
    if args.format == FormulaFormat::Text && std::io::stdout().is_terminal() {
        write!(out, "{}", output::comments(&simple, &e))?;
    }
    Ok(Answer::Yes)
}
