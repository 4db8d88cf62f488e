//! Saving a figure to a file whose name tells the format, all or nothing.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::{Error, Figure, Theme, to_png, to_svg};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Scalable, text stays text.
    Svg,
    /// Pixels, two per CSS pixel.
    Png,
}

impl Format {
    /// The format that a file name asks for, by its extension in any case.
    ///
    /// # Errors
    /// [`Error::Format`] if the extension is neither `svg` nor `png`.
    ///
    /// ```
    /// use gradus_plot::Format;
    /// assert_eq!(Format::of("out/loss.PNG")?, Format::Png);
    /// assert!(Format::of("loss.gif").is_err());
    /// # Ok::<(), gradus_plot::Error>(())
    /// ```
    pub fn of(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Error::Format { path: path.to_path_buf() }),
        }
    }
}

/// Saves a figure as SVG or PNG (at two pixels per CSS pixel), by the extension of `path`.
///
/// The file is written beside its place under a temporary name and then renamed, so that the place holds the old file
/// or the whole new one.
///
/// # Errors
/// [`Error::Format`] for another extension, the errors of [`to_png`], and [`Error::Write`] if the file cannot be written.
///
/// ```
/// use gradus_plot::{Figure, Theme, save};
/// let path = std::env::temp_dir().join(format!("gradus-plot-doc-{}.svg", std::process::id()));
/// save(&Figure::new("empty"), &path, Theme::Auto)?;
/// assert!(std::fs::read_to_string(&path).is_ok_and(|svg| svg.contains("empty")));
/// # let _ = std::fs::remove_file(path);
/// # Ok::<(), gradus_plot::Error>(())
/// ```
pub fn save(figure: &Figure, path: impl AsRef<Path>, theme: Theme) -> Result<(), Error> {
    let path = path.as_ref();
    let bytes = match Format::of(path)? {
        Format::Svg => to_svg(figure, theme).into_bytes(),
        Format::Png => to_png(figure, theme, 2.0)?,
    };
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&part);
        Error::Write { path: path.to_path_buf(), source }
    })
}
