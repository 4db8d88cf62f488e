//! Which of a contraction's sums have one term only.
//!
//! Gathering `b[group]`, slicing, reshaping and placing are contractions with tensors of zeros and ones. Read
//! as sums of products they would lose every sign: the sum over j of `[j = group(i)] * b(j)` has one term that
//! is not 0. An index that a structural operand fixes as a function of others is no sum, and the operand is a
//! factor 1.

use super::interval::Interval;
use crate::{Contraction, Dim, Index, Kind, Structure};

/// A contraction's sums without those that select.
pub(super) struct Selection {
    /// The positions of the operands that remain as factors.
    pub(super) factors: Vec<usize>,
    /// The summed indices that remain, each with the number of its terms.
    pub(super) sums: Vec<(Index, Interval)>,
}

/// The enclosure of a size.
pub(super) fn count(d: &Dim) -> Interval {
    let constant: i64 = d.terms().iter().filter(|t| t.0.is_empty()).map(|t| t.1).sum();
    let total = d.terms().iter().map(|t| t.1).fold(0i64, i64::saturating_add) as f64;
    let named = || d.terms().iter().filter(|t| !t.0.is_empty());
    if named().next().is_none() {
        Interval::point(constant as f64)
    } else if named().all(|t| t.1 > 0) {
        Interval::closed(total, f64::INFINITY)
    } else if named().all(|t| t.1 < 0) {
        Interval::closed(f64::NEG_INFINITY, total)
    } else {
        Interval::ALL
    }
}

/// Finds the sums of one term.
pub(super) fn select(c: &Contraction) -> Selection {
    // fixed[i] holds the indices that determine i, once something does.
    let mut fixed: Vec<Option<Vec<Index>>> = vec![None; c.dims.len()];
    let mut at_least_one: Vec<bool> = vec![false; c.dims.len()];
    let mut factors = Vec::new();
    for (k, (e, l)) in c.operands.iter().enumerate() {
        let mut fix = |targets: &[Index], by: &[Index]| fix(c, &mut fixed, &at_least_one, targets, by);
        let gone = match e.kind() {
            Kind::OneHot { .. } => l.split_last().is_some_and(|(class, of)| fix(&[*class], of)),
            Kind::Structure(s) => match s {
                Structure::Delta(_) => fix(&[l[1]], &l[..1]) || fix(&[l[0]], &l[1..]),
                Structure::Slice { .. } => fix(&[l[1]], &l[..1]),
                Structure::Unit { .. } => fix(l, &[]),
                Structure::Merge { .. } => fix(&l[..1], &l[1..]) || fix(&l[1..], &l[..1]),
                // Every row and column of the triangle of ones holds a one.
                Structure::LowerOnes(_) => {
                    let free = l.iter().find(|i| {
                        l[0] != l[1]
                            && **i >= c.rank as Index
                            && fixed[usize::from(**i)].is_none()
                            && !at_least_one[usize::from(**i)]
                    });
                    let other = free.map(|i| if *i == l[0] { l[1] } else { l[0] });
                    match (free, other) {
                        (Some(i), Some(o))
                            if fixed[usize::from(o)].is_none() && !carried_by_a_triangle(c, o, k) =>
                        {
                            at_least_one[usize::from(*i)] = true;
                            true
                        }
                        _ => false,
                    }
                }
            },
            _ => false,
        };
        if !gone {
            factors.push(k);
        }
    }
    let sums = c
        .bound()
        .filter(|i| fixed[usize::from(*i)].is_none())
        .map(|i| {
            let mut n = count(&c.dims[usize::from(i)]).intersect(&Interval::NONNEG);
            if at_least_one[usize::from(i)] {
                n = n.hull(&Interval::point(1.0));
            }
            (i, n)
        })
        .collect();
    Selection { factors, sums }
}

/// Does another structural operand than number `k` carry the index? Then rows may be empty.
fn carried_by_a_triangle(c: &Contraction, index: Index, k: usize) -> bool {
    c.operands.iter().enumerate().any(|(j, (e, l))| {
        j != k && matches!(e.kind(), Kind::Structure(Structure::LowerOnes(_))) && l.contains(&index)
    })
}

/// Notes that `targets` are a function of `by`, unless one is not summed, known already, repeated, or among
/// what `by` depends on; nothing may depend on an index whose terms are counted by a triangle.
fn fix(
    c: &Contraction,
    fixed: &mut [Option<Vec<Index>>],
    counted: &[bool],
    targets: &[Index],
    by: &[Index],
) -> bool {
    let mut roots: Vec<Index> = by.to_vec();
    let mut k = 0;
    while k < roots.len() {
        if let Some(more) = &fixed[usize::from(roots[k])] {
            roots.extend(more.iter().filter(|m| !by.contains(m)).copied().collect::<Vec<_>>());
            roots.dedup();
        }
        k += 1;
        if k > 1000 {
            return false;
        }
    }
    if roots.iter().chain(targets).any(|i| counted[usize::from(*i)]) {
        return false;
    }
    let fine = targets.iter().enumerate().all(|(j, t)| {
        *t >= c.rank as Index
            && fixed[usize::from(*t)].is_none()
            && !roots.contains(t)
            && !targets[..j].contains(t)
    });
    if fine {
        for t in targets {
            fixed[usize::from(*t)] = Some(by.to_vec());
        }
    }
    fine
}
