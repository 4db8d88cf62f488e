//! Help, versions, completions, pipes and colour.

use crate::{folder, gradus};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

const COMMANDS: [&str; 8] = ["derive", "check", "equal", "eval", "solve", "simplify", "facts", "data"];

#[test]
fn every_command_has_help_with_examples() {
    let run = gradus(&["--help"]);
    assert_eq!(run.status, 0);
    assert!(run.out.contains("Exit status"), "{}", run.out);
    for command in COMMANDS {
        assert!(run.out.contains(&format!("  {command} ")), "{command}");
        let help = gradus(&[command, "--help"]);
        assert!(help.status == 0 && help.out.contains("Examples:\n"), "{command}: {}", help.out);
        assert_eq!(gradus(&["help", command]).out, help.out, "{command}");
    }
}

#[test]
fn the_examples_in_the_help_run() {
    for command in ["check", "equal", "eval", "simplify", "facts", "data"] {
        let help = gradus(&[command, "--help"]).out;
        let examples = help.lines().map(str::trim).filter(|l| l.starts_with("gradus ")).filter(|l| {
            // Figures are drawn in another test, and nobody has measured anything.
            !l.contains("--plot") && !l.contains("measurements")
        });
        for line in examples {
            let args = words(line);
            let run = gradus(&args.iter().skip(1).map(String::as_str).collect::<Vec<_>>());
            assert!(run.status < 2, "{line}: {}", run.err);
        }
    }
}

/// A line as a shell splits it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ' ') => words.push(String::new()),
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

#[test]
fn without_arguments_the_example_is_solved_and_the_lab_is_open() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gradus"))
        .current_dir(folder())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let is_address = |line: &String| line.starts_with("http://127.0.0.1:");
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        out.push(line);
        if out.last().is_some_and(is_address) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let out = out.join("\n");
    for part in [
        "minimize ",
        "gradient by w:",
        "method: ",
        "converged",
        "objective = ",
        "figure: out/flagship.svg",
        "http://127.0.0.1:",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(std::fs::read_to_string(folder().join("out/flagship.svg")).unwrap().starts_with("<svg"));
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "", "a progress line is for terminals");
}

#[test]
fn versions_and_completions_are_printed() {
    assert_eq!(gradus(&["--version"]).out, format!("gradus {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = gradus(&["completions", shell]);
        assert!(run.status == 0 && run.out.contains("derive"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gradus"))
        .args(["data", "list", "--format", "json"])
        .current_dir(folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(said, "");
}

#[test]
fn pipes_get_no_colour() {
    for args in [&["derive", "lgo(x)"][..], &["--help"], &["derive", "norm2(x)"], &["nonsense"]] {
        let run = gradus(args);
        assert!(!run.out.contains('\x1b') && !run.err.contains('\x1b'), "{args:?}");
    }
}
