//! NumPy's NPZ files: NPY arrays in a ZIP archive, stored or deflated.

use std::io::{Cursor, Read};

use crate::dataset::Arrays;
use crate::error::{Error, Result};
use crate::read::{LARGEST_UNPACKED, npy};

const FORMAT: &str = "NPZ";

/// The arrays in an NPZ file, in the archive's order, named by their entries without `.npy`.
pub(crate) fn read(bytes: &[u8]) -> Result<Arrays> {
    let malformed = |problem: String| Error::Malformed { format: FORMAT, problem };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| malformed(e.to_string()))?;
    let mut arrays = Vec::new();
    let mut room = LARGEST_UNPACKED;
    for i in 0..archive.len() {
        let broken = |e: zip::result::ZipError| malformed(format!("entry {}: {e}", i + 1));
        let entry = archive.by_index(i).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        let Some(key) = name.strip_suffix(".npy").map(str::to_owned) else {
            return Err(Error::Unsupported { format: FORMAT, what: format!("the entry `{name}`") });
        };
        let mut unpacked = Vec::new();
        entry
            .take(room + 1)
            .read_to_end(&mut unpacked)
            .map_err(|e| malformed(format!("entry `{name}`: {e}")))?;
        room = room.checked_sub(unpacked.len() as u64).ok_or_else(|| Error::Unsupported {
            format: FORMAT,
            what: "more than 1 GiB of contents".to_owned(),
        })?;
        arrays.push((key, npy::read(&unpacked).map_err(|e| e.within(&name))?));
    }
    if arrays.is_empty() {
        return Err(Error::Empty { what: "the archive has no arrays".to_owned() });
    }
    Arrays::new(arrays)
}
