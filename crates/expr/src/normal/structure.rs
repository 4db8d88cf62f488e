//! Rules for structural tensors: identities, slices, unit vectors and merged axes.
//!
//! Each rule is an identity of index notation; none has a side condition beyond the dimensions being at least 1.

use super::atom::Atom;
use super::draft::Draft;
use super::poly::{Factor, Label};
use crate::{Dim, Expr, Kind, Structure};
use num_traits::{One, Zero};

/// What a rule did to a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing applied.
    None,
    /// The draft is simpler.
    Some,
    /// The draft is zero.
    Vanishes,
}

fn structure(draft: &Draft, k: usize) -> Option<&Structure> {
    match draft.factors[k].atom.expr().kind() {
        Kind::Structure(s) => Some(s),
        _ => None,
    }
}

/// Applies the first rule that fits.
pub(crate) fn apply(draft: &mut Draft) -> Change {
    for k in 0..draft.factors.len() {
        let Some(s) = structure(draft, k).cloned() else { continue };
        if draft.factors[k].power.is_zero() {
            continue; // taken out of the product, and not yet removed
        }
        draft.factors[k].power = One::one(); // zeros and ones
        let labels = draft.factors[k].labels.clone();
        let change = match s {
            Structure::Delta(n) => delta(draft, k, &n, labels[0], labels[1]),
            Structure::Slice { rows, cols, offset, stride } if rows == cols && stride == 1 => {
                debug_assert!(offset.as_constant() == Some(0));
                draft.factors.remove(k);
                draft.push_delta(labels[0], labels[1]);
                Change::Some
            }
            Structure::LowerOnes(n) if n.is_one() || labels[0] == labels[1] => {
                draft.factors.remove(k);
                Change::Some
            }
            Structure::Slice { rows, cols, offset, .. } if rows.is_one() => {
                // One row of a slice is a unit vector.
                draft.factors.remove(k);
                draft.push_unit(cols, offset, labels[1]);
                Change::Some
            }
            Structure::Merge { outer, inner } => merge(draft, k, &outer, &inner, &labels),
            Structure::Unit { .. } => unit(draft, k, labels[0]),
            Structure::Slice { .. } => slice(draft, k, &labels),
            Structure::LowerOnes(_) => Change::None,
        };
        if change != Change::None {
            return change;
        }
    }
    Change::None
}

/// `delta_ij f_j = f_i` when j is summed over; on two axes the later label becomes the earlier in other
/// factors.
fn delta(draft: &mut Draft, k: usize, n: &Dim, i: Label, j: Label) -> Change {
    if i == j || n.is_one() {
        draft.factors.remove(k);
        return Change::Some;
    }
    let (i, j) = (i.min(j), i.max(j));
    if draft.is_bound(j) {
        draft.factors.remove(k);
        draft.replace_label(j, i);
        return Change::Some;
    }
    let others = draft.carriers(j);
    if others.iter().all(|c| *c == k) {
        return Change::None;
    }
    for c in others.into_iter().filter(|c| *c != k) {
        for l in draft.factors[c].labels.iter_mut().filter(|l| **l == j) {
            *l = i;
        }
    }
    Change::Some
}

