//! The 27 nonlinear regression problems of the NIST Statistical Reference Datasets, each from both of its
//! published starts, with default settings.
//!
//! Source: <https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml>. The certified parameters carry 11 digits.

use std::path::PathBuf;

use gradus_optimize::levenberg_marquardt::{self, LevenbergMarquardt};
use gradus_optimize::{ResidualFunction, Solution};

/// A number with its derivatives by at most nine parameters.
#[derive(Clone, Copy)]
struct Dual {
    v: f64,
    d: [f64; 9],
}

impl Dual {
    fn map(self, v: f64, slope: f64) -> Self {
        Self { v, d: self.d.map(|d| d * slope) }
    }
    fn exp(self) -> Self {
        let e = self.v.exp();
        self.map(e, e)
    }
    fn ln(self) -> Self {
        self.map(self.v.ln(), 1.0 / self.v)
    }
    fn sin(self) -> Self {
        self.map(self.v.sin(), self.v.cos())
    }
    fn cos(self) -> Self {
        self.map(self.v.cos(), -self.v.sin())
    }
    fn atan(self) -> Self {
        self.map(self.v.atan(), 1.0 / (1.0 + self.v * self.v))
    }
    fn recip(self) -> Self {
        self.map(1.0 / self.v, -1.0 / (self.v * self.v))
    }
    fn square(self) -> Self {
        self.map(self.v * self.v, 2.0 * self.v)
    }
    fn pow(self, e: Self) -> Self {
        let mut p = (self.ln() * e).exp();
        p.v = self.v.powf(e.v);
        p
    }
}

impl std::ops::Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        self.map(-self.v, -1.0)
    }
}
impl std::ops::Add for Dual {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { v: self.v + o.v, d: std::array::from_fn(|k| self.d[k] + o.d[k]) }
    }
}
impl std::ops::Sub for Dual {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}
// The product and quotient rules add and subtract.
#[allow(clippy::suspicious_arithmetic_impl)]
impl std::ops::Mul for Dual {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self { v: self.v * o.v, d: std::array::from_fn(|k| self.d[k] * o.v + self.v * o.d[k]) }
    }
}
#[allow(clippy::suspicious_arithmetic_impl)]
impl std::ops::Div for Dual {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let v = self.v / o.v;
        Self { v, d: std::array::from_fn(|k| (self.d[k] - v * o.d[k]) / o.v) }
    }
}
impl std::ops::Add<f64> for Dual {
    type Output = Self;
    fn add(self, o: f64) -> Self {
        Self { v: self.v + o, d: self.d }
    }
}
impl std::ops::Mul<f64> for Dual {
    type Output = Self;
    fn mul(self, o: f64) -> Self {
        self.map(self.v * o, o)
    }
}

