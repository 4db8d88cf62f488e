//! Documents saved as cells lose nothing, and exports need nothing else.

use crate::cells::{ask, states, until_idle};
use crate::client::{Answer, Lab};
use serde_json::{Value, json};

const TEXT: &str = "# Title\r\n\r\nText with `code`.\r\n\r\n~~~~ gr wide\r\nf = x^2\r\n~~~~\r\n\r\n\r\n```figure gradient a=1\r\nb = 2\r\n```\r\n\
                    ```gr\r\nderive f wrt x\r\n```\r\n\r\n```python\r\nprint()\r\n```\r\n";

fn cell(id: &str, kind: &str, source: &str) -> Value {
    json!({ "id": id, "kind": kind, "source": source })
}

/// The cells of the text as the page is given them.
fn cells() -> Vec<Value> {
    vec![
        cell("p1", "prose", "# Title\r\n\r\nText with `code`.\r\n\r\n"),
        cell("c1", "gr", "f = x^2"),
        cell("c2", "figure", "b = 2"),
        cell("c3", "gr", "derive f wrt x"),
        cell("p2", "prose", "\r\n```python\r\nprint()\r\n```\r\n"),
    ]
}

fn save(lab: &Lab, path: &str, version: &Value, cells: &[Value]) -> Answer {
    lab.post("/api/document/save", &json!({ "path": path, "version": version, "cells": cells }).to_string())
}

fn read(lab: &Lab, path: &str) -> (String, Value) {
    let read = lab.post("/api/document/read", &json!({ "path": path }).to_string()).json();
    (read["text"].as_str().unwrap().to_owned(), read["version"].clone())
}

#[test]
fn what_is_not_changed_stays_byte_by_byte() {
    let lab = Lab::start();
    std::fs::write(lab.place.path().join("d.gr.md"), TEXT).unwrap();
    let (_, version) = read(&lab, "d.gr.md");
    let same = save(&lab, "d.gr.md", &version, &cells());
    assert_eq!(
        (same.status, &same.json()["version"]),
        (200, &version),
        "nothing was written: {}",
        same.text()
    );
    let mut changed = cells();
    changed[3] = cell("c3", "gr", "derive f wrt x order 2");
    let saved = save(&lab, "d.gr.md", &version, &changed);
    assert_eq!(saved.status, 200, "{}", saved.text());
    assert_eq!(read(&lab, "d.gr.md").0, TEXT.replace("wrt x", "wrt x order 2"));
    // The same page goes on with its own names: an inserted text, a cell moved, another gone.
    let moved = vec![
        cell("p9", "prose", "New"),
        changed[2].clone(),
        changed[0].clone(),
        changed[3].clone(),
        changed[4].clone(),
    ];
    let second = save(&lab, "d.gr.md", &saved.json()["version"], &moved);
    assert_eq!(second.status, 200, "{}", second.text());
    let text = "New\r\n\r\n```figure id=c2 gradient a=1\r\nb = 2\r\n```\r\n\r\n# Title\r\n\r\nText with `code`.\r\n\r\n\
                ```gr id=c3\r\nderive f wrt x order 2\r\n```\r\n\r\n```python\r\nprint()\r\n```\r\n";
    assert_eq!(read(&lab, "d.gr.md").0, text);
    let third = save(&lab, "d.gr.md", &second.json()["version"], &moved);
    assert_eq!(third.json()["version"], second.json()["version"], "and again nothing changes");
}

#[test]
fn a_copy_keeps_the_fences_of_what_it_is_a_copy_of() {
    let lab = Lab::start();
    std::fs::write(lab.place.path().join("d.gr.md"), TEXT).unwrap();
    let (_, version) = read(&lab, "d.gr.md");
    let body = json!({ "path": "e.gr.md", "version": null, "cells": cells(), "like": { "path": "d.gr.md", "version": version } });
    assert_eq!(lab.post("/api/document/save", &body.to_string()).status, 200);
    assert_eq!(read(&lab, "e.gr.md").0, TEXT);
    assert_eq!(save(&lab, "e.gr.md", &Value::Null, &cells()[..1]).status, 409, "a new file replaces none");
    let late = save(&lab, "d.gr.md", &json!("0".repeat(32)), &cells()[..1]);
    assert_eq!((late.status, &late.json()["version"]), (409, &version));
    assert_eq!(read(&lab, "d.gr.md").0, TEXT);
}

