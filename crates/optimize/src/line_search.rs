//! A line search for the strong Wolfe conditions.
//!
//! Along `phi(a) = f(x + a d)` with `phi'(0) < 0`, finds a step `a > 0` with
//!
//! ```text
//! phi(a) <= phi(0) + c1 a phi'(0)      sufficient decrease, c1 = 1e-4
//! |phi'(a)| <= c2 |phi'(0)|            curvature,           c2 = 0.9
//! ```
//!
//! by growing the step until an interval must contain one, then shrinking that interval with cubic
//! interpolation kept away from its ends. Where `phi(a)` and `phi(0)` differ by rounding error only, decrease is
//! judged by the slope (the approximate Wolfe condition), so that gradients can be made smaller than values
//! can show. A point whose value or gradient is not finite is a wall that the search stays in front of.
//!
//! Source: Nocedal and Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6; More and Thuente (1994),
//! ACM TOMS 20; Hager and Zhang (2005), SIAM J. Optimization 16, for the approximate condition.

use crate::vector::{dot, is_finite};
use crate::{Error, Evaluations, Objective};

const C1: f64 = 1e-4;
const C2: f64 = 0.9;
const MOST_EVALUATIONS: usize = 80;
/// Relative rounding error of a value, as of a sum of a million terms.
const NOISE: f64 = 1e3 * f64::EPSILON;
/// Values below this count as minus infinity.
pub(crate) const BOTTOM: f64 = -1e300;
/// A point this far away, where the value still falls steeply, ends the search for a bound.
const FAR: f64 = 1e150;

/// Where the search starts and in which direction it looks.
pub(crate) struct Ray<'a> {
    pub(crate) x: &'a [f64],
    pub(crate) d: &'a [f64],
    pub(crate) value: f64,
    /// `phi'(0)`, negative.
    pub(crate) slope: f64,
    /// The longest admissible step.
    pub(crate) longest: f64,
    /// Trial points are rounded into these.
    pub(crate) bounds: Option<(&'a [f64], &'a [f64])>,
}

impl Ray<'_> {
    /// `x + a d`, written over `x`.
    fn at(&self, a: f64, x: &mut [f64]) {
        for ((x, x0), d) in x.iter_mut().zip(self.x).zip(self.d) {
            *x = x0 + a * d;
        }
        if let Some((lower, upper)) = self.bounds {
            for ((x, l), u) in x.iter_mut().zip(lower).zip(upper) {
                *x = x.max(*l).min(*u);
            }
        }
    }
}

/// How a search ended; the trial point and gradient are those of the accepted step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Found {
    /// A step to take, and the value there.
    Step(f64),
    /// The value falls without bound; the last value.
    Bottomless(f64),
    /// No step decreases the value.
    Nothing,
}

/// A trial: step, value, slope.
#[derive(Debug, Clone, Copy)]
struct Trial {
    a: f64,
    value: f64,
    slope: f64,
}

/// Searches along `ray` beginning with the step `first`; leaves the point found in `x` and `gradient`.
pub(crate) fn strong_wolfe(
    f: &mut dyn Objective,
    ray: &Ray<'_>,
    first: f64,
    (x, gradient): (&mut [f64], &mut [f64]),
    evaluations: &mut Evaluations,
) -> Result<Found, Error> {
    let noise = NOISE * ray.value.abs();
    let start = Trial { a: 0.0, value: ray.value, slope: ray.slope };
    let mut low = start;
    let mut high: Option<Trial> = None;
    let mut wall = f64::INFINITY;
    let mut a = first.min(ray.longest);
    let mut widths = [f64::INFINITY; 2];
    let mut growth = 4.0;
    for count in 0..MOST_EVALUATIONS {
        ray.at(a, x);
        evaluations.gradients += 1;
        let value = f.value_gradient(x, gradient)?;
        if value < BOTTOM {
            return Ok(Found::Bottomless(value));
        }
        if !value.is_finite() || !is_finite(gradient) || !is_finite(x) {
            wall = a;
            a = low.a + 0.25 * (a - low.a);
            if a <= low.a || a <= f64::MIN_POSITIVE {
                break;
            }
            continue;
        }
        let t = Trial { a, value, slope: dot(gradient, ray.d) };
        let decreases = value <= ray.value + C1 * a * ray.slope
            || (value <= ray.value + noise && t.slope <= (1.0 - 2.0 * C1) * ray.slope.abs());
        if !decreases || (value > low.value + noise) {
            high = Some(t);
        } else if t.slope.abs() <= -C2 * ray.slope {
            return Ok(Found::Step(value));
        } else if t.slope > 0.0 {
            // The minimum lies between the old low end and here: the new low end looks back at it.
            high = Some(low);
            low = t;
        } else if high.is_some_and(|h| h.a < low.a) {
            // Beyond the interval's low end with the slope pointing on: keep the interval's other end.
            high = Some(t);
        } else {
            let previous = low;
            low = t;
            if high.is_none() {
                if a >= ray.longest {
                    return Ok(Found::Step(value));
                }
                if crate::vector::norm_inf(x) > FAR {
                    return Ok(Found::Bottomless(value));
                }
                if count > 8 {
                    growth = f64::min(growth * growth, 1e60);
                }
                a = lengthen(previous, t, growth).min(ray.longest);
                if a >= wall {
                    a = 0.5 * (t.a + wall);
                }
                continue;
            }
        }
        let Some(end) = high else { break };
        let width = (end.a - low.a).abs();
        // Nothing more to be seen: the step, or what it could change in the value, is rounding error.
        if width <= 1e-15 * low.a.max(end.a) || width * ray.slope.abs() <= 1e-3 * noise {
            break;
        }
        let bisect = width > 0.66 * widths[0];
        widths = [widths[1], width];
        a = if bisect { 0.5 * (low.a + end.a) } else { within(low, end, noise) };
    }
    settle(f, ray, low, (x, gradient), evaluations)
}

