//! Public behaviour of the data crate.

// Every function here is a test or serves tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod bind;
mod bundled;
mod csv;
mod describe;
mod files;
mod hostile;
mod json;
mod nist;

/// The path of a file in `tests/files`.
fn file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}
