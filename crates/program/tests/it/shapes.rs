//! Deep, shared, empty and mistaken programs.

use gradus_expr::evaluate::{Bindings, Tensor};
use gradus_expr::{Dim, Expr, Function, Rational, Reduction, Role, Structure, Symbol};
use gradus_program::Program;

fn vector(name: &str) -> Expr {
    Expr::symbol(Symbol::new(name, vec![Dim::symbol("n")]))
}

fn one() -> Rational {
    Rational::from_integer(1.into())
}

#[test]
fn sixty_doublings_are_sixty_instructions() {
    let mut e = vector("x");
    for _ in 0..60 {
        e = Expr::sum(e.shape().to_vec(), vec![(one(), e.clone()), (one(), e)]).unwrap();
    }
    let mut ws = Program::compile(&[("y", e)]).unwrap().bind(&Bindings::new().with_size("n", 2)).unwrap();
    assert!(ws.explain().contains("60 instructions, 2 registers"), "{}", ws.explain());
    ws.set("x", &[1.0, 3.0]).unwrap();
    ws.run().unwrap();
    assert_eq!(ws.output("y").unwrap(), [2f64.powi(60), 3.0 * 2f64.powi(60)]);
}

#[test]
fn ten_thousand_nested_sines() {
    let mut e = vector("x");
    for _ in 0..10_000 {
        e = e.apply(Function::Sin);
    }
    let mut ws = Program::compile(&[("y", e)]).unwrap().bind(&Bindings::new().with_size("n", 1)).unwrap();
    ws.set("x", &[1.0]).unwrap();
    ws.run().unwrap();
    // mpmath 1.4.1
    assert!((ws.output("y").unwrap()[0] - 0.017_313_621_122_353_677).abs() < 1e-12);
    assert_eq!(ws.statistics().kernels, 1);
}

#[test]
fn empty_axes_are_empty_sums() {
    let (n, d) = (Dim::symbol("n"), Dim::symbol("d"));
    let x = Expr::symbol(Symbol::new("X", vec![n.clone(), d.clone()]).role(Role::Data));
    let w = Expr::symbol(Symbol::new("w", vec![d.clone()]));
    let xw = Expr::contract(&[(x.clone(), &[0, 1]), (w, &[1])], &[0], &[]).unwrap();
    let total = Expr::contract(&[(xw.apply(Function::Exp), &[0])], &[], &[]).unwrap();
    let gram = Expr::contract(&[(x.clone(), &[0, 1]), (x.clone(), &[0, 2])], &[1, 2], &[]).unwrap();
    let max = x.reduce(Reduction::Max, 0).unwrap();
    let program = Program::compile(&[("xw", xw), ("total", total), ("gram", gram), ("max", max)]).unwrap();
    for (rows, columns) in [(0, 2), (3, 0), (0, 0), (1, 1)] {
        let data = Tensor::new(vec![rows, columns], vec![1.0; rows * columns]).unwrap();
        let mut ws = program.bind(&Bindings::new().with("X", data)).unwrap();
        ws.set("w", &vec![0.0; columns]).unwrap();
        ws.run().unwrap();
        assert_eq!(ws.output("xw").unwrap(), vec![0.0; rows]);
        assert_eq!(ws.output("total").unwrap(), [rows as f64]);
        assert_eq!(ws.output("gram").unwrap(), vec![rows as f64; columns * columns]);
        let largest = if rows == 0 { f64::NEG_INFINITY } else { 1.0 };
        assert_eq!(ws.output("max").unwrap(), vec![largest; columns]);
    }
}

#[test]
fn pairwise_distances_never_store_all_differences() {
    let (m, n, k) = (Dim::symbol("m"), Dim::symbol("n"), Dim::symbol("k"));
    let x = Expr::symbol(Symbol::new("X", vec![m.clone(), k.clone()]).role(Role::Data));
    let y = Expr::symbol(Symbol::new("Y", vec![n.clone(), k.clone()]));
    let shape = vec![m.clone(), n.clone(), k];
    let xs = Expr::contract(&[(x, &[0, 2])], &[0, 1, 2], &[(1, n)]).unwrap();
    let ys = Expr::contract(&[(y, &[1, 2])], &[0, 1, 2], &[(0, m)]).unwrap();
    let difference = Expr::sum(shape, vec![(one(), xs), (-one(), ys)]).unwrap();
    let distance = Expr::contract(&[(difference.power(2, 1), &[0, 1, 2])], &[0, 1], &[]).unwrap();
    let data = Tensor::new(vec![40, 7], (0..280).map(f64::from).collect()).unwrap();
    let program = Program::compile(&[("d", distance)]).unwrap();
    let mut ws = program.bind(&Bindings::new().with("X", data).with_size("n", 30)).unwrap();
    assert_eq!(ws.statistics().numbers, 280 + 210 + 1200, "{}", ws.explain());
    ws.set("Y", &[0.0; 210]).unwrap();
    ws.run().unwrap();
    // Row 1 is 7, 8, ..., 13: the sum of its squares is 728.
    assert_eq!(ws.output("d").unwrap()[30], 728.0);
}

