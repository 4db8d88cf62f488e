//! How text is read: printed back with the fewest parentheses, or with all of them.

use gradus_expr::syntax::{Ast, AstNode, parse_expression, print};

/// Every operation in parentheses.
fn grouped(ast: &Ast) -> String {
    match &ast.node {
        AstNode::Binary(op, l, r) => format!("({} {} {})", grouped(l), op.symbol(), grouped(r)),
        AstNode::Neg(x) => format!("(-{})", grouped(x)),
        AstNode::Transpose(x) => format!("({}')", grouped(x)),
        _ => print(ast),
    }
}

#[track_caller]
fn read(text: &str) -> Ast {
    let (ast, mistakes) = parse_expression(text);
    assert!(mistakes.is_empty(), "{text}: {mistakes:?}");
    ast.unwrap()
}

#[test]
fn operators_group_as_documented() {
    for (text, expected) in [
        ("-x^2", "(-(x ^ 2))"),
        ("2^-1", "(2 ^ (-1))"),
        ("2^-x^2", "(2 ^ (-(x ^ 2)))"),
        ("2^3^2", "(2 ^ (3 ^ 2))"),
        ("x.^y.^z", "(x .^ (y .^ z))"),
        ("a - b - c", "((a - b) - c)"),
        ("a/b/c", "((a / b) / c)"),
        ("a/b*c", "((a / b) * c)"),
        ("-a*b", "((-a) * b)"),
        ("a*-b", "(a * (-b))"),
        ("a + b*c", "(a + (b * c))"),
        ("a .* b * c", "((a .* b) * c)"),
        ("x'*A*x", "(((x') * A) * x)"),
        ("A'^2", "((A') ^ 2)"),
        ("A^2'", "(A ^ (2'))"),
        ("x''", "((x')')"),
        ("a + b <= c*d", "((a + b) <= (c * d))"),
        ("a == b + c", "(a == (b + c))"),
        ("2.^x", "(2 .^ x)"),
        ("2.*x", "(2 .* x)"),
        ("2./x", "(2 ./ x)"),
        ("2.5.*x", "(2.5 .* x)"),
        ("2.-x", "(2 .- x)"),
        ("1.+x", "(1 .+ x)"),
        (".5*x", "(0.5 * x)"),
        ("2.*3.", "(2 .* 3)"),
        ("--x", "(-(-x))"),
        ("+x", "x"),
        ("a-1", "(a - 1)"),
        ("a .- b' .+ c", "((a .- (b')) .+ c)"),
    ] {
        assert_eq!(grouped(&read(text)), expected, "{text}");
    }
}

#[test]
fn printing_is_canonical() {
    for (text, expected) in [
        ("2*A'*(A*x-b)", "2*A'*(A*x - b)"),
        ("-X'*(y.*sigmoid(-(y.*(X*w))))", "-X'*(y .* sigmoid(-(y .* (X*w))))"),
        ("((x))+((y))", "x + y"),
        ("(a*b)*c", "a*b*c"),
        ("a*(b*c)", "a*(b*c)"),
        ("(a+b)+c", "a + b + c"),
        ("a+(b+c)", "a + (b + c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("(a+b)*c-d", "(a + b)*c - d"),
        ("((a+b)*c)^2", "((a + b)*c)^2"),
        ("(x^2)^3", "(x^2)^3"),
        ("x^(2^3)", "x^2^3"),
        ("(-x)^2", "(-x)^2"),
        ("-(x^2)", "-x^2"),
        ("(-a)*b", "-a*b"),
        ("-(a*b)", "-(a*b)"),
        ("(A*B)'", "(A*B)'"),
        ("(A')'", "A''"),
        ("(a<b)==c", "(a < b) == c"),
        ("sum( X , 1 )", "sum(X, 1)"),
        ("max(X, axis = 2)", "max(X, axis=2)"),
        ("[1,2;3,4]", "[1, 2; 3, 4]"),
        ("[x';y']", "[x'; y']"),
        ("X[1:3,:]", "X[1:3, :]"),
        ("x[end:-1:1]", "x[end:-1:1]"),
        ("x[ n-1 ]", "x[n - 1]"),
        ("(A*x)[2]", "(A*x)[2]"),
        ("p*q where p=1,q=p+1", "p*q where p = 1, q = p + 1"),
        ("2*(p where p = 1)", "2*(p where p = 1)"),
        ("einsum(\"ij,jk->ik\",A,B)", "einsum(\"ij,jk->ik\", A, B)"),
        ("'\"-\"-'", "'\"-\"-'"),
        ("where(a<b, a, b)", "where(a < b, a, b)"),
        ("0.10", "0.1"),
        ("1e-3", "0.001"),
        ("1e20", "1e20"),
        ("1.5e-12", "1.5e-12"),
        ("123456", "123456"),
        ("\u{3bb}*x", "lambda*x"),
        ("\u{3a3}(x)", "sum(x)"),
        ("\u{3a3} + 1", "Sigma + 1"),
        ("\u{2016}A*x - b\u{2016}\u{b2}", "norm2(A*x - b)^2"),
        ("\u{2016}w\u{2016}\u{2081}", "norm1(w)"),
        ("||A*x - b||^2", "norm2(A*x - b)^2"),
        ("||w||_1 + ||v||_2 + ||u||_inf + ||X||_F^2", "norm1(w) + norm2(v) + norminf(u) + normfro(X)^2"),
        ("| |x| - |y| |", "abs(abs(x) - abs(y))"),
        ("|x|", "abs(x)"),
        ("x \u{2299} y", "x .* y"),
        ("a \u{2264} b", "a <= b"),
        ("a \u{b7} b \u{d7} c", "a*b*c"),
        ("A\u{207b}\u{b9}", "A^-1"),
        ("A\u{1d40}*x", "A'*x"),
        ("\u{3b8}\u{2081}", "theta_1"),
        ("x # a comment", "x"),
        ("x\n  + y", "x + y"),
    ] {
        let ast = read(text);
        assert_eq!(print(&ast), expected, "{text}");
        assert_eq!(read(expected), ast, "{text}");
    }
}

#[test]
fn numbers_are_exact() {
    let value = |text: &str| match &read(text).node {
        AstNode::Number(r) => r.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(value("0.1"), "1/10");
    assert_eq!(value("1e-3"), "1/1000");
    assert_eq!(value("2.50"), "5/2");
    assert_eq!(value("1E+2"), "100");
    assert_eq!(value("12345678901234567890"), "12345678901234567890");
}

#[test]
fn a_greek_name_is_its_ascii_name() {
    assert_eq!(read("\u{3b1}*\u{3c3}\u{b2} + \u{394}x"), read("alpha*sigma^2 + Deltax"));
}