#[test]
fn cells_that_are_none_and_names_that_lead_elsewhere_are_not_saved() {
    let lab = Lab::start();
    let secret = lab.place.path().with_extension("gr.md");
    std::fs::write(&secret, "secret").unwrap();
    let up = format!("../{}", secret.file_name().unwrap().to_str().unwrap());
    let many: Vec<Value> = (0..10_001).map(|k| cell(&format!("c{k}"), "gr", "")).collect();
    for (cells, said) in [
        (vec![cell("a b", "gr", "")], "is no name of a cell"),
        (vec![cell("a", "gr", ""), cell("a", "prose", "")], "two cells are called `a`"),
        (vec![cell("a", "script", "")], "there is no cell of the kind `script`"),
        (vec![json!({ "id": "a", "kind": "gr" })], "missing field `source`"),
        (many, "at most 10000 cells"),
        (vec![cell("a", "prose", &"x".repeat(9 << 20))], "at most 8388608 bytes"),
    ] {
        let answer = save(&lab, "d.gr.md", &Value::Null, &cells);
        assert_eq!(answer.status, 400, "{said}");
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    for path in
        [up.as_str(), "/tmp/x.gr.md", "a/../../x.gr.md", ".x.gr.md", "x.md", "x.gr.md\0", "none/x.gr.md", ""]
    {
        let answer = save(&lab, path, &Value::Null, &[cell("a", "prose", "evil")]);
        assert!(matches!(answer.status, 400 | 403 | 404), "{path}: {}", answer.status);
        let like = json!({ "path": "x.gr.md", "version": null, "cells": [], "like": { "path": path, "version": "0" } });
        let answer = lab.post("/api/document/save", &like.to_string());
        assert!(!answer.text().contains("secret"));
        for form in ["html", "ipynb"] {
            let path = path.replace('/', "%2F").replace('\0', "%00");
            let answer = lab.get(&format!("/export/{form}?path={path}"));
            assert!(matches!(answer.status, 400 | 403 | 404), "{path}: {}", answer.status);
            assert!(!answer.text().contains("secret"));
        }
    }
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "secret");
    std::fs::remove_file(secret).unwrap();
}

