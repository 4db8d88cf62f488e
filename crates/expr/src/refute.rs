//! Refutation: random points at which two expressions clearly differ.
//!
//! A difference counts only beyond what rounding explains: the values are computed again at a point that is moved by
//! some thousand roundings, and points near singular matrices are passed over. Agreement at all points proves nothing.

use crate::equal::Counterexample;
use crate::evaluate::{Bindings, Tensor, evaluate_all};
use crate::sample::{MAX_ENTRIES, Sampler, Signs, size_names};
use crate::{Expr, Kind, MatrixFunction, Symbol, postorder};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Points where a matrix to be inverted is conditioned worse than this are passed over.
const MAX_CONDITION: f64 = 1e6;
/// How many random points are tried.
const POINTS: u64 = 6;
/// A refutation needs values this far apart, relative to the largest entry or 1.
const CLEAR: f64 = 1e-7;
/// The steps of one evaluation where all values are chosen here.
pub(crate) const FUEL: u64 = 3_000_000;

/// What random points say.
pub(crate) enum Trial {
    /// Values that clearly differ.
    Differ(Counterexample),
    /// None were found; the evidence in words: "though they agree at 6 random points".
    Open(String),
}

/// The two values at a point, or why there are none.
type Values = Result<(Tensor<f64>, Tensor<f64>), String>;

/// Looks for a point where both are defined and clearly differ; some names may have their values already.
pub(crate) fn refute(left: &Expr, right: &Expr, given: &Bindings<f64>) -> Trial {
    let both = [left.clone(), right.clone()];
    let symbols: BTreeMap<String, Arc<Symbol>> =
        both.iter().flat_map(Expr::symbols).map(|s| (s.name.to_string(), s)).collect();
    // Where nothing is left to choose, all points are one.
    let is_free = symbols.keys().any(|name| given.get(name).is_none());
    let mut agreed = 0;
    let mut trouble = None;
    for k in 0..if is_free { POINTS } else { 1 } {
        let mut sampler = Sampler::new(k.wrapping_mul(0x1234_5678_9abc_def1) + 1);
        match try_point(&both, &symbols, given, &mut sampler) {
            Ok(Some(point)) => return Trial::Differ(point),
            Ok(None) => agreed += 1,
            Err(why) => trouble = Some(why),
        }
    }
    Trial::Open(match (agreed, trouble) {
        (0, Some(why)) => format!("and no random point could be tried: {why}"),
        (0, None) => "and no random point could be tried".to_owned(),
        (_, _) if !is_free => "though they agree at this point".to_owned(),
        (1, _) => "though they agree at a random point".to_owned(),
        (n, _) => format!("though they agree at {n} random points"),
    })
}

