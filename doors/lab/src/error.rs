//! Why the Lab could not start.

use std::path::PathBuf;

/// Why the Lab could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder cannot be used.
    #[error("the folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// The folder as it was given.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There are no lessons to watch.
    #[error("there are no lessons to watch: {} has no map.toml, and no lessons/map.toml", .0.display())]
    NoLessons(PathBuf),
    /// The course cannot be read.
    #[error("the course cannot be read: {0}")]
    Course(String),
    /// The port cannot be bound.
    #[error("port {port} of 127.0.0.1 cannot be used: {source}")]
    Port {
        /// The port asked for; 0 stands for any free one.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gave no random bytes, and without them nothing is safe to serve.
    #[error("the system gave no random numbers for the session: {0}")]
    Randomness(String),
    /// The server stopped by itself.
    #[error("the server stopped: {0}")]
    Serve(#[from] std::io::Error),
}
