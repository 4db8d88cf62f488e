//! Test functions with published minima.
//!
//! Source: More, Garbow and Hillstrom (1981), "Testing unconstrained optimization software", ACM TOMS 7, with the
//! numbers, starts and minima of that paper. All are sums of squares.

use gradus_optimize::{EvaluationError, Objective, Residuals};

/// A sum of squares of the paper: residuals and row-major Jacobian.
pub(crate) struct Published {
    pub(crate) name: &'static str,
    pub(crate) start: Vec<f64>,
    /// The published minima of the sum of squares, global first.
    pub(crate) minima: &'static [f64],
    count: usize,
    evaluate: fn(&[f64], &mut [f64], &mut [f64]),
    r: Vec<f64>,
    j: Vec<f64>,
}

impl Published {
    fn new(
        name: &'static str,
        start: Vec<f64>,
        count: usize,
        minima: &'static [f64],
        evaluate: fn(&[f64], &mut [f64], &mut [f64]),
    ) -> Self {
        let n = start.len();
        Self { name, start, minima, count, evaluate, r: vec![0.0; count], j: vec![0.0; count * n] }
    }

    /// Whether `value` is one of the published minima, to the digits that were published; zero may be missed by
    /// what a gradient of 1e-8 leaves in the flattest valley among them.
    pub(crate) fn is_minimum(&self, value: f64) -> bool {
        self.minima.iter().any(|m| (value - m).abs() <= 1e-5 * m.abs() + 1e-8)
    }
}

impl Residuals for Published {
    fn dimension(&self) -> usize {
        self.start.len()
    }
    fn residual_count(&self) -> usize {
        self.count
    }
    fn residuals(&mut self, x: &[f64], r: &mut [f64]) -> Result<(), EvaluationError> {
        (self.evaluate)(x, r, &mut self.j);
        Ok(())
    }
    fn jacobian(&mut self, x: &[f64], r: &mut [f64], j: &mut [f64]) -> Result<(), EvaluationError> {
        j.fill(0.0);
        (self.evaluate)(x, r, j);
        Ok(())
    }
}

/// The sum of squares itself; products with its Hessian are central differences of the gradient.
impl Objective for Published {
    fn dimension(&self) -> usize {
        self.start.len()
    }
    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError> {
        (self.evaluate)(x, &mut self.r, &mut self.j);
        Ok(self.r.iter().map(|r| r * r).sum())
    }
    fn value_gradient(&mut self, x: &[f64], g: &mut [f64]) -> Result<f64, EvaluationError> {
        let n = self.start.len();
        self.j.fill(0.0);
        (self.evaluate)(x, &mut self.r, &mut self.j);
        for k in 0..n {
            g[k] = 2.0 * (0..self.count).map(|i| self.r[i] * self.j[i * n + k]).sum::<f64>();
        }
        Ok(self.r.iter().map(|r| r * r).sum())
    }
    fn has_hessian_vector(&self) -> bool {
        true
    }
    fn hessian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), EvaluationError> {
        let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let h = 6e-6 * norm(x).max(1.0) / norm(v).max(f64::MIN_POSITIVE);
        let at = |sign: f64| -> Vec<f64> { x.iter().zip(v).map(|(x, v)| x + sign * h * v).collect() };
        let mut ahead = vec![0.0; x.len()];
        self.value_gradient(&at(1.0), &mut ahead)?;
        self.value_gradient(&at(-1.0), out)?;
        for (out, ahead) in out.iter_mut().zip(&ahead) {
            *out = (ahead - *out) / (2.0 * h);
        }
        Ok(())
    }
}

