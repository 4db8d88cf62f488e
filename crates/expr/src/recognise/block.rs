//! Vectors and matrices written by their blocks: `[s; t^2]`, `[A, b; b', c]`.
//!
//! A term that stands on unit vectors and slices of the axes fills one block of the whole. Where the blocks
//! tile the axes, the literal says it shortest.

use super::notation::Recogniser;
use super::write::{integer, number, scaled, signed_sum, size, transpose};
use crate::syntax::{Ast, AstNode};
use crate::{Contraction, Dim, Expr, Index, Kind, Rational, Structure};
use num_traits::Signed;

/// No literal is wider or higher than this many blocks.
const MAX_BLOCKS: usize = 12;

/// A part of an axis.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    offset: Dim,
    /// The number of positions; `None` for a single position, whose axis the content does not have.
    length: Option<Dim>,
}

impl Part {
    fn end(&self) -> Dim {
        self.offset.clone() + self.length.clone().unwrap_or_else(|| Dim::constant(1))
    }
}

/// What stands in one block.
struct Content {
    parts: Vec<Part>,
    negative: bool,
    ast: Ast,
}

/// A sum as a literal, when its terms fill blocks that tile the axes. No matrix of one column: `[x; y]` reads as
/// a vector.
pub(super) fn literal(room: &Recogniser, shape: &[Dim], terms: &[(Rational, Expr)]) -> Option<Ast> {
    let narrow = shape.last().is_some_and(Dim::is_one);
    if !(1..=2).contains(&shape.len()) || narrow || terms.len() > MAX_BLOCKS * MAX_BLOCKS {
        return None;
    }
    let contents = terms.iter().map(|(c, t)| content(room, shape, t, c)).collect::<Option<Vec<Content>>>()?;
    let cuts = (0..shape.len())
        .map(|axis| tiling(&shape[axis], contents.iter().map(|b| &b.parts[axis])))
        .collect::<Option<Vec<Vec<Part>>>>()?;
    if cuts.iter().all(|parts| parts.len() < 2) {
        return None;
    }
    let rows = cuts[0].iter().map(|row| match cuts.get(1) {
        None => vec![block(&contents, std::slice::from_ref(row))],
        Some(columns) => columns.iter().map(|c| block(&contents, &[row.clone(), c.clone()])).collect(),
    });
    Some(Ast::new(AstNode::Rows(rows.collect())))
}

/// The parts in order, with those that nothing stands on; `None` when parts overlap or it is not known which
/// comes first.
fn tiling<'a>(whole: &Dim, parts: impl Iterator<Item = &'a Part>) -> Option<Vec<Part>> {
    let mut waiting: Vec<Part> = Vec::new();
    for p in parts {
        if !waiting.contains(p) {
            waiting.push(p.clone());
        }
    }
    let mut tiles: Vec<Part> = Vec::new();
    let mut at = Dim::constant(0);
    while !waiting.is_empty() {
        if tiles.len() > MAX_BLOCKS {
            return None;
        }
        if let Some(k) = waiting.iter().position(|p| p.offset == at) {
            let p = waiting.swap_remove(k);
            at = p.end();
            tiles.push(p);
            continue;
        }
        // A gap up to the part that surely comes before all others.
        let next = (0..waiting.len()).find(|k| {
            let first = &waiting[*k].offset;
            let ordered =
                |p: &Part| p.offset == *first || (p.offset.clone() - first.clone()).is_surely_positive();
            waiting.iter().all(ordered)
        })?;
        let to = waiting[next].offset.clone();
        tiles.extend(gap(&at, &to)?);
        at = to;
    }
    if at != *whole {
        tiles.extend(gap(&at, whole)?);
    }
    (tiles.len() <= MAX_BLOCKS).then_some(tiles)
}

/// The part between two positions: single positions where they are few.
fn gap(from: &Dim, to: &Dim) -> Option<Vec<Part>> {
    let length = to.clone() - from.clone();
    if !length.is_surely_positive() {
        return None;
    }
    Some(match length.as_constant() {
        Some(n) if n <= 4 => (0..usize::try_from(n).ok()?)
            .map(|k| Part { offset: from.clone() + Dim::constant(k), length: None })
            .collect(),
        _ => vec![Part { offset: from.clone(), length: Some(length) }],
    })
}

/// What stands on a block: the sum of the terms there, or zeros.
fn block(contents: &[Content], parts: &[Part]) -> Ast {
    let here: Vec<(bool, Ast)> =
        contents.iter().filter(|c| c.parts == parts).map(|c| (c.negative, c.ast.clone())).collect();
    if !here.is_empty() {
        return signed_sum(here);
    }
    let lengths: Vec<Ast> = parts.iter().filter_map(|p| p.length.as_ref()).map(size).collect();
    match (lengths.is_empty(), parts) {
        (true, _) => integer(0),
        // A row of zeros.
        (false, [Part { length: None, .. }, _]) => transpose(Ast::call("zeros", lengths)),
        (false, _) => Ast::call("zeros", lengths),
    }
}

