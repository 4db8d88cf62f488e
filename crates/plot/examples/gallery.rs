//! Draws one figure of every kind, light and dark, into a folder: `cargo run --example gallery -- FOLDER`.

use std::path::PathBuf;

use gradus_plot::figures::{contour_with_path, convergence, fit, residuals};
use gradus_plot::{
    Axes, Axis, Band, Bars, Colours, Contour, Dash, Error, ErrorBars, Figure, Grid, HeatMap, Line, Path,
    Points, Quiver, Role, Rule, Step, Surface, Text, Theme, Ticks, save,
};

fn main() -> Result<(), Error> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
    for (name, figure) in gallery()? {
        save(&figure, folder.join(format!("{name}.svg")), Theme::Auto)?;
        save(&figure, folder.join(format!("{name}-light.png")), Theme::Light)?;
        save(&figure, folder.join(format!("{name}-dark.png")), Theme::Dark)?;
    }
    Ok(())
}

fn gallery() -> Result<Vec<(&'static str, Figure)>, Error> {
    let (path, values, norms) = descend([-1.2, 1.0], 400);
    let valley = Grid::sample((-1.6, 1.6), (-0.7, 1.7), 161, |x, y| rosenbrock([x, y]))?;
    let sparse: Vec<[f64; 2]> = path.iter().step_by(path.len() / 24).chain(path.last()).copied().collect();
    Ok(vec![
        ("convergence", convergence(&values, &norms)),
        ("contour_with_path", contour_with_path(valley, &sparse)),
        ("fit", misra()),
        ("residuals", scattered()),
        ("lines", schedules()),
        ("marks", marks()),
        ("histogram", histogram()),
        ("heat_map", heat_map()?),
        ("surface", surface()?),
        ("field", field()?),
        ("panels", panels()?),
        ("edge_cases", edge_cases()),
    ])
}

fn rosenbrock([x, y]: [f64; 2]) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

/// Gradient descent with backtracking on Rosenbrock's function: iterates, values, gradient norms.
fn descend(mut p: [f64; 2], steps: usize) -> (Vec<[f64; 2]>, Vec<f64>, Vec<f64>) {
    let (mut path, mut values, mut norms) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..steps {
        let [x, y] = p;
        let g = [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)];
        path.push(p);
        values.push(rosenbrock(p));
        norms.push(g[0].hypot(g[1]));
        let mut t = 0.2;
        let slope = g[0] * g[0] + g[1] * g[1];
        while rosenbrock([x - t * g[0], y - t * g[1]]) > rosenbrock(p) - 0.3 * t * slope {
            t *= 0.6;
        }
        p = [x - t * g[0], y - t * g[1]];
    }
    (path, values, norms)
}

/// NIST's Misra1a: 14 observations and the certified curve b1 (1 - exp(-b2 x)).
fn misra() -> Figure {
    let x = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];
    let y =
        [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78];
    let curve = Line::of((50.0, 800.0), |x| 2.389_421_291_8e2 * (1.0 - (-5.501_564_318_1e-4 * x).exp()));
    let mut figure = fit(&x, &y, &curve.x, &curve.y);
    figure.title = "Misra1a: y = b₁(1 − exp(−b₂x))".into();
    figure.subtitle = "Monomolecular adsorption, certified parameters of the NIST reference data sets".into();
    figure
}

/// Numbers in (0, 1) without a pattern to the eye.
fn noise(n: usize, seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    (0..n).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 + 0.5) / 2f64.powi(31)
    })
}

/// Standard normal numbers by Box and Muller.
fn normal(n: usize, seed: u64) -> Vec<f64> {
    let turn = std::f64::consts::TAU;
    noise(n, seed).zip(noise(n, seed + 77)).map(|(u, v)| (-2.0 * u.ln()).sqrt() * (turn * v).cos()).collect()
}

fn scattered() -> Figure {
    let fitted: Vec<f64> = noise(220, 3).map(|u| 5.0 + 40.0 * u).collect();
    residuals(&fitted, &normal(220, 11))
}

