//! `cargo xtask readme`: every command that README.md shows is run, and must print what README.md says.
//!
//! A command is a line `$ gradus ...` in a block marked `console`; what follows, up to the next command or the end of
//! the block, is what it prints, on both streams. A line `...` stands for any lines. Numbers agree when they are
//! the same to six digits or both below 1e-7, as rounding differs between machines; times are not compared. Commands
//! run in a shell, in a folder with the files that README.md shows: each `gr` or `csv` block that begins with `# NAME`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command and what it should print.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    command: String,
    prints: Vec<String>,
}

/// A block of a page: the word after its fence, and its lines.
struct Block<'a> {
    word: &'a str,
    lines: Vec<&'a str>,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(word) => {
                is_inside = !is_inside;
                if is_inside {
                    found.push(Block { word, lines: Vec::new() });
                }
            }
            None if is_inside => {
                if let Some(block) = found.last_mut() {
                    block.lines.push(line);
                }
            }
            None => {}
        }
    }
    found
}

fn commands(page: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for block in blocks(page).iter().filter(|b| b.word == "console") {
        let mut is_ours = false;
        for line in &block.lines {
            if let Some(command) = line.strip_prefix("$ ") {
                is_ours = command.starts_with("gradus ");
                if is_ours {
                    found.push(Shown { command: command.to_owned(), prints: Vec::new() });
                }
            } else if is_ours && let Some(last) = found.last_mut() {
                last.prints.push(line.trim_end().to_owned());
            }
        }
    }
    for shown in &mut found {
        while shown.prints.last().is_some_and(String::is_empty) {
            shown.prints.pop();
        }
    }
    found
}

/// Files that the page shows, by the name in their first line.
fn files(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in blocks(page).iter().filter(|b| matches!(b.word, "gr" | "csv")) {
        let Some(name) = block.lines.first().and_then(|l| l.strip_prefix("# ")) else { continue };
        if !name.contains([' ', '/', '\\']) {
            found.push((name.to_owned(), block.lines[1..].join("\n") + "\n"));
        }
    }
    found
}

/// Whether two lines are the same but for rounding and times.
fn alike(shown: &str, printed: &str) -> bool {
    let (a, b) = (pieces(shown), pieces(printed));
    a.len() == b.len()
        && (0..a.len()).all(|k| {
            let is_time =
                |p: &[&str]| p.get(k + 1).is_some_and(|t| t.starts_with(" ms ") || t.starts_with(" s "));
            match (a[k].parse::<f64>(), b[k].parse::<f64>()) {
                (Ok(x), Ok(y)) => {
                    let is_close = (x - y).abs() <= 1e-6 * x.abs().max(y.abs());
                    is_close || x.abs().max(y.abs()) < 1e-7 || (is_time(&a) && is_time(&b))
                }
                _ => a[k] == b[k],
            }
        })
}

/// A line cut into numbers (`12`, `0.5`, `4.1e-15`) and what stands between them.
fn pieces(line: &str) -> Vec<&str> {
    let bytes = line.as_bytes();
    let is_digit = |k: usize| bytes.get(k).is_some_and(u8::is_ascii_digit);
    let (mut found, mut from, mut k) = (Vec::new(), 0, 0);
    while k < bytes.len() {
        if !is_digit(k) {
            k += 1;
            continue;
        }
        found.push(&line[from..k]);
        from = k;
        while is_digit(k) || (bytes.get(k) == Some(&b'.') && is_digit(k + 1)) {
            k += 1;
        }
        let sign = usize::from(matches!(bytes.get(k + 1), Some(b'+' | b'-')));
        if bytes.get(k) == Some(&b'e') && is_digit(k + 1 + sign) {
            k += 1 + sign;
            while is_digit(k) {
                k += 1;
            }
        }
        found.push(&line[from..k]);
        from = k;
    }
    found.push(&line[from..]);
    found
}

/// Whether the lines are as shown, where a shown `...` stands for any number of lines.
fn fits(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((dots, rest)) if dots == "..." => (0..=printed.len()).any(|k| fits(rest, &printed[k..])),
        Some((line, rest)) => printed.first().is_some_and(|p| alike(line, p)) && fits(rest, &printed[1..]),
    }
}

