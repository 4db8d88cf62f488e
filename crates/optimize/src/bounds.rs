//! Bounds on variables.

use crate::Error;

/// The box `lower <= x <= upper`; infinite entries leave a side open, an empty vector leaves all open.
///
/// ```
/// let positive = gradus_optimize::Bounds { lower: vec![0.0; 3], ..Default::default() };
/// assert!(positive.upper.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bounds {
    /// Lower bounds, of shape `(n)`, or empty.
    pub lower: Vec<f64>,
    /// Upper bounds, of shape `(n)`, or empty.
    pub upper: Vec<f64>,
}

impl Bounds {
    /// Both sides written out for `n` variables.
    pub(crate) fn for_dimension(&self, n: usize) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let side = |name, given: &Vec<f64>, open: f64| match given.len() {
            0 => Ok(vec![open; n]),
            found if found == n => Ok(given.clone()),
            found => Err(Error::DimensionMismatch { name, expected: n, found }),
        };
        let lower = side("the vector of lower bounds", &self.lower, f64::NEG_INFINITY)?;
        let upper = side("the vector of upper bounds", &self.upper, f64::INFINITY)?;
        for index in 0..n {
            let (l, u) = (lower[index], upper[index]);
            if !(l <= u && l < f64::INFINITY && u > f64::NEG_INFINITY) {
                return Err(Error::EmptyInterval { index, lower: l, upper: u });
            }
        }
        Ok((lower, upper))
    }
}
