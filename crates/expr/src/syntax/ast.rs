//! The surface form: what the parser reads and what recognition writes.
//!
//! An [`Ast`] is matrix notation as a tree. The parser makes it from text, with places; recognition makes it
//! from an [`Expr`](crate::Expr), without; the text and LaTeX printers turn it into characters. So what prints
//! is by construction something that parses.

use crate::Rational;

/// A range of byte offsets in the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A surface expression with its place in the source; notation made by recognition has an empty place.
#[derive(Clone, Debug)]
pub struct Ast {
    /// What stands here.
    pub node: AstNode,
    /// Where it stands.
    pub span: Span,
}

/// Notation for one operation.
#[derive(Clone, Debug)]
pub enum AstNode {
    /// A number, exact.
    Number(Rational),
    /// A name in its ASCII spelling: a symbol, a dimension, `pi`.
    Name(String),
    /// `-x`
    Neg(Box<Ast>),
    /// `x'`
    Transpose(Box<Ast>),
    /// `x op y`
    Binary(BinaryOp, Box<Ast>, Box<Ast>),
    /// `f(x, y)`
    Call(String, Vec<Ast>),
    /// `x[...]`, positions from 1.
    Subscript(Box<Ast>, Vec<Subscript>),
    /// `[a, b; c, d]`: blocks, row by row.
    Rows(Vec<Vec<Ast>>),
    /// A string, for `einsum("ij,jk->ik", A, B)`.
    Text(String),
    /// `body where p = ..., q = ...`; later names may use earlier ones.
    Where(Box<Ast>, Vec<(String, Ast)>),
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`: equal shapes, or a scalar with anything.
    Add,
    /// `-`
    Sub,
    /// `*`: the product of linear algebra.
    Mul,
    /// `/`: division by a scalar.
    Div,
    /// `^`: a power of a scalar or of a square matrix.
    Pow,
    /// `.+`: elementwise, broadcasting.
    DotAdd,
    /// `.-`
    DotSub,
    /// `.*`
    DotMul,
    /// `./`
    DotDiv,
    /// `.^`
    DotPow,
    /// `<`: 1 where true, else 0.
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// One position inside `x[...]`.
#[derive(Clone, Debug)]
pub enum Subscript {
    /// `:`, the whole axis.
    All,
    /// `a:b`, both ends included; `a:s:b` with a step.
    Range {
        /// The first position.
        from: Ast,
        /// The step, 1 when absent.
        step: Option<Ast>,
        /// The last position.
        to: Ast,
    },
    /// One position (a scalar drops the axis) or a vector of positions (integer data: a gather).
    At(Ast),
}

impl Ast {
    /// Notation without a place.
    pub fn new(node: AstNode) -> Self {
        Self { node, span: Span::default() }
    }

    /// A name.
    pub fn name(s: &str) -> Self {
        Self::new(AstNode::Name(s.to_owned()))
    }

    /// A call.
    pub fn call(f: &str, arguments: Vec<Ast>) -> Self {
        Self::new(AstNode::Call(f.to_owned(), arguments))
    }

    /// An operator between two operands.
    pub fn binary(op: BinaryOp, left: Ast, right: Ast) -> Self {
        Self::new(AstNode::Binary(op, Box::new(left), Box::new(right)))
    }
}
