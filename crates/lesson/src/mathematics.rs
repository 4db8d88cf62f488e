//! LaTeX as MathML, on the server, by math-core.
//!
//! The few macros of the course stand here, so that all lessons write the same thing in the same way.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// The macros of the course: name without the backslash, and meaning. Delimiters do not grow: around a fraction or a sum,
/// write `\left` and `\right`.
pub const MACROS: &[(&str, &str)] = &[
    ("R", r"\mathbb{R}"),
    ("grad", r"\nabla"),
    ("norm", r"\lVert #1 \rVert"),
    ("abs", r"\lvert #1 \rvert"),
    ("inner", r"\langle #1, #2 \rangle"),
    ("transpose", r"^{\mathsf{T}}"),
    ("vect", r"\boldsymbol{#1}"),
];

/// A reader of formulas.
///
/// ```
/// use gradus_lesson::mathematics::Formulas;
/// let formulas = Formulas::new().unwrap();
/// let html = formulas.inline("x^2").unwrap();
/// assert_eq!(html, "<math><msup><mi>x</mi><mn>2</mn></msup></math>");
/// assert!(formulas.inline(r"\frac{1}").is_err());
/// ```
#[derive(Debug)]
pub struct Formulas {
    converter: LatexToMathML,
}

impl Formulas {
    /// With the macros of the course.
    ///
    /// # Errors
    /// The macro that cannot be read, and why; tested not to happen.
    pub fn new() -> Result<Self, String> {
        let macros =
            MACROS.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned())).collect();
        let config = MathCoreConfig { macros, ..MathCoreConfig::default() };
        let converter = LatexToMathML::new(config).map_err(|(e, _, text)| format!("{text}: {e}"))?;
        Ok(Self { converter })
    }

    /// A formula in a line of text, as a `<math>` element.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn inline(&self, latex: &str) -> Result<String, String> {
        self.convert(latex, MathDisplay::Inline)
    }

    /// A formula on its own line, as a `<math display="block">` element.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn display(&self, latex: &str) -> Result<String, String> {
        self.convert(latex, MathDisplay::Block)
    }

    fn convert(&self, latex: &str, display: MathDisplay) -> Result<String, String> {
        let result = self.converter.convert_with_local_state(latex.trim(), display);
        result.map(|r| r.mathml).map_err(|e| e.to_string())
    }
}