/// A counterexample if the next random point is one; else nothing, or why the point says nothing.
fn try_point(
    both: &[Expr; 2],
    symbols: &BTreeMap<String, Arc<Symbol>>,
    given: &Bindings<f64>,
    sampler: &mut Sampler,
) -> Result<Option<Counterexample>, String> {
    let mut names = size_names(both);
    names.extend(symbols.values().flat_map(|s| s.dim_names().map(str::to_owned).collect::<Vec<_>>()));
    let known = given.sizes(&symbols.values().cloned().collect::<Vec<_>>()).map_err(|e| e.to_string())?;
    let size = |n: String| {
        let size = known.get(&n).unwrap_or_else(|| sampler.size(2));
        (n, size)
    };
    let sizes: BTreeMap<String, usize> = names.into_iter().map(size).collect();
    let mut values = BTreeMap::new();
    for (name, s) in symbols {
        if let Some(value) = given.get(name) {
            values.insert(name.clone(), value.clone());
            continue;
        }
        let shape: Option<Vec<usize>> = s.shape.iter().map(|d| d.value(&|n| sizes.get(n).copied())).collect();
        let shape = shape.ok_or_else(|| format!("`{name}` would have a negative size"))?;
        let value = sampler.value(s, &shape, Signs::Both);
        let value = value.ok_or_else(|| format!("`{name}` has more than {MAX_ENTRIES} entries"))?;
        values.insert(name.clone(), value);
    }
    let (a, b) = pair(both, &sizes, &values, given.fuel)?;
    let moved = values.iter().map(|(n, t)| (n.clone(), nudged(t, sampler))).collect();
    let (c, d) = pair(both, &sizes, &moved, given.fuel)?;
    // Entries that cancel to 0 carry the rounding of the largest.
    let scale = a.data.iter().chain(&b.data).fold(0.0f64, |m, x| m.max(x.abs()));
    let mut defined = a.data.is_empty();
    for at in 0..a.data.len() {
        let (x, y) = (a.data[at], b.data[at]);
        let noise = (x - c.data[at]).abs() + (y - d.data[at]).abs();
        defined |= x.is_finite() && y.is_finite();
        if x.is_finite() && y.is_finite() && (x - y).abs() > CLEAR * (1.0 + scale) + 100.0 * noise {
            let entry = position(at, &a.shape);
            return Ok(Some(Counterexample { sizes, values, entry, left: x, right: y }));
        }
    }
    if defined { Ok(None) } else { Err("both are numbers nowhere that was tried".into()) }
}

fn pair(
    both: &[Expr; 2],
    sizes: &BTreeMap<String, usize>,
    values: &BTreeMap<String, Tensor<f64>>,
    fuel: u64,
) -> Values {
    let mut bindings: Bindings<f64> = Bindings::new();
    for (name, n) in sizes {
        bindings = bindings.with_size(name, *n);
    }
    for (name, t) in values {
        bindings.set(name, t.clone());
    }
    bindings.fuel = fuel;
    let inverses: Vec<Expr> = postorder(both)
        .into_iter()
        .filter(|e| matches!(e.kind(), Kind::Matrix(f, _) if *f == MatrixFunction::Inverse))
        .collect();
    let operands = inverses.iter().filter_map(|e| e.children().first().map(|x| (*x).clone()));
    let all: Vec<Expr> = both.iter().cloned().chain(inverses.iter().cloned()).chain(operands).collect();
    let mut found = evaluate_all(&all, &bindings).map_err(|e| e.to_string())?;
    let (inverted, straight) = found[2..].split_at(inverses.len());
    let largest = |t: &Tensor<f64>| t.data.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    // Near a singular matrix the values are rounding, and refute nothing.
    let well_conditioned = |(x, y): (&Tensor<f64>, &Tensor<f64>)| largest(x) * largest(y) < MAX_CONDITION;
    if !inverted.iter().zip(straight).all(well_conditioned) {
        return Err("a matrix that is inverted is nearly singular".into());
    }
    found.truncate(2);
    match (found.pop(), found.pop()) {
        (Some(b), Some(a)) => Ok((a, b)),
        _ => Err("there are no values".into()),
    }
}

/// The point moved by some thousand roundings; integers stay.
fn nudged(t: &Tensor<f64>, sampler: &mut Sampler) -> Tensor<f64> {
    let integral = t.data.iter().all(|x| x.fract() == 0.0);
    let mut moved = t.clone();
    if !integral {
        moved.data.iter_mut().for_each(|x| *x *= 1.0 + 1e-12 * (sampler.uniform() - 0.5));
    }
    moved
}

/// The index of an entry, counted from 1, last axis fastest.
fn position(mut at: usize, shape: &[usize]) -> Vec<usize> {
    let mut entry: Vec<usize> = shape
        .iter()
        .rev()
        .map(|n| {
            let i = at % n;
            at /= n;
            i + 1
        })
        .collect();
    entry.reverse();
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one() {
        assert_eq!(position(5, &[2, 3]), [2, 3]);
        assert!(position(0, &[]).is_empty());
    }
}
