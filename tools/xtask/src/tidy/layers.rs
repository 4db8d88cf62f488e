//! The layers: which crate may need which.
//!
//! A crate may name what its row names and whatever those may need in turn. A new crate is a new row here, above
//! everything that needs it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Finding;
use super::tree::Tree;

/// Folder, package, and the packages that it may need.
const LAYERS: &[(&str, &str, &[&str])] = &[
    ("crates/scalar", "gradus-scalar", &[]),
    ("crates/linalg", "gradus-linalg", &["gradus-scalar"]),
    ("crates/expr", "gradus-expr", &["gradus-scalar"]),
    ("crates/program", "gradus-program", &["gradus-expr", "gradus-linalg"]),
    ("crates/optimize", "gradus-optimize", &["gradus-program"]),
    ("crates/data", "gradus-data", &["gradus-scalar"]),
    ("crates/plot", "gradus-plot", &[]),
    ("crates/problem", "gradus-problem", &["gradus-optimize", "gradus-data", "gradus-plot"]),
    (
        "crates/gradus",
        "gradus",
        &["gradus-problem", "gradus-optimize", "gradus-data", "gradus-plot", "gradus-program"],
    ),
    ("crates/notebook", "gradus-notebook", &["gradus-problem"]),
    ("crates/lesson", "gradus-lesson", &["gradus-notebook"]),
    ("doors/lab", "gradus-lab", &["gradus", "gradus-lesson"]),
    ("doors/cli", "gradus-cli", &["gradus", "gradus-lab"]),
    ("tools/conform", "gradus-conform", &["gradus"]),
    ("tools/xtask", "xtask", &[]),
];

/// The doors and tools see the facade and not the crates under it.
const THROUGH_THE_FACADE: &[&str] = &["gradus-cli", "gradus-conform"];

/// A member of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Relative to the root.
    pub(crate) folder: String,
    pub(crate) license: String,
    /// Packages that it names, for use, tests or building.
    pub(crate) needs: Vec<String>,
}

/// Asks cargo what the workspace is.
///
/// # Errors
/// When cargo does not answer, or in another form.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let answer = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !answer.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr)));
    }
    let value: Value = serde_json::from_slice(&answer.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    read(&value).ok_or_else(|| "cargo metadata: an unknown form".to_owned())
}

