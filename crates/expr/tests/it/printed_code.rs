//! Printed programs are run, and agree with the reference evaluator.
//!
//! Python is found as `python3` or by `GRADUS_PYTHON`. Without it, or without NumPy, SciPy or JAX, a test says so
//! and passes, unless `GRADUS_REQUIRE_PYTHON=1`. Last run with NumPy 2.4.6, SciPy 1.17.1 and JAX 0.10.2.

#![allow(clippy::print_stderr, reason = "a test says that it was skipped")]

use gradus_expr::evaluate::{Bindings, Tensor, evaluate};
use gradus_expr::print::{arguments, jax, numpy, rust};
use gradus_expr::{Dim, Expr, Function as F, MatrixFunction, Property, Reduction, Role, Structure, Symbol};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;

type Values = BTreeMap<&'static str, Tensor<f64>>;

fn d(name: &str) -> Dim {
    Dim::symbol(name)
}

fn symbol(name: &str, shape: &[&str]) -> Expr {
    Expr::symbol(Symbol::new(name, shape.iter().map(|n| d(n)).collect()))
}

/// Values between -2 and 2 that do not repeat, from the golden ratio times squares.
fn scattered(count: usize, from: usize) -> Vec<f64> {
    (0..count)
        .map(|k| ((((k + from) * (k + from)) as f64 * 0.618_033_988_749_895).fract() - 0.5) * 4.0)
        .collect()
}

/// m = 4, n = 3, k = 2.
fn values() -> Values {
    let t = |shape: &[usize], from: usize| {
        let data = scattered(shape.iter().product(), from);
        Tensor { shape: shape.to_vec(), data }
    };
    let positive = |mut t: Tensor<f64>| {
        t.data.iter_mut().for_each(|x| *x = x.abs() + 0.3);
        t
    };
    let hole = |mut t: Tensor<f64>, at: usize| {
        t.data[at] = f64::NAN;
        t
    };
    let unit = |mut t: Tensor<f64>| {
        t.data.iter_mut().for_each(|x| *x *= 0.4);
        t
    };
    BTreeMap::from([
        ("A", t(&[4, 3], 1)),
        ("B", t(&[3, 2], 40)),
        ("C", t(&[4, 3], 77)),
        ("S", t(&[3, 3], 20)),
        ("P", Tensor { shape: vec![3, 3], data: vec![4.0, 1.0, 0.5, 1.0, 3.0, -0.25, 0.5, -0.25, 2.0] }),
        // The determinants are -27 and 0.
        ("N", Tensor { shape: vec![3, 3], data: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 18.0] }),
        ("Z", Tensor { shape: vec![3, 3], data: vec![4.0, 2.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 3.0] }),
        ("Q", hole(t(&[4, 3], 9), 4)),
        ("q", hole(t(&[3], 31), 1)),
        ("T", t(&[4, 3, 2], 5)),
        ("x", t(&[3], 3)),
        ("y", t(&[3], 8)),
        ("b", t(&[4], 11)),
        ("p", positive(t(&[3], 13))),
        ("u", unit(t(&[3], 17))),
        ("lambda", Tensor::scalar(0.7)),
        ("s", Tensor::scalar(-1.3)),
        ("group", Tensor::vector(vec![3.0, 1.0, 1.0, 2.0])),
    ])
}

const REDUCTIONS: [Reduction; 6] = [
    Reduction::Max,
    Reduction::Min,
    Reduction::Prod,
    Reduction::LogSumExp,
    Reduction::ArgMax,
    Reduction::ArgMin,
];

