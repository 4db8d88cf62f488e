//! Special functions against tables by mpmath 1.4.1 at 60 digits (tables.py).

use crate::table::{check, parse};
use gradus_scalar::*;

#[test]
fn erf_and_erfc() {
    check("erf", &parse(include_str!("tables/erf.tsv")), 1.0, |x| erf(x[0]));
    check("erfc", &parse(include_str!("tables/erfc.tsv")), 3.0, |x| erfc(x[0]));
}

#[test]
fn ln_gamma_positive() {
    check("ln_gamma", &parse(include_str!("tables/ln_gamma.tsv")), 5.0, |x| ln_gamma(x[0]));
}

#[test]
fn ln_gamma_negative_in_absolute_error() {
    for row in parse(include_str!("tables/ln_gamma_negative.tsv")) {
        let x = row.arguments[0];
        let error = (ln_gamma(x) - row.value).abs();
        let bound = 4e-16 * ln_gamma(-x).abs().max(row.value.abs()).max(1.0);
        assert!(error <= bound, "ln_gamma({x}): {error:e} > {bound:e}");
    }
}

#[test]
fn gamma_both_signs() {
    let rows = parse(include_str!("tables/gamma.tsv"));
    let (small, large): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.arguments[0].abs() <= 13.0);
    check("gamma, |x| <= 13", &small, 3.0, |x| gamma(x[0]));
    check("gamma, |x| > 13", &large, 5.0, |x| gamma(x[0]));
}

#[test]
fn digamma_positive() {
    check("digamma", &parse(include_str!("tables/digamma.tsv")), 4.0, |x| digamma(x[0]));
}

#[test]
fn digamma_negative_in_absolute_error() {
    for row in parse(include_str!("tables/digamma_negative.tsv")) {
        let x = row.arguments[0];
        let error = (digamma(x) - row.value).abs();
        let bound = 1e-15 * digamma(1.0 - x).abs().max(row.value.abs()).max(1.0);
        assert!(error <= bound, "digamma({x}): {error:e} > {bound:e}");
    }
}

#[test]
fn polygamma_positive() {
    for n in [1, 2, 3, 4, 5, 8, 12, 20, 50] {
        let rows: Vec<_> = parse(include_str!("tables/polygamma.tsv"))
            .into_iter()
            .filter(|r| r.arguments[0] == f64::from(n))
            .collect();
        check(&format!("polygamma({n}, .)"), &rows, 4.0 + f64::from(n), |x| polygamma(n, x[1]));
    }
}

#[test]
fn polygamma_negative_relative_to_its_largest_term() {
    for row in parse(include_str!("tables/polygamma_negative.tsv")) {
        let (n, x) = (row.arguments[0] as u32, row.arguments[1]);
        let nearest = (x - x.round()).abs();
        let largest_term = factorial(n) / nearest.powi(n as i32 + 1);
        let error = (polygamma(n, x) - row.value).abs();
        assert!(error <= 2e-15 * largest_term, "polygamma({n}, {x}): {error:e} of {:e}", row.value);
    }
}

#[test]
fn sigmoid_and_softplus() {
    check("sigmoid", &parse(include_str!("tables/sigmoid.tsv")), 2.0, |x| sigmoid(x[0]));
    check("softplus", &parse(include_str!("tables/softplus.tsv")), 2.0, |x| softplus(x[0]));
}

#[test]
fn no_function_panics_and_nan_passes_through() {
    let odd = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        -2.0,
        -170.5,
        -185.5,
        -1e5 - 0.5,
        1e17,
        -1e17,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let functions: [fn(f64) -> f64; 11] = [
        erf,
        erfc,
        gamma,
        ln_gamma,
        digamma,
        trigamma,
        sigmoid,
        softplus,
        log_sigmoid,
        |x| polygamma(2, x),
        |x| polygamma(1000, x),
    ];
    for f in functions {
        for x in odd {
            let y = f(x);
            assert!(!x.is_nan() || y.is_nan());
        }
    }
}

#[test]
fn values_at_the_edges() {
    let inf = f64::INFINITY;
    assert_eq!((erf(inf), erf(-inf), erfc(inf), erfc(-inf)), (1.0, -1.0, 0.0, 2.0));
    assert_eq!((gamma(0.0), gamma(-0.0), gamma(inf)), (inf, -inf, inf));
    assert!(gamma(-1.0).is_nan() && gamma(-inf).is_nan() && digamma(-3.0).is_nan());
    assert_eq!((ln_gamma(0.0), ln_gamma(-4.0), ln_gamma(inf), ln_gamma(-inf)), (inf, inf, inf, inf));
    assert_eq!((ln_gamma(1.0), ln_gamma(2.0)), (0.0, 0.0));
    assert_eq!((digamma(0.0), digamma(inf)), (-inf, inf));
    assert_eq!((trigamma(0.0), trigamma(-2.0), trigamma(inf)), (inf, inf, 0.0));
    assert_eq!((sigmoid(inf), sigmoid(-inf), softplus(inf), softplus(-inf)), (1.0, 0.0, inf, 0.0));
    assert_eq!((log_sum_exp(&[]), log_sum_exp(&[-inf, -inf])), (-inf, -inf));
    assert_eq!((log_sum_exp(&[0.0, inf]), log_add_exp(-inf, 3.0)), (inf, 3.0));
    assert!(log_sum_exp(&[inf, f64::NAN]).is_nan());
    assert_eq!((factorial(0), factorial(170), factorial(171)), (1.0, 7.257415615307999e306, inf));
}

#[test]
fn log_sum_exp_keeps_small_results() {
    // ln(e^-40 + 1) and, by mpmath, ln(e^0.1 + e^0.2 + e^0.3) = 1.3019438484498137
    assert_eq!(log_sum_exp(&[-40.0, 0.0]), (-40f64).exp().ln_1p());
    let exact = (0.1f64.exp() + 0.2f64.exp() + 0.3f64.exp()).ln();
    assert!((log_sum_exp(&[0.1, 0.2, 0.3]) - exact).abs() < 4e-16);
}

#[test]
fn factorials_are_correctly_rounded_up_to_exact_integers() {
    let mut exact = 1u128;
    for n in 1..=34u32 {
        exact *= u128::from(n);
        assert_eq!(factorial(n), exact as f64, "{n}!");
    }
}
