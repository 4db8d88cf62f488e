//! Bad input: a clear message with its place and what to do, status 3, nothing on standard output.

use crate::{file, gradus};

/// Arguments, and parts of the message.
fn refused(args: &[&str], parts: &[&str]) {
    let run = gradus(args);
    assert!(run.status == 3 && run.out.is_empty(), "{args:?}: status {}\n{}{}", run.status, run.out, run.err);
    for part in parts {
        assert!(run.err.contains(part), "{args:?} lacks {part:?}:\n{}", run.err);
    }
}

#[test]
fn formulas() {
    for (args, parts) in [
        (
            &["derive", "lgo(x)"][..],
            &["there is no function `lgo`", "1 | lgo(x)", "^^^", "did you mean `log`?"][..],
        ),
        (
            &["derive", "A*x + A", "-d", "A : [m, n]; x : [n]", "--wrt", "x"],
            &["`+` needs equal shapes", "[m, n]"],
        ),
        (&["eval", "log(-1)"], &["the logarithm needs a positive number", "EXPR:1:5"]),
        (&["derive", "norm2(A*x - b", "--wrt", "x"], &["never closed"]),
        (&["derive", ""], &["there is no expression"]),
        (&["equal", "x +", "y"], &["first EXPR:1:4"]),
        (&["equal", "x", "y +"], &["second EXPR:1:4"]),
        (&["derive", "x", "-d", "x : [n"], &["never closed", "-d:1:5"]),
        (&["derive", "x", "-d", "x : [m, n] symmetric"], &["only a square matrix is symmetric"]),
    ] {
        refused(args, parts);
    }
}

#[test]
fn variables() {
    for (args, parts) in [
        (&["derive", "A*x", "--wrt", "z"][..], &["there is no `z`", "`A` and `x`"][..]),
        (&["derive", "A*x", "--wrt", "m"], &["sizes have no derivatives"]),
        (&["derive", "A*x", "--wrt", "A+x"], &["needs the name of a variable"]),
        (&["derive", "A*x", "--wrt", ""], &["error: "]),
        (&["derive", "A*x"], &["choose with `--wrt` from `A` and `x`"]),
        (&["derive", "A*x", "--wrt", "x,x"], &["named twice"]),
        (&["derive", "3"], &["no variable"]),
        (&["derive", "a*b*c*d*f*g*h", "--wrt", "a,b,c,d,f,g,h", "-k", "8"], &["more than 64 derivatives"]),
    ] {
        refused(args, parts);
    }
}

#[test]
fn data() {
    let nan = file("nan.csv", "a,b\n1,2\n3,nan\n5,6\n");
    let empty = file("empty.csv", "");
    let ragged = file("ragged.csv", "a,b\n1,2\n3\n");
    for (source, parts) in [
        (format!("x={nan}:b"), &["row 2 (line 3), column `b`", "missing"][..]),
        (format!("x={nan}"), &["row 2 (line 3), column `b`"]),
        (format!("x={nan}:c"), &["no column `c`"]),
        (format!("x={empty}"), &["empty"]),
        (format!("x={ragged}:a"), &["line 3"]),
        ("x=missing.csv".into(), &["cannot read `missing.csv`"]),
        ("x=missing.csv:a".into(), &["cannot read `missing.csv`"]),
        ("x=@nil:volume".into(), &["did you mean `nile`?"]),
        ("x=@nile:volum".into(), &["did you mean `volume`?"]),
        ("x=@iris:species".into(), &["`setosa` is not a number"]),
        ("x=@iris:code(species)".into(), &["`codes(c)`"]),
        ("x=[1,2".into(), &["never closed"]),
        ("x=[[1,2],[3]]".into(), &["row 2 of `x` has 1 entries, the first has 2"]),
        ("x=1,2,3".into(), &["`--data x=[1,2,3]`"]),
        ("x=(1, 2)".into(), &["`--data x=[1, 2]`"]),
        ("x=[1 2 3]".into(), &["a comma is missing"]),
        ("x=[1,NaN]".into(), &["`NaN` in the value of `x` is not a finite number"]),
        ("x=nan".into(), &["is not a finite number"]),
        ("x=1e400".into(), &["is not a finite number"]),
        ("x=nile:volume".into(), &["`@nile:volume`"]),
        ("x=heights:h".into(), &["there is no file `heights`"]),
        ("x=foo".into(), &["neither a file nor a number"]),
        ("x=".into(), &["gives no value"]),
        ("x".into(), &["has no `=`"]),
        ("1=2".into(), &["not a name"]),
        ("y=1".into(), &["there is no `y` in this expression"]),
    ] {
        refused(&["eval", "sum(x)", "--data", &source], parts);
    }
    refused(&["eval", "A*x", "-D", "A=[1,2;3,4]"], &["`x` has no value", "--data x="]);
    refused(&["eval", "A*x", "-D", "A=[1,2;3,4]", "-D", "x=[1,2,3]"], &["inner sizes", "[2, 2]", "[3]"]);
    refused(&["eval", "A*x", "-d", "A:[m,n]; x:[n]", "-D", "A=[1,2;3,4]", "-D", "x=[1,2,3]"], &["n = "]);
    refused(&["eval", "x", "-D", "x=1", "-D", "x=2"], &["given twice"]);
    refused(&["data", "describe", "penguin"], &["did you mean `penguins`?"]);
    refused(&["data", "describe", "nowhere.csv"], &["cannot read `nowhere.csv`"]);
    refused(&["data", "show", "iris", "--columns", "speces"], &["did you mean `species`?"]);
    refused(&["data", "list", "zebra"], &["`zebra`"]);
}

