//! Marks drawn from sequences of numbers: lines, points, bands, bars, error bars, paths, text and rules.

use super::{Contour, Dash, HeatMap, Quiver, Role, Shape, Surface};

/// Anything drawn inside axes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Mark {
    /// Points joined by a line.
    Line(Line),
    /// Markers.
    Points(Points),
    /// A staircase.
    Step(Step),
    /// The area between two curves.
    Band(Band),
    /// Bars from zero.
    Bars(Bars),
    /// Intervals around points.
    ErrorBars(ErrorBars),
    /// Level lines of a function of two variables.
    Contour(Contour),
    /// A function of two variables as colour.
    HeatMap(HeatMap),
    /// A function of two variables as height; turns the panel into a projected box.
    Surface(Surface),
    /// Arrows.
    Quiver(Quiver),
    /// The way of an iteration, with arrows.
    Path(Path),
    /// Words at a point.
    Text(Text),
    /// A horizontal or vertical reference line.
    Rule(Rule),
}

macro_rules! mark {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Mark {
            fn from(mark: $kind) -> Self {
                Self::$kind(mark)
            }
        }
    )*};
}
mark!(Line, Points, Step, Band, Bars, ErrorBars, Contour, HeatMap, Surface, Quiver, Path, Text, Rule);

macro_rules! labelled {
    ($($kind:ident),*) => {$(
        impl $kind {
            /// Names the mark in the legend.
            #[must_use]
            pub fn label(mut self, label: impl Into<String>) -> Self {
                self.label = label.into();
                self
            }

            /// Sets what the colour stands for; by default the next series of the panel.
            #[must_use]
            pub fn role(mut self, role: Role) -> Self {
                self.role = Some(role);
                self
            }
        }
    )*};
}
labelled!(Line, Points, Step, Band, Bars, ErrorBars, Path, Rule);

/// Points joined by straight segments, broken where a value cannot be drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates; surplus values of the longer list are left out and counted.
    pub y: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
    /// Width in CSS pixels.
    pub width: f64,
    /// Pattern.
    pub dash: Dash,
}

impl Line {
    /// The line through `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), label: String::new(), role: None, width: 2.0, dash: Dash::Solid }
    }

    /// The line through `(0, y[0]), (1, y[1]), ...`, as for a quantity per iteration.
    #[must_use]
    pub fn by_index(y: &[f64]) -> Self {
        let x: Vec<f64> = (0..y.len()).map(|i| i as f64).collect();
        Self::new(&x, y)
    }

    /// The graph of `f` at 400 points of `range`.
    #[must_use]
    pub fn of(range: (f64, f64), f: impl Fn(f64) -> f64) -> Self {
        let x: Vec<f64> = (0..400).map(|i| range.0 + (range.1 - range.0) * (f64::from(i) / 399.0)).collect();
        let y: Vec<f64> = x.iter().map(|&x| f(x)).collect();
        Self::new(&x, &y)
    }

    /// Width in CSS pixels.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// Pattern.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }
}

/// Markers at points.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Points {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates.
    pub y: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
    /// Shape of the markers; by default the panel's next shape.
    pub shape: Option<Shape>,
    /// Diameter in CSS pixels.
    pub size: f64,
    /// 0 invisible, 1 opaque.
    pub opacity: f64,
}

impl Points {
    /// Markers at `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self {
            x: x.to_vec(),
            y: y.to_vec(),
            label: String::new(),
            role: None,
            shape: None,
            size: 7.0,
            opacity: 0.9,
        }
    }

    /// Shape of the markers.
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// Diameter in CSS pixels.
    #[must_use]
    pub fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }

    /// 0 invisible, 1 opaque.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }
}

/// A staircase: the value `y[i]` holds from `x[i]` to `x[i + 1]`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Where the steps start.
    pub x: Vec<f64>,
    /// Their heights.
    pub y: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl Step {
    /// The staircase that jumps to `y[i]` at `x[i]`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), label: String::new(), role: None }
    }
}

/// The area between two curves over the same x.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Band {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Lower edge.
    pub low: Vec<f64>,
    /// Upper edge.
    pub high: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl Band {
    /// The area between `(x[i], low[i])` and `(x[i], high[i])`.
    #[must_use]
    pub fn new(x: &[f64], low: &[f64], high: &[f64]) -> Self {
        Self { x: x.to_vec(), low: low.to_vec(), high: high.to_vec(), label: String::new(), role: None }
    }

    /// The area between zero and `(x[i], y[i])`.
    #[must_use]
    pub fn under(x: &[f64], y: &[f64]) -> Self {
        Self::new(x, &vec![0.0; y.len()], y)
    }
}

