//! Problem files.

use gradus_expr::syntax::{Problem, Relation, Sense, TableSource, read_problem, render_all};
use gradus_expr::{Property, Role, show_shape};

#[track_caller]
fn read(text: &str) -> Problem {
    read_problem(text).unwrap_or_else(|d| panic!("{}", render_all(&d, text, "test.gr")))
}

const LOGISTIC: &str = "\
# The example of the front page.
from @breast_cancer
data   X : [n, d] = columns(radius, texture, smoothness)
data   y : [n] in {-1, 1} = 2*codes(diagnosis) - 3
param  \u{3bb} = 0.1 >= 0
var    w : [d]
let    m = y .* (X*w)

minimize   sum(log(1 + exp(-m))) / n
           + \u{3bb}/2 * \u{2016}w\u{2016}\u{b2}
subject to sum(w) == 1, w >= 0
";

#[test]
fn the_front_page_reads() {
    let p = read(LOGISTIC);
    assert_eq!(p.tables[0].source, TableSource::Bundled("breast_cancer".into()));
    assert!(!p.tables[0].drop_missing);
    let names: Vec<String> =
        p.declared.iter().map(|d| format!("{} {}", d.symbol.name, show_shape(&d.symbol.shape))).collect();
    assert_eq!(names, ["X [n, d]", "y [n]", "lambda []", "w [d]"]);
    assert!(p.declared[1].symbol.has(Property::Nonzero));
    assert!(p.declared[1].symbol.has(Property::Integer));
    assert!(p.declared[2].symbol.has(Property::Nonneg));
    assert_eq!(p.declared[0].table, Some(0));
    assert_eq!(format!("{:?}", p.declared[2].initial), "Some(0.1)");
    assert_eq!(p.with_role(Role::Var).count(), 1);
    assert_eq!(p.objective.as_ref().map(|o| o.0), Some(Sense::Minimize));
    assert_eq!(p.constraints.len(), 2);
    assert_eq!(p.constraints[0].relation, Relation::Equal);
    assert_eq!(p.constraints[1].text, "w >= 0");
    assert_eq!(p.lets[0].0, "m");
}

#[test]
fn other_forms_read() {
    let p = read(
        "from \"a.csv\" drop missing\ndata x = column(height)\nvar a, c\nstart a = 2\nminimize sum((x - a*exp(-c)).^2)",
    );
    assert!(p.tables[0].drop_missing);
    assert_eq!(p.tables[0].source, TableSource::File("a.csv".into()));
    assert_eq!(format!("{:?}", p.declared[1].initial), "Some(2)");
    assert_eq!(show_shape(&p.declared[0].symbol.shape), "[rows]");
    assert!(p.declared[1].symbol.shape.is_empty());

    let p = read("from @breast_cancer\ndata y = signs(diagnosis)\nvar b : scalar\nminimize sum((y - b).^2)");
    assert_eq!((p.declared[0].table, show_shape(&p.declared[0].symbol.shape)), (Some(0), "[rows]".into()));

    let p = read("var x : [n]\nmaximize -x'*x\nsubject to\n  sum(x) == 1\n  0 <= x <= 1\n");
    assert_eq!(p.constraints.len(), 3);
    assert_eq!(p.constraints[1].text, "0 <= x");
    assert_eq!(p.constraints[2].text, "x <= 1");

    let p = read(
        "def huber(r, k) = where(abs(r) <= k, r.^2/2, k*abs(r) - k^2/2)\ndata A : [m, n]\ndata b : [m]\n\
        var x : [n]\nminimize sum(huber(A*x - b, 1))",
    );
    assert!(p.objective.unwrap().1.is_scalar());

    let p = read("data X : [n, d]; var w; param t = [1, 2, 3]\nminimize norm2(X*w)^2 + sum(t)");
    assert_eq!(show_shape(&p.declared[1].symbol.shape), "[d]");
    assert_eq!(show_shape(&p.declared[2].symbol.shape), "[3]");

    let p = read("data C : [2, 2] = [1, 2;\n 3, 4]\nvar x : [2] = [1; 1]\nminimize x'*C*x where C = C + C'");
    assert!(p.objective.is_some());
}

#[test]
fn every_mistake_of_a_file_is_reported() {
    let text = "data A : [m, n] symetric\nvar x : [n]\nminimize sum(y) + lgo(x) + x*x + (x";
    let all = read_problem(text).unwrap_err();
    assert_eq!(all.len(), 5, "{}", render_all(&all, text, "f.gr"));
}

