//! A change re-runs exactly what depends on it.

use crate::{id, mistakes, session, shown};
use gradus_notebook::{
    Bundled, Cancel, CellId, DataSource, Document, Event, Folder, Limits, Output, Session, Shown,
};
use std::ops::ControlFlow;
use std::sync::Arc;

fn names(all: &[CellId]) -> String {
    all.iter().map(CellId::as_str).collect()
}

/// The cells that a run works on.
fn ran(session: &mut Session) -> String {
    let mut out = String::new();
    session.run(&mut |e: Event<'_>| {
        if let Event::Started(id) = e {
            out.push_str(id.as_str());
        }
        ControlFlow::Continue(())
    });
    out
}

#[test]
fn exactly_what_depends_on_a_change_is_run() {
    // d uses b uses a; c and e are apart; f uses the other name of a.
    let mut s = session(&[
        "p = s^2; q = s^3",
        "r = 2*p",
        "u = w^2",
        "derive r wrt s",
        "eval 1 + 1",
        "derive q wrt s",
    ]);
    assert_eq!(ran(&mut s), "abcdef");
    assert_eq!(ran(&mut s), "");
    assert_eq!(names(&s.set_source(&id("a"), "p = s^4; q = s^3")), "abd");
    assert!(s.output(&id("d")).is_stale() && !s.output(&id("f")).is_stale());
    assert_eq!(ran(&mut s), "abd");
    assert!(matches!(&shown(&mut s, "d")[0], Shown::Formula(f) if f.text == "8*s^3"));
    // What stands around a definition is no part of it.
    assert_eq!(names(&s.set_source(&id("a"), "# a comment\np = s^4\n\nq = s^3")), "a");
    assert_eq!(names(&s.uses(&id("d"))), "b");
}

#[test]
fn undoing_a_change_brings_the_outputs_back() {
    let mut s = session(&["p = s^2", "derive p wrt s"]);
    s.run(&mut ());
    let before = s.output(&id("b")).clone();
    s.set_source(&id("a"), "p = s^5");
    assert_eq!(s.output(&id("b")), &Output::Stale(Box::new(before.clone())));
    assert_eq!(names(&s.set_source(&id("a"), "p = s^2")), "");
    assert_eq!(s.output(&id("b")), &before);
    // Also after a run in between.
    s.set_source(&id("a"), "p = s^5");
    s.run(&mut ());
    s.set_source(&id("a"), "p = s^2");
    assert_eq!(ran(&mut s), "");
    assert_eq!(s.output(&id("b")), &before);
}

#[test]
fn a_name_in_two_cells_is_a_mistake_of_both() {
    let mut s = session(&["p = 1", "p = 2", "eval p", "f = t; f = t"]);
    assert_eq!(mistakes(&mut s, "a"), ["`p` is defined in cell `a` and in cell `b`"]);
    assert_eq!(mistakes(&mut s, "b"), ["`p` is defined in cell `b` and in cell `a`"]);
    assert_eq!(mistakes(&mut s, "c"), ["cell `a`, which this one uses, has mistakes"]);
    assert_eq!(mistakes(&mut s, "d"), ["`f` is defined twice"]);
    assert_eq!(names(&s.set_source(&id("b"), "q = 2")), "abc");
    assert!(matches!(&shown(&mut s, "c")[0], Shown::Values(v) if v.tensor.data == [1.0]));
}

#[test]
fn circles_are_told_with_their_way() {
    let mut s = session(&["p = q + 1", "q = r^2", "r = 2*p", "g = g + 1", "eval p"]);
    for cell in ["a", "b", "c"] {
        let found = mistakes(&mut s, cell);
        assert_eq!(
            found,
            ["this depends on itself: `p` (cell `a`) uses `q` (cell `b`) uses `r` (cell `c`) uses `p`"]
        );
    }
    assert_eq!(mistakes(&mut s, "d"), ["this depends on itself: `g` (cell `d`) uses `g`"]);
    assert_eq!(mistakes(&mut s, "e"), ["cell `a`, which this one uses, has mistakes"]);
}

#[test]
fn the_order_of_cells_is_free() {
    let mut s = session(&["eval f(3)", "f(t) = a*t", "param a = 5"]);
    assert!(matches!(&shown(&mut s, "a")[0], Shown::Values(v) if v.tensor.data == [15.0]));
}

