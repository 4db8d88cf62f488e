//! Where an objective has kinks.
//!
//! An answer is a proof or a suspicion: "smooth" and "joined" are proved, a kink is named by the function that may
//! have it. By the chain rule an expression is as smooth as its worst operation, unless pieces with kinks are seen
//! to be joined with equal slopes, as in Huber's function or in the square of a hinge.

use crate::constraints::varies;
use crate::piecewise::is_joined;
use gradus_expr::facts::Facts;
use gradus_expr::{Expr, Function, Kind, Reduction};
use std::cell::RefCell;
use std::collections::HashMap;

/// How smooth an expression is where it is defined, with the operation that limits it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Smoothness {
    /// Every operation is smooth.
    Smooth,
    /// Continuously differentiable, proved; the second derivative may jump.
    Joined(&'static str),
    /// There may be kinks or jumps.
    Kinked(&'static str),
}

impl Smoothness {
    fn rank(self) -> u8 {
        match self {
            Smoothness::Smooth => 0,
            Smoothness::Joined(_) => 1,
            Smoothness::Kinked(_) => 2,
        }
    }

    /// The worse of two; the first of equals.
    fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    pub(crate) fn better(self, other: Self) -> Self {
        if other.rank() < self.rank() { other } else { self }
    }
}

/// The smoothness of an expression in its variables; `positive` proves signs of what no variable reaches.
pub(crate) fn smoothness(e: &Expr, facts: &Facts, positive: &dyn Fn(&Expr) -> bool) -> Smoothness {
    let known: RefCell<HashMap<Expr, Smoothness>> = RefCell::default();
    e.fold(|node, operands: &[&Smoothness]| {
        let own = own_kink(node, facts).filter(|_| varies(node));
        let own = own.map_or(Smoothness::Smooth, Smoothness::Kinked);
        let mut level = operands.iter().fold(own, |worst, s| worst.worse(**s));
        if let Smoothness::Kinked(word) = level {
            let smooth =
                |part: &Expr| known.borrow().get(part).is_some_and(|s| !matches!(s, Smoothness::Kinked(_)));
            if is_joined(node, positive, &smooth) {
                level = Smoothness::Joined(word);
            }
        }
        known.borrow_mut().insert(node.clone(), level);
        level
    })
}

/// The kink of the operation at the top, in words.
pub(crate) fn own_kink(node: &Expr, facts: &Facts) -> Option<&'static str> {
    match node.kind() {
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
    }
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
        // Which piece holds is fixed where the condition is.
        Function::Where => varies(x).then_some("where"),
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
