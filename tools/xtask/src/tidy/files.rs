//! Files: a header on every module, names that say something, lengths that one can read.

use super::Finding;
use super::tree::Tree;

/// A file longer than this asks for a reason.
const LONG: usize = 600;

/// The long files and why each is one file.
const REASONS: &[(&str, &str)] =
    &[("crates/expr/src/normal/normalise.rs", "one recursion, a rule for each node")];

/// Names that say where something is and not what.
const NAMELESS: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "shared", "stuff"];

/// Whether a Rust file is a module of a library or a command, not of a test.
fn is_module(path: &str) -> bool {
    let test = path.contains("/tests/") || path.ends_with("/tests.rs");
    path.contains("/src/") && !test
}

/// Every module says what it is before it begins.
pub(crate) fn headers(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|(path, text)| is_module(path) && !text.starts_with("//!"))
        .map(|(path, _)| Finding::error(path, "begins without a `//!` header"))
        .collect()
}

/// A module is named after the thing in it.
pub(crate) fn names(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, _) in tree.rust() {
        let parts = path.trim_end_matches(".rs").split('/');
        if let Some(name) = parts.into_iter().find(|part| NAMELESS.contains(part)) {
            found.push(Finding::error(path, format!("'{name}' says nothing; name it after what it holds")));
        }
    }
    found
}

/// Long files have a reason, and reasons have a long file.
pub(crate) fn lengths(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let lines = text.lines().count();
        if lines > LONG && !REASONS.iter().any(|r| r.0 == path) {
            found.push(Finding::note(path, format!("{lines} lines; split it, or write the reason in tidy")));
        }
    }
    for (path, _) in REASONS {
        if tree.text(path).is_none_or(|t| t.lines().count() <= LONG) {
            found.push(Finding::note(*path, format!("is not over {LONG} lines; drop its reason")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_a_header_is_found_and_a_test_without_one_is_not() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "//! A.\n"),
            ("crates/a/src/b.rs", "use x;\n"),
            ("crates/a/src/tests.rs", "use x;\n"),
            ("crates/a/tests/it/c.rs", "use x;\n"),
        ]);
        let found = headers(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "crates/a/src/b.rs");
    }

    #[test]
    fn nameless_modules_and_folders_are_found() {
        let tree = Tree::of(&[
            ("crates/a/src/utils.rs", ""),
            ("crates/a/src/common/mod.rs", ""),
            ("crates/a/src/commonality.rs", ""),
        ]);
        assert_eq!(names(&tree).len(), 2);
    }

    #[test]
    fn a_long_file_without_a_reason_is_noted() {
        let long = "x\n".repeat(LONG + 1);
        let tree = Tree::of(&[("crates/a/src/b.rs", &long), ("crates/a/src/c.rs", "x\n")]);
        let found: Vec<Finding> = lengths(&tree).into_iter().filter(|f| f.says.contains("split")).collect();
        assert_eq!(found.len(), 1);
        assert!(found[0].says.starts_with("601 lines"));
        assert!(!found[0].breaks);
    }

    #[test]
    fn a_reason_for_a_short_file_is_noted() {
        let tree = Tree::of(&[(REASONS[0].0, "x\n")]);
        assert!(lengths(&tree).iter().any(|f| f.place == REASONS[0].0 && f.says.contains("drop")));
    }
}
