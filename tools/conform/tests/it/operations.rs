//! Every operation's value and derivative against 120-digit arithmetic over random shapes.
//!
//! The table holds, for each case, a formula, a random point and what mpmath finds there by central differences
//! (see `generators/operations.py`). The formula is differentiated both plainly and with simplification, and every
//! result is computed by the reference evaluator and by the compiled program.

use gradus::expr::evaluate::{Bindings, Tensor, evaluate};
use gradus::expr::syntax::{Scope, render_all};
use gradus::expr::{Expr, Function, MatrixFunction, Reduction, Symbol, derivative, differentiate};
use gradus::program::Program;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest difference allowed, relative to the largest entry of the result or 1. Entries are of order 1 and
/// conditions moderate; `lgamma` and its derivatives carry some 1e-14.
const TOLERANCE: f64 = 1e-12;

/// `2x3:1,2,3,4,5,6`, or `scalar:1`.
fn tensor(text: &str) -> Result<Tensor<f64>, String> {
    let told = || format!("`{text}` is no array");
    let (shape, entries) = text.split_once(':').ok_or_else(told)?;
    let number = |s: &str| s.parse().map_err(|_| told());
    let shape: Vec<usize> = match shape {
        "scalar" => Vec::new(),
        _ => shape.split('x').map(|k| k.parse().map_err(|_| told())).collect::<Result<_, _>>()?,
    };
    let entries: Vec<f64> =
        entries.split(',').filter(|e| !e.is_empty()).map(number).collect::<Result<_, _>>()?;
    Tensor::new(shape, entries).ok_or_else(told)
}

/// How far two arrays are apart, relative to the larger of 1 and the expected one's largest entry.
fn distance(found: &Tensor<f64>, expected: &Tensor<f64>) -> Result<f64, String> {
    if found.shape != expected.shape {
        return Err(format!("has the shape {:?} instead of {:?}", found.shape, expected.shape));
    }
    let scale = expected.data.iter().fold(1.0, |s: f64, v| s.max(v.abs()));
    let differences = found.data.iter().zip(&expected.data).map(|(a, b)| (a - b).abs());
    let worst = differences.fold(0.0, |w: f64, d| if d > w || d.is_nan() { d } else { w }) / scale;
    if worst <= TOLERANCE {
        Ok(worst)
    } else {
        Err(format!("is {:?} instead of {:?}", found.data, expected.data))
    }
}

/// The value of a compiled expression.
fn run(e: &Expr, bindings: &Bindings<f64>) -> Result<Tensor<f64>, String> {
    let told = |e: gradus::program::Error| e.to_string();
    let program = Program::compile(&[("result", e.clone())]).map_err(told)?;
    let mut workspace = program.bind(bindings).map_err(told)?;
    for symbol in program.symbols() {
        if let Some(value) = bindings.get(&symbol.name)
            && workspace.get(&symbol.name).is_some()
        {
            workspace.set(&symbol.name, &value.data).map_err(told)?;
        }
    }
    workspace.run().map_err(told)?;
    let shape = workspace.output_shape("result").ok_or("no shape")?.to_vec();
    let data = workspace.output("result").ok_or("no output")?.to_vec();
    Tensor::new(shape, data).ok_or_else(|| "an output of another size than its shape".to_owned())
}

/// The largest relative difference over all ways to the value and the derivative of a row.
fn check(cells: &[&str]) -> Result<f64, String> {
    let [_, declarations, formula, by, bound, value, slope] = cells else {
        return Err(format!("a row needs 7 cells, this has {}", cells.len()));
    };
    let mut scope = Scope::new();
    scope.declare(declarations).map_err(|d| render_all(&d, declarations, "declarations"))?;
    let f = scope.expression(formula).map_err(|d| render_all(&d, formula, "formula"))?;
    let mut bindings = Bindings::new();
    for one in bound.split(';') {
        let (name, array) = one.split_once('=').ok_or_else(|| format!("`{one}` binds nothing"))?;
        bindings.set(name, tensor(array)?);
    }
    // A derivative may no longer mention the operands that told the sizes.
    let sizes = bindings.sizes(&f.symbols()).map_err(|e| e.to_string())?;
    for name in f.symbols().iter().flat_map(|s| s.dim_names().map(str::to_owned).collect::<Vec<_>>()) {
        if let Some(n) = sizes.get(&name) {
            bindings = bindings.with_size(&name, n);
        }
    }
    let by: Vec<Arc<Symbol>> = by
        .split(' ')
        .map(|name| {
            let found = f.symbols().into_iter().find(|s| *s.name == *name);
            found.ok_or_else(|| format!("{name} does not occur in it"))
        })
        .collect::<Result<_, _>>()?;
    let (value, slope) = (tensor(value)?, tensor(slope)?);
    let plain = by.iter().fold(f.clone(), |e, x| differentiate(&e, x));
    let simple = by.iter().fold(f.clone(), |e, x| derivative(&e, x));
    // The derivative of a row is that of the vector of its entries; plain differentiation keeps the axis of 1.
    let mut vector_slope = slope.clone();
    if f.rank() == 2 && f.shape()[0].is_one() {
        vector_slope.shape.remove(0);
    }
    let mut worst = 0.0_f64;
    for (what, e, expected) in [
        ("its value", &f, &value),
        ("its derivative", &plain, &slope),
        ("its simplified derivative", &simple, &vector_slope),
    ] {
        let interpreted = evaluate(e, &bindings).map_err(|e| format!("{what}: {e}"))?;
        let compiled = run(e, &bindings).map_err(|e| format!("{what} as a program: {e}"))?;
        for (way, found) in [("", &interpreted), (" as a program", &compiled)] {
            let apart = distance(found, expected);
            worst = worst.max(apart.map_err(|e| format!("{what}{way} {e} at {bound}"))?);
        }
    }
    Ok(worst)
}

