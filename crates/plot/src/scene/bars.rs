//! Bars, for categories and histograms.

use super::Key;
use super::setters::keyed;

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
    /// Its name and colour.
    pub key: Key,
}

impl Bars {
    /// Bars over bins with these edges; `edges` has one element more than `heights`.
    #[must_use]
    pub fn new(edges: &[f64], heights: &[f64]) -> Self {
        Self { edges: edges.to_vec(), heights: heights.to_vec(), fill: 0.96, skipped: 0, key: Key::default() }
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
keyed!(Bars);
