//! `cargo xtask tidy`: the rules that keep the project as its design says.
//!
//! Each rule is a function of what is in the tree (texts and the workspace's own description) to findings, so each
//! has a test in which it fails. A finding breaks the check; a note is printed and does not.

mod errors;
mod files;
mod layers;
mod pages;
mod tree;
mod words;

use std::fmt;
use std::path::Path;

use tree::Tree;

/// What one rule has to say about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file or package.
    pub(crate) place: String,
    /// What is wrong, and what to do.
    pub(crate) says: String,
    /// Whether the check fails for it.
    pub(crate) breaks: bool,
}

impl Finding {
    /// A broken rule.
    fn error(place: impl Into<String>, says: impl Into<String>) -> Self {
        Finding { place: place.into(), says: says.into(), breaks: true }
    }

    /// Worth knowing; not a failure.
    fn note(place: impl Into<String>, says: impl Into<String>) -> Self {
        Finding { place: place.into(), says: says.into(), breaks: false }
    }
}

/// All rules' findings.
pub(crate) struct Report {
    rules: Vec<(&'static str, Vec<Finding>)>,
    files: usize,
}

impl Report {
    /// Whether no rule is broken.
    pub(crate) fn passed(&self) -> bool {
        self.rules.iter().all(|(_, found)| found.iter().all(|f| !f.breaks))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, found) in &self.rules {
            let broken = found.iter().filter(|f| f.breaks).count();
            let notes = found.len() - broken;
            let verdict = match (broken, notes) {
                (0, 0) => "ok".to_owned(),
                (0, n) => format!("ok, {n} to note"),
                (b, _) => format!("{b} broken"),
            };
            writeln!(out, "{name:<34} {verdict}")?;
            for f in found {
                writeln!(out, "  {} {}: {}", if f.breaks { "error" } else { "note " }, f.place, f.says)?;
            }
        }
        let verdict = if self.passed() { "tidy" } else { "not tidy" };
        writeln!(out, "{} files, {} rules: {verdict}", self.files, self.rules.len())
    }
}

/// Runs every rule over the workspace at `root`.
///
/// # Errors
/// When the files or the workspace's description cannot be read.
pub(crate) fn check(root: &Path) -> Result<Report, String> {
    let tree = Tree::read(root)?;
    let packages = layers::packages(root)?;
    let rules = vec![
        ("dependencies point upward", layers::upward(&packages)),
        ("only linalg names faer", layers::faer(&packages, &tree)),
        ("members take the workspace's lints", layers::lints(&packages, &tree)),
        ("modules begin with a header", files::headers(&tree)),
        ("no nameless modules", files::names(&tree)),
        ("files are short", files::lengths(&tree)),
        ("nothing is left to do", words::unfinished(&tree)),
        ("the project speaks of itself alone", words::elsewhere(&tree)),
        ("errors are named in tests", errors::tested(&tree)),
        ("examples have reference values", pages::examples(&tree)),
        ("licences are present", pages::licences(&tree, &packages)),
        ("ARCHITECTURE.md names every crate", pages::architecture(&tree, &packages)),
        ("links in pages lead somewhere", pages::links(&tree)),
    ];
    Ok(Report { rules, files: tree.paths().count() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_passes_and_an_error_does_not() {
        let note = Report { rules: vec![("r", vec![Finding::note("a", "b")])], files: 1 };
        assert!(note.passed());
        assert!(note.to_string().contains("ok, 1 to note"));
        let error = Report { rules: vec![("r", vec![Finding::error("a", "b")])], files: 1 };
        assert!(!error.passed());
        assert!(error.to_string().contains("error a: b"));
        assert!(error.to_string().ends_with("not tidy\n"));
    }
}
