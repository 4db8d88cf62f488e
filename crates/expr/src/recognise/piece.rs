//! A factor on the board: a chain of matrix notation on at most two indices.

use super::notation::Recogniser;
use super::write::*;
use crate::syntax::{Ast, AstNode, BinaryOp, Subscript};
use crate::{Dim, Expr, Kind, Rational, Structure};

/// One factor of a chain of matrix products.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) ast: Ast,
    /// Is it its own transpose?
    pub(super) symmetric: bool,
}

pub(super) fn plain(ast: Ast) -> Link {
    Link { ast, symmetric: false }
}

/// The factors of a chain; a matrix that follows itself is a power. (A vector never does.)
pub(super) fn asts(chain: Vec<Link>) -> Vec<Ast> {
    let mut factors: Vec<(Ast, i64)> = Vec::new();
    for link in chain {
        match factors.last_mut() {
            Some((last, times)) if *last == link.ast => *times += 1,
            _ => factors.push((link.ast, 1)),
        }
    }
    factors
        .into_iter()
        .map(|(ast, k)| if k == 1 { ast } else { Ast::binary(BinaryOp::Pow, ast, integer(k)) })
        .collect()
}

/// A factor on at most two indices: a chain of matrix notation, to be multiplied from the left.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) labels: Vec<u16>,
    pub(super) chain: Vec<Link>,
    /// Divides instead of multiplying, entry by entry.
    pub(super) below: bool,
    /// x, when the piece is `x.^2` entry by entry.
    pub(super) square_of: Option<Ast>,
    /// What the piece selects when it is multiplied with, if it is a selection.
    pub(super) selects: Option<Selection>,
}

/// A structural factor that takes entries of what it is multiplied with.
#[derive(Clone, Debug)]
pub(super) enum Selection {
    /// Positions along its last index; one position drops the axis.
    Positions(Box<Subscript>),
    /// Running sums.
    RunningSum,
}

/// What multiplying with an operand selects along its last index.
pub(super) fn selection(room: &Recogniser, e: &Expr) -> Option<Selection> {
    let one = || Dim::constant(1);
    match e.kind() {
        Kind::Structure(Structure::Unit { at, .. }) => {
            Some(Selection::Positions(Box::new(Subscript::At(size(&(at.clone() + one()))))))
        }
        Kind::Structure(Structure::Slice { rows, offset, stride, .. }) if *stride != 0 => {
            let steps = (rows.clone() - one()) * Dim::constant(usize::try_from(stride.unsigned_abs()).ok()?);
            let first = offset.clone() + one();
            let last = if *stride > 0 { first.clone() + steps } else { first.clone() - steps };
            let step = (*stride != 1).then(|| signed_number(&Rational::from_integer((*stride).into())));
            let range = Subscript::Range { from: size(&first), step, to: size(&last) };
            Some(Selection::Positions(Box::new(range)))
        }
        Kind::Structure(Structure::LowerOnes(_)) => Some(Selection::RunningSum),
        Kind::OneHot { index, .. } if index.rank() == 1 => {
            Some(Selection::Positions(Box::new(Subscript::At(room.of(index)))))
        }
        _ => None,
    }
}

impl Piece {
    /// A factor that multiplies.
    pub(super) fn of(labels: Vec<u16>, chain: Vec<Link>) -> Self {
        Self { labels, chain, below: false, square_of: None, selects: None }
    }

    pub(super) fn ast(&self) -> Ast {
        product(asts(self.chain.clone()))
    }

    pub(super) fn is_vector(&self) -> bool {
        self.labels.len() == 1
    }

    /// The chain read in the other direction.
    pub(super) fn transposed(&self) -> Piece {
        let flipped = |l: Link| if l.symmetric { l } else { plain(transpose(l.ast)) };
        let chain = self.chain.iter().rev().cloned().map(flipped).collect();
        let labels = self.labels.iter().rev().copied().collect();
        Piece { labels, chain, ..self.clone() }
    }

