//! Mistakes: each is named, placed and helped.

use gradus_expr::syntax::{Diagnostic, Scope, render_all};

const DECLARED: &str = "A : [m, n]; S : [n, n]; x : [n]; y : [n]; b : [m]; a : []; lambda : []; T3 : [n, m, p]; \
    I1 : [1, 1]; v : [3]; group : [k]";

fn mistakes(text: &str) -> Vec<Diagnostic> {
    let mut scope = Scope::new();
    scope.declare(DECLARED).unwrap();
    scope.expression(text).expect_err(text)
}

#[test]
fn every_mistake_says_what_where_and_what_to_write() {
    // The text; the part of it that is underlined; the message; a part of the help.
    for (text, place, message, help) in [
        ("x*y", "y", "the product of two vectors is not one thing", "`x'*y`"),
        ("x + b", "b", "`+` needs equal shapes, but the left is a vector [n] and the right a vector [m]", ""),
        (
            "A - b",
            "b",
            "`-` needs equal shapes, but the left is a matrix [m, n] and the right a vector [m]",
            "`.-`",
        ),
        ("A + x'", "x'", "`+` needs equal shapes", "`.+`"),
        ("A .- x", "x", "`.-` needs equal shapes", "`X .- m'`"),
        ("A*b", "b", "the inner sizes of this product differ", "`A'*B`"),
        ("x*A", "A", "the inner sizes of this product differ", ""),
        ("b*A", "A", "a vector [m] cannot stand left of a matrix [m, n]", "`x'*A`"),
        ("x/y", "y", "`/` divides by a scalar, but this is a vector [n]", "`./`"),
        ("x^2", "x", "`^` needs a scalar or a square matrix, but this is a vector [n]", "`x.^2`"),
        ("A^2", "A", "only a square matrix has powers", "`A.^2`"),
        ("S^0.5", "0.5", "the power of a matrix is an integer", ""),
        ("a^x", "x", "the exponent of `^` is a scalar", "`.^`"),
        ("x + I1", "I1", "`+` needs equal shapes", "`X[1, 1]`"),
        ("log(-1)", "-1", "the logarithm needs a positive number", ""),
        ("sqrt(-2)", "-2", "a negative number has no real square root", ""),
        ("(-8)^(1/3)", "(-8)", "a negative number has no real power", ""),
        ("1/0", "0", "this divides by zero", ""),
        ("x/(1-1)", "(1-1)", "this divides by zero", ""),
        ("0^-1", "0", "this divides by zero", ""),
        ("x ./ 0", "0", "this divides by zero", ""),
        ("acos(2)", "2", "the inverse sine and cosine need a number between -1 and 1", ""),
        ("lgamma(-3)", "-3", "the gamma function has a pole", ""),
        ("trace(A)", "A", "trace needs a square matrix, but the operand's shape is [m, n]", ""),
        ("inv(A)", "A", "inv needs a square matrix", ""),
        ("softmax(A)", "A", "`softmax` needs a vector or an axis", "`softmax(X, 2)`"),
        ("sum(A, 3)", "3", "there is no axis 3 in a matrix [m, n]", "counted from 1"),
        ("sum(A, 0)", "0", "there is no axis 0", ""),
        ("sum(A, dim=1)", "dim", "no function takes `dim=`", "`axis=`"),
        ("sin(x, y)", "sin(x, y)", "`sin` takes 1 argument, not 2", ""),
        ("sgimoid(x)", "sgimoid", "there is no function `sgimoid`", "did you mean `sigmoid`?"),
        ("x(1)", "x", "there is no function `x`", "`x[...]`"),
        ("exp + 1", "exp", "there is no `exp` here", "`exp(...)`"),
        ("v[4]", "4", "position 4 is outside an axis of size 3", "from 1"),
        ("v[0]", "0", "position 0 is outside an axis of size 3", "from 1"),
        ("v[2:4]", "2:4", "position 4 is outside an axis of size 3", ""),
        ("v[3:1]", "3:1", "this range is empty", ""),
        ("A[1]", "A[1]", "a matrix [m, n] needs 2 positions, not 1", "`X[i, :]`"),
        ("a[1]", "a[1]", "a scalar needs no position, not 1", ""),
        ("x[group]", "group", "positions are integers", "integer`"),
        ("x[1.5]", "1.5", "positions are integers", ""),
        (
            "[x; A]",
            "A",
            "blocks below each other have equally many columns, but the first has 1 and this has n",
            "",
        ),
        ("T3'", "T3'", "a tensor [n, m, p] of 3 axes has no transpose", "einsum"),
        ("eye(1.5)", "1.5", "a size or a position is an integer or made of sizes", ""),
        ("ones(-1)", "-1", "a size cannot be negative", ""),
        ("\"a\" + 1", "\"a\"", "a string has no value here", ""),
        ("mean(x.csv)", "x.csv", "the name of a file needs quotes", "`\"x.csv\"`"),
        ("mean(x.csv:height)", "x.csv:height", "the name of a file needs quotes", "`column(height)`"),
        ("load(\"x.npy\")", "load(\"x.npy\")", "`load` reads data", "data X"),
        ("2x", "x", "an operator is missing before this", "`*`"),
        ("x +", "", "the text ends where an operand is expected", ""),
        ("x + )", ")", "an operand is expected here, not `)`", ""),
        ("(x + y", "(", "this `(` is never closed", ""),
        ("(x + y]", "]", "`]` closes what `(` opened", "`)`"),
        ("x)", ")", "nothing was opened that this `)` would close", ""),
        ("S^T*x", "^T", "`^T` is no transpose", "written `x'`"),
        ("||x| - |y||", "||", "this bar is never closed", "`abs(...)`"),
        ("x.T*S*x", ".T", "`.T` is no transpose", "written `x'`"),
        ("A @ x", "@", "`@` is no operator", "written `*`"),
        ("np.sum(x)", "np.", "there is no `np` that has parts", "write `sum` for `np.sum`"),
        ("\\frac{1}{a}", "\\frac", "LaTeX is written here, not read", "`a/b`"),
        ("x'*\\lambda", "\\lambda", "LaTeX is written here, not read", "write `lambda`"),
        ("a^{2}", "{", "braces hold the values of a range", "parentheses"),
        ("{a}", "{", "braces hold the values of a range", "parentheses"),
        ("exp a", "a", "an operator is missing", "parentheses: `exp(...)`"),
        ("\u{221a}a", "a", "an operator is missing", "`sqrt(...)`"),
        ("sin^2(a)", "(", "an operator is missing", "`sin(...)^2`"),
        ("[1 2 3]", "2", "a comma is missing before this", "`[1, 2; 3, 4]`"),
        ("[2 (a+1)*2 a; 1 2 3]", "(", "a comma is missing before this", "commas"),
        ("a && a", "&&", "the character `&` has no meaning here", "`(x > 0)*(y > 0)`"),
        ("log10(a)", "log10", "there is no function `log10`", "`log(x)/log(10)`"),
        ("std(x)", "std", "there is no function `std`", "`sqrt(mean("),
        ("len(x)", "len", "there is no function `len`", "`rows(x)`"),
        ("a % b", "%", "`%` starts no comment", "`#`"),
        ("x ** 2", "**", "`**` is no operator", "`^`"),
        ("x = y", "=", "an equation is written with `==`", ""),
        ("x $ y", "$", "the character `$` has no meaning here", ""),
        ("x . y", ".", "a dot stands alone", ".^"),
        ("\"abc", "\"abc", "this string is never closed", ""),
        ("1e5000", "1e5000", "this number has too many digits", ""),
        ("* x", "*", "an operand is missing before `*`", ""),
        ("einsum(A)", "einsum(A)", "`einsum` starts with a string", "ij,jk->ik"),
        ("reshape(x, 2, 3)", "reshape(x, 2, 3)", "a reshape needs equal shapes", ""),
        ("where(A, x, y)", "x", "`where` needs equal shapes", ""),
        ("x where 3", "3", "`where` needs a name and its value", "where p = ..."),
        ("", "", "there is no expression", ""),
    ] {
        let all = mistakes(text);
        let d = all
            .iter()
            .find(|d| d.message.contains(message))
            .unwrap_or_else(|| panic!("{text}: {}", render_all(&all, text, "test")));
        assert_eq!(text.get(d.span.start..d.span.end), Some(place), "{text}: {d:?}");
        assert!(d.help.as_deref().unwrap_or_default().contains(help), "{text}: {d:?}");
        if !text.contains('$') && !text.contains(" . ") {
            assert_eq!(all.len(), 1, "{text}: {}", render_all(&all, text, "test"));
        }
    }
}

