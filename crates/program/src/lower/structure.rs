//! Contractions with structural operands, which are never stored where an index can be followed instead.
//!
//! A delta renames an index; a slice, a unit vector and a merge replace one index by an affine function of others,
//! which turns operands into strided windows and the output into places; a running sum and a one-hot matrix become
//! steps of their own. What fits none of these (two structures that fight over one index) is written out in full
//! and multiplied as any other operand.

use super::{Lowering, Term, Value};
use crate::Error;
use crate::graph::{Elem, Op, Pick, Step};
use crate::view::{View, contiguous_strides, count};
use gradus_expr::{Contraction, Expr, Kind, Structure};

/// A structural operand with its labels.
#[derive(Clone)]
struct Factor {
    expr: Expr,
    labels: Vec<usize>,
}

/// An index of the output that a one-hot operand chooses.
struct Scattered {
    outs: Vec<usize>,
    index: Elem,
    labels: Vec<usize>,
    classes: usize,
}

/// A contraction on its way to dense operands.
struct Work {
    terms: Vec<Term>,
    factors: Vec<Factor>,
    sizes: Vec<usize>,
    /// For every axis of the output: its first value and the labels that move it, with their steps.
    output: Vec<(isize, Vec<(usize, isize)>)>,
    scattered: Vec<Scattered>,
    /// The labels that are still looped over.
    live: Vec<usize>,
}

impl Work {
    fn new(terms: Vec<Term>, factors: Vec<Factor>, sizes: Vec<usize>, rank: usize) -> Work {
        let output = (0..rank).map(|l| (0, vec![(l, 1)])).collect();
        let live = (0..sizes.len()).collect();
        Work { terms, factors, sizes, output, scattered: Vec::new(), live }
    }

    fn in_output(&self, label: usize) -> bool {
        self.output.iter().any(|(_, parts)| parts.iter().any(|(l, _)| *l == label))
            || self.scattered.iter().any(|s| s.labels.contains(&label))
    }

    fn in_factors(&self, label: usize) -> bool {
        self.factors.iter().any(|f| f.labels.contains(&label))
    }

    fn carriers(&self, label: usize) -> Vec<usize> {
        (0..self.terms.len()).filter(|k| self.terms[*k].labels.contains(&label)).collect()
    }

    fn rename(&mut self, from: usize, to: usize) {
        if from == to {
            return;
        }
        self.live.retain(|l| *l != from);
        let all = self.terms.iter_mut().map(|t| &mut t.labels);
        let all = all.chain(self.factors.iter_mut().map(|f| &mut f.labels));
        let all = all.chain(self.scattered.iter_mut().map(|s| &mut s.labels));
        for l in all.flatten().filter(|l| **l == from) {
            *l = to;
        }
        for (l, _) in self.output.iter_mut().flat_map(|(_, parts)| parts).filter(|(l, _)| *l == from) {
            *l = to;
        }
    }
}

impl Lowering {
    /// A structure or one-hot tensor in full.
    pub(super) fn written_out(&mut self, e: &Expr) -> Result<Elem, Error> {
        let sizes = e.shape().iter().map(|d| self.size(d)).collect::<Result<Vec<_>, _>>()?;
        let labels: Vec<usize> = (0..sizes.len()).collect();
        if let Kind::Structure(Structure::LowerOnes(_)) = e.kind() {
            let n = sizes[0];
            self.room(&[n, n])?;
            let data = (0..n * n).map(|k| f64::from(k % n.max(1) <= k / n.max(1))).collect();
            let buffer = self.graph.known(data);
            return Ok(self.graph.load(View::whole(buffer, &sizes)));
        }
        let factors = vec![Factor { expr: e.clone(), labels }];
        self.finish(Work::new(Vec::new(), factors, sizes.clone(), sizes.len()), &sizes)
    }

