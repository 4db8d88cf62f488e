//! `gradus equal`: are two expressions the same?

use crate::curve::Window;
use crate::formula::{self, Declarations};
use crate::given::DataArgs;
use crate::numbers;
use crate::outcome::{Answer, Failure};
use crate::output::{self, AnswerFormat};
use clap::Args;
use gradus::expr::syntax::Scope;
use gradus::expr::{Counterexample, Equality, equal_at, show_shape};
use serde_json::{Value, json};
use std::io::Write;

/// Whether two expressions are equal, proved or refuted.
///
/// The first line starts with Equal (proved), Different (with a point where they differ) or Unknown (with the reason).
/// Names that occur in both are the same; those that are not declared get one shape from both uses. With --data the
/// question is about those values: numbers and literals are put into both, exactly; columns and files give shapes and
/// the points to compare at.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  gradus equal \"(A*B)'\" \"B'*A'\"
  gradus equal 'log(a*b)' 'log(a) + log(b)' -d 'a, b : [] positive'
  gradus equal 'sqrt(x^2)' 'x' --plot sides.svg
  gradus equal 'x^k' 'x*x*x' --data k=3

Exit status: 0 Equal, 1 Different, 2 Unknown, 3 the expressions could not be read.")]
pub(crate) struct EqualArgs {
    /// One expression; `-` reads it from standard input.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    left: String,
    /// The other.
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    right: String,
    #[command(flatten)]
    declarations: Declarations,
    #[command(flatten)]
    data: DataArgs,
    /// How the answer is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: AnswerFormat,
    #[command(flatten)]
    window: Window,
}

pub(crate) fn run(args: &EqualArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let (left, right) = (formula::text(&args.left)?, formula::text(&args.right)?);
    // That they are compared says that their shapes agree, if undeclared names leave that open.
    let difference = format!("({left}) - ({right})");
    let read = |scope: &Scope| match scope.expressions(&[&left, &right, &difference]) {
        Ok(mut all) => {
            all.truncate(2);
            Ok(all)
        }
        Err(_) => scope.expressions(&[&left, &right]),
    };
    let (_, given, both) = args.data.bind(&args.declarations, read)?.map_err(|(k, mistakes)| match k {
        0 => Failure::drawn(&mistakes, &left, "first EXPR"),
        _ => Failure::drawn(&mistakes, &right, "second EXPR"),
    })?;
    given.all_used(&both)?;
    let bindings = given.bindings(&both);
    bindings.sizes(&both.iter().flat_map(|e| e.symbols()).collect::<Vec<_>>())?;
    let [a, b] = both.as_slice() else { return Err(Failure::new("two expressions are needed")) };
    if a.shape() != b.shape() {
        let shapes = [show_shape(a.shape()), show_shape(b.shape())];
        match args.format {
            AnswerFormat::Text => {
                writeln!(out, "Different shapes: the first is {}, the second {}", shapes[0], shapes[1])?;
            }
            AnswerFormat::Json => {
                let value = json!({ "answer": "Different", "reason": "different shapes", "shapes": shapes });
                write!(out, "{}", output::pretty(&value))?;
            }
        }
        return Ok(Answer::No);
    }
    args.window.draw_both(a, b, &given)?;
    let answer = equal_at(&given.put_into(a)?, &given.put_into(b)?, &bindings)?;
    match args.format {
        AnswerFormat::Text => write!(out, "{}", as_text(&answer))?,
        AnswerFormat::Json => write!(out, "{}", output::pretty(&as_json(&answer)))?,
    }
    Ok(match answer {
        Equality::Equal => Answer::Yes,
        Equality::Different(_) => Answer::No,
        _ => Answer::Unknown,
    })
}

fn as_text(answer: &Equality) -> String {
    match answer {
        Equality::Equal => "Equal\n".to_owned(),
        Equality::Different(c) => {
            let entry = match c.entry.as_slice() {
                [] => String::new(),
                index => format!(" in entry {index:?}"),
            };
            let (left, right) = (numbers::apart(c.left, c.right), numbers::apart(c.right, c.left));
            let at = if c.values.is_empty() { "" } else { ", at the point" };
            let mut out = format!("Different: {left} and {right}{entry}{at}\n");
            for (name, value) in &c.values {
                out.push_str(&numbers::named(name, &value.shape, &value.data, 4));
            }
            out
        }
        Equality::Unknown(why) => format!("Unknown: {why}\n"),
        _ => "Unknown\n".to_owned(),
    }
}

fn as_json(answer: &Equality) -> Value {
    match answer {
        Equality::Equal => json!({ "answer": "Equal" }),
        Equality::Different(Counterexample { sizes, values, entry, left, right, .. }) => json!({
            "answer": "Different",
            "sizes": sizes,
            "values": values.iter().map(|(n, t)| (n.clone(), numbers::nested(&t.shape, &t.data)))
                .collect::<serde_json::Map<_, _>>(),
            "entry": entry,
            "left": left,
            "right": right,
        }),
        Equality::Unknown(why) => json!({ "answer": "Unknown", "reason": why }),
        _ => json!({ "answer": "Unknown" }),
    }
}
