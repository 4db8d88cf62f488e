//! The minimiser of a BFGS model under bounds.
//!
//! For the model `m(z) = g'(z - x) + 1/2 (z - x)'B(z - x)` with `B = theta I - W M W'`, finds the free minimiser where it keeps the bounds, and else
//!
//! 1. the generalised Cauchy point, the first local minimiser of `m` along the path `P(x - t g)`, which bends
//!    where a variable meets its bound; and
//! 2. the minimiser of `m` over the variables that are free there, by the Sherman-Morrison-Woodbury formula,
//!    projected on the bounds if that still descends, else cut off where it leaves them.
//!
//! Source: Byrd, Lu, Nocedal and Zhu (1995), SIAM J. Sci. Comput. 16, algorithm CP and section 5.1; Morales and
//! Nocedal (2011), ACM TOMS 38.

use crate::compact_bfgs::{CompactBfgs, SmallLu};
use crate::vector::{axpy, dot};

/// The model, and the memory to minimise it.
pub(crate) struct BoundedModel {
    pub(crate) bfgs: CompactBfgs,
    /// The Cauchy point.
    cauchy: Vec<f64>,
    d: Vec<f64>,
    breaks: Vec<f64>,
    order: Vec<usize>,
    free: Vec<usize>,
    reduced: Vec<f64>,
    // Vectors and matrices of the size of M.
    p: Vec<f64>,
    c: Vec<f64>,
    w: Vec<f64>,
    mw: Vec<f64>,
    gram: Vec<f64>,
    system: SmallLu,
}

impl BoundedModel {
    pub(crate) fn new(n: usize, memory: usize) -> Self {
        let width = 2 * memory;
        let small = || vec![0.0; width];
        Self {
            bfgs: CompactBfgs::new(n, memory),
            cauchy: vec![0.0; n],
            d: vec![0.0; n],
            breaks: vec![0.0; n],
            order: Vec::with_capacity(n),
            free: Vec::with_capacity(n),
            reduced: vec![0.0; n],
            p: small(),
            c: small(),
            w: small(),
            mw: small(),
            gram: vec![0.0; width * width],
            system: SmallLu::with_capacity(width),
        }
    }

    /// Writes over `step` the way from `x` to the model's minimiser within the bounds.
    pub(crate) fn step(&mut self, x: &[f64], g: &[f64], bounds: (&[f64], &[f64]), step: &mut [f64]) {
        let (lower, upper) = bounds;
        if self.bfgs.pairs > 0 {
            // The model is convex: if its free minimiser keeps the bounds, that is the answer.
            self.bfgs.newton_step(g, step, &mut self.p);
            if (0..x.len()).all(|j| (lower[j]..=upper[j]).contains(&(x[j] + step[j]))) {
                return;
            }
        }
        self.cauchy_point(x, g, lower, upper);
        for j in 0..x.len() {
            step[j] = self.cauchy[j] - x[j];
        }
        if self.bfgs.pairs == 0 {
            return;
        }
        let cauchy = &self.cauchy;
        self.free.clear();
        self.free.extend((0..x.len()).filter(|&j| cauchy[j] > lower[j] && cauchy[j] < upper[j]));
        if self.free.is_empty() || !self.subspace(x, g) {
            return;
        }
        // Project; if the projection does not descend, shorten instead.
        for &j in &self.free {
            step[j] = (self.cauchy[j] + self.reduced[j]).clamp(lower[j], upper[j]) - x[j];
        }
        if dot(step, g) < 0.0 {
            return;
        }
        let mut share: f64 = 1.0;
        for &j in &self.free {
            let bound = if self.reduced[j] < 0.0 { lower[j] } else { upper[j] };
            if self.reduced[j] != 0.0 {
                share = share.min((bound - self.cauchy[j]) / self.reduced[j]);
            }
        }
        for &j in &self.free {
            step[j] = (self.cauchy[j] + share * self.reduced[j]).clamp(lower[j], upper[j]) - x[j];
        }
    }

