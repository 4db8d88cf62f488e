//! The functions that solvers minimise, as solvers see them.
//!
//! [`Objective`] is a smooth function `f : R^n -> R` with its gradient and, if it has them, products with its
//! Hessian. [`Residuals`] is a vector `r : R^n -> R^m` whose sum of squares is to be small. Both are object-safe
//! and small, so that compiled programs, closures and wrappers all fit.
//!
//! A point outside the domain (the logarithm of a negative number, an overflow) gives a value that is not
//! finite; solvers then shorten the step. A function that cannot be evaluated at all returns
//! [`EvaluationError`], which ends the run.

use crate::EvaluationError;

/// A smooth function of `n` variables.
pub trait Objective {
    /// The number `n` of variables.
    fn dimension(&self) -> usize;

    /// `f(x)`; not finite where `x`, of shape `(n)`, is outside the domain.
    ///
    /// # Errors
    /// If the function cannot be evaluated at any point.
    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError>;

    /// `f(x)`, and its gradient, of shape `(n)`, written over `gradient`.
    ///
    /// # Errors
    /// If the function cannot be evaluated at any point.
    fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, EvaluationError>;

    /// Whether [`hessian_vector`](Self::hessian_vector) is available.
    fn has_hessian_vector(&self) -> bool {
        false
    }

    /// The product `H(x) v` of the Hessian and a vector, of shape `(n)`, written over `product`.
    ///
    /// # Errors
    /// If the function cannot be evaluated at any point, or offers no such product.
    fn hessian_vector(&mut self, x: &[f64], v: &[f64], product: &mut [f64]) -> Result<(), EvaluationError> {
        let _ = (x, v, product);
        Err(EvaluationError::new("this objective provides no Hessian-vector product"))
    }
}

/// A vector of `m` residuals in `n` variables, with its Jacobian.
pub trait Residuals {
    /// The number `n` of variables.
    fn dimension(&self) -> usize;

    /// The number `m` of residuals.
    fn residual_count(&self) -> usize;

    /// `r(x)`, of shape `(m)`, written over `residuals`; not finite where `x` is outside the domain.
    ///
    /// # Errors
    /// If the residuals cannot be evaluated at any point.
    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), EvaluationError>;

    /// `r(x)`, and its Jacobian `J[i, j] = d r_i / d x_j` of shape `(m, n)` in row-major order.
    ///
    /// # Errors
    /// If the residuals cannot be evaluated at any point.
    fn jacobian(
        &mut self,
        x: &[f64],
        residuals: &mut [f64],
        jacobian: &mut [f64],
    ) -> Result<(), EvaluationError>;
}

/// An objective made of a closure that returns the value and writes the gradient.
///
/// ```
/// use gradus_optimize::{Objective, Smooth};
///
/// let mut square = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
///     g[0] = 2.0 * x[0];
///     x[0] * x[0]
/// });
/// let mut g = [0.0];
/// assert_eq!(square.value_gradient(&[3.0], &mut g), Ok(9.0));
/// assert_eq!(g, [6.0]);
/// ```
#[derive(Debug, Clone)]
pub struct Smooth<F> {
    dimension: usize,
    function: F,
    scratch: Vec<f64>,
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Smooth<F> {
    /// The function of `dimension` variables that `function(x, gradient)` evaluates.
    pub fn new(dimension: usize, function: F) -> Self {
        Self { dimension, function, scratch: vec![0.0; dimension] }
    }

    /// The same function with products `H(x) v`, which `product(x, v, out)` writes.
    pub fn with_hessian_vector<H: FnMut(&[f64], &[f64], &mut [f64])>(self, product: H) -> Curved<F, H> {
        Curved { smooth: self, product }
    }
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> Objective for Smooth<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }
    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError> {
        Ok((self.function)(x, &mut self.scratch))
    }
    fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, EvaluationError> {
        Ok((self.function)(x, gradient))
    }
}

/// An objective made of two closures: value with gradient, and Hessian-vector product.
///
/// Made by [`Smooth::with_hessian_vector`].
#[derive(Debug, Clone)]
pub struct Curved<F, H> {
    smooth: Smooth<F>,
    product: H,
}

impl<F, H> Objective for Curved<F, H>
where
    F: FnMut(&[f64], &mut [f64]) -> f64,
    H: FnMut(&[f64], &[f64], &mut [f64]),
{
    fn dimension(&self) -> usize {
        self.smooth.dimension
    }
    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError> {
        self.smooth.value(x)
    }
    fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, EvaluationError> {
        self.smooth.value_gradient(x, gradient)
    }
    fn has_hessian_vector(&self) -> bool {
        true
    }
    fn hessian_vector(&mut self, x: &[f64], v: &[f64], product: &mut [f64]) -> Result<(), EvaluationError> {
        (self.product)(x, v, product);
        Ok(())
    }
}

/// Residuals made of one closure that writes `r`, and the row-major Jacobian where one is asked for.
///
/// ```
/// use gradus_optimize::{Residuals, ResidualFunction};
///
/// // r = (x - 1, 2 x)
/// let mut r = ResidualFunction::new(1, 2, |x: &[f64], r: &mut [f64], jacobian: Option<&mut [f64]>| {
///     r.copy_from_slice(&[x[0] - 1.0, 2.0 * x[0]]);
///     if let Some(j) = jacobian {
///         j.copy_from_slice(&[1.0, 2.0]);
///     }
/// });
/// let mut at = [0.0; 2];
/// assert_eq!(r.residuals(&[3.0], &mut at), Ok(()));
/// assert_eq!(at, [2.0, 6.0]);
/// ```
#[derive(Debug, Clone)]
pub struct ResidualFunction<F> {
    dimension: usize,
    count: usize,
    function: F,
}

impl<F: FnMut(&[f64], &mut [f64], Option<&mut [f64]>)> ResidualFunction<F> {
    /// `count` residuals in `dimension` variables, evaluated by `function(x, r, jacobian)`.
    pub fn new(dimension: usize, count: usize, function: F) -> Self {
        Self { dimension, count, function }
    }
}

impl<F: FnMut(&[f64], &mut [f64], Option<&mut [f64]>)> Residuals for ResidualFunction<F> {
    fn dimension(&self) -> usize {
        self.dimension
    }
    fn residual_count(&self) -> usize {
        self.count
    }
    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), EvaluationError> {
        (self.function)(x, residuals, None);
        Ok(())
    }
    fn jacobian(&mut self, x: &[f64], r: &mut [f64], jacobian: &mut [f64]) -> Result<(), EvaluationError> {
        (self.function)(x, r, Some(jacobian));
        Ok(())
    }
}
