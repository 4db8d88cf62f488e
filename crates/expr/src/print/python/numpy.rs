//! NumPy: a Python function over arrays.

use super::{Dialect, function};
use crate::{Expr, Symbol};
use std::sync::Arc;

const NUMPY: Dialect = Dialect { np: "np", imports: &["import numpy as np"], special: "scipy.special" };

/// A complete Python function that computes the expression with NumPy, with its imports.
///
/// The function takes the `arguments`, used or not ([`arguments`](crate::print::arguments) gives those of another
/// expression), then the other symbols in the order of their first appearance, then sizes that no argument's shape
/// tells. Positions are from 1 in the arguments and from 0 inside. Special functions come from SciPy. The inverse of
/// a singular matrix and the Cholesky factor of an indefinite one raise `LinAlgError`.
///
/// ```
/// use gradus_expr::{Dim, Expr, Symbol, print::numpy};
/// let (m, n) = (Dim::symbol("m"), Dim::symbol("n"));
/// let a = Expr::symbol(Symbol::new("A", vec![m, n.clone()]));
/// let x = Expr::symbol(Symbol::new("x", vec![n]));
/// let code = numpy(&a.matmul(&x).unwrap(), "product", &[]);
/// assert_eq!(code, "import numpy as np\n\n\ndef product(A, x):\n    return A @ x\n");
/// ```
pub fn numpy(e: &Expr, name: &str, arguments: &[Arc<Symbol>]) -> String {
    function(&NUMPY, e, name, arguments)
}
