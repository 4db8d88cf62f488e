//! One test for each published class of attack that has hit servers of this kind.

use crate::client::{Answer, Lab, upgrade};
use std::net::TcpStream;

/// A path for a route's pattern.
fn example(path: &str) -> String {
    path.replace("{*name}", "lab.css")
        .replace("{unit}", "calculus")
        .replace("{topic}", "gradients")
        .replace("{form}", "html")
}

#[test]
fn every_route_is_refused_without_a_session() {
    let lab = Lab::locked();
    let host = lab.host();
    let mut seen = 0;
    for (method, path) in gradus_lab::routes() {
        for verb in [method, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            for cookie in ["", "Cookie: gradus=1\r\n", &format!("Cookie: gradus-{}=0\r\n", lab.port)] {
                let origin = lab.origin();
                let request = format!(
                    "{verb} {} HTTP/1.1\r\nHost: {host}\r\n{cookie}Origin: {origin}\r\nContent-Length: 0\r\n\r\n",
                    example(path)
                );
                let answer = lab.send(&request);
                assert!(matches!(answer.status, 401 | 403), "{verb} {path}: {}", answer.status);
                seen += 1;
            }
        }
    }
    assert!(seen >= 27 * 10, "{seen}");
    for path in
        ["/no/such/page", "/assets/../Cargo.toml", "//", "/socket/", "/?token", "/?token=", "/?tokens=1"]
    {
        let answer = lab.send(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(matches!(answer.status, 401 | 403), "{path}: {}", answer.status);
    }
    let answer = lab.send(&upgrade(&host, "", &format!("Origin: {}\r\n", lab.origin())));
    assert_eq!(answer.status, 401, "a socket without a session");
}

#[test]
fn only_loopback_is_bound() {
    let lab = Lab::locked();
    assert!(
        lab.running
            .as_ref()
            .unwrap()
            .address()
            .starts_with(&format!("http://127.0.0.1:{}/?token=", lab.port))
    );
    // Another address of this machine, where it has one, is not bound: 127.0.0.2 is loopback and still not ours.
    if let Ok(address) = format!("127.0.0.2:{}", lab.port).parse() {
        let other = TcpStream::connect_timeout(&address, std::time::Duration::from_millis(500));
        assert!(other.is_err());
    }
}

#[test]
fn the_token_works_once_and_its_cookie_is_out_of_reach() {
    let lab = Lab::locked();
    let ask =
        |token: &str| lab.send(&format!("GET /?token={token} HTTP/1.1\r\nHost: {}\r\n\r\n", lab.host()));
    assert_eq!(ask(&"0".repeat(64)).status, 403);
    assert_eq!(ask(&lab.token[1..]).status, 403);
    let first = ask(&lab.token);
    assert_eq!(first.status, 200);
    let cookie = first.header("set-cookie").unwrap();
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(!cookie.contains(&lab.token), "the cookie is another secret than the token");
    let second = ask(&lab.token);
    assert_eq!(second.status, 403);
    assert!(second.header("set-cookie").is_none());
    assert!(second.text().contains("has been used"), "{}", second.text());
}

#[test]
fn the_secret_of_the_cookie_changes_every_run() {
    let (first, second) = (Lab::start(), Lab::start());
    let value = |lab: &Lab| lab.cookie.split_once('=').unwrap().1.to_owned();
    assert_ne!(value(&first), value(&second));
    assert_eq!(value(&first).len(), 64);
    let stolen = format!("Cookie: gradus-{}={}\r\n", second.port, value(&first));
    let answer = second.send(&format!("GET / HTTP/1.1\r\nHost: {}\r\n{stolen}\r\n", second.host()));
    assert_eq!(answer.status, 401);
}

#[test]
fn another_name_of_this_machine_is_refused_also_with_the_session() {
    let lab = Lab::start();
    let ask =
        |host: &str| lab.send(&format!("GET / HTTP/1.1\r\n{host}Cookie: {}\r\n\r\n", lab.cookie)).status;
    let port = lab.port;
    assert_eq!(ask(&format!("Host: 127.0.0.1:{port}\r\n")), 200);
    assert_eq!(ask(&format!("Host: localhost:{port}\r\n")), 200);
    for host in [
        format!("evil.example:{port}"),
        format!("evil.example#127.0.0.1:{port}"),
        format!("127.0.0.1:{port}.evil.example"),
        format!("evil.localhost:{port}"),
        format!("127.0.0.1:{}", port ^ 1),
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        format!("0.0.0.0:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.2:{port}"),
        String::new(),
    ] {
        let status = ask(&format!("Host: {host}\r\n"));
        assert!(matches!(status, 400 | 403), "{host}: {status}");
    }
    assert!(matches!(ask(""), 400 | 403), "no Host");
    let twice = format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n");
    assert!(matches!(ask(&twice), 400 | 403), "two Hosts");
    let absolute = format!(
        "GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {}\r\n\r\n",
        lab.cookie
    );
    assert!(matches!(lab.send(&absolute).status, 400 | 403));
}

#[test]
fn a_write_comes_from_the_lab_itself() {
    let lab = Lab::start();
    let body = r#"{"path":"a.gr.md"}"#;
    let ask = |origin: &str, kind: &str| {
        lab.send(&format!(
            "POST /api/document/new HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{origin}Content-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            lab.host(),
            lab.cookie,
            body.len()
        ))
        .status
    };
    let own = format!("Origin: {}\r\n", lab.origin());
    for origin in [
        String::new(),
        "Origin: null\r\n".to_owned(),
        "Origin: http://evil.example\r\n".to_owned(),
        format!("Origin: http://127.0.0.1:{}\r\n", lab.port ^ 1),
        format!("Origin: https://127.0.0.1:{}\r\n", lab.port),
        format!("Origin: http://127.0.0.1:{}.evil.example\r\n", lab.port),
        // The other name of the same server is another origin.
        format!("Origin: http://localhost:{}\r\n", lab.port),
        format!("{own}Origin: http://evil.example\r\n"),
        format!("{own}Sec-Fetch-Site: cross-site\r\n"),
        format!("{own}Sec-Fetch-Site: same-site\r\n"),
    ] {
        assert_eq!(ask(&origin, "application/json"), 403, "{origin}");
    }
    // What a form of another site could send is no JSON.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        assert_eq!(ask(&own, kind), 415, "{kind}");
    }
    assert!(!lab.place.path().join("a.gr.md").exists());
    assert_eq!(ask(&own, "application/json"), 200);
}