#[test]
fn mistakes_of_files() {
    for (text, message, help) in [
        ("mimimize 1", "there is no statement `mimimize`", "did you mean `minimize`?"),
        ("var x\nminimize 1\nminimize 2", "a problem has one objective", ""),
        ("var x : [n]\nminimize x", "the objective is a scalar, but this is [n]", "sum(...)"),
        ("var x : [n]\nminimize sum(x)\nsubject to x < 1", "a constraint cannot be `<`", "<="),
        ("var x : [n]\nminimize sum(x)\nsubject to x", "a constraint compares two sides", "<="),
        ("var x : [n]\ndata b : [m]\nminimize sum(x)\nsubject to x <= b", "have shapes [n] and [m]", ""),
        ("data x = column(a)", "there is no table to read columns from", "from @name"),
        ("var x : [n]\nvar x : [n]", "`x` is declared twice", ""),
        ("var n : [n]", "`n` is already the name of a size", ""),
        ("var x\nstart y = 1", "there is no variable `y`", ""),
        ("param p = 1\nstart p = 1", "`p` is no variable", ""),
        ("def f(x) = f(x)\nvar a\nminimize f(a)", "`f` uses itself", ""),
        ("def f(x) = x + q\nvar a : []\nminimize f(a)", "there is no `q` here", ""),
        ("def f(x) = x\nvar a : []\nminimize f(a, a)", "`f` takes 1 argument, not 2", ""),
        ("var weight : [n]\nminimize sum(wieght)", "there is no `wieght` here", "did you mean `weight`?"),
        ("let a == 3", "`=` is expected after `a`", "one `=`"),
        ("var x : []\nmin x^2", "there is no statement `min`", "did you mean `minimize`?"),
        ("variable x", "there is no statement `variable`", "did you mean `var`?"),
        ("var x : []\nsuch that x == 1", "there is no statement `such`", "did you mean `subject to`?"),
        ("var x : []\nminimize: x^2", "no `:` follows `minimize`", "remove it"),
        ("var x : []\nsubject to x = 1", "an equation is written with `==`", "write `==`"),
        ("var x : []  // unknown", "`//` starts no comment", "`#`"),
        ("% a fit", "`%` starts no comment", "`#`"),
        ("from banana", "a table is expected", "`from @banana`"),
        ("from 3", "a table is expected", "`from @name`"),
        ("x = 3", "there is no statement `x`", "let x = ..."),
        ("x : [n]", "there is no statement `x`", "var x"),
    ] {
        let all = read_problem(text).expect_err(text);
        let found = all
            .iter()
            .any(|d| d.message.contains(message) && d.help.as_deref().unwrap_or_default().contains(help));
        assert!(found, "{}", render_all(&all, text, "f.gr"));
        assert!(all.len() == 1 || text.contains("x = 1"), "{}", render_all(&all, text, "f.gr"));
    }
    // The mark that some editors write at the start.
    assert_eq!(read("\u{feff}var x : []\r\nminimize (x-1)^2\r\n").declared.len(), 1);
}

/// The shapes of the names that a problem declares without one.
#[track_caller]
fn shapes(text: &str) -> String {
    let p = read(text);
    let open = p.declared.iter().filter(|d| d.symbol.role != Role::Data);
    let all: Vec<String> =
        open.map(|d| format!("{} {}", d.symbol.name, show_shape(&d.symbol.shape))).collect();
    all.join(", ")
}

#[test]
fn a_variable_without_a_shape_is_a_scalar_where_that_agrees() {
    const DATA: &str = "data X : [n, d]; data x, y, t : [n]; data C : [n, n]; data k : [n] integer\n";
    for (text, expected) in [
        // An intercept is one number, not one for each row.
        ("var w, b; minimize norm2(y - X*w - b)^2", "w [d], b []"),
        ("var b, w; minimize norm2(y - b - X*w)^2", "b [], w [d]"),
        ("var a, b; minimize sum((y - a - b*x).^2)", "a [], b []"),
        ("var a, b; minimize sum((y - a - x*b).^2)", "a [], b []"),
        ("var m; minimize sum((y - m).^2)", "m []"),
        ("var m; minimize norm1(y .- m)", "m []"),
        ("var m, s > 0; minimize sum(((y - m)/s).^2)/2 + n*log(s)", "m [], s []"),
        ("var A, k1; minimize sum((y - A*exp(-k1*t)).^2)", "A [], k1 []"),
        ("var a, c; param s; minimize sum((y - a*exp(-c*t)).^2)*s", "a [], c [], s []"),
        ("var b; let r = y - b; minimize r'*r", "b []"),
        ("def loss(r) = sum(r.^2)\nvar b; minimize loss(y - b)", "b []"),
        ("var b = 3; minimize sum((y - b).^2)", "b []"),
        ("var b; start b = 2 + 1; minimize sum((y - b).^2)", "b []"),
        ("var x1, x2; minimize (1 - x1)^2 + 100*(x2 - x1^2)^2", "x1 [], x2 []"),
        ("var w; minimize sum(exp(w)) - w", "w []"),
        // Where a scalar does not agree, use says what it is.
        ("var w; minimize norm2(y - X*w)^2 + norm1(w)", "w [d]"),
        ("var w = 0; minimize norm2(y - X*w)^2", "w [d]"),
        ("param s; var w; minimize norm2(y - X*w)^2 + s'*s", "s [m], w [d]"),
        ("var u; minimize norm2(X'*u)^2", "u [n]"),
        ("var u; minimize u'*C*u", "u [n]"),
        ("var u; minimize dot(u, y)", "u [n]"),
        ("var u; minimize u[1]^2 + sum(y .* u)", "u [n]"),
        ("var u; minimize sum((y - u[k]).^2)", "u [m]"),
        ("var S; minimize trace(S*C) - logdet(S)", "S [n, n]"),
        ("var S psd; minimize normfro(C - S)^2", "S [n, n]"),
        ("var p simplex; minimize norm2(y - p)^2", "p [n]"),
        ("var u = [1, 2, 3]; minimize sum(u.^2)", "u [3]"),
        ("var u; start u = [1, 2, 3]; minimize sum(u.^2)", "u [3]"),
        ("var u = ones(4); minimize sum(u.^2)", "u [4]"),
        ("var u = zeros(n); minimize sum(y + u)", "u [n]"),
        ("var u = X'*y; minimize sum(u.^2)", "u [d]"),
        ("param s = ones(n); var b; minimize sum(s .* (y - b).^2)", "s [n], b []"),
        // Matrices that are multiplied; that their inner size is not known is said when they are bound.
        ("var W, H; minimize normfro(X - W*H)^2", "W [n, m], H [m, d]"),
        ("var W; minimize normfro(C - X*W)^2", "W [d, n]"),
    ] {
        assert_eq!(shapes(&format!("{DATA}{text}")), expected, "{text}");
    }
}

