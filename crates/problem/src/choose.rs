//! Which method, and why.
//!
//! Bounds need L-BFGS-B; kinks and jumps of the second derivative L-BFGS, which bears them best; a sum of squares Levenberg-Marquardt; what is smooth
//! and proved convex, or small, Newton in a trust region with exact products; the rest L-BFGS.

use crate::Error;
use crate::smooth::Smoothness;
use gradus_expr::facts::Curvature;

/// A method of minimisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Limited-memory BFGS.
    Lbfgs,
    /// Limited-memory BFGS under bounds.
    Lbfgsb,
    /// Newton's method in a trust region, with products of the Hessian.
    TrustRegion,
    /// Levenberg-Marquardt for sums of squares.
    LevenbergMarquardt,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 4] =
        [Method::Lbfgs, Method::Lbfgsb, Method::TrustRegion, Method::LevenbergMarquardt];

    /// The name in settings: `lbfgs`.
    pub fn name(self) -> &'static str {
        match self {
            Method::Lbfgs => "lbfgs",
            Method::Lbfgsb => "lbfgsb",
            Method::TrustRegion => "newton",
            Method::LevenbergMarquardt => "lm",
        }
    }

    /// The name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Method::Lbfgs => "L-BFGS",
            Method::Lbfgsb => "L-BFGS-B",
            Method::TrustRegion => "Newton trust region",
            Method::LevenbergMarquardt => "Levenberg-Marquardt",
        }
    }

    /// The method of a name, in any of its usual spellings.
    ///
    /// ```
    /// use gradus_problem::Method;
    /// assert_eq!(Method::from_name("L-BFGS-B").unwrap(), Method::Lbfgsb);
    /// assert!(Method::from_name("simplex").is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownMethod`].
    pub fn from_name(name: &str) -> Result<Method, Error> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.to_ascii_lowercase().as_str() {
            "lbfgs" | "bfgs" => Ok(Method::Lbfgs),
            "lbfgsb" => Ok(Method::Lbfgsb),
            "newton" | "trustregion" | "newtontrustregion" | "newtoncg" => Ok(Method::TrustRegion),
            "lm" | "levenbergmarquardt" | "leastsquares" => Ok(Method::LevenbergMarquardt),
            _ => {
                let known = Method::ALL.map(Method::name).join(", ");
                Err(Error::UnknownMethod { name: name.to_owned(), known })
            }
        }
    }
}

/// A method and why it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// Why, in one or two sentences.
    pub reason: String,
}

/// What the choice depends on.
pub(crate) struct Traits {
    pub(crate) unknowns: usize,
    /// The number of squares, when the objective is a sum of squares of manageable size.
    pub(crate) squares: Option<usize>,
    pub(crate) smoothness: Smoothness,
    pub(crate) curvature: Curvature,
    /// Why the curvature is known, in words.
    pub(crate) why: String,
    pub(crate) is_bounded: bool,
}

/// Below this many unknowns Newton's method is used even where convexity is not proved.
const FEW: usize = 500;
/// Up to this many it is used where convexity is proved.
const MANY: usize = 5000;
/// The most multiplications that a factorisation of the Jacobian may take in every step.
const MOST_WORK: f64 = 5e7;

impl Traits {
    /// The method for a problem; `asked` is taken if it fits.
    pub(crate) fn choose(&self, asked: Option<Method>) -> Result<Choice, Error> {
        match asked {
            Some(method) => {
                self.fits(method)?;
                let shape = self.shape();
                Ok(Choice {
                    method,
                    reason: format!("{} was asked for; the problem is {shape}", method.title()),
                })
            }
            None => Ok(self.automatic()),
        }
    }

    fn automatic(&self) -> Choice {
        let shape = self.shape();
        let (method, reason) = if self.is_bounded {
            (Method::Lbfgsb, format!("{shape}, with bounds: L-BFGS-B"))
        } else if let Smoothness::Joined(_) = self.smoothness {
            (Method::Lbfgs, format!("{shape}: L-BFGS, which asks for no second derivative"))
        } else if let Smoothness::Kinked(_) = self.smoothness {
            let reason = format!(
                "{shape}: L-BFGS with a fixed choice of slope at the kinks, which usually comes close but may \
                 stop short of a minimum that lies on one"
            );
            (Method::Lbfgs, reason)
        } else if self.squares.is_some_and(|m| self.factorising(m) <= MOST_WORK) {
            (Method::LevenbergMarquardt, format!("{shape}: Levenberg-Marquardt"))
        } else if self.squares.is_some() && self.curvature.is_convex() {
            let reason = format!(
                "{shape}, convex and so large that Newton trust region with exact Hessian products is cheaper than \
                 factorising the Jacobian"
            );
            (Method::TrustRegion, reason)
        } else if self.curvature.is_convex() && self.unknowns <= MANY || self.unknowns <= FEW {
            (Method::TrustRegion, format!("{shape}: Newton trust region with exact Hessian products"))
        } else {
            (Method::Lbfgs, format!("{shape}, so many that L-BFGS is cheaper than Newton steps"))
        };
        Choice { method, reason }
    }

    /// The multiplications of a factorisation of an `(m, n)` Jacobian.
    fn factorising(&self, m: usize) -> f64 {
        m as f64 * (self.unknowns as f64).powi(2)
    }

    /// The problem in words.
    fn shape(&self) -> String {
        let unknowns = match self.unknowns {
            1 => "1 unknown".to_owned(),
            n => format!("{n} unknowns"),
        };
        let is_convex = self.curvature.is_convex();
        match self.smoothness {
            Smoothness::Smooth => {}
            Smoothness::Joined(by) => {
                let convex = if is_convex { "convex and " } else { "" };
                return format!(
                    "{convex}continuously differentiable in {unknowns}, though the second derivative may jump ({by})"
                );
            }
            Smoothness::Kinked(by) => {
                let convex = if is_convex { "convex but " } else { "" };
                // Pieces may be joined without a kink where that could not be proved.
                let proved = if by == "where" { "proved " } else { "" };
                return format!("{convex}not {proved}smooth in {unknowns} ({by})");
            }
        }
        if let Some(m) = self.squares {
            let squares = if m == 1 { "one square".to_owned() } else { format!("a sum of {m} squares") };
            return format!("{squares} in {unknowns}");
        }
        if self.curvature.is_convex() {
            return format!("smooth and convex in {unknowns} (proved: {})", self.why);
        }
        if self.curvature.is_concave() {
            return format!(
                "smooth and concave in {unknowns}, so that a minimum can only lie at infinity or a bound"
            );
        }
        format!("smooth in {unknowns}, convexity not proved")
    }

    fn fits(&self, method: Method) -> Result<(), Error> {
        let no =
            |reason: &str| Err(Error::MethodDoesNotFit { method: method.title(), reason: reason.to_owned() });
        match method {
            Method::Lbfgs | Method::TrustRegion | Method::LevenbergMarquardt if self.is_bounded => {
                no("it has bounds, which only L-BFGS-B keeps")
            }
            Method::LevenbergMarquardt if self.squares.is_none() => {
                no("it is no sum of squares, or one of too many or too few terms")
            }
            Method::Lbfgs | Method::Lbfgsb | Method::TrustRegion | Method::LevenbergMarquardt => Ok(()),
        }
    }
}
