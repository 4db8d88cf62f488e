//! The WebSocket from outside, by a client of a few lines (RFC 6455).

use crate::client::Lab;
use gradus_lab::frame::{Frame, Kind, LONGEST};
use proptest::prelude::*;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A message of one frame as a client sends it: final, with this opcode, masked with zeros.
pub(crate) fn message(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        n @ 0..126 => bytes.push(0x80 | n as u8),
        n @ 126..65_536 => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

/// Opcode and payload of the server's next message; none if it closed the connection.
pub(crate) fn receive(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let length = match head[1] & 0x7f {
        126 => {
            let mut n = [0; 2];
            stream.read_exact(&mut n).ok()?;
            u64::from(u16::from_be_bytes(n))
        }
        127 => {
            let mut n = [0; 8];
            stream.read_exact(&mut n).ok()?;
            u64::from_be_bytes(n)
        }
        n => u64::from(n),
    };
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).ok()?;
    Some((head[0] & 0x0f, payload))
}

/// Sends a binary message and returns the frame that answers it.
fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> Frame {
    stream.write_all(&message(2, bytes)).unwrap();
    let (opcode, payload) = receive(stream).expect("an answer");
    assert_eq!(opcode, 2);
    Frame::read(&payload).unwrap()
}

#[test]
fn malformed_frames_are_answered_by_an_error_and_the_connection_goes_on() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    for (bytes, said) in [
        (&b""[..], "a frame has at least 5 bytes, not 0"),
        (&[0, 0, 0, 0, 0], "there is no frame of kind 0"),
        (&[255, 7, 0, 0, 0, 1, 2, 3], "there is no frame of kind 255"),
    ] {
        let answer = exchange(&mut stream, bytes);
        assert_eq!((answer.kind, String::from_utf8_lossy(&answer.payload).as_ref()), (Kind::Error, said));
    }
    assert_eq!(exchange(&mut stream, &[255, 7, 0, 0, 0]).id, 7, "the id is that of the question");
    // Text is no frame either.
    stream.write_all(&message(1, b"{}")).unwrap();
    let (_, payload) = receive(&mut stream).unwrap();
    assert_eq!(Frame::read(&payload).unwrap().payload, b"frames are binary");
}

#[test]
fn a_message_that_is_too_long_ends_its_connection_and_no_other() {
    let lab = Lab::start();
    let mut other = lab.socket();
    let mut stream = lab.socket();
    let _ = stream.write_all(&message(2, &vec![1; LONGEST + 1]));
    while receive(&mut stream).is_some() {}
    assert_eq!(exchange(&mut other, &[0; 5]).kind, Kind::Error);
}

#[test]
fn open_pages_are_told_when_the_lab_stops() {
    let mut lab = Lab::start();
    let mut stream = lab.socket();
    exchange(&mut stream, &[0; 5]);
    let stopping = lab.running.take().unwrap();
    let stopper = std::thread::spawn(move || stopping.stop());
    let (_, payload) = receive(&mut stream).unwrap();
    let frame = Frame::read(&payload).unwrap();
    assert_eq!((frame.kind, frame.payload.as_slice()), (Kind::Reload, &b"closing"[..]));
    // There is still time to save.
    let saved = lab.save("last.gr.md", "# Last words\n", &serde_json::Value::Null);
    assert_eq!(saved.status, 200);
    stopper.join().unwrap().unwrap();
    assert_eq!(std::fs::read_to_string(lab.place.path().join("last.gr.md")).unwrap(), "# Last words\n");
}

