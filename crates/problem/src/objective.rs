//! Compiled programs as solvers see them.
//!
//! Values, gradients, products with the Hessian, residuals and Jacobians are derived by symbols, compiled when
//! they are first asked for, and evaluated on one vector of all unknowns. What is computed is the reverse mode of
//! the objective in its stable form: how a derivative is best written is another question.

use crate::least_squares::Square;
use crate::{Error, Packing, Variable};
use gradus_expr::evaluate::{Bindings, evaluate};
use gradus_expr::{Expr, Role, Symbol, derivative, differentiate, postorder, simplify, subgradient_at_kinks};
use gradus_optimize::{EvaluationError, Objective, Residuals};
use gradus_program::{Program, Workspace};

const VALUE: &str = "value";

/// An objective at known data: its value, gradient and products with its Hessian, for one vector of all unknowns.
///
/// A maximised objective is evaluated as its negative.
#[derive(Debug)]
pub struct Evaluator {
    packing: Packing,
    /// What is minimised.
    objective: Expr,
    gradients: Vec<Expr>,
    bindings: Bindings<f64>,
    value: Workspace,
    gradient: Option<Workspace>,
    product: Option<Workspace>,
    curved: bool,
}

impl Evaluator {
    /// An evaluator of `objective`.
    pub(crate) fn new(
        packing: &Packing,
        objective: &Expr,
        bindings: &Bindings<f64>,
    ) -> Result<Evaluator, Error> {
        let objective = &stable(objective);
        let gradient = |v: &Variable| subgradient_at_kinks(&differentiate(objective, &v.symbol));
        let value = Program::compile(&[(VALUE, objective.clone())])?.bind(bindings)?;
        Ok(Evaluator {
            packing: packing.clone(),
            objective: objective.clone(),
            gradients: packing.variables.iter().map(gradient).collect(),
            bindings: bindings.clone(),
            value,
            gradient: None,
            product: None,
            curved: false,
        })
    }

    /// Derives and compiles products with the Hessian as well.
    ///
    /// # Errors
    /// Those of compiling and binding.
    pub fn with_hessian(mut self) -> Result<Evaluator, Error> {
        if self.product.is_none() {
            self.product = Some(self.compile_product()?);
        }
        self.curved = true;
        Ok(self)
    }

    fn compile_gradient(&self) -> Result<Workspace, Error> {
        let names: Vec<String> = (0..self.gradients.len()).map(|k| format!("gradient {k}")).collect();
        let mut outputs = vec![(VALUE, self.objective.clone())];
        outputs.extend(names.iter().map(String::as_str).zip(self.gradients.iter().cloned()));
        Ok(Program::compile(&outputs)?.bind(&self.bindings)?)
    }

    /// `H v` is the gradient of `g'v`.
    fn compile_product(&self) -> Result<Workspace, Error> {
        let mut slope = Vec::new();
        for (v, g) in self.packing.variables.iter().zip(&self.gradients) {
            let symbol = Symbol::new(&direction(&v.symbol), v.symbol.shape.clone()).role(Role::Var);
            let labels: Vec<u32> = (0..g.rank() as u32).collect();
            let along = Expr::contract(&[(g.clone(), &labels), (Expr::symbol(symbol), &labels)], &[], &[]);
            if let Ok(e) = along {
                slope.push((gradus_expr::Rational::from_integer(1.into()), e));
            }
        }
        let slope = Expr::sum(Vec::new(), slope).unwrap_or_else(|_| Expr::integer(0));
        let names: Vec<String> = (0..self.gradients.len()).map(|k| format!("product {k}")).collect();
        let products =
            self.packing.variables.iter().map(|v| subgradient_at_kinks(&differentiate(&slope, &v.symbol)));
        let outputs: Vec<(&str, Expr)> = names.iter().map(String::as_str).zip(products).collect();
        Ok(Program::compile(&outputs)?.bind(&self.bindings)?)
    }
}

/// The simplified expression, `softplus(t)` for `log(1 + exp(t))`, unless simplifying made it larger.
fn stable(e: &Expr) -> Expr {
    let simple = simplify(e);
    let size = |e: &Expr| postorder(std::slice::from_ref(e)).len();
    if size(&simple) <= size(e) { simple } else { e.clone() }
}

/// The name of a direction in a variable; no name in the language has a space.
fn direction(s: &Symbol) -> String {
    format!("{} direction", s.name)
}

fn fail(e: impl std::fmt::Display) -> EvaluationError {
    EvaluationError::new(e.to_string())
}

/// Sets the variables that the workspace reads.
fn set(w: &mut Workspace, packing: &Packing, x: &[f64]) -> Result<(), EvaluationError> {
    for v in &packing.variables {
        if w.get(&v.symbol.name).is_some() {
            w.set(&v.symbol.name, &x[v.range.clone()]).map_err(fail)?;
        }
    }
    Ok(())
}

fn output<'w>(w: &'w Workspace, name: &str) -> Result<&'w [f64], EvaluationError> {
    w.output(name).ok_or_else(|| EvaluationError::new("a compiled output is missing"))
}

