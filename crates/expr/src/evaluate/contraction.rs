//! Indexed sums of products by nested loops.
//!
//! One loop for each index, as a formula is read. Structural tensors are never stored: each narrows the range
//! of an index once its other indices have values (a delta leaves one value, a cumulative sum half of them), and
//! indices that a structure determines are put inside the loops that determine them.
//!
//! Cost: the product of the ranges that remain, counted against the fuel.

use super::{EvaluateError, Fuel, Number, Sizes, Tensor, size_of};
use crate::{Contraction, Structure};
use std::ops::Range;

/// An operand of a contraction.
pub(super) enum Operand<'a, T> {
    Dense(&'a Tensor<T>),
    Structure(Structure),
    OneHot(&'a Tensor<T>),
}

/// Structures with their sizes resolved.
enum Pattern<'a, T> {
    Delta,
    Lower,
    Slice { offset: i64, stride: i64 },
    Unit { at: i64 },
    Merge { inner: i64 },
    OneHot(&'a Tensor<T>),
}

struct Mask<'a, T> {
    pattern: Pattern<'a, T>,
    labels: Vec<usize>,
}

/// The value of a contraction whose operands are given in its order.
pub(super) fn contract<T: Number>(
    c: &Contraction,
    operands: Vec<Operand<'_, T>>,
    sizes: &Sizes,
    fuel: &mut Fuel,
) -> Result<Tensor<T>, EvaluateError> {
    let dims = c.dims.iter().map(|d| size_of(sizes, d)).collect::<Result<Vec<_>, _>>()?;
    let shape = dims[..c.rank].to_vec();
    let mut out = fuel.filled(&shape, T::from_f64(0.0))?;
    let (mut dense, mut masks) = (Vec::new(), Vec::new());
    for (operand, (_, labels)) in operands.into_iter().zip(&c.operands) {
        let labels: Vec<usize> = labels.iter().map(|l| usize::from(*l)).collect();
        let fixed = |d| size_of(sizes, d).map(|v| v as i64);
        let pattern = match operand {
            Operand::Dense(t) => {
                dense.push((t, strides_over(&labels, &t.shape, dims.len())));
                continue;
            }
            Operand::OneHot(t) => Pattern::OneHot(t),
            Operand::Structure(Structure::Delta(_)) => Pattern::Delta,
            Operand::Structure(Structure::LowerOnes(_)) => Pattern::Lower,
            Operand::Structure(Structure::Slice { offset, stride, .. }) => {
                Pattern::Slice { offset: fixed(&offset)?, stride }
            }
            Operand::Structure(Structure::Unit { at, .. }) => Pattern::Unit { at: fixed(&at)? },
            Operand::Structure(Structure::Merge { inner, .. }) => Pattern::Merge { inner: fixed(&inner)? },
        };
        masks.push(Mask { pattern, labels });
    }
    for m in &masks {
        m.check_classes(&dims)?;
    }
    let out_strides = strides_over(&(0..c.rank).collect::<Vec<_>>(), &shape, dims.len());
    let order = loop_order(&masks, dims.len());
    let mut level_of = vec![0; dims.len()];
    order.iter().enumerate().for_each(|(k, i)| level_of[*i] = k);

    // One loop for each index of `order`, as an odometer: `level` is the loop that moves next.
    let mut value = vec![0usize; dims.len()];
    let mut range: Vec<Range<usize>> = vec![0..0; order.len()];
    let mut level = 0;
    let mut enter = true;
    loop {
        fuel.spend(1)?;
        if level == order.len() {
            let at = |s: &[usize]| s.iter().zip(&value).map(|(a, b)| a * b).sum::<usize>();
            let product = dense.iter().fold(None, |p: Option<T>, (t, s)| {
                let x = t.data[at(s)];
                Some(p.map_or(x, |p| p * x))
            });
            let slot = &mut out.data[at(&out_strides)];
            *slot = *slot + product.unwrap_or(T::from_f64(1.0));
        } else if enter {
            let i = order[level];
            range[level] = masks.iter().fold(0..dims[i], |r, m| m.narrow(i, r, &value, &level_of, level));
        }
        if level < order.len() {
            let i = order[level];
            let next = range[level].find(|v| {
                value[i] = *v;
                masks.iter().all(|m| m.allows(i, &value, &level_of, level))
            });
            if next.is_some() {
                level += 1;
                enter = true;
                continue;
            }
        }
        if level == 0 {
            return Ok(out);
        }
        level -= 1;
        enter = false;
    }
}

/// The step in a tensor's data for a step of every index.
fn strides_over(labels: &[usize], shape: &[usize], indices: usize) -> Vec<usize> {
    let (mut strides, mut step) = (vec![0; indices], 1);
    for (l, n) in labels.iter().zip(shape).rev() {
        strides[*l] += step;
        step *= n;
    }
    strides
}

