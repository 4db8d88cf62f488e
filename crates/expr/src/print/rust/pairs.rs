//! The order of contraction: two factors at a time.

use crate::{Dim, Expr, Kind};
use std::collections::HashMap;

/// A product of more than two tensors as products of two, where two share an index that no other has.
pub(super) fn in_pairs(e: Expr) -> Expr {
    let Kind::Contract(c) = e.kind() else { return e };
    if c.operands.iter().filter(|(x, _)| !x.is_scalar()).count() < 3
        || c.operands.iter().any(|(x, _)| matches!(x.kind(), Kind::Structure(_) | Kind::OneHot { .. }))
    {
        return e;
    }
    let mut operands: Vec<(Expr, Vec<u32>)> =
        c.operands.iter().map(|(x, l)| (x.clone(), l.iter().map(|i| u32::from(*i)).collect())).collect();
    let dims: HashMap<u32, Dim> = c.dims.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
    let output: Vec<u32> = c.output().map(u32::from).collect();
    while operands.len() > 2
        && let Some((j, k, kept)) = smallest(&operands, &output)
    {
        let b = operands.remove(k);
        let a = operands.remove(j);
        let pair = Expr::contract_unchecked(vec![a, b], &kept, &dims);
        operands.push((pair, kept));
    }
    Expr::contract_unchecked(operands, &output, &dims)
}

/// The first pair with a product of lowest rank among those that sum over an index, and that product's indices.
fn smallest(operands: &[(Expr, Vec<u32>)], output: &[u32]) -> Option<(usize, usize, Vec<u32>)> {
    let mut best: Option<(usize, usize, Vec<u32>)> = None;
    for (j, (_, a)) in operands.iter().enumerate() {
        for (k, (_, b)) in operands.iter().enumerate().skip(j + 1) {
            let needed = |l: &u32| {
                output.contains(l)
                    || operands.iter().enumerate().any(|(i, (_, m))| i != j && i != k && m.contains(l))
            };
            let mut kept: Vec<u32> = a.iter().chain(b).copied().filter(needed).collect();
            kept.sort_unstable();
            kept.dedup();
            let sums = a.iter().any(|l| b.contains(l) && !kept.contains(l));
            if sums && best.as_ref().is_none_or(|(.., least)| kept.len() < least.len()) {
                best = Some((j, k, kept));
            }
        }
    }
    best
}
