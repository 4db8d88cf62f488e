//! Cells of documents over the socket: they wait until they are asked to run, re-run what depends on a change, can be
//! stopped, and say how far they are.

use crate::client::Lab;
use crate::socket::{frame, next};
use gradus_lab::frame::Kind;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;

/// A figure that takes many seconds.
pub(crate) const SLOW: &str = "plot sum(sin(x*k + y*k)) for x in -3..3, y in -3..3";

/// A column of the numbers from 1 to `n` in a file, and the cell that reads it as `k`.
pub(crate) fn numbers(lab: &Lab, n: usize) -> String {
    let text: String = (1..=n).map(|k| format!("{k}\n")).collect();
    std::fs::write(lab.place.path().join(format!("k{n}.csv")), format!("k\n{text}")).unwrap();
    format!("from \"k{n}.csv\"\ndata k : [n] = column(k)")
}

/// A Source frame for a document of these cells of code.
pub(crate) fn ask(stream: &mut TcpStream, id: u32, cells: &[(&str, &str)], run: bool) {
    let cells: Vec<Value> =
        cells.iter().map(|(id, source)| json!({ "id": id, "kind": "gr", "source": source })).collect();
    let payload = json!({ "document": "d.gr.md", "cells": cells, "run": run });
    stream.write_all(&frame(Kind::Source, id, &payload)).unwrap();
}

/// What is said until everything is told for a question.
pub(crate) fn until_idle(stream: &mut TcpStream, id: u32) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let frame = next(stream);
        assert_eq!(frame.kind, Kind::Output, "{}", String::from_utf8_lossy(&frame.payload));
        let said: Value = serde_json::from_slice(&frame.payload).unwrap();
        if said["state"] == "idle" {
            assert!(said["cell"].is_null());
            if frame.id == id {
                return all;
            }
        }
        all.push(said);
    }
}

pub(crate) fn states<'a>(all: &'a [Value], cell: &str) -> Vec<&'a str> {
    all.iter().filter(|s| s["cell"] == cell).map(|s| s["state"].as_str().unwrap()).collect()
}

#[test]
fn a_document_opens_inert_and_a_change_reruns_what_depends_on_it() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let cells =
        [("f", "f = x^2"), ("slope", "derive f wrt x"), ("other", "derive sin(t) wrt t"), ("bad", "f +")];
    ask(&mut stream, 1, &cells, false);
    let all = until_idle(&mut stream, 1);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all.iter().all(|s| s["state"] == "pending" && s.get("html").is_none()), "{all:?}");
    ask(&mut stream, 2, &cells, true);
    let all = until_idle(&mut stream, 2);
    for (cell, last) in [("f", "done"), ("slope", "done"), ("other", "done"), ("bad", "error")] {
        assert_eq!(states(&all, cell), ["running", last], "{cell}");
    }
    let slope = all.iter().rfind(|s| s["cell"] == "slope").unwrap();
    assert!(slope["html"].as_str().unwrap().contains("<math") && slope["milliseconds"].is_u64(), "{slope}");
    let changed = [("f", "f = x^3"), ("slope", "derive f wrt x"), ("other", "derive sin(t) wrt t")];
    ask(&mut stream, 3, &changed, true);
    let all = until_idle(&mut stream, 3);
    assert_eq!(states(&all, "slope"), ["stale", "running", "done"]);
    assert!(states(&all, "other").is_empty() && states(&all, "bad").is_empty(), "{all:?}");
    let stale = all.iter().find(|s| s["state"] == "stale").unwrap();
    assert!(stale.get("html").is_none(), "what it said stays in sight: {stale}");
    // Undone: the old outputs are true again, and nothing runs.
    ask(&mut stream, 4, &cells, true);
    let all = until_idle(&mut stream, 4);
    assert_eq!(states(&all, "slope"), ["done"]);
    assert!(all.iter().find(|s| s["cell"] == "slope").unwrap()["html"].is_string());
}

