//! Which files a document may read.
//!
//! A document is opened from anywhere, so what it may read is not its own to say: bundled data sets always, files only
//! as a [`DataSource`] allows.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The largest file that a document reads, in bytes: what is read is held in memory.
const LARGEST: u64 = 256 << 20;

/// Says which files a document may read, and when they have changed.
pub trait DataSource: Send + Sync {
    /// The folder that paths in the document are relative to.
    fn base(&self) -> Option<&Path>;

    /// A number that changes when the file does.
    ///
    /// # Errors
    /// Why the document may not read it, in words.
    fn stamp(&self, path: &str) -> Result<u64, String>;
}

/// No files at all: bundled data sets only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bundled;

impl DataSource for Bundled {
    fn base(&self) -> Option<&Path> {
        None
    }

    fn stamp(&self, path: &str) -> Result<u64, String> {
        Err(format!("this document may read no files, so not `{path}`"))
    }
}

/// The files of one folder and the folders in it, checked on the path that links lead to.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at a path.
    ///
    /// # Errors
    /// That of the system when there is no such folder.
    pub fn new(path: impl AsRef<Path>) -> std::io::Result<Folder> {
        Ok(Folder { root: path.as_ref().canonicalize()? })
    }
}

impl DataSource for Folder {
    fn base(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn stamp(&self, path: &str) -> Result<u64, String> {
        let outside = || format!("`{path}` is not in the folder of this document");
        // Answered before the file system is asked, so that nothing is learnt of what lies outside.
        let inside = |c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir);
        if !Path::new(path).components().all(inside) {
            return Err(outside());
        }
        let found = self.root.join(path).canonicalize().map_err(|e| format!("`{path}`: {e}"))?;
        if !found.starts_with(&self.root) {
            return Err(outside());
        }
        let about = std::fs::metadata(&found).map_err(|e| format!("`{path}`: {e}"))?;
        if !about.is_file() {
            return Err(format!("`{path}` is no file"));
        }
        if about.len() > LARGEST {
            return Err(format!(
                "`{path}` has {} bytes, and a document reads at most {LARGEST}",
                about.len()
            ));
        }
        let since = about.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
        let time = since.map_or(0, |t| t.as_nanos() as u64);
        Ok(time.rotate_left(20) ^ about.len())
    }
}