#[test]
fn problems() {
    let five = file("five.gr", "var x : [n\nlet y = lgo(x) + sni(x)\nminimize sum(y) + foo + (x\n");
    let run = gradus(&["solve", &five]);
    assert_eq!(run.status, 3, "{}", run.out);
    assert!(run.err.matches("error: ").count() >= 4, "{}", run.err);
    let unbounded = file("unbounded.gr", "var x : scalar\nminimize -x^2 + x\n");
    let run = gradus(&["solve", &unbounded]);
    assert!(run.status == 1 || run.status == 2, "{}: {}{}", run.status, run.out, run.err);
    let outside = file("outside.gr", "var x : scalar\nstart x = -1\nminimize x - log(x)\n");
    let run = gradus(&["solve", &outside]);
    assert!(run.status > 0, "{}{}", run.out, run.err);
    for (name, text, part) in [
        ("novariable.gr", "data x = 1\nminimize x^2\n", "variable"),
        ("empty.gr", "", "minimize"),
        (
            "missing.gr",
            "data x : [n] = load(\"missing.npy\")\nvar a : scalar\nminimize sum((x - a).^2)\n",
            "missing.npy",
        ),
        (
            "nested.gr",
            &format!("var x : scalar\nminimize {}x{}\n", "(".repeat(10_000), ")".repeat(10_000)),
            "nesting",
        ),
    ] {
        refused(&["solve", &file(name, text)], &[part]);
    }
    refused(&["solve", "nowhere.gr"], &["cannot read `nowhere.gr`"]);
}

#[test]
fn commands() {
    for (args, parts) in [
        (&["derve", "x^2"][..], &["unrecognized subcommand", "'derive'"][..]),
        (&["x^2 + 1"], &["to differentiate a formula: gradus derive"]),
        (&["fit.gr"], &["gradus solve fit.gr"]),
        (&["derive"], &["<EXPR>"]),
        (&["derive", "x", "--wtr", "x"], &["--wrt"]),
        (&["derive", "x", "--wrt", "x", "y"], &["`--wrt x,y`"]),
        (&["eval", "x", "--data", "x", "3"], &["`--data x=3`"]),
        (&["plot", "x^2"], &["gradus eval EXPR --plot"]),
        (&["hessian", "x^2"], &["--order 2"]),
        (&["derive", "--help-me"], &["there is no option `--help-me`"]),
        (&["solve", "heights.csv"], &["`heights.csv` is data, not a problem"]),
        (&["derive", "x^2", "--latex"], &["`--format latex`"]),
        (&["derive", "x^2", "--by", "x"], &["`--wrt x`"]),
        (&["solve", "fit.gr", "-d", "x : [n]"], &["declares its own names"]),
        (&["derive", "x", "--order", "0"], &["--order"]),
        (&["derive", "x", "--format", "word"], &["text, latex, numpy, jax, rust, json"]),
        (&["derive", "x", "--from", "1"], &["--plot"]),
        (&["completions", "klingon"], &["bash"]),
    ] {
        refused(args, parts);
    }
}