#[test]
fn a_figure_of_the_course_stands_in_a_document() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let mut turn = 0;
    let mut told = |source: &str| {
        turn += 1;
        let cell = json!({ "id": "fig", "kind": "figure", "source": source });
        let payload = json!({ "document": "d.gr.md", "cells": [cell], "run": false });
        stream.write_all(&frame(Kind::Source, turn, &payload)).unwrap();
        until_idle(&mut stream, turn)
    };
    // It needs no run, and is told once.
    let all = told("gradient");
    assert_eq!(states(&all, "fig"), ["done"]);
    assert!(all[0]["html"].as_str().unwrap().contains("data-figure=\"gradient\""), "{all:?}");
    assert!(told("gradient").is_empty());
    let all = told("<script>alert(1)</script>");
    let html = all[0]["html"].as_str().unwrap();
    assert_eq!(states(&all, "fig"), ["error"]);
    assert!(html.contains("there is no figure `&lt;script") && !html.contains("<script"), "{html}");
}

#[test]
fn a_cell_says_how_far_it_is_and_can_be_stopped() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let k = numbers(&lab, 40_000);
    let cells = [("k", k.as_str()), ("slow", SLOW), ("after", "derive sin(t) wrt t")];
    ask(&mut stream, 7, &cells, true);
    let step = loop {
        let said: Value = serde_json::from_slice(&next(&mut stream).payload).unwrap();
        if said["cell"] == "slow" && said["step"].is_u64() {
            break said;
        }
        assert!(said["cell"] != "slow" || said["state"] != "error", "{said}");
        assert!(said["cell"] != "after" || said["state"] == "pending", "{said}");
    };
    assert!(step["step"].as_u64() <= step["of"].as_u64() && step["state"] == "running", "{step}");
    // Another's number stops nothing; its own does.
    stream.write_all(&frame(Kind::Cancel, 8, &Value::Null)).unwrap();
    let said: Value = serde_json::from_slice(&next(&mut stream).payload).unwrap();
    assert_eq!((&said["cell"], &said["state"]), (&json!("slow"), &json!("running")), "{said}");
    stream.write_all(&frame(Kind::Cancel, 7, &Value::Null)).unwrap();
    let all = until_idle(&mut stream, 7);
    let last = all.last().unwrap();
    assert_eq!((&last["cell"], &last["state"]), (&json!("slow"), &json!("stopped")));
    assert!(last["html"].as_str().unwrap().contains("this cell was stopped"), "{last}");
    assert!(states(&all, "after").is_empty(), "it still waits: {all:?}");
    // The document lives on.
    ask(&mut stream, 9, &cells[2..], true);
    assert_eq!(states(&until_idle(&mut stream, 9), "after"), ["running", "done"]);
}

#[test]
fn a_change_stops_a_run_only_where_it_makes_it_useless() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let [few, some, many] = [20, 10_000, 40_000].map(|n| numbers(&lab, n));
    let cells = |k, other| [("k", k), ("slow", SLOW), ("other", other)];
    let begins =
        |said: &Value| said["cell"] == "slow" && said["state"] == "running" && said.get("step").is_none();
    ask(&mut stream, 1, &cells(some.as_str(), "sin(t)"), true);
    while !begins(&serde_json::from_slice(&next(&mut stream).payload).unwrap()) {}
    // What the cell does not use: it is finished, and does not begin again.
    ask(&mut stream, 2, &cells(some.as_str(), "cos(t)"), true);
    let all = until_idle(&mut stream, 2);
    assert!(!all.iter().any(begins), "{all:?}");
    assert_eq!(states(&all, "slow").last(), Some(&"done"));
    // What it uses: it is left at once, and runs for the new text.
    ask(&mut stream, 3, &cells(many.as_str(), "cos(t)"), true);
    while !begins(&serde_json::from_slice(&next(&mut stream).payload).unwrap()) {}
    ask(&mut stream, 4, &cells(few.as_str(), "cos(t)"), true);
    let all = until_idle(&mut stream, 4);
    assert_eq!(all.iter().filter(|s| begins(s)).count(), 1, "{all:?}");
    assert_eq!(states(&all, "slow").last(), Some(&"done"));
    assert!(!states(&all, "slow").contains(&"stopped"), "{all:?}");
}

