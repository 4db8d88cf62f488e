//! What cells have answered, kept between runs: HTML by the digest of everything that it was made from.
//!
//! The file lies in the user's own cache folder and never comes with a folder that is opened, so that its HTML is always
//! what this program has written. It is only a memory: bounded, the longest unused goes first, and a file that is damaged,
//! locked or not to be written is as good as none.

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes of HTML that are kept together, and of one output.
const MOST: u64 = 64 << 20;
const LARGEST: usize = 2 << 20;
/// After so many outputs it is seen whether there are too many.
const TIDY: u32 = 64;

/// The folder for caches of this user: that of `XDG_CACHE_HOME`, else `.cache` in the home folder.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = named.or_else(|| Some(std::env::home_dir().filter(|h| h.is_absolute())?.join(".cache")))?;
    Some(base.join("gradus"))
}

/// An output as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) state: &'static str,
    pub(crate) html: String,
}

/// The states of outputs that stay true.
const STATES: [&str; 3] = ["done", "error", "nothing"];

struct Store {
    /// None where nothing is kept.
    path: Option<PathBuf>,
    connection: Option<Connection>,
    written: u32,
}

/// The memory.
pub(crate) struct Outputs {
    store: Mutex<Store>,
    /// Tells apart what other builds of this program have written.
    build: Vec<u8>,
    most: u64,
}

impl Outputs {
    /// The outputs in a folder; none are kept where there is no folder.
    pub(crate) fn below(folder: Option<&Path>) -> Self {
        Self::new(folder, MOST)
    }

    fn new(folder: Option<&Path>, most: u64) -> Self {
        let path = folder.map(|f| f.join("outputs.sqlite"));
        let store = Mutex::new(Store { path, connection: None, written: 0 });
        Self { store, build: build(), most }
    }

    fn key(&self, digest: u128) -> Vec<u8> {
        let whole = Sha256::new().chain_update(&self.build).chain_update(digest.to_le_bytes()).finalize();
        whole[..16].to_vec()
    }

    /// The output under a digest.
    pub(crate) fn get(&self, digest: u128) -> Option<Kept> {
        let key = self.key(digest);
        let found = self.with(|connection, _| {
            let mut row =
                connection.prepare("UPDATE outputs SET used = ?2 WHERE key = ?1 RETURNING state, html")?;
            row.query_row(params![key, now()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
                .optional()
        });
        let (state, html) = found??;
        STATES.into_iter().find(|s| *s == state).map(|state| Kept { state, html })
    }

    /// Keeps an output that stays true.
    pub(crate) fn put(&self, digest: u128, state: &str, html: &str) {
        if html.len() > LARGEST || !STATES.contains(&state) {
            return;
        }
        let (key, most) = (self.key(digest), self.most);
        self.with(|connection, written| {
            connection
                .prepare("INSERT OR REPLACE INTO outputs (key, state, html, used) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![key, state, html, now()])?;
            *written += 1;
            if *written % TIDY != 0 {
                return Ok(());
            }
            // What is left of the newest first, until there is as much as may be.
            connection.execute(
                "DELETE FROM outputs WHERE key IN (SELECT key FROM (
                     SELECT key, sum(length(html) + 100) OVER (ORDER BY used DESC, key) AS total FROM outputs
                 ) WHERE total > ?1)",
                params![i64::try_from(most).unwrap_or(i64::MAX)],
            )?;
            Ok(())
        });
    }

    /// Works with the file; of what goes wrong nothing is said.
    fn with<T>(&self, work: impl Fn(&Connection, &mut u32) -> rusqlite::Result<T>) -> Option<T> {
        let mut store: MutexGuard<'_, Store> = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let path = store.path.clone()?;
        for is_first in [true, false] {
            let outcome = (|| {
                let store = &mut *store;
                let connection = match &mut store.connection {
                    Some(connection) => connection,
                    empty => empty.insert(open(&path)?),
                };
                work(connection, &mut store.written)
            })();
            match outcome {
                Ok(done) => return Some(done),
                Err(e) if is_first && is_damaged(&e) => {
                    store.connection = None;
                    for end in ["", "-wal", "-shm"] {
                        let mut name = path.clone().into_os_string();
                        name.push(end);
                        // A file that cannot be removed is one that cannot be used, as is found at once.
                        let _ = std::fs::remove_file(name);
                    }
                }
                Err(e) => {
                    // A file that is in use by another process may be free the next time; any other stays as it is.
                    if !matches!(
                        e.sqlite_error_code(),
                        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
                    ) {
                        (store.path, store.connection) = (None, None);
                    }
                    return None;
                }
            }
        }
        None
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let folder = path.parent().unwrap_or(path);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|_| rusqlite::Error::InvalidPath(path.to_owned()))?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_millis(50))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
         CREATE TABLE IF NOT EXISTS outputs (
             key BLOB PRIMARY KEY, state TEXT NOT NULL, html TEXT NOT NULL, used INTEGER NOT NULL
         ) STRICT;",
    )?;
    Ok(connection)
}

