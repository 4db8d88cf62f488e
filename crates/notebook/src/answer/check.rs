//! A derivative against numbers that know nothing of it.

use crate::limits::{Limits, Watch};
use crate::output::{Check, Formula};
use gradus_expr::check::{Settings, compare};
use gradus_expr::evaluate::Bindings;
use gradus_expr::{Expr, Symbol};
use std::sync::Arc;

/// Points that are wanted.
const WANTED: usize = 12;
/// The largest discrepancy that passes.
const TOL: f64 = 1e-8;

/// Compares `d`, the derivative of `f` by `x`, with complex steps at random points.
pub(super) fn check(f: &Expr, d: &Expr, x: &Arc<Symbol>, limits: &Limits, watch: &mut Watch<'_>) -> Check {
    // A point costs several evaluations.
    let settings = Settings { points: WANTED, fuel: limits.fuel / 100, ..Settings::default() };
    let found = compare(f, d, x, &Bindings::new(), &settings, &mut |done| watch.step(done, WANTED));
    let discrepancy = found.worst.map_or(0.0, |w| w.relative);
    Check {
        by: x.name.to_string(),
        formula: Formula::default(),
        compared: found.compared,
        discrepancy,
        agrees: found.compared > 0 && discrepancy <= TOL,
    }
}