fn schedules() -> Figure {
    let k: Vec<f64> = (0..=200).map(f64::from).collect();
    let of = |f: &dyn Fn(f64) -> f64| -> Vec<f64> { k.iter().map(|k| f(*k)).collect() };
    let axes = Axes::new()
        .x(Axis::linear("iteration"))
        .y(Axis::log("f(xₖ) − f*").range(1e-16, 10.0))
        .with(Line::new(&k, &of(&|k| 3.0 / (k + 1.0).sqrt())).label("subgradient, O(1/√k)"))
        .with(Line::new(&k, &of(&|k| 2.0 / (k + 1.0))).label("gradient, O(1/k)").dash(Dash::Dashed))
        .with(
            Line::new(&k, &of(&|k| 2.0 / (k + 1.0).powi(2)))
                .label("accelerated, O(1/k²)")
                .dash(Dash::DashDot),
        )
        .with(Line::new(&k, &of(&|k| 0.92f64.powf(k))).label("strongly convex"))
        .with(Line::new(&k, &of(&|k| 0.85f64.powf(k))).label("conjugate gradient"))
        .with(Line::new(&k, &of(&|k| 10f64.powf(-0.02 * (k / 4.0).powf(1.9)).max(1e-16))).label("L-BFGS"))
        .with(Rule::horizontal(1e-12).label("tolerance"));
    Figure::new("Rates of convergence").subtitle("Worst-case bounds for a smooth objective").panel(axes)
}

fn marks() -> Figure {
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 2.0 + (0.6 * x).sin() + 0.1 * x).collect();
    let error: Vec<f64> = x.iter().map(|x| 0.15 + 0.02 * x).collect();
    let low: Vec<f64> = y.iter().map(|y| y - 0.6).collect();
    let high: Vec<f64> = y.iter().map(|y| y + 0.6).collect();
    let shifted = |by: f64| -> Vec<f64> { y.iter().map(|y| y + by).collect() };
    let axes = Axes::new()
        .x(Axis::linear("time").unit("s"))
        .y(Axis::linear("signal").unit("mV"))
        .with(Band::new(&x, &low, &high).label("95 % interval"))
        .with(ErrorBars::symmetric(&x, &y, &error).label("mean ± s.e.").role(Role::Series(0)))
        .with(Step::new(&x, &shifted(1.4)).label("held"))
        .with(Points::new(&x, &shifted(-1.3)).label("group A"))
        .with(Points::new(&x, &shifted(-1.8)).label("group B"))
        .with(Points::new(&x, &shifted(-2.3)).label("group C"))
        .with(Rule::vertical(6.5).label("change"))
        .with(Text::new(2.6, 3.27, "peak"));
    Figure::new("Marks").panel(axes)
}