fn cases() -> Vec<(String, Expr)> {
    let (a, b2, c, s3) = (
        symbol("A", &["m", "n"]),
        symbol("B", &["n", "k"]),
        symbol("C", &["m", "n"]),
        symbol("S", &["n", "n"]),
    );
    let pd = Expr::symbol(Symbol::new("P", vec![d("n"), d("n")]).with(Property::Pd));
    let t = symbol("T", &["m", "n", "k"]);
    let (x, y, b) = (symbol("x", &["n"]), symbol("y", &["n"]), symbol("b", &["m"]));
    let (p, u) = (symbol("p", &["n"]), symbol("u", &["n"]));
    let (lambda, s) = (symbol("lambda", &[]), symbol("s", &[]));
    let group = Expr::symbol(Symbol::new("group", vec![d("m")]).role(Role::Data).with(Property::Integer));
    let one = Expr::integer(1);
    let mut all: Vec<(String, Expr)> = Vec::new();
    let mut add = |name: &str, e: Expr| all.push((name.to_owned(), e));
    for f in [
        F::Abs,
        F::Sign,
        F::Exp,
        F::Expm1,
        F::Sin,
        F::Cos,
        F::Tan,
        F::Atan,
        F::Sinh,
        F::Cosh,
        F::Tanh,
        F::Sigmoid,
        F::Softplus,
        F::Relu,
        F::Step,
        F::Erf,
        F::Erfc,
        F::power(2, 1),
        F::power(3, 1),
        F::power(-1, 1),
        F::power(-2, 1),
        F::power(5, 1),
        F::power(-3, 1),
    ] {
        add(&format!("{f:?}"), x.apply(f));
    }
    for f in [
        F::Log,
        F::Log1p,
        F::Lgamma,
        F::Polygamma(0),
        F::Polygamma(1),
        F::Polygamma(2),
        F::power(1, 2),
        F::power(-1, 2),
        F::power(1, 3),
        F::power(-5, 2),
    ] {
        add(&format!("{f:?}"), p.apply(f));
    }
    for f in [F::Asin, F::Acos] {
        add(&format!("{f:?}"), u.apply(f));
    }
    for f in [F::Max, F::Min, F::Less, F::LessEqual, F::Equal, F::NotEqual] {
        add(&format!("{f:?}"), x.apply_with(f, &y).unwrap());
    }
    add("Pow", p.apply_with(F::Pow, &x).unwrap());
    add(
        "Where",
        Expr::map(F::Where, vec![x.apply_with(F::Less, &y).unwrap(), x.clone(), p.clone()]).unwrap(),
    );
    add("Clamp", Expr::map(F::Clamp, vec![x.clone(), u.negate().apply(F::Abs).negate(), p.clone()]).unwrap());
    for r in REDUCTIONS {
        for axis in [0, 1] {
            add(&format!("{r:?} along {axis}"), a.reduce(r, axis).unwrap());
        }
    }
    for f in [MatrixFunction::Inverse, MatrixFunction::Det, MatrixFunction::LogDet, MatrixFunction::Cholesky]
    {
        add(f.name(), pd.matrix(f).unwrap());
    }
    let (n3, z3) = (symbol("N", &["n", "n"]), symbol("Z", &["n", "n"]));
    for f in [MatrixFunction::Det, MatrixFunction::LogDet] {
        add(&format!("{} of a negative determinant", f.name()), n3.matrix(f).unwrap());
        add(&format!("{} of a singular matrix", f.name()), z3.matrix(f).unwrap());
    }
    add(
        "logdet inside",
        n3.matrix(MatrixFunction::LogDet)
            .unwrap()
            .add(&pd.matrix(MatrixFunction::LogDet).unwrap().scale(half()))
            .unwrap(),
    );
    let (q, holes) = (symbol("q", &["n"]), symbol("Q", &["m", "n"]));
    for f in [F::Relu, F::Sign, F::Step, F::Abs, F::Sigmoid, F::Softplus] {
        add(&format!("{f:?} of NaN"), q.apply(f));
    }
    for f in [F::Max, F::Min, F::Less, F::LessEqual, F::Equal, F::NotEqual] {
        add(&format!("{f:?} with NaN before"), q.apply_with(f, &y).unwrap());
        add(&format!("{f:?} with NaN behind"), y.apply_with(f, &q).unwrap());
    }
    add("Clamp of NaN", Expr::map(F::Clamp, vec![q.clone(), u.negate(), p.clone()]).unwrap());
    add("Clamp below NaN", Expr::map(F::Clamp, vec![x.clone(), u.clone(), q.clone()]).unwrap());
    add("Where of NaN", Expr::map(F::Where, vec![q, x.clone(), y.clone()]).unwrap());
    for r in REDUCTIONS {
        for axis in [0, 1] {
            add(&format!("{r:?} of NaN along {axis}"), holes.reduce(r, axis).unwrap());
        }
    }
    add("residual", a.matmul(&x).unwrap().subtract(&b).unwrap());
    add("transposed product", a.transpose().unwrap().matmul(&b).unwrap());
    add("matrix product", a.matmul(&b2).unwrap());
    add("gram", a.transpose().unwrap().matmul(&c).unwrap());
    add("chain", Expr::einsum("ij,ik,k->j", &[a.clone(), c.clone(), x.clone()]).unwrap());
    add("weighted gram", Expr::einsum("ij,i,ik->jk", &[a.clone(), b.clone(), c.clone()]).unwrap());
    add("trilinear", Expr::einsum("ijk,i,j,jk->k", &[t.clone(), b.clone(), x.clone(), b2.clone()]).unwrap());
    add("sum over a factor alone", Expr::einsum("ij,j,k->k", &[a.clone(), x.clone(), b.clone()]).unwrap());
    add("permutation", Expr::einsum("ijk->kij", std::slice::from_ref(&t)).unwrap());
    add("sum and permutation", Expr::einsum("ijk->kj", std::slice::from_ref(&t)).unwrap());
    add("diagonal", s3.diag().unwrap());
    add("diag", x.diag().unwrap());
    add("diag of a product", x.hadamard(&y).unwrap().diag().unwrap());
    add("scaled identity", Expr::eye(d("n")).hadamard(&lambda).unwrap().add(&s3).unwrap());
    add("identity alone", Expr::eye(d("n")).add(&x.outer(&x)).unwrap());
    add("trace", s3.trace().unwrap());
    add("trace of a product", s3.matmul(&pd).unwrap().trace().unwrap());
    add("outer", x.outer(&b));
    add("scaling rows", Expr::einsum("ij,i->ij", &[a.clone(), b.clone()]).unwrap());
    add("scaling columns", Expr::einsum("ij,j->ij", &[a.clone(), x.clone()]).unwrap());
    add("scaling a transpose", Expr::einsum("ij,j->ji", &[a.clone(), x.clone()]).unwrap());
    add("broadcast rows", a.add(&b.broadcast(&[0], &[d("m"), d("n")]).unwrap()).unwrap());
    add("broadcast columns", a.add(&x.broadcast(&[1], &[d("m"), d("n")]).unwrap()).unwrap());
    add("a broadcast alone", x.broadcast(&[1], &[d("m"), d("n")]).unwrap().scale(half()));
    add("a scalar everywhere", s.broadcast_to(vec![d("n")]).add(&one).unwrap());
    add("ones summed", Expr::ones(vec![d("n"), d("m")]).sum_all().hadamard(&x).unwrap());
    add("Frobenius", a.dot(&c).unwrap());
    add("solve", pd.inverse().unwrap().matmul(&x).unwrap());
    add("solve from the right", x.matmul(&pd.inverse().unwrap()).unwrap());
    add("solve for a matrix", pd.inverse().unwrap().matmul(&b2).unwrap());
    add("divide a matrix from the right", a.matmul(&s3.inverse().unwrap()).unwrap());
    add("inverse form", Expr::einsum("i,ij,j->", &[x.clone(), pd.inverse().unwrap(), x.clone()]).unwrap());
    add("inverse transposed", s3.inverse().unwrap().transpose().unwrap().matmul(&x).unwrap());
    add(
        "inverse used twice",
        pd.inverse()
            .unwrap()
            .hadamard(&s3)
            .unwrap()
            .add(&pd.inverse().unwrap().matmul(&s3).unwrap())
            .unwrap(),
    );
    add("cumulative sum", a.cumsum(0).unwrap());
    add("cumulative sum along rows", a.cumsum(1).unwrap());
    add(
        "reverse cumulative sum",
        Expr::contract(
            &[(Expr::structure(Structure::LowerOnes(d("n"))), &[0, 1]), (x.clone(), &[0])],
            &[1],
            &[],
        )
        .unwrap(),
    );
    add("triangle", Expr::structure(Structure::LowerOnes(d("n"))).hadamard(&s3).unwrap());
    add("slice", x.slice(0, Dim::constant(1), 1, d("n") - Dim::constant(1)).unwrap());
    add("slice of columns", a.slice(1, Dim::constant(0), 2, Dim::constant(2)).unwrap());
    add("reversed", x.slice(0, d("n") - Dim::constant(1), -1, d("n")).unwrap());
    add("entry", a.entry(1, Dim::constant(2)).unwrap());
    add("both entries", a.entry(1, Dim::constant(2)).unwrap().entry(0, Dim::constant(1)).unwrap());
    add("gather", x.gather(0, &group).unwrap());
    add("gather rows", s3.gather(0, &group).unwrap());
    add(
        "scatter",
        Expr::contract(&[(Expr::one_hot(group.clone(), d("n")), &[0, 1]), (b.clone(), &[0])], &[1], &[])
            .unwrap(),
    );
    add("one-hot", Expr::one_hot(group.clone(), d("n")).add(&a).unwrap());
    add(
        "one entry a row",
        Expr::contract(&[(Expr::one_hot(group, d("n")), &[0, 1]), (a.clone(), &[0, 1])], &[0], &[]).unwrap(),
    );
    add("concatenation", Expr::concat(&[x.clone(), y.scale(half()).negate(), p.clone()], 0).unwrap());
    add("concatenated columns", Expr::concat(&[a.clone(), c.clone()], 1).unwrap());
    add("vector of scalars", Expr::vector_of(&[s.clone(), lambda.clone(), one.clone()]).unwrap());
    add(
        "placed alone",
        Expr::contract(
            &[
                (
                    Expr::structure(Structure::Slice {
                        rows: d("n"),
                        cols: d("n") + Dim::constant(2),
                        offset: Dim::constant(1),
                        stride: 1,
                    }),
                    &[1, 0],
                ),
                (x.clone(), &[1]),
            ],
            &[0],
            &[],
        )
        .unwrap(),
    );
    add("vec", a.vec());
    add("reshape", a.reshape(vec![d("n"), d("m")]).unwrap());
    add("kron", s3.kron(&b2).unwrap());
    add("kron times a vector", s3.kron(&pd).unwrap().matmul(&s3.vec()).unwrap());
    add("softmax", a.softmax(1).unwrap());
    add("distances", a.sqdist(&c).unwrap());
    add(
        "logistic loss",
        b.hadamard(&a.matmul(&x).unwrap())
            .unwrap()
            .negate()
            .apply(F::Softplus)
            .mean_all()
            .add(&lambda.scale(half()).hadamard(&x.dot(&x).unwrap()).unwrap())
            .unwrap(),
    );
    add(
        "numbers",
        Expr::rational(third()).add(&s).unwrap().add(&Expr::constant(gradus_expr::Constant::Pi)).unwrap(),
    );
    add("zeros", Expr::zeros(vec![d("m"), d("n")]).add(&a).unwrap());
    add(
        "a size",
        Expr::size(d("m") * d("n") - Dim::constant(1))
            .hadamard(&x)
            .unwrap()
            .add(&a.entry(0, Dim::constant(0)).unwrap())
            .unwrap(),
    );
    let mut doubled = x.clone();
    for _ in 0..60 {
        doubled = doubled.add(&doubled).unwrap().scale(half()).hadamard(&Expr::integer(1)).unwrap();
    }
    add("sixty doublings", doubled);
    let mut squared = u.clone();
    for _ in 0..6 {
        squared = squared.hadamard(&squared).unwrap();
    }
    add("repeated squares", squared);
    let mut deep = x;
    for _ in 0..10_000 {
        deep = deep.apply(F::Sin).add(&y).unwrap();
    }
    add("ten thousand deep", deep);
    all
}

