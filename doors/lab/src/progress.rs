//! What the learner has done, in `.gradus/progress.sqlite` below the Lab's folder.
//!
//! The file is made by the first thing that is worth remembering; a folder that is only looked at stays as it was.

use crate::folder::Folder;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// How far a topic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its lesson has been opened.
    Begun,
    /// The learner says that it is understood.
    Done,
}

impl Stage {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Begun, Self::Done].into_iter().find(|s| s.word() == word)
    }
}

/// The stages of all topics.
pub(crate) struct Progress {
    path: PathBuf,
    connection: Mutex<Option<Connection>>,
}

impl Progress {
    pub(crate) fn below(folder: &Folder) -> Self {
        Self { path: folder.root().join(".gradus").join("progress.sqlite"), connection: Mutex::new(None) }
    }

    /// The stage of each topic that has one. What cannot be read counts as nothing done.
    pub(crate) fn stages(&self) -> BTreeMap<String, Stage> {
        if !self.path.is_file() {
            return BTreeMap::new();
        }
        self.with(|connection| {
            let mut rows = connection.prepare("SELECT topic, stage FROM progress")?;
            let pairs = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            Ok(pairs.flatten().filter_map(|(topic, word)| Some((topic, Stage::from_word(&word)?))).collect())
        })
        .unwrap_or_default()
    }

    /// Sets a topic's stage; none forgets it.
    pub(crate) fn set(&self, topic: &str, stage: Option<Stage>) -> rusqlite::Result<()> {
        self.with(|connection| {
            match stage {
                Some(stage) => connection.execute(
                    "INSERT INTO progress (topic, stage, at) VALUES (?1, ?2, datetime('now'))
                     ON CONFLICT (topic) DO UPDATE SET stage = ?2, at = datetime('now')",
                    params![topic, stage.word()],
                )?,
                None => connection.execute("DELETE FROM progress WHERE topic = ?1", params![topic])?,
            };
            Ok(())
        })
    }

    /// Marks a topic as begun, unless more is known of it.
    pub(crate) fn begin(&self, topic: &str) -> rusqlite::Result<()> {
        let known = self.path.is_file()
            && self
                .with(|connection| {
                    let mut rows = connection.prepare("SELECT 1 FROM progress WHERE topic = ?1")?;
                    rows.query_row(params![topic], |_| Ok(())).optional()
                })?
                .is_some();
        if known { Ok(()) } else { self.set(topic, Some(Stage::Begun)) }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let mut held = self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(connection) = held.as_ref() {
            return work(connection);
        }
        let folder = self.path.parent().unwrap_or(&self.path);
        // A link in place of the folder could lead anywhere; progress is then not kept.
        let plain = std::fs::create_dir_all(folder).is_ok()
            && folder.symlink_metadata().is_ok_and(|m| m.is_dir())
            && self.path.symlink_metadata().map_or(true, |m| m.is_file());
        if !plain {
            return Err(rusqlite::Error::InvalidPath(self.path.clone()));
        }
        let connection = Connection::open(&self.path)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS progress (
                 topic TEXT PRIMARY KEY, stage TEXT NOT NULL, at TEXT NOT NULL
             ) STRICT, WITHOUT ROWID;",
        )?;
        work(held.insert(connection))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_kept_and_a_folder_that_is_only_looked_at_stays_as_it_was()
    -> Result<(), Box<dyn std::error::Error>> {
        let place = std::env::temp_dir().join(format!("gradus-progress-{}", std::process::id()));
        std::fs::create_dir_all(&place)?;
        let folder = Folder::open(&place)?;
        assert!(Progress::below(&folder).stages().is_empty());
        assert!(!place.join(".gradus").exists());
        let progress = Progress::below(&folder);
        progress.begin("gradients")?;
        progress.set("jacobians", Some(Stage::Done))?;
        progress.begin("jacobians")?;
        let again = Progress::below(&folder).stages();
        assert_eq!(again.get("gradients"), Some(&Stage::Begun));
        assert_eq!(again.get("jacobians"), Some(&Stage::Done));
        progress.set("jacobians", None)?;
        assert_eq!(Progress::below(&folder).stages().len(), 1);
        std::fs::remove_dir_all(&place)?;
        Ok(())
    }
}