    pub(super) fn contract(&mut self, c: &Contraction) -> Result<Elem, Error> {
        let sizes = c.dims.iter().map(|d| self.size(d)).collect::<Result<Vec<_>, _>>()?;
        let (mut terms, mut factors) = (Vec::new(), Vec::new());
        for (e, labels) in &c.operands {
            let labels: Vec<usize> = labels.iter().map(|l| usize::from(*l)).collect();
            if matches!(e.kind(), Kind::Structure(_) | Kind::OneHot { .. }) {
                factors.push(Factor { expr: e.clone(), labels });
            } else {
                let value = match self.values.get(&e.digest()).cloned() {
                    Some(v) => v,
                    None => Value::Elem(self.operand(e)?),
                };
                terms.push(Term { value, labels });
            }
        }
        let shape = sizes[..c.rank].to_vec();
        self.finish(Work::new(terms, factors, sizes, c.rank), &shape)
    }

    fn finish(&mut self, mut w: Work, shape: &[usize]) -> Result<Elem, Error> {
        // Deltas first, since they only rename; one-hot last, since the others may still move their indices.
        let order = |f: &Factor| match f.expr.kind() {
            Kind::Structure(Structure::Delta(_)) => 0,
            Kind::OneHot { .. } => 2,
            Kind::Structure(_)
            | Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Sum(_)
            | Kind::Contract(_)
            | Kind::Map(..)
            | Kind::Reduce(..)
            | Kind::Matrix(..) => 1,
        };
        w.factors.sort_by_key(|f| std::cmp::Reverse(order(f)));
        while let Some(f) = w.factors.pop() {
            self.absorb(&mut w, f)?;
        }
        // An operand with an index twice is a diagonal.
        for k in 0..w.terms.len() {
            let t = w.terms[k].clone();
            w.terms[k] = self.without_repetition(t);
        }
        self.place(w, shape)
    }

    fn absorb(&mut self, w: &mut Work, f: Factor) -> Result<(), Error> {
        match f.expr.kind().clone() {
            Kind::Structure(Structure::Delta(_)) => {
                w.rename(f.labels[1], f.labels[0]);
                Ok(())
            }
            Kind::Structure(Structure::Unit { n, at }) => {
                let (n, at) = (self.size(&n)?, self.size(&at)?);
                if at >= n || w.in_factors(f.labels[0]) {
                    let mut data = vec![0.0; n];
                    data.iter_mut().skip(at).take(1).for_each(|x| *x = 1.0);
                    return self.written(w, data, vec![n], f.labels);
                }
                self.replace(w, f.labels[0], at as isize, &[]);
                Ok(())
            }
            Kind::Structure(Structure::Slice { rows, cols, offset, stride }) => {
                let (rows, cols) = (self.size(&rows)?, self.size(&cols)?);
                let (offset, stride, i, j) =
                    (self.size(&offset)? as isize, stride as isize, f.labels[0], f.labels[1]);
                let last = offset + stride * (rows as isize - 1);
                let inside = rows == 0 || (offset < cols as isize && (0..cols as isize).contains(&last));
                if !inside || i == j || w.in_factors(j) {
                    self.room(&[rows, cols])?;
                    let entry = |k: usize| (k % cols) as isize == offset + stride * (k / cols) as isize;
                    let data = (0..rows * cols).map(|k| f64::from(entry(k))).collect();
                    return self.written(w, data, vec![rows, cols], f.labels);
                }
                self.replace(w, j, offset, &[(i, stride)]);
                Ok(())
            }
            Kind::Structure(Structure::Merge { outer, inner }) => {
                let (outer, inner) = (self.size(&outer)?, self.size(&inner)?);
                self.merge(w, f, outer, inner)
            }
            Kind::Structure(Structure::LowerOnes(n)) => {
                let n = self.size(&n)?;
                self.running_sum(w, f, n)
            }
            Kind::OneHot { index, classes } => {
                let classes = self.size(&classes)?;
                self.one_hot(w, f, &index, classes)
            }
            Kind::Symbol(_)
            | Kind::Constant(_)
            | Kind::Size(_)
            | Kind::Sum(_)
            | Kind::Contract(_)
            | Kind::Map(..)
            | Kind::Reduce(..)
            | Kind::Matrix(..) => Ok(()),
        }
    }

    /// The structure as an ordinary operand of known numbers.
    fn written(
        &mut self,
        w: &mut Work,
        data: Vec<f64>,
        shape: Vec<usize>,
        labels: Vec<usize>,
    ) -> Result<(), Error> {
        let buffer = self.graph.known(data);
        let value = Value::Elem(self.graph.load(View::whole(buffer, &shape)));
        w.terms.push(Term { value, labels });
        Ok(())
    }

