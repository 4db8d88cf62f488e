//! Errors: every way to fail that a crate can name should happen in one of its tests.
//!
//! A variant counts as tested when its name stands in a test of its crate, after `::`, as tests that match on
//! it write. Other tests compare the message; those count by the message's longest run of plain words.

use super::Finding;
use super::tree::Tree;

/// A variant and the words of its message.
struct Variant<'a> {
    name: &'a str,
    words: String,
}

/// Notes the variants of the errors in each `error.rs` that no test is seen to meet.
pub(crate) fn tested(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(p, _)| p.ends_with("/src/error.rs")) {
        let folder = path.trim_end_matches("src/error.rs");
        let tests: Vec<&str> =
            tree.rust().filter(|(p, _)| p.starts_with(folder)).filter_map(|(p, t)| test_part(p, t)).collect();
        let mut unmet: Vec<&str> = Vec::new();
        for variant in variants(text) {
            let named = format!("::{}", variant.name);
            let met = |t: &&str| {
                t.match_indices(&named).any(|(at, _)| {
                    !t[at + named.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                }) || (variant.words.len() >= 12 && t.contains(&variant.words))
            };
            if !tests.iter().any(met) {
                unmet.push(variant.name);
            }
        }
        if !unmet.is_empty() {
            found.push(Finding::note(path, format!("no test of its crate names {}", unmet.join(", "))));
        }
    }
    found
}

/// The part of a file that is compiled for tests only.
fn test_part<'a>(path: &str, text: &'a str) -> Option<&'a str> {
    if path.contains("/tests/") || path.ends_with("/tests.rs") {
        return Some(text);
    }
    text.find("#[cfg(test)]").map(|at| &text[at..])
}

/// Variants of the enumerations in a file, as rustfmt sets them: indented by four, with a message above.
fn variants(text: &str) -> Vec<Variant<'_>> {
    let mut found = Vec::new();
    let mut message = "";
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("pub enum ") {
            inside = true;
        } else if line.starts_with('}') {
            inside = false;
        }
        if let Some(rest) = line.trim().strip_prefix("#[error(") {
            message = rest;
        }
        let Some(name) =
            line.strip_prefix("    ").filter(|l| l.starts_with(|c: char| c.is_ascii_uppercase()))
        else {
            continue;
        };
        if inside {
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            found.push(Variant { name, words: longest_plain_run(message) });
            message = "";
        }
    }
    found
}

/// The longest part of a message outside its `{...}`.
fn longest_plain_run(message: &str) -> String {
    let runs = message.trim_matches(['"', ')', ']']).split(['{', '}']).step_by(2);
    runs.map(str::trim).max_by_key(|r| r.len()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERROR: &str = "\
/// Errors.
pub enum Error {
    /// One.
    #[error(\"entry {index} is not finite\")]
    NonFinite {
        /// Where.
        index: usize,
    },
    /// Two.
    #[error(\"an empty table has no columns\")]
    Empty,
}
";

    #[test]
    fn a_variant_that_no_test_meets_is_noted() {
        let tree = Tree::of(&[
            ("crates/a/src/error.rs", ERROR),
            ("crates/a/tests/it/main.rs", "assert!(matches!(e, Error::NonFinite { .. }));"),
        ]);
        let found = tested(&tree);
        assert_eq!(found.len(), 1);
        assert!(found[0].says.ends_with("names Empty"));
    }

    #[test]
    fn a_message_in_a_test_counts_and_a_longer_name_does_not() {
        let test = "assert_eq!(e.to_string(), \"an empty table has no columns\"); Error::NonFiniteStart;";
        let tree = Tree::of(&[("crates/a/src/error.rs", ERROR), ("crates/a/tests/it/main.rs", test)]);
        let found = tested(&tree);
        assert_eq!(found.len(), 1);
        assert!(found[0].says.ends_with("names NonFinite"));
    }
}
