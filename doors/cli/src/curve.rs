//! `--plot`: curves of functions of one number, contours of functions of two.

use crate::formula::{self, listed};
use crate::given::Given;
use crate::outcome::{Failure, note};
use clap::Args;
use gradus::expr::{Expr, Property, Symbol, derivative};
use gradus::plot::{Axes, Axis, Contour, Dash, Figure, Format, Grid, Line, Rule, Theme, save};
use gradus::program::{Program, Workspace};
use std::path::PathBuf;
use std::sync::Arc;

/// Points along a curve, and along a side of a contour plot.
const POINTS: usize = 801;
const SIDE: usize = 181;

/// Where to draw, and over which range.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Window {
    /// Draw a function of one number as a curve, of two as contours, in an .svg or .png file.
    #[arg(long, value_name = "FILE", help_heading = "Figure")]
    plot: Option<PathBuf>,
    /// Where the axes begin: one number, or one for each variable.
    #[arg(
        long,
        value_name = "A",
        requires = "plot",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Figure"
    )]
    from: Vec<f64>,
    /// Where they end.
    #[arg(
        long,
        value_name = "B",
        requires = "plot",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Figure"
    )]
    to: Vec<f64>,
}

/// What a figure shows.
#[derive(Clone, Copy)]
enum Drawn<'a> {
    Function(&'a Expr),
    WithSlope(&'a Expr),
    Both(&'a Expr, &'a Expr),
}

impl<'a> Drawn<'a> {
    fn expressions(self) -> Vec<&'a Expr> {
        match self {
            Drawn::Function(e) | Drawn::WithSlope(e) => vec![e],
            Drawn::Both(left, right) => vec![left, right],
        }
    }

    fn title(self) -> String {
        match self {
            Drawn::Function(e) | Drawn::WithSlope(e) => short(&formula::show(e)),
            Drawn::Both(left, right) => {
                short(&format!("{} and {}", formula::show(left), formula::show(right)))
            }
        }
    }

    /// The curves over one variable, the first drawn solid.
    fn curves(self, x: &Symbol) -> Vec<Expr> {
        match self {
            Drawn::Function(e) => vec![e.clone()],
            Drawn::WithSlope(e) => vec![e.clone(), derivative(e, x)],
            Drawn::Both(left, right) => vec![left.clone(), right.clone()],
        }
    }

    /// The function whose contours are drawn over two.
    fn surface(self) -> Result<Expr, Failure> {
        match self {
            Drawn::Function(e) | Drawn::WithSlope(e) => Ok(e.clone()),
            Drawn::Both(left, right) => Ok(left.subtract(right)?),
        }
    }
}

impl Window {
    /// Was a figure asked for?
    pub(crate) fn wanted(&self) -> bool {
        self.plot.is_some()
    }

    /// The function alone.
    pub(crate) fn draw(&self, e: &Expr, given: &Given) -> Result<(), Failure> {
        self.save(Drawn::Function(e), given)
    }

    /// The function, and its slope when it has one variable.
    pub(crate) fn draw_with_slope(&self, e: &Expr, given: &Given) -> Result<(), Failure> {
        self.save(Drawn::WithSlope(e), given)
    }

    /// Two functions of one variable, or the difference of two functions of two.
    pub(crate) fn draw_both(&self, left: &Expr, right: &Expr, given: &Given) -> Result<(), Failure> {
        self.save(Drawn::Both(left, right), given)
    }

    fn save(&self, drawn: Drawn<'_>, given: &Given) -> Result<(), Failure> {
        let Some(path) = &self.plot else { return Ok(()) };
        // A wrong name is said before anything is computed.
        Format::of(path)?;
        let all = drawn.expressions();
        if let Some(e) = all.iter().find(|e| !e.is_scalar()) {
            let shape = gradus::expr::show_shape(e.shape());
            let f = Failure::new(format_args!(
                "only a scalar can be drawn, but the expression's shape is {shape}"
            ));
            return Err(f.help("draw one entry of it, as in `x[1]`, or a norm"));
        }
        let mut free: Vec<Arc<Symbol>> = Vec::new();
        for s in all.iter().flat_map(|e| e.symbols()).filter(|s| given.get(&s.name).is_none()) {
            if free.iter().all(|other| other.name != s.name) {
                free.push(s);
            }
        }
        if let Some(s) = free.iter().find(|s| !s.shape.is_empty()) {
            let shape = gradus::expr::show_shape(&s.shape);
            let f = Failure::new(format_args!(
                "`{}` is {shape}, so the expression is no function of numbers",
                s.name
            ));
            return Err(f.help(format_args!("give it a value with `--data {}=...`", s.name)));
        }
        let figure = match free.as_slice() {
            [x] => self.curves(drawn, given, x)?,
            [x, y] => self.contours(drawn, given, x, y)?,
            [] => return Err(Failure::new("there is no variable left to draw over")),
            several => {
                let names: Vec<&str> = several.iter().map(|s| &*s.name).collect();
                let f =
                    Failure::new(format_args!("a figure has one variable or two, not {}", listed(&names)));
                return Err(f.help("give the others values with `--data name=value`"));
            }
        };
        save(&figure, path, Theme::Auto)?;
        note(&format!("wrote {}", path.display()));
        Ok(())
    }