/// The model of a problem: its value at the predictors `x`.
fn model(name: &str, b: &[Dual], x: &[f64]) -> Dual {
    use std::f64::consts::PI;
    let t = x[0];
    let one = Dual { v: 1.0, d: [0.0; 9] };
    let wave = |period: Dual| (period.recip() * (2.0 * PI * t)).cos();
    let wave_sin = |period: Dual| (period.recip() * (2.0 * PI * t)).sin();
    let bell = |centre: Dual, width: Dual| (-((-centre + t) / width).square()).exp();
    let decay = |rate: Dual| (-(rate * t)).exp();
    let poly = |c: &[Dual]| c.iter().rev().fold(one * 0.0, |p, &c| p * t + c);
    match name {
        "Bennett5" => b[0] * (b[1] + t).pow(-b[2].recip()),
        "BoxBOD" | "Misra1a" => b[0] * (one - decay(b[1])),
        "Chwirut1" | "Chwirut2" => decay(b[0]) / (b[1] + b[2] * t),
        "DanWood" => b[0] * (b[1] * t.ln()).exp(),
        "ENSO" => {
            b[0] + b[1] * (2.0 * PI * t / 12.0).cos()
                + b[2] * (2.0 * PI * t / 12.0).sin()
                + b[4] * wave(b[3])
                + b[5] * wave_sin(b[3])
                + b[7] * wave(b[6])
                + b[8] * wave_sin(b[6])
        }
        "Eckerle4" => b[0] / b[1] * (((-b[2] + t) / b[1]).square() * -0.5).exp(),
        "Gauss1" | "Gauss2" | "Gauss3" => {
            b[0] * decay(b[1]) + b[2] * bell(b[3], b[4]) + b[5] * bell(b[6], b[7])
        }
        "Hahn1" | "Thurber" => poly(&b[..4]) / poly(&[one, b[4], b[5], b[6]]),
        "Kirby2" => poly(&b[..3]) / poly(&[one, b[3], b[4]]),
        "Lanczos1" | "Lanczos2" | "Lanczos3" => b[0] * decay(b[1]) + b[2] * decay(b[3]) + b[4] * decay(b[5]),
        "MGH09" => b[0] * (b[1] * t + t * t) / (b[2] * t + t * t + b[3]),
        "MGH10" => b[0] * (b[1] / (b[2] + t)).exp(),
        "MGH17" => b[0] + b[1] * decay(b[3]) + b[2] * decay(b[4]),
        "Misra1b" => b[0] * (one - (b[1] * (t / 2.0) + 1.0).square().recip()),
        "Misra1c" => b[0] * (one - (b[1] * (2.0 * t) + 1.0).pow(one * -0.5)),
        "Misra1d" => b[0] * b[1] * t / (b[1] * t + 1.0),
        "Nelson" => b[0] - b[1] * t * (-(b[2] * x[1])).exp(),
        "Rat42" => b[0] / ((b[1] - b[2] * t).exp() + 1.0),
        "Rat43" => b[0] / ((b[1] - b[2] * t).exp() + 1.0).pow(b[3].recip()),
        "Roszman1" => b[0] - b[1] * t - (b[2] / (-b[3] + t)).atan() * (1.0 / PI),
        _ => panic!("there is no model for {name}"),
    }
}

/// A NIST nonlinear problem as its file states it.
struct Problem {
    name: String,
    starts: [Vec<f64>; 2],
    certified: Vec<f64>,
    sum_of_squares: f64,
    y: Vec<f64>,
    x: Vec<Vec<f64>>,
}

fn parse(name: &str, text: &str) -> Option<Problem> {
    let numbers = |line: &str| -> Option<Vec<f64>> {
        let words: Vec<_> = line.split_whitespace().map(str::parse::<f64>).collect();
        (!words.is_empty()).then(|| words.into_iter().collect::<Result<_, _>>().ok()).flatten()
    };
    let mut p = Problem {
        name: name.into(),
        starts: [vec![], vec![]],
        certified: vec![],
        sum_of_squares: f64::NAN,
        y: vec![],
        x: vec![],
    };
    let lines: Vec<&str> = text.lines().collect();
    let data = lines.iter().rposition(|l| l.starts_with("Data:"))?;
    for line in &lines[..data] {
        if let Some((left, right)) = line.split_once('=') {
            let is_parameter = left.trim().strip_prefix('b').is_some_and(|k| k.parse::<usize>().is_ok());
            if let (true, Some(v)) = (is_parameter, numbers(right))
                && v.len() == 4
            {
                p.starts[0].push(v[0]);
                p.starts[1].push(v[1]);
                p.certified.push(v[2]);
            }
        } else if let Some(rest) = line.strip_prefix("Residual Sum of Squares:") {
            p.sum_of_squares = rest.trim().parse().ok()?;
        }
    }
    for row in lines[data + 1..].iter().filter_map(|l| numbers(l)) {
        p.y.push(if name == "Nelson" { row[0].ln() } else { row[0] });
        p.x.push(row[1..].to_vec());
    }
    (!p.certified.is_empty()).then_some(p)
}

fn folder() -> PathBuf {
    let root = std::env::var_os("GRADUS_CONFORM_DATA").map(PathBuf::from);
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    root.unwrap_or_else(|| default.into()).join("nist_strd")
}

