//! Tensors of zeros and ones in loops: they fix an index, cut a range, or are a condition.

use super::loops::Nest;
use super::writer::Writer;
use crate::{Contraction, Expr, Index, Kind, Structure};

/// A tensor of zeros and ones in a product.
pub(super) struct Structural {
    pub(super) node: Expr,
    pub(super) labels: Vec<Index>,
    /// Of a one-hot tensor the code of the positions of its ones.
    pub(super) positions: String,
}

/// What the tensor does once some indices are known.
enum Use {
    /// It is 1 where this holds, else 0.
    Condition(String),
    /// It is 1 for one value of these indices, which the line sets.
    Fixes(Vec<Index>, String),
}

impl Writer {
    /// Uses every tensor of zeros and ones that the known indices decide.
    pub(super) fn settle(&mut self, nest: &mut Nest<'_>) {
        let decided = |w: &Self, nest: &Nest<'_>| {
            nest.structural.iter().enumerate().find_map(|(k, s)| Some((k, w.decided(nest, s)?)))
        };
        while let Some((k, found)) = decided(self, nest) {
            nest.structural.remove(k);
            match found {
                Use::Condition(holds) => self.open(nest, &format!("if {holds} {{")),
                Use::Fixes(indices, line) => {
                    self.line(nest, &line);
                    nest.known.extend(indices);
                }
            }
        }
    }

    fn decided(&self, nest: &Nest<'_>, s: &Structural) -> Option<Use> {
        let l = &s.labels;
        let known: Vec<bool> = l.iter().map(|i| nest.known.contains(i)).collect();
        let place = self.place(nest.product, s);
        if known.iter().all(|k| *k) {
            return Some(Use::Condition(match place {
                Some((axis, code)) => format!("i{} == {code}", l[axis]),
                None => format!("i{} <= i{}", l[1], l[0]),
            }));
        }
        if let Some((axis, code)) = place
            && known.iter().enumerate().all(|(k, known)| k == axis || *known)
            && l.iter().filter(|i| **i == l[axis]).count() == 1
        {
            return Some(Use::Fixes(vec![l[axis]], format!("let i{} = {code};", l[axis])));
        }
        match (s.node.kind(), known.as_slice()) {
            (Kind::Structure(Structure::Delta(_)), [false, true]) => {
                Some(Use::Fixes(vec![l[0]], format!("let i{} = i{};", l[0], l[1])))
            }
            (Kind::Structure(Structure::Merge { inner, .. }), [true, false, false]) if l[1] != l[2] => {
                let (whole, i, j, inner) = (l[0], l[1], l[2], self.size(inner));
                let line = format!("let (i{i}, i{j}) = (i{whole} / {inner}, i{whole} % {inner});");
                Some(Use::Fixes(vec![i, j], line))
            }
            _ => None,
        }
    }

    /// The axis along which there is a single one for given others, and where it is; a triangle has none.
    fn place(&self, product: &Contraction, s: &Structural) -> Option<(usize, String)> {
        let l = &s.labels;
        match s.node.kind() {
            Kind::OneHot { index, .. } => {
                let at = if index.is_scalar() {
                    s.positions.clone()
                } else {
                    format!("{}[{}]", s.positions, self.flat(product, &l[..l.len() - 1]))
                };
                Some((l.len() - 1, format!("{at} as usize - 1")))
            }
            Kind::Structure(Structure::Delta(_)) => Some((1, format!("i{}", l[0]))),
            Kind::Structure(Structure::Slice { offset, stride, .. }) => {
                let offset = self.size(offset);
                let code = match *stride {
                    1 => format!("{offset} + i{}", l[0]),
                    s if s > 0 => format!("{offset} + {s} * i{}", l[0]),
                    s => format!("{offset} - {} * i{}", s.unsigned_abs(), l[0]),
                };
                Some((1, code))
            }
            Kind::Structure(Structure::Unit { at, .. }) => Some((0, self.size(at))),
            Kind::Structure(Structure::Merge { inner, .. }) => {
                Some((0, format!("i{} * {} + i{}", l[1], self.size(inner), l[2])))
            }
            _ => None,
        }
    }

    /// The range of a summed index: a triangle of ones cuts it.
    pub(super) fn range(&self, nest: &mut Nest<'_>, i: Index) -> String {
        let n = self.size(&nest.product.dims[usize::from(i)]);
        let cut = nest.structural.iter().position(|s| {
            let l = &s.labels;
            matches!(s.node.kind(), Kind::Structure(Structure::LowerOnes(_)))
                && l[0] != l[1]
                && ((l[1] == i && nest.known.contains(&l[0])) || (l[0] == i && nest.known.contains(&l[1])))
        });
        match cut {
            Some(k) => {
                let l = nest.structural.remove(k).labels;
                if l[1] == i { format!("0..i{} + 1", l[0]) } else { format!("i{}..{n}", l[1]) }
            }
            None => format!("0..{n}"),
        }
    }
}