/// Runs what README.md at `root` shows; how many commands were run.
///
/// # Errors
/// Each command that prints something else, with what it prints.
pub(crate) fn check(root: &Path) -> Result<usize, String> {
    let page = std::fs::read_to_string(root.join("README.md")).map_err(|e| format!("README.md: {e}"))?;
    let program = build(root)?;
    let folder = std::env::temp_dir().join(format!("gradus-readme-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let wrong = run_all(&page, &program, &folder);
    // Nothing hangs on it if the folder stays.
    let _ = std::fs::remove_dir_all(&folder);
    let (count, wrong) = wrong?;
    if wrong.is_empty() { Ok(count) } else { Err(wrong) }
}

fn run_all(page: &str, program: &Path, folder: &Path) -> Result<(usize, String), String> {
    for (name, text) in files(page) {
        std::fs::write(folder.join(&name), text).map_err(|e| format!("{name}: {e}"))?;
    }
    let mut wrong = String::new();
    let shown = commands(page);
    for s in &shown {
        let script = format!("gradus() {{ \"$GRADUS\" \"$@\"; }}\n{{ {}\n}} 2>&1", s.command);
        let answer = Command::new("bash")
            .args(["-c", &script])
            .env("GRADUS", program)
            .current_dir(folder)
            .output()
            .map_err(|e| format!("bash: {e}"))?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut printed: Vec<&str> = text.lines().map(str::trim_end).collect();
        while printed.last().is_some_and(|l| l.is_empty()) {
            printed.pop();
        }
        if !fits(&s.prints, &printed) {
            let _ = writeln!(
                wrong,
                "$ {}\nREADME.md says\n{}\nit prints\n{text}",
                s.command,
                s.prints.join("\n")
            );
        }
    }
    Ok((shown.len(), wrong))
}

/// Builds the command and says where it is.
fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let answer = Command::new(cargo)
        .args(["build", "--quiet", "--package", "gradus-cli", "--message-format", "json"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo build: {e}"))?;
    if !answer.status.success() {
        return Err(format!("cargo build: {}", String::from_utf8_lossy(&answer.stderr)));
    }
    String::from_utf8_lossy(&answer.stdout)
        .lines()
        .filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok())
        .filter_map(|v| v.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| "cargo build named no program".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "text\n```gr\n# fit.gr\nvar a : scalar\n```\n```console\n$ gradus derive 'x^2' --wrt x\n2*x\n\n\
                        $ cargo build\nnoise\n```\n";

    #[test]
    fn commands_and_files_are_found() {
        let expected =
            Shown { command: "gradus derive 'x^2' --wrt x".to_owned(), prints: vec!["2*x".to_owned()] };
        assert_eq!(commands(PAGE), [expected]);
        assert_eq!(files(PAGE), [("fit.gr".to_owned(), "var a : scalar\n".to_owned())]);
    }

    #[test]
    fn rounding_and_times_are_passed_over_and_other_numbers_are_not() {
        assert!(alike(
            "value = 0.35487066167700826, 64.7 ms to solve",
            "value = 0.35487066167700821, 3 ms to solve"
        ));
        assert!(alike("error 4.1e-15", "error 5.6e-16"));
        assert!(!alike("value = 0.354870", "value = 0.354879"));
        assert!(!alike("6 iterations", "7 iterations"));
        assert!(!alike("x^2", "x^3"));
        assert_eq!(pieces("a1.5e-3 ms."), ["a", "1.5e-3", " ms."]);
    }

    #[test]
    fn other_output_does_not_fit_and_dots_stand_for_any_lines() {
        let shown = |s: &[&str]| s.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
        assert!(fits(&shown(&["a", "b"]), &["a", "b"]));
        assert!(!fits(&shown(&["a", "b"]), &["a"]));
        assert!(!fits(&shown(&["a"]), &["a", "b"]));
        assert!(fits(&shown(&["a", "...", "d"]), &["a", "b", "c", "d"]));
        assert!(!fits(&shown(&["a", "...", "d"]), &["a", "b", "c"]));
    }
}
