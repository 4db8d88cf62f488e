//! Documents as pages know them: cells by their names, between saves.
//!
//! A text alone does not say which name a page has given to a cell that has none in its fence, and read again it may be
//! cut into other pieces. So the last few documents that were saved are kept with their names.

use crate::folder::{FileError, Folder, Version};
use gradus_notebook::{Document, Draft};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many documents are kept, and how many bytes of text together.
const MOST: usize = 64;
const MOST_BYTES: usize = 32 << 20;

/// A document as it was saved.
struct Saved {
    path: String,
    version: Version,
    document: Document,
    size: usize,
}

/// The documents that were saved last.
#[derive(Default)]
pub(crate) struct Documents {
    saved: Mutex<VecDeque<Saved>>,
}

/// A file as somebody knew it.
pub(crate) struct Known {
    pub(crate) path: String,
    pub(crate) version: Version,
}

impl Documents {
    /// The document of that version: as it was saved here, else as the text on the disk reads.
    fn find(&self, folder: &Folder, known: &Known) -> Document {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |s: &&Saved| s.path == known.path && s.version == known.version;
        if let Some(found) = saved.iter().find(same) {
            return found.document.clone();
        }
        drop(saved);
        // Of another version is better than nothing: most fences are the same.
        folder.read_text(&known.path).map(|(text, _)| Document::read(&text)).unwrap_or_default()
    }

    fn keep(&self, path: &str, version: &Version, document: Document, size: usize) {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.retain(|s| s.path != path || s.version != *version);
        saved.push_back(Saved { path: path.to_owned(), version: version.clone(), document, size });
        while saved.len() > MOST || saved.iter().map(|s| s.size).sum::<usize>() > MOST_BYTES {
            saved.pop_front();
        }
    }

    /// Writes these cells as the document at `path`, in place of `version` (or as a new file, with the fences of the
    /// document `like`); all that is not theirs stays byte by byte.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub(crate) fn save(
        &self,
        folder: &Folder,
        path: &str,
        version: Option<Version>,
        like: Option<Known>,
        cells: Vec<Draft>,
    ) -> Result<Version, FileError> {
        let base = match &version {
            Some(version) => Some(Known { path: path.to_owned(), version: version.clone() }),
            None => like,
        };
        let mut document = base.map(|known| self.find(folder, &known)).unwrap_or_default();
        document.arrange(cells);
        let text = document.write();
        let written = folder.write(path, text.as_bytes(), version.as_ref())?;
        self.keep(path, &written, document, text.len());
        Ok(written)
    }
}