#[test]
fn slices_and_reshapes_of_data_copy_nothing() {
    let n = Dim::symbol("n");
    let x = Expr::symbol(Symbol::new("x", vec![n.clone() * Dim::constant(3)]).role(Role::Data));
    let w = Expr::symbol(Symbol::new("w", vec![Dim::constant(3)]));
    let merge = Expr::structure(Structure::Merge { outer: n, inner: Dim::constant(3) });
    let product = Expr::contract(&[(merge, &[2, 0, 1]), (x, &[2]), (w, &[1])], &[0], &[]).unwrap();
    let program = Program::compile(&[("y", product)]).unwrap();
    let bindings = Bindings::new().with("x", Tensor::vector((1..=6).map(f64::from).collect()));
    let mut ws = program.bind(&bindings).unwrap();
    assert_eq!(ws.statistics().numbers, 6 + 3 + 2, "{}", ws.explain());
    ws.set("w", &[1.0, 10.0, 100.0]).unwrap();
    ws.run().unwrap();
    assert_eq!(ws.output("y").unwrap(), [321.0, 654.0]);
}

#[test]
fn new_data_are_taken_up_in_the_next_run() {
    let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]).role(Role::Data));
    let total = Expr::contract(&[(x.apply(Function::power(2, 1)), &[0])], &[], &[]).unwrap();
    let program = Program::compile(&[("total", total)]).unwrap();
    let mut ws = program.bind(&Bindings::new().with("x", Tensor::vector(vec![3.0, 4.0]))).unwrap();
    assert_eq!(ws.output("total").unwrap(), [25.0]);
    ws.set("x", &[1.0, 2.0]).unwrap();
    ws.run().unwrap();
    assert_eq!(ws.output("total").unwrap(), [5.0]);
    assert_eq!(ws.statistics().kernels, 0);
    assert!(ws.statistics().once > 0);
}

#[test]
fn mistakes_carry_their_evidence() {
    let (n, d) = (Dim::symbol("n"), Dim::symbol("d"));
    let x = Expr::symbol(Symbol::new("X", vec![n.clone(), d.clone()]).role(Role::Data));
    let y = Expr::symbol(Symbol::new("y", vec![n]).role(Role::Data));
    let e = Expr::contract(&[(y, &[0]), (x.clone(), &[0, 1]), (vector("w"), &[2])], &[1], &[]).unwrap();
    let twice = Program::compile(&[("f", x.clone()), ("f", x.clone())]).unwrap_err();
    assert_eq!(twice.to_string(), "the output name f stands twice");
    let other = Expr::symbol(Symbol::new("X", vec![d]).role(Role::Data));
    let conflict = Program::compile(&[("f", x), ("g", other)]).unwrap_err();
    assert_eq!(conflict.to_string(), "X occurs with two different declarations");
    let program = Program::compile(&[("f", e)]).unwrap();
    let mut bindings = Bindings::new().with("y", Tensor::vector(vec![0.0; 5]));
    assert_eq!(program.bind(&bindings).unwrap_err().to_string(), "X has no value");
    bindings.set("X", Tensor::new(vec![4, 2], vec![0.0; 8]).unwrap());
    let wrong = program.bind(&bindings).unwrap_err().to_string();
    assert_eq!(wrong, "y must be [n] with n = 4 from X, but was given [5]");
    bindings.set("X", Tensor::new(vec![5, 2], vec![f64::NAN; 10]).unwrap());
    let mut ws = program.bind(&bindings).unwrap();
    assert_eq!(ws.run().unwrap_err().to_string(), "w has no value");
    let few = ws.set("w", &[1.0]).unwrap_err().to_string();
    assert_eq!(few, "w has 5 entries (shape [5]), but 1 were given");
    let unknown = ws.set("v", &[1.0]).unwrap_err().to_string();
    assert_eq!(unknown, "there is no input named v; there are: X, w, y");
    assert_eq!(ws.check_finite().unwrap_err().to_string(), "entry 1 of X is NaN");
    assert_eq!(ws.output("g"), None);
    let huge = Program::compile(&[("o", Expr::ones(vec![Dim::symbol("q"), Dim::symbol("q")]))]).unwrap();
    let error = huge.bind(&Bindings::new().with_size("q", 1 << 40)).unwrap_err().to_string();
    assert!(error.starts_with("the program needs"), "{error}");
}
