//! The command as it is built: what it prints first, and with which status it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod behaviour;
mod data;
mod decisions;
mod formulas;
mod hostile;
mod mistakes;
mod resume;
mod values;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a run of the command left.
struct Run {
    status: i32,
    out: String,
    err: String,
}

impl Run {
    fn first(&self) -> &str {
        self.out.lines().next().unwrap_or_default()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// Runs the command in an empty folder of its own.
fn gradus(args: &[&str]) -> Run {
    with_input(args, b"")
}

fn with_input(args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gradus"))
        .args(args)
        .current_dir(folder())
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let run = Run {
        status: output
            .status
            .code()
            .unwrap_or_else(|| panic!("{args:?} was killed: {}", text(&output.stderr))),
        out: text(&output.stdout),
        err: text(&output.stderr),
    };
    assert!(!run.err.contains("panicked"), "{args:?}: {}", run.err);
    run
}

/// A folder for files that tests write.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gradus-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file in that folder.
fn file(name: &str, text: &str) -> String {
    let path = folder().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Checks the first line and the status of each command of a table.
fn check(table: &[(&[&str], i32, &str)]) {
    for (args, status, first) in table {
        let run = gradus(args);
        assert_eq!((run.status, run.first()), (*status, *first), "gradus {args:?}\n{}", run.err);
    }
}
