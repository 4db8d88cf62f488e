//! Published tables, and how the tests over them find and read them.
//!
//! A table called `name` is the folder `name` under the folder that `GRADUS_CONFORM_DATA` names; where that is
//! unset, under `../shared/data` beside the workspace; else under `tables/` here. So each test runs unchanged
//! over any other table of the same form.

use std::path::{Path, PathBuf};

/// The variable that names the folder of published tables.
pub const DATA_VARIABLE: &str = "GRADUS_CONFORM_DATA";

/// The folder of a table, or the folders that were tried.
///
/// # Errors
/// The places where the table was looked for, when it is in none of them.
pub fn table(name: &str) -> Result<PathBuf, Vec<PathBuf>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tried: Vec<PathBuf> = Vec::new();
    match std::env::var_os(DATA_VARIABLE) {
        Some(folder) => tried.push(Path::new(&folder).join(name)),
        None => tried.push(here.join("../../../shared/data").join(name)),
    }
    tried.push(here.join("tables").join(name));
    match tried.iter().find(|p| p.is_dir()) {
        Some(found) => Ok(found.clone()),
        None => Err(tried),
    }
}

/// The files of a table with one of the given extensions, in the order of their names.
///
/// # Errors
/// What the file system says.
pub fn files(folder: &Path, extension: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort();
    Ok(found)
}

/// The rows of a tab-separated table with a header, as `(line number, cells)`; `#` begins a comment line.
pub fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    text.lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'))
        .skip(1)
        .map(|(k, l)| (k + 1, l.split('\t').collect()))
        .collect()
}