#[test]
fn a_mistake_is_at_its_place_in_its_cell() {
    let mut s = session(&["x : [n]", "# first\nf = x'*x\ng = f + (x"]);
    s.run(&mut ());
    let Output::Error(all) = s.output(&id("b")) else { panic!() };
    assert_eq!(&"# first\nf = x'*x\ng = f + (x"[all[0].span.start..all[0].span.end], "(", "{all:?}");
    let mut s = session(&["x : [n]", "f = x + [1, 2; 3, 4]"]);
    s.run(&mut ());
    let Output::Error(all) = s.output(&id("b")) else { panic!() };
    assert_eq!(&"f = x + [1, 2; 3, 4]"[all[0].span.start..all[0].span.end], "[1, 2; 3, 4]");
}

#[test]
fn a_run_can_be_cancelled_and_goes_on() {
    let mut s = session(&["eval 1", "eval 2", "eval 3"]);
    let cancel = Cancel::default();
    let switch = cancel.clone();
    s.run(&mut |e: Event<'_>| {
        if matches!(e, Event::Started(id) if id.as_str() == "b") {
            switch.stop();
        }
        if switch.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(cancel.is_stopped());
    assert!(matches!(s.output(&id("a")), Output::Results(_)));
    assert_eq!(s.output(&id("b")), &Output::Pending);
    assert_eq!(names(&s.waiting()), "bc");
    assert_eq!(ran(&mut s), "bc");
}

#[test]
fn the_clock_stops_a_solver() {
    let text = "```gr id=a\nvar u, v : scalar\nminimize (1 - u)^2 + 100*(v - u^2)^2\n```\n";
    let limits = Limits { time: std::time::Duration::ZERO, ..Limits::default() };
    let mut s = Session::new(Document::read(text), limits, Arc::new(Bundled));
    s.run(&mut ());
    assert!(matches!(s.output(&id("a")), Output::Stopped(why) if why.contains("0 seconds")));
    assert!(s.waiting().is_empty());
}

#[test]
fn files_are_read_from_the_folder_alone_and_looked_at_again() {
    let root = std::env::temp_dir().join(format!("gradus-notebook-{}", std::process::id()));
    std::fs::create_dir_all(root.join("inside")).unwrap();
    std::fs::write(root.join("inside/t.csv"), "u\n1\n2\n").unwrap();
    std::fs::write(root.join("outside.csv"), "u\n7\n").unwrap();
    let source = |file: &str| format!("```gr id=a\nfrom \"{file}\"\ndata u = column(u)\neval sum(u)\n```\n");
    let folder: Arc<dyn DataSource> = Arc::new(Folder::new(root.join("inside")).unwrap());
    let mut s = Session::new(Document::read(&source("t.csv")), Limits::default(), folder.clone());
    let sum = |s: &mut Session| match shown(s, "a").pop() {
        Some(Shown::Values(v)) => v.tensor.data[0],
        other => panic!("{other:?}"),
    };
    assert_eq!(sum(&mut s), 3.0);
    std::fs::write(root.join("inside/t.csv"), "u\n1\n2\n40\n").unwrap();
    assert_eq!(names(&s.refresh()), "a");
    assert_eq!(sum(&mut s), 43.0);
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.join("outside.csv"), root.join("inside/link.csv")).unwrap();
    for file in ["../outside.csv", "/etc/hostname.csv", "link.csv", "inside/../../outside.csv", "none.csv"] {
        let mut s = Session::new(Document::read(&source(file)), Limits::default(), folder.clone());
        let found = mistakes(&mut s, "a");
        assert!(found[0].contains(file), "{file}: {found:?}");
        let mut s = Session::new(Document::read(&source(file)), Limits::default(), Arc::new(Bundled));
        assert!(mistakes(&mut s, "a")[0].contains("may read no files"));
    }
    for source in [
        "data u = load(hosts)",
        "var u = load(\"/etc/hosts\")\nminimize norm2(u)^2",
        "data u = 1 + load('../t.npy')",
    ] {
        let mut s = crate::session(&[source]);
        assert!(mistakes(&mut s, "a").iter().any(|m| m.contains("may read no files")), "{source}");
    }
    let mut s = Session::new(
        Document::read("```gr id=a\ndata u = load(\"../outside.csv\")\neval sum(u)\n```\n"),
        Limits::default(),
        folder,
    );
    assert!(mistakes(&mut s, "a")[0].contains("not in the folder"));
    std::fs::remove_dir_all(root).unwrap();
}