impl Objective for Evaluator {
    fn dimension(&self) -> usize {
        self.packing.len
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError> {
        set(&mut self.value, &self.packing, x)?;
        self.value.run().map_err(fail)?;
        Ok(output(&self.value, VALUE)?[0])
    }

    fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, EvaluationError> {
        if self.gradient.is_none() {
            self.gradient = Some(self.compile_gradient().map_err(fail)?);
        }
        let Some(w) = &mut self.gradient else { return Err(fail("no gradient")) };
        set(w, &self.packing, x)?;
        w.run().map_err(fail)?;
        for (k, v) in self.packing.variables.iter().enumerate() {
            gradient[v.range.clone()].copy_from_slice(output(w, &format!("gradient {k}"))?);
        }
        Ok(output(w, VALUE)?[0])
    }

    fn has_hessian_vector(&self) -> bool {
        self.curved
    }

    fn hessian_vector(&mut self, x: &[f64], v: &[f64], product: &mut [f64]) -> Result<(), EvaluationError> {
        let Some(w) = &mut self.product else {
            return Err(EvaluationError::new("products with the Hessian were not derived"));
        };
        set(w, &self.packing, x)?;
        for variable in &self.packing.variables {
            let name = direction(&variable.symbol);
            if w.get(&name).is_some() {
                w.set(&name, &v[variable.range.clone()]).map_err(fail)?;
            }
        }
        w.run().map_err(fail)?;
        for (k, variable) in self.packing.variables.iter().enumerate() {
            product[variable.range.clone()].copy_from_slice(output(w, &format!("product {k}"))?);
        }
        Ok(())
    }
}

/// A sum of squares at known data.
#[derive(Debug)]
pub(crate) struct SquaresEvaluator {
    packing: Packing,
    /// `sqrt(2 c)` and the number of entries of each residual tensor.
    blocks: Vec<(f64, usize)>,
    residuals: Workspace,
    jacobian: Workspace,
}

impl SquaresEvaluator {
    /// `None` where a factor or a weight is negative, so that it is no sum of squares after all, or where there are
    /// fewer squares than unknowns.
    pub(crate) fn new(
        packing: &Packing,
        squares: &[Square],
        bindings: &Bindings<f64>,
        most: usize,
    ) -> Result<Option<SquaresEvaluator>, Error> {
        let mut scales = Vec::new();
        for s in squares {
            let factor = evaluate(&s.factor, bindings)?.data[0];
            if !(factor >= 0.0 && factor.is_finite()) {
                return Ok(None);
            }
            if let Some(w) = &s.weights
                && !evaluate(w, bindings)?.data.iter().all(|x| *x >= 0.0)
            {
                return Ok(None);
            }
            scales.push((2.0 * factor).sqrt());
        }
        let names: Vec<String> = (0..squares.len()).map(|k| format!("residual {k}")).collect();
        let mut outputs: Vec<(&str, Expr)> =
            names.iter().map(String::as_str).zip(squares.iter().map(|s| s.residual.clone())).collect();
        let residuals = Program::compile(&outputs)?.bind(bindings)?;
        let count = |name: &String| residuals.output_shape(name).map_or(0, |s| s.iter().product());
        let blocks: Vec<(f64, usize)> = scales.into_iter().zip(names.iter().map(count)).collect();
        let total: usize = blocks.iter().map(|b| b.1).sum();
        if total < packing.len || total.saturating_mul(packing.len) > most {
            return Ok(None);
        }
        let mut slopes = Vec::new();
        for (k, s) in squares.iter().enumerate() {
            for (j, v) in packing.variables.iter().enumerate() {
                let slope = subgradient_at_kinks(&derivative(&s.residual, &v.symbol));
                slopes.push((format!("jacobian {k} {j}"), slope));
            }
        }
        outputs.extend(slopes.iter().map(|(n, e)| (n.as_str(), e.clone())));
        let jacobian = Program::compile(&outputs)?.bind(bindings)?;
        Ok(Some(SquaresEvaluator { packing: packing.clone(), blocks, residuals, jacobian }))
    }

    fn copy_residuals(&self, w: &Workspace, residuals: &mut [f64]) -> Result<(), EvaluationError> {
        let mut at = 0;
        for (k, (scale, count)) in self.blocks.iter().enumerate() {
            for (r, x) in residuals[at..at + count].iter_mut().zip(output(w, &format!("residual {k}"))?) {
                *r = scale * x;
            }
            at += count;
        }
        Ok(())
    }
}

impl Residuals for SquaresEvaluator {
    fn dimension(&self) -> usize {
        self.packing.len
    }

    fn residual_count(&self) -> usize {
        self.blocks.iter().map(|b| b.1).sum()
    }

    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), EvaluationError> {
        set(&mut self.residuals, &self.packing, x)?;
        self.residuals.run().map_err(fail)?;
        self.copy_residuals(&self.residuals, residuals)
    }

    fn jacobian(
        &mut self,
        x: &[f64],
        residuals: &mut [f64],
        jacobian: &mut [f64],
    ) -> Result<(), EvaluationError> {
        set(&mut self.jacobian, &self.packing, x)?;
        self.jacobian.run().map_err(fail)?;
        self.copy_residuals(&self.jacobian, residuals)?;
        let n = self.packing.len;
        let mut at = 0;
        for (k, (scale, count)) in self.blocks.iter().enumerate() {
            for (j, v) in self.packing.variables.iter().enumerate() {
                let width = v.range.len();
                let block = output(&self.jacobian, &format!("jacobian {k} {j}"))?;
                if width == 0 {
                    continue;
                }
                for (i, row) in block.chunks_exact(width).enumerate().take(*count) {
                    let into = (at + i) * n + v.range.start;
                    for (o, x) in jacobian[into..into + width].iter_mut().zip(row) {
                        *o = scale * x;
                    }
                }
            }
            at += count;
        }
        Ok(())
    }
}
