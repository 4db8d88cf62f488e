//! Random well-shaped expressions: the compiled value is the reference evaluator's.

use gradus_expr::evaluate::{Bindings, EvaluateError, Tensor, evaluate};
use gradus_expr::{Dim, Expr, Function, MatrixFunction, Rational, Reduction, Role, Structure, Symbol};
use gradus_program::{Error, Program};
use proptest::prelude::*;
use std::collections::HashMap;

/// A small generator of choices (SplitMix64).
struct Choice(u64);

impl Choice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn real(&mut self) -> f64 {
        self.below(4001) as f64 / 1000.0 - 2.0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

fn symbols() -> Vec<(Symbol, bool)> {
    let (n, m, k) = (Dim::symbol("n"), Dim::symbol("m"), Dim::symbol("k"));
    let data = |name: &str, shape: Vec<Dim>| Symbol::new(name, shape).role(Role::Data);
    vec![
        (data("a", vec![n.clone()]), false),
        (data("A", vec![n.clone(), m.clone()]), false),
        (data("S", vec![n.clone(), n.clone()]), false),
        (data("T", vec![n.clone(), m.clone(), k.clone()]), false),
        (data("c", vec![n.clone()]), true),
        (Symbol::new("s", vec![]), false),
        (Symbol::new("w", vec![m.clone()]), false),
        (Symbol::new("v", vec![n.clone()]), false),
        (Symbol::new("B", vec![m, k]), false),
        (Symbol::new("C", vec![n.clone(), n]), false),
    ]
}

fn structure(g: &mut Choice, sizes: &[usize; 3]) -> Expr {
    let dims = [Dim::symbol("n"), Dim::symbol("m"), Dim::symbol("k")];
    let at = g.below(3);
    let d = dims[at].clone();
    match g.below(6) {
        0 => Expr::eye(d),
        1 => Expr::structure(Structure::LowerOnes(d)),
        2 if sizes[at] > 0 => {
            Expr::structure(Structure::Unit { n: d, at: Dim::constant(g.below(sizes[at])) })
        }
        3 if sizes[at] > 1 => {
            let rows = d.clone() - Dim::constant(1);
            Expr::structure(Structure::Slice { rows, cols: d, offset: Dim::constant(g.below(2)), stride: 1 })
        }
        4 if sizes[at] > 0 => Expr::structure(Structure::Slice {
            rows: d.clone(),
            cols: d.clone(),
            offset: d - Dim::constant(1),
            stride: -1,
        }),
        _ => Expr::structure(Structure::Merge { outer: d, inner: dims[g.below(3)].clone() }),
    }
}

fn contraction(g: &mut Choice, pool: &[Expr], hot: &Expr, sizes: &[usize; 3]) -> Expr {
    let mut operands: Vec<Expr> = (0..1 + g.below(3)).map(|_| g.of(pool).clone()).collect();
    match g.below(6) {
        0 | 1 => operands.push(structure(g, sizes)),
        2 => operands.extend([structure(g, sizes), structure(g, sizes)]),
        3 => operands.push(hot.clone()),
        _ => {}
    }
    // Three labels for every dimension that occurs.
    let mut labels: Vec<(Dim, Vec<u32>)> = Vec::new();
    let mut marked: Vec<(Expr, Vec<u32>)> = Vec::new();
    for e in operands {
        let mut own = Vec::new();
        for d in e.shape() {
            if !labels.iter().any(|(x, _)| x == d) {
                let first = 3 * labels.len() as u32;
                labels.push((d.clone(), vec![first, first + 1, first + 2]));
            }
            let (_, choices) = labels.iter().find(|(x, _)| x == d).unwrap();
            own.push(*g.of(choices));
        }
        marked.push((e, own));
    }
    let mut used: Vec<u32> = marked.iter().flat_map(|(_, l)| l.clone()).collect();
    used.sort_unstable();
    used.dedup();
    let mut output = Vec::new();
    for _ in 0..g.below(4) {
        if used.is_empty() {
            break;
        }
        let at = g.below(used.len());
        output.push(used.remove(at));
    }
    let mut extra = Vec::new();
    if g.below(5) == 0 {
        output.push(999);
        extra.push((999, Dim::symbol("m")));
    }
    let operands: Vec<(Expr, &[u32])> = marked.iter().map(|(e, l)| (e.clone(), l.as_slice())).collect();
    Expr::contract(&operands, &output, &extra).unwrap()
}

/// A function of a positive definite matrix, `3 I + B*B'`, or of one that is only nonsingular, `3 I + B/n`.
fn matrix_function(g: &mut Choice, pool: &[Expr]) -> Expr {
    let n = Dim::symbol("n");
    let square: Vec<&Expr> = pool.iter().filter(|e| e.shape() == [n.clone(), n.clone()]).collect();
    let b = g.of(&square).apply(Function::Tanh);
    let (product, f) = if g.below(2) == 0 {
        let f = [MatrixFunction::Inverse, MatrixFunction::Cholesky, MatrixFunction::LogDet];
        (Expr::contract(&[(b.clone(), &[0, 2]), (b, &[1, 2])], &[0, 1], &[]).unwrap(), *g.of(&f))
    } else {
        let scaled = Expr::contract(&[(b, &[0, 1]), (Expr::size(n.clone()).power(-1, 1), &[])], &[0, 1], &[]);
        (scaled.unwrap(), *g.of(&[MatrixFunction::Inverse, MatrixFunction::Det]))
    };
    let three = Rational::from_integer(3.into());
    let terms = vec![(three, Expr::eye(n.clone())), (Rational::from_integer(1.into()), product)];
    Expr::sum(vec![n.clone(), n], terms).unwrap().matrix(f).unwrap()
}

fn grow(g: &mut Choice, sizes: &[usize; 3]) -> Vec<Expr> {
    let symbols = symbols();
    let index = Expr::symbol(symbols.iter().find(|s| s.1).unwrap().0.clone());
    let hot = Expr::one_hot(index, Dim::symbol("m"));
    let mut pool: Vec<Expr> = symbols.into_iter().filter(|s| !s.1).map(|s| Expr::symbol(s.0)).collect();
    let unary = [
        Function::Sin,
        Function::Tanh,
        Function::Sigmoid,
        Function::Softplus,
        Function::Abs,
        Function::Relu,
        Function::Exp,
        Function::power(2, 1),
        Function::Atan,
        Function::Erf,
    ];
    for _ in 0..2 + g.below(8) {
        let e = g.of(&pool).clone();
        let new = match g.below(9) {
            0 => e.apply(Function::Tanh).apply(*g.of(&unary)),
            1 => {
                let same: Vec<Expr> = pool.iter().filter(|x| x.shape() == e.shape()).cloned().collect();
                let other = g.of(&same).clone();
                let c = |g: &mut Choice| Rational::new((g.below(9) as i64 - 4).into(), 2.into());
                let terms = vec![(c(g), e.clone()), (c(g), other), (c(g), Expr::ones(e.shape().to_vec()))];
                Expr::sum(e.shape().to_vec(), terms).unwrap()
            }
            2 => {
                let same: Vec<Expr> = pool.iter().filter(|x| x.shape() == e.shape()).cloned().collect();
                let other = g.of(&same).clone();
                let f = *g.of(&[Function::Max, Function::Min]);
                Expr::map(f, vec![e, other]).unwrap()
            }
            3 if e.rank() > 0 => {
                let axis = g.below(e.rank());
                // Over nothing, `max` is infinite, and infinities do not distribute over sums.
                let all = [Reduction::Prod, Reduction::LogSumExp, Reduction::Max];
                let some = if sizes.contains(&0) { &all[..1] } else { &all[..] };
                e.apply(Function::Tanh).reduce(*g.of(some), axis).unwrap()
            }
            4 => matrix_function(g, &pool),
            _ => contraction(g, &pool, &hot, sizes),
        };
        // No tensors of many axes, and no large numbers.
        if new.rank() <= 3 && new.shape().iter().all(|d| d.terms().iter().all(|(p, _)| p.len() <= 2)) {
            let tame = if g.below(2) == 0 { new.apply(Function::Tanh) } else { new };
            pool.push(tame);
        }
    }
    let outputs = 1 + g.below(3);
    pool.split_off(pool.len().saturating_sub(outputs))
}

fn tensor(g: &mut Choice, shape: Vec<usize>, classes: Option<usize>) -> Tensor<f64> {
    let count = shape.iter().product();
    let entry = |g: &mut Choice| match classes {
        Some(c) => (1 + g.below(c)) as f64,
        None => g.real(),
    };
    let data = (0..count).map(|_| entry(g)).collect();
    Tensor::new(shape, data).unwrap()
}

fn check(seed: u64, sizes: [usize; 3]) -> Result<(), TestCaseError> {
    let mut g = Choice(seed);
    let outputs = grow(&mut g, &sizes);
    let names: HashMap<&str, usize> = [("n", sizes[0]), ("m", sizes[1]), ("k", sizes[2])].into();
    let mut all = Bindings::new();
    for (name, value) in [("n", sizes[0]), ("m", sizes[1]), ("k", sizes[2])] {
        all = all.with_size(name, value);
    }
    let mut bound = all.clone();
    for (s, is_index) in symbols() {
        let shape = s.shape.iter().map(|d| d.value(&|n| names.get(n).copied()).unwrap()).collect();
        let t = tensor(&mut g, shape, is_index.then_some(sizes[1]));
        all.set(&s.name, t.clone());
        if s.role == Role::Data {
            bound.set(&s.name, t);
        }
    }
    all.fuel = 3_000_000;
    let labels = ["o0", "o1", "o2"];
    let named: Vec<(&str, Expr)> = labels.into_iter().zip(outputs.iter().cloned()).collect();
    let expected: Vec<Tensor<f64>> = match outputs.iter().map(|e| evaluate(e, &all)).collect() {
        Ok(v) => v,
        Err(EvaluateError::OutOfFuel { .. }) => return Ok(()),
        Err(e) => return Err(TestCaseError::fail(format!("{e}"))),
    };
    let program = Program::compile(&named).unwrap();
    let mut ws = match program.bind(&bound) {
        Ok(ws) => ws,
        // Structures that fight over one index are written out, which has its limit.
        Err(Error::TooLarge { .. }) if sizes[0] >= 1000 => return Ok(()),
        Err(e) => return Err(TestCaseError::fail(format!("{e}\n{outputs:?}"))),
    };
    for s in program.symbols().iter().filter(|s| s.role == Role::Var) {
        ws.set(&s.name, &all.get(&s.name).unwrap().data).unwrap();
    }
    for _ in 0..2 {
        ws.run().unwrap();
        for ((name, e), t) in named.iter().zip(&expected) {
            let got = ws.output(name).unwrap();
            prop_assert_eq!(ws.output_shape(name).unwrap(), t.shape.as_slice());
            prop_assert_eq!(got.len(), t.data.len());
            let size = t.data.iter().fold(1.0f64, |m, x| if x.is_finite() { m.max(x.abs()) } else { m });
            for (k, (x, y)) in got.iter().zip(&t.data).enumerate() {
                let same = x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-9 * size;
                prop_assert!(same, "{name}[{k}]: {x} for {y}\n{e:?}\n{}", ws.explain());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn compiled_values_are_the_reference_evaluators(seed in any::<u64>(), n in 0usize..5, m in 1usize..4, k in 0usize..4) {
        check(seed, [n, m, k])?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_over_several_blocks_and_chunks_too(seed in any::<u64>(), n in 1000usize..1100) {
        check(seed, [n, 3, 2])?;
    }
}