fn half() -> gradus_expr::Rational {
    gradus_expr::Rational::new(1.into(), 2.into())
}

fn third() -> gradus_expr::Rational {
    gradus_expr::Rational::new(1.into(), 3.into())
}

fn python_list(t: &Tensor<f64>) -> String {
    let numbers: Vec<String> = t.data.iter().map(|x| format!("{x:?}")).collect();
    let shape: Vec<String> = t.shape.iter().map(usize::to_string).collect();
    format!("np.array([{}], dtype=float).reshape([{}])", numbers.join(", "), shape.join(", "))
}

/// Runs a script; `None` when Python or a module is missing and may be.
fn run(script: &str, modules: &str, file: &str) -> Option<String> {
    let python = std::env::var("GRADUS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let present = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    if !present.is_ok_and(|o| o.status.success()) {
        assert!(
            std::env::var("GRADUS_REQUIRE_PYTHON").as_deref() != Ok("1"),
            "GRADUS_REQUIRE_PYTHON is set, but {python} cannot import {modules}"
        );
        eprintln!("skipped: {python} with {modules} is not here, so printed code was not run");
        return None;
    }
    let path = std::env::temp_dir().join(format!("gradus-{}-{file}", std::process::id()));
    std::fs::write(&path, script).unwrap();
    let output = Command::new(&python).arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{err}", out.lines().last().unwrap_or(""));
    Some(out.into_owned())
}

