//! Documents over the routes: made, saved, kept over a `kill -9`, and not destroyed by a second window.

use crate::client::{Lab, Place};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

#[test]
fn a_document_is_made_saved_and_opened_again() {
    let lab = Lab::start();
    let made = lab.post("/api/document/new", r#"{"path":"least squares.gr.md"}"#);
    assert_eq!(made.status, 200, "{}", made.text());
    let version = made.json()["version"].clone();
    assert_eq!(lab.post("/api/document/new", r#"{"path":"least squares.gr.md"}"#).status, 409);
    let text = "# least squares\n\n∇f = 2 A'(A x − b) & <b>\n";
    let saved = lab.save("least squares.gr.md", text, &version);
    assert_eq!(saved.status, 200, "{}", saved.text());
    assert_eq!(std::fs::read_to_string(lab.place.path().join("least squares.gr.md")).unwrap(), text);
    let read = lab.post("/api/document/read", r#"{"path":"least squares.gr.md"}"#).json();
    assert_eq!((read["text"].as_str(), &read["version"]), (Some(text), &saved.json()["version"]));
    assert!(lab.get("/workbench").text().contains("/open?path=least%20squares.gr.md"));
    let page = lab.get("/open?path=least%20squares.gr.md").text();
    assert!(page.contains(read["version"].as_str().unwrap()) && page.contains("&lt;b&gt;"), "{page}");
}

#[test]
fn of_two_windows_the_later_is_told_and_both_texts_survive() {
    let lab = Lab::start();
    let start = lab.post("/api/document/new", r#"{"path":"d.gr.md"}"#).json()["version"].clone();
    let save = |text: &str, version| lab.save("d.gr.md", text, version);
    let first = save("first window", &start);
    assert_eq!(first.status, 200);
    let second = save("second window", &start);
    assert_eq!(second.status, 409);
    assert_eq!(second.json()["version"], first.json()["version"], "what is on the disk now");
    assert!(second.json()["error"].as_str().unwrap().contains("changed by another window"));
    assert_eq!(std::fs::read_to_string(lab.place.path().join("d.gr.md")).unwrap(), "first window");
    assert_eq!(save("both", &second.json()["version"]).status, 200);
}

#[test]
fn progress_is_kept() {
    let lab = Lab::start();
    assert_eq!(
        lab.post("/api/progress", r#"{"topic":"partial-derivatives-and-gradients","stage":"done"}"#).status,
        200
    );
    assert!(lab.place.path().join(".gradus/progress.sqlite").exists());
    assert_eq!(
        lab.post("/api/progress", r#"{"topic":"partial-derivatives-and-gradients","stage":"mastered"}"#)
            .status,
        400
    );
    assert_eq!(lab.post("/api/progress", r#"{"topic":"alchemy","stage":"done"}"#).status, 400);
    assert!(lab.get("/").text().contains("You have finished 1."));
    assert_eq!(
        lab.post("/api/progress", r#"{"topic":"partial-derivatives-and-gradients","stage":null}"#).status,
        200
    );
}

#[test]
fn what_cannot_be_served_is_said() {
    let place = Place::fresh();
    let settings =
        |port, folder| gradus_lab::Settings { open: false, cache: None, port, folder, watch: false };
    let missing = gradus_lab::start(&settings(None, place.path().join("none"))).err().unwrap();
    assert!(missing.to_string().starts_with("the folder ") && missing.to_string().contains("cannot be used"));
    std::fs::write(place.path().join("file"), "").unwrap();
    assert!(gradus_lab::start(&settings(None, place.path().join("file"))).is_err());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let busy = gradus_lab::start(&settings(Some(port), place.path().to_owned())).err().unwrap();
    assert!(busy.to_string().starts_with(&format!("port {port} of 127.0.0.1 cannot be used")), "{busy}");
}

/// Not a test: the process that the next test kills.
#[test]
#[ignore = "a process for another test"]
fn a_lab_of_its_own() {
    if let Some(folder) = std::env::var_os("GRADUS_LAB_FOLDER") {
        let settings = gradus_lab::Settings {
            open: false,
            cache: None,
            port: None,
            folder: folder.into(),
            watch: false,
        };
        let _ = gradus_lab::run(&settings);
    }
}

#[cfg(unix)]
#[test]
fn what_was_saved_survives_a_kill_and_ctrl_c_is_clean() {
    for signal in ["-KILL", "-INT", "-TERM"] {
        let place = Place::fresh();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "document::a_lab_of_its_own", "--ignored", "--nocapture"])
            .env("GRADUS_LAB_FOLDER", place.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map_while(Result::ok).find(|l| l.contains("http://")).unwrap();
        let (host, token) = address.split_once("http://").unwrap().1.split_once("/?token=").unwrap();
        let mut lab = Lab::at(host.rsplit(':').next().unwrap().parse().unwrap(), token.trim());
        lab.enter();
        let mut version = serde_json::Value::Null;
        let mut text = String::new();
        for k in 0..20 {
            text = format!("# Draft {k}\n{}", "x".repeat(10_000 * k));
            let saved = lab.save("d.gr.md", &text, &version);
            assert_eq!(saved.status, 200, "{}", saved.text());
            version = saved.json()["version"].clone();
        }
        // One more is on its way when the signal comes: the file holds the last answered text or this one, whole.
        let late = format!("# Late\n{}", "y".repeat(1_000_000));
        let cells = [json!({ "id": "p1", "kind": "prose", "source": late })];
        let body = json!({ "path": "d.gr.md", "version": version, "cells": cells }).to_string();
        let mut stream = lab.connect();
        let head = format!(
            "POST /api/document/save HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            lab.host(),
            lab.cookie,
            lab.origin(),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.success(), signal != "-KILL", "{signal}: {status}");
        let kept = std::fs::read_to_string(place.path().join("d.gr.md")).unwrap();
        assert!(kept == text || kept == late, "{signal}: {} bytes", kept.len());
    }
}

#[test]
fn the_map_the_lesson_and_the_search_are_there() {
    let lab = Lab::start();
    let map = lab.get("/").text();
    let address = "/lesson/calculus/partial-derivatives-and-gradients";
    assert!(map.contains(address) && map.matches("<article").count() >= 30, "every topic has its place");
    let lesson = lab.get(address);
    assert_eq!(lesson.status, 200);
    let text = lesson.text();
    for part in [
        "<math",
        "data-figure=\"gradient\"",
        "src=\"/figure/gradient.svg\"",
        "data-cell=\"wave\"",
        "data-lesson=",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains(" style=") && !text.contains("<style"), "the policy allows no style in a page");
    assert_eq!(lab.get("/lesson/calculus/none").status, 404);
    assert_eq!(lab.get("/lesson/probability/partial-derivatives-and-gradients").status, 404);
    let found = lab.post("/api/search", r#"{"query":"gradient"}"#).json();
    assert!(
        found["hits"].as_array().unwrap().iter().any(|h| h["address"].as_str().unwrap().starts_with(address)),
        "{found}"
    );
    assert_eq!(lab.post("/api/search", r#"{"query":""}"#).json()["hits"], json!([]));
}

#[test]
fn a_lesson_that_is_saved_is_shown_again() {
    let place = Place::fresh();
    std::fs::create_dir_all(place.path().join("lessons/u")).unwrap();
    let map = "title = 'T'\nweeks = 1\n[[unit]]\nid = 'u'\ntitle = 'U'\nweeks = [1, 1]\n[[unit.topic]]\nid = 't'\ntitle = 'T'\n";
    std::fs::write(place.path().join("lessons/map.toml"), map).unwrap();
    std::fs::write(place.path().join("lessons/u/t.md"), "# First\n\nOne.\n").unwrap();
    let settings = |folder: &std::path::Path| gradus_lab::Settings {
        open: false,
        cache: None,
        port: None,
        folder: folder.to_owned(),
        watch: true,
    };
    let running = gradus_lab::start(&settings(place.path())).unwrap();
    let mut lab = Lab::at(running.port(), running.address().split_once("?token=").unwrap().1);
    lab.enter();
    assert!(lab.get("/lesson/u/t").text().contains("<p>One.</p>"));
    std::fs::write(place.path().join("lessons/u/t.md"), "# Second\n\nTwo. <b>!</b>\n").unwrap();
    std::fs::write(place.path().join("lessons/u/more.md"), "").unwrap();
    for _ in 0..200 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        if lab.get("/lesson/u/t").text().contains("does not compile") {
            break;
        }
    }
    let page = lab.get("/lesson/u/t").text();
    assert!(page.contains("line 3: HTML is not passed on"), "{page}");
    running.stop().unwrap();
    let empty = Place::fresh();
    let none = gradus_lab::start(&settings(empty.path())).err().unwrap();
    assert!(none.to_string().starts_with("there are no lessons to watch"), "{none}");
}