#[test]
fn a_mistake_is_drawn_under_its_line() {
    let text = "norm1(x) +\n  lambda*(x*y)";
    let drawn = mistakes(text)[0].render(text, "f.gr");
    let expected = "\
error: the product of two vectors is not one thing
 --> f.gr:2:13
  |
2 |   lambda*(x*y)
  |             ^
2 |   lambda*(x*y)
  |           - this is a vector [n]
  = help: write `x'*y` for their inner product, `x*y'` for their outer product, `x .* y` entry by entry
";
    assert_eq!(drawn, expected);
}

#[test]
fn columns_count_characters_not_bytes() {
    let text = "\u{3bb}\u{3bb}*x + \u{3b1}*(x*y)";
    let d = &mistakes(text)[0];
    assert!(d.render(text, "f").contains("f:1:13"), "{}", d.render(text, "f"));
}

#[test]
fn one_line_may_have_many_mistakes_and_none_twice() {
    let all = mistakes("sni(x) + x*y + log(-1) + A^2");
    assert_eq!(all.len(), 4, "{all:?}");
    // An unknown part does not make what contains it a mistake.
    assert_eq!(mistakes("sum(exp(-sni(x)) .* y)^2 / 2").len(), 1);
}

#[test]
fn declarations_have_mistakes_too() {
    for (text, message) in [
        ("A : [n, n] symetric", "there is no property `symetric`"),
        ("A : [n, m] symmetric", "only a square matrix is symmetric"),
        ("x : [n]; x : [m]", "`x` is declared twice"),
        ("x : [n] in [1, 0]", "this interval is empty"),
        ("x : [n] in 3", "`in` needs a set"),
        ("x : [n", "this `[` is never closed"),
        ("x : n", "a shape stands in brackets"),
        ("x : vector", "a shape stands in brackets"),
        ("x : R^n positive", "a shape stands in brackets"),
        ("x : (m, n) positive", "a shape stands in brackets"),
        ("x : 3", "a shape stands in brackets"),
        ("x : [n], y : [m]", "another declaration stands on a line of its own or after `;`"),
        ("x : [-2]", "a size cannot be negative"),
        ("x : [n] >= y", "a number is expected here"),
        ("3 : [n]", "a statement cannot start with the number 3"),
        ("x : [n] = 3", "a value is given elsewhere"),
    ] {
        let all = Scope::new().declare(text).expect_err(text);
        assert!(all.len() == 1 && all[0].message.contains(message), "{text}: {all:?}");
    }
}