    /// Puts `start + sum of step * label` in place of a label, in every operand and in the output.
    fn replace(&mut self, w: &mut Work, gone: usize, start: isize, by: &[(usize, isize)]) {
        w.live.retain(|l| *l != gone);
        for k in w.carriers(gone) {
            let t = w.terms[k].clone();
            let e = self.elem_of(&t.value);
            let view = self.graph.view(e);
            let mut new =
                View { buffer: view.buffer, offset: view.offset, shape: Vec::new(), strides: Vec::new() };
            let mut labels: Vec<usize> = Vec::new();
            for ((l, n), s) in t.labels.iter().zip(&view.shape).zip(&view.strides) {
                if *l != gone {
                    labels.push(*l);
                    new.shape.push(*n);
                    new.strides.push(*s);
                    continue;
                }
                new.offset += start * s;
                for (l, step) in by {
                    labels.push(*l);
                    new.shape.push(w.sizes[*l]);
                    new.strides.push(step * s);
                }
            }
            if new.shape.contains(&0) {
                new.offset = 0;
            }
            w.terms[k] = Term { value: Value::Elem(self.graph.load(new)), labels };
        }
        for (first, parts) in &mut w.output {
            while let Some(k) = parts.iter().position(|(l, _)| *l == gone) {
                let (_, step) = parts.remove(k);
                *first += start * step;
                parts.extend(by.iter().map(|(l, s)| (*l, s * step)));
            }
        }
    }

    /// `k = i*inner + j`: k goes, i and j stay, so that a reshape is a window.
    fn merge(&mut self, w: &mut Work, f: Factor, outer: usize, inner: usize) -> Result<(), Error> {
        let (k, i, j) = (f.labels[0], f.labels[1], f.labels[2]);
        if k != i && k != j && !w.in_factors(k) && !w.scattered.iter().any(|s| s.labels.contains(&k)) {
            self.replace(w, k, 0, &[(i, inner as isize), (j, 1)]);
            return Ok(());
        }
        // Another structure holds k too (a reshape through a flat index): where one operand alone carries i
        // and j, it is stored with k as an axis.
        let (with_i, with_j) = (w.carriers(i), w.carriers(j));
        let free = |l: usize| !w.in_output(l) && !w.in_factors(l);
        if k != i && k != j && i != j && free(i) && free(j) && with_i.len() == 1 && with_i == with_j {
            let t = w.terms[with_i[0]].clone();
            if !t.labels.contains(&k) {
                let t = self.without_repetition(t);
                let mut axes: Vec<usize> = t.labels.iter().copied().filter(|l| *l != i && *l != j).collect();
                let rest = axes.clone();
                axes.extend([i, j]);
                let e = self.align(&t, &axes, &w.sizes);
                let flat = self.graph.contiguous(e);
                let mut labels = rest;
                labels.push(k);
                let shape: Vec<usize> = labels.iter().map(|l| w.sizes[*l]).collect();
                let view = View { offset: flat.offset, ..View::whole(flat.buffer, &shape) };
                w.terms[with_i[0]] = Term { value: Value::Elem(self.graph.load(view)), labels };
                w.live.retain(|l| *l != i && *l != j);
                return Ok(());
            }
        }
        self.room(&[outer, inner, outer, inner])?;
        let n = outer * inner;
        let data = (0..n * n).map(|p| f64::from(n > 0 && p / n == p % n)).collect();
        self.written(w, data, vec![n, outer, inner], f.labels)
    }

