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
    /// The names of the outputs by variable, made once: a solver's loop allocates nothing here.
    gradient_names: Vec<String>,
    product_names: Vec<String>,
    direction_names: Vec<String>,
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
            gradient_names: named("gradient", packing),
            product_names: named("product", packing),
            direction_names: packing.variables.iter().map(|v| direction(&v.symbol)).collect(),
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
        let mut outputs = vec![(VALUE, self.objective.clone())];
        outputs.extend(self.gradient_names.iter().map(String::as_str).zip(self.gradients.iter().cloned()));
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
        let products =
            self.packing.variables.iter().map(|v| subgradient_at_kinks(&differentiate(&slope, &v.symbol)));
        let outputs: Vec<(&str, Expr)> =
            self.product_names.iter().map(String::as_str).zip(products).collect();
        Ok(Program::compile(&outputs)?.bind(&self.bindings)?)
    }
}

/// The simplified expression, `softplus(t)` for `log(1 + exp(t))`, unless simplifying made it larger.
fn stable(e: &Expr) -> Expr {
    let simple = simplify(e);
    let size = |e: &Expr| postorder(std::slice::from_ref(e)).len();
    if size(&simple) <= size(e) { simple } else { e.clone() }
}

/// A name for each variable's part of something.
fn named(what: &str, packing: &Packing) -> Vec<String> {
    (0..packing.variables.len()).map(|k| format!("{what} {k}")).collect()
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
        for (v, name) in self.packing.variables.iter().zip(&self.gradient_names) {
            gradient[v.range.clone()].copy_from_slice(output(w, name)?);
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
        for (variable, name) in self.packing.variables.iter().zip(&self.direction_names) {
            if w.get(name).is_some() {
                w.set(name, &v[variable.range.clone()]).map_err(fail)?;
            }
        }
        w.run().map_err(fail)?;
        for (variable, name) in self.packing.variables.iter().zip(&self.product_names) {
            product[variable.range.clone()].copy_from_slice(output(w, name)?);
        }
        Ok(())
    }
}

/// One residual tensor.
#[derive(Debug)]
struct Block {
    /// `sqrt(2 c)`.
    scale: f64,
    /// The number of its entries.
    count: usize,
    name: String,
    /// The names of its derivatives by each variable.
    slopes: Vec<String>,
}

/// A sum of squares at known data.
#[derive(Debug)]
pub(crate) struct SquaresEvaluator {
    packing: Packing,
    blocks: Vec<Block>,
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
        let block = |(k, scale): (usize, f64)| Block {
            scale,
            count: count(&names[k]),
            name: names[k].clone(),
            slopes: named(&format!("jacobian {k}"), packing),
        };
        let blocks: Vec<Block> = scales.into_iter().enumerate().map(block).collect();
        let total: usize = blocks.iter().map(|b| b.count).sum();
        if total < packing.len || total.saturating_mul(packing.len) > most {
            return Ok(None);
        }
        for (s, block) in squares.iter().zip(&blocks) {
            for (v, name) in packing.variables.iter().zip(&block.slopes) {
                outputs.push((name, subgradient_at_kinks(&derivative(&s.residual, &v.symbol))));
            }
        }
        let jacobian = Program::compile(&outputs)?.bind(bindings)?;
        Ok(Some(SquaresEvaluator { packing: packing.clone(), blocks, residuals, jacobian }))
    }

    fn copy_residuals(&self, w: &Workspace, residuals: &mut [f64]) -> Result<(), EvaluationError> {
        let mut at = 0;
        for block in &self.blocks {
            for (r, x) in residuals[at..at + block.count].iter_mut().zip(output(w, &block.name)?) {
                *r = block.scale * x;
            }
            at += block.count;
        }
        Ok(())
    }
}

impl Residuals for SquaresEvaluator {
    fn dimension(&self) -> usize {
        self.packing.len
    }

    fn residual_count(&self) -> usize {
        self.blocks.iter().map(|b| b.count).sum()
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
        for block in &self.blocks {
            for (v, name) in self.packing.variables.iter().zip(&block.slopes) {
                let width = v.range.len();
                if width == 0 {
                    continue;
                }
                let slope = output(&self.jacobian, name)?;
                for (i, row) in slope.chunks_exact(width).enumerate().take(block.count) {
                    let into = (at + i) * n + v.range.start;
                    for (o, x) in jacobian[into..into + width].iter_mut().zip(row) {
                        *o = block.scale * x;
                    }
                }
            }
            at += block.count;
        }
        Ok(())
    }
}
