//! Compensated and double-double sums against exact constructions.

use gradus_scalar::{DoubleDouble, NeumaierSum};
use proptest::prelude::*;

/// π to 32 digits as two doubles; the second is π - hi by mpmath 1.4.1.
const PI: (f64, f64) = (std::f64::consts::PI, 1.2246467991473531772e-16);

#[test]
fn square_root_of_two_squares_to_two() {
    let root = DoubleDouble::from(2.0).sqrt();
    assert_eq!(root.hi(), std::f64::consts::SQRT_2);
    // √2 - fl(√2), by mpmath 1.4.1
    assert!((root.lo() / -9.6672933134529135e-17 - 1.0).abs() < 1e-14);
    assert!((root * root - 2.0).to_f64().abs() < 1e-30);
}

#[test]
fn quotient_has_31_digits() {
    // Archimedes' 22/7 less pi, by mpmath 1.4.1: 0.0012644892673496186802137595776
    let pi = DoubleDouble::two_sum(PI.0, PI.1);
    let gap = DoubleDouble::from(22.0) / 7.0 - pi;
    assert_eq!(gap.to_f64(), 0.0012644892673496186802137595776);
}

#[test]
fn neumaier_survives_cancellation_and_merges() {
    let mut a: NeumaierSum = [1.0, 1e100].into_iter().collect();
    a.merge([1.0, -1e100].into_iter().collect());
    assert_eq!(a.total(), 2.0);
    assert_eq!(NeumaierSum::new().total(), 0.0);
    let mut b = NeumaierSum::new();
    b.add(f64::INFINITY);
    b.add(1.0);
    assert_eq!(b.total(), f64::INFINITY);
}

proptest! {
    /// Integers below 2^26 have exact products and sums in i128.
    #[test]
    fn dot_product_of_integers_is_exact(pairs in prop::collection::vec((-(1i64 << 40)..1 << 40, -(1i64 << 40)..1 << 40), 0..50)) {
        let x: Vec<f64> = pairs.iter().map(|p| p.0 as f64).collect();
        let y: Vec<f64> = pairs.iter().map(|p| p.1 as f64).collect();
        let exact: i128 = pairs.iter().map(|p| i128::from(p.0) * i128::from(p.1)).sum();
        let got = DoubleDouble::dot(&x, &y);
        prop_assert_eq!(got.hi() as i128 + got.lo() as i128, exact);
    }

    #[test]
    fn double_double_field_laws(a in -1e3..1e3f64, b in 1e-3..1e3f64, c in -1e3..1e3f64) {
        let (a, b, c) = (DoubleDouble::two_sum(a, 1e-17), DoubleDouble::from(b), DoubleDouble::from(c));
        let size = (a.hi().abs() + c.hi().abs()) * b.hi() + 1.0;
        prop_assert!(((a / b) * b - a).to_f64().abs() <= 1e-30 * (a.hi().abs() + 1.0));
        prop_assert!(((a + c) * b - (a * b + c * b)).to_f64().abs() <= 1e-30 * size);
    }

    #[test]
    fn neumaier_is_correct_to_one_rounding(x in prop::collection::vec(-1e10..1e10f64, 0..100)) {
        let plain: NeumaierSum = x.iter().copied().collect();
        let exact = DoubleDouble::sum(&x).to_f64();
        prop_assert!((plain.total() - exact).abs() <= 1e-16 * exact.abs() + 1e-18);
    }
}
