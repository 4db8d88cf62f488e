//! Signs, read off intervals.
//!
//! Products, sums, even powers and exponentials are the interval arithmetic's business; what it cannot see,
//! that `x'*A*x` is a sum of squares when A is psd, is added to the interval before the sign is read.

use super::tiling::tiles;
use super::{Interval, Record};
use crate::{Constant, Expr, Function, Kind, MatrixFunction, Property, Reduction};
use num_traits::Zero;

/// What is known about the sign of every entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Every entry is above 0.
    Positive,
    /// Every entry is at least 0.
    Nonneg,
    /// Every entry is 0.
    Zero,
    /// Every entry is at most 0.
    Nonpos,
    /// Every entry is below 0.
    Negative,
    /// Nothing is known.
    Unknown,
}

impl Sign {
    /// The sign that all of an interval shares.
    pub fn of(i: &Interval) -> Self {
        if i.is_positive() {
            Sign::Positive
        } else if i.is_negative() {
            Sign::Negative
        } else if i.is_nonneg() && i.is_nonpos() {
            Sign::Zero
        } else if i.is_nonneg() {
            Sign::Nonneg
        } else if i.is_nonpos() {
            Sign::Nonpos
        } else {
            Sign::Unknown
        }
    }
}

/// Is no entry 0? The node's own interval is known.
pub(super) fn nonzero<'a>(e: &Expr, own: &Interval, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    let is = |x: &Expr| of(x).is(Property::Nonzero);
    if own.is_positive() || own.is_negative() {
        return true;
    }
    match e.kind() {
        Kind::Symbol(s) => s.has(Property::Nonzero),
        Kind::Constant(Constant::Rational(r)) => !r.is_zero(),
        Kind::Constant(Constant::Pi | Constant::E) => true,
        Kind::Size(d) => d.is_surely_positive(),
        Kind::Structure(_) | Kind::OneHot { .. } => false,
        Kind::Sum(terms) => {
            matches!(terms.as_slice(), [(c, x)] if !c.is_zero() && is(x))
                || tiles(e, terms)
                    .is_some_and(|parts| parts.iter().all(|(c, x)| !c.is_zero() && x.is_none_or(is)))
        }
        // What is not summed is a product of entries.
        Kind::Contract(c) => c.bound().next().is_none() && c.operands.iter().all(|(x, _)| is(x)),
        Kind::Map(f, args) => nonzero_map(*f, args, &is),
        Kind::Reduce(Reduction::Max | Reduction::Min | Reduction::Prod, x, _) => is(x),
        Kind::Reduce(Reduction::ArgMax | Reduction::ArgMin, _, _) => true,
        Kind::Reduce(Reduction::LogSumExp, _, _) => false,
        Kind::Matrix(MatrixFunction::Det, x) => of(x).is(Property::Nonsingular),
        Kind::Matrix(MatrixFunction::Inverse | MatrixFunction::LogDet | MatrixFunction::Cholesky, _) => false,
    }
}

fn nonzero_map(f: Function, args: &[Expr], is: &dyn Fn(&Expr) -> bool) -> bool {
    match f {
        // Each is 0 at 0 and nowhere else.
        Function::Power(_)
        | Function::Abs
        | Function::Sign
        | Function::Log1p
        | Function::Expm1
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Erf => is(&args[0]),
        // 0^y is 0 or undefined; any other base gives no 0.
        Function::Pow => is(&args[0]),
        Function::Max | Function::Min => args.iter().all(is),
        Function::Where => is(&args[1]) && is(&args[2]),
        Function::Exp
        | Function::Log
        | Function::Sin
        | Function::Cos
        | Function::Tan
        | Function::Acos
        | Function::Cosh
        | Function::Sigmoid
        | Function::Softplus
        | Function::Relu
        | Function::Step
        | Function::Erfc
        | Function::Lgamma
        | Function::Polygamma(_)
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual => false,
        Function::Clamp => args.iter().all(is),
    }
}