/// `M[k, i, j] = [k = i*inner + j]`.
fn merge(draft: &mut Draft, k: usize, outer: &Dim, inner: &Dim, labels: &[Label]) -> Change {
    let (whole, i, j) = (labels[0], labels[1], labels[2]);
    if outer.is_one() || inner.is_one() {
        draft.factors.remove(k);
        draft.push_delta(whole, if outer.is_one() { j } else { i });
        return Change::Some;
    }
    let place = |l: Label| {
        draft.carriers(l).into_iter().find_map(|o| match structure(draft, o) {
            Some(Structure::Unit { at, .. }) => Some(at.clone()),
            _ => None,
        })
    };
    if let (Some(row), Some(column)) = (place(i), place(j)) {
        draft.factors.remove(k);
        draft.push_unit(outer.clone() * inner.clone(), row * inner.clone() + column, whole);
        return Change::Some;
    }
    // (i, j) joined, then joined with l, is i joined with (j, l): joins nest to the right.
    if draft.is_bound(i) {
        let inner_join = (0..draft.factors.len()).find(|o| {
            *o != k
                && draft.factors[*o].labels.first() == Some(&i)
                && matches!(structure(draft, *o), Some(Structure::Merge { .. }))
                && draft.joins_only(i, k, *o)
        });
        if let Some(o) = inner_join
            && let Some(Structure::Merge { outer: a, inner: b }) = structure(draft, o).cloned()
        {
            let m = draft.factors[o].labels.clone();
            draft.bound.retain(|l| *l != i);
            draft.remove(vec![k, o]);
            let tail = draft.fresh_bound(b.clone() * inner.clone());
            let join = |outer: Dim, inner: Dim, labels: Vec<Label>| {
                Factor::new(Atom::leaf(Expr::structure(Structure::Merge { outer, inner })), labels)
            };
            draft.factors.push(join(a, b.clone() * inner.clone(), vec![whole, m[1], tail]));
            draft.factors.push(join(b, inner.clone(), vec![tail, m[2], j]));
            return Change::Some;
        }
    }
    let alone = |l: Label| draft.is_bound(l) && draft.carriers(l) == [k];
    // sum_k M[k, i, j] = 1, and sum_ij M[k, i, j] = 1
    if alone(whole) || (alone(i) && alone(j)) {
        let gone = if alone(whole) { vec![whole] } else { vec![i, j] };
        draft.bound.retain(|l| !gone.contains(l));
        draft.factors.remove(k);
        return Change::Some;
    }
    for other in (0..draft.factors.len()).filter(|o| *o != k) {
        let same = matches!(structure(draft, other),
            Some(Structure::Merge { outer: o, inner: n }) if o == outer && n == inner);
        if !same {
            continue;
        }
        let m = draft.factors[other].labels.clone();
        // sum_k M[k, i, j] M[k, i', j'] = delta_ii' delta_jj'
        if m[0] == whole && (draft.is_bound(whole) || other > k) {
            if draft.joins_only(whole, k, other) {
                draft.bound.retain(|l| *l != whole);
                draft.remove(vec![k, other]);
            } else {
                // k stays needed elsewhere: one of the two still ties it to i and j.
                draft.remove(vec![other]);
            }
            draft.push_delta(i, m[1]);
            draft.push_delta(j, m[2]);
            return Change::Some;
        }
        // M[k, i, j] M[k', i, j] = delta_kk' M[k, i, j]; the sum over i and j of the last factor is 1
        if m[1] == i && m[2] == j && other > k {
            draft.remove(vec![other]);
            draft.push_delta(whole, m[0]);
            return Change::Some;
        }
    }
    Change::None
}

/// Unit vectors with the same or another position on one label.
fn unit(draft: &mut Draft, k: usize, i: Label) -> Change {
    let Some(Structure::Unit { at, .. }) = structure(draft, k).cloned() else { return Change::None };
    if draft.is_bound(i) && draft.carriers(i) == [k] {
        draft.bound.retain(|l| *l != i);
        draft.factors.remove(k);
        return Change::Some;
    }
    for other in k + 1..draft.factors.len() {
        let Some(Structure::Unit { at: second, .. }) = structure(draft, other).cloned() else { continue };
        if draft.factors[other].labels[0] != i {
            continue;
        }
        if second == at {
            draft.factors.remove(other);
            return Change::Some;
        }
        if (second.clone() - at.clone()).is_surely_positive() || (at.clone() - second).is_surely_positive() {
            return Change::Vanishes;
        }
    }
    for other in draft.carriers(i).into_iter().filter(|o| *o != k) {
        let Some(s) = structure(draft, other).cloned() else { continue };
        let change = meet(draft, other, &s, i, &at);
        if change != Change::None {
            return change;
        }
    }
    Change::None
}

