//! The BFGS approximation of a Hessian in compact form.
//!
//! From pairs `s_i`, `y_i` (oldest first) with `s_i'y_i > 0` and a scale `theta`,
//!
//! ```text
//! B = theta I - W M W',   W = [Y, theta S] of shape (n, 2k),   M = [ -D  L'        ]^-1
//!                                                                  [  L  theta S'S ]
//! ```
//!
//! where `D` is the diagonal and `L` the strict lower triangle of `S'Y`. The small matrix is kept as an LU
//! factorisation with row exchanges.
//!
//! Source: Byrd, Nocedal and Schnabel (1994), Math. Programming 63, theorem 2.3.

use crate::vector::{axpy, dot};

/// A square system of at most a few dozen unknowns, factored in place.
#[derive(Debug, Clone)]
pub(crate) struct SmallLu {
    pub(crate) n: usize,
    pub(crate) a: Vec<f64>,
    exchange: Vec<usize>,
}

impl SmallLu {
    pub(crate) fn with_capacity(n: usize) -> Self {
        Self { n: 0, a: vec![0.0; n * n], exchange: vec![0; n] }
    }

    /// Factors the row-major matrix in `a`; false if it is singular.
    pub(crate) fn factor(&mut self) -> bool {
        let n = self.n;
        for k in 0..n {
            let mut pivot = k;
            for i in k + 1..n {
                if self.a[i * n + k].abs() > self.a[pivot * n + k].abs() {
                    pivot = i;
                }
            }
            self.exchange[k] = pivot;
            if pivot != k {
                for j in 0..n {
                    self.a.swap(k * n + j, pivot * n + j);
                }
            }
            let diagonal = self.a[k * n + k];
            if diagonal == 0.0 || !diagonal.is_finite() {
                return false;
            }
            for i in k + 1..n {
                let factor = self.a[i * n + k] / diagonal;
                self.a[i * n + k] = factor;
                for j in k + 1..n {
                    self.a[i * n + j] -= factor * self.a[k * n + j];
                }
            }
        }
        true
    }

    /// Overwrites `v` with the solution.
    pub(crate) fn solve(&self, v: &mut [f64]) {
        let n = self.n;
        for k in 0..n {
            v.swap(k, self.exchange[k]);
        }
        for i in 0..n {
            v[i] -= dot(&self.a[i * n..i * n + i], &v[..i]);
        }
        for i in (0..n).rev() {
            let sum = dot(&self.a[i * n + i + 1..(i + 1) * n], &v[i + 1..n]);
            v[i] = (v[i] - sum) / self.a[i * n + i];
        }
    }
}

/// The pairs and their small matrices.
#[derive(Debug, Clone)]
pub(crate) struct CompactBfgs {
    n: usize,
    memory: usize,
    pub(crate) pairs: usize,
    pub(crate) theta: f64,
    /// Rows of `n`, oldest first, each pair scaled to `s'y = 1`.
    pub(crate) s: Vec<f64>,
    pub(crate) y: Vec<f64>,
    /// `S'Y`, `S'S`, `Y'Y`, each `(memory, memory)`.
    sy: Vec<f64>,
    ss: Vec<f64>,
    yy: Vec<f64>,
    middle: SmallLu,
}

impl CompactBfgs {
    pub(crate) fn new(n: usize, memory: usize) -> Self {
        let square = || vec![0.0; memory * memory];
        Self {
            n,
            memory,
            pairs: 0,
            theta: 1.0,
            s: vec![0.0; memory * n],
            y: vec![0.0; memory * n],
            sy: square(),
            ss: square(),
            yy: square(),
            middle: SmallLu::with_capacity(2 * memory),
        }
    }

    /// Forgets all pairs.
    pub(crate) fn clear(&mut self) {
        self.pairs = 0;
        self.theta = 1.0;
        self.middle.n = 0;
    }

    /// Keeps the pair unless its curvature is spoiled, dropping the oldest when full.
    pub(crate) fn push(&mut self, s: &[f64], y: &[f64]) {
        let (sy, yy) = (dot(s, y), dot(y, y));
        if self.memory == 0 || sy <= f64::EPSILON * yy || !(yy / sy).is_finite() {
            return;
        }
        let (n, m) = (self.n, self.memory);
        if self.pairs == m {
            self.s.copy_within(n.., 0);
            self.y.copy_within(n.., 0);
            for matrix in [&mut self.sy, &mut self.ss, &mut self.yy] {
                for i in 1..m {
                    for j in 1..m {
                        matrix[(i - 1) * m + j - 1] = matrix[i * m + j];
                    }
                }
            }
            self.pairs -= 1;
        }
        let k = self.pairs;
        // B does not change if a pair is scaled as a whole; with s'y = 1 the small matrix is better balanced.
        let scale = sy.sqrt().recip();
        for j in 0..n {
            self.s[k * n + j] = scale * s[j];
            self.y[k * n + j] = scale * y[j];
        }
        self.pairs = k + 1;
        self.border(k);
        self.theta = yy / sy;
        self.factor();
    }

