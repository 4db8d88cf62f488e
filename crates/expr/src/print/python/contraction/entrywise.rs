//! Sums over axes, products entry by entry with broadcasting, and `einsum` for what fits nothing else.

use super::Factor;
use super::labels::{distinct, kept};
use crate::Index;
use crate::print::python::text::{Text, level};
use crate::print::python::writer::Writer;

impl Writer<'_> {
    /// The diagonal of a matrix that has one index twice.
    pub(super) fn take_diagonal(&mut self, f: &mut Factor) {
        if f.labels.len() == 2 && f.labels[0] == f.labels[1] {
            self.force(f);
            let code = format!("{}.diagonal({})", self.dialect.np, f.text.code);
            *f = Factor::new(Text::atom(code), vec![f.labels[0]]);
        }
    }

    /// Sums over an index that one factor alone carries, when there are others.
    pub(super) fn sum_private(&mut self, factors: &mut [Factor], output: &[Index]) -> bool {
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

    /// The sum over the labels that are not kept.
    pub(super) fn summed(&mut self, text: &Text, labels: &[Index], keep: &[Index]) -> Factor {
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
    pub(super) fn elementwise(&mut self, factors: &[Factor], output: &[Index]) -> Factor {
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
    pub(super) fn expanded(&mut self, f: Factor, all: &[Index]) -> Factor {
        let Some(first) = all.iter().position(|l| f.labels.contains(l)) else { return f };
        let axes: Vec<&str> =
            all[first..].iter().map(|l| if f.labels.contains(l) { ":" } else { "None" }).collect();
        if !axes.contains(&"None") {
            return f;
        }
        let code = format!("{}[{}]", f.text.at(level::ATOM), axes.join(", "));
        Factor { text: Text::atom(code), ..f }
    }

    /// What fits nothing else.
    pub(super) fn einsum(&mut self, factors: &[Factor], output: &[Index]) -> Factor {
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
}