/// Prints every case with `print`, runs all in one process and compares.
fn agrees(print: fn(&Expr, &str, &[Arc<Symbol>]) -> String, modules: &str, file: &str) {
    let values = values();
    let mut script = String::from("import numpy as np\nfrom numpy import inf, nan as NaN\n");
    for (name, t) in &values {
        writeln!(script, "V_{name} = {}", python_list(t)).unwrap();
    }
    let mut checks = String::new();
    for (k, (name, e)) in cases().iter().enumerate() {
        let bindings = values.iter().fold(Bindings::new(), |b, (n, t)| b.with(n, t.clone()));
        let bindings = [("m", 4), ("n", 3), ("k", 2)].iter().fold(bindings, |b, (n, v)| b.with_size(n, *v));
        let expected = evaluate(e, &bindings).unwrap();
        let code = print(e, &format!("f{k}"), &[]);
        script += &code;
        let signature = code.lines().find(|l| l.starts_with("def ")).unwrap();
        let arguments = signature.split(['(', ')']).nth(1).unwrap();
        let given: Vec<String> = arguments
            .split(", ")
            .filter(|a| !a.is_empty())
            .map(|a| match a {
                "m" => "4".to_owned(),
                "n" => "3".to_owned(),
                "k" => "2".to_owned(),
                a => format!("V_{}", a.trim_end_matches('_')),
            })
            .collect();
        writeln!(checks, "check({name:?}, lambda: f{k}({}), {})", given.join(", "), python_list(&expected))
            .unwrap();
    }
    script += r#"
worst = 0.0
bad = 0
def check(name, call, expected):
    global worst, bad
    try:
        value = np.asarray(call(), dtype=float)
    except Exception as error:
        bad += 1
        print("FAILED", name, repr(error))
        return
    if value.shape != expected.shape:
        bad += 1
        print("SHAPE", name, value.shape, expected.shape)
        return
    same = (value == expected) | (np.isnan(value) & np.isnan(expected))
    error = np.max(np.where(same, 0.0, np.abs(value - expected) / (1.0 + np.abs(expected))), initial=0.0)
    worst = max(worst, error)
    if not error <= 1e-12:
        bad += 1
        print("DIFFERS", name, error, value, expected)
"#;
    script += &checks;
    script += "print('worst', worst, 'bad', bad)\n";
    if let Some(out) = run(&script, modules, file) {
        eprintln!("{file}: {} cases, {}", cases().len(), out.lines().last().unwrap_or(""));
        assert!(out.trim_end().ends_with("bad 0"), "{out}");
    }
}

