//! Files below one folder, by relative name.
//!
//! A name is judged twice: as text (relative, no `..`, no hidden part, nothing that another system reads otherwise) and,
//! since a link may lead anywhere, by the path that the system resolves it to, compared part by part with the resolved
//! folder (`/lab/ada-evil` begins with the letters of `/lab/ada` and is not below it).
//!
//! A write goes to a new file beside the old one, is flushed to the disk, and takes the old one's name: a crash leaves
//! the old content or the new, never a part. Every write says which content it replaces, so that of two windows (or a
//! window and an editor) the later is told of the earlier instead of destroying it. Writers hold the folder's lock, so
//! that two Labs on one folder do not pass between each other's check and write.

use crate::secret::hexadecimal;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The largest file that is read or written, in bytes.
pub const LARGEST: u64 = 64 << 20;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 1024;
/// The longest part of a name between two slashes, in bytes; the temporary file adds a few.
const LONGEST_PART: usize = 200;

/// The content of a file as a version: the first 32 hexadecimal digits of its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// The version of this content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(hexadecimal(&Sha256::digest(content))[..32].to_owned())
    }

    /// The version that a page sends back; one that no content has is simply never current.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The version as text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Why a file was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The name is none that this folder gives out.
    #[error("`{name}` is no name of a file here: {why}")]
    Name {
        /// The name, shortened if it is long.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The name leads out of the folder.
    #[error("`{0}` leads out of the folder of this Lab")]
    Outside(String),
    /// There is no such file.
    #[error("there is no file `{0}`")]
    Missing(String),
    /// Not text, so that to show it and save it would destroy it.
    #[error("`{0}` is not text in UTF-8")]
    Binary(String),
    /// Not a regular file.
    #[error("`{0}` is not a regular file")]
    Irregular(String),
    /// Larger than [`LARGEST`].
    #[error("`{name}` has {size} bytes; at most {LARGEST} are read or written")]
    Large {
        /// The name.
        name: String,
        /// Its size in bytes.
        size: u64,
    },
    /// The file is not as the writer last saw it.
    #[error("`{name}` has been changed by another window or program since it was read here")]
    Conflict {
        /// The name.
        name: String,
        /// The version on the disk; none if the file is gone.
        current: Option<Version>,
    },
    /// The system refused.
    #[error("`{name}`: {source}")]
    System {
        /// The name.
        name: String,
        /// What the system said.
        source: io::Error,
    },
}

/// A folder, below which all files lie.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    writing: Mutex<()>,
    written: AtomicU64,
}

