//! Exported pages and notebooks.

use crate::id;
use gradus_notebook::{Bundled, Document, Limits, Output, Session, Shown, html, jupyter};
use serde_json::Value;
use std::sync::Arc;

const TEXT: &str = "# Least squares & <friends>\n\nThe loss $\\frac{1}{2} r^2$ of `b`.\n\n\
```gr id=data\ndata A = [1, 0; 1, 1; 1, 2]\ndata b = [1, 2, 4]\nparam lambda = 0.5\n```\n\n\
```gr id=loss\nx : [2]\nloss = norm2(A*x - b)^2 + lambda*norm2(x)^2\nderive loss wrt x\nderive loss wrt x order 2\n\
eval loss at x = [1, 2]\neval A'*b\neval sum(sin(s)*ones(3)) at s = 2\n```\n\n\
```gr id=asked\nequal norm2(x)^2 == x'*x\nplot exp(-t^2) for t in -3..3\ncheck loss wrt x\nvar w : [2]\nminimize norm2(A*w - b)^2\n\
g(u) = u^2\nsimplify g(v) + g(v)\n```\n\n\
```derivation id=chain\n(s + t)^2   # square\n= s^2 + 2*s*t + t^2\n= s^2 + t^2\n```\n\n\
```gr id=wrong\neval nothing_here +\n```\n\n```figure tangent-plane\na = 1\n```\n";

fn ran(text: &str) -> Session {
    let mut session = Session::new(Document::read(text), Limits::default(), Arc::new(Bundled));
    session.run(&mut ());
    session
}

