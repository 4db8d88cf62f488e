//! Which conditions are bounds on single variables, and what those bounds are.

use crate::bind::place;
use crate::{Error, Packing};
use gradus_expr::evaluate::{Bindings, Tensor, evaluate};
use gradus_expr::syntax::{self, Relation};
use gradus_expr::{Expr, Property, Role, postorder};
use gradus_optimize::Bounds;
use num_traits::ToPrimitive;

/// The bounds that declarations and constraints put on the unknowns; `None` when there are none.
pub(crate) fn bounds(
    problem: &syntax::Problem,
    packing: &Packing,
    bindings: &Bindings<f64>,
) -> Result<Option<Bounds>, Error> {
    let mut lower = vec![f64::NEG_INFINITY; packing.len];
    let mut upper = vec![f64::INFINITY; packing.len];
    for v in &packing.variables {
        let s = &v.symbol;
        let unsupported =
            |p: &str| Error::UnsupportedProperty { name: s.name.to_string(), property: p.into() };
        if s.domain.values.is_some() {
            return Err(unsupported("in a set of values"));
        }
        for p in s.properties.iter() {
            match p {
                Property::Positive | Property::Nonneg => lower[v.range.clone()].fill(0.0),
                // What holds almost everywhere costs nothing.
                Property::Symmetric | Property::Nonsingular | Property::FullRank | Property::Nonzero => {}
                Property::Psd
                | Property::Pd
                | Property::Diagonal
                | Property::LowerTriangular
                | Property::UpperTriangular
                | Property::Orthogonal
                | Property::Simplex
                | Property::Integer => return Err(unsupported(p.word())),
            }
        }
        if let Some(at) = s.domain.lower.as_ref().and_then(|b| b.at.to_f64()) {
            lower[v.range.clone()].iter_mut().for_each(|l| *l = l.max(at));
        }
        if let Some(at) = s.domain.upper.as_ref().and_then(|b| b.at.to_f64()) {
            upper[v.range.clone()].fill(at);
        }
    }
    for c in &problem.constraints {
        let general = || Error::GeneralConstraint { text: c.text.clone() };
        let (variable, constant, at_least) = match (unknown(&c.left), unknown(&c.right)) {
            (Side::Variable, Side::Known) => (&c.left, &c.right, c.relation == Relation::GreaterEqual),
            (Side::Known, Side::Variable) => (&c.right, &c.left, c.relation == Relation::LessEqual),
            _ => return Err(general()),
        };
        if c.relation == Relation::Equal {
            return Err(general());
        }
        let name = variable.as_symbol().map(|s| s.name.clone()).unwrap_or_default();
        let Some(v) = packing.variables.iter().find(|v| v.symbol.name == name) else { continue };
        let value: Tensor<f64> = evaluate(constant, bindings)?;
        for k in 0..v.range.len() {
            let at = if value.data.len() == 1 { value.data[0] } else { value.data[k] };
            let i = v.range.start + k;
            if at_least {
                lower[i] = if at > lower[i] || at.is_nan() { at } else { lower[i] };
            } else {
                upper[i] = if at < upper[i] || at.is_nan() { at } else { upper[i] };
            }
        }
    }
    for v in &packing.variables {
        for (k, i) in v.range.clone().enumerate() {
            if lower[i] > upper[i] || lower[i].is_nan() || upper[i].is_nan() {
                let (name, entry) = (v.symbol.name.to_string(), place(&v.shape, k));
                return Err(Error::EmptyBounds { name, entry, lower: lower[i], upper: upper[i] });
            }
        }
    }
    let open = lower.iter().all(|l| *l == f64::NEG_INFINITY) && upper.iter().all(|u| *u == f64::INFINITY);
    Ok((!open).then_some(Bounds { lower, upper }))
}

enum Side {
    Variable,
    Known,
    Other,
}

fn unknown(e: &Expr) -> Side {
    match e.as_symbol() {
        Some(s) if s.role == Role::Var => Side::Variable,
        _ if varies(e) => Side::Other,
        _ => Side::Known,
    }
}

/// Does a variable occur?
pub(crate) fn varies(e: &Expr) -> bool {
    let nodes = postorder(std::slice::from_ref(e));
    nodes.iter().any(|n| n.as_symbol().is_some_and(|s| s.role == Role::Var))
}
