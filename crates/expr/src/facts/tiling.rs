//! Sums whose terms tile an axis: concatenations, and vectors made of scalars.
//!
//! Every term is 0 outside its own part of the axis, and the parts cover it without overlap. So an entry of the
//! sum is an entry of one term's source: what all sources share, the sum has, although each term alone has
//! zeros.

use crate::{Contraction, Dim, Expr, Index, Kind, Rational, Structure};

/// Wider sums than this are not looked at.
const PARTS: usize = 256;

/// A part of the axis: its coefficient, and its source unless that is 1.
type Part<'e> = (&'e Rational, Option<&'e Expr>);

/// The parts that tile the sum, or nothing.
pub(super) fn tiles<'e>(e: &Expr, terms: &'e [(Rational, Expr)]) -> Option<Vec<Part<'e>>> {
    if terms.len() > PARTS {
        return None;
    }
    let mut parts: Vec<(usize, Dim, Dim)> = Vec::with_capacity(terms.len());
    let mut sources = Vec::with_capacity(terms.len());
    for (c, x) in terms {
        let (axis, offset, count, source) = match x.kind() {
            Kind::Contract(product) => placed(product)?,
            Kind::Structure(Structure::Unit { at, .. }) => (0, at.clone(), Dim::constant(1), None),
            _ => return None,
        };
        parts.push((axis, offset, count));
        sources.push((c, source));
    }
    let axis = parts.first()?.0;
    let mut at = Dim::constant(0);
    for _ in 0..parts.len() {
        let k = parts.iter().position(|(a, offset, _)| *a == axis && *offset == at)?;
        at = at + parts.swap_remove(k).2;
    }
    (at == e.shape()[axis]).then_some(sources)
}

/// Of a tensor placed among zeros along an axis: the axis, the offset, the length, the tensor.
fn placed(c: &Contraction) -> Option<(usize, Dim, Dim, Option<&Expr>)> {
    let [a, b] = c.operands.as_slice() else { return None };
    let ((s, l), (x, m)) = if matches!(a.0.kind(), Kind::Structure(_)) { (a, b) } else { (b, a) };
    let Kind::Structure(s) = s.kind() else { return None };
    match s {
        Structure::Slice { rows, offset, stride: 1, .. } => {
            let (part, axis) = (l[0], l[1]);
            let expected: Vec<Index> = c.output().map(|k| if k == axis { part } else { k }).collect();
            let fits = usize::from(axis) < c.rank && usize::from(part) >= c.rank && *m == expected;
            fits.then(|| (usize::from(axis), offset.clone(), rows.clone(), Some(x)))
        }
        Structure::Unit { at, .. } => {
            let axis = l[0];
            let expected: Vec<Index> = c.output().filter(|k| *k != axis).collect();
            let fits = usize::from(axis) < c.rank && *m == expected;
            fits.then(|| (usize::from(axis), at.clone(), Dim::constant(1), Some(x)))
        }
        Structure::Delta(_) | Structure::LowerOnes(_) | Structure::Slice { .. } | Structure::Merge { .. } => {
            None
        }
    }
}
