//! Places where systems such as this one usually break.

use gradus_expr::Function;
use gradus_expr::Kind;
use gradus_expr::syntax::{Scope, parse_expression, print, read_problem};
use std::time::Instant;

#[test]
fn ten_thousand_parentheses_are_one_clear_mistake() {
    for (open, close) in
        [("(", ")"), ("exp(", ")"), ("[", "]"), ("-", ""), ("2^", ""), ("x[", "]"), ("|", "|")]
    {
        let text = format!("{}x{}", open.repeat(10_000), close.repeat(10_000));
        let (_, mistakes) = parse_expression(&text);
        assert_eq!(mistakes.len(), 1, "{open}: {mistakes:?}");
        assert!(mistakes[0].message.contains("deeper"), "{mistakes:?}");
        assert!(Scope::new().expression(&text).is_err());
        assert!(read_problem(&format!("var x\nminimize {text}")).is_err());
    }
    let (_, mistakes) = parse_expression(&format!("x{}", "'".repeat(10_000)));
    assert_eq!(mistakes.len(), 1);
}

#[test]
fn nesting_within_the_limit_has_a_value() {
    let text = format!("{}x{}", "exp(".repeat(190), ")".repeat(190));
    assert!(Scope::new().expression(&text).is_ok());
    let text = format!("{}x{}", "-(".repeat(90), ")".repeat(90));
    assert!(Scope::new().expression(&text).is_ok());
}

#[test]
fn a_sum_of_a_hundred_thousand_terms_is_one_sum() {
    let start = Instant::now();
    let text = vec!["x*y'"; 100_000].join(" + ");
    let (ast, mistakes) = parse_expression(&text);
    let ast = ast.unwrap();
    assert!(mistakes.is_empty());
    assert_eq!(print(&ast), text);
    assert_eq!(ast.clone(), ast);
    let e = Scope::new().expression(&text).unwrap();
    assert!(matches!(e.kind(), Kind::Sum(terms) if terms.len() == 100_000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn long_chains_of_every_operator_are_read() {
    for (op, operand) in [("*", "a"), (" .* ", "x"), (" - ", "x"), ("/", "a"), (" .+ ", "x"), (" ./ ", "x")] {
        let mut scope = Scope::new();
        scope.declare("a : []; x : [n]").unwrap();
        let text = vec![operand; 20_000].join(op);
        assert!(scope.expression(&text).is_ok(), "{op}");
        // The same without declarations.
        let (ast, _) = parse_expression(&text);
        assert_eq!(print(&ast.unwrap()), text);
    }
}

#[test]
fn doubling_definitions_stay_linear() {
    let mut text = String::from("def f0(x) = x .* x\n");
    for k in 1..30 {
        text += &format!("def f{k}(x) = f{}(x) + f{}(x)\n", k - 1, k - 1);
    }
    text += "var x : [n]\nminimize sum(f29(x))";
    let p = read_problem(&text).unwrap();
    assert!(p.objective.unwrap().1.postorder().len() < 100);
    // Sixty named squarings.
    let mut text = String::from("var x : [n]\nlet y0 = x\n");
    for k in 1..=60 {
        text += &format!("let y{k} = y{} .* y{}\n", k - 1, k - 1);
    }
    text += "minimize sum(y60)";
    assert!(read_problem(&text).unwrap().objective.unwrap().1.postorder().len() <= 62);
}

#[test]
fn a_one_by_one_matrix_is_no_scalar() {
    let mut scope = Scope::new();
    scope.declare("M : [1, 1]; x : [n]; u : [1]").unwrap();
    let mistakes = scope.expression("M*x").unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(scope.expression("sum(M)*x").is_ok());
    assert!(scope.expression("M[1, 1]*x").is_ok());
    assert!(scope.expression("u'*u").unwrap().is_scalar());
    assert!(scope.expression("exp(M) + x").is_err());
}

#[test]
fn a_name_may_be_a_function_s_name() {
    let mut scope = Scope::new();
    scope.declare("sum : [n]; gamma : []; e : [n]; pi : []").unwrap();
    assert!(scope.expression("sum(sum) + gamma*sum(e) + pi").unwrap().is_scalar());
    assert_eq!(scope.expression("e").unwrap().rank(), 1);
}

#[test]
fn greek_and_ascii_are_one_name() {
    let mut scope = Scope::new();
    scope.declare("\u{3bb} : [n]").unwrap();
    assert_eq!(scope.expression("\u{3bb} + lambda").unwrap().symbols().len(), 1);
}

#[test]
fn quotes_transpose_after_operands_and_enclose_elsewhere() {
    let mut scope = Scope::new();
    scope.declare("A : [n, n]; x : [n]").unwrap();
    assert_eq!(
        scope.expression("einsum('ij,j->i', A', x)").unwrap(),
        scope.expression("einsum(\"ij,j->i\", A', x)").unwrap()
    );
    assert!(scope.expression("[x', x']").is_ok());
    assert!(scope.expression("(x)'*x + x[1:2]'*x[1:2]").is_ok());
}

#[test]
fn minus_and_powers() {
    let scope = Scope::new();
    assert_eq!(scope.expression("-2^2").unwrap(), scope.expression("-4").unwrap());
    assert_eq!(scope.expression("2^-1").unwrap(), scope.expression("1/2").unwrap());
    assert_eq!(scope.expression("2^3^2").unwrap(), scope.expression("512").unwrap());
    let e = scope.expression("2.^x").unwrap();
    assert!(matches!(e.kind(), Kind::Map(Function::Pow, _)));
    // Elementwise against matrix powers.
    assert_ne!(scope.expression("A^2*A").unwrap(), scope.expression("A.^2*A").unwrap());
}

#[test]
fn sizes_of_one_and_equal_sizes() {
    let mut scope = Scope::new();
    scope.declare("X : [n, 1]; Y : [1, d]; Z : [k, k]; t : [n, d, k]").unwrap();
    for text in [
        "X*Y",
        "X .+ Y",
        "X .* Y",
        "Z*Z'",
        "diag(diag(Z))",
        "X'*X",
        "einsum(\"iji->j\", einsum(\"ndk,ke->dke\", t, Z))",
    ] {
        let result = scope.expression(text);
        assert!(result.is_ok() || text.starts_with("einsum"), "{text}: {result:?}");
    }
    // An index twice in one operand is a diagonal; twice in the output is a mistake.
    assert!(scope.expression("einsum(\"ii->i\", Z)").is_ok());
    assert!(scope.expression("einsum(\"i->ii\", ones(k))").is_err());
    assert!(scope.expression("einsum(\"ij->i\", X, X)").is_err());
}

#[test]
fn enormous_numbers_do_not_hang() {
    let scope = Scope::new();
    for text in [
        "9^9^9^9",
        "1e999999999",
        "2^1000000",
        "A^1000000",
        "x[1:99999999999999999999]",
        "(1/3)^-4000",
        "ones(99999999999999999999)",
    ] {
        let start = Instant::now();
        let _ = scope.expression(text);
        assert!(start.elapsed().as_secs() < 5, "{text}");
    }
}
