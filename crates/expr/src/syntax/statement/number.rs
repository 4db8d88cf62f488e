//! Numbers written as expressions: `1/3`, `-2^-10`.

use crate::Rational;
use crate::syntax::parser::Parser;
use crate::syntax::print::binding;
use crate::syntax::{Ast, AstNode, BinaryOp, Diagnostic};
use num_traits::{One, ToPrimitive, Zero};

pub(super) fn constant(p: &mut Parser<'_>) -> Option<Rational> {
    let e = p.expression(binding::SUM);
    let value = value_of(&e);
    if value.is_none() && !matches!(&e.node, AstNode::Name(n) if n.is_empty()) {
        p.report(Diagnostic::error(e.span, "a number is expected here").help("for example `0.5` or `-1/3`"));
    }
    value
}

/// The value of an expression of numbers.
pub(in crate::syntax) fn value_of(ast: &Ast) -> Option<Rational> {
    let (first, rest) = ast.spine();
    let mut value = match &first.node {
        AstNode::Number(r) => r.clone(),
        AstNode::Neg(x) => -value_of(x)?,
        _ => return None,
    };
    for (op, right, _) in rest {
        let r = value_of(right)?;
        value = match op {
            BinaryOp::Add => value + r,
            BinaryOp::Sub => value - r,
            BinaryOp::Mul => value * r,
            BinaryOp::Div if !r.is_zero() => value / r,
            BinaryOp::Pow => power(&value, &r)?,
            _ => return None,
        };
    }
    Some(value)
}

/// `base^exponent` when it is a rational number of moderate length.
pub(in crate::syntax) fn power(base: &Rational, exponent: &Rational) -> Option<Rational> {
    let k = exponent.is_integer().then(|| exponent.to_integer().to_i64())??;
    let bits = base.numer().bits().max(base.denom().bits());
    if k.unsigned_abs().checked_mul(bits)? > 4096 || (base.is_zero() && k.is_negative()) {
        return None;
    }
    let product = (0..k.unsigned_abs()).fold(Rational::one(), |p, _| p * base);
    Some(if k < 0 { product.recip() } else { product })
}
