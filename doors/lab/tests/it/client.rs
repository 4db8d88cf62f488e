//! A Lab on a folder of its own, and a plain HTTP client that sends exactly what it is told.

use gradus_lab::{Running, Settings};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// An empty folder that is removed with the value.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn fresh() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("gradus-lab-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A Lab that serves, with the cookie of its session.
pub(crate) struct Lab {
    pub(crate) running: Option<Running>,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) cookie: String,
    pub(crate) place: Place,
}

impl Lab {
    pub(crate) fn start() -> Self {
        let mut lab = Self::locked();
        lab.enter();
        lab
    }

    /// Exchanges the token for the session.
    pub(crate) fn enter(&mut self) {
        let entered =
            self.send(&format!("GET /?token={} HTTP/1.1\r\nHost: {}\r\n\r\n", self.token, self.host()));
        assert_eq!(entered.status, 200, "{}", entered.text());
        let cookie = entered.header("set-cookie").unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// A Lab that another process serves.
    pub(crate) fn at(port: u16, token: &str) -> Self {
        Self { running: None, port, token: token.to_owned(), cookie: String::new(), place: Place::fresh() }
    }

    /// A Lab whose token has not been used.
    pub(crate) fn locked() -> Self {
        let place = Place::fresh();
        let mut lab = Self::serving(place.path(), None);
        lab.place = place;
        lab
    }

    /// A Lab on that folder, with that folder for what is kept between runs.
    pub(crate) fn with(folder: &Path, cache: Option<&Path>) -> Self {
        let mut lab = Self::serving(folder, cache);
        lab.enter();
        lab
    }

    fn serving(folder: &Path, cache: Option<&Path>) -> Self {
        let cache = cache.map(Path::to_owned);
        let settings = Settings { open: false, port: None, folder: folder.to_owned(), cache, watch: false };
        let running = gradus_lab::start(&settings).unwrap();
        let token = running.address().split_once("?token=").unwrap().1.to_owned();
        let mut lab = Self::at(running.port(), &token);
        lab.running = Some(running);
        lab
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host())
    }

    /// Sends these bytes and reads one answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        self.send_bytes(request.as_bytes())
    }

    pub(crate) fn send_bytes(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may refuse before it has read everything.
        let _ = stream.write_all(request);
        if request.starts_with(b"HEAD ") { Answer::head(&mut stream) } else { Answer::read(&mut stream) }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", self.host(), self.cookie))
    }

    /// A write as the Lab's own page sends it.
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.post_as(path, "application/json", "", body.as_bytes())
    }

    /// Saves a document of one piece of prose.
    pub(crate) fn save(&self, path: &str, text: &str, version: &serde_json::Value) -> Answer {
        let cells = [serde_json::json!({ "id": "p1", "kind": "prose", "source": text })];
        let body = serde_json::json!({ "path": path, "version": version, "cells": cells });
        self.post("/api/document/save", &body.to_string())
    }

    pub(crate) fn post_as(&self, path: &str, kind: &str, more: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n{more}\r\n",
            self.host(),
            self.cookie,
            self.origin(),
            body.len()
        );
        self.send_bytes(&[head.as_bytes(), body].concat())
    }

    /// Opens the WebSocket and returns the stream after the handshake.
    pub(crate) fn socket(&self) -> TcpStream {
        let mut stream = self.connect();
        let origin = format!("Origin: {}\r\n", self.origin());
        let cookie = format!("Cookie: {}\r\n", self.cookie);
        stream.write_all(upgrade(&self.host(), &cookie, &origin).as_bytes()).unwrap();
        let answer = Answer::head(&mut stream);
        assert_eq!(answer.status, 101);
        stream
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.stop();
        }
    }
}

/// The request that opens the WebSocket.
pub(crate) fn upgrade(host: &str, cookie: &str, origin: &str) -> String {
    format!(
        "GET /socket HTTP/1.1\r\nHost: {host}\r\n{cookie}{origin}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn head(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            match stream.read(&mut byte) {
                Ok(1) => bytes.push(byte[0]),
                Ok(_) | Err(_) => break,
            }
        }
        let head = String::from_utf8(bytes).unwrap();
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self { status, headers, body: Vec::new() }
    }

    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut answer = Self::head(stream);
        if let Some(length) = answer.header("content-length").and_then(|l| l.parse().ok()) {
            answer.body = vec![0; length];
            stream.read_exact(&mut answer.body).unwrap();
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}
