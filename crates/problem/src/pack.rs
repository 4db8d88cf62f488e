//! Named tensors as one vector and back.

use crate::{Bound, Error};
use gradus_expr::evaluate::Tensor;
use gradus_expr::{Role, Symbol, postorder, syntax};
use std::collections::BTreeMap;
use std::ops::Range;

/// A variable and its place in the vector of all unknowns.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The symbol.
    pub symbol: Symbol,
    /// The number of entries along each axis.
    pub shape: Vec<usize>,
    /// Its entries in the vector, last index fastest.
    pub range: Range<usize>,
}

/// The order of all unknowns in one vector: the variables in the order of their declarations.
#[derive(Clone, Debug)]
pub struct Packing {
    /// The variables.
    pub variables: Vec<Variable>,
    /// The number of unknowns.
    pub len: usize,
}

impl Packing {
    /// The variables that the objective uses.
    pub(crate) fn of(problem: &syntax::Problem, bound: &Bound) -> Result<Packing, Error> {
        let objective = problem.objective.as_ref().ok_or(Error::NoObjective)?;
        let nodes = postorder(std::slice::from_ref(&objective.1));
        let used = |s: &Symbol| nodes.iter().any(|e| e.as_symbol().is_some_and(|u| **u == *s));
        let mut variables = Vec::new();
        let mut at = 0usize;
        for d in problem.with_role(Role::Var).filter(|d| used(&d.symbol)) {
            let shape = bound.shape(&d.symbol)?;
            let count = shape.iter().try_fold(1usize, |n, k| n.checked_mul(*k)).unwrap_or(usize::MAX);
            let end = at.saturating_add(count);
            const MOST: usize = 1 << 28;
            if end > MOST {
                let limit = MOST;
                return Err(gradus_program::Error::TooLarge { needed: count as u128, limit }.into());
            }
            variables.push(Variable { symbol: d.symbol.clone(), shape, range: at..end });
            at = end;
        }
        if at == 0 {
            return Err(Error::NoVariable);
        }
        Ok(Packing { variables, len: at })
    }

    /// The vector taken apart.
    pub fn unpack(&self, x: &[f64]) -> BTreeMap<String, Tensor<f64>> {
        let tensor = |v: &Variable| Tensor {
            shape: v.shape.clone(),
            data: x.get(v.range.clone()).unwrap_or_default().to_vec(),
        };
        self.variables.iter().map(|v| (v.symbol.name.to_string(), tensor(v))).collect()
    }

    /// The name of an unknown: `w`, `w[3]`, `W[1, 2]`.
    pub fn name(&self, k: usize) -> String {
        let Some(v) = self.variables.iter().find(|v| v.range.contains(&k)) else { return String::new() };
        let mut rest = k - v.range.start;
        let mut index: Vec<String> = Vec::new();
        for n in v.shape.iter().rev() {
            index.push((rest % n + 1).to_string());
            rest /= n;
        }
        index.reverse();
        match index.is_empty() {
            true => v.symbol.name.to_string(),
            false => format!("{}[{}]", v.symbol.name, index.join(", ")),
        }
    }
}
