//! Sums, and those that are concatenations.

use super::text::{Text, level, scaled};
use super::writer::{LONG, Writer};
use crate::{Dim, Expr, Index, Kind, Rational, Structure};
use num_traits::Signed;

/// Terms of a sum on one line.
const TERMS: usize = 24;
/// Parts of a concatenation.
const PARTS: usize = 64;

impl Writer<'_> {
    /// A sum, in lines of bounded length.
    pub(super) fn sum(&mut self, e: &Expr, terms: &[(Rational, Expr)]) -> Text {
        if terms.is_empty() {
            let shape = self.shape(e.shape());
            return Text::atom(format!("{}.zeros({shape})", self.dialect.np));
        }
        if let Some(text) = self.concatenation(e, terms) {
            return text;
        }
        let mut loose = true;
        let mut line: Option<Text> = None;
        for (k, (c, x)) in terms.iter().enumerate() {
            let value = self.value(x);
            loose &= value.loose;
            let scaled = scaled(&c.abs(), &value);
            line = Some(match line {
                None if c.is_negative() => Text::new(format!("-{}", scaled.at(level::PRODUCT)), level::SUM),
                None => scaled,
                Some(sum) => {
                    let sign = if c.is_negative() { '-' } else { '+' };
                    Text::new(format!("{} {sign} {}", sum.code, scaled.at(level::PRODUCT)), level::SUM)
                }
            });
            let long = line.as_ref().is_some_and(|l| l.code.len() > 2 * LONG);
            if ((k + 1) % TERMS == 0 || long) && k + 1 < terms.len() {
                line = line.map(|l| self.assign(l));
            }
        }
        Text { loose, ..line.unwrap_or_else(|| Text::atom("0".into())) }
    }

    /// A sum of parts placed one behind another along an axis, as a concatenation.
    fn concatenation(&mut self, e: &Expr, terms: &[(Rational, Expr)]) -> Option<Text> {
        if terms.len() > PARTS {
            return None;
        }
        let mut parts: Vec<(&Rational, Placed)> = Vec::new();
        for (c, x) in terms {
            parts.push((c, placed(x)?));
        }
        let axis = parts.first()?.1.axis;
        let mut at = Dim::constant(0);
        let mut ordered: Vec<&(&Rational, Placed)> = Vec::new();
        for _ in 0..parts.len() {
            let follows = |p: &Placed| p.offset == at && p.axis == axis && p.length.as_constant() != Some(0);
            let next = parts.iter().find(|(_, p)| follows(p))?;
            at = at + next.1.length.clone();
            ordered.push(next);
        }
        if at != e.shape()[axis] {
            return None;
        }
        let np = self.dialect.np;
        let all_have_rank = |rank: usize| ordered.iter().all(|(_, p)| p.tensor.rank() == rank);
        let as_entries = all_have_rank(e.rank() - 1);
        if !as_entries && !all_have_rank(e.rank()) {
            return None;
        }
        let texts: Vec<String> = ordered
            .iter()
            .map(|(c, p)| {
                let text = scaled(&c.abs(), &self.full(&p.tensor));
                if c.is_negative() { format!("-{}", text.at(level::PRODUCT)) } else { text.code }
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

/// A tensor that stands at `offset` along an axis of a longer one, which is 0 elsewhere.
struct Placed {
    tensor: Expr,
    axis: usize,
    offset: Dim,
    length: Dim,
}

fn placed(e: &Expr) -> Option<Placed> {
    let Kind::Contract(c) = e.kind() else { return None };
    let [a, b] = c.operands.as_slice() else { return None };
    let ((s, l), (x, m)) = if matches!(a.0.kind(), Kind::Structure(_)) { (a, b) } else { (b, a) };
    let place =
        |axis, offset: &Dim, length| Placed { tensor: x.clone(), axis, offset: offset.clone(), length };
    match s.kind() {
        Kind::Structure(Structure::Slice { rows, offset, stride: 1, .. }) => {
            let axis = usize::from(l[1]);
            let expected: Vec<Index> =
                (0..c.rank as Index).map(|k| if usize::from(k) == axis { l[0] } else { k }).collect();
            let fits = axis < c.rank && usize::from(l[0]) >= c.rank && *m == expected;
            fits.then(|| place(axis, offset, rows.clone()))
        }
        Kind::Structure(Structure::Unit { at, .. }) => {
            let axis = usize::from(l[0]);
            let expected: Vec<Index> = c.output().filter(|k| usize::from(*k) != axis).collect();
            (axis < c.rank && *m == expected).then(|| place(axis, at, Dim::constant(1)))
        }
        _ => None,
    }
}
