//! Random expressions: simplifying keeps their value, derivatives agree with a complex step, and what is
//! called equal evaluates to the same.

use gradus_expr::evaluate::{Bindings, Complex, EvaluateError, Tensor, evaluate};
use gradus_expr::syntax::{Scope, print};
use gradus_expr::{Dim, Equality, Expr, Function, Reduction, Symbol, derivative, equal, recognise, simplify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const N: usize = 3;

fn symbols() -> [Symbol; 4] {
    let n = || Dim::symbol("n");
    [
        Symbol::new("s", vec![]),
        Symbol::new("x", vec![n()]),
        Symbol::new("y", vec![n()]),
        Symbol::new("A", vec![n(), n()]),
    ]
}

/// A vector expression built from a list of choices; every choice keeps it a vector.
fn vector(choices: &[u8]) -> Expr {
    let [s, x, y, a] = symbols().map(Expr::symbol);
    let mut stack = vec![x.clone()];
    for c in choices {
        let top = stack.last().cloned().expect("never empty");
        let next = match c % 16 {
            0 => a.matmul(&top),
            1 => a.transpose().and_then(|t| t.matmul(&top)),
            2 => top.hadamard(&y),
            3 => top.add(&x),
            4 => top.subtract(&y),
            5 => Ok(top.apply(Function::Tanh)),
            6 => Ok(top.apply(Function::Sigmoid)),
            7 => Ok(top.apply(Function::Sin)),
            8 => Ok(top.scale(gradus_expr::Rational::new((-3).into(), 2.into()))),
            9 => top.dot(&y).and_then(|d| top.hadamard(&d.broadcast_to(vec![Dim::symbol("n")]))),
            10 => top.softmax(0),
            11 => {
                stack.push(top.clone());
                Ok(x.apply(Function::Softplus))
            }
            12 => match stack.len() {
                1 => top.hadamard(&top),
                k => {
                    let other = stack.remove(k - 2);
                    top.hadamard(&other)
                }
            },
            13 => top.hadamard(&s.broadcast_to(vec![Dim::symbol("n")])),
            14 => top
                .reduce(Reduction::LogSumExp, 0)
                .map(|l| l.broadcast_to(vec![Dim::symbol("n")]))
                .and_then(|l| top.subtract(&l)),
            _ => top.outer(&y).matmul(&x),
        };
        *stack.last_mut().expect("never empty") = next.expect("shapes agree by construction");
    }
    stack.iter().skip(1).fold(stack[0].clone(), |total, e| total.add(e).expect("vectors"))
}

fn point(seed: u64) -> Vec<Vec<f64>> {
    let mut z = seed;
    let mut uniform = move || {
        z = z.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((z >> 11) as f64 / (1u64 << 53) as f64) * 1.6 - 0.8
    };
    [1, N, N, N * N].iter().map(|k| (0..*k).map(|_| uniform()).collect()).collect()
}

fn bind(values: &[Vec<f64>]) -> Bindings<f64> {
    let mut b = Bindings::new().with_size("n", N);
    for (s, v) in symbols().iter().zip(values) {
        let shape = vec![N; s.shape.len()];
        b.set(&s.name, Tensor::new(shape, v.clone()).expect("sizes agree"));
    }
    b
}

/// `None` where the reference evaluator's plain loops would take too long.
fn values(e: &Expr, b: &Bindings<f64>) -> Option<Vec<f64>> {
    match evaluate(e, b) {
        Ok(t) => Some(t.data),
        Err(EvaluateError::OutOfFuel { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    let scale = a.iter().fold(1.0f64, |m, x| m.max(x.abs()));
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= tolerance * scale)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(20), ..ProptestConfig::default() })]

    #[test]
    fn simplifying_keeps_the_value_and_reads_back(choices in prop::collection::vec(any::<u8>(), 0..9), seed: u64) {
        let e = vector(&choices);
        let simple = simplify(&e);
        let b = bind(&point(seed));
        // Rounding of a handful of operations near 1.
        let (Some(plain), Some(simpler)) = (values(&e, &b), values(&simple, &b)) else { return Ok(()) };
        prop_assert!(close(&plain, &simpler, 1e-10), "{simple:?}");
        let text = print(&recognise(&simple));
        let mut scope = Scope::new();
        scope.declare("s : []; x, y : [n]; A : [n, n]").expect("well formed");
        let back = scope.expression(&text);
        prop_assert!(back.is_ok(), "{text} does not read back");
        let back = back.expect("just checked");
        let Some(again) = values(&back, &b) else { return Ok(()) };
        prop_assert!(close(&plain, &again, 1e-10), "{text}");
        prop_assert!(matches!(equal(&back, &simple), Ok(Equality::Equal)), "{text}");
    }

    #[test]
    fn derivatives_agree_with_a_complex_step(choices in prop::collection::vec(any::<u8>(), 0..8), seed: u64) {
        let e = vector(&choices);
        let at = point(seed);
        for (k, s) in symbols().iter().enumerate() {
            let d = derivative(&e, s);
            let Some(exact) = values(&d, &bind(&at)) else { continue };
            let width = at[k].len();
            for j in 0..width {
                let mut b: Bindings<Complex> = Bindings::new().with_size("n", N);
                for (i, (t, v)) in symbols().iter().zip(&at).enumerate() {
                    let data = v.iter().enumerate().map(|(m, x)| Complex {
                        re: *x,
                        im: if i == k && m == j { 1e-150 } else { 0.0 },
                    });
                    b.set(&t.name, Tensor::new(vec![N; t.shape.len()], data.collect()).expect("sizes agree"));
                }
                let stepped = evaluate(&e, &b).expect("it evaluates");
                let by_step: Vec<f64> = stepped.data.iter().map(|z| z.im / 1e-150).collect();
                let column: Vec<f64> = (0..N).map(|i| exact[i * width + j]).collect();
                prop_assert!(close(&by_step, &column, 1e-9), "d/d{} of {e:?}", s.name);
            }
        }
    }

    #[test]
    fn equal_is_never_wrong(
        left in prop::collection::vec(any::<u8>(), 0..5),
        right in prop::collection::vec(any::<u8>(), 0..5),
        seed: u64,
    ) {
        let (e, f) = (vector(&left), vector(&right));
        if matches!(equal(&e, &f), Ok(Equality::Equal)) {
            let b = bind(&point(seed));
            let (Some(left), Some(right)) = (values(&e, &b), values(&f, &b)) else { return Ok(()) };
            prop_assert!(close(&left, &right, 1e-10), "{e:?}\n{f:?}");
        }
    }
}
