//! A function of the plane, read from its formula: values and exact partial derivatives.

use gradus_expr::evaluate::Bindings;
use gradus_expr::syntax::{Scope, render_all};
use gradus_expr::{Symbol, derivative};
use gradus_plot::Grid;
use gradus_program::{Program, Workspace};

use super::Error;

/// A function `f(x, y)` with its partial derivatives, compiled.
#[derive(Clone)]
pub struct Field {
    formula: String,
    value: Workspace,
    slopes: Workspace,
}

impl Field {
    /// Reads a formula in `x` and `y`, in the language of `.gr` files.
    ///
    /// # Errors
    /// [`Error::Formula`] with the parser's words or for names other than `x` and `y`, [`Error::Program`] if it cannot be
    /// compiled.
    ///
    /// ```
    /// let mut f = gradus_lesson::figures::Field::read("x^2*y")?;
    /// assert_eq!(f.at(3.0, 2.0), 18.0);
    /// assert_eq!(f.gradient(3.0, 2.0), [12.0, 9.0]); // (2xy, x^2)
    /// # Ok::<(), gradus_lesson::figures::Error>(())
    /// ```
    pub fn read(formula: &str) -> Result<Self, Error> {
        let mut scope = Scope::new();
        let unreadable = |diagnostics: Vec<_>| Error::Formula {
            formula: formula.into(),
            words: render_all(&diagnostics, formula, "formula"),
        };
        scope.declare("x : []; y : []").map_err(unreadable)?;
        let f = scope.expression(formula).map_err(unreadable)?;
        if let Some(other) = f.symbols().iter().find(|s| !["x", "y"].contains(&&*s.name)) {
            let words = format!("`{}` is neither x nor y", other.name);
            return Err(Error::Formula { formula: formula.into(), words });
        }
        let by = |name: &str| derivative(&f, &Symbol::new(name, Vec::new()));
        let slopes = [("by_x", by("x")), ("by_y", by("y"))];
        let bound = |outputs: &[_]| Program::compile(outputs)?.bind(&Bindings::new());
        let failed = |source| Error::Program { formula: formula.into(), source };
        Ok(Self {
            formula: formula.into(),
            value: bound(&[("value", f.clone())]).map_err(failed)?,
            slopes: bound(&slopes).map_err(failed)?,
        })
    }

    /// The value at a point; NaN where there is none.
    pub fn at(&mut self, x: f64, y: f64) -> f64 {
        run(&mut self.value, x, y);
        scalar(&self.value, "value")
    }

    /// The partial derivatives by `x` and by `y` at a point.
    pub fn gradient(&mut self, x: f64, y: f64) -> [f64; 2] {
        run(&mut self.slopes, x, y);
        ["by_x", "by_y"].map(|name| scalar(&self.slopes, name))
    }

    /// Values at `n` evenly spaced points a side.
    ///
    /// # Errors
    /// [`Error::Grid`] for a range that is empty or not finite, or fewer than 2 points a side.
    pub fn grid(&mut self, x: (f64, f64), y: (f64, f64), n: usize) -> Result<Grid, Error> {
        let grid = Grid::sample(x, y, n, |x, y| self.at(x, y));
        grid.map_err(|source| Error::Grid { formula: self.formula.clone(), source })
    }
}

/// A formula need not mention both names, so that an unknown name is no mistake here.
fn run(workspace: &mut Workspace, x: f64, y: f64) {
    let _ = workspace.set("x", &[x]);
    let _ = workspace.set("y", &[y]);
    let _ = workspace.run();
}

fn scalar(workspace: &Workspace, name: &str) -> f64 {
    workspace.output(name).and_then(|v| v.first().copied()).unwrap_or(f64::NAN)
}
