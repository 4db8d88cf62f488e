//! Sums of products of dense operands, as a sequence of products of two.
//!
//! The order is the cheapest by multiply-adds, over all orders up to eight operands, greedily beyond. A product
//! of two becomes: a fused elementwise product when nothing is summed; a fused product and sum, or a
//! matrix-vector product inside a kernel, when one operand carries all indices; else a matrix product.

use super::{Lowering, Term, Value};
use crate::graph::{Ask, Elem, Op, SinkKind, Step};
use crate::view::{View, count};

/// The number of entries over some labels.
fn volume(labels: &[usize], sizes: &[usize]) -> f64 {
    labels.iter().map(|l| sizes[*l] as f64).product()
}

fn union(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut all = a.to_vec();
    all.extend(b.iter().filter(|l| !a.contains(l)));
    all
}

impl Lowering {
    /// The node with axes `output` for the sum over all other labels of the product of the terms. Every term
    /// carries a label at most once.
    pub(super) fn dense(&mut self, terms: Vec<Term>, output: &[usize], sizes: &[usize]) -> Elem {
        let shape: Vec<usize> = output.iter().map(|l| sizes[*l]).collect();
        let (scalars, mut terms): (Vec<Term>, Vec<Term>) =
            terms.into_iter().partition(|t| t.labels.is_empty());
        // A label that only one term carries is summed in it.
        for k in 0..terms.len() {
            let gone: Vec<usize> = terms[k]
                .labels
                .iter()
                .copied()
                .filter(|l| !output.contains(l))
                .filter(|l| terms.iter().enumerate().all(|(j, t)| j == k || !t.labels.contains(l)))
                .collect();
            if !gone.is_empty() && terms.len() > 1 {
                terms[k] = self.sum_term(terms[k].clone(), &gone, sizes);
            }
        }
        let (mut more, mut rest): (Vec<Term>, Vec<Term>) =
            terms.into_iter().partition(|t| t.labels.is_empty());
        let bound = |ts: &[Term]| ts.iter().any(|t| t.labels.iter().any(|l| !output.contains(l)));
        while rest.len() > 1 && bound(&rest) {
            let (i, j) = cheapest_pair(&rest, output, sizes);
            let b = rest.remove(j);
            let a = rest.remove(i);
            let keep: Vec<usize> = union(&a.labels, &b.labels)
                .into_iter()
                .filter(|l| output.contains(l) || rest.iter().any(|t| t.labels.contains(l)))
                .collect();
            let c = self.pair(a, b, &keep, sizes);
            if c.labels.is_empty() { more.push(c) } else { rest.push(c) }
        }
        if let [only] = rest.as_slice() {
            let gone: Vec<usize> = only.labels.iter().copied().filter(|l| !output.contains(l)).collect();
            if !gone.is_empty() {
                let summed = self.sum_term(only.clone(), &gone, sizes);
                rest = Vec::new();
                if summed.labels.is_empty() { more.push(summed) } else { rest.push(summed) }
            }
        }
        let factors: Vec<Elem> =
            scalars.into_iter().chain(more).chain(rest).map(|t| self.align(&t, output, sizes)).collect();
        self.product(&shape, factors)
    }

    fn product(&mut self, shape: &[usize], mut factors: Vec<Elem>) -> Elem {
        match factors.len() {
            0 => self.graph.elem(shape, Op::Constant(1.0)),
            1 => factors.remove(0),
            _ => self.graph.elem(shape, Op::Product(factors)),
        }
    }

    /// A term's value over the axes `labels`, repeated along those that it does not carry.
    pub(super) fn align(&mut self, t: &Term, labels: &[usize], sizes: &[usize]) -> Elem {
        let e = self.elem_of(&t.value);
        if t.labels == labels {
            return e;
        }
        let shape: Vec<usize> = labels.iter().map(|l| sizes[*l]).collect();
        if let Op::Constant(c) = self.graph.elems[e].op {
            return self.graph.elem(&shape, Op::Constant(c));
        }
        let view = self.graph.view(e);
        let stride = |l: &usize| t.labels.iter().position(|m| m == l).map_or(0, |k| view.strides[k]);
        let strides = labels.iter().map(stride).collect();
        self.graph.load(View { buffer: view.buffer, offset: view.offset, shape, strides })
    }