    /// Algorithm CP; leaves `c = W'(cauchy - x)`.
    fn cauchy_point(&mut self, x: &[f64], g: &[f64], lower: &[f64], upper: &[f64]) {
        let n = x.len();
        let width = self.bfgs.width();
        let theta = self.bfgs.theta;
        self.order.clear();
        for j in 0..n {
            let bound = if g[j] < 0.0 { upper[j] } else { lower[j] };
            self.breaks[j] = if g[j] == 0.0 { f64::INFINITY } else { (x[j] - bound) / g[j] };
            self.d[j] = if self.breaks[j] > 0.0 { -g[j] } else { 0.0 };
            if self.breaks[j] > 0.0 && self.breaks[j].is_finite() {
                self.order.push(j);
            }
        }
        self.cauchy.copy_from_slice(x);
        self.c[..width].fill(0.0);
        let mut slope = -dot(&self.d, &self.d);
        if slope == 0.0 {
            return;
        }
        self.bfgs.transposed_times(&self.d, &mut self.p);
        self.mw[..width].copy_from_slice(&self.p[..width]);
        self.bfgs.middle(&mut self.mw);
        let first_curvature = -theta * slope;
        let mut curvature = first_curvature - dot(&self.p[..width], &self.mw[..width]);
        let least = f64::EPSILON * first_curvature;
        curvature = curvature.max(least);
        let breaks = &self.breaks;
        self.order.sort_unstable_by(|a, b| breaks[*a].total_cmp(&breaks[*b]).then(a.cmp(b)));

        let mut t = 0.0;
        for &b in &self.order {
            let advance = self.breaks[b] - t;
            if -slope / curvature < advance {
                break;
            }
            t = self.breaks[b];
            self.cauchy[b] = if self.d[b] > 0.0 { upper[b] } else { lower[b] };
            let z = self.cauchy[b] - x[b];
            axpy(advance, &self.p[..width], &mut self.c[..width]);
            self.bfgs.row(b, &mut self.w);
            self.mw[..width].copy_from_slice(&self.w[..width]);
            self.bfgs.middle(&mut self.mw);
            let (w, mw) = (&self.w[..width], &self.mw[..width]);
            slope += advance * curvature + g[b] * g[b] + g[b] * (theta * z - dot(mw, &self.c[..width]));
            curvature -=
                theta * g[b] * g[b] + 2.0 * g[b] * dot(mw, &self.p[..width]) + g[b] * g[b] * dot(w, mw);
            curvature = curvature.max(least);
            axpy(g[b], w, &mut self.p[..width]);
            self.d[b] = 0.0;
            if slope >= 0.0 {
                break;
            }
        }
        let advance = (-slope / curvature).max(0.0);
        for j in 0..n {
            if self.d[j] != 0.0 {
                self.cauchy[j] = (x[j] + (t + advance) * self.d[j]).clamp(lower[j], upper[j]);
            }
        }
        axpy(advance, &self.p[..width], &mut self.c[..width]);
    }

    /// The minimiser over the free variables relative to the Cauchy point, in `reduced`; false if none is found.
    fn subspace(&mut self, x: &[f64], g: &[f64]) -> bool {
        let width = self.bfgs.width();
        let theta = self.bfgs.theta;
        // The reduced gradient r = g + theta (cauchy - x) - W M c, and v = M W_F' r.
        self.bfgs.middle(&mut self.c);
        self.p[..width].fill(0.0);
        for &j in &self.free {
            self.bfgs.row(j, &mut self.w);
            let r = g[j] + theta * (self.cauchy[j] - x[j]) - dot(&self.w[..width], &self.c[..width]);
            self.reduced[j] = r;
            axpy(r, &self.w[..width], &mut self.p[..width]);
        }
        self.bfgs.middle(&mut self.p);
        // (I - M W_F' W_F / theta) v = M W_F' r.
        self.free_gram();
        self.system.n = width;
        for k in 0..width {
            for i in 0..width {
                self.w[i] = self.gram[i * width + k];
            }
            self.bfgs.middle(&mut self.w);
            for i in 0..width {
                self.system.a[i * width + k] = if i == k { 1.0 } else { 0.0 } - self.w[i] / theta;
            }
        }
        if !self.system.factor() {
            return false;
        }
        self.system.solve(&mut self.p);
        for &j in &self.free {
            self.bfgs.row(j, &mut self.w);
            let r = self.reduced[j];
            self.reduced[j] = -r / theta - dot(&self.w[..width], &self.p[..width]) / (theta * theta);
        }
        self.free.iter().all(|&j| self.reduced[j].is_finite())
    }

    /// `W_F' W_F` over the free variables.
    fn free_gram(&mut self) {
        let width = self.bfgs.width();
        if self.free.len() == self.cauchy.len() {
            self.bfgs.gram(&mut self.gram);
            return;
        }
        self.gram[..width * width].fill(0.0);
        for &j in &self.free {
            self.bfgs.row(j, &mut self.w);
            for i in 0..width {
                let wi = self.w[i];
                axpy(wi, &self.w[..width], &mut self.gram[i * width..(i + 1) * width]);
            }
        }
    }
}
