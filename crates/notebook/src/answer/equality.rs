//! Proved, tested, refuted or open: the four answers to the question whether two expressions are equal.

use super::plot::{both_sides, compiled};
use super::values::entries_of;
use super::{Mistakes, constant, mistake};
use crate::limits::Limits;
use crate::output::{Refutation, Verdict};
use gradus_expr::evaluate::{Bindings, Tensor, evaluate_all};
use gradus_expr::sample::{Sampler, Signs, size_names};
use gradus_expr::syntax::Span;
use gradus_expr::{Counterexample, Equality, Expr, Symbol, equal, postorder, show_shape};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Points that are tried, and how close the two sides must be there relative to their largest entry.
const POINTS: u64 = 24;
const CLOSE: f64 = 1e-8;

/// Is `a` equal to `b`?
pub(crate) fn judge(a: &Expr, b: &Expr, span: Span, limits: &Limits) -> Verdict {
    if let Some(mistakes) = differ(a, b, span) {
        return Verdict::Error(mistakes);
    }
    match equal(a, b) {
        Ok(Equality::Equal) => Verdict::Proved,
        Ok(Equality::Different(point)) => {
            let figure = picture(a, b, &point);
            Verdict::Refuted(Refutation { point, figure: figure.map(Box::new) })
        }
        Ok(Equality::Unknown(reason)) => tested(a, b, reason, limits),
        Ok(_) => Verdict::Open("no answer was found".into()),
        Err(e) => Verdict::Error(mistake(span, e.to_string())),
    }
}

/// The mistake of two sides whose shapes differ.
pub(super) fn differ(a: &Expr, b: &Expr, span: Span) -> Option<Mistakes> {
    let (left, right) = (show_shape(a.shape()), show_shape(b.shape()));
    let words = || format!("the two sides have the shapes {left} and {right}, so they cannot be equal");
    (a.shape() != b.shape()).then(|| mistake(span, words()))
}

/// Do the two sides agree at random points?
fn tested(a: &Expr, b: &Expr, reason: String, limits: &Limits) -> Verdict {
    let both = [a.clone(), b.clone()];
    if entries_of(&postorder(&both), &constant, limits).is_err() {
        return Verdict::Open(reason);
    }
    let symbols: BTreeMap<String, Arc<Symbol>> =
        both.iter().flat_map(Expr::symbols).map(|s| (s.name.to_string(), s)).collect();
    let mut agreed = 0;
    for k in 0..POINTS {
        let signs = if k % 3 == 2 { Signs::Positive } else { Signs::Both };
        let Some(bindings) = point(&both, &symbols, &mut Sampler::new(0x6e6f_7465 + k), signs, limits) else {
            continue;
        };
        let Ok(values) = evaluate_all(&both, &bindings) else { continue };
        let [x, y] = values.as_slice() else { continue };
        let pairs = || x.data.iter().zip(&y.data);
        if !pairs().all(|(x, y)| x.is_finite() && y.is_finite()) {
            continue;
        }
        let scale = pairs().fold(1.0f64, |m, (x, y)| m.max(x.abs()).max(y.abs()));
        if pairs().any(|(x, y)| (x - y).abs() > CLOSE * scale) {
            return Verdict::Open(format!("{reason}; at a random point they differ, perhaps by rounding"));
        }
        agreed += 1;
    }
    if agreed == 0 { Verdict::Open(reason) } else { Verdict::Tested { points: agreed, reason } }
}

/// Random values for all symbols, in small sizes.
pub(super) fn point(
    roots: &[Expr],
    symbols: &BTreeMap<String, Arc<Symbol>>,
    sampler: &mut Sampler,
    signs: Signs,
    limits: &Limits,
) -> Option<Bindings<f64>> {
    let mut bindings: Bindings<f64> = Bindings::new();
    let mut names = size_names(roots);
    names.extend(symbols.values().flat_map(|s| s.dim_names().map(str::to_owned).collect::<Vec<_>>()));
    let sizes: BTreeMap<String, usize> = names.into_iter().map(|n| (n, sampler.size(2))).collect();
    for (name, n) in &sizes {
        bindings = bindings.with_size(name, *n);
    }
    for (name, s) in symbols {
        let shape: Vec<usize> =
            s.shape.iter().map(|d| d.value(&|n| sizes.get(n).copied())).collect::<Option<_>>()?;
        bindings.set(name, sampler.value(s, &shape, signs)?);
    }
    bindings.fuel = limits.fuel / (4 * POINTS);
    Some(bindings)
}

/// Both sides along one scalar variable of a counterexample.
fn picture(a: &Expr, b: &Expr, point: &Counterexample) -> Option<gradus_plot::Figure> {
    if !a.is_scalar() {
        return None;
    }
    let is_number =
        |(name, t): &(&String, &Tensor<f64>)| t.shape.is_empty() && (a.mentions(name) || b.mentions(name));
    let (name, value) = point.values.iter().find(is_number)?;
    let at = value.data.first().copied()?;
    let mut bindings: Bindings<f64> = Bindings::new();
    for (n, k) in &point.sizes {
        bindings = bindings.with_size(n, *k);
    }
    for (n, t) in &point.values {
        bindings.set(n, t.clone());
    }
    let sides = [compiled(a, &bindings)?, compiled(b, &bindings)?];
    both_sides(sides, name, at, [point.left, point.right])
}