/// Every element closed in its order, no script, and no address but in a namespace.
fn is_sound(page: &str) {
    let lower = page.to_lowercase();
    for word in [
        "<script",
        "javascript:",
        " onerror",
        " onload",
        " onclick",
        "<iframe",
        "<object",
        "src=\"http",
        "@import",
    ] {
        assert!(!lower.contains(word), "{word}");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(k) = rest.find('<') {
        rest = &rest[k + 1..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        let name = tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "{}",
                &page[..page.len() - rest.len()].chars().rev().take(200).collect::<String>()
            );
        } else if !tag.ends_with('/') && !tag.starts_with('!') && !["meta", "br", "hr", "img"].contains(&name)
        {
            open.push(name);
        }
        // Style sheets may hold `>`.
        rest = &rest[end..];
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_page_holds_everything_and_runs_nothing() {
    let page = html::page(&ran(TEXT));
    is_sound(&page);
    assert!(page.contains("<title>Least squares &amp; &lt;friends&gt;</title>"));
    for part in [
        "<mfrac>",
        "<svg",
        "class=\"cell gr done\" data-cell=\"loss\"",
        "proved",
        "refuted",
        "class=\"mistake\"",
        "<dl class=\"report\">",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The normal equations: w = (A'A)^-1 A'b = (5/6, 3/2).
    assert!(page.contains("<td>0.833333</td><td>1.5</td>"));
}

#[test]
fn what_a_reader_wrote_is_shown_and_not_run() {
    let evil = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1))\n\n\
                ![p](http://example.com/p.png) <a href=\"javascript:x\">x</a> [c](data:text/html,x) $\\text{<script>}$\n\n\
                <div onclick=\"x\">\n\n```gr id=a\neval \"</code></pre><script>alert(2)</script>\"\n```\n\n\
                ```gr id=b\n# <script>alert(3)</script>\n2 +* 3\n```\n\n```html\n<script>x</script>\n```\n\n\
                ```derivation\nt # <script>alert(4)</script>\n= t\n```\n[r]: javascript:alert(5)\n\n[r] <vbscript:x> <http://a.b/?\"onclick=x>\n";
    let page = html::page(&ran(evil));
    let lower = page.to_lowercase();
    for word in [
        "<script",
        "<a href=\"javascript",
        "<a href=\"data",
        "<a href=\"vbscript",
        "<img",
        "<div onclick",
        "src=\"http",
    ] {
        assert!(!lower.contains(word), "{word} in {page}");
    }
    assert!(page.contains("&lt;script&gt;alert(3)"));
}

#[test]
fn outputs_say_their_state() {
    let mut s = ran("```gr id=a\neval 1/3\n```\n");
    assert!(html::Writer::default().output(s.output(&id("a")), "").contains("0.333333"));
    s.set_source(&id("a"), "eval 2/3");
    let out = s.output(&id("a"));
    assert_eq!(html::state(out), "stale");
    assert!(html::Writer::default().output(out, "").contains("from before a change"));
    assert_eq!(
        html::Writer::default().output(&Output::Pending, ""),
        "<p class=\"pending\">not run yet</p>\n"
    );
}

#[test]
fn a_page_that_allows_no_styles_can_hold_the_fragments() {
    let session = ran(TEXT);
    let svg = |svg: String| {
        let (before, rest) = svg.split_once("<style>").unwrap();
        format!("{before}{}", rest.split_once("</style>").unwrap().1)
    };
    let writer = html::Writer::figures(&svg);
    let table = "| a | b | c |\n|:--|:-:|--:|\n| 1 | *2* | say style=\"x\" |\n\n$$\\begin{aligned}a&=b\\end{aligned}$$\n";
    let all: String =
        session.document().cells.iter().map(|c| writer.cell(c, session.output(&c.id))).collect();
    for html in [all, writer.prose(table)] {
        assert!(!html.contains("<style") && !html.replace("say style=", "").contains(" style="), "{html}");
    }
    let html = writer.prose(table);
    for part in [
        "<th class=\"left\">a</th>",
        "<td class=\"centre\"><em>2</em></td>",
        "<td class=\"right\">say style=",
        "<mtd class=\"right\">",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn large_values_are_elided_with_their_shape() {
    let s = ran("```gr id=a\neval ones(300, 40)\neval ones(1000)\n```\n");
    let html = html::Writer::default().output(s.output(&id("a")), "");
    assert!(html.contains("300 \u{d7} 40 numbers") && html.contains("1000 numbers"), "{html}");
    // 20 rows of 12 columns and an ellipsis each, and one row of the vector.
    assert_eq!((html.matches("<tr>").count(), html.matches("<td>").count()), (22, 21 * 13 + 13));
}

fn notebook() -> Value {
    serde_json::from_str(&jupyter(&ran(TEXT))).unwrap()
}

#[test]
fn a_notebook_is_of_format_4_5() {
    // nbformat 5.10, schema v4.5: required keys of the notebook and of its cells.
    let n = notebook();
    assert_eq!((&n["nbformat"], &n["nbformat_minor"]), (&4.into(), &5.into()));
    let mut names = Vec::new();
    for cell in n["cells"].as_array().unwrap() {
        let name = cell["id"].as_str().unwrap();
        assert!(!name.is_empty() && name.len() <= 64);
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{name}");
        names.push(name);
        assert!(cell["metadata"].is_object() && cell["source"].is_array());
        match cell["cell_type"].as_str().unwrap() {
            "code" => {
                assert!(cell["outputs"].as_array().unwrap().is_empty() && cell["execution_count"].is_null())
            }
            other => assert!(other == "markdown" && cell.get("outputs").is_none()),
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let text = n.to_string();
    assert!(text.contains("decided by gradus") && text.contains("Answer: proved."));
}

/// Runs every code cell and prints the value of each last line, as Jupyter shows it.
const DRIVER: &str = "
import ast, json, sys
import numpy as np
shown, names = [], {}
for cell in json.load(open(sys.argv[1]))['cells']:
    if cell['cell_type'] != 'code': continue
    body = ast.parse(''.join(cell['source'])).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), 'cell', 'exec'), names)
    if last is not None:
        shown.append(np.ravel(eval(compile(ast.Expression(last.value), 'cell', 'eval'), names)).tolist())
A, b = names['A'], names['b']
x = np.array([1.0, 2.0])
shown.append(np.ravel(names['derivative_2_by_x'](A, x, b, 0.5)).tolist())
print(json.dumps(shown))
";

#[test]
fn a_notebook_computes_the_same_in_numpy() {
    let Some(python) = std::env::var_os("GRADUS_PYTHON") else { return };
    let path = std::env::temp_dir().join(format!("gradus-notebook-{}.ipynb", std::process::id()));
    std::fs::write(&path, jupyter(&ran(TEXT))).unwrap();
    let out = std::process::Command::new(python).arg("-c").arg(DRIVER).arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let python: Vec<Vec<f64>> = serde_json::from_slice(&out.stdout).unwrap();
    let session = ran(TEXT);
    let Output::Results(all) = session.output(&id("loss")) else { panic!() };
    let own: Vec<&Vec<f64>> = all
        .iter()
        .filter_map(|s| if let Shown::Values(v) = s { Some(&v.tensor.data) } else { None })
        .collect();
    assert!(own.len() >= 2, "{all:?}");
    // By hand: A*x - b is (0, 1, 1), A'*(A*x - b) is (2, 3), and lambda*x is (0.5, 1): twice the sum.
    assert_eq!(python.last().unwrap(), &[5.0, 8.0]);
    assert_eq!(python.len(), own.len() + 1);
    for (own, python) in own.iter().zip(&python) {
        assert_eq!(own.len(), python.len());
        assert!(
            own.iter().zip(python).all(|(a, b)| (a - b).abs() <= 1e-12 * b.abs().max(1.0)),
            "{own:?} {python:?}"
        );
    }
}