    /// A sum over all j <= i (or all i >= j) of one operand is a running sum of it.
    fn running_sum(&mut self, w: &mut Work, f: Factor, n: usize) -> Result<(), Error> {
        let (i, j) = (f.labels[0], f.labels[1]);
        for (gone, new, backwards) in [(j, i, false), (i, j, true)] {
            let carriers = w.carriers(gone);
            let alone = i != j && !w.in_output(gone) && !w.in_factors(gone) && carriers.len() == 1;
            if !alone || w.terms[carriers[0]].labels.contains(&new) {
                continue;
            }
            let t = self.without_repetition(w.terms[carriers[0]].clone());
            let mut labels: Vec<usize> = t.labels.iter().copied().filter(|l| *l != gone).collect();
            labels.push(gone);
            let e = self.align(&t, &labels, &w.sizes);
            let x = self.graph.view(e);
            let shape = x.shape.clone();
            let step = |out| Step::CumulativeSum { x: x.clone(), backwards, out };
            let out = self.graph.step(&[&x], count(&shape), step);
            labels.pop();
            labels.push(new);
            w.live.retain(|l| *l != gone);
            w.terms[carriers[0]] =
                Term { value: Value::Elem(self.graph.load(View::whole(out, &shape))), labels };
            return Ok(());
        }
        self.room(&[n, n])?;
        let data = (0..n * n).map(|k| f64::from(k % n <= k / n)).collect();
        self.written(w, data, vec![n, n], f.labels)
    }

    /// The class index follows the index array: operands are gathered, an output is scattered into.
    fn one_hot(&mut self, w: &mut Work, f: Factor, index: &Expr, classes: usize) -> Result<(), Error> {
        let (c, along) = (f.labels[f.labels.len() - 1], f.labels[..f.labels.len() - 1].to_vec());
        let elem = self.operand(index)?;
        let index_term = self.without_repetition(Term { value: Value::Elem(elem), labels: along.clone() });
        let moved = w.output.iter().any(|(first, parts)| {
            parts.iter().any(|(l, _)| *l == c) && (*first != 0 || parts.as_slice() != [(c, 1)])
        });
        if along.contains(&c) || w.in_factors(c) || moved || w.scattered.iter().any(|s| s.labels.contains(&c))
        {
            let sizes: Vec<usize> = f.expr.shape().iter().map(|d| self.size(d)).collect::<Result<_, _>>()?;
            let inner = Factor { expr: f.expr, labels: (0..sizes.len()).collect() };
            let work = Work::new(Vec::new(), vec![inner], sizes.clone(), sizes.len());
            let e = self.finish(work, &sizes)?;
            w.terms.push(Term { value: Value::Elem(e), labels: f.labels });
            return Ok(());
        }
        for k in w.carriers(c) {
            let t = self.without_repetition(w.terms[k].clone());
            let e = self.elem_of(&t.value);
            let view = self.graph.view(e);
            let at = t.labels.iter().position(|l| *l == c).unwrap_or(0);
            let stride = view.strides[at];
            let mut labels = index_term.labels.clone();
            labels.extend(t.labels.iter().filter(|l| **l != c && !index_term.labels.contains(l)));
            let of = |l: &usize| t.labels.iter().position(|m| m == l).map_or(0, |k| view.strides[k]);
            let shape: Vec<usize> = labels.iter().map(|l| w.sizes[*l]).collect();
            let strides = labels.iter().map(of).collect();
            let x = View { buffer: view.buffer, offset: view.offset, shape: shape.clone(), strides };
            let aligned = self.align(&index_term, &labels, &w.sizes);
            let index = self.graph.view(aligned);
            let out = self.graph.step(&[&x, &index], count(&shape), |out| Step::Gather {
                x: x.clone(),
                index: index.clone(),
                stride,
                classes,
                out,
            });
            w.terms[k] = Term { value: Value::Elem(self.graph.load(View::whole(out, &shape))), labels };
        }
        w.live.retain(|l| *l != c);
        let mut outs = Vec::new();
        for (k, (_, parts)) in w.output.iter_mut().enumerate() {
            if parts.iter().any(|(l, _)| *l == c) {
                parts.clear();
                outs.push(k);
            }
        }
        // Without an output, every row of a one-hot tensor just sums to one.
        if !outs.is_empty() {
            let index = self.elem_of(&index_term.value);
            w.scattered.push(Scattered { outs, index, labels: index_term.labels, classes });
        }
        Ok(())
    }