    /// Row and column `k` of the three Gram matrices.
    fn border(&mut self, k: usize) {
        let (n, m) = (self.n, self.memory);
        let row = |v: &[f64], i: usize| -> std::ops::Range<usize> {
            debug_assert!((i + 1) * n <= v.len());
            i * n..(i + 1) * n
        };
        for i in 0..=k {
            let (si, yi) = (&self.s[row(&self.s, i)], &self.y[row(&self.y, i)]);
            let (sk, yk) = (&self.s[row(&self.s, k)], &self.y[row(&self.y, k)]);
            self.sy[i * m + k] = dot(si, yk);
            self.sy[k * m + i] = dot(sk, yi);
            let (ss, yy) = (dot(si, sk), dot(yi, yk));
            self.ss[i * m + k] = ss;
            self.ss[k * m + i] = ss;
            self.yy[i * m + k] = yy;
            self.yy[k * m + i] = yy;
        }
    }

    /// Rebuilds the small matrices from the first `pairs` rows of `s` and `y`.
    pub(crate) fn restore(&mut self, pairs: usize, theta: f64) {
        self.pairs = pairs;
        self.theta = theta;
        for k in 0..pairs {
            self.border(k);
        }
        self.factor();
    }

    fn factor(&mut self) {
        let (k, m) = (self.pairs, self.memory);
        let width = 2 * k;
        self.middle.n = width;
        for i in 0..k {
            for j in 0..k {
                let lower = if i > j { self.sy[i * m + j] } else { 0.0 };
                self.middle.a[i * width + j] = if i == j { -self.sy[i * m + i] } else { 0.0 };
                self.middle.a[(k + i) * width + j] = lower;
                self.middle.a[j * width + k + i] = lower;
                self.middle.a[(k + i) * width + k + j] = self.theta * self.ss[i * m + j];
            }
        }
        if !self.middle.factor() {
            self.clear();
        }
    }

    /// `d = -B^-1 g` by the two-loop recursion, which needs no factorisation; `alpha` is scratch of `(pairs)`.
    pub(crate) fn newton_step(&self, g: &[f64], d: &mut [f64], alpha: &mut [f64]) {
        let n = self.n;
        for (d, g) in d.iter_mut().zip(g) {
            *d = -g;
        }
        for k in (0..self.pairs).rev() {
            alpha[k] = dot(&self.s[k * n..(k + 1) * n], d);
            axpy(-alpha[k], &self.y[k * n..(k + 1) * n], d);
        }
        d.iter_mut().for_each(|d| *d /= self.theta);
        for k in 0..self.pairs {
            let beta = dot(&self.y[k * n..(k + 1) * n], d);
            axpy(alpha[k] - beta, &self.s[k * n..(k + 1) * n], d);
        }
    }

    /// The number of columns of `W`.
    pub(crate) fn width(&self) -> usize {
        2 * self.pairs
    }

    /// `v <- M v`.
    pub(crate) fn middle(&self, v: &mut [f64]) {
        self.middle.solve(v);
    }

    /// Row `j` of `W`.
    pub(crate) fn row(&self, j: usize, w: &mut [f64]) {
        for i in 0..self.pairs {
            w[i] = self.y[i * self.n + j];
            w[self.pairs + i] = self.theta * self.s[i * self.n + j];
        }
    }

    /// `out = W' v`.
    pub(crate) fn transposed_times(&self, v: &[f64], out: &mut [f64]) {
        let n = self.n;
        for i in 0..self.pairs {
            out[i] = dot(&self.y[i * n..(i + 1) * n], v);
            out[self.pairs + i] = self.theta * dot(&self.s[i * n..(i + 1) * n], v);
        }
    }

    /// The Gram matrix `W' W`, `(2k, 2k)`.
    pub(crate) fn gram(&self, out: &mut [f64]) {
        let (k, m, theta) = (self.pairs, self.memory, self.theta);
        let width = 2 * k;
        for i in 0..k {
            for j in 0..k {
                out[i * width + j] = self.yy[i * m + j];
                out[i * width + k + j] = theta * self.sy[j * m + i];
                out[(k + i) * width + j] = theta * self.sy[i * m + j];
                out[(k + i) * width + k + j] = theta * theta * self.ss[i * m + j];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_lu_solves_with_exchanges() {
        let mut lu = SmallLu::with_capacity(3);
        lu.n = 3;
        lu.a.copy_from_slice(&[0.0, 2.0, 1.0, 1.0, 1.0, 0.0, 3.0, 0.0, 1.0]);
        assert!(lu.factor());
        // (1, 2, 3) gives (7, 3, 6).
        let mut v = [7.0, 3.0, 6.0];
        lu.solve(&mut v);
        assert!(v.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-14), "{v:?}");
        lu.a.fill(0.0);
        assert!(!lu.factor());
    }

    /// The newest pair satisfies the secant equation `B s = y`.
    #[test]
    fn secant_equation_also_after_dropping_the_oldest() {
        let mut b = CompactBfgs::new(3, 2);
        let h = [[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]];
        for s in [[1.0, 0.0, 0.5], [0.0, 1.0, -1.0], [1.0, 1.0, 1.0]] {
            let y: Vec<f64> = h.iter().map(|r| dot(r, &s)).collect();
            b.push(&s, &y);
            let mut v = vec![0.0; b.width()];
            b.transposed_times(&s, &mut v);
            b.middle(&mut v);
            let mut w = vec![0.0; b.width()];
            for j in 0..3 {
                b.row(j, &mut w);
                let product = b.theta * s[j] - dot(&w, &v);
                assert!((product - y[j]).abs() < 1e-13, "{product} {}", y[j]);
            }
            let (mut d, mut alpha) = ([0.0; 3], [0.0; 2]);
            b.newton_step(&y, &mut d, &mut alpha);
            assert!(d.iter().zip(&s).all(|(d, s)| (d + s).abs() < 1e-13), "{d:?}");
        }
    }
}
