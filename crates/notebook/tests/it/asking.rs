//! What an editor asks: what is wrong, what may be written, what can be asked.

use crate::id;
use gradus_notebook::{Bundled, Document, Limits, Output, Reading, Session, Shown};
use std::sync::Arc;

fn reading(cells: &[(&str, &str)]) -> Reading {
    let text: String = cells
        .iter()
        .map(|(id, source)| {
            let kind = if source.contains("\n= ") { "derivation" } else { "gr" };
            format!("```{kind} id={id}\n{source}\n```\n\n")
        })
        .collect();
    Reading::new(Document::read(&text), Limits::default(), Arc::new(Bundled))
}

#[test]
fn mistakes_are_found_without_running_and_in_the_company_of_other_cells() {
    let r = reading(&[
        ("shapes", "A : [m, n]\nx : [n]\nb : [m]"),
        ("good", "f = norm2(A*x - b)^2\nderive f wrt x"),
        ("open", "f +"),
        ("wrong", "b + x"),
        ("slip", "lenght = 3\nlength2 = lenght + 1\nderive lengt wrt x"),
        ("chain", "x'*x\n= sum(x .* x)\n= b"),
        ("problem", "var w : [n]\nminimize norm2(A*w - x)^2"),
    ]);
    let said = |cell: &str| r.diagnose(&id(cell));
    let one = |cell: &str| {
        let all = said(cell);
        assert!(!all.is_empty(), "{cell}");
        (all[0].span.start, all[0].span.end, all[0].message.clone())
    };
    assert!(said("good").is_empty(), "{:?}", said("good"));
    assert!(one("open").0 >= 2);
    let (start, end, words) = one("wrong");
    assert!((start, end) == (0, 5) || words.contains("shape"), "{start} {end} {words}");
    assert!(one("slip").2.contains("there is no `lengt` here"), "{:?}", said("slip"));
    assert!(one("chain").2.contains("the two sides have the shapes"), "{:?}", said("chain"));
    assert!(!said("problem").is_empty());
    assert!(said("none").is_empty());
    let r = reading(&[("first", "x : [n]"), ("second", "g = 1\nx = 2"), ("third", "derive g wrt t")]);
    let first = r.diagnose(&id("first"));
    assert!(first[0].message.contains("`x` is defined in cell") && first[0].span.start == 0, "{first:?}");
    assert_eq!(r.diagnose(&id("second"))[0].span.start, 6);
    assert!(r.diagnose(&id("third"))[0].message.contains("which this one uses, has mistakes"));
}

#[test]
fn nothing_is_read_or_run_to_find_mistakes() {
    // The file is refused when the cell runs; a sum of 10^12 terms would take hours.
    let r =
        reading(&[("file", "from \"none.csv\"\ndata u = columns(t)"), ("long", "sum(ones(1000000000000))")]);
    assert!(r.diagnose(&id("long")).is_empty());
    let _ = r.diagnose(&id("file"));
}

#[test]
fn names_words_and_data_sets_complete() {
    let r = reading(&[
        ("a", "loss = x^2\ng(u) = u + 1\nvar w : [d] po"),
        ("b", "derive lo wrt x"),
        ("c", "from @ir\ndata y = columns(petal"),
        ("d", "from @iris\ndata y = columns(petal_length, s"),
    ]);
    let labels = |cell: &str, byte: usize| -> Vec<(String, &'static str)> {
        r.complete(&id(cell), byte).into_iter().map(|c| (c.label, c.kind)).collect()
    };
    let has = |all: &[(String, &'static str)], label: &str, kind: &str| {
        all.iter().any(|(l, k)| l == label && *k == kind)
    };
    let all = labels("b", 9);
    assert!(
        has(&all, "loss", "variable") && has(&all, "g", "function") && has(&all, "logsumexp", "function")
    );
    assert!(has(&all, "wrt", "keyword") && !has(&all, "minimize", "keyword") && !has(&all, "psd", "type"));
    assert!(has(&labels("b", 3), "derive", "keyword"));
    assert!(has(&labels("a", 37), "positive", "type"));
    let sets = labels("c", 8);
    assert!(has(&sets, "@iris", "text") && sets.iter().all(|(l, _)| l.starts_with('@')), "{sets:?}");
    let columns = labels("d", 42);
    assert_eq!(columns[0], ("sepal_length".to_owned(), "property"), "{columns:?}");
    // Any byte, also inside of a letter and beyond the end, has an answer.
    let greek = reading(&[("a", "\u{3bb} = \u{3b1}\u{3b2}")]);
    for byte in 0..20 {
        assert!(!greek.complete(&id("a"), byte).is_empty());
        let _ = greek.gestures(&id("a"), byte);
    }
}

#[test]
fn every_question_that_is_offered_has_an_answer() {
    let cells = [
        ("shapes", "A : [3, 2]\nb : [3]\nvar w : [2]"),
        ("loss", "loss = norm2(A*w - b)^2 / 2\nh = exp(-t^2)"),
        ("numbers", "data u = [1, 2, 3]\nmean(u)"),
        ("function", "q(s) = s^2 + 2*s + s^2"),
        ("ask", "derive loss wrt w\nplot h for t in -1..1"),
        ("chain", "(s + t)^2\n= s^2 + 2*s*t + t^2"),
        ("problem", "minimize norm2(w)^2 + loss\nsubject to w >= 0"),
    ];
    let r = reading(&cells);
    let mut seen = std::collections::BTreeSet::new();
    for (cell, source) in cells {
        for byte in 0..=source.len() {
            for g in r.gestures(&id(cell), byte) {
                if !seen.insert(g.source.clone()) {
                    continue;
                }
                let text = format!("{}\n\n```gr id=asked\n{}\n```\n", r.document().write(), g.source);
                let mut session = Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled));
                let _ = session.run_cell(&id("asked"), &mut ());
                match session.output(&id("asked")) {
                    Output::Results(all) => {
                        let failed = all.iter().any(|s| matches!(s, Shown::Failed(_)));
                        // A problem without data has no solution, which is said.
                        assert!(!failed || g.verb == "solve", "{}: {all:?}", g.source);
                    }
                    other => assert_eq!(g.verb, "solve", "{}: {other:?}", g.source),
                }
            }
        }
    }
    for wanted in [
        "derive loss wrt w",
        "derive h wrt t",
        "simplify h",
        "equal q(s) == 2*(s + s^2)",
        "plot h for t in -3..3",
        "explain loss",
        "check loss wrt w",
        "eval mean(u)",
        "minimize loss",
        "derive q(s) wrt s",
        "minimize norm2(w)^2 + loss\nsubject to w >= 0",
        "derive (s + t)^2 wrt s",
    ] {
        assert!(seen.contains(wanted), "{wanted} in {seen:?}");
    }
    assert!(r.gestures(&id("shapes"), 0).is_empty(), "{:?}", r.gestures(&id("shapes"), 0));
    assert!(!seen.iter().any(|s| s.starts_with("plot loss")));
}

#[test]
fn a_cell_that_is_too_long_is_not_read() {
    let long = "v = 1\n".repeat(200_000);
    let r = reading(&[("short", "f = x^2")]).with_source(&id("long"), gradus_notebook::Kind::Code, &long);
    let found = r.diagnose(&id("long"));
    assert!(found[0].message.contains("this cell has 1200000 bytes, and the limit is 20000"), "{found:?}");
    assert!(r.defines(&id("long")).is_empty() && r.gestures(&id("long"), 3).is_empty());
}