#[test]
fn every_derivative_agrees_with_a_difference() {
    let folder = gradus_conform::table("operations").expect("the table ships with the tests");
    let (mut count, mut failed, mut operations) = (0, Vec::new(), BTreeSet::new());
    let mut worst = (0.0, String::new());
    for file in gradus_conform::files(&folder, "tsv").expect("the folder can be read") {
        let text = std::fs::read_to_string(&file).expect("the table can be read");
        for (line, cells) in gradus_conform::rows(&text) {
            count += 1;
            let operation = cells[0].to_owned();
            let named =
                format!("{operation} in {} by {}", cells.get(2).unwrap_or(&""), cells.get(3).unwrap_or(&""));
            operations.insert(operation);
            match check(&cells) {
                Ok(apart) if apart > worst.0 => worst = (apart, named),
                Ok(_) => {}
                Err(e) => failed.push(format!("{}:{line}: {named}: {e}", file.display())),
            }
        }
    }
    println!(
        "operations: {count} cases of {} operations, worst {:.1e} ({})",
        operations.len(),
        worst.0,
        worst.1
    );
    for name in closed_tables() {
        if !operations.contains(name) {
            failed.push(format!("{name} has no case in the table"));
        }
    }
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

/// The names of all operations in the closed tables. Each names the next one, without a wildcard, so that a new
/// operation is missing here until the compiler has been told, and then from the table.
fn closed_tables() -> Vec<&'static str> {
    let functions = std::iter::successors(Some(Function::power(3, 1)), |f| next_function(*f));
    let reductions = std::iter::successors(Some(Reduction::Max), |r| next_reduction(*r));
    let matrices = std::iter::successors(Some(MatrixFunction::Inverse), |m| next_matrix(*m));
    functions
        .map(Function::name)
        .chain(reductions.map(Reduction::name))
        .chain(matrices.map(MatrixFunction::name))
        .collect()
}

fn next_function(f: Function) -> Option<Function> {
    Some(match f {
        Function::Power(_) => Function::Abs,
        Function::Abs => Function::Sign,
        Function::Sign => Function::Exp,
        Function::Exp => Function::Log,
        Function::Log => Function::Log1p,
        Function::Log1p => Function::Expm1,
        Function::Expm1 => Function::Sin,
        Function::Sin => Function::Cos,
        Function::Cos => Function::Tan,
        Function::Tan => Function::Asin,
        Function::Asin => Function::Acos,
        Function::Acos => Function::Atan,
        Function::Atan => Function::Sinh,
        Function::Sinh => Function::Cosh,
        Function::Cosh => Function::Tanh,
        Function::Tanh => Function::Sigmoid,
        Function::Sigmoid => Function::Softplus,
        Function::Softplus => Function::Relu,
        Function::Relu => Function::Step,
        Function::Step => Function::Erf,
        Function::Erf => Function::Erfc,
        Function::Erfc => Function::Lgamma,
        Function::Lgamma => Function::Polygamma(0),
        Function::Polygamma(0) => Function::Polygamma(1),
        Function::Polygamma(_) => Function::Pow,
        Function::Pow => Function::Max,
        Function::Max => Function::Min,
        Function::Min => Function::Less,
        Function::Less => Function::LessEqual,
        Function::LessEqual => Function::Equal,
        Function::Equal => Function::NotEqual,
        Function::NotEqual => Function::Where,
        Function::Where => Function::Clamp,
        Function::Clamp => return None,
    })
}

fn next_reduction(r: Reduction) -> Option<Reduction> {
    Some(match r {
        Reduction::Max => Reduction::Min,
        Reduction::Min => Reduction::Prod,
        Reduction::Prod => Reduction::LogSumExp,
        Reduction::LogSumExp => Reduction::ArgMax,
        Reduction::ArgMax => Reduction::ArgMin,
        Reduction::ArgMin => return None,
    })
}

fn next_matrix(m: MatrixFunction) -> Option<MatrixFunction> {
    Some(match m {
        MatrixFunction::Inverse => MatrixFunction::Det,
        MatrixFunction::Det => MatrixFunction::LogDet,
        MatrixFunction::LogDet => MatrixFunction::Cholesky,
        MatrixFunction::Cholesky => return None,
    })
}
