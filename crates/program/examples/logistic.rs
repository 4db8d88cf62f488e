//! How long a value and a gradient of logistic regression take: `cargo run --release --example logistic`.

use gradus_expr::evaluate::{Bindings, Tensor};
use gradus_expr::{Dim, Expr, Function, Rational, Role, Symbol};
use gradus_program::Program;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (rows, columns) = (100_000, 50);
    let (n, d) = (Dim::symbol("n"), Dim::symbol("d"));
    let x = Expr::symbol(Symbol::new("X", vec![n.clone(), d.clone()]).role(Role::Data));
    let y = Expr::symbol(Symbol::new("y", vec![n.clone()]).role(Role::Data));
    let w = Expr::symbol(Symbol::new("w", vec![d]));
    let z = Expr::contract(&[(x.clone(), &[0, 1]), (w, &[1])], &[0], &[])?;
    let minus_one = Rational::from_integer((-1).into());
    let m = Expr::contract(&[(y.clone(), &[0]), (z, &[0])], &[0], &[])?.scale(minus_one.clone());
    let scale = Expr::size(n).power(-1, 1);
    let value = Expr::contract(&[(m.apply(Function::Softplus), &[0]), (scale.clone(), &[])], &[], &[])?;
    let slope = m.apply(Function::Sigmoid);
    let gradient = Expr::contract(&[(x, &[0, 1]), (y, &[0]), (slope, &[0]), (scale, &[])], &[1], &[])?;
    let program = Program::compile(&[("value", value), ("gradient", gradient.scale(minus_one))])?;

    let data: Vec<f64> = (0..rows * columns).map(|k| (k as f64).sin()).collect();
    let labels = (0..rows).map(|i| if (3.0 * i as f64).sin() >= 0.0 { 1.0 } else { -1.0 }).collect();
    let data = Tensor::new(vec![rows, columns], data).ok_or("the data have another shape")?;
    let mut ws = program.bind(&Bindings::new().with("X", data).with("y", Tensor::vector(labels)))?;
    let mut out = std::io::stdout();
    write!(out, "{}", ws.explain())?;
    let mut best = f64::INFINITY;
    for k in 0..50 {
        ws.set("w", &vec![0.01 * f64::from(k); columns])?;
        let start = Instant::now();
        ws.run()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    writeln!(out, "value {:?}, best of 50: {:.3} ms", ws.output("value"), best * 1e3)?;
    Ok(())
}