    /// The term summed over the labels `gone`.
    fn sum_term(&mut self, t: Term, gone: &[usize], sizes: &[usize]) -> Term {
        let mut e = self.elem_of(&t.value);
        let mut axes = t.labels.clone();
        if let Op::Load(v) = &self.graph.elems[e].op {
            // Walk memory in the order in which it lies.
            let mut order: Vec<usize> = (0..axes.len()).collect();
            order.sort_by_key(|k| std::cmp::Reverse(v.strides[*k].unsigned_abs()));
            let strides: Vec<isize> = order.iter().map(|k| v.strides[*k]).collect();
            let shape: Vec<usize> = order.iter().map(|k| v.shape[*k]).collect();
            let view = View { buffer: v.buffer, offset: v.offset, shape, strides };
            axes = order.iter().map(|k| axes[*k]).collect();
            e = self.graph.load(view);
        }
        self.sum_axes(e, &axes, gone, sizes)
    }

    /// The sum of a node with axes `axes` over those in `gone`.
    fn sum_axes(&mut self, e: Elem, axes: &[usize], gone: &[usize], sizes: &[usize]) -> Term {
        let labels: Vec<usize> = axes.iter().copied().filter(|l| !gone.contains(l)).collect();
        let shape: Vec<usize> = labels.iter().map(|l| sizes[*l]).collect();
        let len = count(&shape);
        let run = volume(gone, sizes) as usize;
        let trailing = axes[axes.len() - gone.len()..].iter().all(|l| gone.contains(l));
        let kind = if trailing && !labels.is_empty() {
            SinkKind::Runs(run)
        } else {
            let strides = crate::view::contiguous_strides(&shape);
            let of = |l: &usize| labels.iter().position(|m| m == l).map_or(0, |k| strides[k]);
            SinkKind::Strided(axes.iter().map(of).collect())
        };
        let out = self.graph.sink(e, len, kind);
        let value = Value::Elem(self.graph.load(View::whole(out, &shape)));
        Term { value, labels }
    }

    /// The product of two terms, summed over the labels not in `keep`.
    fn pair(&mut self, a: Term, b: Term, keep: &[usize], sizes: &[usize]) -> Term {
        let summed: Vec<usize> = a.labels.iter().copied().filter(|l| !keep.contains(l)).collect();
        if let Some(solved) =
            self.solve(&a, &b, &summed, sizes).or_else(|| self.solve(&b, &a, &summed, sizes))
        {
            return solved;
        }
        let only = |x: &Term, y: &Term| -> Vec<usize> {
            x.labels.iter().copied().filter(|l| !y.labels.contains(l)).collect()
        };
        let (in_a, in_b) = (only(&a, &b), only(&b, &a));
        if summed.is_empty() || in_a.is_empty() || in_b.is_empty() {
            let (big, small) = if in_b.is_empty() { (a, b) } else { (b, a) };
            return self.covered(big, small, keep, &summed, sizes);
        }
        self.matrix_product(&a, &b, keep, (in_a, summed, in_b), sizes)
    }

    /// The pair's product where `big` carries all labels (or nothing is summed): bound by memory.
    fn covered(&mut self, big: Term, small: Term, keep: &[usize], summed: &[usize], sizes: &[usize]) -> Term {
        if let ([i, j], [k]) = (big.labels.as_slice(), summed)
            && small.labels == [*k]
            && let Some(t) = self.matrix_vector(&big, &small, (*i, *j), sizes)
        {
            return t;
        }
        let axes = if summed.is_empty() { keep.to_vec() } else { big.labels.clone() };
        let shape: Vec<usize> = axes.iter().map(|l| sizes[*l]).collect();
        let factors = vec![self.align(&big, &axes, sizes), self.align(&small, &axes, sizes)];
        let e = self.product(&shape, factors);
        if summed.is_empty() {
            return Term { value: Value::Elem(e), labels: axes };
        }
        self.sum_axes(e, &axes, summed, sizes)
    }