#[test]
fn no_bytes_bring_the_server_down() {
    let lab = Lab::start();
    let stream = std::cell::RefCell::new(lab.socket());
    let payload = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        // A header that fits, and nonsense behind it.
        (1_u8..12, any::<u32>(), "\\PC{0,40}")
            .prop_map(|(kind, id, text)| { [&[kind][..], &id.to_le_bytes(), text.as_bytes()].concat() }),
        // JSON of the right shape with wrong content.
        ("[a-z<\\u{0}-\\u{7f}]{0,8}", "(gr|prose|figure|derivation|x)", "\\PC{0,60}", any::<bool>())
            .prop_map(|(id, kind, source, run)| {
                let cell = serde_json::json!({ "id": id, "kind": kind, "source": source });
                let json = serde_json::json!({ "document": "d.gr.md", "cells": [cell], "run": run });
                [&[4, 1, 0, 0, 0][..], json.to_string().as_bytes()].concat()
            }),
        ("(complete|diagnose|gestures|prose)", "\\PC{0,60}", 0_usize..80).prop_map(|(about, text, byte)| {
            let json = serde_json::json!({ "about": about, "cell": "a", "text": text, "byte": byte });
            [&[9, 1, 0, 0, 0][..], json.to_string().as_bytes()].concat()
        }),
        (prop_oneof![Just(1_u8), Just(4), Just(9)], "[a-z]{0,8}", any::<f64>()).prop_map(
            |(kind, name, x)| {
                let json = format!(r#"{{"figure":"{name}","values":{{"{name}":{x:e}}},"width":{x:e}}}"#);
                [&[kind, 1, 0, 0, 0][..], json.as_bytes()].concat()
            }
        ),
    ];
    proptest!(ProptestConfig::with_cases(300), |(payload in payload)| {
        let mut stream = stream.borrow_mut();
        stream.write_all(&message(2, &payload)).unwrap();
        // Then one whose answer is known: whatever came before it is answered, or has no answer.
        stream.write_all(&message(2, &[255, 0xef, 0xbe, 0xad, 0xde])).unwrap();
        loop {
            let (_, bytes) = receive(&mut stream).expect("the connection goes on");
            let frame = Frame::read(&bytes).unwrap();
            if frame.id == 0xdead_beef && frame.payload == b"there is no frame of kind 255" {
                break;
            }
            prop_assert!(!matches!(frame.kind, Kind::Figure | Kind::Source | Kind::Cancel | Kind::Question));
        }
    });
    // Bytes that are no WebSocket frames at all end the connection only.
    for junk in [
        &[0xff_u8; 40][..],
        &[0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = lab.socket();
        let _ = stream.write_all(junk);
        while receive(&mut stream).is_some() {}
    }
    assert_eq!(lab.get("/").status, 200);
}

const LESSON: &str = "partial-derivatives-and-gradients";

pub(crate) fn frame(kind: Kind, id: u32, payload: &serde_json::Value) -> Vec<u8> {
    message(2, &Frame { kind, id, payload: payload.to_string().into_bytes() }.write())
}

pub(crate) fn next(stream: &mut TcpStream) -> Frame {
    let (_, payload) = receive(stream).expect("a frame");
    Frame::read(&payload).unwrap()
}

#[test]
fn a_figure_is_drawn_and_its_newest_question_is_answered() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let question = |x: f64| serde_json::json!({ "figure": "gradient", "values": { "x": x }, "width": 600 });
    stream.write_all(&frame(Kind::Figure, 7, &question(0.5))).unwrap();
    let words = next(&mut stream);
    assert_eq!((words.kind, words.id), (Kind::View, 7));
    let words: serde_json::Value = serde_json::from_slice(&words.payload).unwrap();
    assert!(words["handles"][0]["x"].is_number() && words["description"].is_string(), "{words}");
    let drawing = next(&mut stream);
    assert_eq!((drawing.kind, drawing.id, &drawing.payload[..4]), (Kind::Drawing, 7, &b"gdr\x01"[..]));
    assert_eq!(drawing.payload[4..8], 600_f32.to_le_bytes());
    // A burst: the first is in flight, the last is answered, and most between them are not.
    for k in 0..200 {
        stream.write_all(&frame(Kind::Figure, 100 + k, &question(f64::from(k) / 200.0))).unwrap();
    }
    let mut answered = Vec::new();
    while answered.last() != Some(&299) {
        let frame = next(&mut stream);
        if frame.kind == Kind::Drawing {
            answered.push(frame.id);
        }
    }
    assert!(answered.len() < 200 && answered.is_sorted(), "{answered:?}");
    for (question, said) in [
        (serde_json::json!({ "figure": "none", "width": 600 }), "there is no figure `none`"),
        (
            serde_json::json!({ "figure": "gradient", "width": 1e9 }),
            "a figure is 40 to 8000 pixels wide, not 1000000000",
        ),
    ] {
        stream.write_all(&frame(Kind::Figure, 1, &question)).unwrap();
        assert_eq!(String::from_utf8(next(&mut stream).payload).unwrap(), said);
    }
}

#[test]
fn a_lessons_cells_answer_and_a_change_reruns_what_depends_on_it() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    stream.write_all(&frame(Kind::Source, 1, &serde_json::json!({ "lesson": LESSON }))).unwrap();
    let mut output = |wanted: &str| loop {
        let frame = next(&mut stream);
        assert_eq!(frame.kind, Kind::Output, "{}", String::from_utf8_lossy(&frame.payload));
        let said: serde_json::Value = serde_json::from_slice(&frame.payload).unwrap();
        let done = !matches!(said["state"].as_str(), Some("running" | "stale" | "pending"));
        if said["cell"] == wanted && done {
            return (said["state"].as_str().unwrap().to_owned(), said["html"].as_str().unwrap().to_owned());
        }
    };
    let (state, html) = output("wave");
    assert_eq!(state, "done", "{html}");
    assert!(html.contains("<math") && html.contains("cos"), "{html}");
    assert!(!html.contains("style=") && !html.contains("<style"), "{html}");
    let text = "wave = x^3*y\nderive wave wrt x # <img src=x onerror=alert(1)>\nderive <b>";
    let change = serde_json::json!({ "lesson": LESSON, "cell": "wave", "source": text });
    stream.write_all(&frame(Kind::Source, 2, &change)).unwrap();
    loop {
        let frame = next(&mut stream);
        let said: serde_json::Value = serde_json::from_slice(&frame.payload).unwrap();
        let html = said["html"].as_str().unwrap_or_default();
        assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
        if frame.id == 2 && said["cell"] == "wave" && said["state"] != "running" && said["state"] != "stale" {
            break;
        }
    }
    stream.write_all(&frame(Kind::Source, 3, &serde_json::json!({ "lesson": "none" }))).unwrap();
    loop {
        let frame = next(&mut stream);
        if frame.id == 3 {
            assert_eq!(String::from_utf8(frame.payload).unwrap(), "there is no such lesson");
            break;
        }
    }
}