fn read(value: &Value) -> Option<Vec<Package>> {
    let root = value.get("workspace_root")?.as_str()?;
    value
        .get("packages")?
        .as_array()?
        .iter()
        .map(|p| {
            let manifest = p.get("manifest_path")?.as_str()?;
            let folder =
                manifest.strip_prefix(root)?.trim_end_matches("Cargo.toml").trim_matches(['/', '\\']);
            let needs = p.get("dependencies")?.as_array()?;
            Some(Package {
                name: p.get("name")?.as_str()?.to_owned(),
                folder: folder.replace('\\', "/"),
                license: p.get("license").and_then(Value::as_str).unwrap_or_default().to_owned(),
                needs: needs.iter().filter_map(|d| d.get("name")?.as_str()).map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// Everything that a package may need, directly or through what it needs.
fn allowed(name: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = vec![name];
    while let Some(next) = open.pop() {
        let row = LAYERS.iter().find(|row| row.1 == next);
        for &need in row.map_or(&[][..], |row| row.2) {
            if found.insert(need) && !THROUGH_THE_FACADE.contains(&name) {
                open.push(need);
            }
        }
    }
    found
}

/// A crate needs only what stands above it in the table.
pub(crate) fn upward(packages: &[Package]) -> Vec<Finding> {
    let mut found = Vec::new();
    for p in packages {
        let Some(row) = LAYERS.iter().find(|row| row.1 == p.name) else {
            found.push(Finding::error(&p.folder, format!("'{}' has no row in the table of layers", p.name)));
            continue;
        };
        if row.0 != p.folder {
            found.push(Finding::error(&p.folder, format!("'{}' belongs in {}", p.name, row.0)));
        }
        let may = allowed(&p.name);
        for need in p.needs.iter().filter(|n| LAYERS.iter().any(|row| row.1 == n.as_str())) {
            if !may.contains(need.as_str()) {
                let list: Vec<&str> = may.iter().copied().collect();
                let says = format!("'{}' needs '{need}'; it may need [{}]", p.name, list.join(", "));
                found.push(Finding::error(format!("{}/Cargo.toml", p.folder), says));
            }
        }
    }
    found
}

/// The library behind linear algebra is one crate's business, so that each of its calls is guarded there.
pub(crate) fn faer(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let foreign = |n: &str| n == "faer" || n.starts_with("faer-");
    let manifests = packages
        .iter()
        .filter(|p| p.folder != "crates/linalg" && p.needs.iter().any(|n| foreign(n)))
        .map(|p| Finding::error(format!("{}/Cargo.toml", p.folder), "needs faer; use gradus-linalg"));
    let path = concat!("fae", "r::");
    let sources = tree
        .rust()
        .filter(|(place, text)| !place.starts_with("crates/linalg/") && text.contains(path))
        .map(|(place, _)| Finding::error(place, "names faer; use gradus-linalg"));
    manifests.chain(sources).collect()
}

/// Lints are set once, in the workspace.
pub(crate) fn lints(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    packages
        .iter()
        .map(|p| format!("{}/Cargo.toml", p.folder))
        .filter(|manifest| {
            let text = tree.text(manifest).unwrap_or_default();
            let mut lines = text.lines().skip_while(|l| l.trim() != "[lints]").skip(1);
            !lines.any(|l| l.replace(' ', "") == "workspace=true")
        })
        .map(|manifest| Finding::error(manifest, "lacks `[lints]` with `workspace = true`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, folder: &str, needs: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            folder: folder.to_owned(),
            license: "MIT OR Apache-2.0".to_owned(),
            needs: needs.iter().map(|n| (*n).to_owned()).collect(),
        }
    }

    #[test]
    fn a_need_below_is_found_and_a_need_above_is_not() {
        let good = package("gradus-program", "crates/program", &["gradus-expr", "gradus-scalar", "rayon"]);
        assert_eq!(upward(&[good]), []);
        let bad = package("gradus-expr", "crates/expr", &["gradus-program"]);
        let found = upward(&[bad]);
        assert_eq!(found.len(), 1);
        assert!(found[0].says.contains("'gradus-expr' needs 'gradus-program'; it may need [gradus-scalar]"));
    }

    #[test]
    fn a_door_sees_only_the_facade() {
        assert_eq!(upward(&[package("gradus-cli", "doors/cli", &["gradus", "clap"])]), []);
        assert_eq!(upward(&[package("gradus-cli", "doors/cli", &["gradus-expr"])]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let found = upward(&[package("gradus-helpers", "crates/helpers", &[])]);
        assert!(found[0].says.contains("no row"));
    }

    #[test]
    fn a_folder_named_otherwise_is_found() {
        assert!(upward(&[package("gradus-expr", "crates/symbolic", &[])])[0].says.contains("crates/expr"));
    }

    #[test]
    fn every_need_in_the_table_stands_above() {
        for (k, row) in LAYERS.iter().enumerate() {
            for need in row.2 {
                assert!(LAYERS[..k].iter().any(|above| above.1 == *need), "{} needs {need}", row.1);
            }
        }
    }

    #[test]
    fn faer_outside_linalg_is_found_in_manifests_and_sources() {
        let text = concat!("use fae", "r::Mat;");
        let tree = Tree::of(&[("crates/program/src/step.rs", text), ("crates/linalg/src/lu.rs", text)]);
        let packages =
            [package("gradus-linalg", "crates/linalg", &["faer"]), package("x", "crates/x", &["faer-ext"])];
        let places: Vec<String> = faer(&packages, &tree).into_iter().map(|f| f.place).collect();
        assert_eq!(places, ["crates/x/Cargo.toml", "crates/program/src/step.rs"]);
    }

    #[test]
    fn a_member_without_lints_is_found() {
        let p = [package("gradus-expr", "crates/expr", &[]), package("gradus-plot", "crates/plot", &[])];
        let tree = Tree::of(&[
            ("crates/expr/Cargo.toml", "[package]\n[lints]\nworkspace = true\n"),
            ("crates/plot/Cargo.toml", "[package]\nversion.workspace = true\n[lints]\n"),
        ]);
        let found = lints(&p, &tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "crates/plot/Cargo.toml");
    }

    #[test]
    fn cargo_metadata_is_read() {
        let text = r#"{"workspace_root": "/a", "packages": [{"name": "x", "manifest_path": "/a/crates/x/Cargo.toml",
            "license": "MIT", "dependencies": [{"name": "y", "kind": "dev"}]}]}"#;
        let read = read(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!((read[0].folder.as_str(), read[0].needs.as_slice()), ("crates/x", &["y".to_owned()][..]));
    }
}