    /// The piece as a factor that multiplies: `1 ./ v` for one that divides.
    pub(super) fn upright(self) -> Piece {
        if !self.below {
            return self;
        }
        let chain = vec![plain(Ast::binary(BinaryOp::DotDiv, integer(1), self.ast()))];
        Piece { chain, below: false, ..self }
    }

    /// The piece with its first index `l`.
    pub(super) fn starting(&self, l: u16) -> Piece {
        if self.labels.first() == Some(&l) { self.clone() } else { self.transposed() }
    }
}
/// `taker`, a selection whose last index is l, applied to a vector or along one axis of a matrix.
pub(super) fn selected(taker: &Piece, from: &Piece, l: u16) -> Option<Piece> {
    let selection = taker.selects.as_ref()?;
    let repeats = taker.labels.len() == 2 && from.labels.contains(&taker.labels[0]);
    if taker.labels.last() != Some(&l) || from.selects.is_some() || repeats {
        return None;
    }
    // The axis that stays in the place of l, if any.
    let kept = (taker.labels.len() == 2).then(|| taker.labels[0]);
    let labels = from.labels.iter().filter_map(|m| if *m == l { kept } else { Some(*m) }).collect();
    let ast = match (selection, from.labels.as_slice()) {
        (Selection::RunningSum, [_]) => Ast::call("cumsum", vec![from.ast()]),
        (Selection::Positions(s), [_]) => subscripted(from.ast(), vec![(**s).clone()]),
        (Selection::Positions(s), [a, b]) if a != b && *b == l => {
            subscripted(from.ast(), vec![Subscript::All, (**s).clone()])
        }
        (Selection::Positions(s), [a, b]) if a != b => {
            subscripted(from.ast(), vec![(**s).clone(), Subscript::All])
        }
        _ => return None,
    };
    Some(Piece::of(labels, vec![plain(ast)]))
}

/// `x[at]`; an entry of a row is an entry of the matrix.
pub(super) fn subscripted(x: Ast, at: Vec<Subscript>) -> Ast {
    if let (AstNode::Subscript(inner, first), [Subscript::At(_)]) = (&x.node, at.as_slice()) {
        let open: Vec<usize> = (0..first.len()).filter(|k| matches!(first[*k], Subscript::All)).collect();
        let fixed = first.iter().filter(|s| matches!(s, Subscript::At(_))).count();
        if let ([axis], true) = (open.as_slice(), fixed + 1 == first.len()) {
            let mut both = first.clone();
            both[*axis] = at[0].clone();
            return Ast::new(AstNode::Subscript(inner.clone(), both));
        }
    }
    Ast::new(AstNode::Subscript(Box::new(x), at))
}

/// Should a, joined with b over l, stand on the left? The one whose other index comes first in the output.
pub(super) fn order_left(a: &Piece, b: &Piece, l: u16) -> bool {
    let other = |p: &Piece| p.labels.iter().copied().find(|m| *m != l);
    match (other(a), other(b)) {
        (Some(x), Some(y)) => x <= y,
        (None, None) => !is_long(a) || is_long(b),
        (None, Some(_)) => false,
        (Some(_), None) => true,
    }
}

pub(super) fn is_long(p: &Piece) -> bool {
    p.chain.len() > 1
}

/// The entry-by-entry product of two factors on the same axes.
pub(super) fn entrywise(x: Piece, y: Piece) -> Piece {
    let labels = x.labels.clone();
    let (a, b) = (x.ast(), y.ast());
    let (ast, below) = match (x.below, y.below) {
        (false, true) => (Ast::binary(BinaryOp::DotDiv, a, b), false),
        (true, false) => (Ast::binary(BinaryOp::DotDiv, b, a), false),
        (both, _) => {
            // One flat chain, `a .* b .* c`.
            let all = flat(BinaryOp::DotMul, a).into_iter().chain(flat(BinaryOp::DotMul, b));
            (all.reduce(|a, b| Ast::binary(BinaryOp::DotMul, a, b)).unwrap_or_else(|| integer(1)), both)
        }
    };
    Piece { below, ..Piece::of(labels, vec![plain(ast)]) }
}
