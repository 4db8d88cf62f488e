//! Ticks against mizani 0.14.6 (`breaks_extended`), an independent implementation of the same algorithm.

use gradus_plot::{linear_ticks, log_ticks};

#[test]
fn linear_ticks_agree_with_mizani() {
    let cases: [(f64, f64, usize, &[f64]); 10] = [
        (8.1, 14.1, 4, &[8.0, 10.0, 12.0, 14.0]),
        (0.0, 1.0, 5, &[0.0, 0.25, 0.5, 0.75, 1.0]),
        (0.0, 100.0, 5, &[0.0, 25.0, 50.0, 75.0, 100.0]),
        (-3.7, 12.2, 6, &[-3.0, 0.0, 3.0, 6.0, 9.0, 12.0]),
        (0.0013, 0.0087, 5, &[0.001, 0.003, 0.005, 0.007, 0.009]),
        (1e6, 3.2e6, 5, &[1e6, 1.5e6, 2e6, 2.5e6, 3e6]),
        (0.0, 34.0, 6, &[0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0]),
        (-1.0, 1.0, 5, &[-1.0, -0.5, 0.0, 0.5, 1.0]),
        (2.03, 179.8, 5, &[0.0, 50.0, 100.0, 150.0, 200.0]),
        (0.12, 0.88, 5, &[0.0, 0.2, 0.4, 0.6, 0.8]),
    ];
    for (low, high, count, expected) in cases {
        assert_eq!(linear_ticks(low, high, count), expected, "ticks of [{low}, {high}] with {count}");
    }
}

#[test]
fn degenerate_ranges_have_no_ticks_and_extreme_ones_end() {
    assert!(linear_ticks(1.0, 1.0, 5).is_empty());
    assert!(linear_ticks(f64::NAN, 1.0, 5).is_empty());
    assert!(linear_ticks(0.0, f64::INFINITY, 5).is_empty());
    for (low, high) in [
        (1e-300, 2e-300),
        (-1e300, 1e300),
        (1e15, 1e15 + 4.0),
        (5e-324, 1e-320),
        (0.0, 1e308),
        (f64::MIN, f64::MAX),
    ] {
        let ticks = linear_ticks(low, high, 6);
        assert!(ticks.windows(2).all(|w| w[0] < w[1]), "{low} {high} {ticks:?}");
        assert!((2..=20).contains(&ticks.len()), "{low} {high} {ticks:?}");
    }
}

#[test]
fn log_ticks_thin_out_over_many_decades_and_refine_within_one() {
    assert_eq!(log_ticks(1e-8, 1.0, 5).0, [1e-8, 1e-6, 1e-4, 1e-2, 1.0]);
    assert_eq!(log_ticks(1.0, 60.0, 6).0, [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
    assert_eq!(log_ticks(2.0, 3.0, 5).0, linear_ticks(2.0, 3.0, 5));
    assert!(log_ticks(1e-300, 1e300, 6).0.len() <= 8);
    assert!(log_ticks(0.0, 1.0, 5).0.is_empty());
}
