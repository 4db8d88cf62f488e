//! What all routes share.

use crate::course::Course;
use crate::documents::Documents;
use crate::figures::Registry;
use crate::folder::Folder;
use crate::outputs::Outputs;
use crate::progress::Progress;
use crate::secret::Session;
use gradus_notebook::{Bundled, Cache, DataSource};
use std::sync::{Arc, RwLock};
use tokio::sync::{Semaphore, broadcast};

/// What every open page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A lesson or the map has changed on disk.
    Changed,
    /// The server is about to stop: save now.
    Closing,
}

/// One Lab.
pub(crate) struct Lab {
    /// The values of `Host` that are this server.
    pub(crate) hosts: Vec<String>,
    pub(crate) session: Session,
    pub(crate) folder: Folder,
    pub(crate) progress: Progress,
    pub(crate) figures: Arc<Registry>,
    course: RwLock<Arc<Course>>,
    /// One permit for each thread that may draw figures.
    pub(crate) engine: Arc<Semaphore>,
    /// One permit for each thread that may run cells, so that figures never wait for them.
    pub(crate) workers: Arc<Semaphore>,
    pub(crate) documents: Documents,
    /// What cells have answered, for every page.
    pub(crate) cache: Cache,
    /// What cells have answered, between runs.
    pub(crate) outputs: Outputs,
    /// The files that documents may read.
    pub(crate) data: Arc<dyn DataSource>,
    pub(crate) news: broadcast::Sender<News>,
}

impl Lab {
    pub(crate) fn new(
        port: u16,
        session: Session,
        folder: Folder,
        figures: Arc<Registry>,
        course: Course,
        outputs: Outputs,
    ) -> Self {
        let mut hosts = vec![format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        if port == 80 {
            // Browsers leave out the port that belongs to the scheme.
            hosts.extend(["127.0.0.1".to_owned(), "localhost".to_owned()]);
        }
        // A folder that has gone since it was opened has no files to read.
        let data: Arc<dyn DataSource> = match gradus_notebook::Folder::new(folder.root()) {
            Ok(folder) => Arc::new(folder),
            Err(_) => Arc::new(Bundled),
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            hosts,
            session,
            progress: Progress::below(&folder),
            folder,
            figures,
            course: RwLock::new(Arc::new(course)),
            engine: Arc::new(Semaphore::new(threads)),
            workers: Arc::new(Semaphore::new(threads)),
            documents: Documents::default(),
            cache: Cache::default(),
            outputs,
            data,
            news: broadcast::channel(16).0,
        }
    }

    /// The course as it is now.
    pub(crate) fn course(&self) -> Arc<Course> {
        Arc::clone(&self.course.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Puts a course in place of the one before, and tells every page.
    pub(crate) fn renew(&self, course: Course) {
        *self.course.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(course);
        // Nobody may be listening.
        let _ = self.news.send(News::Changed);
    }
}