/// The functions, numbered as in the paper.
pub(crate) fn all() -> Vec<Published> {
    vec![
        // (1)
        Published::new("Rosenbrock", vec![-1.2, 1.0], 2, &[0.0], |x, r, j| {
            r.copy_from_slice(&[10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]]);
            j.copy_from_slice(&[-20.0 * x[0], 10.0, -1.0, 0.0]);
        }),
        // (2)
        Published::new("Freudenstein and Roth", vec![0.5, -2.0], 2, &[0.0, 48.9842], |x, r, j| {
            let b = x[1];
            r[0] = -13.0 + x[0] + ((5.0 - b) * b - 2.0) * b;
            r[1] = -29.0 + x[0] + ((b + 1.0) * b - 14.0) * b;
            j.copy_from_slice(&[1.0, (10.0 - 3.0 * b) * b - 2.0, 1.0, (3.0 * b + 2.0) * b - 14.0]);
        }),
        // (3)
        Published::new("Powell badly scaled", vec![0.0, 1.0], 2, &[0.0], |x, r, j| {
            r[0] = 1e4 * x[0] * x[1] - 1.0;
            r[1] = (-x[0]).exp() + (-x[1]).exp() - 1.0001;
            j.copy_from_slice(&[1e4 * x[1], 1e4 * x[0], -(-x[0]).exp(), -(-x[1]).exp()]);
        }),
        // (4)
        Published::new("Brown badly scaled", vec![1.0, 1.0], 3, &[0.0], |x, r, j| {
            r.copy_from_slice(&[x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2.0]);
            j.copy_from_slice(&[1.0, 0.0, 0.0, 1.0, x[1], x[0]]);
        }),
        // (5)
        Published::new("Beale", vec![1.0, 1.0], 3, &[0.0], |x, r, j| {
            for (i, y) in [1.5, 2.25, 2.625].into_iter().enumerate() {
                let k = i as i32 + 1;
                r[i] = y - x[0] * (1.0 - x[1].powi(k));
                j[2 * i] = -(1.0 - x[1].powi(k));
                j[2 * i + 1] = x[0] * f64::from(k) * x[1].powi(k - 1);
            }
        }),
        // (6)
        Published::new("Jennrich and Sampson", vec![0.3, 0.4], 10, &[124.362], |x, r, j| {
            for i in 0..10 {
                let k = i as f64 + 1.0;
                let (a, b) = ((k * x[0]).exp(), (k * x[1]).exp());
                r[i] = 2.0 + 2.0 * k - (a + b);
                j[2 * i] = -k * a;
                j[2 * i + 1] = -k * b;
            }
        }),
        // (7)
        Published::new("Helical valley", vec![-1.0, 0.0, 0.0], 3, &[0.0], |x, r, j| {
            let square = x[0] * x[0] + x[1] * x[1];
            let turn = std::f64::consts::TAU;
            let mut theta = (x[1] / x[0]).atan() / turn;
            if x[0] < 0.0 {
                theta += 0.5;
            }
            r.copy_from_slice(&[10.0 * (x[2] - 10.0 * theta), 10.0 * (square.sqrt() - 1.0), x[2]]);
            let (a, b) = (100.0 / (turn * square), 10.0 / square.sqrt());
            j.copy_from_slice(&[a * x[1], -a * x[0], 10.0, b * x[0], b * x[1], 0.0, 0.0, 0.0, 1.0]);
        }),
        // (8)
        Published::new("Bard", vec![1.0, 1.0, 1.0], 15, &[8.21487e-3], |x, r, j| {
            const Y: [f64; 15] =
                [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];
            for i in 0..15 {
                let u = i as f64 + 1.0;
                let v = 16.0 - u;
                let w = u.min(v);
                let d = v * x[1] + w * x[2];
                r[i] = Y[i] - (x[0] + u / d);
                j[3 * i..3 * i + 3].copy_from_slice(&[-1.0, u * v / (d * d), u * w / (d * d)]);
            }
        }),
        // (11)
        Published::new("Gulf research", vec![5.0, 2.5, 0.15], 99, &[0.0], |x, r, j| {
            for i in 0..99 {
                let t = (i as f64 + 1.0) / 100.0;
                let y = 25.0 + (-50.0 * t.ln()).powf(2.0 / 3.0);
                let u = (y - x[1]).abs();
                let p = u.powf(x[2]);
                let e = (-p / x[0]).exp();
                r[i] = e - t;
                j[3 * i] = e * p / (x[0] * x[0]);
                j[3 * i + 1] = e * x[2] * p / (x[0] * (y - x[1]));
                j[3 * i + 2] = -e * p * u.ln() / x[0];
            }
        }),
        // (12)
        Published::new("Box three-dimensional", vec![0.0, 10.0, 20.0], 10, &[0.0], |x, r, j| {
            for i in 0..10 {
                let t = 0.1 * (i as f64 + 1.0);
                let (a, b, c) = ((-t * x[0]).exp(), (-t * x[1]).exp(), (-t).exp() - (-10.0 * t).exp());
                r[i] = a - b - x[2] * c;
                j[3 * i..3 * i + 3].copy_from_slice(&[-t * a, t * b, -c]);
            }
        }),
        // (13)
        Published::new("Powell singular", vec![3.0, -1.0, 0.0, 1.0], 4, &[0.0], |x, r, j| {
            let (u, v) = (x[1] - 2.0 * x[2], x[0] - x[3]);
            let (a, b) = (5f64.sqrt(), 10f64.sqrt());
            r.copy_from_slice(&[x[0] + 10.0 * x[1], a * (x[2] - x[3]), u * u, b * v * v]);
            j[0..4].copy_from_slice(&[1.0, 10.0, 0.0, 0.0]);
            j[4..8].copy_from_slice(&[0.0, 0.0, a, -a]);
            j[8..12].copy_from_slice(&[0.0, 2.0 * u, -4.0 * u, 0.0]);
            j[12..16].copy_from_slice(&[2.0 * b * v, 0.0, 0.0, -2.0 * b * v]);
        }),
        // (14)
        Published::new("Wood", vec![-3.0, -1.0, -3.0, -1.0], 6, &[0.0], |x, r, j| {
            let (s, t) = (90f64.sqrt(), 10f64.sqrt());
            r[0] = 10.0 * (x[1] - x[0] * x[0]);
            r[1] = 1.0 - x[0];
            r[2] = s * (x[3] - x[2] * x[2]);
            r[3] = 1.0 - x[2];
            r[4] = t * (x[1] + x[3] - 2.0);
            r[5] = (x[1] - x[3]) / t;
            j[0..4].copy_from_slice(&[-20.0 * x[0], 10.0, 0.0, 0.0]);
            j[4..8].copy_from_slice(&[-1.0, 0.0, 0.0, 0.0]);
            j[8..12].copy_from_slice(&[0.0, 0.0, -2.0 * s * x[2], s]);
            j[12..16].copy_from_slice(&[0.0, 0.0, -1.0, 0.0]);
            j[16..20].copy_from_slice(&[0.0, t, 0.0, t]);
            j[20..24].copy_from_slice(&[0.0, 1.0 / t, 0.0, -1.0 / t]);
        }),
        // (15)
        Published::new("Kowalik and Osborne", vec![0.25, 0.39, 0.415, 0.39], 11, &[3.07505e-4], |x, r, j| {
            const Y: [f64; 11] =
                [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
            const U: [f64; 11] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
            for i in 0..11 {
                let u = U[i];
                let (a, b) = (u * (u + x[1]), u * (u + x[2]) + x[3]);
                r[i] = Y[i] - x[0] * a / b;
                j[4 * i] = -a / b;
                j[4 * i + 1] = -x[0] * u / b;
                j[4 * i + 2] = x[0] * a * u / (b * b);
                j[4 * i + 3] = x[0] * a / (b * b);
            }
        }),
        // (16)
        Published::new("Brown and Dennis", vec![25.0, 5.0, -5.0, -1.0], 20, &[85822.2], |x, r, j| {
            for i in 0..20 {
                let t = (i as f64 + 1.0) / 5.0;
                let (a, b) = (x[0] + t * x[1] - t.exp(), x[2] + x[3] * t.sin() - t.cos());
                r[i] = a * a + b * b;
                j[4 * i..4 * i + 4].copy_from_slice(&[2.0 * a, 2.0 * a * t, 2.0 * b, 2.0 * b * t.sin()]);
            }
        }),
        // (18)
        Published::new(
            "Biggs EXP6",
            vec![1.0, 2.0, 1.0, 1.0, 1.0, 1.0],
            13,
            &[0.0, 5.65565e-3],
            |x, r, j| {
                for i in 0..13 {
                    let t = 0.1 * (i as f64 + 1.0);
                    let y = (-t).exp() - 5.0 * (-10.0 * t).exp() + 3.0 * (-4.0 * t).exp();
                    let (a, b, c) = ((-t * x[0]).exp(), (-t * x[1]).exp(), (-t * x[4]).exp());
                    r[i] = x[2] * a - x[3] * b + x[5] * c - y;
                    j[6 * i..6 * i + 6].copy_from_slice(&[
                        -t * x[2] * a,
                        t * x[3] * b,
                        a,
                        -b,
                        -t * x[5] * c,
                        c,
                    ]);
                }
            },
        ),
        // (21) with n = 1000
        Published::new("extended Rosenbrock", [-1.2, 1.0].repeat(500), 1000, &[0.0], |x, r, j| {
            let n = x.len();
            for k in (0..n).step_by(2) {
                r[k] = 10.0 * (x[k + 1] - x[k] * x[k]);
                r[k + 1] = 1.0 - x[k];
                j[k * n + k] = -20.0 * x[k];
                j[k * n + k + 1] = 10.0;
                j[(k + 1) * n + k] = -1.0;
            }
        }),
        // (26) with n = 10
        Published::new("trigonometric", vec![0.1; 10], 10, &[0.0, 2.79506e-5], |x, r, j| {
            let n = x.len();
            let sum: f64 = x.iter().map(|x| x.cos()).sum();
            for i in 0..n {
                let k = i as f64 + 1.0;
                r[i] = n as f64 - sum + k * (1.0 - x[i].cos()) - x[i].sin();
                for l in 0..n {
                    j[i * n + l] = x[l].sin();
                }
                j[i * n + i] += k * x[i].sin() - x[i].cos();
            }
        }),
    ]
}