/// The best that the search has seen when it could not meet both conditions.
fn settle(
    f: &mut dyn Objective,
    ray: &Ray<'_>,
    low: Trial,
    (x, gradient): (&mut [f64], &mut [f64]),
    evaluations: &mut Evaluations,
) -> Result<Found, Error> {
    if low.a == 0.0 || low.value >= ray.value {
        return Ok(Found::Nothing);
    }
    ray.at(low.a, x);
    evaluations.gradients += 1;
    let value = f.value_gradient(x, gradient)?;
    Ok(Found::Step(value))
}

/// The minimiser of the cubic through two trials, NaN if it has none.
fn cubic_minimiser(p: Trial, q: Trial) -> f64 {
    let h = q.a - p.a;
    let theta = 3.0 * (p.value - q.value) / h + p.slope + q.slope;
    let root = (theta * theta - p.slope * q.slope).sqrt().copysign(h);
    q.a - h * (q.slope + root - theta) / (q.slope - p.slope + 2.0 * root)
}

/// A step inside the interval, at least a tenth of its width from either end.
fn within(low: Trial, high: Trial, noise: f64) -> f64 {
    let h = high.a - low.a;
    let guess = if (high.value - low.value).abs() <= noise {
        low.a - h * low.slope / (high.slope - low.slope)
    } else {
        cubic_minimiser(low, high)
    };
    let t = (guess - low.a) / h;
    low.a + h * if t.is_nan() { 0.5 } else { t.clamp(0.1, 0.9) }
}

/// A longer step, at most `growth` times as far.
fn lengthen(previous: Trial, t: Trial, growth: f64) -> f64 {
    let h = t.a - previous.a;
    let guess = cubic_minimiser(previous, t);
    let (least, most) = (t.a + 1.1 * h, t.a + growth * h);
    if guess.is_nan() || guess <= t.a { most } else { guess.clamp(least.min(most), most) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Smooth;

    fn search(phi: impl FnMut(f64) -> (f64, f64), first: f64) -> (Found, f64, usize) {
        let mut phi = phi;
        let mut f = Smooth::new(1, move |x: &[f64], g: &mut [f64]| {
            let (value, slope) = phi(x[0]);
            g[0] = slope;
            value
        });
        let mut g = [0.0];
        let value = f.value_gradient(&[0.0], &mut g).expect("evaluates");
        let ray = Ray { x: &[0.0], d: &[1.0], value, slope: g[0], longest: f64::INFINITY, bounds: None };
        let mut x = [0.0];
        let mut n = Evaluations::default();
        let found = strong_wolfe(&mut f, &ray, first, (&mut x, &mut g), &mut n).expect("evaluates");
        (found, x[0], n.gradients)
    }

    /// The first function of More and Thuente (1994), section 5: -a / (a^2 + 2), minimum at sqrt 2.
    #[test]
    fn more_thuente_one_from_all_scales() {
        for first in [1e-3, 1e-1, 1e1, 1e3] {
            let (found, a, n) = search(
                |a| {
                    let d = a * a + 2.0;
                    (-a / d, (a * a - 2.0) / (d * d))
                },
                first,
            );
            let slope0: f64 = 0.5;
            let slope = (a * a - 2.0) / ((a * a + 2.0) * (a * a + 2.0));
            assert!(
                matches!(found, Found::Step(_)) && slope.abs() <= 0.9 * slope0 && n < 12,
                "{first} {a} {n}"
            );
        }
    }

    #[test]
    fn stays_in_front_of_a_wall() {
        // a - ln(1 - a) with its wall at 1; downhill from 0 after a change of sign: -2 a - ln(1 - a), minimum 1/2.
        let (found, a, _) = search(|a| (-2.0 * a - (1.0 - a).ln(), -2.0 + 1.0 / (1.0 - a)), 100.0);
        assert!(matches!(found, Found::Step(_)) && a > 0.0 && a < 1.0, "{a}");
    }

    #[test]
    fn notices_that_there_is_no_bottom() {
        assert!(matches!(search(|a| (-a, -1.0), 1.0).0, Found::Bottomless(_)));
        assert!(matches!(search(|a| (-a * a - a, -2.0 * a - 1.0), 1.0).0, Found::Bottomless(_)));
    }

    #[test]
    fn finds_nothing_where_the_gradient_lies() {
        assert_eq!(search(|a| (a, -1.0), 1.0).0, Found::Nothing);
    }
}
