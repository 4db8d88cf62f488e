//! `gradus solve`: a stated problem, solved, with everything that was derived on the way.

use crate::figure;
use crate::numbers;
use crate::outcome::{Answer, Failure};
use clap::{Args, ValueEnum};
use gradus::optimize::{Iterate, Status};
use gradus::problem::{Error, Method, Override, Problem, Report, Saved, Settings};
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The problem that the command solves when it is given none.
const FLAGSHIP: &str = include_str!("../../../examples/flagship.gr");
const FLAGSHIP_FIGURE: &str = "out/flagship.svg";

/// How a solution is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    #[default]
    Text,
    /// For programs, with all digits and the whole course of the run.
    Json,
    /// The problem and its derivatives in LaTeX.
    Latex,
}

/// Solve a problem file.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = "Examples:
  gradus solve fit.gr
  gradus solve fit.gr --data lambda=0.5 --data y=mine.csv:height
  gradus solve fit.gr --method lbfgs --tol 1e-10 --plot fit.svg
  gradus solve fit.gr --format json --output fit.json
  gradus solve fit.gr --max-iterations 100 --save-state fit.run
  gradus solve fit.gr --resume fit.run --save-state fit.run

A problem file declares and then states:
  from @longley
  data x : [n] = column(gnp)
  data y : [n] = column(totemp)
  var  a, b : scalar
  minimize sum((y - a - b*x).^2)

Exit status: 0 solved, 1 there is no solution (unbounded), 2 not converged, 3 the problem could not be read or posed.")]
pub(crate) struct SolveArgs {
    /// The problem file; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A value for a declared name: a number, `file.csv:column`, `@set:column`, `array.npy`. May be repeated.
    #[arg(long, short = 'D', value_name = "NAME=SOURCE", help_heading = "Input")]
    data: Vec<String>,
    /// lbfgs, lbfgsb, newton or lm; chosen by the problem when it is left out.
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// The tolerance of the stopping test.
    #[arg(long, value_name = "TOL")]
    tol: Option<f64>,
    /// The most iterations, those before a saved state included.
    #[arg(long, value_name = "N")]
    max_iterations: Option<usize>,
    /// The seed of a random start, where one is needed.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
    /// How the answer is written.
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    format: ReportFormat,
    /// Write the answer as JSON to a file as well; the file is replaced only when it is whole.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw the run (and the fit, or the path) in an .svg or .png file.
    #[arg(long, value_name = "FILE", help_heading = "Figure")]
    plot: Option<PathBuf>,
    /// Write where the run ended to a file, to go on from; the file is replaced only when it is whole.
    #[arg(long, value_name = "FILE", help_heading = "Saved run")]
    save_state: Option<PathBuf>,
    /// Go on from a state that was saved for the same problem, data and method, as if it had not been stopped.
    #[arg(long, value_name = "FILE", help_heading = "Saved run")]
    resume: Option<PathBuf>,
}

/// Solves the file that was named.
pub(crate) fn run(args: &SolveArgs, out: &mut dyn Write) -> Result<Answer, Failure> {
    let is_standard_input = args.file.as_os_str() == "-";
    if let Some("csv" | "tsv" | "npy" | "npz" | "parquet") = args.file.extension().and_then(|e| e.to_str()) {
        let f = Failure::new(format_args!("`{}` is data, not a problem", args.file.display()));
        return Err(f.help("a problem file names its data: `from \"file.csv\"`; see `gradus solve --help`"));
    }
    let text = if is_standard_input {
        std::io::read_to_string(std::io::stdin())
            .map_err(|e| Failure::new(format_args!("cannot read standard input: {e}")))?
    } else {
        std::fs::read_to_string(&args.file)
            .map_err(|e| Failure::new(format_args!("cannot read `{}`: {e}", args.file.display())))?
    };
    let base = if is_standard_input { None } else { args.file.parent() };
    answer(args, &text, base, &args.file.display().to_string(), out)
}

