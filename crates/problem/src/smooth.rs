//! Where an objective has kinks.
//!
//! An answer is a proof or a suspicion: "smooth" is proved, a kink is named by the function that may have it.

use crate::constraints::varies;
use gradus_expr::facts::Facts;
use gradus_expr::{Expr, Function, Kind, Reduction, postorder};

/// The first operation with a kink that variables may reach, in words; `None` when the expression is smooth where
/// it is defined.
pub(crate) fn kink(e: &Expr, facts: &Facts) -> Option<&'static str> {
    postorder(std::slice::from_ref(e)).iter().find_map(|node| {
        let found = match node.kind() {
            Kind::Map(f, arguments) => of_function(*f, &arguments[0], facts),
            Kind::Reduce(Reduction::Max, ..) => Some("max"),
            Kind::Reduce(Reduction::Min, ..) => Some("min"),
            Kind::Reduce(Reduction::ArgMax | Reduction::ArgMin, ..) => Some("argmax"),
            Kind::Reduce(Reduction::Prod | Reduction::LogSumExp, ..)
            | Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Structure(_)
            | Kind::OneHot { .. }
            | Kind::Sum(_)
            | Kind::Contract(_)
            | Kind::Matrix(..) => None,
        };
        found.filter(|_| varies(node))
    })
}

fn of_function(f: Function, x: &Expr, facts: &Facts) -> Option<&'static str> {
    match f {
        Function::Power(p) if p.is_integer() => None,
        // sqrt of a sum of squares is the norm, which has its kink where the sum is 0.
        Function::Power(p) if *p.numer() > 0 && *p.numer() < *p.denom() => {
            (!facts.is_positive(x) && facts.is_nonneg(x)).then_some("norm2 or sqrt at 0")
        }
        Function::Abs => Some("abs"),
        Function::Sign => Some("sign"),
        Function::Relu => Some("relu"),
        Function::Step => Some("a step"),
        Function::Max => Some("max"),
        Function::Min => Some("min"),
        Function::Clamp => Some("clamp"),
        Function::Less | Function::LessEqual | Function::Equal | Function::NotEqual => Some("a comparison"),
        Function::Where => Some("where"),
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
        | Function::Pow => None,
    }
}
