//! Pairs of factors as matrix products, an inverse as a solution of equations.

use super::Factor;
use super::labels::distinct;
use crate::Index;
use crate::print::python::text::{Text, level};
use crate::print::python::writer::Writer;

impl Writer<'_> {
    /// Multiplies two vectors over one index that a third factor carries too.
    pub(super) fn join_vectors(&mut self, factors: &mut Vec<Factor>) -> bool {
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
    pub(super) fn join_pair(&mut self, factors: &mut Vec<Factor>, output: &[Index]) -> bool {
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
    pub(super) fn matmul(&mut self, a: Factor, b: Factor, s: Index, output: &[Index]) -> Factor {
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
}