/// Each index as soon as a structure determines it, else in the order of the formula.
fn loop_order<T: Number>(masks: &[Mask<'_, T>], indices: usize) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(indices);
    while order.len() < indices {
        let open = |i: &usize| !order.contains(i);
        let determined = (0..indices).filter(open).find(|i| masks.iter().any(|m| m.determines(*i, &order)));
        let next = determined.or_else(|| (0..indices).find(open));
        order.extend(next);
    }
    order
}

impl<T: Number> Mask<'_, T> {
    /// Is index i left with at most one value when the indices of `known` have values?
    fn determines(&self, i: usize, known: &[usize]) -> bool {
        let has = |k: usize| known.contains(&self.labels[k]);
        match self.pattern {
            Pattern::Lower => false,
            Pattern::Unit { .. } => self.labels[0] == i,
            Pattern::Delta | Pattern::Slice { .. } => {
                (self.labels[0] == i && has(1)) || (self.labels[1] == i && has(0))
            }
            Pattern::Merge { .. } => {
                (self.labels[0] == i && has(1) && has(2)) || (self.labels[1..].contains(&i) && has(0))
            }
            Pattern::OneHot(_) => self.labels.last() == Some(&i) && (0..self.labels.len() - 1).all(has),
        }
    }

    /// The part of `range` that index i may still take, from the indices in loops outside `level`.
    fn narrow(
        &self,
        i: usize,
        range: Range<usize>,
        value: &[usize],
        level_of: &[usize],
        level: usize,
    ) -> Range<usize> {
        let known = |k: usize| {
            let l = self.labels[k];
            (level_of[l] < level).then(|| value[l] as i64)
        };
        let is = |k: usize| self.labels[k] == i;
        let one = |v: Option<i64>| v.map(|v| v..v + 1);
        let narrowed: Option<Range<i64>> = match &self.pattern {
            Pattern::Unit { at } => one(Some(*at)).filter(|_| is(0)),
            Pattern::Delta if is(0) => one(known(1)),
            Pattern::Delta if is(1) => one(known(0)),
            Pattern::Lower if is(0) => known(1).map(|j| j..i64::MAX),
            Pattern::Lower if is(1) => known(0).map(|i| 0..i + 1),
            Pattern::Slice { offset, stride } if is(1) => one(known(0).map(|r| offset + stride * r)),
            Pattern::Slice { offset, stride } if is(0) && *stride != 0 => {
                one(known(1).map(|c| (c - offset).div_euclid(*stride)))
            }
            Pattern::Merge { inner } if is(0) => match (known(1), known(2)) {
                (Some(a), Some(b)) => one(Some(a * inner + b)),
                (Some(a), None) => Some(a * inner..(a + 1) * inner),
                _ => None,
            },
            Pattern::Merge { inner } if is(1) && *inner > 0 => one(known(0).map(|k| k / inner)),
            Pattern::Merge { inner } if is(2) && *inner > 0 => one(known(0).map(|k| k % inner)),
            Pattern::OneHot(t) if is(self.labels.len() - 1) => {
                let mut position = Some(0usize);
                for (k, n) in t.shape.iter().enumerate() {
                    position = position.zip(known(k)).map(|(p, v)| p * n + v as usize);
                }
                one(position.map(|p| t.data[p].re() as i64 - 1))
            }
            Pattern::Delta
            | Pattern::Lower
            | Pattern::Slice { .. }
            | Pattern::Merge { .. }
            | Pattern::OneHot(_) => None,
        };
        let Some(r) = narrowed else { return range };
        let low = range.start.max(usize::try_from(r.start).unwrap_or(0));
        let high = range.end.min(usize::try_from(r.end).unwrap_or(0));
        low..high.max(low)
    }

    /// Is the structure 1 (or not yet decided) with index i, the last one set, at its present value?
    fn allows(&self, i: usize, value: &[usize], level_of: &[usize], level: usize) -> bool {
        if !self.labels.contains(&i) || self.labels.iter().any(|l| level_of[*l] > level) {
            return true;
        }
        let v = |k: usize| value[self.labels[k]] as i64;
        match &self.pattern {
            Pattern::Delta => v(0) == v(1),
            Pattern::Lower => v(1) <= v(0),
            Pattern::Slice { offset, stride } => v(1) == offset + stride * v(0),
            Pattern::Unit { at } => v(0) == *at,
            Pattern::Merge { inner } => v(0) == v(1) * inner + v(2),
            Pattern::OneHot(t) => {
                let p = t.shape.iter().enumerate().fold(0, |p, (k, n)| p * n + v(k) as usize);
                t.data[p].re() == (v(t.shape.len()) + 1) as f64
            }
        }
    }

    fn check_classes(&self, dims: &[usize]) -> Result<(), EvaluateError> {
        match (&self.pattern, self.labels.last()) {
            (Pattern::OneHot(t), Some(l)) => check_classes(t, dims[*l]),
            _ => Ok(()),
        }
    }
}

/// Are all entries integers from 1 to `classes`?
fn check_classes<T: Number>(t: &Tensor<T>, classes: usize) -> Result<(), EvaluateError> {
    let good = |x: f64| x.fract() == 0.0 && x >= 1.0 && x <= classes as f64;
    match t.data.iter().position(|x| !good(x.re())) {
        Some(p) => Err(EvaluateError::IndexOutOfRange { position: p + 1, value: t.data[p].re(), classes }),
        None => Ok(()),
    }
}