#[test]
fn a_document_reads_the_files_of_the_folder_and_no_others() {
    let lab = Lab::start();
    std::fs::write(lab.place.path().join("growth.csv"), "t,y\n0,1\n1,3\n").unwrap();
    std::fs::create_dir(lab.place.path().join("docs")).unwrap();
    let mut stream = lab.socket();
    let reads =
        |file: &str| format!("from \"{file}\"\ndata y{} = columns(y)\neval sum(y{})", file.len(), file.len());
    let inside = reads("growth.csv");
    let outside = ["../growth.csv", "/etc/passwd", "docs/../../x.csv", "docs"].map(reads);
    let cells: Vec<(&str, &str)> = [("inside", inside.as_str())]
        .into_iter()
        .chain(["o1", "o2", "o3", "o4"].into_iter().zip(outside.iter().map(String::as_str)))
        .collect();
    ask(&mut stream, 1, &cells, true);
    let all = until_idle(&mut stream, 1);
    let html =
        |cell: &str| all.iter().rfind(|s| s["cell"] == cell).unwrap()["html"].as_str().unwrap().to_owned();
    assert!(states(&all, "inside").contains(&"done") && html("inside").contains('4'), "{}", html("inside"));
    for cell in ["o1", "o2", "o3", "o4"] {
        assert_eq!(states(&all, cell).last(), Some(&"error"), "{}", html(cell));
    }
}

#[test]
fn what_is_no_document_is_refused_in_words() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let cell = |id: &str, kind: &str| json!({ "id": id, "kind": kind, "source": "x" });
    let many: Vec<Value> = (0..10_001).map(|k| cell(&format!("c{k}"), "gr")).collect();
    for (payload, said) in [
        (json!({}), "names a lesson, or a document and its cells"),
        (json!({ "document": "d.gr.md" }), "names a lesson, or a document and its cells"),
        (json!({ "document": "d.gr.md", "lesson": "x", "cells": [] }), "names a lesson, or a document"),
        (json!({ "document": "d.gr.md", "cells": [], "more": 1 }), "unknown field `more`"),
        (json!({ "document": "d.txt", "cells": [] }), "a document's name ends in .gr.md"),
        (
            json!({ "document": "d.gr.md", "cells": [cell("<script>", "gr")] }),
            "`<script>` is no name of a cell",
        ),
        (json!({ "document": "d.gr.md", "cells": [cell("../../a", "gr")] }), "is no name of a cell"),
        (json!({ "document": "d.gr.md", "cells": [cell(&"a".repeat(65), "gr")] }), "is no name of a cell"),
        (
            json!({ "document": "d.gr.md", "cells": [cell("a", "html")] }),
            "there is no cell of the kind `html`",
        ),
        (
            json!({ "document": "d.gr.md", "cells": [cell("a", "gr"), cell("a", "gr")] }),
            "two cells are called `a`",
        ),
        (json!({ "document": "d.gr.md", "cells": many }), "a document has at most 10000 cells, not 10001"),
        (
            json!({ "document": "d.gr.md", "cells": [{ "id": "a", "kind": "prose", "source": "x".repeat(9 << 20) }] }),
            "a document has at most 8388608 bytes",
        ),
    ] {
        stream.write_all(&frame(Kind::Source, 5, &payload)).unwrap();
        let answer = next(&mut stream);
        let words = String::from_utf8(answer.payload).unwrap();
        assert_eq!((answer.kind, answer.id), (Kind::Error, 5), "{words}");
        assert!(words.contains(said), "{words}");
    }
    ask(&mut stream, 6, &[("a", "sin(t)")], true);
    assert_eq!(states(&until_idle(&mut stream, 6), "a"), ["pending", "running", "done"]);
}

#[test]
fn ten_thousand_cells_are_told_and_a_change_reruns_one() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let ids: Vec<String> = (0..10_000).map(|k| format!("c{k}")).collect();
    let mut texts: Vec<String> = (0..10_000).map(|k| format!("v{k} = {k}*t")).collect();
    let cells = |texts: &[String]| -> Vec<(String, String)> {
        ids.iter().cloned().zip(texts.iter().cloned()).collect()
    };
    let send = |stream: &mut TcpStream, id: u32, all: &[(String, String)], run: bool| {
        let all: Vec<(&str, &str)> = all.iter().map(|(i, s)| (i.as_str(), s.as_str())).collect();
        ask(stream, id, &all, run);
    };
    send(&mut stream, 1, &cells(&texts), false);
    assert_eq!(until_idle(&mut stream, 1).len(), 10_000);
    // The first of them stop at once when the page asks for something else.
    send(&mut stream, 2, &cells(&texts), true);
    texts[9_999] = "v = t".into();
    send(&mut stream, 3, &cells(&texts), false);
    let all = until_idle(&mut stream, 3);
    assert!(states(&all, "c9999").len() <= 3);
}