/// Bars from zero to `heights[i]` between `edges[i]` and `edges[i + 1]`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bars {
    /// Bin edges, one more than there are bars.
    pub edges: Vec<f64>,
    /// Heights.
    pub heights: Vec<f64>,
    /// Part of each bin that its bar fills, in (0, 1].
    pub fill: f64,
    /// Data that the bars could not count (NaN and infinities).
    pub skipped: usize,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl Bars {
    /// Bars over bins with these edges; `edges` has one element more than `heights`.
    #[must_use]
    pub fn new(edges: &[f64], heights: &[f64]) -> Self {
        Self {
            edges: edges.to_vec(),
            heights: heights.to_vec(),
            fill: 0.96,
            skipped: 0,
            label: String::new(),
            role: None,
        }
    }

    /// A bar of unit bin at 0, 1, 2, ..., for categories; give the axis [`Ticks::At`](super::Ticks::At) labels.
    #[must_use]
    pub fn categories(heights: &[f64]) -> Self {
        let edges: Vec<f64> = (0..=heights.len()).map(|i| i as f64 - 0.5).collect();
        Self { fill: 0.7, ..Self::new(&edges, heights) }
    }

    /// A histogram of counts, with the number of bins by the rule of Freedman and Diaconis.
    ///
    /// Bin width `2 IQR n^(-1/3)`, at most 200 bins and at least as many as Sturges' `log2 n + 1` rule when the
    /// quartiles coincide. Values that are not finite are skipped and counted.
    ///
    /// Source: Freedman and Diaconis (1981), On the histogram as a density estimator, Z. Wahrsch. 57, 453-476.
    ///
    /// ```
    /// use gradus_plot::Bars;
    /// let bars = Bars::histogram(&[1.0, 1.0, 2.0, 4.0, f64::NAN]);
    /// assert_eq!(bars.heights.iter().sum::<f64>(), 4.0);
    /// assert_eq!(bars.skipped, 1);
    /// ```
    #[must_use]
    pub fn histogram(data: &[f64]) -> Self {
        let mut sorted: Vec<f64> = data.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let skipped = data.len() - n;
        let (Some(&lo), Some(&hi)) = (sorted.first(), sorted.last()) else {
            return Self { skipped, ..Self::new(&[], &[]) };
        };
        let span = hi - lo;
        if span == 0.0 || !span.is_finite() {
            let half = if span == 0.0 { (lo.abs() * 0.05).max(0.5) } else { 0.0 };
            return Self { skipped, ..Self::new(&[lo - half, hi + half], &[n as f64]) };
        }
        let iqr = sorted[(3 * n / 4).min(n - 1)] - sorted[n / 4];
        let width = 2.0 * iqr / (n as f64).cbrt();
        let bins = if width > 0.0 { (span / width).ceil() } else { (n as f64).log2() + 1.0 };
        let bins = (bins.clamp(1.0, 200.0)) as usize;
        let mut heights = vec![0.0; bins];
        for v in &sorted {
            let k = ((v - lo) / span * bins as f64) as usize;
            heights[k.min(bins - 1)] += 1.0;
        }
        let edges: Vec<f64> = (0..=bins).map(|k| lo + span * (k as f64 / bins as f64)).collect();
        Self { skipped, ..Self::new(&edges, &heights) }
    }

    /// Divides the heights by total times width, so that the bars have area 1.
    #[must_use]
    pub fn density(mut self) -> Self {
        let total: f64 = self.heights.iter().sum();
        if total > 0.0 {
            for (h, e) in self.heights.iter_mut().zip(self.edges.windows(2)) {
                *h /= total * (e[1] - e[0]);
            }
        }
        self
    }
}

/// Vertical intervals `[low[i], high[i]]` around points.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorBars {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// The points.
    pub y: Vec<f64>,
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl ErrorBars {
    /// Intervals `y[i] ± error[i]` at `x[i]`.
    #[must_use]
    pub fn symmetric(x: &[f64], y: &[f64], error: &[f64]) -> Self {
        let low: Vec<f64> = y.iter().zip(error).map(|(y, e)| y - e).collect();
        let high: Vec<f64> = y.iter().zip(error).map(|(y, e)| y + e).collect();
        Self::new(x, y, &low, &high)
    }

    /// Intervals `[low[i], high[i]]` around `y[i]` at `x[i]`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64], low: &[f64], high: &[f64]) -> Self {
        Self {
            x: x.to_vec(),
            y: y.to_vec(),
            low: low.to_vec(),
            high: high.to_vec(),
            label: String::new(),
            role: None,
        }
    }
}

/// The way of an iteration through the plane: a line with dots and arrow heads, its start and its end marked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Path {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates.
    pub y: Vec<f64>,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour.
    pub role: Option<Role>,
}

impl Path {
    /// The path through `(x[0], y[0]), (x[1], y[1]), ...`
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), label: String::new(), role: None }
    }

    /// The path through these points.
    #[must_use]
    pub fn through(points: &[[f64; 2]]) -> Self {
        let x: Vec<f64> = points.iter().map(|p| p[0]).collect();
        let y: Vec<f64> = points.iter().map(|p| p[1]).collect();
        Self::new(&x, &y)
    }
}

/// Words at a point, a little above and to the right of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Text {
    /// Horizontal coordinate.
    pub x: f64,
    /// Vertical coordinate.
    pub y: f64,
    /// The words.
    pub words: String,
    /// Meaning of the colour.
    pub role: Role,
}

impl Text {
    /// `words` at `(x, y)`.
    #[must_use]
    pub fn new(x: f64, y: f64, words: impl Into<String>) -> Self {
        Self { x, y, words: words.into(), role: Role::Text }
    }
}

/// A line across the whole panel at one value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// The value on its axis.
    pub at: f64,
    /// Vertical (at an x) or horizontal (at a y).
    pub vertical: bool,
    /// Name in the legend; empty for none.
    pub label: String,
    /// Meaning of the colour; muted by default.
    pub role: Option<Role>,
    /// Pattern.
    pub dash: Dash,
}

impl Rule {
    /// A horizontal line at `y`.
    #[must_use]
    pub fn horizontal(y: f64) -> Self {
        Self { at: y, vertical: false, label: String::new(), role: None, dash: Dash::Dashed }
    }

    /// A vertical line at `x`.
    #[must_use]
    pub fn vertical(x: f64) -> Self {
        Self { vertical: true, ..Self::horizontal(x) }
    }

    /// Pattern.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }
}