fn is_damaged(e: &rusqlite::Error) -> bool {
    matches!(
        e.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
    ) || matches!(e, rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..))
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// What changes when this program does.
fn build() -> Vec<u8> {
    let about = std::env::current_exe().and_then(|path| path.metadata()).ok();
    let time = about.as_ref().and_then(|a| a.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    let size = about.map_or(0, |a| a.len());
    let stamp = time.map_or(0, |t| t.as_nanos());
    [env!("CARGO_PKG_VERSION").as_bytes(), &size.to_le_bytes(), &stamp.to_le_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(PathBuf);

    impl Place {
        fn fresh(name: &str) -> std::io::Result<Self> {
            let path = std::env::temp_dir().join(format!("gradus-outputs-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path)?;
            Ok(Self(path))
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn outputs_are_found_by_a_later_run() -> std::io::Result<()> {
        let place = Place::fresh("later")?;
        let first = Outputs::below(Some(&place.0));
        assert_eq!(first.get(7), None);
        first.put(7, "done", "<p>1</p>");
        first.put(8, "stopped", "not to be kept");
        let kept = Some(Kept { state: "done", html: "<p>1</p>".into() });
        assert_eq!(first.get(7), kept);
        let second = Outputs::below(Some(&place.0));
        assert_eq!((second.get(7), second.get(8)), (kept, None));
        assert_eq!(Outputs::below(None).get(7), None);
        Ok(())
    }

    #[test]
    fn the_longest_unused_go_first() -> std::io::Result<()> {
        let place = Place::fresh("full")?;
        let outputs = Outputs::new(Some(&place.0), 100_000);
        let html = "x".repeat(900);
        for k in 0..1000 {
            outputs.put(k, "done", &html);
            if k % 10 == 0 {
                std::thread::sleep(Duration::from_millis(1));
                assert!(outputs.get(0).is_some(), "what is used stays: {k}");
            }
        }
        let left = (0..1000).filter(|k| outputs.get(*k).is_some()).count();
        assert!((100..200).contains(&left), "{left}");
        assert!(outputs.get(999).is_some() && outputs.get(500).is_none());
        Ok(())
    }

    #[test]
    fn a_damaged_locked_or_absent_file_is_as_good_as_none() -> std::io::Result<()> {
        let place = Place::fresh("damaged")?;
        let path = place.0.join("outputs.sqlite");
        std::fs::write(&path, "this is no database, and it is longer than the head of one. ".repeat(100))?;
        let outputs = Outputs::below(Some(&place.0));
        assert_eq!(outputs.get(1), None);
        outputs.put(1, "done", "x");
        assert!(outputs.get(1).is_some(), "a damaged file is replaced");
        // So is a table of another shape, as an earlier version may have left.
        let other = place.0.join("other");
        std::fs::create_dir_all(&other)?;
        let made = Connection::open(other.join("outputs.sqlite"))
            .and_then(|c| c.execute_batch("CREATE TABLE outputs (a)"));
        assert!(made.is_ok());
        let outputs = Outputs::below(Some(&other));
        outputs.put(1, "done", "x");
        assert!(outputs.get(1).is_some());
        // Where a file is in place of the folder, there is no cache and no error.
        let outputs = Outputs::below(Some(&path));
        outputs.put(1, "done", "x");
        assert_eq!(outputs.get(1), None);
        // A writer that holds the file makes nobody wait for long.
        let outputs = Outputs::below(Some(&place.0));
        outputs.put(2, "done", "x");
        if let Ok(holder) = Connection::open(&path) {
            assert!(holder.execute_batch("BEGIN EXCLUSIVE").is_ok());
            let began = std::time::Instant::now();
            outputs.put(3, "done", "x");
            assert!(began.elapsed() < Duration::from_secs(2));
            assert!(holder.execute_batch("COMMIT").is_ok());
        }
        assert!(outputs.get(2).is_some(), "it is used again when it is free");
        Ok(())
    }
}