#[test]
fn every_write_is_refused_to_another_origin_and_in_another_form() {
    let lab = Lab::start();
    let own = format!("Origin: {}\r\n", lab.origin());
    let mut seen = 0;
    for (_, path) in gradus_lab::routes().into_iter().filter(|(method, _)| *method == "POST") {
        let ask = |origin: &str, kind: &str| {
            let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n", lab.host(), lab.cookie);
            let body = r#"{"path":"a.gr.md","cells":[],"version":null}"#;
            lab.send(&format!(
                "{head}{origin}Content-Type: {kind}\r\nX-Name: a.csv\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ))
            .status
        };
        for origin in ["", "Origin: null\r\n", "Origin: http://evil.example\r\n"] {
            assert_eq!(ask(origin, "application/json"), 403, "{path} {origin}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            assert_eq!(ask(&own, kind), 415, "{path} {kind}");
        }
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
    assert_eq!(std::fs::read_dir(lab.place.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn a_document_that_is_opened_runs_nothing_until_somebody_says_so() {
    let lab = Lab::start();
    // Half a minute of work, and a file that would be read.
    let rows: String = (0..40_000).map(|k| format!("{k}\n")).collect();
    std::fs::write(lab.place.path().join("k.csv"), format!("k\n{rows}")).unwrap();
    let slow = "from \"k.csv\"\ndata k = column(k)\nplot sum(sin(x*k + y*k)) for x in -3..3, y in -3..3";
    std::fs::write(lab.place.path().join("d.gr.md"), format!("```gr id=slow\n{slow}\n```\n")).unwrap();
    let began = std::time::Instant::now();
    let page = lab.get("/open?path=d.gr.md");
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("<svg class=\"gradus-figure\""));
    let mut stream = lab.socket();
    crate::cells::ask(&mut stream, 1, &[("slow", slow)], false);
    let all = crate::cells::until_idle(&mut stream, 1);
    assert_eq!(crate::cells::states(&all, "slow"), ["pending"]);
    for about in ["complete", "diagnose", "gestures"] {
        let question = serde_json::json!({ "about": about, "cell": "slow", "text": slow, "byte": 5 });
        let bytes = crate::socket::frame(gradus_lab::frame::Kind::Question, 2, &question);
        std::io::Write::write_all(&mut stream, &bytes).unwrap();
        assert_eq!(crate::socket::next(&mut stream).kind, gradus_lab::frame::Kind::Answer, "{about}");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn what_cells_say_holds_no_element_of_the_one_who_wrote_them() {
    let lab = Lab::start();
    let mut stream = lab.socket();
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let file = format!("from \"{evil}.csv\"\ndata y = columns(\"{evil}\")");
    let texts = [
        evil.to_owned(),
        format!("x {evil}"),
        format!("derive x^2 wrt x # {evil}"),
        format!("f(x) = \"{evil}\""),
        file,
        format!("load(\"{evil}\")"),
        "derive \\text{<script>} wrt x".to_owned(),
        format!("equal x == 2*x # {evil}"),
        "a = 1\na = 2 # <svg onload=alert(3)>".to_owned(),
    ];
    let ids: Vec<String> = (0..texts.len()).map(|k| format!("c{k}")).collect();
    let cells: Vec<(&str, &str)> =
        ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    crate::cells::ask(&mut stream, 1, &cells, true);
    for said in crate::cells::until_idle(&mut stream, 1) {
        let html = said["html"].as_str().unwrap_or_default();
        for part in ["<script", "<img", "<svg onload", " style=", "<style"] {
            assert!(!html.contains(part), "{part} in {html}");
        }
    }
    let chain =
        serde_json::json!({ "id": "d", "kind": "derivation", "source": format!("x # {evil}\n= x # {evil}") });
    let payload = serde_json::json!({ "document": "d.gr.md", "cells": [chain] });
    std::io::Write::write_all(
        &mut stream,
        &crate::socket::frame(gradus_lab::frame::Kind::Source, 2, &payload),
    )
    .unwrap();
    let all = crate::cells::until_idle(&mut stream, 2);
    let html = all.iter().rfind(|s| s["cell"] == "d").unwrap()["html"].as_str().unwrap().to_owned();
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script"), "{html}");
}

#[cfg(unix)]
#[test]
fn cells_read_no_file_that_a_link_leads_to_outside_and_none_of_absurd_size() {
    let lab = Lab::start();
    let outside = crate::client::Place::fresh();
    std::fs::write(outside.path().join("secret.csv"), "k\n424242\n").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.csv"), lab.place.path().join("in.csv")).unwrap();
    std::os::unix::fs::symlink(outside.path(), lab.place.path().join("folder")).unwrap();
    std::fs::File::create(lab.place.path().join("huge.csv")).unwrap().set_len(1 << 40).unwrap();
    let mut stream = lab.socket();
    let read = |file: &str, x: &str| format!("from \"{file}\"\ndata {x} = column(k)\neval sum({x})");
    let texts = [
        read("in.csv", "a"),
        read("folder/secret.csv", "b"),
        read("huge.csv", "c"),
        "load(\"huge.csv\")".to_owned(),
    ];
    let cells: Vec<(&str, &str)> =
        ["a", "b", "c", "d"].into_iter().zip(texts.iter().map(String::as_str)).collect();
    crate::cells::ask(&mut stream, 1, &cells, true);
    let all = crate::cells::until_idle(&mut stream, 1);
    assert!(all.iter().all(|s| !s.to_string().contains("424242")), "{all:?}");
    let html = |cell: &str| all.iter().rfind(|s| s["cell"] == cell).unwrap()["html"].to_string();
    assert!(html("a").contains("is not in the folder") && html("b").contains("is not in the folder"));
    assert!(html("c").contains("a document reads at most"), "{}", html("c"));
}

#[test]
fn a_socket_is_opened_by_the_lab_itself() {
    let lab = Lab::start();
    let cookie = format!("Cookie: {}\r\n", lab.cookie);
    for origin in
        ["", "Origin: null\r\n", "Origin: http://evil.example\r\n", "Origin: http://127.0.0.1:1\r\n"]
    {
        assert_eq!(lab.send(&upgrade(&lab.host(), &cookie, origin)).status, 403, "{origin}");
    }
    let mut stream = lab.connect();
    let own = format!("Origin: {}\r\n", lab.origin());
    std::io::Write::write_all(&mut stream, upgrade(&lab.host(), &cookie, &own).as_bytes()).unwrap();
    assert_eq!(Answer::head(&mut stream).status, 101);
}

#[test]
fn reads_that_another_site_causes_are_refused_unless_they_open_a_page() {
    let lab = Lab::start();
    let ask = |path: &str, headers: &str| {
        lab.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{headers}\r\n",
            lab.host(),
            lab.cookie
        ))
        .status
    };
    let from = |site, mode, dest| {
        format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\n")
    };
    assert_eq!(ask("/assets/lab.js", &from("same-origin", "cors", "script")), 200);
    assert_eq!(ask("/", &from("none", "navigate", "document")), 200);
    assert_eq!(ask("/", &from("same-site", "navigate", "document")), 200);
    for (site, mode, dest) in [
        ("cross-site", "no-cors", "image"),
        ("same-site", "no-cors", "script"),
        ("same-site", "cors", "empty"),
        ("cross-site", "navigate", "iframe"),
    ] {
        assert_eq!(ask("/assets/lab.js", &from(site, mode, dest)), 403, "{site} {mode} {dest}");
    }
}

#[test]
fn every_answer_keeps_the_page_to_itself() {
    let lab = Lab::start();
    let mut nonces = std::collections::BTreeSet::new();
    let refused = lab.send(&format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", lab.host()));
    assert_eq!(refused.status, 401);
    let answers = [
        lab.get("/"),
        lab.get("/workbench"),
        lab.get("/assets/lab.css"),
        lab.get("/no/such/page"),
        lab.get("/open?path=..%2Fx.gr.md"),
        lab.post("/api/document/read", r#"{"path":"none.gr.md"}"#),
        lab.post("/api/document/read", "{"),
        refused,
    ];
    for answer in &answers {
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.split("; ").any(|p| p == part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!policy.contains("http"), "{policy}");
        assert!(!policy.contains('*'), "{policy}");
        let nonce =
            policy.split_once("script-src 'self' 'nonce-").unwrap().1.split('\'').next().unwrap().to_owned();
        assert_eq!(nonce.len(), 32);
        if answer.text().contains("<script") {
            assert_eq!(answer.text().matches("<script").count(), answer.text().matches(&nonce).count());
        }
        assert!(nonces.insert(nonce), "a nonce is used once");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert!(answer.headers().all(|(name, _)| !name.starts_with("access-control-")), "no CORS");
    }
}

#[test]
fn a_preflight_is_never_answered_with_permission() {
    let lab = Lab::start();
    for origin in ["http://evil.example".to_owned(), lab.origin()] {
        let answer = lab.send(&format!(
            "OPTIONS /api/document/save HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n",
            lab.host(),
            lab.cookie
        ));
        assert!(matches!(answer.status, 403 | 405), "{}", answer.status);
        assert!(answer.headers().all(|(name, _)| !name.starts_with("access-control-")));
    }
}

#[test]
fn nothing_redirects_to_where_a_parameter_says() {
    let lab = Lab::start();
    for (_, path) in gradus_lab::routes() {
        for name in ["next", "url", "redirect", "return", "continue", "path", "token", "to"] {
            for target in
                ["http://evil.example/", "//evil.example", "%2F%2Fevil.example", "javascript:alert(1)"]
            {
                let answer = lab.get(&format!("{}?{name}={target}", example(path)));
                assert!(!(300..400).contains(&answer.status), "{path} {name} {target}: {}", answer.status);
                assert!(answer.header("location").is_none() && answer.header("refresh").is_none());
                assert!(!answer.text().contains("http-equiv"), "{path} {name} {target}");
            }
        }
    }
}

#[test]
fn html_in_a_document_is_text_on_its_page() {
    let lab = Lab::start();
    let evil = "# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> </textarea><script>alert(2)</script>\n\
                <a href=\"javascript:alert(3)\">x</a> [x](javascript:alert(4)) <iframe srcdoc='<script>5</script>'>\n\
                <svg onload=alert(6)> <math><mtext><style><img src=x onerror=alert(7)>\n";
    std::fs::write(lab.place.path().join("evil.gr.md"), evil).unwrap();
    std::fs::write(lab.place.path().join("\"><script>alert(8)<script>.gr.md"), "x").unwrap();
    for path in
        ["/open?path=evil.gr.md", "/open?path=%22%3E%3Cscript%3Ealert(8)%3Cscript%3E.gr.md", "/workbench"]
    {
        let answer = lab.get(path);
        assert_eq!(answer.status, 200);
        let text = answer.text();
        let policy = answer.header("content-security-policy").unwrap();
        let nonce = policy.split_once("'nonce-").unwrap().1.split('\'').next().unwrap();
        // Every element that could run something is ours: it has the nonce of this answer, or there is none.
        assert_eq!(
            text.matches("<script").count(),
            text.matches(&format!("nonce=\"{nonce}\"")).count(),
            "{text}"
        );
        for part in ["<img", "<iframe", "onerror=alert(1)>\n</", "<a href=\"javascript:", "<script>alert"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn opening_a_file_starts_no_process_and_changes_nothing() {
    let lab = Lab::start();
    let document = "# A document\n\n```gr\nX = columns(@iris)\nplot sin(x) for x in -3..3\n```\n\n```sh\ntouch started\n```\n";
    std::fs::write(lab.place.path().join("d.gr.md"), document).unwrap();
    assert_eq!(lab.get("/open?path=d.gr.md").status, 200);
    let left: Vec<_> = std::fs::read_dir(lab.place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["d.gr.md"]);
    assert_eq!(std::fs::read_to_string(lab.place.path().join("d.gr.md")).unwrap(), document);
}

#[test]
fn requests_out_of_shape_and_size_are_refused() {
    let lab = Lab::start();
    for body in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"path":1}"#,
        r#"{"path":"a.gr.md","more":1}"#,
        "\u{1}",
        &"[".repeat(50_000),
    ] {
        assert_eq!(lab.post("/api/document/read", body).status, 400, "{body:.20}");
    }
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
        "a".repeat(70_000),
        lab.host(),
        lab.cookie
    );
    assert!(matches!(lab.send(&long).status, 404 | 414 | 431), "a long path");
    let head = format!(
        "POST /api/document/save HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 99999999999\r\n\r\n",
        lab.host(),
        lab.cookie,
        lab.origin()
    );
    assert_eq!(lab.send(&head).status, 413);
    assert_eq!(lab.get("/").status, 200, "the server goes on");
}