#[test]
fn numpy_code_computes_what_the_evaluator_computes() {
    agrees(numpy, "numpy, scipy", "numpy.py");
}

#[test]
fn jax_code_computes_what_the_evaluator_computes() {
    agrees(jax, "numpy, jax", "jax.py");
}

/// The newest build of the scalar crate beside this test.
fn scalar_library() -> Option<std::path::PathBuf> {
    let deps = std::env::current_exe().ok()?.parent()?.to_owned();
    let files = std::fs::read_dir(deps).ok()?.flatten();
    files
        .filter(|f| {
            let name = f.file_name().to_string_lossy().into_owned();
            name.starts_with("libgradus_scalar-") && name.ends_with(".rlib")
        })
        .max_by_key(|f| f.metadata().and_then(|m| m.modified()).ok())
        .map(|f| f.path())
}

#[test]
fn rust_code_computes_what_the_evaluator_computes() {
    let values = values();
    let mut source = String::from("#![allow(warnings)]\nuse std::f64::{INFINITY as inf, NAN as NaN};\n");
    let mut main = String::from("fn main() {\n");
    for (name, t) in &values {
        if t.shape.is_empty() {
            writeln!(main, "let v_{name} = {:?}f64;", t.data[0]).unwrap();
        } else {
            writeln!(main, "let v_{name}: &[f64] = &{:?};", t.data).unwrap();
        }
    }
    let mut expected = Vec::new();
    // NumPy stops at these with an error of its own.
    let undefined = [
        ("inverse of a singular matrix", symbol("Z", &["n", "n"]).matrix(MatrixFunction::Inverse).unwrap()),
        ("an indefinite matrix", symbol("N", &["n", "n"]).matrix(MatrixFunction::Cholesky).unwrap()),
    ];
    let undefined = undefined.map(|(name, e)| (name.to_owned(), e));
    for (name, e) in cases().iter().chain(&undefined).filter(|(n, _)| n != "ten thousand deep") {
        let k = expected.len();
        let bindings = values.iter().fold(Bindings::new(), |b, (n, t)| b.with(n, t.clone()));
        let bindings = [("m", 4), ("n", 3), ("k", 2)].iter().fold(bindings, |b, (n, v)| b.with_size(n, *v));
        expected.push((name.clone(), evaluate(e, &bindings).unwrap().data));
        let code = rust(e, &format!("case{k}"), &[]);
        source += &code;
        let signature = code.lines().find(|l| l.starts_with("pub fn ")).unwrap();
        let arguments = signature.split_once('(').unwrap().1.split_once(") ->").unwrap().0;
        let given: Vec<String> = arguments
            .split(", ")
            .filter_map(|a| a.split_once(": "))
            .map(|(a, kind)| match (a.trim_end_matches('_'), kind) {
                ("m", "usize") => "4".to_owned(),
                ("n", "usize") => "3".to_owned(),
                ("k", "usize") => "2".to_owned(),
                (a, _) => format!("v_{a}"),
            })
            .collect();
        let call = format!("case{k}({})", given.join(", "));
        let slice = if e.is_scalar() { format!("&[{call}]") } else { format!("&{call}") };
        writeln!(main, "show({slice});").unwrap();
    }
    source += &main;
    source += "}\nfn show(x: &[f64]) { println!(\"{}\", x.iter().map(|x| format!(\"{x:?}\")).collect::<Vec<_>>().join(\" \")); }\n";
    let Some(library) = scalar_library() else {
        eprintln!("skipped: no built gradus-scalar beside the test, so printed Rust was not run");
        return;
    };
    let folder = std::env::temp_dir().join(format!("gradus-rust-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("printed.rs"), &source).unwrap();
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let built = Command::new(compiler)
        .current_dir(&folder)
        .args(["--edition", "2024", "printed.rs", "-o", "printed", "--extern"])
        .arg(format!("gradus_scalar={}", library.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{}", said.chars().take(6000).collect::<String>());
    let output = Command::new(folder.join("printed")).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().count(), expected.len());
    for (line, (name, expected)) in out.lines().zip(&expected) {
        let value: Vec<f64> = line.split(' ').filter(|s| !s.is_empty()).map(|s| s.parse().unwrap()).collect();
        assert_eq!(value.len(), expected.len(), "{name}");
        for (a, b) in value.iter().zip(expected) {
            let same = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-12 * (1.0 + b.abs());
            assert!(same, "{name}: {value:?} for {expected:?}");
        }
    }
}

#[test]
fn code_is_linear_in_the_graph() {
    let mut e = symbol("x", &["n"]);
    for _ in 0..60 {
        e = e.apply(F::Sin).hadamard(&e).unwrap().add(&e).unwrap();
    }
    for code in [numpy(&e, "f", &[]), jax(&e, "f", &[]), rust(&e, "f", &[])] {
        assert!(code.len() < 60_000, "{}", code.len());
    }
}

/// A value, its gradient and its Hessian can be called alike.
#[test]
fn derivatives_take_the_arguments_of_their_expression() {
    let (b, x, a) = (symbol("b", &["m"]), symbol("x", &["n"]), symbol("A", &["m", "n"]));
    let r = b.subtract(&a.matmul(&x).unwrap()).unwrap();
    let f = r.dot(&r).unwrap();
    let at = x.as_symbol().unwrap();
    let gradient = gradus_expr::derivative(&f, at);
    let hessian = gradus_expr::derivative(&gradient, at);
    let order = arguments(&f);
    for e in [&f, &gradient, &hessian] {
        for print in [numpy, jax] {
            assert!(print(e, "g", &order).contains("\ndef g(b, A, x):\n"), "{}", print(e, "g", &order));
        }
        let code = rust(e, "g", &order);
        assert!(code.contains("fn g(b: &[f64], A: &[f64], x: &[f64], m: usize, n: usize) -> "), "{code}");
    }
    // Without an order, those that it has.
    assert!(numpy(&hessian, "g", &[]).contains("\ndef g(A):\n"));
    // Given ones first, others behind.
    let given = [at.clone()];
    assert!(numpy(&f, "g", &given).contains("\ndef g(x, b, A):\n"));
}

/// What a reader sees.
#[test]
fn numpy_code_is_idiomatic() {
    let (a, x, b) = (symbol("A", &["m", "n"]), symbol("x", &["n"]), symbol("b", &["m"]));
    let s = symbol("S", &["n", "n"]);
    let body = |e: &Expr| {
        let code = numpy(e, "f", &[]);
        code.lines()
            .skip_while(|l| !l.starts_with("def"))
            .skip(1)
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("; ")
    };
    let r = a.matmul(&x).unwrap().subtract(&b).unwrap();
    assert_eq!(body(&a.transpose().unwrap().matmul(&r).unwrap()), "return A.T @ (A @ x - b)");
    assert_eq!(
        body(&Expr::einsum("ij,ik,k->j", &[a.clone(), a.clone(), x.clone()]).unwrap()),
        "return A.T @ (A @ x)"
    );
    assert_eq!(body(&s.inverse().unwrap().matmul(&x).unwrap()), "return np.linalg.solve(S, x)");
    assert_eq!(body(&x.diag().unwrap()), "return np.diag(x)");
    assert_eq!(body(&r.dot(&r).unwrap().scale(half())), "t1 = A @ x - b; return t1 @ t1 / 2");
    assert_eq!(body(&x.slice(0, Dim::constant(1), 1, Dim::constant(2)).unwrap()), "return x[1:3]");
    assert_eq!(body(&x.cumsum(0).unwrap()), "return np.cumsum(x, axis=0)");
    let lambda = symbol("lambda", &[]);
    assert!(numpy(&lambda.hadamard(&x).unwrap(), "f", &[]).contains("def f(lambda_, x):"));
}
