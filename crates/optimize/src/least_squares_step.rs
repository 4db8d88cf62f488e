//! Damped linear least squares, the inner problem of Levenberg-Marquardt.
//!
//! For `J` of shape `(m, n)`, `r` of shape `(m)`, a positive diagonal `D` and `lambda >= 0`, solves
//! `min |J p + r|^2 + lambda |D p|^2`, and finds the `lambda` for which `|D p|` is a given radius.
//!
//! `J P = Q R` by Householder reflections with column pivoting, once per Jacobian; each `lambda` then costs
//! `n` sweeps of Givens rotations over `R`, and Newton's method on `phi(lambda) = |D p(lambda)| - radius` needs two
//! or three of them. Nothing is ever squared, so the digits lost are those of `cond(J)`, not of `cond(J)^2`.
//!
//! Cost: `O(m n^2)` to factor, `O(n^3)` per `lambda`, no allocation after construction.
//!
//! Source: More (1978), "The Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in
//! Mathematics 630; Nocedal and Wright (2006), Numerical Optimization, section 10.3.

use crate::vector::{dot, norm2};

/// The factorisation `J P = Q R`, `Q' r`, and room to solve with them.
#[derive(Debug, Clone)]
pub(crate) struct LeastSquaresStep {
    m: usize,
    n: usize,
    /// Columns of the reflected Jacobian, `(n, rows)`, with at least `n` rows: row `j` holds column `j`.
    columns: Vec<f64>,
    rows: usize,
    /// `R`, `(n, n)` row-major.
    r: Vec<f64>,
    /// `permutation[k]` is the variable in position `k` of the pivot order.
    permutation: Vec<usize>,
    /// The reflected residual; its first `n` entries are `Q' r`.
    reflected: Vec<f64>,
    /// Another right-hand side, reflected.
    other: Vec<f64>,
    /// Columns that stand out of rounding error.
    rank: usize,
    remaining: Vec<f64>,
    /// The triangle of the damped problem, `(n, n)`.
    s: Vec<f64>,
    rhs: Vec<f64>,
    extra: Vec<f64>,
    z: Vec<f64>,
}

impl LeastSquaresStep {
    pub(crate) fn new(m: usize, n: usize) -> Self {
        let rows = m.max(n);
        Self {
            m,
            n,
            columns: vec![0.0; n * rows],
            rows,
            r: vec![0.0; n * n],
            permutation: (0..n).collect(),
            reflected: vec![0.0; rows],
            other: vec![0.0; rows],
            rank: 0,
            remaining: vec![0.0; n],
            s: vec![0.0; n * n],
            rhs: vec![0.0; n],
            extra: vec![0.0; n],
            z: vec![0.0; n],
        }
    }

    /// Factors the row-major `jacobian` with its columns divided by `scale`, and reflects `residuals`.
    ///
    /// With `D = diag(scale)`, the solver works in `q = D p`, whose trust region is a ball.
    pub(crate) fn factor(&mut self, jacobian: &[f64], residuals: &[f64], scale: &[f64]) {
        let (m, n, rows) = (self.m, self.n, self.rows);
        for j in 0..n {
            let column = &mut self.columns[j * rows..(j + 1) * rows];
            for i in 0..m {
                column[i] = jacobian[i * n + j] / scale[j];
            }
            column[m..].fill(0.0);
            self.permutation[j] = j;
        }
        self.reflected[..m].copy_from_slice(residuals);
        self.reflected[m..].fill(0.0);
        for k in 0..n {
            self.pivot(k);
            self.reflect(k);
        }
        let largest = if n > 0 { self.r[0].abs() } else { 0.0 };
        let threshold = largest * f64::EPSILON * (rows as f64);
        self.rank = (0..n).take_while(|&k| self.r[k * n + k].abs() > threshold).count();
    }

    /// Brings the remaining column of largest remaining norm to position `k`.
    fn pivot(&mut self, k: usize) {
        let rows = self.rows;
        for j in k..self.n {
            self.remaining[j] = norm2(&self.columns[j * rows + k..(j + 1) * rows]);
        }
        let mut best = k;
        for j in k + 1..self.n {
            if self.remaining[j] > self.remaining[best] {
                best = j;
            }
        }
        if best != k {
            let (head, tail) = self.columns.split_at_mut(best * rows);
            head[k * rows..(k + 1) * rows].swap_with_slice(&mut tail[..rows]);
            self.permutation.swap(k, best);
            for i in 0..k {
                self.r.swap(i * self.n + k, i * self.n + best);
            }
            self.remaining.swap(k, best);
        }
    }