#[test]
fn a_lower_case_variable_does_not_become_a_matrix_to_make_sizes_agree() {
    let text = "data x = [1, 2, 3]; data y = [1, 2]; var a; minimize sum((y - a*x).^2)";
    let all = read_problem(text).unwrap_err();
    assert!(all[0].message.contains("`-` needs equal shapes"), "{}", render_all(&all, text, "f.gr"));
}

#[test]
fn a_file_in_the_wrong_place_is_one_mistake() {
    let rest = "\nvar b : scalar\nminimize sum((h - b).^2)";
    for (line, place, message, help) in [
        ("from heights.csv", "heights.csv", "needs quotes", "write `from \"heights.csv\"`"),
        (
            "from ./data/heights-2.csv drop missing",
            "./data/heights-2.csv",
            "needs quotes",
            "heights-2.csv\"`",
        ),
        ("from heights.data", "heights.data", "needs quotes", "`from \"heights.data\"`"),
        ("from ../heights", "../heights", "needs quotes", "`from \"../heights\"`"),
        (
            "from \u{201c}heights.csv\u{201d}",
            "\u{201c}heights.csv\u{201d}",
            "these quotes are not straight",
            "\"...\"",
        ),
        ("from penguins", "penguins", "a table is expected, not `penguins`", "`from @penguins`"),
    ] {
        let text = format!("{line}\ndata h = column(h){rest}");
        let all = read_problem(&text).expect_err(line);
        let shown = render_all(&all, &text, "f.gr");
        assert_eq!(all.len(), 1, "{shown}");
        assert_eq!(&text[all[0].span.start..all[0].span.end], place, "{shown}");
        assert!(all[0].message.contains(message), "{shown}");
        assert!(all[0].help.as_deref().unwrap_or_default().contains(help), "{shown}");
    }
    for (line, message, help) in [
        ("data h from heights.csv", "`from` stands on a line of its own", "below it `data h = column(h)`"),
        ("data h from \"heights.csv\" drop missing", "stands on a line of its own", "`from \"heights.csv\"`"),
        ("data h : [n] from @penguins", "stands on a line of its own", "write `from @penguins`"),
        ("data h = column(h) from \"heights.csv\"", "stands on a line of its own", "`from \"heights.csv\"`"),
        ("data h = heights.csv", "a file is no value", "and here `h = column(h)`"),
        ("data h = heights.csv:height", "a file is no value", "and here `h = column(height)`"),
        ("data h = \"heights.csv\"", "a file is no value", "`from \"heights.csv\"`"),
        ("data h = heights.npy", "a file is no value", "write `load(\"heights.npy\")`"),
        ("data h = load(heights.npy)", "the name of a file needs quotes", "write `\"heights.npy\"`"),
        ("data h = load(data/h.npy)", "the name of a file needs quotes", "write `\"data/h.npy\"`"),
    ] {
        let text = format!("{line}{rest}");
        let all = read_problem(&text).expect_err(line);
        let shown = render_all(&all, &text, "f.gr");
        assert_eq!(all.len(), 1, "{shown}");
        assert!(all[0].message.contains(message), "{shown}");
        assert!(all[0].help.as_deref().unwrap_or_default().contains(help), "{shown}");
    }
    // A quote after `from` opens a name; everywhere else it transposes.
    assert!(matches!(&read("from 'a b.csv'").tables[0].source, TableSource::File(f) if f == "a b.csv"));
}

#[test]
fn an_unclosed_bracket_costs_one_line() {
    let text = "var x : [n]\nlet a = (x\nvar y : [n]\nminimize sum(x + y) + sum(q)";
    let all = read_problem(text).unwrap_err();
    assert_eq!(all.len(), 2, "{}", render_all(&all, text, "f.gr"));
}

#[test]
fn an_empty_file_is_an_empty_problem() {
    assert!(read("").objective.is_none());
    assert!(read("\n\n# nothing\n").declared.is_empty());
}
