//! gradus' side of the benchmarks: does one job, prints one line for each measurement, tab-separated.
//!
//! `run.py` starts it and the peers in turn on the same data, and writes the table.
//!
//! Jobs: `identities FILE`, `gradient FOLDER REPEATS`, `lbfgs FOLDER REPEATS TOL`. A folder holds `X.f64`, `y.f64`
//! and `w.f64` (little-endian doubles, row-major) and `size.txt` (rows, columns, lambda).

use gradus::expr::evaluate::{Bindings, Tensor};
use gradus::expr::syntax::{Scope, render_all};
use gradus::expr::{Expr, Role, derivative};
use gradus::optimize::{Smooth, lbfgs};
use gradus::program::{Program, Workspace};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// What is minimised; the same formula that a `.gr` file would hold.
const LOGISTIC: &str = "sum(log(1 + exp(-(y .* (X*w)))))/n + lambda/2*norm2(w)^2";
const DECLARED: &str = "X : [n, d]; y : [n]; w : [d]; lambda : scalar";
/// Every dimension of an identity when it is bound.
const SIZE: usize = 4;
/// How often each identity is done; the median counts.
const TIMES: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["identities", file] => identities(Path::new(file)),
        ["gradient", folder, repeats] => gradient(Path::new(folder), repeats.parse()?),
        ["lbfgs", folder, repeats, tol] => minimise(Path::new(folder), repeats.parse()?, tol.parse()?),
        _ => {
            Err("a job is wanted: identities FILE, gradient FOLDER REPEATS, lbfgs FOLDER REPEATS TOL".into())
        }
    }
}

/// Parse, derive, simplify, compile and bind each row of a table of derivatives. Prints `first, median, source,
/// expression`, in seconds.
fn identities(file: &Path) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let mut out = std::io::stdout().lock();
    let rows = text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')).skip(1);
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let [source, declarations, expression, wrt, _] = cells[..] else {
            return Err(format!("a row needs 5 cells: {row}").into());
        };
        let mut seconds = Vec::new();
        for _ in 0..TIMES {
            let clock = Instant::now();
            let mut scope = Scope::new();
            scope.declare(declarations).map_err(|d| render_all(&d, declarations, "table"))?;
            let f = scope.expression(expression).map_err(|d| render_all(&d, expression, "table"))?;
            let x = f.symbols().into_iter().find(|s| *s.name == *wrt).ok_or("the variable does not occur")?;
            let slope = derivative(&f, &x);
            let program = Program::compile(&[("value", f), ("derivative", slope)])?;
            let symbolic = clock.elapsed().as_secs_f64();
            let bindings = small_values(&program);
            let clock = Instant::now();
            program.bind(&bindings)?;
            seconds.push(symbolic + clock.elapsed().as_secs_f64());
        }
        let first = seconds[0];
        seconds.sort_by(f64::total_cmp);
        writeln!(out, "{first}\t{}\t{source}\t{expression}", seconds[TIMES / 2])?;
    }
    Ok(())
}

/// A value for every symbol, with every dimension [`SIZE`]: 1 + [i = j] + something small, so that matrices invert.
fn small_values(program: &Program) -> Bindings<f64> {
    let mut bindings = Bindings::new();
    for s in program.symbols() {
        for name in s.dim_names() {
            bindings = bindings.with_size(name, SIZE);
        }
    }
    let Ok(sizes) = bindings.sizes(program.symbols()) else { return bindings };
    for s in program.symbols() {
        let Ok(shape) = s.shape.iter().map(|d| sizes.resolve(d)).collect::<Result<Vec<_>, _>>() else {
            continue;
        };
        let columns = shape.last().copied().unwrap_or(1);
        let entry =
            |k: usize| 1.0 + 0.01 * k as f64 + if k / columns == k % columns { SIZE as f64 } else { 0.0 };
        let data = (0..shape.iter().product()).map(entry).collect();
        if let Some(t) = Tensor::new(shape, data) {
            bindings.set(&s.name, t);
        }
    }
    bindings
}

/// Data of one logistic regression.
struct Problem {
    rows: usize,
    columns: usize,
    lambda: f64,
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
}