    /// A matrix with labels (i, j) times a vector over one of them, inside a kernel that walks the matrix once
    /// in the order of its memory; `None` where that order does not suit.
    fn matrix_vector(&mut self, m: &Term, v: &Term, (i, j): (usize, usize), sizes: &[usize]) -> Option<Term> {
        let e = self.elem_of(&m.value);
        let view = self.graph.view(e);
        // As rows of contiguous entries: (row label, column label).
        let (view, row, column) = match (view.strides[0], view.strides[1]) {
            (r, 1) if r >= 0 => (view, i, j),
            (1, r) if r >= 0 => {
                let View { buffer, offset, shape, strides } = view;
                let (shape, strides) = (vec![shape[1], shape[0]], vec![strides[1], strides[0]]);
                (View { buffer, offset, shape, strides }, j, i)
            }
            _ => return None,
        };
        let (rows, columns) = (sizes[row], sizes[column]);
        if rows < 2 || columns == 0 || (rows < 64 && columns > 4096) {
            return None;
        }
        if v.labels == [column] {
            let e = self.elem_of(&v.value);
            let vector = self.graph.contiguous(e);
            let e = self.graph.elem(&[rows], Op::MatVec { matrix: view, vector });
            return Some(Term { value: Value::Elem(e), labels: vec![row] });
        }
        let e = self.elem_of(&v.value);
        let out = self.graph.sink(e, columns, SinkKind::VecMat(view));
        let value = Value::Elem(self.graph.load(View::whole(out, &[columns])));
        Some(Term { value, labels: vec![column] })
    }

    /// An inverse times something over one of its indices is the solution of equations.
    fn solve(&mut self, inverse: &Term, b: &Term, summed: &[usize], sizes: &[usize]) -> Option<Term> {
        let Value::Inverse(id) = inverse.value else { return None };
        let [k] = summed else { return None };
        let other = inverse.labels.iter().copied().find(|l| l != k)?;
        if b.labels.contains(&other) || matches!(b.value, Value::Inverse(_)) {
            return None;
        }
        let rest: Vec<usize> = b.labels.iter().copied().filter(|l| l != k).collect();
        let mut axes = vec![*k];
        axes.extend(&rest);
        let aligned = self.align(b, &axes, sizes);
        let rhs = self.graph.contiguous(aligned);
        let n = sizes[*k];
        let columns = rest.iter().map(|l| sizes[*l]).product();
        let rhs = View { buffer: rhs.buffer, offset: rhs.offset, ..View::whole(0, &[n, columns]) };
        let slot = self.factor(id, inverse.labels[0] == *k);
        let (a_stage, a_varies) = self.slots[slot];
        let out = self.ask(slot, n, Ask::Solve, Some(rhs), n * columns, (a_stage, a_varies));
        let mut labels = vec![other];
        labels.extend(&rest);
        let shape: Vec<usize> = labels.iter().map(|l| sizes[*l]).collect();
        Some(Term { value: Value::Elem(self.graph.load(View::whole(out, &shape))), labels })
    }

    /// Batched matrix product over (rows, summed, columns).
    fn matrix_product(
        &mut self,
        a: &Term,
        b: &Term,
        keep: &[usize],
        (rows, summed, columns): (Vec<usize>, Vec<usize>, Vec<usize>),
        sizes: &[usize],
    ) -> Term {
        let batch: Vec<usize> =
            keep.iter().copied().filter(|l| a.labels.contains(l) && b.labels.contains(l)).collect();
        let a = self.grouped(a, [&batch, &rows, &summed], sizes);
        let b = self.grouped(b, [&batch, &summed, &columns], sizes);
        let labels: Vec<usize> = batch.iter().chain(&rows).chain(&columns).copied().collect();
        let shape: Vec<usize> = labels.iter().map(|l| sizes[*l]).collect();
        let out =
            self.graph.step(&[&a, &b], count(&shape), |out| Step::Gemm { a: a.clone(), b: b.clone(), out });
        Term { value: Value::Elem(self.graph.load(View::whole(out, &shape))), labels }
    }

    /// A window on a term with one axis for each group of labels; copied where a group has no single stride.
    fn grouped(&mut self, t: &Term, groups: [&Vec<usize>; 3], sizes: &[usize]) -> View {
        let axes: Vec<usize> = groups.iter().flat_map(|g| g.iter().copied()).collect();
        let e = self.align(t, &axes, sizes);
        let mut view = self.graph.view(e);
        if merge_groups(&view, groups.map(|g| g.len())).is_none_or(|v| v.strides.iter().any(|s| *s < 0)) {
            view = self.graph.copy(view);
        }
        merge_groups(&view, groups.map(|g| g.len())).unwrap_or(view)
    }
}

