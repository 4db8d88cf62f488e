//! What an editor asks of a cell: answered at once, also during a run, and by HTML that is safe.

use crate::cells::{SLOW, ask, numbers, until_idle};
use crate::client::Lab;
use crate::socket::{frame, next};
use gradus_lab::frame::Kind;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;

fn question(stream: &mut TcpStream, question: &Value) -> Value {
    stream.write_all(&frame(Kind::Question, 77, question)).unwrap();
    loop {
        let frame = next(stream);
        if frame.kind == Kind::Answer {
            assert_eq!(frame.id, 77);
            return serde_json::from_slice(&frame.payload).unwrap();
        }
        assert_eq!(frame.kind, Kind::Output, "{}", String::from_utf8_lossy(&frame.payload));
    }
}

#[test]
fn a_cell_is_asked_about_in_the_company_of_the_others() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let cells = [("f", "x : [n]\nloss = x'*x"), ("b", "")];
    ask(&mut stream, 1, &cells, false);
    until_idle(&mut stream, 1);
    let found =
        question(&mut stream, &json!({ "about": "complete", "cell": "b", "text": "derive lo", "byte": 9 }));
    assert_eq!(found["options"][0], json!({ "label": "loss", "type": "variable", "detail": "loss = x'*x" }));
    let found = question(
        &mut stream,
        &json!({ "about": "diagnose", "cell": "b", "text": "λ = 1\nloss + x +", "byte": 0 }),
    );
    let first = &found["diagnostics"][0];
    assert!(first["start"].as_u64() >= Some(7) && first["severity"] == "error", "{found}");
    let found = question(&mut stream, &json!({ "about": "diagnose", "cell": "b", "text": "2*loss" }));
    assert_eq!(found, json!({ "diagnostics": [] }));
    let found =
        question(&mut stream, &json!({ "about": "gestures", "cell": "f", "text": cells[0].1, "byte": 10 }));
    assert_eq!(found["gestures"][0]["source"], "derive loss wrt x");
    // A cell that the server has not seen, of another kind, and a page that has told of no cells.
    let mut other = lab.socket();
    let text = "(s + t)^2\n= s^2 + 2*s*t + t^2";
    let asked = json!({ "about": "gestures", "cell": "new", "kind": "derivation", "text": text, "byte": 12 });
    assert_eq!(question(&mut other, &asked)["gestures"][0]["source"], "derive s^2 + 2*s*t + t^2 wrt s");
}

#[test]
fn a_run_keeps_no_question_waiting() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let k = numbers(&lab, 40_000);
    ask(&mut stream, 1, &[("k", k.as_str()), ("slow", SLOW)], true);
    loop {
        let said: Value = serde_json::from_slice(&next(&mut stream).payload).unwrap();
        if said["cell"] == "slow" && said["step"].is_u64() {
            break;
        }
    }
    let found =
        question(&mut stream, &json!({ "about": "complete", "cell": "slow", "text": "sum(k", "byte": 5 }));
    assert_eq!(found["options"][0]["label"], "k");
    stream.write_all(&frame(Kind::Cancel, 1, &Value::Null)).unwrap();
    until_idle(&mut stream, 1);
}

#[test]
fn markdown_is_shown_and_its_html_is_text() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let text = "# T\n\n*a* $x^2$ <script>alert(1)</script> <img src=x onerror=alert(2)> [b](javascript:alert(3)) \
                ![c](http://evil.example/c.png)\n\n<div onclick=\"x\">\n";
    let found = question(&mut stream, &json!({ "about": "prose", "text": text }));
    let html = found["html"].as_str().unwrap();
    assert!(html.contains("<h1>T</h1>") && html.contains("<em>a</em>") && html.contains("<msup>"), "{html}");
    for part in ["<script", "<img", "<div", "href=\"javascript", "evil.example", " style="] {
        assert!(!html.contains(part), "{part} in {html}");
    }
}

#[test]
fn what_is_no_question_is_refused_in_words() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    for (payload, said) in [
        (json!({}), "missing field `about`"),
        (json!({ "about": "run", "text": "" }), "unknown variant `run`"),
        (json!({ "about": "prose", "text": "", "more": 1 }), "unknown field `more`"),
        (json!({ "about": "complete", "text": "", "byte": -1 }), "invalid value"),
        (json!({ "about": "complete", "cell": "<b>", "text": "" }), "this is no name of a cell"),
        (
            json!({ "about": "complete", "cell": "a", "kind": "html", "text": "" }),
            "there is no cell of this kind",
        ),
        (json!({ "about": "prose", "text": "x".repeat(2 << 20) }), "a cell has at most 1048576 bytes"),
    ] {
        stream.write_all(&frame(Kind::Question, 5, &payload)).unwrap();
        let answer = next(&mut stream);
        let words = String::from_utf8(answer.payload).unwrap();
        assert!((answer.kind, answer.id) == (Kind::Error, 5) && words.contains(said), "{words}");
    }
    for (text, byte) in
        [("", 9), ("λ", 1), ("x".repeat(30_000).as_str(), usize::MAX), ("(((((", 3), ("\"", 1)]
    {
        for about in ["complete", "diagnose", "gestures"] {
            question(&mut stream, &json!({ "about": about, "cell": "a", "text": text, "byte": byte }));
        }
    }
}
