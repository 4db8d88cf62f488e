//! Words: nothing left to do, and nothing of the machine that a file was written on.

use super::Finding;
use super::tree::Tree;

/// Marks of unfinished work; spelt apart, so that this file does not find itself.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Beginnings of paths on one machine.
const ABSOLUTE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tm", "p/t-"),
];

/// Files that others wrote, kept as they are.
fn is_foreign(path: &str) -> bool {
    path.contains("/datasets/nist/") || path.contains("/fonts/LICENSE")
}

/// Work is done or it is not here; what is to come is told in issues.
pub(crate) fn unfinished(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(p, _)| !is_foreign(p) && !p.ends_with(".csv")) {
        for (k, line) in text.lines().enumerate() {
            let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if let Some(word) = words.into_iter().find(|w| UNFINISHED.contains(w)) {
                found.push(Finding::error(format!("{path}:{}", k + 1), format!("'{word}'")));
            }
        }
    }
    found
}

/// No path and no package registry of one machine.
pub(crate) fn elsewhere(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(p, _)| !is_foreign(p)) {
        for (k, line) in text.lines().enumerate() {
            let place = || format!("{path}:{}", k + 1);
            if let Some(start) = ABSOLUTE.iter().find(|start| begins_a_word(line, start)) {
                found.push(Finding::error(place(), format!("an absolute path of one machine, '{start}'")));
            }
            if let Some(host) = registry(path, line) {
                found.push(Finding::error(place(), format!("a package registry of one machine, '{host}'")));
            }
        }
    }
    found
}

/// Whether `start` stands where a path begins: not inside a longer path or an address.
fn begins_a_word(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.' | '/' | '}' | '$'))
    })
}

/// A registry that an installer's option names, or that a lock file names beside cargo's own.
fn registry<'a>(path: &str, line: &'a str) -> Option<&'a str> {
    if path.ends_with("Cargo.lock") {
        let source = line.strip_prefix("source = \"")?.trim_end_matches('"');
        return (source != "registry+https://github.com/rust-lang/crates.io-index").then_some(source);
    }
    let option = concat!("--", "index-url");
    let extra = concat!("--", "extra-index-url");
    line.split([' ', '=']).skip_while(|w| *w != option && *w != extra).nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_is_found_as_a_word() {
        let mark = UNFINISHED[0];
        let text = format!("// {mark}: later\nlet {mark}_LIST = 1;\n");
        let tree = Tree::of(&[("a.rs", &text)]);
        let places: Vec<String> = unfinished(&tree).into_iter().map(|f| f.place).collect();
        assert_eq!(places, ["a.rs:1"]);
    }

    #[test]
    fn paths_of_a_machine_are_found_and_addresses_are_not() {
        let path = ABSOLUTE[0];
        let text = format!("read('{path}x')\nsee https://example.org{path}x\n../other{path}x\n");
        let tree = Tree::of(&[("a.py", &text)]);
        let places: Vec<String> = elsewhere(&tree).into_iter().map(|f| f.place).collect();
        assert_eq!(places, ["a.py:1"]);
    }

    #[test]
    fn registries_of_a_machine_are_found() {
        let option = concat!("--", "index-url");
        let pip = format!("pip install {option}=http://mirror.local/simple x\npip install x");
        let lock = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                    source = \"sparse+http://mirror.local/\"\n";
        let tree = Tree::of(&[("Cargo.lock", lock), ("run.sh", &pip)]);
        let places: Vec<String> = elsewhere(&tree).into_iter().map(|f| f.place).collect();
        assert_eq!(places, ["Cargo.lock:2", "run.sh:1"]);
    }
}
