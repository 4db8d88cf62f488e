//! A derivative against numbers that know nothing of it: complex steps at random points.
//!
//! In a direction v that keeps what is declared of the variable, the derivative must be `Im f(x + ihv)/h`, which has no
//! cancellation. A direction is the difference of two random values of the variable: of two symmetric matrices, two
//! points of a simplex, two lower triangular matrices, so that it stays in their space.
//!
//! Source: Squire and Trapp (1998), SIAM Review 40(1), 110-112.

use super::equality::point;
use crate::limits::{Limits, Watch};
use crate::output::{Check, Formula};
use gradus_expr::evaluate::{Bindings, Complex, Tensor, evaluate};
use gradus_expr::sample::{Sampler, Signs};
use gradus_expr::{Expr, Property, Symbol};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So small that its square vanishes beside 1.
const STEP: f64 = 1e-40;
/// Comparisons that are wanted, and points that are tried for them.
const WANTED: usize = 12;
const TRIES: u64 = 120;
/// The largest discrepancy that passes.
const TOL: f64 = 1e-8;

/// Compares `d`, the derivative of `f` by `x`, with complex steps.
pub(super) fn check(f: &Expr, d: &Expr, x: &Arc<Symbol>, limits: &Limits, watch: &mut Watch<'_>) -> Check {
    let mut worst = 0.0f64;
    let mut compared = 0;
    let mut symbols: BTreeMap<String, Arc<Symbol>> =
        f.symbols().into_iter().map(|s| (s.name.to_string(), s)).collect();
    symbols.insert(x.name.to_string(), x.clone());
    // The difference of two orthogonal matrices is no direction in which one can move.
    let tries = if x.has(Property::Orthogonal) { 0 } else { TRIES };
    for k in 0..tries {
        if compared == WANTED || watch.step(compared, WANTED).is_break() {
            break;
        }
        let signs = if k % 3 == 2 { Signs::Positive } else { Signs::Both };
        if let Some(r) = discrepancy(f, d, x, &symbols, &mut Sampler::new(k + 1), signs, limits) {
            worst = worst.max(r);
            compared += 1;
        }
    }
    Check {
        by: x.name.to_string(),
        formula: Formula::default(),
        compared,
        discrepancy: worst,
        agrees: compared > 0 && worst <= TOL,
    }
}

/// The relative discrepancy at one point in one direction; nothing where the values are no numbers.
fn discrepancy(
    f: &Expr,
    d: &Expr,
    x: &Symbol,
    symbols: &BTreeMap<String, Arc<Symbol>>,
    sampler: &mut Sampler,
    signs: Signs,
    limits: &Limits,
) -> Option<f64> {
    let roots = [f.clone(), d.clone()];
    let at = point(&roots, symbols, sampler, signs, limits)?;
    let here = at.get(&x.name)?.clone();
    let other = sampler.value(x, &here.shape, signs)?;
    let direction: Vec<f64> = other.data.iter().zip(&here.data).map(|(a, b)| a - b).collect();
    let slope = evaluate(d, &at).ok()?;
    let mut complex: Bindings<Complex> = Bindings::new();
    let sizes = gradus_expr::sample::size_names(&roots);
    let all: Vec<Arc<Symbol>> = symbols.values().cloned().collect();
    let resolved = at.sizes(&all).ok()?;
    for name in sizes {
        complex = complex.with_size(&name, resolved.get(&name)?);
    }
    for name in symbols.keys() {
        let t = at.get(name)?;
        let is_x = **name == *x.name;
        let entry =
            |(k, re): (usize, &f64)| Complex { re: *re, im: if is_x { STEP * direction[k] } else { 0.0 } };
        complex.set(
            name,
            Tensor { shape: t.shape.clone(), data: t.data.iter().enumerate().map(entry).collect() },
        );
    }
    complex.fuel = at.fuel;
    let stepped = evaluate(f, &complex).ok()?;
    let width = direction.len();
    let size = |v: &[f64]| v.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    let floor = 1e-3 * size(&slope.data) + 1e-4 * stepped.data.iter().fold(0.0f64, |m, z| m.max(z.re.abs()));
    let mut worst = 0.0f64;
    for (row, z) in stepped.data.iter().enumerate() {
        let numeric = z.im / STEP;
        let along: f64 = (0..width).map(|k| slope.data[row * width + k] * direction[k]).sum();
        if !numeric.is_finite() || !along.is_finite() {
            return None;
        }
        if along != numeric {
            worst = worst.max((along - numeric).abs() / along.abs().max(numeric.abs()).max(floor));
        }
    }
    Some(worst)
}
