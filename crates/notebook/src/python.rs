//! Names and numbers in Python.

use gradus_expr::evaluate::Tensor;

/// Words that are no names in Python, and the name of the module of arrays.
const TAKEN: [&str; 37] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "np",
    "print",
];

/// A name in Python.
pub(crate) fn name(name: &str) -> String {
    let fits: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if TAKEN.contains(&fits.as_str()) { format!("{fits}_") } else { fits }
}

fn number(x: f64) -> String {
    match x {
        x if x.is_nan() => "np.nan".to_owned(),
        x if x.is_infinite() && x > 0.0 => "np.inf".to_owned(),
        x if x.is_infinite() => "-np.inf".to_owned(),
        // The shortest digits that read back to the same number.
        x => format!("{x:?}"),
    }
}

/// A tensor as a number or an array.
pub(crate) fn value(t: &Tensor<f64>) -> String {
    let numbers: Vec<String> = t.data.iter().map(|x| number(*x)).collect();
    match t.shape.as_slice() {
        [] => numbers.concat(),
        [_] => format!("np.array([{}])", numbers.join(", ")),
        shape => {
            let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
            format!("np.array([{}]).reshape({})", numbers.join(", "), shape.join(", "))
        }
    }
}
