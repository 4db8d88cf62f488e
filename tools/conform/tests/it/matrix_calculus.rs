//! Derivatives from the literature, each proved equal to the published form.

use gradus::expr::syntax::{Scope, print, render_all};
use gradus::expr::{Equality, derivative, equal, recognise};
use std::time::Instant;

/// Derives one row; the printed derivative, or what went wrong.
fn check(declarations: &str, expression: &str, wrt: &str, published: &str) -> Result<String, String> {
    let mut scope = Scope::new();
    let told = |text: &str, d: Vec<_>| render_all(&d, text, "table");
    scope.declare(declarations).map_err(|d| told(declarations, d))?;
    let f = scope.expression(expression).map_err(|d| told(expression, d))?;
    let x = f.symbols().into_iter().find(|s| *s.name == *wrt).ok_or(format!("{wrt} does not occur"))?;
    let found = derivative(&f, &x);
    let printed = print(&recognise(&found));
    let expected = scope.expression(published).map_err(|d| told(published, d))?;
    match equal(&found, &expected) {
        Ok(Equality::Equal) => {}
        Ok(other) => return Err(format!("derived {printed}, published {published}: {other:?}")),
        Err(e) => return Err(format!("derived {printed}: {e}")),
    }
    // What is printed reads back as the same.
    let back = scope.expression(&printed).map_err(|d| told(&printed, d))?;
    match equal(&back, &found) {
        Ok(Equality::Equal) => Ok(printed),
        other => Err(format!("printed as {printed}, which reads back as something else: {other:?}")),
    }
}

#[test]
fn matrix_calculus() {
    let folder = gradus_conform::table("matrix_calculus").expect("the table ships with the tests");
    let (mut count, mut failed) = (0, Vec::new());
    let mut slowest = (0.0, String::new());
    for file in gradus_conform::files(&folder, "tsv").expect("the folder can be read") {
        let text = std::fs::read_to_string(&file).expect("the table can be read");
        for (line, cells) in gradus_conform::rows(&text) {
            let [source, declarations, expression, wrt, published] = cells[..] else {
                failed.push(format!(
                    "{}:{line}: a row needs 5 cells, this has {}",
                    file.display(),
                    cells.len()
                ));
                continue;
            };
            count += 1;
            let start = Instant::now();
            match check(declarations, expression, wrt, published) {
                Ok(printed) => println!("{source:8} d {expression} / d {wrt} = {printed}"),
                Err(e) => {
                    failed.push(format!("{}:{line} ({source}) {expression} by {wrt}: {e}", file.display()))
                }
            }
            let seconds = start.elapsed().as_secs_f64();
            if seconds > slowest.0 {
                slowest = (seconds, expression.to_owned());
            }
        }
    }
    println!(
        "matrix_calculus: {count} cases, {} not proved; longest {:.3} s ({})",
        failed.len(),
        slowest.0,
        slowest.1
    );
    assert!(count >= 1, "the table is empty");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
