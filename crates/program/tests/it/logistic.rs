//! Logistic regression: the mean loss and its gradient by the weights, in one pass over the data.

use gradus_expr::evaluate::{Bindings, Tensor};
use gradus_expr::{Dim, Expr, Function, Rational, Role, Symbol};
use gradus_program::{Program, Workspace};

/// `sum(softplus(-m))/n` with `m = y .* (X*w)`, and its gradient `-X'*(y .* sigmoid(-m))/n`.
pub(crate) fn program() -> Program {
    let (n, d) = (Dim::symbol("n"), Dim::symbol("d"));
    let x = Expr::symbol(Symbol::new("X", vec![n.clone(), d.clone()]).role(Role::Data));
    let y = Expr::symbol(Symbol::new("y", vec![n.clone()]).role(Role::Data));
    let w = Expr::symbol(Symbol::new("w", vec![d]));
    let z = Expr::contract(&[(x.clone(), &[0, 1]), (w, &[1])], &[0], &[]).unwrap();
    let m = Expr::contract(&[(y.clone(), &[0]), (z, &[0])], &[0], &[]).unwrap();
    let minus = m.scale(Rational::from_integer((-1).into()));
    let one_over_n = Expr::size(n).power(-1, 1);
    let loss = minus.apply(Function::Softplus);
    let value = Expr::contract(&[(loss, &[0]), (one_over_n.clone(), &[])], &[], &[]).unwrap();
    let slope = minus.apply(Function::Sigmoid);
    let gradient =
        Expr::contract(&[(x, &[0, 1]), (y, &[0]), (slope, &[0]), (one_over_n, &[])], &[1], &[]).unwrap();
    let gradient = gradient.scale(Rational::from_integer((-1).into()));
    Program::compile(&[("value", value), ("gradient", gradient)]).unwrap()
}

/// Data that any language can make again: X[i, j] = sin(i + 7j), y = sign(sin(3i)) (1 at 0), from 0.
pub(crate) fn bound(n: usize, d: usize) -> Workspace {
    let x = (0..n * d).map(|k| ((k / d) as f64 + 7.0 * (k % d) as f64).sin()).collect();
    let y = (0..n).map(|i| if (3.0 * i as f64).sin() >= 0.0 { 1.0 } else { -1.0 }).collect();
    let bindings =
        Bindings::new().with("X", Tensor::new(vec![n, d], x).unwrap()).with("y", Tensor::vector(y));
    let mut ws = program().bind(&bindings).unwrap();
    let w: Vec<f64> = (0..d).map(|j| (j as f64).cos()).collect();
    ws.set("w", &w).unwrap();
    ws
}

#[test]
fn value_and_gradient_are_numpys() {
    let mut ws = bound(1000, 3);
    ws.run().unwrap();
    // NumPy 2.4.6: np.logaddexp(0, -m).mean(), -X.T @ (y/(1 + np.exp(m)))/n.
    let expected = NUMPY;
    let value = ws.output("value").unwrap()[0];
    assert!((value - expected[0]).abs() < 1e-14, "{value:.17}");
    for (g, e) in ws.output("gradient").unwrap().iter().zip(&expected[1..]) {
        assert!((g - e).abs() < 1e-14, "{g:.17}");
    }
}

const NUMPY: [f64; 4] = [0.8013898361015104, 0.15187017485139884, 0.10861557499433538, 0.011900878838648663];

#[test]
fn one_kernel_reads_the_data_once() {
    let ws = bound(5000, 20);
    let s = ws.statistics();
    assert_eq!((s.kernels, s.steps), (3, 0), "{}", ws.explain());
    // X, y and w, and nothing of their size beside them.
    assert!(s.numbers < 5000 * 21 + 200, "{}", s.numbers);
}

#[test]
fn one_thread_and_two_give_the_same_bits() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut ws = bound(30_000, 20);
            ws.run().unwrap();
            let bits = |name| ws.output(name).unwrap().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            [bits("value"), bits("gradient")]
        })
    };
    assert_eq!(run(1), run(2));
    assert_eq!(run(1), run(3));
}