fn problems() -> Vec<Problem> {
    let folder = folder();
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: no NIST data in {}; set GRADUS_CONFORM_DATA", folder.display());
        return vec![];
    };
    let mut names: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    names.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        parse(&name, &std::fs::read_to_string(path).ok()?)
    };
    names.iter().filter_map(read).collect()
}

fn solve(p: &Problem, start: &[f64], settings: &LevenbergMarquardt) -> Solution {
    let (n, m) = (p.certified.len(), p.y.len());
    let mut f = ResidualFunction::new(n, m, |b: &[f64], r: &mut [f64], mut jacobian: Option<&mut [f64]>| {
        let mut dual = [Dual { v: 0.0, d: [0.0; 9] }; 9];
        for j in 0..n {
            dual[j].v = b[j];
            dual[j].d[j] = 1.0;
        }
        for i in 0..m {
            let value = model(&p.name, &dual[..n], &p.x[i]);
            r[i] = value.v - p.y[i];
            if let Some(jacobian) = &mut jacobian {
                jacobian[i * n..(i + 1) * n].copy_from_slice(&value.d[..n]);
            }
        }
    });
    levenberg_marquardt::minimize(&mut f, start, settings, &mut ()).expect("a good question")
}

/// The smallest number of correct digits over the parameters.
fn log_relative_error(x: &[f64], certified: &[f64]) -> f64 {
    let worst = x
        .iter()
        .zip(certified)
        .map(|(x, c)| ((x - c) / c).abs())
        .fold(0.0, |a: f64, e| if e.is_nan() { f64::INFINITY } else { a.max(e) });
    (-worst.max(1e-11).log10()).clamp(0.0, 11.0)
}

#[test]
fn all_problems_from_both_starts() {
    let problems = problems();
    if problems.is_empty() {
        return;
    }
    let mut digits = vec![];
    for p in &problems {
        for (k, start) in p.starts.iter().enumerate() {
            let s = solve(p, start, &LevenbergMarquardt::default());
            let lre = log_relative_error(&s.x, &p.certified);
            println!(
                "{:9} start {} digits {lre:5.2} rss/certified-1 {:9.1e} iterations {:4} evaluations {:4}+{:4} {}: {}",
                p.name,
                k + 1,
                2.0 * s.value / p.sum_of_squares - 1.0,
                s.iterations,
                s.evaluations.values,
                s.evaluations.gradients,
                s.status,
                s.message
            );
            digits.push(lre);
        }
    }
    let at_least = |bar: f64| digits.iter().filter(|&&d| d >= bar).count();
    let worst = digits.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "{} runs, {} with 6 digits, {} with 8, worst {worst:.2}",
        digits.len(),
        at_least(6.0),
        at_least(8.0)
    );
    assert_eq!(problems.len(), 27);
    assert_eq!(at_least(6.0), 54);
    assert!(at_least(8.0) >= 50);
}

/// Ten starts at random within 30 percent of each published one. Several models have other local minima nearby,
/// so not all can lead to the certified one; the bar is what was reached when this test was written, less a little.
#[test]
fn starts_near_the_published_ones() {
    let problems = problems();
    // Knuth's linear congruential generator, top bits: the same starts on every machine.
    let mut seed: u64 = 12345;
    let mut uniform = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut runs, mut certified) = (0, 0);
    for p in &problems {
        for start in p.starts.iter().flat_map(|s| std::iter::repeat_n(s, 10)) {
            let x0: Vec<f64> = start.iter().map(|s| s * (0.7 + 0.6 * uniform())).collect();
            let s = solve(p, &x0, &LevenbergMarquardt::default());
            assert!(s.value.is_finite() && s.x.iter().all(|x| x.is_finite()), "{} {x0:?}", p.name);
            runs += 1;
            // Terms may come in another order, so the value decides.
            certified += usize::from(2.0 * s.value <= p.sum_of_squares * (1.0 + 1e-8) + 1e-24);
        }
    }
    println!("{certified} of {runs} runs from perturbed starts reach the certified minimum");
    assert!(certified >= runs * 9 / 10 - runs / 50, "{certified} of {runs}");
}
