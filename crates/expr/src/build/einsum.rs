//! `einsum("ij,jk->ik", A, B)`: contractions written with letters.

use crate::{Error, Expr};

impl Expr {
    /// An indexed sum of products written with one letter an axis. Without `->`, the output is the letters that
    /// occur once, in the order of the alphabet.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Symbol};
    /// let n = Dim::symbol("n");
    /// let a = Expr::symbol(Symbol::new("A", vec![n.clone(), n.clone()]));
    /// let trace = Expr::einsum("ii->", &[a.clone()]).unwrap();
    /// assert_eq!(trace, a.trace().unwrap());
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongRank`] when the text is not a specification, [`Error::OperandCount`] when it speaks of
    /// another number of operands, and those of [`Expr::contract`].
    pub fn einsum(specification: &str, operands: &[Expr]) -> Result<Expr, Error> {
        let (inputs, output) = read(specification)?;
        if inputs.len() != operands.len() {
            return Err(Error::OperandCount {
                name: "einsum",
                expected: inputs.len(),
                given: operands.len(),
            });
        }
        let labelled: Vec<(Expr, &[u32])> =
            operands.iter().zip(&inputs).map(|(e, l)| (e.clone(), l.as_slice())).collect();
        Expr::contract(&labelled, &output, &[])
    }
}

/// The labels of the inputs and of the output.
pub(crate) fn read(specification: &str) -> Result<(Vec<Vec<u32>>, Vec<u32>), Error> {
    let text: String = specification.chars().filter(|c| !c.is_whitespace()).collect();
    let bad = || Error::WrongRank {
        operation: "einsum".into(),
        expected: "one letter for each axis, as in \"ij,jk->ik\"",
        shape: format!("{specification:?}"),
    };
    let (left, right) = match text.split_once("->") {
        Some((l, r)) => (l.to_owned(), Some(r.to_owned())),
        None => (text, None),
    };
    let word = |w: &str| -> Result<Vec<u32>, Error> {
        w.chars().map(|c| if c.is_alphabetic() { Ok(u32::from(c)) } else { Err(bad()) }).collect()
    };
    let inputs: Vec<Vec<u32>> = left.split(',').map(word).collect::<Result<_, _>>()?;
    let output = match right {
        Some(r) => word(&r)?,
        None => {
            let all: Vec<u32> = inputs.iter().flatten().copied().collect();
            let mut once: Vec<u32> =
                all.iter().copied().filter(|l| all.iter().filter(|o| *o == l).count() == 1).collect();
            once.sort_unstable();
            once
        }
    };
    Ok((inputs, output))
}