/// Solves the example that comes with the command, and draws it.
pub(crate) fn flagship(out: &mut dyn Write) -> Result<Answer, Failure> {
    writeln!(out, "No problem was named, so here is one that comes with gradus.\n")?;
    for line in FLAGSHIP.lines() {
        writeln!(out, "    {line}")?;
    }
    writeln!(out)?;
    let figure = PathBuf::from(FLAGSHIP_FIGURE);
    if let Some(folder) = figure.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::new(format_args!("cannot make the folder `{}`: {e}", folder.display())))?;
    }
    let args = SolveArgs { plot: Some(figure), ..SolveArgs::default() };
    let answer = answer(&args, FLAGSHIP, None, "flagship.gr", out)?;
    writeln!(out, "\nNext: `gradus --help`, or `gradus solve FILE` with a problem of your own.")?;
    Ok(answer)
}

fn answer(
    args: &SolveArgs,
    text: &str,
    base: Option<&Path>,
    name: &str,
    out: &mut dyn Write,
) -> Result<Answer, Failure> {
    let fail = |e: Error| match &e {
        Error::Language(mistakes) => Failure::drawn(mistakes, text, name),
        _ => Failure::new(e),
    };
    if let Some(path) = &args.plot {
        gradus::plot::Format::of(path)?;
    }
    let given = args.data.iter().map(|d| Override::parse(d)).collect::<Result<Vec<_>, _>>().map_err(fail)?;
    let settings = Settings {
        method: args.method.as_deref().map(Method::from_name).transpose().map_err(fail)?,
        tol: args.tol,
        max_iterations: args.max_iterations,
        seed: args.seed,
        resume: args.resume.as_ref().map(Saved::open).transpose().map_err(fail)?,
        ..Settings::default()
    };
    let problem = Problem::read(text, base, &given).map_err(fail)?;
    let settings = Settings { keep_points: args.plot.is_some() && problem.packing().len == 2, ..settings };
    let shown = args.format == ReportFormat::Text;
    if shown {
        write!(out, "{}", stated(&problem))?;
        let choice = problem.choice(&settings).map_err(fail)?;
        writeln!(out, "\nmethod: {}", choice.reason)?;
        out.flush()?;
    }
    let mut progress = Progress::new();
    let report = problem.solve(&settings, &mut |it: &Iterate<'_>| progress.show(it));
    progress.clear();
    let report = report.map_err(fail)?;
    // Before anything else can fail.
    if let Some(path) = &args.save_state {
        report.saved.save(path).map_err(fail)?;
    }
    match args.format {
        ReportFormat::Text => write!(out, "{}", solved(&problem, &report))?,
        ReportFormat::Json => write!(out, "{}", report.to_json())?,
        ReportFormat::Latex => write!(out, "{}", latex(&report))?,
    }
    if let Some(path) = &args.output {
        report.save(path).map_err(fail)?;
    }
    if let Some(path) = args.save_state.as_ref().filter(|_| shown) {
        writeln!(out, "state: {}", path.display())?;
    }
    if let Some(path) = &args.plot {
        figure::save(&problem, &report, path)?;
        if shown {
            writeln!(out, "figure: {}", path.display())?;
        }
    }
    Ok(match report.status {
        Status::Converged => Answer::Yes,
        Status::Unbounded | Status::Infeasible => Answer::No,
        _ => Answer::Unknown,
    })
}

/// The problem, its symbols, and its derivatives.
fn stated(problem: &Problem) -> String {
    let mut out = String::new();
    let sense = match problem.stated().objective {
        Some((gradus::expr::syntax::Sense::Maximize, _)) => "maximize",
        _ => "minimize",
    };
    let _ = writeln!(out, "{sense} {}\n", problem.objective().text);
    let symbols = problem.symbols();
    let width = symbols.iter().map(|(n, _)| n.chars().count()).max().unwrap_or(0);
    for (name, words) in symbols {
        let _ = writeln!(out, "  {name:<width$}  {words}");
    }
    for (table, count) in &problem.bound().dropped_rows {
        let _ = writeln!(out, "  {count} rows of {table} with a missing value are left out");
    }
    let _ = writeln!(out);
    for g in problem.gradients() {
        let _ = writeln!(out, "gradient by {}:\n  {}", g.name, g.text);
    }
    for h in problem.hessian() {
        let _ = writeln!(out, "Hessian by {}:\n  {}", h.name, h.text);
    }
    out
}

/// How the run ended, and the answer.
fn solved(problem: &Problem, report: &Report) -> String {
    let mut out = String::new();
    let e = report.evaluations;
    let _ = writeln!(out, "{}: {}", report.status, report.message);
    let products = match e.hessian_vectors {
        0 => String::new(),
        k => format!(", {k} Hessian products"),
    };
    let _ = writeln!(
        out,
        "{} iterations, {} evaluations{products}; {} to derive and compile, {} to solve",
        report.iterations,
        e.values + e.gradients,
        time(report.seconds.0),
        time(report.seconds.1)
    );
    if let Some(seed) = report.seed {
        let _ = writeln!(out, "started at random, seed {seed}");
    }
    let _ = writeln!(out, "\n  objective = {}", numbers::exact(report.value));
    let _ = writeln!(out, "  largest entry of the gradient = {}", numbers::rounded(report.gradient_norm, 2));
    for v in &problem.packing().variables {
        let name: &str = &v.symbol.name;
        if let Some(t) = report.values.get(name) {
            let shown = numbers::show(&t.shape, &t.data, 8);
            let lines: Vec<&str> = shown.trim_end().lines().collect();
            match lines.as_slice() {
                [one] => {
                    let _ = writeln!(out, "  {name} = {one}");
                }
                several => {
                    let _ = writeln!(out, "  {name} =\n    {}", several.join("\n    "));
                }
            }
        }
    }
    out
}

/// The problem and its derivatives in LaTeX.
fn latex(report: &Report) -> String {
    let sense = match report.sense {
        gradus::expr::syntax::Sense::Minimize => "min",
        gradus::expr::syntax::Sense::Maximize => "max",
    };
    let names: Vec<&str> = report.gradients.iter().map(|g| g.name.as_str()).collect();
    let mut lines = vec![format!("\\{sense}_{{{}}}\\; & {}", names.join(", "), report.objective.latex)];
    for g in &report.gradients {
        lines.push(format!("\\nabla_{{{}}} f ={{}} & {}", g.name, g.latex));
    }
    for h in &report.hessian {
        let names = h.name.replace(" and ", "\\,");
        lines.push(format!("\\nabla_{{{names}}}^{{2}} f ={{}} & {}", h.latex));
    }
    format!("\\begin{{align*}}\n{}\n\\end{{align*}}\n", lines.join(" \\\\\n"))
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.1} ms", 1e3 * s),
        s => format!("{s:.2} s"),
    }
}

/// One line on standard error that is written over again, on terminals only.
struct Progress {
    last: Option<Instant>,
    started: Instant,
    is_shown: bool,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Progress { last: None, started: Instant::now(), is_shown: false, is_terminal }
    }

    fn show(&mut self, it: &Iterate<'_>) -> ControlFlow<()> {
        const EVERY: Duration = Duration::from_millis(100);
        if self.is_terminal && self.last.is_none_or(|t| t.elapsed() >= EVERY) {
            self.last = Some(Instant::now());
            self.is_shown = true;
            let line = format!(
                "\r\x1b[2Kiteration {}  objective {:.6e}  gradient {:.1e}  {:.1} s",
                it.iteration,
                it.value,
                it.gradient_norm,
                self.started.elapsed().as_secs_f64()
            );
            // Nobody to tell if standard error is gone.
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        ControlFlow::Continue(())
    }

    fn clear(&mut self) {
        if self.is_shown {
            let _ = std::io::stderr().write_all(b"\r\x1b[2K");
        }
    }
}