impl Folder {
    /// The folder at `path`.
    ///
    /// # Errors
    /// If it does not exist or is no folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder"));
        }
        Ok(Self { root, writing: Mutex::new(()), written: AtomicU64::new(0) })
    }

    /// The resolved path of the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a name may be that of a file here.
    ///
    /// # Errors
    /// [`FileError::Name`].
    pub fn judge(&self, name: &str) -> Result<(), FileError> {
        judge(name)
    }

    /// Where an existing file lies.
    ///
    /// # Errors
    /// [`FileError::Name`], [`FileError::Outside`], [`FileError::Missing`], [`FileError::Irregular`].
    pub fn resolve(&self, name: &str) -> Result<PathBuf, FileError> {
        judge(name)?;
        let path = self.root.join(name).canonicalize().map_err(|e| told(name, e))?;
        if !path.starts_with(&self.root) {
            return Err(FileError::Outside(short(name)));
        }
        if !path.is_file() {
            return Err(FileError::Irregular(short(name)));
        }
        Ok(path)
    }

    /// The content of a file with its version.
    ///
    /// # Errors
    /// As [`Self::resolve`]; [`FileError::Large`]; [`FileError::System`].
    pub fn read(&self, name: &str) -> Result<(Vec<u8>, Version), FileError> {
        let path = self.resolve(name)?;
        let content = contents(&path, name)?;
        let version = Version::of(&content);
        Ok((content, version))
    }

    /// The text of a file with its version.
    ///
    /// # Errors
    /// As [`Self::read`]; [`FileError::Binary`].
    pub fn read_text(&self, name: &str) -> Result<(String, Version), FileError> {
        let (content, version) = self.read(name)?;
        let text = String::from_utf8(content).map_err(|_| FileError::Binary(short(name)))?;
        Ok((text, version))
    }

    /// Replaces the file whose version is `expected` (or makes it, where none is expected) and returns its new version.
    /// When this returns, the content is on the disk.
    ///
    /// # Errors
    /// [`FileError::Conflict`] if the file is not of the expected version; otherwise as [`Self::read`].
    pub fn write(
        &self,
        name: &str,
        content: &[u8],
        expected: Option<&Version>,
    ) -> Result<Version, FileError> {
        judge(name)?;
        let size = content.len() as u64;
        if size > LARGEST {
            return Err(FileError::Large { name: short(name), size });
        }
        let _writing = self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Held until it is dropped. A system that has no lock on folders still has the check of versions below.
        let folder = File::open(&self.root).ok();
        let _locked = folder.as_ref().map(File::lock);
        let path = self.target(name)?;
        let present = match contents(&path, name) {
            Ok(present) => Some(Version::of(&present)),
            Err(FileError::Missing(_)) => None,
            Err(e) => return Err(e),
        };
        let version = Version::of(content);
        if present.as_ref() == Some(&version) {
            return Ok(version);
        }
        if present.as_ref() != expected {
            return Err(FileError::Conflict { name: short(name), current: present });
        }
        self.replace(&path, content).map_err(|e| told(name, e))?;
        Ok(version)
    }

    /// Where `name` is written: the resolved path of a file that exists, or a new name in a resolved folder.
    fn target(&self, name: &str) -> Result<PathBuf, FileError> {
        let path = self.root.join(name);
        if path.symlink_metadata().is_ok() {
            return self.resolve(name);
        }
        let (Some(parent), Some(last)) = (path.parent(), path.file_name()) else {
            return Err(FileError::Outside(short(name)));
        };
        let parent = parent.canonicalize().map_err(|e| told(name, e))?;
        if !parent.starts_with(&self.root) {
            return Err(FileError::Outside(short(name)));
        }
        Ok(parent.join(last))
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let (Some(parent), Some(last)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let temporary = parent.join(format!(".{last}.{}-{number}.tmp", std::process::id()));
        let outcome = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
            if let Ok(old) = path.metadata() {
                file.set_permissions(old.permissions())?;
            }
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&temporary, path)?;
            // The new name is on the disk when the folder is. Systems that do not open folders need no such call.
            File::open(parent).map_or(Ok(()), |folder| folder.sync_all())
        })();
        if outcome.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        outcome
    }

    /// The names of the documents (`.gr.md`) in the folder and in the folders below it, sorted; hidden ones and links to
    /// folders are left out, and so is what lies deeper than four folders.
    #[must_use]
    pub fn documents(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![(self.root.clone(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = open.pop() {
            let Ok(entries) = fs::read_dir(folder) else { continue };
            for entry in entries.flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                let Ok(kind) = entry.file_type() else { continue };
                let full = format!("{prefix}{name}");
                if judge(&full).is_err() || found.len() >= 1000 {
                    continue;
                }
                if kind.is_dir() && depth < 4 && !matches!(name.as_str(), "target" | "node_modules") {
                    open.push((entry.path(), format!("{full}/"), depth + 1));
                } else if name.ends_with(".gr.md") && self.resolve(&full).is_ok() {
                    found.push(full);
                }
            }
        }
        found.sort();
        found
    }
}

/// Whether a name may be asked for at all.
fn judge(name: &str) -> Result<(), FileError> {
    let wrong = |why| Err(FileError::Name { name: short(name), why });
    if name.is_empty() {
        return wrong("it is empty");
    }
    if name.len() > LONGEST_NAME {
        return wrong("it is too long");
    }
    if name.chars().any(|c| c.is_control() || matches!(c, '\\' | ':')) {
        return wrong("it has a character that names do not have");
    }
    if name.starts_with('/') || Path::new(name).is_absolute() {
        return wrong("it does not begin in the folder");
    }
    for part in name.split('/') {
        if part.is_empty() || part.len() > LONGEST_PART {
            return wrong("a part of it is empty or too long");
        }
        if part.starts_with('.') {
            return wrong("a part of it begins with a dot");
        }
    }
    Ok(())
}

fn contents(path: &Path, name: &str) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(|e| told(name, e))?;
    let size = file.metadata().map_err(|e| told(name, e))?.len();
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content).map_err(|e| told(name, e))?;
    if content.len() as u64 > LARGEST {
        return Err(FileError::Large { name: short(name), size });
    }
    Ok(content)
}

fn told(name: &str, source: io::Error) -> FileError {
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileError::Missing(short(name)),
        _ => FileError::System { name: short(name), source },
    }
}

/// A name in a message: its first 80 characters, control characters made visible.
fn short(name: &str) -> String {
    name.chars().take(80).flat_map(char::escape_debug).collect()
}
