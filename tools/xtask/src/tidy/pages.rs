//! Pages: what is told about the project is there and holds.

use super::Finding;
use super::layers::Package;
use super::tree::Tree;

/// The table of what independent tools answer to the examples.
const REFERENCES: &str = "tools/conform/tables/examples/values.tsv";

/// The licence of every package.
const LICENSE: &str = "MIT OR Apache-2.0";

/// Every problem in `examples/` has a value that an independent tool found.
pub(crate) fn examples(tree: &Tree) -> Vec<Finding> {
    let table = tree.text(REFERENCES).unwrap_or_default();
    let known: Vec<&str> = table.lines().filter_map(|l| l.split('\t').next()).collect();
    tree.paths()
        .filter_map(|p| Some((p, p.strip_prefix("examples/")?.strip_suffix(".gr")?)))
        .filter(|(_, name)| !known.contains(name))
        .map(|(path, _)| Finding::error(path, format!("has no row in {REFERENCES}")))
        .collect()
}

/// Both licences are there, and every package is under them.
pub(crate) fn licences(tree: &Tree, packages: &[Package]) -> Vec<Finding> {
    let texts =
        [("LICENSE-MIT", "Permission is hereby granted"), ("LICENSE-APACHE", "Version 2.0, January 2004")];
    let missing = texts
        .iter()
        .filter(|(file, words)| !tree.text(file).unwrap_or_default().contains(words))
        .map(|(file, _)| Finding::error(*file, "is missing or is another text"));
    let other = packages
        .iter()
        .filter(|p| p.license != LICENSE)
        .map(|p| Finding::error(&p.folder, format!("is under '{}', not '{LICENSE}'", p.license)));
    missing.chain(other).collect()
}

/// The architecture's page has a place for every member.
pub(crate) fn architecture(tree: &Tree, packages: &[Package]) -> Vec<Finding> {
    let page = tree.text("ARCHITECTURE.md").unwrap_or_default();
    packages
        .iter()
        .filter(|p| !page.contains(&format!("`{}`", p.folder)))
        .map(|p| Finding::error("ARCHITECTURE.md", format!("does not tell of `{}`", p.folder)))
        .collect()
}

/// Relative links in Markdown lead to files.
pub(crate) fn links(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(p, _)| p.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()) {
            // A topic of the course is checked with the lessons.
            let elsewhere = ["mailto:", "topic:"].iter().any(|scheme| target.starts_with(scheme));
            if target.is_empty() || target.contains("://") || elsewhere {
                continue;
            }
            if !tree.has(&resolve(folder, target)) {
                found.push(Finding::error(path, format!("links to '{target}', which is not there")));
            }
        }
    }
    found
}

/// `target` as seen from `folder`, from the root.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &str, license: &str) -> Package {
        Package {
            name: folder.to_owned(),
            folder: folder.to_owned(),
            license: license.to_owned(),
            needs: vec![],
        }
    }

    #[test]
    fn an_example_without_a_reference_is_found() {
        let tree = Tree::of(&[
            ("examples/ridge.gr", ""),
            ("examples/lasso.gr", ""),
            (REFERENCES, "example\tquantity\nridge\tobjective\n"),
        ]);
        let found = examples(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "examples/lasso.gr");
    }

    #[test]
    fn a_missing_licence_and_another_licence_are_found() {
        let tree = Tree::of(&[("LICENSE-MIT", "Permission is hereby granted, free of charge")]);
        let found = licences(&tree, &[package("crates/a", LICENSE), package("crates/b", "MIT")]);
        let places: Vec<&str> = found.iter().map(|f| f.place.as_str()).collect();
        assert_eq!(places, ["LICENSE-APACHE", "crates/b"]);
    }

    #[test]
    fn a_crate_without_a_paragraph_is_found() {
        let tree = Tree::of(&[("ARCHITECTURE.md", "### `crates/a`\n")]);
        let found = architecture(&tree, &[package("crates/a", LICENSE), package("crates/b", LICENSE)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].says.contains("crates/b"));
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let page = "[a](../README.md) [b](gone.md) [c](https://example.org) [d](../tools/) [e](#here)";
        let tree = Tree::of(&[("README.md", ""), ("docs/a.md", page), ("tools/x.rs", "")]);
        let found = links(&tree);
        assert_eq!(found.len(), 1);
        assert!(found[0].says.contains("gone.md"));
    }
}
