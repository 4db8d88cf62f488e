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
///
/// A chain such as `a + b + c + ...` is deep on its left, however flat it looks. Cloning, comparing and dropping
/// walk that side in a loop, so that a sum of 10^5 terms is safe; whoever else walks an `Ast` should as well.
/// Two are equal when their notation is, wherever it stands.
pub struct Ast {
    /// What stands here.
    pub node: AstNode,
    /// Where it stands.
    pub span: Span,
}

/// Notation for one operation.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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

    /// What stands here, taken out.
    pub fn into_node(mut self) -> AstNode {
        std::mem::replace(&mut self.node, AstNode::Name(String::new()))
    }

    /// A chain of operators taken apart: the leftmost operand, and every operator with its right operand and
    /// the place of the whole up to there, in the order in which they are written.
    pub fn spine(&self) -> (&Ast, Vec<(BinaryOp, &Ast, Span)>) {
        let (mut first, mut rest) = (self, Vec::new());
        while let AstNode::Binary(op, left, right) = &first.node {
            rest.push((*op, &**right, first.span));
            first = left;
        }
        rest.reverse();
        (first, rest)
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

impl Clone for Ast {
    fn clone(&self) -> Self {
        let (first, rest) = self.spine();
        let first = Ast { node: first.node.clone(), span: first.span };
        rest.into_iter().fold(first, |left, (op, right, span)| Ast {
            node: AstNode::Binary(op, Box::new(left), Box::new(right.clone())),
            span,
        })
    }
}

impl PartialEq for Ast {
    fn eq(&self, other: &Ast) -> bool {
        let ((first, rest), (other_first, other_rest)) = (self.spine(), other.spine());
        first.node == other_first.node
            && rest.len() == other_rest.len()
            && rest.iter().zip(&other_rest).all(|(a, b)| a.0 == b.0 && a.1 == b.1)
    }
}

impl std::fmt::Debug for Ast {
    /// The notation itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::print(self))
    }
}

impl Drop for Ast {
    /// Takes deep chains apart without recursion.
    fn drop(&mut self) {
        fn take(node: AstNode, into: &mut Vec<AstNode>) {
            match node {
                AstNode::Number(_) | AstNode::Name(_) | AstNode::Text(_) => {}
                AstNode::Neg(x) | AstNode::Transpose(x) => into.push(x.into_node()),
                AstNode::Binary(_, left, right) => into.extend([left.into_node(), right.into_node()]),
                AstNode::Call(_, arguments) => into.extend(arguments.into_iter().map(Ast::into_node)),
                AstNode::Rows(rows) => into.extend(rows.into_iter().flatten().map(Ast::into_node)),
                AstNode::Where(body, names) => {
                    into.push(body.into_node());
                    into.extend(names.into_iter().map(|(_, e)| e.into_node()));
                }
                AstNode::Subscript(x, subscripts) => {
                    into.push(x.into_node());
                    for s in subscripts {
                        match s {
                            Subscript::All => {}
                            Subscript::At(e) => into.push(e.into_node()),
                            Subscript::Range { from, step, to } => {
                                into.extend(step.map(Ast::into_node));
                                into.extend([from.into_node(), to.into_node()]);
                            }
                        }
                    }
                }
            }
        }
        if matches!(self.node, AstNode::Number(_) | AstNode::Name(_) | AstNode::Text(_)) {
            return;
        }
        let mut pending = vec![std::mem::replace(&mut self.node, AstNode::Name(String::new()))];
        while let Some(node) = pending.pop() {
            take(node, &mut pending);
        }
    }
}
