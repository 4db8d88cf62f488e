//! Derivatives as they are written by hand, and equality that is proved or refuted.

use gradus_expr::syntax::{Scope, print};
use gradus_expr::{Equality, Expr, derivative, equal, recognise, simplify};

fn read(declarations: &str, text: &str) -> Expr {
    let mut scope = Scope::new();
    scope.declare(declarations).expect("the declarations are well formed");
    scope.expression(text).expect("the expression is well formed")
}

fn derive(declarations: &str, text: &str, wrt: &[&str]) -> String {
    let mut e = read(declarations, text);
    for name in wrt {
        let x = e.symbols().into_iter().find(|s| &*s.name == *name).expect("the variable occurs");
        e = derivative(&e, &x);
    }
    print(&recognise(&e))
}

/// One row: declarations, expression, variables in turn, what a mathematician would write.
#[test]
fn derivatives_read_as_by_hand() {
    let rows: [(&str, &str, &[&str], &str); 37] = [
        ("A : [m, n]; x : [n]; b : [m]", "norm2(A*x - b)^2", &["x"], "2*A'*(A*x - b)"),
        ("A : [m, n]; x : [n]; b : [m]", "norm2(A*x - b)^2", &["x", "x"], "2*A'*A"),
        ("A : [n, n]; x : [n]", "x'*A*x", &["x"], "(A + A')*x"),
        ("A : [n, n] symmetric; x : [n]", "x'*A*x", &["x"], "2*A*x"),
        ("A : [n, n]; x : [n]", "x'*A*x", &["x", "x"], "A + A'"),
        ("X : [n, n]", "logdet(X)", &["X"], "inv(X)'"),
        ("X : [n, n] symmetric", "logdet(X)", &["X"], "inv(X)"),
        (
            "X : [n, d]; y : [n]; w : [d]",
            "sum(log(1 + exp(-y .* (X*w))))",
            &["w"],
            "-X'*(y .* sigmoid(-(y .* (X*w))))",
        ),
        (
            "A : [m, n]; x : [n]",
            "log(sum(exp(A*x)))",
            &["x", "x"],
            "A'*(diag(p) - p*p')*A where p = softmax(A*x)",
        ),
        ("x : [n]", "sum(x.^3)", &["x"], "3*x.^2"),
        ("y : [n] in {-1, 1}; x : [n]", "sum((y .* x).^2)", &["x"], "2*x"),
        ("x : []", "sin(x)*exp(x)", &["x"], "exp(x)*(cos(x) + sin(x))"),
        ("x : []", "x^2*log(x)", &["x"], "2*x*log(x) + x"),
        ("x : [n]", "norm2(x)", &["x"], "x/norm2(x)"),
        ("x : [n]", "norm1(x)", &["x"], "sign(x)"),
        ("x, y : [n]", "norm2(x) + norm2(y)", &["x"], "x/norm2(x)"),
        ("x : [n]; a : [n]; b : [n]", "norm2(x - a) + norm2(x - b)", &["a"], "-(x - a)/norm2(x - a)"),
        ("x : []", "tanh(x)", &["x"], "1 - tanh(x)^2"),
        ("x : []", "erf(x)", &["x"], "2*exp(-x^2)/sqrt(pi)"),
        ("x : []", "lgamma(x)", &["x", "x"], "polygamma(1, x)"),
        ("x : []", "atan(x)", &["x"], "1/(x^2 + 1)"),
        ("A : [n, n]; B : [n, n]; X : [n, n]", "trace(A*X*B)", &["X"], "A'*B'"),
        ("X : [m, n]; Y : [k, n]", "sum(sqdist(X, Y))", &["X"], "2*(k*X - ones(m)*sum(Y, 1)')"),
        ("x : [n]", "max(x)", &["x"], "one_hot(argmax(x), n)"),
        ("x : [n]", "sum(cumsum(x))", &["x"], "sum(lower_ones(n), 1)"),
        ("s, t : []", "[s, t; t^2, s*t]", &["t"], "[0, 1; 2*t, s]"),
        ("t : []", "[sin(t); cos(t)]", &["t"], "[cos(t); -sin(t)]"),
        ("x : [3]", "x[1]*x[2]*x[3]", &["x"], "[x[2]*x[3]; x[1]*x[3]; x[1]*x[2]]"),
        ("x : [3]", "x[1]*x[2]*x[3]", &["x", "x"], "[0, x[3], x[2]; x[3], 0, x[1]; x[2], x[1], 0]"),
        (
            "x : [2]",
            "(1 - x[1])^2 + 100*(x[2] - x[1]^2)^2",
            &["x", "x"],
            "[1200*x[1]^2 - 400*x[2] + 2, -400*x[1]; -400*x[1], 200]",
        ),
        ("x : [2]", "[x[1]^2; x[1]*x[2]; sin(x[2])]", &["x"], "[2*x[1], 0; x[2], x[1]; 0, cos(x[2])]"),
        ("X : [2, 2]", "X[1, 2]*X[2, 1]", &["X"], "[0, X[2, 1]; X[1, 2], 0]"),
        ("a, b, c, d : []", "det([a, b; c, d])", &["a"], "d"),
        ("x : [n]; y : [m]", "norm2([x; y])^2", &["x"], "2*x"),
        ("x : [n]; y : [m]; b : [n + m]", "b'*[x; y]", &["x"], "b[1:n]"),
        ("A : [n, n]; b, x : [n]; c, t : []", "[A, b; b', c]*[x; t]", &["t"], "[b; c]"),
        ("x : [2]", "exp(x)[1]*x[2]", &["x"], "exp(x[1])*[x[2]; 1]"),
    ];
    let mut wrong = Vec::new();
    for (declarations, text, wrt, expected) in rows {
        let found = derive(declarations, text, wrt);
        if found != expected {
            wrong.push(format!("d {text} by {wrt:?}\n  found    {found}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn simplifying_keeps_diagonals_apart() {
    let rows = [
        ("S, Q : [n, n]", "trace(S) + sum(S .* Q)"),
        ("S, B, Q : [n, n]; a, b : [n]", "a'*S'*diag(B) - b'*Q'*diag(B)"),
        ("p, y : [n]", "cumsum(p) - cumsum(y)"),
        ("A : [n, n]", "kron(A, kron(A, A)) + kron(A, kron(A, A))"),
    ];
    for (declarations, text) in rows {
        let e = read(declarations, text);
        let verdict = equal(&e, &simplify(&e));
        assert!(matches!(verdict, Ok(Equality::Equal)), "{text}: {verdict:?}");
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Equal,
    Different,
    Unknown,
}

fn verdict(declarations: &str, left: &str, right: &str) -> Verdict {
    let mut scope = Scope::new();
    scope.declare(declarations).expect("the declarations are well formed");
    let both = scope.expressions(&[left, right]).expect("the expressions are well formed");
    match equal(&both[0], &both[1]) {
        Ok(Equality::Equal) => Verdict::Equal,
        Ok(Equality::Different(_)) => Verdict::Different,
        _ => Verdict::Unknown,
    }
}

/// Each row: declarations and two sides that are proved to be equal.
fn assert_all_equal(rows: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(declarations, left, right)| (left, right, verdict(declarations, left, right)))
        .filter(|(.., found)| *found != Verdict::Equal)
        .map(|(left, right, found)| format!("{left}  and  {right}: {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn equal_is_proved() {
    let rows = [
        ("x, y : []", "(x + y)^2", "x^2 + 2*x*y + y^2"),
        ("x, y : []", "(x^2 - y^2)/(x - y)", "x^2/(x - y) - y^2/(x - y)"),
        ("x : []", "sin(x)^2 + cos(x)^2", "1 + 0*x"),
        ("x, y : []", "sin(x + y)", "sin(x)*cos(y) + cos(x)*sin(y)"),
        ("x : []", "cos(2*x)", "1 - 2*sin(x)^2"),
        ("x : []", "cosh(x)^2 - sinh(x)^2", "1 + 0*x"),
        ("x : []", "tanh(x)", "2*sigmoid(2*x) - 1"),
        ("x : []", "sigmoid(-x)", "1 - sigmoid(x)"),
        ("x : []", "softplus(x) - softplus(-x)", "x"),
        ("x : [n]", "logsumexp(x)", "log(sum(exp(x)))"),
        ("x : [n]; c : []", "logsumexp(x + c)", "logsumexp(x) + c"),
        ("x : [n]", "softmax(x)", "exp(x)/sum(exp(x))"),
        ("x : [n]", "sum(softmax(x))", "1 + 0*sum(x)"),
        ("x, y : [] positive", "log(x*y)", "log(x) + log(y)"),
        ("x : [] positive", "log(x^3)", "3*log(x)"),
        ("x : []", "exp(2*x)", "exp(x)^2"),
        ("x : []", "sqrt(x^2)", "abs(x)"),
        ("x, y : []", "max(x, y)", "(x + y + abs(x - y))/2"),
        ("x, y : []", "max(x, y) + min(x, y)", "x + y"),
        ("x : []", "relu(x) - relu(-x)", "x"),
        ("A, B : [n, n]", "(A*B)'", "B'*A'"),
        ("A, B : [n, n]", "trace(A*B)", "trace(B*A)"),
        ("A : [m, n]; B : [n, k]; C : [k, m]", "trace(A*B*C)", "trace(C*A*B)"),
        ("A : [n, n] symmetric; x, y : [n]", "x'*A*y", "y'*A*x"),
        ("A : [n, n] nonsingular", "inv(A)*A", "eye(n)"),
        ("A, B : [n, n] nonsingular", "inv(A*B)", "inv(B)*inv(A)"),
        ("A : [n, n] nonsingular", "inv(A')", "inv(A)'"),
        ("A, B : [n, n]", "det(A*B)", "det(A)*det(B)"),
        ("A : [n, n]", "det(A')", "det(A)"),
        ("A, B : [n, n] pd", "logdet(A*B)", "logdet(A) + logdet(B)"),
        (
            "s : []; x, y : [n]",
            "(y'*(s*sigmoid(x).^2 + x))*(s*sigmoid(x).^2 + x)",
            "(s*sigmoid(x).^2 + x)*(y'*(s*sigmoid(x).^2 + x))",
        ),
        ("x, y : [n]", "(y'*sin(sin(tanh(x))))*sin(sin(tanh(x)))", "sin(sin(tanh(x)))*y'*sin(sin(tanh(x)))"),
        ("Q : [n, n] orthogonal; x : [n]", "norm2(Q*x)^2", "norm2(x)^2"),
        ("A : [m, n]; X : [n, p]; B : [p, q]", "vec(A*X*B)", "kron(B', A)*vec(X)"),
        ("A, C : [n, n]; B, D : [m, m]", "kron(A, B)*kron(C, D)", "kron(A*C, B*D)"),
        ("A : [m, n]; B : [p, q]", "kron(A, B)'", "kron(A', B')"),
        ("x, y : [n]", "norm2(x - y)^2", "norm2(x)^2 - 2*x'*y + norm2(y)^2"),
        ("x, y : [n]", "norm2(x - y)", "norm2(y - x)"),
        ("X : [n, d]; Y : [m, d]", "sqdist(X, Y)", "sqdist(Y, X)'"),
        ("x : [n]; y : [m]", "sum([x; y])", "sum(x) + sum(y)"),
        ("x : [n]; y : [m]", "norm2([x; y])^2", "norm2(x)^2 + norm2(y)^2"),
        (
            "A : [n, n]; lambda : [] > 0",
            "inv(A*A' + lambda*eye(n))*(A*A' + lambda*eye(n))",
            "inv(A*A' + lambda*eye(n))*A*A' + lambda*inv(A*A' + lambda*eye(n))",
        ),
        ("S : [n, n] pd", "cholesky(S)*cholesky(S)'", "S"),
        ("x : []", "x/x", "x^2/x^2"),
        ("x : [n]", "mean(x)", "sum(x)/n"),
        ("a, b : []", "exp((a/(1 + b^2))^2)", "exp(a^2/(1 + b^2)^2)"),
        ("x : []", "sin(x/2)^2", "(1 - cos(x))/2"),
        ("x : []", "tan(x/2)", "sin(x)/(1 + cos(x))"),
        ("x : []", "log1p(x)", "log(1 + x)"),
        ("x : []", "log(e^2)*x", "2*x"),
        ("x : []", "exp(1)^x", "exp(x)"),
        ("x : [2]", "x[1] + x[2]", "sum(x)"),
        ("x : [n]", "exp(x)[2]", "exp(x[2])"),
        ("a, b, c, d : []", "inv([a, b; c, d])", "[d, -b; -c, a]/(a*d - b*c)"),
        ("A : [2, 2]", "inv(A)", "[A[2, 2], -A[1, 2]; -A[2, 1], A[1, 1]]/det(A)"),
        ("A : [2, 2]", "A*A + det(A)*eye(2)", "trace(A)*A"),
        ("A : [3, 3]", "A^3 - trace(A)*A^2 + (trace(A)^2 - trace(A*A))/2*A", "det(A)*eye(3)"),
    ];
    assert_all_equal(&rows);
}

/// Push-through, Woodbury, Sherman and Morrison, Searle; Sylvester's determinants; Kronecker products.
#[test]
fn identities_of_inverses_are_proved() {
    let ridge = "X : [n, d]; y : [n]; z : [d]; lambda : [] positive";
    let kalman = "S : [n, n] pd; R : [m, m] pd; H : [m, n]; y : [m]";
    let low_rank = "A : [n, n] nonsingular; C : [m, m] nonsingular; U : [n, m]; V : [m, n]; u, v : [n]";
    let pair = "A, B : [n, n] nonsingular";
    let blocks = "A, C : [n, n]; B : [m, m]; D : [k, k]; c : []";
    let rows = [
        ("A : [m, n]; B : [n, m]", "A*inv(eye(n) + B*A)", "inv(eye(m) + A*B)*A"),
        ("A : [m, n]; B : [n, m]", "inv(eye(m) + A*B)", "eye(m) - A*inv(eye(n) + B*A)*B"),
        (ridge, "X'*inv(X*X' + lambda*eye(n))", "inv(X'*X + lambda*eye(d))*X'"),
        (ridge, "z'*X'*(inv(X*X' + lambda*eye(n))*y)", "y'*X*inv(X'*X + lambda*eye(d))*z"),
        (ridge, "inv(X'*X + lambda*eye(d))", "(eye(d) - X'*inv(X*X' + lambda*eye(n))*X)/lambda"),
        (ridge, "y - X*inv(X'*X + lambda*eye(d))*X'*y", "lambda*inv(X*X' + lambda*eye(n))*y"),
        (ridge, "trace(X*inv(X'*X + lambda*eye(d))*X')", "trace(inv(X*X' + lambda*eye(n))*X*X')"),
        (ridge, "norm2(X'*inv(X*X' + lambda*eye(n))*y)", "norm2(inv(X'*X + lambda*eye(d))*(X'*y))"),
        (
            "X : [n, d]; w : [n] positive; lambda : [] positive",
            "inv(X'*diag(w)*X + lambda*eye(d))*X'*diag(w)",
            "X'*inv(X*X' + lambda*inv(diag(w)))",
        ),
        (low_rank, "inv(A + U*C*V)", "inv(A) - inv(A)*U*inv(inv(C) + V*inv(A)*U)*V*inv(A)"),
        (low_rank, "inv(A + u*v')", "inv(A) - inv(A)*u*v'*inv(A)/(1 + v'*inv(A)*u)"),
        ("A : [n, n] pd; u : [n]", "inv(A + u*u')", "inv(A) - inv(A)*u*u'*inv(A)/(1 + u'*inv(A)*u)"),
        ("u, v : [n]", "inv(eye(n) + u*v')", "eye(n) - u*v'/(1 + v'*u)"),
        (kalman, "inv(inv(S) + H'*inv(R)*H)", "S - S*H'*inv(H*S*H' + R)*H*S"),
        (kalman, "inv(inv(S) + H'*inv(R)*H)*H'*inv(R)", "S*H'*inv(H*S*H' + R)"),
        (
            kalman,
            "log(1 + y'*inv(R + H*S*H')*y)",
            "log(1 + y'*(inv(R) - inv(R)*H*inv(inv(S) + H'*inv(R)*H)*H'*inv(R))*y)",
        ),
        ("A, B : [n, n]", "inv(A) + inv(B)", "inv(A)*(A + B)*inv(B)"),
        ("A : [n, n]", "inv(eye(n) + A)", "eye(n) - A*inv(eye(n) + A)"),
        ("A : [n, n]", "A*inv(eye(n) + A)", "inv(eye(n) + A)*A"),
        ("A : [n, n] nonsingular", "inv(eye(n) + inv(A))", "A*inv(A + eye(n))"),
        (pair, "A*inv(A + B)*B", "B*inv(A + B)*A"),
        (pair, "inv(inv(A) + inv(B))", "A*inv(A + B)*B"),
        (pair, "inv(A + B)", "inv(A) - inv(A)*inv(inv(A) + inv(B))*inv(A)"),
        (pair, "inv(A + B)*B*inv(A + 2*B)", "inv(A + 2*B)*B*inv(A + B)"),
        (
            "Q : [n, n] orthogonal; D : [n, n] pd; lambda : [] positive",
            "inv(Q*D*Q' + lambda*eye(n))",
            "Q*inv(D + lambda*eye(n))*Q'",
        ),
        ("A : [m, n]; B : [n, m]", "det(eye(n) + B*A)", "det(eye(m) + A*B)"),
        ("A : [m, n]; B : [n, m]", "logdet(eye(n) + B*A)", "logdet(eye(m) + A*B)"),
        ("A : [m, n]; B : [n, m]", "det(2*eye(n) + B*A)", "2^(n - m)*det(2*eye(m) + A*B)"),
        (ridge, "logdet(lambda*eye(d) + X'*X)", "(d - n)*log(lambda) + logdet(lambda*eye(n) + X*X')"),
        ("u, v : [n]", "det(eye(n) + u*v')", "1 + v'*u"),
        (low_rank, "det(A + u*v')", "det(A)*(1 + v'*inv(A)*u)"),
        (low_rank, "det(A + U*C*V)", "det(inv(C) + V*inv(A)*U)*det(C)*det(A)"),
        ("A : [n, n] pd; u : [n]", "logdet(A + u*u')", "logdet(A) + log(1 + u'*inv(A)*u)"),
        ("A : [n, n]; lambda : [] positive", "det(lambda*A)", "lambda^n*det(A)"),
        (blocks, "inv(kron(A, B))", "kron(inv(A), inv(B))"),
        (blocks, "inv(kron(A + C, B))", "kron(inv(A + C), inv(B))"),
        (blocks, "inv(kron(A, eye(m)))", "kron(inv(A), eye(m))"),
        (blocks, "inv(kron(kron(A, B), D))", "kron(inv(A), kron(inv(B), inv(D)))"),
        (blocks, "inv(c*kron(A, B))", "kron(inv(A), inv(B))/c"),
        (blocks, "det(kron(A, B))", "det(A)^m*det(B)^n"),
        ("A : [n, n] pd; B : [m, m] pd", "logdet(kron(A, B))", "m*logdet(A) + n*logdet(B)"),
    ];
    assert_all_equal(&rows);
}

/// Too large for random points, so that only the proof answers; it must find no false one.
#[test]
fn false_identities_of_inverses_are_not_proved() {
    let d = "A : [90000, 80000]; B : [80000, 90000]; X : [90000, 90000]; l : [] positive; \
             P, Q, C : [90000, 90000] nonsingular; u, v : [90000]";
    let rows = [
        ("A*inv(eye(80000) + B*A)", "inv(eye(90000) - A*B)*A"),
        ("X'*inv(X*X' + l*eye(90000))", "inv(X*X' + l*eye(90000))*X'"),
        ("inv(P + Q)", "inv(P) + inv(Q)"),
        ("inv(inv(P) + inv(Q))", "P*inv(P + Q)*P"),
        ("inv(P + u*v')", "inv(P) - inv(P)*v*u'*inv(P)/(1 + v'*inv(P)*u)"),
        ("P*inv(P + Q)", "inv(P + Q)*P"),
        ("inv(P + X*C*X')", "inv(P) - inv(P)*X*inv(C + X'*inv(P)*X)*X'*inv(P)"),
        ("inv(P + Q)*inv(P + C)", "inv(P + C)*inv(P + Q)"),
        ("u'*inv(P + Q)*v", "v'*inv(P + Q)*u"),
        ("det(P + Q*X)", "det(P)*det(eye(90000) + Q*X)"),
        ("det(eye(90000) + P*Q*X)", "det(eye(90000) + Q*P*X)"),
        ("inv(kron(P, Q))", "kron(inv(Q), inv(P))"),
        ("inv(kron(P, Q) + kron(Q, P))", "inv(kron(P + Q, P + Q))"),
    ];
    for (l, r) in rows {
        assert_eq!(verdict(d, l, r), Verdict::Unknown, "{l} and {r}");
    }
}

#[test]
fn hundreds_of_nested_inverses_are_compared() {
    let a = read("A : [n, n] nonsingular", "A");
    let nest =
        |e: &Expr| (0..300).fold(e.clone(), |s, _| s.add(&a).and_then(|s| s.inverse()).expect("square"));
    let (left, right) = (nest(&a), nest(&a.transpose().expect("a matrix")));
    assert!(!matches!(equal(&left, &right), Ok(Equality::Equal)));
}

#[test]
fn different_is_refuted() {
    let rows = [
        ("A, B : [n, n]", "A*B", "B*A"),
        ("A : [n, n]; x : [n]", "A*x", "A'*x"),
        ("x : []", "sqrt(x^2)", "x"),
        ("x, y : []", "(x + y)^2", "x^2 + y^2"),
        ("x : [n]", "norm2(x)", "norm1(x)"),
        ("A, B : [n, n]", "det(A + B)", "det(A) + det(B)"),
        ("A : [n, n]", "A.^2", "A^2"),
        ("x : []", "-x^2", "(-x)^2"),
    ];
    for (d, l, r) in rows {
        assert_eq!(verdict(d, l, r), Verdict::Different, "{l} and {r}");
    }
}

#[test]
fn what_is_not_defined_everywhere_is_not_called_equal() {
    let rows = [
        ("x : []", "x/x", "1 + 0*x"),
        ("A : [n, n]", "inv(A)*A", "eye(n)"),
        ("x : []", "exp(log(x))", "x"),
        ("x : []", "sqrt(x)^2", "x"),
        ("c, x : []", "where(c > 0, x/x, 1)", "1 + 0*x + 0*c"),
        ("c, x : []", "where(c > 0, x/(1 + x) + 1/(1 + x), 1)", "1 + 0*x + 0*c"),
        ("A, B : [n, n]; c : []", "where(c > 0, trace(inv(A + B)*(A + B)), n)", "n + 0*c + 0*trace(A + B)"),
        ("A, B : [n, n]", "inv(A + B)", "inv(A) - inv(A)*inv(inv(A) + inv(B))*inv(A)"),
        ("A, B : [n, n]", "inv(inv(A) + inv(B))", "A*inv(A + B)*B"),
        ("X : [n, d]; lambda : []", "X'*inv(X*X' + lambda*eye(n))", "inv(X'*X + lambda*eye(d))*X'"),
        (
            "A : [n, n]; C : [m, m]; U : [n, m]; V : [m, n]",
            "inv(A + U*C*V)",
            "inv(A) - inv(A)*U*inv(inv(C) + V*inv(A)*U)*V*inv(A)",
        ),
        ("A : [n, n]; u, v : [n]", "det(A + u*v')", "det(A)*(1 + v'*inv(A)*u)"),
        ("A : [n, n]; B : [m, m]", "kron(inv(A), inv(B))*kron(A, B)", "eye(n*m)"),
        (
            "A, B : [n, n]; c, d : []",
            "(c - d)*inv(c*A*B) + (d - c)*inv(c*A*B)",
            "(c - d)*inv(A*B) + (d - c)*inv(A*B)",
        ),
    ];
    for (d, l, r) in rows {
        assert_ne!(verdict(d, l, r), Verdict::Equal, "{l} and {r}");
    }
}

#[test]
fn a_thousand_nested_sines_differentiate() {
    let x = read("x : []", "x");
    let deep = (0..1000).fold(x.clone(), |e, _| e.apply(gradus_expr::Function::Sin));
    assert!(derivative(&deep, &x.symbols()[0]).mentions("x"));
}

#[test]
fn sixty_squarings_stay_small() {
    let vector = (0..60).fold(read("x : [n]", "x"), |e, _| e.hadamard(&e).expect("one shape"));
    assert!(simplify(&vector).postorder().len() < 200);
    let matrix = (0..60).fold(read("A : [n, n]", "A"), |e, _| e.matmul(&e).expect("square"));
    let simple = simplify(&matrix);
    assert!(simple.postorder().len() < 400);
    assert!(print(&recognise(&simple)).len() < 20_000);
}

#[test]
fn sixty_steps_of_the_logistic_map_differentiate() {
    let x = read("x : []", "x");
    let map = (0..60).fold(x.clone(), |e, _| {
        e.hadamard(&Expr::integer(1).subtract(&e).expect("scalars")).expect("scalars")
    });
    assert!(derivative(&map, &x.symbols()[0]).postorder().len() < 2000);
}
