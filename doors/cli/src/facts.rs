//! `gradus facts`: what can be proved about an expression.

use crate::formula::{self, Declarations};
use crate::outcome::{Answer, Failure};
use crate::output::{self, AnswerFormat};
use clap::Args;
use gradus::expr::facts::{Fact, Facts};
use gradus::expr::{Expr, Property, show_shape};
use serde_json::{Value, json};
use std::io::Write;

/// What can be proved about an expression: shape, sign, interval, curvature, properties, with reasons.
///
/// Curvature is in all names whose role is var (as undeclared names are), or in those of --wrt. What is not known is
/// said to be unknown; nothing is guessed.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus facts 'log(sum(exp(A*x)))' --wrt x
  gradus facts \"X'*X\"
  gradus facts \"x'*A*x\" -d 'A : [n, n] psd' --wrt x --format json")]
pub(crate) struct FactsArgs {
    /// The expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expr: String,
    /// The variables that curvature is in.
    #[arg(long, short, value_name = "NAME", value_delimiter = ',')]
    wrt: Vec<String>,
    #[command(flatten)]
    declarations: Declarations,
    /// How the answer is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: AnswerFormat,
}

pub(crate) fn run(args: &FactsArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let scope = args.declarations.scope()?;
    let e = formula::read(&scope, &args.expr)?;
    let wrt =
        args.wrt.iter().map(|name| formula::variable(&e, &scope, name)).collect::<Result<Vec<_>, _>>()?;
    let names: Vec<&str> = wrt.iter().map(|s| &*s.name).collect();
    let facts = if names.is_empty() { Facts::of(&e) } else { Facts::with_respect_to(&e, &names) };
    match args.format {
        AnswerFormat::Text => write_text(&e, &facts, out)?,
        AnswerFormat::Json => write!(out, "{}", output::pretty(&as_json(&e, &facts)))?,
    }
    Ok(Answer::Yes)
}

fn write_text(e: &Expr, facts: &Facts, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "shape      {}", show_shape(e.shape()))?;
    let names: Vec<String> = e.symbols().iter().map(|s| formula::declaration(s)).collect();
    if !names.is_empty() {
        writeln!(out, "where      {}", names.join(";  "))?;
    }
    writeln!(out, "interval   {}", facts.explain(e, Fact::Interval))?;
    writeln!(out, "sign       {}", facts.explain(e, Fact::Sign))?;
    writeln!(out, "curvature  {}", facts.explain(e, Fact::Curvature))?;
    for p in proved(e, facts) {
        writeln!(out, "property   {}", facts.explain(e, Fact::Is(p)))?;
    }
    Ok(())
}

/// The properties that say more than the sign does.
fn proved(e: &Expr, facts: &Facts) -> Vec<Property> {
    let by_sign = [Property::Positive, Property::Nonneg];
    facts.properties(e).iter().filter(|p| !by_sign.contains(p)).collect()
}

fn as_json(e: &Expr, facts: &Facts) -> Value {
    let interval = facts.interval(e);
    let end = |x: f64| if x.is_finite() { json!(x) } else { json!(x.to_string()) };
    let property = |p: &Property| json!({ "property": p.word(), "why": facts.explain(e, Fact::Is(*p)) });
    json!({
        "expression": output::json_formula(e),
        "symbols": output::json_symbols(e),
        "interval": {
            "low": end(interval.lo), "high": end(interval.hi),
            "low_open": interval.lo_open, "high_open": interval.hi_open,
        },
        "maybe_undefined": facts.maybe_undefined(e),
        "sign": format!("{:?}", facts.sign(e)).to_lowercase(),
        "curvature": format!("{:?}", facts.curvature(e)).to_lowercase(),
        "curvature_why": facts.explain(e, Fact::Curvature),
        "properties": proved(e, facts).iter().map(property).collect::<Vec<_>>(),
    })
}
