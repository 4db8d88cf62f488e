//! Project tasks, run as `cargo xtask TASK`.
//!
//! `tidy` checks what the compiler cannot: the layers, the files and the words of the project. `readme` runs what
//! README.md shows.

mod readme;
mod tidy;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask TASK

Tasks
  tidy    check layers, files, names, words, licences and pages; exit status 1 if a rule is broken
  readme  run the commands that README.md shows; exit status 1 if one prints something else
  help    print this
";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    let mut out = std::io::stdout().lock();
    // xtask lives in tools/xtask.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match task.as_deref() {
        None | Some("help" | "--help" | "-h") => say(&mut out, HELP, ExitCode::SUCCESS),
        Some("tidy") => match tidy::check(&root) {
            Ok(report) => {
                let status = if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
                say(&mut out, &report.to_string(), status)
            }
            Err(problem) => say(&mut out, &format!("tidy could not look: {problem}\n"), ExitCode::FAILURE),
        },
        Some("readme") => match readme::check(&root) {
            Ok(count) => {
                say(&mut out, &format!("README.md: {count} commands print what it says\n"), ExitCode::SUCCESS)
            }
            Err(wrong) => say(&mut out, &format!("{wrong}\n"), ExitCode::FAILURE),
        },
        Some(other) => say(&mut out, &format!("There is no task '{other}'.\n\n{HELP}"), ExitCode::from(2)),
    }
}

/// Prints; a closed pipe is nobody's error.
fn say(out: &mut impl Write, text: &str, status: ExitCode) -> ExitCode {
    match out.write_all(text.as_bytes()) {
        Ok(()) => status,
        Err(_) => ExitCode::FAILURE,
    }
}