fn histogram() -> Figure {
    let counts = Axes::new()
        .title("Normal sample, n = 2,000")
        .x(Axis::linear("z"))
        .y(Axis::linear("density"))
        .with(Bars::histogram(&normal(2000, 5)).density().label("sample"))
        .with(
            Line::of((-4.0, 4.0), |z| (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt())
                .label("N(0, 1)")
                .width(2.5),
        );
    let names = ["Adelie", "Gentoo", "Chinstrap"]
        .iter()
        .enumerate()
        .map(|(i, s)| (i as f64, s.to_string()))
        .collect();
    let penguins = Axes::new()
        .title("Penguins by species")
        .x(Axis::linear("").ticks(Ticks::At(names)))
        .y(Axis::linear("count"))
        .with(Bars::categories(&[152.0, 124.0, 68.0]));
    Figure::new("Distributions").size(820.0, 400.0).panel(counts).panel(penguins)
}

fn heat_map() -> Result<Figure, Error> {
    let waves =
        Grid::sample((-3.0, 3.0), (-3.0, 3.0), 90, |x, y| (x * x + y * y).sqrt().mul_add(2.0, x).sin())?;
    let n = 24;
    let index: Vec<f64> = (1..=n).map(f64::from).collect();
    let covariance: Vec<f64> = index
        .iter()
        .flat_map(|i| index.iter().map(move |j| (-(i - j).abs() / 4.0).exp() * ((i - j) / 2.0).cos()))
        .collect();
    let matrix = Grid::new(&index, &index, &covariance)?;
    Ok(Figure::new("Heat maps")
        .size(860.0, 400.0)
        .panel(
            Axes::new()
                .title("Sequential")
                .x(Axis::linear("x"))
                .y(Axis::linear("y"))
                .with(HeatMap::new(waves).label("sin(2r + x)")),
        )
        .panel(
            Axes::new()
                .title("Diverging")
                .x(Axis::linear("i"))
                .y(Axis::linear("j"))
                .with(HeatMap::new(matrix).colours(Colours::Diverging).label("covariance")),
        ))
}

fn surface() -> Result<Figure, Error> {
    let peaks = Grid::sample((-3.0, 3.0), (-3.0, 3.0), 61, |x, y| {
        3.0 * (1.0 - x).powi(2) * (-x * x - (y + 1.0).powi(2)).exp()
            - 10.0 * (x / 5.0 - x.powi(3) - y.powi(5)) * (-x * x - y * y).exp()
            - (-(x + 1.0).powi(2) - y * y).exp() / 3.0
    })?;
    Ok(Figure::new("A surface with three peaks").size(640.0, 520.0).panel(
        Axes::new()
            .x(Axis::linear("x₁"))
            .y(Axis::linear("x₂"))
            .z(Axis::linear("f(x)"))
            .with(Surface::new(peaks)),
    ))
}

fn field() -> Result<Figure, Error> {
    let f = |x: f64, y: f64| 0.5 * x * x + y * y + 0.6 * x * y;
    let grid = Grid::sample((-2.0, 2.0), (-2.0, 2.0), 81, f)?;
    let downhill = Quiver::of((-1.8, 1.8), (-1.8, 1.8), 13, |x, y| [-(x + 0.6 * y), -(2.0 * y + 0.6 * x)]);
    Ok(Figure::new("Steepest descent directions").size(560.0, 540.0).panel(
        Axes::new()
            .equal_aspect()
            .x(Axis::linear("x₁"))
            .y(Axis::linear("x₂"))
            .with(Contour::new(grid))
            .with(downhill.label("−∇f").role(Role::Series(1))),
    ))
}

fn panels() -> Result<Figure, Error> {
    let small = Line::of((0.0, 5e-7), |x| 1e6 + 3e11 * x * x);
    let log = Line::of((0.1, 1e4), |x| x.powf(1.5));
    let saddle = Grid::sample((-1.0, 1.0), (-1.0, 1.0), 41, |x, y| x * x - y * y)?;
    let decay = Line::of((0.0, 12.0), |x| (-0.3 * x).exp() * (3.0 * x).cos());
    Ok(Figure::new("Four panels")
        .size(860.0, 640.0)
        .columns(2)
        .panel(Axes::new().title("Small and large").x(Axis::linear("x")).y(Axis::linear("y")).with(small))
        .panel(Axes::new().title("Log and log").x(Axis::log("x")).y(Axis::log("x^1.5")).with(log))
        .panel(
            Axes::new()
                .title("Saddle")
                .x(Axis::linear("x"))
                .y(Axis::linear("y"))
                .with(Contour::new(saddle).filled()),
        )
        .panel(
            Axes::new()
                .title("Damped")
                .x(Axis::linear("t"))
                .y(Axis::linear("amplitude"))
                .with(decay.clone())
                .with(Path::new(&[0.0, 4.0, 8.0], &[1.0, 0.6, 0.1]).label("a path")),
        ))
}

fn edge_cases() -> Figure {
    let axes = |title: &str| Axes::new().title(title).x(Axis::linear("x")).y(Axis::linear("y"));
    Figure::new("Degenerate data <&> a title that is long enough to need more than one line in a figure of this width, no doubt")
        .size(860.0, 560.0)
        .columns(3)
        .panel(axes("No marks"))
        .panel(axes("One point").with(Points::new(&[3.0], &[7.0])))
        .panel(axes("All equal").with(Line::by_index(&[5.0; 9])))
        .panel(axes("Gaps").with(Line::by_index(&[1.0, 2.0, f64::NAN, 2.5, f64::INFINITY, 4.0, 3.0])))
        .panel(axes("Huge").with(Line::by_index(&[-1e308, 1e308, 0.0])))
        .panel(Axes::new().title("Log of zero").y(Axis::log("y")).with(Line::by_index(&[0.0, 1e-300, 1.0, 1e300])))
}
