//! Contractions: how an indexed sum of products is made.

use super::{Constant, Expr, Kind, Structure};
use crate::{Dim, Error, Rational, Shape};
use num_traits::{One, Zero};
use std::collections::HashMap;

/// An index of a contraction: a position in [`Contraction::dims`].
pub type Index = u16;

/// `out[output] = sum over the other indices of the product of operand[indices]`.
///
/// The indices `0..output.len()` are the output's, in order; the rest are summed over, numbered by first
/// appearance. An output index that no operand carries broadcasts. An operand may repeat an index (a diagonal).
#[derive(Clone, Debug)]
pub struct Contraction {
    /// Each operand with one index for each of its axes.
    pub operands: Vec<(Expr, Vec<Index>)>,
    /// How many leading indices are the output's.
    pub rank: usize,
    /// The dimension of every index, output indices first.
    pub dims: Vec<Dim>,
}

impl Contraction {
    /// The output's indices, `0..rank`.
    pub fn output(&self) -> std::ops::Range<Index> {
        0..self.rank as Index
    }

    /// The summed indices, `rank..`.
    pub fn bound(&self) -> std::ops::Range<Index> {
        self.rank as Index..self.dims.len() as Index
    }
}

impl Expr {
    /// An indexed sum of products, in the manner of einsum: every operand with a label for each axis, and the
    /// output's labels. A label that only the output carries needs its dimension in `broadcast`.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Symbol};
    /// let (n, m) = (Dim::symbol("n"), Dim::symbol("m"));
    /// let a = Expr::symbol(Symbol::new("A", vec![m.clone(), n.clone()]));
    /// let x = Expr::symbol(Symbol::new("x", vec![n]));
    /// let product = Expr::contract(&[(a, &[0, 1]), (x, &[1])], &[0], &[]).unwrap();
    /// assert_eq!(product.shape(), [m]);
    /// ```
    ///
    /// # Errors
    /// [`Error::IndexCount`] when an operand has another number of axes, [`Error::ShapesDiffer`] when one label
    /// stands for two dimensions, [`Error::RepeatedOutput`] for a label twice in the output,
    /// [`Error::UnknownOutput`] for an output label without a dimension.
    pub fn contract(
        operands: &[(Expr, &[u32])],
        output: &[u32],
        broadcast: &[(u32, Dim)],
    ) -> Result<Expr, Error> {
        let mut dims: HashMap<u32, Dim> = broadcast.iter().cloned().collect();
        for (e, labels) in operands {
            if e.rank() != labels.len() {
                return Err(Error::IndexCount { rank: e.rank(), given: labels.len() });
            }
            for (l, d) in labels.iter().zip(e.shape()) {
                let known = dims.entry(*l).or_insert_with(|| d.clone());
                if known != d {
                    let (left, right) = (known.to_string(), d.to_string());
                    return Err(Error::ShapesDiffer { operation: "a shared index".into(), left, right });
                }
            }
        }
        for (k, l) in output.iter().enumerate() {
            if output[..k].contains(l) {
                return Err(Error::RepeatedOutput { position: k + 1 });
            }
            if !dims.contains_key(l) {
                return Err(Error::UnknownOutput { position: k + 1 });
            }
        }
        let operands = operands.iter().map(|(e, l)| (e.clone(), l.to_vec())).collect();
        Ok(Expr::contract_unchecked(operands, output, &dims))
    }

    /// The smart constructor behind [`Expr::contract`]: deltas over a bound index disappear, coefficients move
    /// out, a zero operand makes a zero, an identity contraction is its operand.
    pub(crate) fn contract_unchecked(
        operands: Vec<(Expr, Vec<u32>)>,
        output: &[u32],
        dims: &HashMap<u32, Dim>,
    ) -> Expr {
        let dim = |l: u32| dims.get(&l).cloned().unwrap_or_else(|| Dim::constant(0));
        let shape: Shape = output.iter().map(|l| dim(*l)).collect();
        let mut coefficient = Rational::one();
        let mut factors: Vec<(Expr, Vec<u32>)> = Vec::with_capacity(operands.len());
        for (e, labels) in operands {
            match e.kind() {
                Kind::Constant(Constant::Rational(r)) => coefficient *= r,
                Kind::Sum(terms) if terms.is_empty() => return Expr::zeros(shape),
                Kind::Sum(terms) if terms.len() == 1 => {
                    coefficient *= &terms[0].0;
                    factors.push((terms[0].1.clone(), labels));
                }
                _ => factors.push((e, labels)),
            }
        }
        if coefficient.is_zero() {
            return Expr::zeros(shape);
        }
        // Every bound label must be carried by some operand after this, or it counts its dimension.
        let mut bound: Vec<u32> = Vec::new();
        for l in factors.iter().flat_map(|(_, l)| l) {
            if !output.contains(l) && !bound.contains(l) {
                bound.push(*l);
            }
        }
        while let Some(k) = factors.iter().position(|(e, l)| {
            matches!(e.kind(), Kind::Structure(Structure::Delta(_)))
                && (l[0] == l[1] || !output.contains(&l[0]) || !output.contains(&l[1]))
        }) {
            let (_, l) = factors.remove(k);
            if l[0] == l[1] {
                continue; // the diagonal of the identity is 1
            }
            let (gone, kept) = if output.contains(&l[1]) { (l[0], l[1]) } else { (l[1], l[0]) };
            bound.retain(|b| *b != gone);
            for label in factors.iter_mut().flat_map(|(_, l)| l.iter_mut()).filter(|l| **l == gone) {
                *label = kept;
            }
        }
        for l in &bound {
            if !factors.iter().any(|(_, labels)| labels.contains(l)) {
                factors.push((Expr::size(dim(*l)), Vec::new()));
            }
        }
        // Sizes may have become constants.
        factors.retain(|(e, _)| match e.as_rational() {
            Some(r) => {
                coefficient *= r;
                false
            }
            None => true,
        });
        let product = match factors.as_slice() {
            [] if output.is_empty() => return Expr::rational(coefficient),
            [(e, labels)] if labels == output => e.clone(),
            _ => {
                let mut order: Vec<u32> = output.to_vec();
                for l in factors.iter().flat_map(|(_, l)| l) {
                    if !order.contains(l) {
                        order.push(*l);
                    }
                }
                let position = |l: &u32| order.iter().position(|o| o == l).unwrap_or(0) as Index;
                let operands =
                    factors.iter().map(|(e, l)| (e.clone(), l.iter().map(position).collect())).collect();
                let dims = order.iter().map(|l| dim(*l)).collect();
                Expr::new(Kind::Contract(Contraction { operands, rank: output.len(), dims }), shape)
            }
        };
        product.scale(coefficient)
    }
}
