//! Whatever is typed, the command answers: no panic, no hang, no overflow of the stack.

use crate::{gradus, with_input};
use std::time::{Duration, Instant};

const HOSTILE: &[&str] = &[
    "",
    " ",
    "-",
    "--",
    "---",
    "'",
    "''''",
    "\"",
    "(",
    ")",
    "[",
    "]",
    "[;]",
    "[,]",
    "[]",
    "{}",
    "@",
    "@nile",
    "#",
    "\\",
    "x'''''''''''",
    "x^",
    "^x",
    "x^x^x^x^x^x",
    "x..^2",
    "2.^x",
    "1e999",
    "1e-999",
    "0.0000000000000000000000000000000000000000000000000000000000000001^99",
    "9^9^9^9",
    "2^(2^(2^(2^30)))",
    "x^99999999999999999999",
    "x^(1/99999999999999999999)",
    "0/0",
    "0^0",
    "0^-1",
    "1/(x - x)",
    "inf",
    "nan",
    "pi",
    "e",
    "e^e",
    "x\0y",
    "x\u{202e}y",
    "\u{feff}x",
    "\u{1d465}",
    "∇f",
    "‖x‖",
    "Σ",
    "αβγ",
    "x = y",
    "x == y",
    "x < y < z",
    "let x = 1",
    "minimize x",
    "x where x = x",
    "x where",
    "f(f(f(f)))",
    "sum",
    "sum()",
    "sum(,)",
    "sum(x, 99)",
    "sum(x, axis=x)",
    "einsum(\"ij,jk->ik\", A, B)",
    "einsum(\"\", x)",
    "einsum(\"ii->\", A)",
    "x[0]",
    "x[-1]",
    "x[1:0]",
    "x[99999999999999999999]",
    "x[1,2,3,4,5,6,7,8,9]",
    "x[x[x[x]]]",
    "ones(1000000000000)",
    "ones(100000, 100000)",
    "zeros(0)",
    "eye(0)",
    "reshape(x, 0, 0)",
    "kron(A, kron(B, A))",
    "kron(A, kron(A, kron(A, A)))",
    "inv(inv(inv(A)))",
    "det(det(x))",
    "logdet(-eye(3))",
    "cholesky(-eye(3))",
    "inv(zeros(3, 3))",
    "argmax(x) + argmin(x)",
    "prod(x)^0.5",
    "norm2(x - x)",
    "where(x, y, z)",
    "clamp(x, 1, 0)",
    "lgamma(0)",
    "digamma(-1)",
    "softmax(softmax(softmax(x)))",
    "cumsum(cumsum(x))",
];

#[test]
fn hostile_strings_are_answered() {
    for text in HOSTILE {
        // A zero byte cannot be an argument; it comes on standard input.
        let run = |args: &[&str]| {
            let start = Instant::now();
            let args: Vec<&str> = args.iter().map(|a| if a.contains('\0') { "-" } else { a }).collect();
            let run = with_input(&args, text.as_bytes());
            assert!((0..=3).contains(&run.status), "{args:?}: {}", run.status);
            assert!(start.elapsed() < Duration::from_secs(30), "{args:?} took {:?}", start.elapsed());
        };
        run(&["derive", text]);
        run(&["eval", text]);
        run(&["simplify", text]);
        run(&["facts", text]);
        run(&["check", text, "--points", "1"]);
        run(&["equal", text, "1"]);
        run(&["equal", text, "x"]);
        if !text.contains('\0') {
            run(&["derive", "x", "-d", text]);
            run(&["derive", "x", "--wrt", text]);
            run(&["eval", "x", "--data", text]);
            run(&["eval", "x", "--data", &format!("x={text}")]);
            run(&["data", "describe", text]);
            // `gradus --` is the command without arguments, which serves the Lab until it is stopped.
            if *text != "--" {
                run(&[text]);
            }
        }
    }
}

#[test]
fn sizes_that_nothing_could_hold_are_refused_in_words() {
    let start = Instant::now();
    let run = gradus(&["equal", "ones(1000000000000)", "x"]);
    let words = "no random point could be tried: `x` has more than 1048576 entries";
    assert!(run.status == 2 && run.out.contains(words), "{}{}", run.out, run.err);
    for text in [
        "ones(1000000000000)",
        "sum(ones(1000000000000))",
        "exp(ones(1000000000000))",
        "ones(100000, 100000) + eye(100000)",
    ] {
        let run = gradus(&["eval", text]);
        assert!(run.status == 3 && run.err.contains("more than the limit"), "{text}: {}{}", run.out, run.err);
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn nested_kronecker_products_are_quick() {
    let start = Instant::now();
    let text = "kron(A, kron(A, kron(A, A)))";
    let run = gradus(&["derive", text, "--wrt", "A"]);
    assert_eq!(run.status, 0, "{}", run.err);
    // Van Loan (2000), The ubiquitous Kronecker product: it is associative.
    let run = gradus(&["equal", text, "kron(kron(kron(A, A), A), A)"]);
    assert_eq!((run.status, run.first()), (0, "Equal"), "{}", run.err);
    let run = gradus(&["eval", &format!("sum({text})"), "-D", "A=[1,2;3,4]"]);
    assert_eq!(run.out, "10000\n", "the fourth power of the sum of A: {}", run.err);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn deep_and_wide_input_is_answered() {
    let n = 10_000;
    for text in [
        "(".repeat(n) + "x" + &")".repeat(n),
        "(".repeat(n),
        ")".repeat(n),
        "[".repeat(n),
        "sin(".repeat(n) + "x" + &")".repeat(n),
        "-".repeat(n) + "x",
        "x".to_owned() + &"'".repeat(n),
        "x".to_owned() + &"^2".repeat(n),
        "x".to_owned() + &"+x".repeat(10 * n),
        "x".to_owned() + &"*x".repeat(n),
        "x".repeat(10 * n),
        "9".repeat(10 * n),
    ] {
        let run = with_input(&["derive", "-"], text.as_bytes());
        assert!(run.status == 0 || run.status == 3, "{}: {}", &text[..20], run.status);
        assert!(run.err.len() < 20_000, "{}: {} bytes of errors", &text[..20], run.err.len());
    }
    let run = with_input(&["derive", "-"], &[0xff, 0xfe, 0x00]);
    assert!(run.status == 3 && run.err.contains("UTF-8"), "{}", run.err);
}

#[test]
fn one_line_with_five_mistakes_shows_them_all() {
    let run = gradus(&["derive", "lgo(x) + sni(x) + csc(x) + foo(x) + bra(x)"]);
    assert_eq!(run.err.matches("error: ").count(), 5, "{}", run.err);
}