#[test]
fn a_document_is_exported_with_its_outputs() {
    let lab = Lab::start();
    let text = "# A <b>parabola</b>\n\n<script>alert(1)</script> [x](javascript:alert(2))\n\n```gr id=f\nf = x^2\nderive f wrt x\n\
                plot f for x in -1..1\n```\n\n```gr id=y\nfrom \"growth.csv\"\ndata y = columns(y)\neval sum(y)\n```\n";
    std::fs::write(lab.place.path().join("growth.csv"), "t,y\n0,1\n1,3\n").unwrap();
    std::fs::create_dir(lab.place.path().join("w 1")).unwrap();
    std::fs::write(lab.place.path().join("w 1/\u{3bb}\";x.gr.md"), text).unwrap();
    let page = lab.get("/export/html?path=w%201%2F%CE%BB%22;x.gr.md");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(
        page.header("content-disposition"),
        Some("attachment; filename=\"___x.html\"; filename*=UTF-8''%CE%BB%22%3Bx.html")
    );
    let html = page.text();
    for part in ["<svg", "<math", "= 4", "&lt;script&gt;", "<title>A &lt;b&gt;parabola"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for part in ["<script", "href=\"javascript", "src=\"http", "/assets/"] {
        assert!(!html.contains(part), "{part}");
    }
    let notebook = lab.get("/export/ipynb?path=w%201%2F%CE%BB%22;x.gr.md");
    assert_eq!((notebook.status, notebook.header("content-type")), (200, Some("application/x-ipynb+json")));
    let notebook = notebook.json();
    assert_eq!(notebook["nbformat"], 4);
    assert!(notebook.to_string().contains("np.array([1.0, 3.0])"), "{notebook}");
    assert_eq!(lab.get("/export/pdf?path=d.gr.md").status, 404);
    assert_eq!(lab.get("/export/html?path=none.gr.md").status, 404);
    assert_eq!(lab.get("/export/html").status, 400);
}

#[test]
fn another_site_cannot_make_an_export_run() {
    let lab = Lab::start();
    std::fs::write(lab.place.path().join("d.gr.md"), "```gr\nsin(t)\n```\n").unwrap();
    let ask = |site: &str| {
        lab.send(&format!(
            "GET /export/html?path=d.gr.md HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nSec-Fetch-Site: {site}\r\n\
             Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n",
            lab.host(),
            lab.cookie
        ))
        .status
    };
    assert_eq!([ask("same-origin"), ask("none"), ask("same-site"), ask("cross-site")], [200, 200, 403, 403]);
}

#[test]
fn what_one_page_has_run_another_is_told_without_running() {
    let lab = Lab::start();
    let cells = [("f", "f = x^2"), ("slope", "derive f wrt x")];
    let mut first = lab.socket();
    ask(&mut first, 1, &cells, true);
    until_idle(&mut first, 1);
    let mut second = lab.socket();
    ask(&mut second, 1, &cells, false);
    let all = until_idle(&mut second, 1);
    assert_eq!(states(&all, "slope"), ["done"]);
    assert!(all.iter().all(|s| s["html"].as_str().unwrap().contains("<math")), "{all:?}");
}

#[test]
fn a_later_run_tells_what_an_earlier_one_has_found_and_runs_nothing() {
    let cache = crate::client::Place::fresh();
    let place = crate::client::Place::fresh();
    std::fs::write(place.path().join("g.csv"), "t,y\n0,1\n1,3\n").unwrap();
    let lab = || Lab::with(place.path(), Some(cache.path()));
    let reads = "from \"g.csv\"\ndata y = columns(y)\neval sum(y)";
    let cells = [("f", "f = x^2"), ("slope", "derive f wrt x"), ("reads", reads), ("bad", "f +")];
    let first = {
        let lab = lab();
        let mut stream = lab.socket();
        ask(&mut stream, 1, &cells, true);
        until_idle(&mut stream, 1)
    };
    assert!(cache.path().join("outputs.sqlite").is_file());
    let lab = lab();
    let mut stream = lab.socket();
    ask(&mut stream, 1, &cells, false);
    let all = until_idle(&mut stream, 1);
    for (cell, state) in [("f", "done"), ("slope", "done"), ("reads", "done"), ("bad", "error")] {
        assert_eq!(states(&all, cell), [state], "{cell}");
        let html = |all: &[Value]| all.iter().rfind(|s| s["cell"] == cell).unwrap()["html"].clone();
        assert_eq!(html(&all), html(&first), "{cell}");
    }
    // What is known is not run again; a change is, and so is what reads a file that has changed.
    std::fs::write(place.path().join("g.csv"), "t,y\n0,1\n1,3\n2,5\n").unwrap();
    let mut changed = cells;
    changed[0].1 = "f = x^3";
    ask(&mut stream, 2, &changed, true);
    let all = until_idle(&mut stream, 2);
    assert_eq!(states(&all, "slope").last(), Some(&"done"));
    assert_eq!(states(&all, "reads").last(), Some(&"done"));
    assert!(all.iter().rfind(|s| s["cell"] == "reads").unwrap()["html"].as_str().unwrap().contains("= 9"));
    ask(&mut stream, 3, &cells, true);
    let all = until_idle(&mut stream, 3);
    assert_eq!(states(&all, "slope"), ["done"], "the first is true again: {all:?}");
    assert!(!std::fs::read_dir(place.path()).unwrap().any(|e| e.unwrap().file_name() == "outputs.sqlite"));
}
