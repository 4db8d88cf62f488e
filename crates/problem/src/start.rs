//! Where to start.
//!
//! A variable starts where the problem says, else at 0. Where 0 is outside the domain, or a stationary point in
//! some variable although the objective is not proved convex (a product of variables, as in a factorisation or a
//! network), the variables that were given no start take small normal numbers from a stated seed.

use crate::{Bound, Error, Evaluator, Packing};
use gradus_optimize::{Bounds, Objective};

/// A start, and the seed if it is random.
pub(crate) struct Start {
    pub(crate) x: Vec<f64>,
    pub(crate) seed: Option<u64>,
}

/// Random starts that are tried where the objective is not defined at 0.
const ATTEMPTS: u64 = 40;

pub(crate) fn start(
    packing: &Packing,
    bound: &Bound,
    bounds: Option<&Bounds>,
    is_convex: bool,
    f: &mut Evaluator,
    seed: u64,
) -> Result<Start, Error> {
    let mut x = vec![0.0; packing.len];
    let mut is_given = vec![false; packing.len];
    for v in &packing.variables {
        if let Some(t) = bound.starts.get(&*v.symbol.name) {
            x[v.range.clone()].copy_from_slice(&t.data);
            is_given[v.range.clone()].fill(true);
        }
    }
    project(&mut x, bounds);
    let mut gradient = vec![0.0; packing.len];
    let is_defined =
        |value: f64, gradient: &[f64]| value.is_finite() && gradient.iter().all(|g| g.is_finite());
    let evaluate = |f: &mut Evaluator, x: &[f64], g: &mut [f64]| {
        f.value_gradient(x, g).map_err(gradus_optimize::Error::from)
    };
    let value = evaluate(f, &x, &mut gradient)?;
    let defined = is_defined(value, &gradient);
    let free = |range: std::ops::Range<usize>| !is_given[range].iter().any(|g| *g);
    let stuck = packing.variables.iter().any(|v| {
        !v.range.is_empty() && free(v.range.clone()) && gradient[v.range.clone()].iter().all(|g| *g == 0.0)
    });
    if defined && (is_convex || !stuck) {
        return Ok(Start { x, seed: None });
    }
    let mut what = format!("the value there is {value}");
    if value.is_finite()
        && let Some(k) = gradient.iter().position(|g| !g.is_finite())
    {
        what = format!("the slope by {} there is {}", packing.name(k), gradient[k]);
    }
    for attempt in 0..ATTEMPTS {
        if is_given.iter().all(|g| *g) {
            break;
        }
        let mut normal = Normal::new(seed.wrapping_add(attempt.wrapping_mul(0x9e37_79b9)));
        // Around 0 where that is the matter of symmetry alone, else around ever other scales.
        let (centre, scale) = match (defined, attempt % 4) {
            (true, _) => (0.0, 0.1),
            (false, 0) => (1.0, 0.1),
            (false, 1) => (0.0, 0.1),
            (false, 2) => (10.0, 1.0),
            (false, _) => (0.0, 1.0),
        };
        let mut at = x.clone();
        for (k, xk) in at.iter_mut().enumerate().filter(|(k, _)| !is_given[*k]) {
            let _ = k;
            *xk = centre + scale * normal.next();
        }
        project(&mut at, bounds);
        let value = evaluate(f, &at, &mut gradient)?;
        if is_defined(value, &gradient) {
            return Ok(Start { x: at, seed: Some(seed) });
        }
    }
    if defined {
        return Ok(Start { x, seed: None });
    }
    let name = packing.variables.first().map_or_else(String::new, |v| v.symbol.name.to_string());
    Err(Error::StartOutsideDomain { what, name })
}

fn project(x: &mut [f64], bounds: Option<&Bounds>) {
    if let Some(b) = bounds {
        for k in 0..x.len() {
            x[k] = x[k].max(b.lower[k]).min(b.upper[k]);
        }
    }
}

/// Standard normal numbers by Box and Muller (1958) from Steele, Lea and Flood's SplitMix64 (2014).
struct Normal {
    state: u64,
    spare: Option<f64>,
}

impl Normal {
    fn new(seed: u64) -> Self {
        Normal { state: seed, spare: None }
    }

    /// Uniform in (0, 1].
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        if let Some(z) = self.spare.take() {
            return z;
        }
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let angle = std::f64::consts::TAU * self.uniform();
        self.spare = Some(radius * angle.sin());
        radius * angle.cos()
    }
}