    /// Householder reflection of column `k`: writes row `k` of `R` and updates what is to its right.
    fn reflect(&mut self, k: usize) {
        let (n, rows) = (self.n, self.rows);
        let norm = self.remaining[k];
        let (head, tail) = self.columns.split_at_mut((k + 1) * rows);
        let v = &mut head[k * rows + k..];
        if norm == 0.0 {
            v.fill(0.0); // no reflection
            for j in k..n {
                self.r[k * n + j] = if j == k { 0.0 } else { tail[(j - k - 1) * rows + k] };
            }
            return;
        }
        // v = x + sign(x_0) |x| e_0, scaled to v_0 = 1 + |x_0| / |x|; H = I - v v' / v_0.
        let signed = if v[0] < 0.0 { -norm } else { norm };
        v.iter_mut().for_each(|e| *e /= signed);
        v[0] += 1.0;
        self.r[k * n + k] = -signed;
        for j in k + 1..n {
            let column = &mut tail[(j - k - 1) * rows + k..(j - k) * rows];
            let factor = -dot(v, column) / v[0];
            crate::vector::axpy(factor, v, column);
            self.r[k * n + j] = column[0];
        }
        let factor = -dot(v, &self.reflected[k..]) / v[0];
        crate::vector::axpy(factor, v, &mut self.reflected[k..]);
    }

    /// The number of columns that stand out of rounding error.
    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    /// `|R_kk| / |R_00|`: how far column `k` in the order of the pivots stands out.
    pub(crate) fn pivot_ratio(&self, k: usize) -> f64 {
        (self.r[k * self.n + k] / self.r[0]).abs()
    }

    /// `|Q' r|`, the part of the residual that the columns of `J` can reach.
    pub(crate) fn reachable(&self) -> f64 {
        norm2(&self.reflected[..self.rank.min(self.m)])
    }

    /// The Gauss-Newton step `q = D p`: a basic solution where the rank is deficient.
    pub(crate) fn gauss_newton(&mut self, q: &mut [f64]) {
        let n = self.n;
        self.rhs.copy_from_slice(&self.reflected[..n]);
        self.rhs[self.rank..].fill(0.0);
        for k in (0..self.rank).rev() {
            let row = &self.r[k * n..(k + 1) * n];
            let sum = dot(&row[k + 1..self.rank], &self.rhs[k + 1..self.rank]);
            self.rhs[k] = (self.rhs[k] - sum) / row[k];
        }
        for k in 0..n {
            q[self.permutation[k]] = -self.rhs[k];
        }
    }

    /// The damped step `q(lambda)`; leaves the damped triangle in `s`.
    pub(crate) fn damped(&mut self, lambda: f64, q: &mut [f64]) {
        let n = self.n;
        self.s.copy_from_slice(&self.r);
        self.rhs.copy_from_slice(&self.reflected[..n]);
        let root = lambda.sqrt();
        for j in 0..n {
            // Rotate the row sqrt(lambda) e_j' into the triangle.
            self.extra[j..].fill(0.0);
            self.extra[j] = root;
            let mut extra_rhs = 0.0;
            for k in j..n {
                if self.extra[k] == 0.0 {
                    continue;
                }
                let diagonal = self.s[k * n + k];
                let length = diagonal.hypot(self.extra[k]);
                let (c, s) = (diagonal / length, self.extra[k] / length);
                self.s[k * n + k] = length;
                for i in k + 1..n {
                    let (a, b) = (self.s[k * n + i], self.extra[i]);
                    self.s[k * n + i] = c * a + s * b;
                    self.extra[i] = c * b - s * a;
                }
                let (a, b) = (self.rhs[k], extra_rhs);
                self.rhs[k] = c * a + s * b;
                extra_rhs = c * b - s * a;
            }
        }
        for k in (0..n).rev() {
            let row = &self.s[k * n..(k + 1) * n];
            let sum = dot(&row[k + 1..], &self.rhs[k + 1..n]);
            self.rhs[k] = if row[k] == 0.0 { 0.0 } else { (self.rhs[k] - sum) / row[k] };
        }
        for k in 0..n {
            q[self.permutation[k]] = -self.rhs[k];
        }
    }

    /// The damped step for another residual vector, with the same Jacobian.
    pub(crate) fn damped_for(&mut self, residuals: &[f64], lambda: f64, q: &mut [f64]) {
        let rows = self.rows;
        self.other[..self.m].copy_from_slice(residuals);
        self.other[self.m..].fill(0.0);
        for k in 0..self.n {
            let v = &self.columns[k * rows + k..(k + 1) * rows];
            if v[0] >= 1.0 {
                let factor = -dot(v, &self.other[k..]) / v[0];
                crate::vector::axpy(factor, v, &mut self.other[k..]);
            }
        }
        std::mem::swap(&mut self.reflected, &mut self.other);
        self.damped(lambda, q);
        std::mem::swap(&mut self.reflected, &mut self.other);
    }

