//! Linear regression problems with certified parameters.
//!
//! Each file states its model as text. The columns of the design matrix are the derivatives of the model by its
//! parameters, found and evaluated by gradus; nothing here knows a polynomial.
//!
//! Source: NIST Statistical Reference Datasets, <https://www.itl.nist.gov/div898/strd/>; the measure is McCullough's
//! log relative error (1998), The American Statistician 52(4).

use crate::nist;
use gradus::data::nist::{NistProblem, Procedure};
use gradus::expr::evaluate::{Bindings, Number, Tensor, evaluate};
use gradus::expr::syntax::Scope;
use gradus::expr::{Function, Symbol, derivative};
use gradus::linalg::{Matrix, least_squares, refined_least_squares};
use gradus::problem::{Problem, Settings};
use gradus::scalar::DoubleDouble;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of 31 digits that expressions can be evaluated over; of functions it knows powers alone.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Extended(DoubleDouble);

macro_rules! operator {
    ($($name:ident $f:ident)*) => {$(
        impl $name for Extended {
            type Output = Self;
            fn $f(self, other: Self) -> Self {
                Self(self.0.$f(other.0))
            }
        }
    )*};
}
operator!(Add add Sub sub Mul mul Div div);

impl Neg for Extended {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Number for Extended {
    fn from_f64(x: f64) -> Self {
        Self(DoubleDouble::from(x))
    }

    fn re(self) -> f64 {
        self.0.to_f64()
    }