/// A term as the content of one block.
fn content(room: &Recogniser, shape: &[Dim], t: &Expr, c: &Rational) -> Option<Content> {
    let rank = shape.len() as Index;
    let alone = |labels: Vec<Index>| Contraction {
        operands: vec![(t.clone(), labels)],
        rank: shape.len(),
        dims: shape.to_vec(),
    };
    let term = match t.kind() {
        Kind::Contract(k) => k.clone(),
        Kind::Structure(_) => alone((0..rank).collect()),
        Kind::Symbol(_)
        | Kind::Constant(_)
        | Kind::Size(_)
        | Kind::OneHot { .. }
        | Kind::Sum(_)
        | Kind::Map(..)
        | Kind::Reduce(..)
        | Kind::Matrix(..) => return None,
    };
    let whole = |d: &Dim| Part { offset: Dim::constant(0), length: (!d.is_one()).then(|| d.clone()) };
    let mut parts: Vec<Part> = shape.iter().map(whole).collect();
    // The label on which the content stands for each axis, if it has the axis.
    let mut stands: Vec<Option<Index>> = (0..rank).map(Some).collect();
    for (stand, d) in stands.iter_mut().zip(shape) {
        *stand = stand.filter(|_| !d.is_one());
    }
    let mut rest: Vec<(Expr, Vec<Index>)> = Vec::new();
    for (e, labels) in &term.operands {
        match e.kind() {
            Kind::Structure(Structure::Unit { at, .. }) if labels[0] < rank => {
                let axis = usize::from(labels[0]);
                parts[axis] = Part { offset: at.clone(), length: None };
                stands[axis] = None;
            }
            Kind::Structure(Structure::Slice { rows, offset, stride: 1, .. })
                if labels[1] < rank && labels[0] != labels[1] =>
            {
                let axis = usize::from(labels[1]);
                parts[axis] = Part { offset: offset.clone(), length: Some(rows.clone()) };
                stands[axis] = Some(labels[0]);
            }
            _ => rest.push((e.clone(), labels.clone())),
        }
    }
    let taken: Vec<Index> = (0..rank).filter(|l| stands[usize::from(*l)] != Some(*l)).collect();
    if taken.is_empty() || rest.iter().any(|(_, l)| l.iter().any(|i| taken.contains(i))) {
        return None;
    }
    Some(Content { parts, negative: c.is_negative(), ast: inside(room, &term, rest, &stands, &c.abs())? })
}

/// The contraction that is left inside a block, over the axes that the block has.
fn inside(
    room: &Recogniser,
    term: &Contraction,
    mut rest: Vec<(Expr, Vec<Index>)>,
    stands: &[Option<Index>],
    c: &Rational,
) -> Option<Ast> {
    let axes: Vec<Index> = stands.iter().flatten().copied().collect();
    let dim = |l: &Index| term.dims[usize::from(*l)].clone();
    // The rows of a slice may be an axis themselves: the block holds an identity.
    let mut output: Vec<(Index, Dim)> = Vec::new();
    let mut next = term.dims.len() as Index;
    for l in &axes {
        if output.iter().any(|(m, _)| m == l) {
            rest.push((Expr::eye(dim(l)), vec![*l, next]));
            output.push((next, dim(l)));
            next += 1;
        } else {
            output.push((*l, dim(l)));
        }
    }
    if rest.is_empty() {
        return Some(match output.as_slice() {
            [] => number(c),
            axes => {
                let ones = Ast::call("ones", axes.iter().map(|(_, d)| size(d)).collect());
                scaled(ones, c)
            }
        });
    }
    let dims = output
        .iter()
        .cloned()
        .chain(
            rest.iter()
                .flat_map(|(_, l)| l)
                .filter(|l| usize::from(**l) < term.dims.len())
                .map(|l| (*l, dim(l))),
        )
        .map(|(l, d)| (u32::from(l), d))
        .collect();
    let output: Vec<u32> = output.iter().map(|(l, _)| u32::from(*l)).collect();
    let operands = rest.into_iter().map(|(e, l)| (e, l.into_iter().map(u32::from).collect())).collect();
    let e = Expr::contract_unchecked(operands, &output, &dims);
    let ast = room.term(&e, c);
    // A vector on the second axis is a row.
    let is_row = stands.len() == 2 && stands[0].is_none() && stands[1].is_some();
    Some(if is_row { transpose(ast) } else { ast })
}