    /// The range of the k-th variable: as asked, else its declared range, else from -5 to 5.
    fn range(&self, k: usize, s: &Symbol) -> Result<(f64, f64), Failure> {
        let pick = |v: &[f64]| v.get(k).or(v.last()).copied();
        let low: f64 = if s.has(Property::Positive) {
            1e-3
        } else if s.has(Property::Nonneg) {
            0.0
        } else {
            -5.0
        };
        let from = pick(&self.from).unwrap_or(low.min(pick(&self.to).map_or(f64::INFINITY, |b| b - 1.0)));
        let to = pick(&self.to).unwrap_or(f64::max(5.0, from + 1.0));
        if from < to && (to - from).is_finite() {
            return Ok((from, to));
        }
        Err(Failure::new(format_args!(
            "the range of `{}` must increase, but it goes from {from} to {to}",
            s.name
        )))
    }

    fn curves(&self, drawn: Drawn<'_>, given: &Given, x: &Symbol) -> Result<Figure, Failure> {
        let (a, b) = self.range(0, x)?;
        let xs: Vec<f64> = (0..POINTS).map(|k| a + (b - a) * (k as f64 / (POINTS - 1) as f64)).collect();
        let mut axes = Axes::new().x(Axis::linear(&*x.name)).y(Axis::linear(""));
        let lines = drawn.curves(x);
        let labels: Vec<String> = lines.iter().map(|e| short(&formula::show(e))).collect();
        for (k, (label, f)) in labels.iter().zip(&lines).enumerate() {
            let mut f = Function::new(f, given, &[x])?;
            let ys = xs.iter().map(|x| f.at(&[*x])).collect::<Result<Vec<_>, _>>()?;
            if k == 0 && !ys.iter().any(|y| y.is_finite()) {
                return Err(Failure::new(format_args!("`{label}` is nowhere defined between {a} and {b}"))
                    .help("choose another range with `--from` and `--to`"));
            }
            let line = Line::new(&xs, &ys).label(label).role(gradus::plot::Role::Series(k)).width(2.0);
            axes = axes.with(if k == 0 { line } else { line.dash(Dash::Dashed) });
        }
        Ok(Figure::new(drawn.title()).panel(axes.with(Rule::horizontal(0.0))))
    }

    fn contours(&self, drawn: Drawn<'_>, given: &Given, x: &Symbol, y: &Symbol) -> Result<Figure, Failure> {
        let e = &drawn.surface()?;
        let (in_x, in_y) = (self.range(0, x)?, self.range(1, y)?);
        let mut f = Function::new(e, given, &[x, y])?;
        let mut trouble = None;
        let grid = Grid::sample(in_x, in_y, SIDE, |x, y| {
            f.at(&[x, y]).unwrap_or_else(|e| {
                trouble = Some(e);
                f64::NAN
            })
        })?;
        if let Some(e) = trouble {
            return Err(e);
        }
        if grid.value_range().is_none() {
            return Err(Failure::new(format_args!(
                "`{}` is nowhere defined on this range",
                formula::show(e)
            ))
            .help("choose another range with `--from` and `--to`"));
        }
        let axes = Axes::new().x(Axis::linear(&*x.name)).y(Axis::linear(&*y.name));
        Ok(Figure::new(drawn.title()).panel(axes.with(Contour::new(grid).filled())))
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= 60 {
        text.to_owned()
    } else {
        format!("{}…", text.chars().take(59).collect::<String>())
    }
}

/// A compiled function of some scalar variables.
struct Function {
    workspace: Workspace,
    names: Vec<String>,
}

impl Function {
    fn new(e: &Expr, given: &Given, variables: &[&Symbol]) -> Result<Self, Failure> {
        let mut bindings = given.bindings(std::slice::from_ref(e));
        // The slope of a line no longer mentions its variable.
        let mentioned: Vec<&&Symbol> = variables.iter().filter(|s| e.mentions(&s.name)).collect();
        for s in &mentioned {
            bindings.set(&s.name, gradus::expr::evaluate::Tensor::scalar(0.5));
        }
        let program = Program::compile(&[("value", e.clone())])?;
        let names = variables.iter().map(|s| s.name.to_string()).collect();
        Ok(Function { workspace: program.bind(&bindings)?, names })
    }

    fn at(&mut self, x: &[f64]) -> Result<f64, Failure> {
        for (name, x) in self.names.iter().zip(x) {
            if self.workspace.get(name).is_some() {
                self.workspace.set(name, &[*x])?;
            }
        }
        self.workspace.run()?;
        Ok(self.workspace.output("value").and_then(|v| v.first().copied()).unwrap_or(f64::NAN))
    }
}
