//! Sums in doubles that carry their rounding errors along.
//!
//! Neumaier's variant of Kahan's summation keeps, beside the running sum, the sum of the exact errors of
//! every addition, whichever operand was larger.
//!
//! Cost: four additions a term. Error: one rounding of the result plus n^2 eps^2 sum |x_i|.
//! Use `DoubleDouble` for products, or where sum |x_i| exceeds |sum x_i| by more than 1e15.
//!
//! Source: Neumaier (1974), ZAMM 54, 39-51, algorithm IV.

/// A running compensated sum; it is `Copy`, and two of them can be merged.
///
/// ```
/// use gradus_scalar::NeumaierSum;
/// let sum: NeumaierSum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
/// assert_eq!(sum.total(), 2.0); // a plain sum gives 0
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NeumaierSum {
    sum: f64,
    error: f64,
}

impl NeumaierSum {
    /// The empty sum, 0.
    pub const fn new() -> Self {
        Self { sum: 0.0, error: 0.0 }
    }

    /// Adds one term.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.error += if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        self.sum = t;
    }

    /// Adds all that another sum has collected.
    pub fn merge(&mut self, other: Self) {
        self.add(other.sum);
        self.error += other.error;
    }

    /// The sum, rounded once. An infinite or NaN sum is what the plain sum would be.
    pub fn total(&self) -> f64 {
        if self.sum.is_finite() { self.sum + self.error } else { self.sum }
    }
}

impl FromIterator<f64> for NeumaierSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::new();
        terms.into_iter().for_each(|x| sum.add(x));
        sum
    }
}