impl Problem {
    fn read(folder: &Path) -> Result<Problem, Box<dyn Error>> {
        let size = std::fs::read_to_string(folder.join("size.txt"))?;
        let size: Vec<&str> = size.split_whitespace().collect();
        let [rows, columns, lambda] = size[..] else { return Err("size.txt holds three numbers".into()) };
        let doubles = |name: &str| -> Result<Vec<f64>, Box<dyn Error>> {
            let bytes = std::fs::read(folder.join(name))?;
            Ok(bytes.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
        };
        Ok(Problem {
            rows: rows.parse()?,
            columns: columns.parse()?,
            lambda: lambda.parse()?,
            x: doubles("X.f64")?,
            y: doubles("y.f64")?,
            w: doubles("w.f64")?,
        })
    }

    /// Value and gradient from the formula, as asked for.
    fn formulas(&self) -> Result<(Expr, Expr), Box<dyn Error>> {
        let mut scope = Scope::new();
        scope.declare(DECLARED).map_err(|d| render_all(&d, DECLARED, "formula"))?;
        let value = scope.expression(LOGISTIC).map_err(|d| render_all(&d, LOGISTIC, "formula"))?;
        let w = value.symbols().into_iter().find(|s| &*s.name == "w").ok_or("w does not occur")?;
        let gradient = derivative(&value, &w);
        Ok((value, gradient))
    }

    fn bind(&self, outputs: &[(&str, Expr)]) -> Result<Workspace, Box<dyn Error>> {
        let matrix =
            Tensor::new(vec![self.rows, self.columns], self.x.clone()).ok_or("X has another size")?;
        let bindings = Bindings::new()
            .with("X", matrix)
            .with("y", Tensor::vector(self.y.clone()))
            .with("lambda", Tensor::scalar(self.lambda));
        Ok(Program::compile(outputs)?.bind(&bindings)?)
    }
}

/// `e` with w as a variable and all else as data.
fn with_variable(e: &Expr) -> Result<Expr, Box<dyn Error>> {
    let mut e = e.clone();
    for s in e.symbols() {
        let role = if &*s.name == "w" { Role::Var } else { Role::Data };
        e = e.substitute(&s, &Expr::symbol((*s).clone().role(role)))?;
    }
    Ok(e)
}

/// One line for each evaluation: seconds of the gradient alone, then of value and gradient together.
fn gradient(folder: &Path, repeats: usize) -> Result<(), Box<dyn Error>> {
    let problem = Problem::read(folder)?;
    let (value, gradient) = problem.formulas()?;
    let (value, gradient) = (with_variable(&value)?, with_variable(&gradient)?);
    let mut alone = problem.bind(&[("gradient", gradient.clone())])?;
    let mut both = problem.bind(&[("value", value), ("gradient", gradient)])?;
    let mut out = std::io::stdout().lock();
    for ws in [&mut alone, &mut both] {
        ws.set("w", &problem.w)?;
        ws.run()?;
    }
    let numbers = both.output("gradient").ok_or("no gradient")?;
    let digits: Vec<String> = numbers.iter().map(f64::to_string).collect();
    writeln!(out, "gradient\t{}", digits.join(" "))?;
    // One program after the other: each has its own copy of the data, and in turn they would drive one another's out of
    // the cache, which the peers' single copy does not suffer.
    let mut seconds = [Vec::new(), Vec::new()];
    for (ws, seconds) in [&mut alone, &mut both].into_iter().zip(&mut seconds) {
        for _ in 0..repeats {
            let clock = Instant::now();
            ws.set("w", &problem.w)?;
            ws.run()?;
            seconds.push(clock.elapsed().as_secs_f64());
        }
    }
    let [alone, both] = &seconds;
    for (alone, both) in alone.iter().zip(both) {
        writeln!(out, "seconds\t{alone}\t{both}")?;
    }
    Ok(())
}

/// L-BFGS from zero. A line for each run: seconds, iterations, evaluations, value, largest entry of the gradient.
fn minimise(folder: &Path, repeats: usize, tol: f64) -> Result<(), Box<dyn Error>> {
    let problem = Problem::read(folder)?;
    let (value, gradient) = problem.formulas()?;
    let outputs = [("value", with_variable(&value)?), ("gradient", with_variable(&gradient)?)];
    let mut ws = problem.bind(&outputs)?;
    let settings = lbfgs::Lbfgs { tol, ..Default::default() };
    let start = vec![0.0; problem.columns];
    let mut out = std::io::stdout().lock();
    // The first run warms the machine up, as the peers' does.
    for k in 0..=repeats {
        let clock = Instant::now();
        let mut f = Smooth::new(problem.columns, |w: &[f64], g: &mut [f64]| {
            if ws.set("w", w).and_then(|()| ws.run()).is_err() {
                return f64::NAN;
            }
            g.copy_from_slice(ws.output("gradient").unwrap_or(&[]));
            ws.output("value").map_or(f64::NAN, |v| v[0])
        });
        let found = lbfgs::minimize(&mut f, &start, &settings, &mut ())?;
        let seconds = clock.elapsed().as_secs_f64();
        if k > 0 {
            let e = found.evaluations.gradients;
            let norm = found.gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
            writeln!(out, "run\t{seconds}\t{}\t{e}\t{}\t{norm}", found.iterations, found.value)?;
        }
    }
    Ok(())
}
