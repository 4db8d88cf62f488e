//! Reductions along one axis, by their definitions.
//!
//! NaN is never hidden: a NaN anywhere along the axis is the answer of `max`, `min`, `prod` and `logsumexp`,
//! and its position that of `argmax` and `argmin`. Over no entries the answers are `-inf`, `+inf`, 1, `-inf`
//! and NaN for the positions.

use super::{Number, Tensor};
use crate::{Function, Reduction};

/// Reduces `x` along `axis` into `out`, which has the shape without that axis.
pub(super) fn reduce<T: Number>(r: Reduction, x: &Tensor<T>, axis: usize, out: &mut [T]) {
    let n = x.shape[axis];
    let inner: usize = x.shape[axis + 1..].iter().product();
    let mut line = Vec::with_capacity(n);
    for (k, o) in out.iter_mut().enumerate() {
        let start = k / inner.max(1) * inner * n + k % inner.max(1);
        line.clear();
        line.extend((0..n).map(|j| x.data[start + j * inner]));
        *o = along(r, &line);
    }
}

/// The first entry that no other exceeds in `sign * x`; a NaN exceeds everything.
fn first_best<T: Number>(x: &[T], sign: f64) -> Option<usize> {
    (0..x.len()).reduce(|best, k| {
        let (b, v) = (sign * x[best].re(), sign * x[k].re());
        if !b.is_nan() && (v > b || v.is_nan()) { k } else { best }
    })
}

fn along<T: Number>(r: Reduction, x: &[T]) -> T {
    let at = |sign: f64, empty: f64| first_best(x, sign).map_or(T::from_f64(empty), |k| x[k]);
    let position = |sign: f64| T::from_f64(first_best(x, sign).map_or(f64::NAN, |k| (k + 1) as f64));
    match r {
        Reduction::Max => at(1.0, f64::NEG_INFINITY),
        Reduction::Min => at(-1.0, f64::INFINITY),
        Reduction::Prod => x.iter().fold(T::from_f64(1.0), |p, v| p * *v),
        Reduction::ArgMax => position(1.0),
        Reduction::ArgMin => position(-1.0),
        Reduction::LogSumExp => {
            let m = at(1.0, f64::NEG_INFINITY);
            if m.re().is_infinite() || m.re().is_nan() {
                return m;
            }
            let shift = T::from_f64(m.re());
            let total = x.iter().fold(T::from_f64(0.0), |s, v| s + T::apply(Function::Exp, &[*v - shift]));
            shift + T::apply(Function::Log, &[total])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(r: Reduction) -> Vec<f64> {
        let x = Tensor { shape: vec![3, 2], data: vec![1.0, 7.0, 5.0, 7.0, 5.0, -1.0] };
        let mut out = vec![0.0; 2];
        reduce(r, &x, 0, &mut out);
        out
    }

    #[test]
    fn the_first_wins_a_tie() {
        assert_eq!(columns(Reduction::Max), [5.0, 7.0]);
        assert_eq!(columns(Reduction::ArgMax), [2.0, 1.0]);
        assert_eq!(columns(Reduction::ArgMin), [1.0, 3.0]);
        assert_eq!(columns(Reduction::Prod), [25.0, -49.0]);
    }

    #[test]
    fn logsumexp_does_not_overflow() {
        // log(e^1000 + e^1000) = 1000 + log 2
        let got: f64 = along(Reduction::LogSumExp, &[1000.0, 1000.0]);
        assert!((got - (1000.0 + 2f64.ln())).abs() < 1e-12);
        assert_eq!(along(Reduction::LogSumExp, &[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
    }

    #[test]
    fn nothing_and_nan() {
        assert_eq!(along(Reduction::Max, &[] as &[f64]), f64::NEG_INFINITY);
        assert_eq!(along(Reduction::Prod, &[] as &[f64]), 1.0);
        assert!(along(Reduction::ArgMax, &[] as &[f64]).is_nan());
        assert!(along(Reduction::Max, &[1.0, f64::NAN, 3.0]).is_nan());
        assert_eq!(along(Reduction::ArgMin, &[1.0, f64::NAN, 0.0]), 2.0);
    }
}
