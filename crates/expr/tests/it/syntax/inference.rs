//! The shapes of undeclared names.

use gradus_expr::show_shape;
use gradus_expr::syntax::Scope;

#[track_caller]
fn check(declared: &str, text: &str, expected: &str) {
    let mut scope = Scope::new();
    if !declared.is_empty() {
        scope.declare(declared).unwrap();
    }
    let e = scope.expression(text).unwrap_or_else(|d| panic!("{text}: {}", d[0].render(text, "test")));
    let found: Vec<String> =
        e.symbols().iter().map(|s| format!("{} {}", s.name, show_shape(&s.shape))).collect();
    assert_eq!(found.join(", "), expected, "{text}");
}

#[test]
fn use_determines_shapes() {
    for (text, expected) in [
        ("norm2(A*x - b)^2", "A [m, n], b [m], x [n]"),
        ("x'*A*x", "A [n, n], x [n]"),
        ("log(sum(exp(A*x)))", "A [m, n], x [n]"),
        ("logdet(X)", "X [n, n]"),
        ("trace(A*X*B)", "A [m, n], B [p, m], X [n, p]"),
        ("lambda*norm1(w)", "lambda [], w [n]"),
        ("sum(log(1 + exp(-y.*(X*w))))", "X [m, n], w [n], y [m]"),
        ("x'*y", "x [n], y [n]"),
        ("x*y'", "x [m], y [n]"),
        ("(1-x)^2 + 100*(y-x^2)^2", "x [], y []"),
        ("norm2(X*beta - y)^2", "X [m, n], beta [n], y [m]"),
        ("a'*X*b", "X [m, n], a [m], b [n]"),
        ("a'*X'*b", "X [n, m], a [m], b [n]"),
        ("inv(A)*b", "A [n, n], b [n]"),
        ("solve(A, b)", "A [n, n], b [n]"),
        ("A*B*C", "A [m, n], B [n, p], C [p, q]"),
        ("diag(x)*A", "A [m, n], x [m]"),
        ("sum((y - a*exp(-c*t)).^2)", "a [], c [], t [n], y [n]"),
        ("normfro(X - W*H)^2", "H [p, n], W [m, p], X [m, n]"),
        ("sigmoid(x)", "x []"),
        ("ln(x)", "x []"),
        ("softmax(A*x)", "A [m, n], x [n]"),
        ("x^3", "x []"),
        ("(x - mu)'*inv(Sigma)*(x - mu)", "Sigma [n, n], mu [], x [n]"),
        ("b[group]", "b [m], group [n]"),
        ("einsum(\"ij,j->i\", P, q)", "P [m, n], q [n]"),
        ("p where p = A*x", "A [m, n], x [n]"),
        ("x .- y'", "x [m], y [n]"),
        ("norm1(w) + c", "c [], w [n]"),
        ("[r*cos(t); r*sin(t)]", "r [], t []"),
        ("inv([a, b; c, d])", "a [], b [], c [], d []"),
        ("x'*[a, b; b, c]*x", "a [], b [], c [], x [2]"),
        ("[norm2(x), 1]", "x [n]"),
        ("[sum(x .* y); 2]", "x [n], y [n]"),
    ] {
        check("", text, expected);
    }
}

#[test]
fn declarations_fix_what_they_say() {
    check("A : [n, n] symmetric", "x'*A*x", "A [n, n], x [n]");
    check("X : [rows, 3]", "X*w - y", "X [rows, 3], w [3], y [rows]");
    check("beta : [k]", "beta'*u", "beta [k], u [k]");
    check("A symmetric", "x'*A*x", "A [n, n], x [n]");
    check("S symmetric", "a'*S*b", "S [n, n], a [n], b [n]");
    check("p simplex", "log(p) + y", "p [n], y [n]");
    check("lambda : []", "lambda*x'*x", "lambda [], x [n]");
    check("x : [n]", "x - y", "x [n], y [n]");
    check("n : []", "n*x", "n [], x []");
}

#[test]
fn several_texts_share_their_names() {
    let scope = Scope::new();
    let all = scope.expressions(&["norm2(A*x - b)^2", "x"]).unwrap();
    assert_eq!(all[1].shape(), all[0].symbols()[2].shape);
    assert_eq!(scope.expressions(&["x", "y +"]).unwrap_err().0, 1);
}