    fn apply(f: Function, x: &[Self]) -> Self {
        match f {
            Function::Power(p) if p.is_integer() && *p.numer() > 0 => {
                (1..*p.numer()).fold(x[0], |power, _| power * x[0])
            }
            _ => Self::from_f64(f64::NAN),
        }
    }
}

/// The model with `...` between two terms written out: every term between has the number of its parameter as power.
fn written_out(p: &NistProblem) -> Result<String, String> {
    let Some((before, after)) = p.model.split_once("...") else { return Ok(p.model.clone()) };
    let missing = p.certified.iter().enumerate().filter(|(_, c)| {
        let mentions = |text: &str| text.contains(&format!("{}*", c.name));
        !mentions(before) && !mentions(after) && c.name != "B0"
    });
    let [x] = p.predictors()[..] else { return Err(format!("{}: `...` with several predictors", p.model)) };
    let terms: Vec<String> = missing.map(|(k, c)| format!("{}*({x}**{k})", c.name)).collect();
    Ok(format!("{before}{}{after}", terms.join(" + ")))
}

/// The design matrix and what its entries miss.
fn design(p: &NistProblem) -> Result<(Matrix, Matrix), String> {
    let mut scope = Scope::new();
    let declare = |scope: &mut Scope, text: String| scope.declare(&text).map_err(|e| format!("{e:?}"));
    let mut bindings = Bindings::new().with_size("n", p.data.n_rows());
    for x in p.predictors() {
        declare(&mut scope, format!("{x} : [n]"))?;
        let column = p.data.column(x).map_err(|e| e.to_string())?;
        bindings.set(x, Tensor::vector(column.iter().map(|v| Extended::from_f64(*v)).collect()));
    }
    for c in &p.certified {
        declare(&mut scope, format!("{} : scalar", c.name))?;
    }
    let text = nist::translate(&written_out(p)?);
    let model = scope.expression(&text).map_err(|e| format!("{text}: {e:?}"))?;
    let mut columns = Vec::new();
    for c in &p.certified {
        let by = derivative(&model, &Symbol::new(&c.name, vec![]));
        columns.push(evaluate(&by, &bindings).map_err(|e| e.to_string())?.data);
    }
    let part = |of: fn(&DoubleDouble) -> f64| {
        Matrix::from_fn(p.data.n_rows(), columns.len(), |i, j| of(&columns[j][i].0))
    };
    Ok((part(DoubleDouble::hi), part(DoubleDouble::lo)))
}

fn worst(p: &NistProblem, found: &[f64]) -> f64 {
    let each = p.certified.iter().zip(found).map(|(c, x)| nist::digits(*x, c.value, 15.0));
    each.fold(15.0, f64::min)
}

/// The fewest digits that a backward stable method in `f64` may leave.
///
/// With columns of unit length, k the condition number and r the residual, the error of every entry of x is at most
/// about `eps (k |x| + k^2 |r| / |A|)` (Golub and Van Loan 2013, section 5.3.7, without its modest factor). The 15th certified digit is rounded itself.
fn promised(p: &NistProblem, a: &Matrix, rcond: f64) -> f64 {
    let norm = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>().sqrt();
    let x: Vec<f64> = p.certified.iter().enumerate().map(|(j, c)| c.value * norm(&a.column(j))).collect();
    let residual = p.residual_sum_of_squares.unwrap_or(0.0).sqrt();
    let k = 1.0 / rcond;
    let error = f64::EPSILON * (k * norm(&x) + k * k * residual / (a.cols() as f64).sqrt());
    let smallest = x.iter().filter(|v| **v != 0.0).fold(f64::INFINITY, |s, v| s.min(v.abs()));
    (-(error / smallest).log10()).clamp(0.0, 14.0)
}

/// What one problem gave.
struct Outcome {
    /// Digits of the worst parameter as `solve` minimises the sum of squares.
    solved: f64,
    /// By QR of the design matrix.
    plain: f64,
    /// By QR and refinement, of the design matrix with its entries' rounding.
    refined: f64,
    promised: f64,
}

fn run(p: &NistProblem) -> Result<Outcome, String> {
    let (high, low) = design(p)?;
    let y = p.data.column(&p.response).map_err(|e| e.to_string())?;
    let refined = refined_least_squares(&high, Some(&low), &y).map_err(|e| e.to_string())?;
    let plain = least_squares(&high, &y).map_err(|e| e.to_string())?;
    let mut written = p.clone();
    written.model = written_out(p)?;
    let text = nist::problem_text(&written, &vec![0.0; p.certified.len()])?;
    let problem = Problem::read(&text, None, &[]).map_err(|e| e.drawn(&text, &p.name))?;
    let report = problem.solve(&Settings::default(), &mut ()).map_err(|e| e.drawn(&text, &p.name))?;
    let value = |name: &str| report.values.get(name).map_or(f64::NAN, |t| t.data[0]);
    let solved: Vec<f64> = p.certified.iter().map(|c| value(&c.name)).collect();
    Ok(Outcome {
        solved: worst(p, &solved),
        plain: worst(p, &plain.x),
        refined: worst(p, &refined.x),
        promised: promised(p, &high, plain.rcond),
    })
}

/// All 15 certified digits are out of reach of data in `f64`: exact rational arithmetic on the rounded numbers gives
/// 13.2 (Wampler2), and on rounded powers of them 7.6 (Filip).
#[test]
fn certified_parameters() {
    let problems = match nist::problems(Procedure::LinearRegression) {
        Ok(problems) => problems,
        Err(why) => {
            println!("{why}");
            return;
        }
    };
    let cases = problems.len();
    let (mut failed, mut least) = (Vec::new(), (15.0_f64, String::new()));
    for p in problems {
        let outcome = p.and_then(|p| run(&p).map_err(|e| format!("{}: {e}", p.name)).map(|o| (p.name, o)));
        let (name, o) = match outcome {
            Ok(found) => found,
            Err(e) => {
                failed.push(e);
                continue;
            }
        };
        println!(
            "{name:9} {:5.2} digits refined, {:5.2} by QR and {:5.2} by solve where {:5.2} are promised",
            o.refined, o.plain, o.solved, o.promised
        );
        if o.refined < 13.0 || o.plain < o.promised || o.solved < o.promised {
            failed.push(format!("{name} has fewer digits than it should"));
        }
        if o.refined <= least.0 {
            least = (o.refined, name);
        }
    }
    println!("nist_linear: {cases} cases, worst {:.2} digits in {}", least.0, least.1);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(cases > 0, "no linear problem in the folder");
}
