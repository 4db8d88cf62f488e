//! Texts and cells that mean harm or are absurd: an answer in bounded time and memory, and no panic.

use crate::{id, mistakes, session};
use gradus_notebook::{Bundled, Document, Limits, Output, Session};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn run(text: &str) -> Session {
    let limits = Limits { time: Duration::from_secs(5), ..Limits::default() };
    let mut session = Session::new(Document::read(text), limits, Arc::new(Bundled));
    session.run(&mut ());
    session
}

#[test]
fn absurd_sizes_are_refused() {
    for source in [
        "eval sum(ones(100000, 100000))",
        "data X = ones(100000, 100000)\neval sum(X)",
        "f = ones(1000000000)\nsimplify f + f",
        "var x : [1000000000]\nminimize norm2(x)^2",
        "eval sum(A*A) at A = ones(100000, 100000)",
        "x : [n]\neval sum(ones(n, n)) at n = 100000",
        "param n1 = 100000\nx : [n]\nplot sum(ones(100000, 100000))*t for t in 0..1",
        "eval 10^(10^(10^10))",
        "eval sum(ones(3000)*ones(3000)'*ones(3000)*ones(3000)'*ones(3000))",
    ] {
        let start = Instant::now();
        let found = mistakes(&mut session(&[source]), "a");
        assert!(!found.is_empty() || source.contains("10^") || source.contains("3000"), "{source}");
        assert!(start.elapsed() < Duration::from_secs(20), "{source}");
    }
}

#[test]
fn deep_and_long_cells_are_answered() {
    let deep = format!("eval {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(!mistakes(&mut session(&[&deep]), "a").is_empty());
    let long = format!("eval {}", vec!["1"; 2_000].join(" + "));
    session(&[&long]).run(&mut ());
    let longer = long.repeat(20);
    assert!(mistakes(&mut session(&[&longer]), "a")[0].contains("the limit is 20000"));
    let open = "f = (".repeat(2_000);
    session(&[&open]).run(&mut ());
    let wide = "a ; ".repeat(20_000);
    session(&[&wide]).run(&mut ());
}

#[test]
fn ten_thousand_cells_are_connected_and_one_change_runs_few() {
    let text: String = (0..10_000)
        .map(|k| {
            format!(
                "```gr id=k{k}\nx{k} = {}\n```\n",
                if k % 100 == 0 { "t".into() } else { format!("x{} + 1", k - 1) }
            )
        })
        .collect();
    let start = Instant::now();
    let mut s = Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled));
    assert_eq!(s.waiting().len(), 10_000);
    s.run(&mut ());
    assert!(s.waiting().is_empty());
    assert_eq!(s.set_source(&id("k5050"), "x5050 = t^2").len(), 50);
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn a_chain_through_ten_thousand_cells_ends_at_the_limit() {
    let text: String = (1..10_000).map(|k| format!("```gr id=k{k}\nx{k} = x{} + 1\n```\n", k - 1)).collect();
    let text = format!("{text}```gr id=last\neval x9999\n```\n```gr id=loop\nx0 = x9999\n```\n");
    let mut s = Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled));
    s.set_source(&id("loop"), "x0 = 1");
    let far = text.replace("```gr id=loop\nx0 = x9999\n```\n", "");
    let only_last = far.lines().filter(|l| !l.is_empty()).count();
    assert!(only_last > 10_000);
    // One cell alone, so that the test does not take the time of all of them.
    let observer = &mut |e: gradus_notebook::Event<'_>| match e {
        gradus_notebook::Event::Started(id) if id.as_str() == "k20" => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    };
    s.run(observer);
    assert!(matches!(s.output(&id("k10")), Output::Results(_)));
}

#[test]
fn a_doubling_chain_is_refused_or_answered() {
    let mut source = String::from("y0 = t\n");
    for k in 1..60 {
        source.push_str(&format!("y{k} = y{0}*y{0} + y{0}\n", k - 1));
    }
    let start = Instant::now();
    run(&format!("```gr\n{source}eval y59 at t = 0.1\n```\n"));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_a_document_that_can_be_run(text in ".{0,200}") {
        run(&format!("```gr\n{text}\n```\n```derivation\n{text}\n= {text}\n```\n"));
    }

    #[test]
    fn words_of_the_language_in_any_order_can_be_run(words in prop::collection::vec(prop::sample::select(vec![
        "derive", "equal", "eval", "plot", "check", "simplify", "solve", "minimize", "subject to", "x", "y", "f", "A",
        "=", "==", ":", "[n]", "[2, 3]", "(", ")", "+", "*", "'", "wrt", "for", "in", "at", "0..1", "1", "2.5", "\n", "\n",
        ";", ",", "data", "param", "var", "from", "@iris", "column(sepal_length)", "where", "sum", "order 2", "#", "\"",
        "\u{3bb}", "norm2", "log", "inv", ">= 0", "start", "let", "def", "..", "symmetric", "\u{0}", "\u{2212}",
    ]), 0..30)) {
        let text = words.join(" ");
        run(&format!("```gr\n{text}\n```\n```derivation\n{text}\n```\n"));
    }
}