/// A structural factor one of whose axes, `i`, stands at the position `at`.
fn meet(draft: &mut Draft, other: usize, s: &Structure, i: Label, at: &Dim) -> Change {
    let labels = draft.factors[other].labels.clone();
    match s {
        // delta_ij e_i = e_i e_j
        Structure::Delta(n) => {
            let j = if labels[0] == i { labels[1] } else { labels[0] };
            draft.factors.remove(other);
            draft.push_unit(n.clone(), at.clone(), j);
            Change::Some
        }
        Structure::Slice { cols, offset, stride, .. } if labels[0] == i => {
            let steps = at.clone() * Dim::constant(stride.unsigned_abs() as usize);
            let there = if *stride < 0 { offset.clone() - steps } else { offset.clone() + steps };
            draft.factors.remove(other);
            draft.push_unit(cols.clone(), there, labels[1]);
            Change::Some
        }
        Structure::Slice { rows, offset, stride: 1, .. } => {
            let row = at.clone() - offset.clone();
            let not_negative = |d: &Dim| d.as_constant() == Some(0) || d.is_surely_positive();
            if not_negative(&row) && (rows.clone() - row.clone()).is_surely_positive() {
                draft.factors.remove(other);
                draft.push_unit(rows.clone(), row, labels[0]);
                Change::Some
            } else if (offset.clone() - at.clone()).is_surely_positive()
                || not_negative(&(row - rows.clone()))
            {
                Change::Vanishes
            } else {
                Change::None
            }
        }
        Structure::Merge { outer, inner } if labels[0] == i => {
            let (Some(at), Some(width)) = (at.as_constant(), inner.as_constant().filter(|w| *w > 0)) else {
                return Change::None;
            };
            let (row, column) = (at.div_euclid(width), at.rem_euclid(width));
            let (Ok(row), Ok(column)) = (usize::try_from(row), usize::try_from(column)) else {
                return Change::None;
            };
            draft.factors.remove(other);
            draft.push_unit(outer.clone(), Dim::constant(row), labels[1]);
            draft.push_unit(inner.clone(), Dim::constant(column), labels[2]);
            Change::Some
        }
        Structure::LowerOnes(_)
        | Structure::Slice { .. }
        | Structure::Merge { .. }
        | Structure::Unit { .. } => Change::None,
    }
}

/// Slices `S[i, j] = [j = offset + stride*i]` that share their long axis.
fn slice(draft: &mut Draft, k: usize, labels: &[Label]) -> Change {
    let Some(Structure::Slice { rows, offset, stride, .. }) = structure(draft, k).cloned() else {
        return Change::None;
    };
    // sum_j S[i, j] = 1
    if draft.is_bound(labels[1]) && draft.carriers(labels[1]) == [k] {
        draft.bound.retain(|l| *l != labels[1]);
        draft.factors.remove(k);
        return Change::Some;
    }
    for other in (0..draft.factors.len()).filter(|o| *o != k) {
        let Some(Structure::Slice { rows: r, offset: o, stride: s, .. }) = structure(draft, other).cloned()
        else {
            continue;
        };
        if draft.factors[other].labels[1] != labels[1] || stride != 1 || s != 1 {
            continue;
        }
        let other_row = draft.factors[other].labels[0];
        if r == rows && o == offset {
            // S[i, j] S[i', j] = delta_ii' S[i, j]
            draft.factors.remove(other);
            draft.push_delta(labels[0], other_row);
            return Change::Some;
        }
        // One block ends before the other begins.
        let after = |first: &Dim, length: &Dim, second: &Dim| {
            let gap = second.clone() - first.clone() - length.clone();
            gap.as_constant() == Some(0) || gap.is_surely_positive()
        };
        if after(&offset, &rows, &o) || after(&o, &r, &offset) {
            return Change::Vanishes;
        }
    }
    Change::None
}