/// The view with each group of neighbouring axes as one, where they run as one.
fn merge_groups(view: &View, lengths: [usize; 3]) -> Option<View> {
    let (mut shape, mut strides, mut at) = (Vec::new(), Vec::new(), 0);
    for n in lengths {
        let part = View {
            buffer: 0,
            offset: 0,
            shape: view.shape[at..at + n].to_vec(),
            strides: view.strides[at..at + n].to_vec(),
        };
        let joined = part.collapsed();
        match joined.shape.as_slice() {
            [] => {
                shape.push(1);
                strides.push(count(&part.shape) as isize);
            }
            [len] => {
                shape.push(*len);
                strides.push(joined.strides[0]);
            }
            _ if part.len() == 0 => {
                shape.push(0);
                strides.push(0);
            }
            _ => return None,
        }
        at += n;
    }
    Some(View { buffer: view.buffer, offset: view.offset, shape, strides })
}

/// The pair to multiply first: exact by dynamic programming for few terms, else the cheapest next step.
fn cheapest_pair(terms: &[Term], output: &[usize], sizes: &[usize]) -> (usize, usize) {
    let labels: Vec<&[usize]> = terms.iter().map(|t| t.labels.as_slice()).collect();
    if labels.len() == 2 {
        return (0, 1);
    }
    if labels.len() <= 8 {
        first_of_best_order(&labels, output, sizes)
    } else {
        greedy_pair(&labels, output, sizes)
    }
}

fn greedy_pair(labels: &[&[usize]], output: &[usize], sizes: &[usize]) -> (usize, usize) {
    let (mut best, mut cost) = ((0, 1), f64::INFINITY);
    for i in 0..labels.len() {
        for j in i + 1..labels.len() {
            let all = union(labels[i], labels[j]);
            let kept: Vec<usize> = all
                .iter()
                .copied()
                .filter(|l| {
                    output.contains(l)
                        || labels.iter().enumerate().any(|(k, t)| k != i && k != j && t.contains(l))
                })
                .collect();
            let c = volume(&all, sizes) + 4.0 * volume(&kept, sizes)
                - volume(labels[i], sizes)
                - volume(labels[j], sizes);
            if c < cost {
                (best, cost) = ((i, j), c);
            }
        }
    }
    best
}

/// Over all ways to split a set of terms in two, the cheapest; answers two single terms that it multiplies.
fn first_of_best_order(labels: &[&[usize]], output: &[usize], sizes: &[usize]) -> (usize, usize) {
    let n = labels.len();
    let full = (1usize << n) - 1;
    let kept: Vec<Vec<usize>> = (0..=full)
        .map(|set| {
            let mut all: Vec<usize> = Vec::new();
            (0..n).filter(|k| set >> k & 1 == 1).for_each(|k| all = union(&all, labels[k]));
            all.retain(|l| {
                set.count_ones() == 1
                    || output.contains(l)
                    || (0..n).any(|k| set >> k & 1 == 0 && labels[k].contains(l))
            });
            all
        })
        .collect();
    let mut best = vec![(f64::INFINITY, 0usize); full + 1];
    for set in 1..=full {
        if set.count_ones() == 1 {
            best[set] = (0.0, 0);
            continue;
        }
        let mut part = (set - 1) & set;
        while part > 0 {
            let other = set & !part;
            if part > other {
                // Each pair's work, and a little for memory so that ties prefer small results.
                let work = volume(&union(&kept[part], &kept[other]), sizes) + 0.5 * volume(&kept[set], sizes);
                let cost = best[part].0 + best[other].0 + work;
                if part > 0 && (best[set].1 == 0 || cost < best[set].0) {
                    best[set] = (cost, part);
                }
            }
            part = (part - 1) & set;
        }
    }
    let mut set = full;
    while set.count_ones() > 2 {
        let part = best[set].1;
        set = if part.count_ones() >= 2 { part } else { set & !part };
    }
    let i = set.trailing_zeros() as usize;
    let j = (set & (set - 1)).trailing_zeros() as usize;
    (i.min(j), i.max(j))
}
