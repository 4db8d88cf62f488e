//! Small pieces of notation.

use crate::syntax::{Ast, AstNode, BinaryOp};
use crate::{Dim, Rational, Structure};
use num_traits::{One, Signed, Zero};

pub(super) fn integer(k: i64) -> Ast {
    number(&Rational::from_integer(k.into()))
}

/// A number that is not negative; a fraction is written as a division.
pub(super) fn number(r: &Rational) -> Ast {
    signed_number(r)
}

pub(super) fn signed_number(r: &Rational) -> Ast {
    let whole = |n: &num_bigint::BigInt| Ast::new(AstNode::Number(Rational::from_integer(n.clone())));
    let magnitude = r.abs();
    let ast = if magnitude.denom().is_one() {
        whole(magnitude.numer())
    } else {
        Ast::binary(BinaryOp::Div, whole(magnitude.numer()), whole(magnitude.denom()))
    };
    if r.is_negative() { Ast::new(AstNode::Neg(Box::new(ast))) } else { ast }
}

pub(super) fn fraction(p: i64, q: i64) -> Ast {
    number(&Rational::new(p.into(), q.into()))
}

pub(super) fn scalar_power(base: Ast, p: i64) -> Ast {
    match p {
        1 => base,
        p if p < 0 => divided(integer(1), scalar_power(base, -p)),
        p => Ast::binary(BinaryOp::Pow, base, integer(p)),
    }
}

pub(super) fn divided(top: Ast, bottom: Ast) -> Ast {
    Ast::binary(BinaryOp::Div, top, bottom)
}

/// `c * x`, with c positive or not.
pub(super) fn scaled(x: Ast, c: &Rational) -> Ast {
    if c.is_one() {
        return x;
    }
    let (p, q) = (Rational::from_integer(c.numer().clone()), Rational::from_integer(c.denom().clone()));
    let top =
        if p.is_one() { x } else { product(std::iter::once(number(&p)).chain(flat_product(x)).collect()) };
    if q.is_one() { top } else { divided(top, number(&q)) }
}

/// `a + b - c` from terms with their signs.
pub(super) fn signed_sum(written: Vec<(bool, Ast)>) -> Ast {
    let mut parts = written.into_iter();
    let mut total = match parts.next() {
        Some((true, ast)) => negated(ast),
        Some((false, ast)) => ast,
        None => integer(0),
    };
    for (negative, ast) in parts {
        let op = if negative { BinaryOp::Sub } else { BinaryOp::Add };
        total = Ast::binary(op, total, ast);
    }
    total
}

/// `-x`, with the sign on the first factor of a product and on the blocks of a literal.
pub(super) fn negated(mut ast: Ast) -> Ast {
    match take_node(&mut ast) {
        AstNode::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), a, b) => Ast::binary(op, negated(*a), *b),
        AstNode::Neg(x) => *x,
        AstNode::Transpose(x) if starts_with_literal(&x) => {
            Ast::new(AstNode::Transpose(Box::new(negated(*x))))
        }
        AstNode::Rows(rows) => {
            Ast::new(AstNode::Rows(rows.into_iter().map(|r| r.into_iter().map(negated).collect()).collect()))
        }
        AstNode::Number(r) if r.is_zero() => integer(0),
        node => Ast::new(AstNode::Neg(Box::new(Ast::new(node)))),
    }
}

fn starts_with_literal(ast: &Ast) -> bool {
    match &ast.node {
        AstNode::Rows(_) => true,
        AstNode::Binary(BinaryOp::Mul | BinaryOp::Div, a, _) => starts_with_literal(a),
        _ => false,
    }
}

/// `a*b*c`, multiplied from the left.
pub(super) fn product(factors: Vec<Ast>) -> Ast {
    factors.into_iter().reduce(|a, b| Ast::binary(BinaryOp::Mul, a, b)).unwrap_or_else(|| integer(1))
}

/// The factors of a product of linear algebra.
pub(super) fn flat_product(ast: Ast) -> Vec<Ast> {
    flat(BinaryOp::Mul, ast)
}

/// The operands of a chain of one operator.
pub(super) fn flat(op: BinaryOp, mut ast: Ast) -> Vec<Ast> {
    let mut operands = Vec::new();
    loop {
        match take_node(&mut ast) {
            AstNode::Binary(o, a, b) if o == op => {
                operands.push(*b);
                ast = *a;
            }
            node => {
                operands.push(Ast::new(node));
                break;
            }
        }
    }
    operands.reverse();
    operands
}

pub(super) fn transpose(mut ast: Ast) -> Ast {
    match take_node(&mut ast) {
        AstNode::Transpose(x) => *x,
        node => Ast::new(AstNode::Transpose(Box::new(Ast::new(node)))),
    }
}

/// What stands in a notation that is not needed any more.
pub(super) fn take_node(ast: &mut Ast) -> AstNode {
    std::mem::replace(&mut ast.node, AstNode::Rows(Vec::new()))
}

pub(super) fn size(d: &Dim) -> Ast {
    let mut total: Option<Ast> = None;
    for (names, c) in d.terms() {
        let mut factors: Vec<Ast> = names.iter().map(|n| Ast::name(n)).collect();
        if c.unsigned_abs() != 1 || factors.is_empty() {
            factors.insert(0, Ast::new(AstNode::Number(Rational::from_integer(c.unsigned_abs().into()))));
        }
        let term = product(factors);
        total = Some(match total {
            None if *c < 0 => Ast::new(AstNode::Neg(Box::new(term))),
            None => term,
            Some(t) => Ast::binary(if *c < 0 { BinaryOp::Sub } else { BinaryOp::Add }, t, term),
        });
    }
    total.unwrap_or_else(|| Ast::new(AstNode::Number(Rational::zero())))
}

pub(super) fn structure(s: &Structure) -> Ast {
    match s {
        Structure::Delta(n) => Ast::call("eye", vec![size(n)]),
        Structure::LowerOnes(n) => Ast::call("lower_ones", vec![size(n)]),
        Structure::Slice { rows, cols, offset, stride } => {
            let mut args = vec![size(rows), size(cols), size(offset)];
            if *stride != 1 {
                args.push(signed_number(&Rational::from_integer((*stride).into())));
            }
            Ast::call("slice_matrix", args)
        }
        Structure::Unit { n, at } => Ast::call("unit", vec![size(n), size(&(at.clone() + Dim::constant(1)))]),
        Structure::Merge { outer, inner } => Ast::call("merge_tensor", vec![size(outer), size(inner)]),
    }
}
