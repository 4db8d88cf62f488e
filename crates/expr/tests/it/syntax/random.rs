//! Whatever the text, reading ends without a panic; what is printed is read as it was.

use gradus_expr::Rational;
use gradus_expr::syntax::{
    Ast, AstNode, BinaryOp, Scope, Subscript, parse_expression, parse_file, print, read_problem, render_all,
};
use proptest::prelude::*;

const PIECES: [&str; 74] = [
    "x",
    "y",
    "A",
    "B",
    "lambda",
    "n",
    "1",
    "2",
    "0.5",
    "1e3",
    "+",
    "-",
    "*",
    "/",
    "^",
    ".+",
    ".-",
    ".*",
    "./",
    ".^",
    "'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    "=",
    "==",
    "<=",
    ">=",
    "<",
    "!=",
    "\n",
    " ",
    "sum(",
    "exp(",
    "log(",
    "norm2(",
    "where",
    "where p = ",
    "data ",
    "var ",
    "param ",
    "let ",
    "def f(x) = ",
    "minimize ",
    "subject to ",
    "from @iris",
    "start ",
    "symmetric",
    "in ",
    "\"ab",
    "\"",
    "@",
    "#",
    "|",
    "\u{2016}",
    "\u{3bb}",
    "\u{b2}",
    "max(",
    "axis=1",
    "inv(",
    "diag(",
    "end",
    "einsum(\"ij->\", ",
    "X[1:2, :]",
    "[1, 2]",
    ".",
    "\u{0}",
    "\u{1f600}",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|p| p.concat())
}

fn everything(text: &str) {
    let (ast, _) = parse_expression(text);
    if let Some(ast) = ast {
        let _ = print(&ast);
    }
    let _ = parse_file(text);
    for d in [Scope::new().expression(text).err(), read_problem(text).err(), Scope::new().declare(text).err()]
    {
        let d = d.unwrap_or_default();
        assert!(d.iter().all(|d| d.span.start <= d.span.end && d.span.end <= text.len()), "{d:?}");
        let _ = render_all(&d, text, "soup");
    }
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&["x", "y", "A", "lambda", "w_1", "n"][..]).prop_map(str::to_owned)
}

fn notation() -> impl Strategy<Value = Ast> {
    let leaf = prop_oneof![
        name().prop_map(|n| Ast::name(&n)),
        (0i64..100_000, 0u32..12).prop_map(|(k, places)| {
            let ten = num_bigint::BigInt::from(10).pow(places);
            Ast::new(AstNode::Number(Rational::new(k.into(), ten)))
        }),
    ];
    leaf.prop_recursive(5, 60, 3, |inner| {
        let ops = prop::sample::select(
            &[
                BinaryOp::Add,
                BinaryOp::Sub,
                BinaryOp::Mul,
                BinaryOp::Div,
                BinaryOp::Pow,
                BinaryOp::DotAdd,
                BinaryOp::DotSub,
                BinaryOp::DotMul,
                BinaryOp::DotDiv,
                BinaryOp::DotPow,
                BinaryOp::Less,
                BinaryOp::LessEqual,
                BinaryOp::Greater,
                BinaryOp::GreaterEqual,
                BinaryOp::Equal,
                BinaryOp::NotEqual,
            ][..],
        );
        prop_oneof![
            4 => (ops, inner.clone(), inner.clone()).prop_map(|(op, l, r)| Ast::binary(op, l, r)),
            1 => inner.clone().prop_map(|x| Ast::new(AstNode::Neg(Box::new(x)))),
            1 => inner.clone().prop_map(|x| Ast::new(AstNode::Transpose(Box::new(x)))),
            1 => (name(), prop::collection::vec(inner.clone(), 1..3)).prop_map(|(f, a)| Ast::call(&f, a)),
            1 => prop::collection::vec(prop::collection::vec(inner.clone(), 1..3), 1..3)
                .prop_map(|r| Ast::new(AstNode::Rows(r))),
            1 => (inner.clone(), name(), inner.clone())
                .prop_map(|(b, n, v)| Ast::new(AstNode::Where(Box::new(b), vec![(n, v)]))),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(x, i, j)| {
                let range = Subscript::Range { from: i.clone(), step: None, to: j };
                Ast::new(AstNode::Subscript(Box::new(x), vec![Subscript::At(i), Subscript::All, range]))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup_never_panics(text in soup()) {
        everything(&text);
    }

    #[test]
    fn arbitrary_characters_never_panic(text in "\\PC{0,80}") {
        everything(&text);
    }

    #[test]
    fn mutated_problems_never_panic(at in 0usize..300, remove in 0usize..12, piece in prop::sample::select(&PIECES[..])) {
        let text = "data X : [n, d] = columns(a, b)\ndata y : [n] in {-1, 1}\nparam \u{3bb} = 0.1 >= 0\nvar w : [d]\n\
            def f(t) = log(1 + exp(-t))\nlet m = y .* (X*w)\nminimize sum(f(m))/n + \u{3bb}/2*norm2(w)^2\n\
            subject to sum(w) == 1, w >= 0";
        let chars: Vec<char> = text.chars().collect();
        let at = at.min(chars.len());
        let rest = (at + remove).min(chars.len());
        let mutated: String =
            chars[..at].iter().copied().chain(piece.chars()).chain(chars[rest..].iter().copied()).collect();
        everything(&mutated);
    }

    #[test]
    fn what_is_printed_is_read_as_it_was(ast in notation()) {
        let text = print(&ast);
        let (again, mistakes) = parse_expression(&text);
        prop_assert!(mistakes.is_empty(), "{text}: {mistakes:?}");
        prop_assert_eq!(again, Some(ast), "{}", text);
    }
}
