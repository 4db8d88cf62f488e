//! Starting and stopping.

use crate::course::{Course, Source};
use crate::figures::Registry;
use crate::folder::Folder;
use crate::outputs::Outputs;
use crate::secret::Session;
use crate::state::{Lab, News};
use crate::{Error, browser, routes};
use axum::serve::ListenerExt;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How the Lab is started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the address is opened in the browser.
    pub open: bool,
    /// The port of 127.0.0.1; by default one that belongs to the folder, and any free one if that is taken.
    pub port: Option<u16>,
    /// The folder below which the user's documents lie.
    pub folder: PathBuf,
    /// The folder in which outputs are kept between runs, as [`cache_folder`](crate::cache_folder) names it; none keeps none.
    pub cache: Option<PathBuf>,
    /// Whether pages are reloaded when a lesson in the folder is saved.
    pub watch: bool,
}

/// How long open pages have for saving when the server stops.
const GRACE: Duration = Duration::from_millis(400);
/// How often the lessons are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long answers on their way have after that.
const PATIENCE: Duration = Duration::from_secs(2);

/// A Lab that serves until it is stopped.
pub struct Running {
    runtime: Runtime,
    lab: Arc<Lab>,
    address: String,
    port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// The first address, with the token that works once.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The port of 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Tells the open pages to save, lets them, and stops.
    ///
    /// # Errors
    /// If the server had stopped by itself before.
    pub fn stop(self) -> Result<(), Error> {
        let Self { runtime, lab, stop, served, .. } = self;
        let outcome = runtime.block_on(async {
            if lab.news.send(News::Closing).is_ok() {
                tokio::time::sleep(GRACE).await;
            }
            let _ = stop.send(());
            tokio::time::timeout(PATIENCE, served).await
        });
        runtime.shutdown_timeout(Duration::from_millis(200));
        match outcome {
            Ok(Ok(served)) => Ok(served?),
            // Somebody holds a connection open, or the task was lost: nothing is left that could be waited for.
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }
}

/// The port that a folder's Lab takes when it is free. What a browser keeps for a page (unsaved text, the theme) belongs to
/// the port, and is found again at the next run.
fn usual_port(folder: &Path) -> u16 {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    20_000 + u16::from_be_bytes([digest[0], digest[1]]) % 20_000
}

/// Starts a Lab and returns while it serves.
///
/// # Errors
/// If the folder or the port cannot be used, or the system gives no random bytes.
pub fn start(settings: &Settings) -> Result<Running, Error> {
    let folder = Folder::open(&settings.folder)
        .map_err(|source| Error::Folder { folder: settings.folder.clone(), source })?;
    let wanted = settings.port.unwrap_or(0);
    let unusable = |source| Error::Port { port: wanted, source };
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let usual = if settings.port.is_none() { bind(usual_port(folder.root())).ok() } else { None };
    let listener = usual.map_or_else(|| bind(wanted), Ok).map_err(unusable)?;
    let port = listener.local_addr().map_err(unusable)?.port();
    listener.set_nonblocking(true)?;
    let (session, token) = Session::fresh(port)?;
    let source = if settings.watch {
        Source::below(folder.root()).ok_or_else(|| Error::NoLessons(settings.folder.clone()))?
    } else {
        Source::BuiltIn
    };
    let figures = gradus_lesson::figures::all().map_err(|e| Error::Course(e.to_string()))?;
    let figures = Arc::new(Registry::new(figures));
    let course = Course::read(&source, &figures).map_err(|problems| {
        Error::Course(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let outputs = Outputs::below(settings.cache.as_deref());
    let lab = Arc::new(Lab::new(port, session, folder, figures, course, outputs));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let router = routes::router(Arc::clone(&lab));
    let served = {
        let _inside = runtime.enter();
        // Answers are small and awaited: none of them waits for a fuller packet.
        let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|s| drop(s.set_nodelay(true)));
        runtime.spawn(async move {
            let stopped = async move { drop(stopped.await) };
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        })
    };
    if settings.watch {
        watch(Arc::downgrade(&lab), source);
    }
    let address = format!("http://127.0.0.1:{port}/?token={}", token.text());
    Ok(Running { runtime, lab, address, port, stop, served })
}

/// Reads the course again when a file of it changes, as long as the Lab is there. A map that cannot be read leaves the
/// course as it was.
fn watch(lab: Weak<Lab>, source: Source) {
    std::thread::spawn(move || {
        let mut seen = source.stamp();
        loop {
            std::thread::sleep(LOOK);
            let Some(lab) = lab.upgrade() else { return };
            let now = source.stamp();
            if now != seen {
                seen = now;
                if let Ok(course) = Course::read(&source, &lab.figures) {
                    lab.renew(course);
                }
            }
        }
    });
}

/// Serves the Lab until Ctrl-C. The address is the first line on standard output.
///
/// # Errors
/// As [`start`], or if the server stops by itself.
pub fn run(settings: &Settings) -> Result<(), Error> {
    let running = start(settings)?;
    let mut out = std::io::stdout();
    // A closed standard output is no reason not to serve.
    let _ = writeln!(out, "{}", running.address())
        .and_then(|()| writeln!(out, "The Lab is open at this address, which works once. Ctrl-C stops it."))
        .and_then(|()| out.flush());
    if settings.open {
        browser::open(running.address());
    }
    running.runtime.block_on(asked_to_stop());
    running.stop()
}

/// Returns on Ctrl-C, or when the system asks the process to end.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = end.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
