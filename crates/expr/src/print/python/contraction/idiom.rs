//! Tensors of zeros and ones as slices, takes, cumulative sums and reshapes of the other factors.

use super::{Draft, Factor, diagonal};
use crate::print::python::text::{Text, level};
use crate::print::python::writer::Writer;
use crate::{Expr, Index, Kind, Structure};

impl Draft<'_> {
    /// Is the index of the structural factor number k summed over, and carried once by it and by no other such?
    fn is_free(&self, k: usize, i: Index) -> bool {
        let own = &self.structural[k].1;
        !self.output.contains(&i) && !self.shared(k, i) && own.iter().filter(|m| **m == i).count() == 1
    }

    /// Does another structural factor than number k carry the index?
    fn shared(&self, k: usize, i: Index) -> bool {
        self.structural.iter().enumerate().any(|(j, (_, l))| j != k && l.contains(&i))
    }

    /// How many of the other factors carry the index.
    fn carriers(&self, i: Index) -> usize {
        self.factors.iter().filter(|f| f.labels.contains(&i)).count()
    }

    /// Does no factor carry the index twice?
    fn at_most_once(&self, i: Index) -> bool {
        self.factors.iter().all(|f| f.labels.iter().filter(|m| **m == i).count() <= 1)
    }
}

impl Writer<'_> {
    /// Turns structural factors into operations on the others, where one fits; the rest become dense, except a
    /// delta that makes a diagonal matrix.
    pub(super) fn idioms(&mut self, draft: &mut Draft<'_>) {
        loop {
            if let Some(k) = (0..draft.structural.len()).find(|k| self.idiom(draft, *k)) {
                draft.structural.remove(k);
                continue;
            }
            if draft.structural.is_empty() {
                return;
            }
            if let Some(kept) = diagonal(draft) {
                // The two indices are equal where the delta is not 0.
                let labels = draft.factors.iter_mut().flat_map(|f| f.labels.iter_mut());
                labels.filter(|l| draft.output.contains(l)).for_each(|l| *l = kept);
                return;
            }
            let (x, l) = draft.structural.remove(0);
            let text = self.value(&x);
            draft.factors.push(Factor::new(text, l));
        }
    }

    /// Applies the structural factor number k to the others that carry the index it fixes.
    fn idiom(&mut self, draft: &mut Draft<'_>, k: usize) -> bool {
        let (x, l) = draft.structural[k].clone();
        let np = self.dialect.np;
        let inside = |axis: usize| draft.is_free(k, l[axis]) && draft.carriers(l[axis]) > 0;
        let alone = |axis: usize| inside(axis) && draft.at_most_once(l[axis]) && draft.carriers(l[axis]) == 1;
        match x.kind() {
            Kind::OneHot { index, .. } if inside(l.len() - 1) => self.take(draft, index, &l),
            Kind::Structure(Structure::Slice { rows, offset, stride, .. }) if inside(1) => {
                let (first, step) = (self.size(offset), *stride);
                let places = if step == 1 {
                    let end = self.size(&(offset.clone() + rows.clone())).code;
                    let start = if first.code == "0" { String::new() } else { first.code };
                    format!("{start}:{end}")
                } else {
                    format!("{} + {step} * {np}.arange({})", first.code, self.size(rows).code)
                };
                self.replace(&mut draft.factors, l[1], &l[..1], &|x, axis, _| {
                    format!("{x}[{}{places}]", ":, ".repeat(axis))
                });
            }
            Kind::Structure(Structure::Unit { at, .. }) if inside(0) => {
                let at = self.size(at).code;
                let entry = |x: &str, axis: usize, _: usize| format!("{x}[{}{at}]", ":, ".repeat(axis));
                self.replace(&mut draft.factors, l[0], &[], &entry);
            }
            Kind::Structure(Structure::LowerOnes(_)) if alone(1) => {
                let sums = |x: &str, axis: usize, _: usize| format!("{np}.cumsum({x}, axis={axis})");
                self.replace(&mut draft.factors, l[1], &l[..1], &sums);
            }
            Kind::Structure(Structure::LowerOnes(_)) if alone(0) => {
                self.replace(&mut draft.factors, l[0], &l[1..], &|x, axis, _| {
                    format!("{np}.flip({np}.cumsum({np}.flip({x}, {axis}), axis={axis}), {axis})")
                });
            }
            Kind::Structure(Structure::Merge { outer, inner }) if inside(0) && draft.at_most_once(l[0]) => {
                let halves = [self.size(outer).code, self.size(inner).code];
                self.split(draft, &l, &halves);
            }
            // An axis of the output is split, and joined at the end.
            Kind::Structure(Structure::Merge { .. }) => {
                let Some(at) = draft.output.iter().position(|o| *o == l[0]) else { return false };
                let halves_free = l[1] != l[2] && draft.is_free(k, l[1]) && draft.is_free(k, l[2]);
                if !halves_free || draft.carriers(l[0]) > 0 || draft.shared(k, l[0]) {
                    return false;
                }
                draft.output.splice(at..=at, l[1..].iter().copied());
                draft.split = true;
            }
            _ => return false,
        }
        true
    }

    /// Takes entries along the axis of the last label at the positions of `index`.
    fn take(&mut self, draft: &mut Draft<'_>, index: &Expr, labels: &[Index]) {
        let np = self.dialect.np;
        let index = self.positions(index);
        let last = labels.len() - 1;
        self.replace(&mut draft.factors, labels[last], &labels[..last], &|x, axis, rank| {
            if axis == 0 && rank == 1 {
                format!("{x}[{index}]")
            } else {
                format!("{np}.take({x}, {index}, axis={axis})")
            }
        });
    }

    /// Splits the axis of the first label in two, of every factor that has it.
    fn split(&mut self, draft: &mut Draft<'_>, labels: &[Index], halves: &[String; 2]) {
        let dims: Vec<String> = draft.product.dims.iter().map(|d| self.size(d).code).collect();
        for f in draft.factors.iter_mut().filter(|f| f.labels.contains(&labels[0])) {
            self.force(f);
            let (mut shape, mut split): (Vec<&str>, Vec<Index>) = (Vec::new(), Vec::new());
            for m in &f.labels {
                if *m == labels[0] {
                    shape.extend(halves.iter().map(String::as_str));
                    split.extend(&labels[1..]);
                } else {
                    shape.push(&dims[usize::from(*m)]);
                    split.push(*m);
                }
            }
            f.text = Text::atom(format!("{}.reshape({})", f.text.at(level::ATOM), shape.join(", ")));
            f.labels = split;
        }
    }

    /// Rewrites the axis of index i of every factor that has it; the labels `new` come in its place.
    fn replace(
        &mut self,
        factors: &mut [Factor],
        i: Index,
        new: &[Index],
        code: &dyn Fn(&str, usize, usize) -> String,
    ) {
        for f in factors {
            while let Some(axis) = f.labels.iter().position(|m| *m == i) {
                self.force(f);
                let base = f.text.at(level::ATOM);
                f.text = self.shortened(Text::atom(code(&base, axis, f.labels.len())));
                f.labels.splice(axis..=axis, new.iter().copied());
            }
        }
    }
}