    /// The step of length at most `1.1 radius`, and its `lambda`: Newton's method on `phi`, kept in a bracket.
    ///
    /// `lambda` is the damping of the previous step, a good first guess; returns 0 if the Gauss-Newton step fits.
    pub(crate) fn within(&mut self, radius: f64, lambda: f64, q: &mut [f64]) -> f64 {
        self.gauss_newton(q);
        let mut excess = norm2(q) - radius;
        if excess <= 0.1 * radius {
            return 0.0;
        }
        let mut lower = 0.0;
        if self.rank == self.n {
            self.s.copy_from_slice(&self.r);
            lower = excess / (radius * self.slope_square(q));
        }
        let mut upper = self.gradient_norm() / radius;
        if upper == 0.0 || !upper.is_finite() {
            upper = f64::MIN_POSITIVE / radius.min(0.1);
        }
        let mut lambda = lambda.max(lower).min(upper.max(lower));
        if lambda == 0.0 {
            lambda = upper / norm2(q).max(1.0);
        }
        for _ in 0..12 {
            if lambda == 0.0 {
                lambda = f64::MIN_POSITIVE.max(1e-3 * upper);
            }
            self.damped(lambda, q);
            let length = norm2(q);
            let before = excess;
            excess = length - radius;
            if excess.abs() <= 0.1 * radius || (lower == 0.0 && excess <= before && before < 0.0) {
                break;
            }
            let correction = excess / (radius * self.slope_square(q));
            if excess > 0.0 {
                lower = f64::max(lower, lambda);
            } else {
                upper = f64::min(upper, lambda);
            }
            lambda = f64::max(lower, lambda + correction);
        }
        lambda
    }

    /// `|S^-T P' q|^2 / |q|^2` for the triangle in `s`, which is `-phi' / |q|`.
    fn slope_square(&mut self, q: &[f64]) -> f64 {
        let n = self.n;
        let length = norm2(q);
        for k in 0..n {
            self.z[k] = q[self.permutation[k]] / length;
        }
        for k in 0..n {
            self.z[k] /= self.s[k * n + k];
            let z = self.z[k];
            for i in k + 1..n {
                self.z[i] -= self.s[k * n + i] * z;
            }
        }
        dot(&self.z, &self.z)
    }

    /// `|D^-1 J' r| = |R' Q' r|`.
    fn gradient_norm(&mut self) -> f64 {
        let n = self.n;
        for j in 0..n {
            self.z[j] = (0..=j).map(|k| self.r[k * n + j] * self.reflected[k]).sum();
        }
        norm2(&self.z)
    }

    /// `|J p|^2` for the step `q = D p`.
    pub(crate) fn linear_change_square(&mut self, q: &[f64]) -> f64 {
        let n = self.n;
        for k in 0..n {
            self.z[k] = (k..n).map(|j| self.r[k * n + j] * q[self.permutation[j]]).sum();
        }
        dot(&self.z, &self.z)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_newton_solves_a_line_fit() {
        // Points (0,1), (1,3), (2,5) lie on 1 + 2 t; at zero parameters the residual is -y.
        let j = [1.0, 0.0, 1.0, 1.0, 1.0, 2.0];
        let mut step = LeastSquaresStep::new(3, 2);
        step.factor(&j, &[-1.0, -3.0, -5.0], &[1.0, 1.0]);
        let mut q = [0.0; 2];
        step.gauss_newton(&mut q);
        assert!((q[0] - 1.0).abs() < 1e-14 && (q[1] - 2.0).abs() < 1e-14, "{q:?}");
    }

    #[test]
    fn damped_step_solves_the_normal_equations() {
        // (J'J + lambda I) p = -J'r with J'J = [[3,3],[3,5]], J'r = [-9,-13], lambda = 2: p = [24, 38] / 26.
        let j = [1.0, 0.0, 1.0, 1.0, 1.0, 2.0];
        let mut step = LeastSquaresStep::new(3, 2);
        step.factor(&j, &[-1.0, -3.0, -5.0], &[1.0, 1.0]);
        let mut q = [0.0; 2];
        step.damped(2.0, &mut q);
        assert!((q[0] - 24.0 / 26.0).abs() < 1e-14 && (q[1] - 38.0 / 26.0).abs() < 1e-14, "{q:?}");
    }

    #[test]
    fn radius_is_met_within_a_tenth() {
        let j = [1.0, 0.0, 1.0, 1.0, 1.0, 2.0];
        let mut step = LeastSquaresStep::new(3, 2);
        step.factor(&j, &[-1.0, -3.0, -5.0], &[1.0, 1.0]);
        let mut q = [0.0; 2];
        for radius in [1e-8, 1e-3, 0.5, 2.0] {
            let lambda = step.within(radius, 0.0, &mut q);
            assert!(lambda > 0.0 && (norm2(&q) - radius).abs() <= 0.1001 * radius, "{radius} {q:?}");
        }
        assert_eq!(step.within(100.0, 0.0, &mut q), 0.0);
    }

    #[test]
    fn deficient_rank_and_more_variables_than_residuals() {
        let mut step = LeastSquaresStep::new(1, 2);
        step.factor(&[3.0, 4.0], &[-25.0], &[1.0, 1.0]);
        assert_eq!(step.rank(), 1);
        let mut q = [0.0; 2];
        step.gauss_newton(&mut q);
        assert!((3.0 * q[0] + 4.0 * q[1] - 25.0).abs() < 1e-13);
        let lambda = step.within(1.0, 0.0, &mut q);
        assert!(lambda > 0.0 && (norm2(&q) - 1.0).abs() < 0.11, "{q:?}");
        step.factor(&[0.0, 0.0], &[1.0], &[1.0, 1.0]);
        assert_eq!(step.rank(), 0);
    }
}