    /// A term that carries a label twice, as the window on its diagonal.
    fn without_repetition(&mut self, t: Term) -> Term {
        let repeated = (1..t.labels.len()).any(|k| t.labels[..k].contains(&t.labels[k]));
        if !repeated {
            return t;
        }
        let e = self.elem_of(&t.value);
        let view = self.graph.view(e);
        let mut labels: Vec<usize> = Vec::new();
        let mut new =
            View { buffer: view.buffer, offset: view.offset, shape: Vec::new(), strides: Vec::new() };
        for ((l, n), s) in t.labels.iter().zip(&view.shape).zip(&view.strides) {
            match labels.iter().position(|m| m == l) {
                Some(k) => new.strides[k] += s,
                None => {
                    labels.push(*l);
                    new.shape.push(*n);
                    new.strides.push(*s);
                }
            }
        }
        Term { value: Value::Elem(self.graph.load(new)), labels }
    }

    /// Multiplies the dense terms and puts the result where the output's axes say.
    fn place(&mut self, mut w: Work, shape: &[usize]) -> Result<Elem, Error> {
        let strides = contiguous_strides(shape);
        let (mut offset, mut loops): (isize, Vec<(usize, isize)>) = (0, Vec::new());
        for ((first, parts), s) in w.output.iter().zip(&strides) {
            offset += first * s;
            for (l, step) in parts {
                match loops.iter_mut().find(|(m, _)| m == l) {
                    Some((_, total)) => *total += step * s,
                    None => loops.push((*l, step * s)),
                }
            }
        }
        for l in w.scattered.iter().flat_map(|s| &s.labels) {
            if !loops.iter().any(|(m, _)| m == l) {
                loops.push((*l, 0));
            }
        }
        if w.scattered.is_empty() {
            loops.sort_by_key(|(_, s)| std::cmp::Reverse(*s));
        }
        let labels: Vec<usize> = loops.iter().map(|(l, _)| *l).collect();
        let inner: Vec<usize> = labels.iter().map(|l| w.sizes[*l]).collect();
        self.count_uncarried(&mut w, &labels);
        let to: Vec<isize> = loops.iter().map(|(_, s)| *s).collect();
        let whole = View { buffer: 0, offset, shape: inner.clone(), strides: to.clone() };
        if w.scattered.is_empty() && offset == 0 && whole.len() == count(shape) && whole.is_contiguous() {
            let axes: Vec<usize> = w.output.iter().filter_map(|(_, p)| p.first().map(|(l, _)| *l)).collect();
            let plain = w.output.iter().all(|(_, p)| p.len() == 1) && axes.len() == shape.len();
            let distinct = (1..axes.len()).all(|k| !axes[..k].contains(&axes[k]));
            let same = axes.iter().map(|l| w.sizes[*l]).eq(shape.iter().copied());
            if plain && distinct && same {
                return Ok(self.dense(w.terms, &axes, &w.sizes));
            }
            let e = self.dense(w.terms, &labels, &w.sizes);
            let view = self.graph.contiguous(e);
            return Ok(self.graph.load(View { offset: view.offset, ..View::whole(view.buffer, shape) }));
        }
        let e = self.dense(w.terms, &labels, &w.sizes);
        let x = self.graph.view(e);
        let mut picks = Vec::new();
        for s in &w.scattered {
            let term = Term { value: Value::Elem(s.index), labels: s.labels.clone() };
            let e = self.align(&term, &labels, &w.sizes);
            picks.push(Pick {
                index: self.graph.view(e),
                stride: s.outs.iter().map(|o| strides[*o]).sum(),
                classes: s.classes,
            });
        }
        let reads: Vec<View> =
            std::iter::once(x.clone()).chain(picks.iter().map(|p| p.index.clone())).collect();
        let reads: Vec<&View> = reads.iter().collect();
        let out = self.graph.step(&reads, count(shape), |out| Step::Scatter {
            x,
            to: View { buffer: out, offset, shape: inner, strides: to },
            picks,
        });
        Ok(self.graph.load(View::whole(out, shape)))
    }

    /// A summed label that no dense operand carries any more counts its size.
    fn count_uncarried(&mut self, w: &mut Work, labels: &[usize]) {
        let uncarried = w.live.iter().filter(|l| !labels.contains(l) && w.carriers(**l).is_empty());
        let factor: f64 = uncarried.map(|l| w.sizes[*l] as f64).product();
        if factor != 1.0 {
            let value = Value::Elem(self.graph.elem(&[], Op::Constant(factor)));
            w.terms.push(Term { value, labels: Vec::new() });
        }
    }
}
