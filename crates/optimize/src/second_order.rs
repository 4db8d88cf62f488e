//! The Newton step of a sum of squares.
//!
//! With `H = J'J + S`, `S = sum_i r_i (Hessian of r_i)`, solves `H p = -J'r`. The columns of `S` are differences of
//! Jacobians, `S e_j = (J(x + h e_j) - J(x))' r / h`, so that only the small part of `H` is approximated; `H` is
//! factored by Cholesky, and a matrix that is not positive definite gives no step.
//!
//! Cost: `n` Jacobians and `O(m n^2 + n^3)`. This is what Gauss-Newton leaves out; it matters where residuals are
//! large and curved.
//!
//! Source: Nocedal and Wright (2006), Numerical Optimization, section 10.3 (large-residual problems).

use crate::vector::{dot, is_finite};
use crate::{EvaluationError, Residuals};

/// Memory for `H` and for a shifted Jacobian.
pub(crate) struct SecondOrder {
    h: Vec<f64>,
    shifted: Vec<f64>,
    r: Vec<f64>,
    jacobian: Vec<f64>,
}

impl SecondOrder {
    pub(crate) fn new(m: usize, n: usize) -> Self {
        Self { h: vec![0.0; n * n], shifted: vec![0.0; n], r: vec![0.0; m], jacobian: vec![0.0; m * n] }
    }

    /// Writes the step over `p`; false if there is none. `scale` are the axes, used to balance `H`.
    pub(crate) fn step(
        &mut self,
        f: &mut dyn Residuals,
        (x, r, jacobian, scale): (&[f64], &[f64], &[f64], &[f64]),
        p: &mut [f64],
    ) -> Result<bool, EvaluationError> {
        let n = x.len();
        let length = x.iter().zip(scale).map(|(x, d)| x * d).fold(0.0, f64::hypot);
        for j in 0..n {
            let size = if x[j] != 0.0 { x[j].abs() } else { length.max(1e-3) / scale[j] };
            self.shifted.copy_from_slice(x);
            self.shifted[j] += f64::EPSILON.sqrt() * size;
            let h = self.shifted[j] - x[j];
            f.jacobian(&self.shifted, &mut self.r, &mut self.jacobian)?;
            for k in 0..n {
                let change: f64 =
                    (0..r.len()).map(|i| (self.jacobian[i * n + k] - jacobian[i * n + k]) * r[i]).sum();
                self.h[j * n + k] = change / h;
            }
        }
        for j in 0..n {
            for k in 0..=j {
                let gauss_newton: f64 = (0..r.len()).map(|i| jacobian[i * n + j] * jacobian[i * n + k]).sum();
                let second = 0.5 * (self.h[j * n + k] + self.h[k * n + j]);
                self.h[j * n + k] = (gauss_newton + second) / (scale[j] * scale[k]);
            }
        }
        if !is_finite(&self.h) || !self.cholesky() {
            return Ok(false);
        }
        for j in 0..n {
            let slope: f64 = (0..r.len()).map(|i| jacobian[i * n + j] * r[i]).sum();
            p[j] = -slope / scale[j];
        }
        for j in 0..n {
            p[j] = (p[j] - dot(&self.h[j * n..j * n + j], &p[..j])) / self.h[j * n + j];
        }
        for j in (0..n).rev() {
            let sum: f64 = (j + 1..n).map(|k| self.h[k * n + j] * p[k]).sum();
            p[j] = (p[j] - sum) / self.h[j * n + j];
        }
        for j in 0..n {
            p[j] /= scale[j];
        }
        Ok(is_finite(p))
    }

    /// Overwrites the lower triangle of `H` with its Cholesky factor; false if `H` is not positive definite.
    fn cholesky(&mut self) -> bool {
        let n = self.shifted.len();
        for j in 0..n {
            for k in 0..=j {
                let sum = dot(&self.h[j * n..j * n + k], &self.h[k * n..k * n + k]);
                let rest = self.h[j * n + k] - sum;
                if k < j {
                    self.h[j * n + k] = rest / self.h[k * n + k];
                } else if rest > f64::EPSILON * self.h[j * n + j] {
                    self.h[j * n + j] = rest.sqrt();
                } else {
                    return false;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResidualFunction;

    /// `r = (x^2 - 2, 3)`: `f = 1/2 |r|^2` has `f' = 2 x (x^2 - 2)` and `f'' = 6 x^2 - 4`; from 2: `-8 / 20`.
    #[test]
    fn newton_step_of_a_quartic() {
        let mut f = ResidualFunction::new(1, 2, |x: &[f64], r: &mut [f64], j: Option<&mut [f64]>| {
            r.copy_from_slice(&[x[0] * x[0] - 2.0, 3.0]);
            if let Some(j) = j {
                j.copy_from_slice(&[2.0 * x[0], 0.0]);
            }
        });
        let (mut r, mut j, mut p) = ([0.0; 2], [0.0; 2], [0.0]);
        f.jacobian(&[2.0], &mut r, &mut j).expect("evaluates");
        let mut second = SecondOrder::new(2, 1);
        assert!(second.step(&mut f, (&[2.0], &r, &j, &[4.0]), &mut p).expect("evaluates"));
        assert!((p[0] + 0.4).abs() < 1e-8, "{p:?}");
        // At 0 the curvature is -4: no step.
        f.jacobian(&[0.0], &mut r, &mut j).expect("evaluates");
        assert!(!second.step(&mut f, (&[0.0], &r, &j, &[4.0]), &mut p).expect("evaluates"));
    }
}
