//! Which points without a derivative an expression has, and what is taken for the slope there.

use gradus::expr::{Expr, Function, Kind, Reduction};

/// The conventions that the derivative of `e` uses, each once.
pub(crate) fn conventions(e: &Expr) -> Vec<&'static str> {
    let mut found = Vec::new();
    for node in e.postorder() {
        let words = match node.kind() {
            Kind::Map(f, args) => function(*f, args),
            Kind::Reduce(Reduction::Max | Reduction::Min, _, _) => {
                Some("the slope of the largest or smallest entry goes to the first one on a tie")
            }
            Kind::Reduce(Reduction::ArgMax | Reduction::ArgMin, _, _) => {
                Some("positions (argmax, argmin) have slope 0")
            }
            Kind::Reduce(Reduction::Prod | Reduction::LogSumExp, _, _)
            | Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Structure(_)
            | Kind::OneHot { .. }
            | Kind::Sum(_)
            | Kind::Contract(_)
            | Kind::Matrix(..) => None,
        };
        if let Some(words) = words
            && !found.contains(&words)
        {
            found.push(words);
        }
    }
    found
}

fn function(f: Function, args: &[Expr]) -> Option<&'static str> {
    match f {
        Function::Abs => Some("the slope of abs at 0 is taken as 0"),
        Function::Sign | Function::Step => Some("steps have slope 0, also where they jump"),
        Function::Relu => Some("the slope of relu at 0 is taken as 0"),
        Function::Max | Function::Min => Some("the slope of max and min goes to the first operand on a tie"),
        Function::Clamp => Some("the slope of clamp is 1 at the ends of its interval"),
        // A norm: the root of a sum of products.
        Function::Power(p) if p.numer() == &1 && p.denom() == &2 => match args.first()?.kind() {
            Kind::Contract(_) => {
                Some("a norm has no slope at 0; solvers take the subgradient 0 there, the formula is 0/0")
            }
            Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Structure(_)
            | Kind::OneHot { .. }
            | Kind::Sum(_)
            | Kind::Map(..)
            | Kind::Reduce(..)
            | Kind::Matrix(..) => None,
        },
        Function::Power(_)
        | Function::Exp
        | Function::Log
        | Function::Log1p
        | Function::Expm1
        | Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Asin
        | Function::Acos
        | Function::Atan
        | Function::Sinh
        | Function::Cosh
        | Function::Tanh
        | Function::Sigmoid
        | Function::Softplus
        | Function::Erf
        | Function::Erfc
        | Function::Lgamma
        | Function::Polygamma(_)
        | Function::Pow
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual
        | Function::Where => None,
    }
}
