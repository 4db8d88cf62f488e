//! The project's own text files: what version control tracks or would track.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Paths relative to the root, with `/`, and texts; `None` where a file is not text.
#[derive(Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

/// Folders that no rule looks into when there is no version control to ask.
const BUILT: &[&str] = &["target", ".git", ".venv", "__pycache__", "corpus", "out"];

impl Tree {
    /// Reads every file that git tracks or does not ignore; without git, every file outside build folders.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let mut tree = Tree::default();
        for path in list(root)? {
            let full = root.join(&path);
            // A deleted file that is still in the index, or a link to a folder.
            if !full.is_file() {
                continue;
            }
            let bytes = std::fs::read(&full).map_err(|e| format!("{path}: {e}"))?;
            tree.files.insert(path, String::from_utf8(bytes).ok());
        }
        Ok(tree)
    }

    /// A tree of given texts, for the rules' tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(p, t)| ((*p).to_owned(), Some((*t).to_owned()))).collect();
        Tree { files }
    }

    /// Every path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every text file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(p, t)| t.as_deref().map(|t| (p.as_str(), t)))
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(p, _)| p.ends_with(".rs"))
    }

    /// One file's text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(Option::as_deref)
    }

    /// Whether a file, or a folder with a file in it, is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.paths().any(|p| p.starts_with(&folder))
    }
}

fn list(root: &Path) -> Result<Vec<String>, String> {
    let git = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    if let Ok(answer) = git
        && answer.status.success()
        && !answer.stdout.is_empty()
    {
        let names = String::from_utf8_lossy(&answer.stdout);
        return Ok(names.split('\0').filter(|n| !n.is_empty()).map(str::to_owned).collect());
    }
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    Ok(found)
}

fn walk(root: &Path, under: &str, found: &mut Vec<String>) -> Result<(), String> {
    let folder = root.join(under);
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let entry = entry.map_err(|e| e.to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
        let kind = entry.file_type().map_err(|e| format!("{path}: {e}"))?;
        if kind.is_dir() && !BUILT.contains(&name.as_str()) {
            walk(root, &path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_there_when_a_file_is_in_them() {
        let tree = Tree::of(&[("crates/expr/src/lib.rs", "")]);
        assert!(tree.has("crates/expr"));
        assert!(tree.has("crates/expr/src/lib.rs"));
        assert!(!tree.has("crates/exp"));
    }
}
