//! Contractions in Python: `@`, `.T` and broadcasting where they fit, `einsum` where they do not.
//!
//! Tensors of zeros and ones become idioms first: slices, takes, cumulative sums, reshapes. What remains is
//! contracted in pairs as matrix products, vectors before matrices, an inverse as a solution of equations;
//! then multiplied entry by entry; and what fits nothing is one `einsum`.

use super::python::{Text, Writer, level, scaled};
use crate::{Contraction, Dim, Expr, Index, Kind, MatrixFunction, Rational, Structure};
use num_traits::Signed;

/// A factor: its code, its indices, and of an inverse the matrix that is inverted.
struct Factor {
    node: Option<Expr>,
    text: Text,
    labels: Vec<Index>,
    inverse_of: Option<Text>,
}

impl Factor {
    fn new(text: Text, labels: Vec<Index>) -> Self {
        Factor { node: None, text, labels, inverse_of: None }
    }
}

impl Writer<'_> {
    /// A contraction; its result may be loose.
    pub(super) fn product(&mut self, c: &Contraction) -> Text {
        let mut structural: Vec<(Expr, Vec<Index>)> = Vec::new();
        let mut scalars: Vec<Text> = Vec::new();
        let mut factors: Vec<Factor> = Vec::new();
        for (x, l) in &c.operands {
            match x.kind() {
                Kind::Structure(_) | Kind::OneHot { .. } => structural.push((x.clone(), l.clone())),
                Kind::Matrix(MatrixFunction::Inverse, a) => {
                    let a = self.full(a);
                    factors.push(Factor {
                        node: Some(x.clone()),
                        text: Text::atom(String::new()),
                        labels: l.clone(),
                        inverse_of: Some(a),
                    });
                }
                _ if l.is_empty() => scalars.push(self.value(x)),
                _ => factors.push(Factor::new(self.full(x), l.clone())),
            }
        }
        let mut output: Vec<Index> = c.output().collect();
        let reshaped = self.idioms(c, &mut structural, &mut factors, &mut output);
        let diagonal = diagonal(&structural, &output);
        let inner = diagonal.map_or_else(|| output.clone(), |i| vec![i]);
        let mut core = self.core(factors, &inner);
        if let Some(diagonal) = diagonal {
            let np = self.dialect.np;
            core.text = Text::atom(match core.labels.as_slice() {
                [] => {
                    scalars.push(core.text);
                    let n = self.size(&c.dims[usize::from(diagonal)]).code;
                    format!("{np}.eye({n})")
                }
                _ => format!("{np}.diag({})", core.text.code),
            });
            core.labels = output.clone();
        }
        let scaled = multiply(scalars, core.text);
        let missing = output.iter().any(|l| !core.labels.contains(l));
        if !reshaped {
            return Text { loose: missing, ..scaled };
        }
        // The output's own shape, from its split axes.
        let text = if missing {
            let dims: Vec<Dim> = output.iter().map(|l| c.dims[usize::from(*l)].clone()).collect();
            self.broadcast(&scaled, &dims)
        } else {
            scaled
        };
        let shape: Vec<Dim> = c.dims[..c.rank].to_vec();
        let shape = self.shape(&shape);
        Text::atom(format!("{}.reshape({shape})", text.at(level::ATOM)))
    }

    /// Turns structural factors into operations on the others, where one fits; the rest become dense, except a
    /// delta that makes a diagonal matrix. Says whether the output's axes have been split.
    fn idioms(
        &mut self,
        c: &Contraction,
        structural: &mut Vec<(Expr, Vec<Index>)>,
        factors: &mut Vec<Factor>,
        output: &mut Vec<Index>,
    ) -> bool {
        let mut reshaped = false;
        loop {
            let found =
                (0..structural.len()).find(|k| self.idiom(c, *k, structural, factors, output, &mut reshaped));
            if let Some(k) = found {
                structural.remove(k);
                continue;
            }
            if structural.is_empty() {
                return reshaped;
            }
            if let Some(kept) = diagonal(structural, output) {
                // The two indices are equal where the delta is not 0.
                for l in factors.iter_mut().flat_map(|f| f.labels.iter_mut()).filter(|l| output.contains(l)) {
                    *l = kept;
                }
                return reshaped;
            }
            let (x, l) = structural.remove(0);
            let text = self.value(&x);
            factors.push(Factor::new(text, l));
        }
    }

    /// Applies the structural factor number k to the others that carry the index it fixes.
    fn idiom(
        &mut self,
        c: &Contraction,
        k: usize,
        structural: &[(Expr, Vec<Index>)],
        factors: &mut [Factor],
        output: &mut Vec<Index>,
        reshaped: &mut bool,
    ) -> bool {
        let (x, l) = &structural[k];
        let np = self.dialect.np;
        // An index of this factor that is summed over and that no other structural factor carries.
        let free = |i: Index| {
            !output.contains(&i)
                && !structural.iter().enumerate().any(|(j, (_, l))| j != k && l.contains(&i))
                && l.iter().filter(|m| **m == i).count() == 1
        };
        let carriers: Vec<usize> =
            l.iter().map(|i| factors.iter().filter(|f| f.labels.contains(i)).count()).collect();
        let once: Vec<bool> = l
            .iter()
            .map(|i| factors.iter().all(|f| f.labels.iter().filter(|m| *m == i).count() <= 1))
            .collect();
        let inside: Vec<bool> = l.iter().zip(&carriers).map(|(i, n)| free(*i) && *n > 0).collect();
        match x.kind() {
            Kind::OneHot { index, .. } => {
                let Some((class, of)) = l.split_last() else { return false };
                if inside.last() != Some(&true) {
                    return false;
                }
                let index = self.positions(index);
                self.replace(factors, *class, of, &|x, axis, rank| {
                    if axis == 0 && rank == 1 {
                        format!("{x}[{index}]")
                    } else {
                        format!("{np}.take({x}, {index}, axis={axis})")
                    }
                });
                true
            }
            Kind::Structure(Structure::Slice { rows, offset, stride, .. }) if inside[1] => {
                let (first, step) = (self.size(offset), *stride);
                let places = if step == 1 {
                    let end = self.size(&(offset.clone() + rows.clone())).code;
                    let start = if first.code == "0" { String::new() } else { first.code };
                    format!("{start}:{end}")
                } else {
                    format!("{} + {step} * {np}.arange({})", first.code, self.size(rows).code)
                };
                self.replace(factors, l[1], &l[..1], &|x, axis, _| {
                    format!("{x}[{}{places}]", ":, ".repeat(axis))
                });
                true
            }
            Kind::Structure(Structure::Unit { at, .. }) if inside[0] => {
                let at = self.size(at).code;
                self.replace(factors, l[0], &[], &|x, axis, _| format!("{x}[{}{at}]", ":, ".repeat(axis)));
                true
            }
            Kind::Structure(Structure::LowerOnes(_)) if inside[1] && once[1] && carriers[1] == 1 => {
                self.replace(factors, l[1], &l[..1], &|x, axis, _| format!("{np}.cumsum({x}, axis={axis})"));
                true
            }
            Kind::Structure(Structure::LowerOnes(_)) if inside[0] && once[0] && carriers[0] == 1 => {
                self.replace(factors, l[0], &l[1..], &|x, axis, _| {
                    format!("{np}.flip({np}.cumsum({np}.flip({x}, {axis}), axis={axis}), {axis})")
                });
                true
            }
            Kind::Structure(Structure::Merge { outer, inner }) if inside[0] && once[0] => {
                let (outer, inner) = (self.size(outer).code, self.size(inner).code);
                let dims: Vec<String> = c.dims.iter().map(|d| self.size(d).code).collect();
                let labels: Vec<Vec<Index>> = factors.iter().map(|f| f.labels.clone()).collect();
                // The axis split in two, the others as they are.
                for (f, own) in factors.iter_mut().zip(labels) {
                    if !own.contains(&l[0]) {
                        continue;
                    }
                    self.force(f);
                    let shape: Vec<String> = own
                        .iter()
                        .flat_map(|m| {
                            if *m == l[0] {
                                vec![outer.clone(), inner.clone()]
                            } else {
                                vec![dims[usize::from(*m)].clone()]
                            }
                        })
                        .collect();
                    f.text = Text::atom(format!("{}.reshape({})", f.text.at(level::ATOM), shape.join(", ")));
                    f.labels = own
                        .iter()
                        .flat_map(|m| if *m == l[0] { l[1..].to_vec() } else { vec![*m] })
                        .collect();
                }
                true
            }
            Kind::Structure(Structure::Merge { .. }) => {
                // The output's axis is split, and joined at the end.
                let Some(at) = output.iter().position(|o| *o == l[0]) else { return false };
                if l[1] == l[2] || !free(l[1]) || !free(l[2]) || carriers[0] > 0 {
                    return false;
                }
                if structural.iter().enumerate().any(|(j, (_, m))| j != k && m.contains(&l[0])) {
                    return false;
                }
                output.splice(at..=at, l[1..].iter().copied());
                *reshaped = true;
                true
            }
            _ => false,
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

    /// Writes an inverse that no equation uses.
    fn force(&mut self, f: &mut Factor) {
        if f.inverse_of.take().is_some()
            && let Some(node) = &f.node
        {
            f.text = self.value(node);
        }
    }

    /// The product of the factors over the indices that are not in the output. The labels of the result are
    /// those of the output that some factor carries, its code broadcastable to the output's axes when that is
    /// not all of them.
    fn core(&mut self, mut factors: Vec<Factor>, output: &[Index]) -> Factor {
        loop {
            for f in &mut factors {
                self.sum_alone(f);
            }
            let alone = self.sum_private(&mut factors, output);
            if !alone && !self.join_vectors(&mut factors) && !self.join_pair(&mut factors, output) {
                break;
            }
        }
        for f in &mut factors {
            self.force(f);
        }
        let (scalars, mut factors): (Vec<Factor>, Vec<Factor>) =
            factors.into_iter().partition(|f| f.labels.is_empty());
        let scalars: Vec<Text> = scalars.into_iter().map(|f| f.text).collect();
        let mut core = if factors.is_empty() {
            Factor::new(Text::atom("1.0".into()), Vec::new())
        } else if factors.iter().all(|f| f.labels.iter().all(|l| output.contains(l)) && distinct(&f.labels)) {
            self.elementwise(&factors, output)
        } else if factors.len() > 1
            && factors.iter().all(|f| f.labels == factors[0].labels && distinct(&f.labels))
            && in_order(&factors[0].labels, output)
        {
            let labels = factors[0].labels.clone();
            let all: Vec<String> = factors.iter().map(|f| f.text.at(level::UNARY)).collect();
            let text = Text::new(all.join(" * "), level::PRODUCT);
            self.summed(&text, &labels, output)
        } else if let [f] = factors.as_mut_slice()
            && distinct(&f.labels)
        {
            let order = kept(&f.labels, output);
            let (text, labels) = (f.text.clone(), f.labels.clone());
            let mut f = self.summed(&text, &labels, output);
            if f.labels != order {
                f = self.elementwise(&[f], output);
            }
            f
        } else {
            self.einsum(&factors, output)
        };
        core.text = multiply(scalars, core.text);
        if core.labels.iter().any(|l| !output.contains(l)) {
            core.labels.retain(|l| output.contains(l));
        }
        let present: Vec<Index> = output.iter().copied().filter(|l| core.labels.contains(l)).collect();
        // With axes missing in front of present ones nothing is to do; after them, new axes of length 1.
        if !present.is_empty() && present.len() < output.len() && core.labels == present {
            core = self.expanded(core, output);
        }
        core
    }

    /// A repeated index that nothing else carries: nothing to do here, `einsum` takes it; a matrix's trace.
    fn sum_alone(&mut self, f: &mut Factor) {
        if f.labels.len() == 2 && f.labels[0] == f.labels[1] {
            self.force(f);
            let code = format!("{}.diagonal({})", self.dialect.np, f.text.code);
            *f = Factor::new(Text::atom(code), vec![f.labels[0]]);
        }
    }

    /// Sums over an index that one factor alone carries, when there are others.
    fn sum_private(&mut self, factors: &mut [Factor], output: &[Index]) -> bool {
        if factors.len() < 2 {
            return false;
        }
        for k in 0..factors.len() {
            if !distinct(&factors[k].labels) {
                continue;
            }
            let private: Vec<Index> = factors[k]
                .labels
                .iter()
                .copied()
                .filter(|l| {
                    !output.contains(l)
                        && !factors.iter().enumerate().any(|(j, f)| j != k && f.labels.contains(l))
                })
                .collect();
            if private.is_empty() {
                continue;
            }
            self.force(&mut factors[k]);
            let rest: Vec<Index> =
                factors[k].labels.iter().copied().filter(|l| !private.contains(l)).collect();
            let (text, labels) = (factors[k].text.clone(), factors[k].labels.clone());
            factors[k] = self.summed(&text, &labels, &rest);
            return true;
        }
        false
    }

    /// Multiplies two vectors over one index that a third factor carries too.
    fn join_vectors(&mut self, factors: &mut Vec<Factor>) -> bool {
        for j in 0..factors.len() {
            for k in j + 1..factors.len() {
                let (a, b) = (&factors[j], &factors[k]);
                let third = factors.iter().enumerate().any(|(i, f)| {
                    i != j && i != k && f.labels.len() > 1 && a.labels.iter().all(|l| f.labels.contains(l))
                });
                if a.labels.len() == 1 && a.labels == b.labels && third {
                    let code = format!("{} * {}", a.text.at(level::PRODUCT), b.text.at(level::UNARY));
                    let labels = a.labels.clone();
                    factors.remove(k);
                    factors[j] = Factor::new(Text::new(code, level::PRODUCT), labels);
                    return true;
                }
            }
        }
        false
    }

    /// Contracts one pair of vectors or matrices that share one index which no other factor carries.
    fn join_pair(&mut self, factors: &mut Vec<Factor>, output: &[Index]) -> bool {
        let mut best: Option<(usize, usize, usize, Index)> = None;
        for j in 0..factors.len() {
            for k in j + 1..factors.len() {
                let (a, b) = (&factors[j].labels, &factors[k].labels);
                if a.is_empty() || b.is_empty() || a.len() > 2 || b.len() > 2 || !distinct(a) || !distinct(b)
                {
                    continue;
                }
                let shared: Vec<Index> = a.iter().copied().filter(|l| b.contains(l)).collect();
                let [s] = shared.as_slice() else { continue };
                let elsewhere =
                    factors.iter().enumerate().any(|(i, f)| i != j && i != k && f.labels.contains(s));
                if output.contains(s) || elsewhere {
                    continue;
                }
                let rank = a.len() + b.len() - 2;
                if best.is_none_or(|(r, ..)| rank < r) {
                    best = Some((rank, j, k, *s));
                }
            }
        }
        let Some((_, j, k, s)) = best else { return false };
        let b = factors.remove(k);
        let a = factors.remove(j);
        let product = self.matmul(a, b, s, output);
        factors.insert(j, product);
        true
    }

    /// The matrix product of two factors over the index s.
    fn matmul(&mut self, a: Factor, b: Factor, s: Index, output: &[Index]) -> Factor {
        let other = |f: &Factor| f.labels.iter().copied().find(|l| *l != s);
        let swap = match (other(&a), other(&b)) {
            (None, Some(_)) => true,
            // Rows first as the output has them; else an inverse first, so that it is solved with.
            (Some(p), Some(q)) => {
                match (output.iter().position(|o| *o == p), output.iter().position(|o| *o == q)) {
                    (Some(p), Some(q)) => q < p,
                    _ => b.inverse_of.is_some() && a.inverse_of.is_none(),
                }
            }
            (Some(_), None) | (None, None) => false,
        };
        let (mut a, mut b) = if swap { (b, a) } else { (a, b) };
        let labels: Vec<Index> = other(&a).into_iter().chain(other(&b)).collect();
        let np = self.dialect.np;
        let transposed =
            |t: &Text, is: bool| if is { format!("{}.T", t.at(level::ATOM)) } else { t.code.clone() };
        let (a_flipped, b_flipped) =
            (a.labels.len() == 2 && a.labels[0] == s, b.labels.len() == 2 && b.labels[1] == s);
        let code = if let Some(matrix) = a.inverse_of.take() {
            self.force(&mut b);
            let right = transposed(&b.text, b_flipped);
            format!("{np}.linalg.solve({}, {right})", transposed(&matrix, a_flipped))
        } else if let Some(matrix) = b.inverse_of.take() {
            // A*inv(B) is (inv(B')*A')'.
            let left = transposed(&a.text, !a_flipped);
            format!("{np}.linalg.solve({}, {left}).T", transposed(&matrix, !b_flipped))
        } else {
            let side = |f: &Factor, flipped: bool, strict: bool| {
                if flipped {
                    transposed(&f.text, true)
                } else {
                    f.text.at(if strict { level::UNARY } else { level::PRODUCT })
                }
            };
            let left = if a.text.code.contains(" * ") || a.text.code.contains(" / ") {
                side(&a, a_flipped, true)
            } else {
                side(&a, a_flipped, false)
            };
            let code = format!("{left} @ {}", side(&b, b_flipped, true));
            let text = self.shortened(Text::new(code, level::PRODUCT));
            return Factor::new(text, labels);
        };
        let text = self.shortened(Text::atom(code));
        Factor::new(text, labels)
    }

    /// The sum over the labels that are not kept.
    fn summed(&mut self, text: &Text, labels: &[Index], keep: &[Index]) -> Factor {
        let axes: Vec<String> =
            (0..labels.len()).filter(|k| !keep.contains(&labels[*k])).map(|k| k.to_string()).collect();
        let rest: Vec<Index> = labels.iter().copied().filter(|l| keep.contains(l)).collect();
        let np = self.dialect.np;
        let code = match axes.as_slice() {
            [] => return Factor::new(text.clone(), rest),
            _ if rest.is_empty() => format!("{np}.sum({})", text.code),
            [one] => format!("{np}.sum({}, axis={one})", text.code),
            all => format!("{np}.sum({}, axis=({}))", text.code, all.join(", ")),
        };
        Factor::new(Text::atom(code), rest)
    }

    /// Factors with output indices only, multiplied entry by entry with broadcasting. The result has all
    /// output labels, or those in it that factors carry, in the output's order.
    fn elementwise(&mut self, factors: &[Factor], output: &[Index]) -> Factor {
        let all: Vec<Index> =
            output.iter().copied().filter(|l| factors.iter().any(|f| f.labels.contains(l))).collect();
        let mut parts: Vec<Text> = Vec::new();
        for f in factors {
            let order = kept(&f.labels, &all);
            let mut part = f.text.clone();
            if order != f.labels {
                let axes: Vec<String> = order
                    .iter()
                    .filter_map(|l| f.labels.iter().position(|m| m == l))
                    .map(|k| k.to_string())
                    .collect();
                part = Text::atom(if axes.len() == 2 {
                    format!("{}.T", part.at(level::ATOM))
                } else {
                    format!("{}.transpose({})", part.at(level::ATOM), axes.join(", "))
                });
            }
            parts.push(self.expanded(Factor::new(part, order), &all).text);
        }
        let mut product: Option<Text> = None;
        for part in parts {
            product = Some(match product {
                None => part,
                Some(p) => {
                    let code = format!("{} * {}", p.at(level::PRODUCT), part.at(level::UNARY));
                    self.shortened(Text::new(code, level::PRODUCT))
                }
            });
        }
        let text = product.unwrap_or_else(|| Text::atom("1.0".into()));
        Factor::new(text, all)
    }

    /// New axes of length 1 where the factor lacks a label behind its first.
    fn expanded(&mut self, f: Factor, all: &[Index]) -> Factor {
        let Some(first) = all.iter().position(|l| f.labels.contains(l)) else { return f };
        let axes: Vec<&str> =
            all[first..].iter().map(|l| if f.labels.contains(l) { ":" } else { "None" }).collect();
        if !axes.contains(&"None") {
            return f;
        }
        let code = format!("{}[{}]", f.text.at(level::ATOM), axes.join(", "));
        Factor { text: Text::atom(code), ..f }
    }

    fn einsum(&mut self, factors: &[Factor], output: &[Index]) -> Factor {
        let mut letters: Vec<Index> = Vec::new();
        let mut letter = |l: &Index| {
            let at = letters.iter().position(|m| m == l).unwrap_or_else(|| {
                letters.push(*l);
                letters.len() - 1
            });
            const ALPHABET: &[u8] = b"ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH";
            char::from(ALPHABET[at % ALPHABET.len()])
        };
        let inputs: Vec<String> =
            factors.iter().map(|f| f.labels.iter().map(&mut letter).collect()).collect();
        let all: Vec<Index> =
            output.iter().copied().filter(|l| factors.iter().any(|f| f.labels.contains(l))).collect();
        let result: String = all.iter().map(&mut letter).collect();
        let operands: Vec<&str> = factors.iter().map(|f| f.text.code.as_str()).collect();
        let optimize = if factors.len() > 2 { ", optimize=True" } else { "" };
        let code = format!(
            "{}.einsum(\"{}->{result}\", {}{optimize})",
            self.dialect.np,
            inputs.join(","),
            operands.join(", ")
        );
        Factor::new(Text::atom(code), all)
    }

    /// A sum of parts placed one behind another along an axis, as a concatenation.
    pub(super) fn concatenation(&mut self, e: &Expr, terms: &[(Rational, Expr)]) -> Option<Text> {
        let mut parts: Vec<(Dim, Dim, Rational, Expr, usize)> = Vec::new();
        for (c, x) in terms {
            let Kind::Contract(p) = x.kind() else { return None };
            let (offset, count, source, axis) = placed(p)?;
            parts.push((offset, count, c.clone(), source, axis));
        }
        let axis = parts.first()?.4;
        let mut at = Dim::constant(0);
        let mut ordered: Vec<&(Dim, Dim, Rational, Expr, usize)> = Vec::new();
        for _ in 0..parts.len() {
            let next = parts.iter().find(|p| p.0 == at && p.4 == axis && p.1.as_constant() != Some(0))?;
            at = at + next.1.clone();
            ordered.push(next);
        }
        if at != e.shape()[axis] || terms.len() > 64 {
            return None;
        }
        let np = self.dialect.np;
        let as_entries = ordered.iter().all(|p| p.3.rank() + 1 == e.rank());
        if !as_entries && ordered.iter().any(|p| p.3.rank() != e.rank()) {
            return None;
        }
        let texts: Vec<String> = ordered
            .iter()
            .map(|p| {
                let text = scaled(&p.2.abs(), &self.full(&p.3));
                if p.2.is_negative() { format!("-{}", text.at(level::PRODUCT)) } else { text.code }
            })
            .collect();
        Some(Text::atom(if as_entries && e.rank() == 1 {
            format!("{np}.array([{}])", texts.join(", "))
        } else if as_entries {
            format!("{np}.stack([{}], axis={axis})", texts.join(", "))
        } else {
            format!("{np}.concatenate([{}], axis={axis})", texts.join(", "))
        }))
    }
}

/// Of a tensor placed along an axis of a longer one: the offset, the length, the tensor, the axis.
fn placed(c: &Contraction) -> Option<(Dim, Dim, Expr, usize)> {
    let [a, b] = c.operands.as_slice() else { return None };
    let ((s, l), (x, m)) = if matches!(a.0.kind(), Kind::Structure(_)) { (a, b) } else { (b, a) };
    match s.kind() {
        Kind::Structure(Structure::Slice { rows, offset, stride: 1, .. }) => {
            let axis = usize::from(l[1]);
            let expected: Vec<Index> =
                (0..c.rank as Index).map(|k| if usize::from(k) == axis { l[0] } else { k }).collect();
            let fits = axis < c.rank && usize::from(l[0]) >= c.rank && *m == expected;
            fits.then(|| (offset.clone(), rows.clone(), x.clone(), axis))
        }
        Kind::Structure(Structure::Unit { at, .. }) => {
            let axis = usize::from(l[0]);
            let expected: Vec<Index> = c.output().filter(|k| usize::from(*k) != axis).collect();
            (axis < c.rank && *m == expected).then(|| (at.clone(), Dim::constant(1), x.clone(), axis))
        }
        _ => None,
    }
}

/// The first output index of a delta that makes the product a diagonal matrix.
fn diagonal(structural: &[(Expr, Vec<Index>)], output: &[Index]) -> Option<Index> {
    match (structural, output) {
        ([(x, l)], [i, j]) if matches!(x.kind(), Kind::Structure(Structure::Delta(_))) => {
            ((l[0] == *i && l[1] == *j) || (l[0] == *j && l[1] == *i)).then_some(*i)
        }
        _ => None,
    }
}

fn multiply(scalars: Vec<Text>, core: Text) -> Text {
    let mut product: Option<Text> = None;
    // The empty product is 1.
    let is_one = core.code == "1.0" && !scalars.is_empty();
    for part in scalars.into_iter().chain((!is_one).then_some(core)) {
        product = Some(match product {
            None => part,
            Some(p) => {
                let left = if p.code.contains(" @ ") { p.at(level::UNARY) } else { p.at(level::PRODUCT) };
                Text::new(format!("{left} * {}", part.at(level::UNARY)), level::PRODUCT)
            }
        });
    }
    let text = product.unwrap_or_else(|| Text::atom("1.0".into()));
    Text { loose: false, ..text }
}

fn distinct(labels: &[Index]) -> bool {
    labels.iter().enumerate().all(|(k, l)| !labels[..k].contains(l))
}

fn in_order(labels: &[Index], output: &[Index]) -> bool {
    let rest: Vec<Index> = labels.iter().copied().filter(|l| output.contains(l)).collect();
    rest == kept(labels, output)
}

/// The labels that are in `order`, in its order.
fn kept(labels: &[Index], order: &[Index]) -> Vec<Index> {
    order.iter().copied().filter(|l| labels.contains(l)).collect()
}
