//! The Lab: a page on the user's own machine with the course and a workbench, the native engine behind it.
//!
//! [`run`] binds a loopback port, prints one address, and serves until Ctrl-C. The server belongs to one person in one
//! browser on the same machine, and defends that: `guard` stands around every route, [`folder`]
//! keeps every file below one folder, and nothing that is opened runs by itself.
//!
//! | module | holds |
//! |---|---|
//! | `secret` | the one-time token of the first address and the session that it is exchanged for |
//! | `guard` | the one layer around all routes: Host, session, Origin, and the headers of every answer |
//! | `folder` | files by relative name, checked on the resolved path, written whole or not at all |
//! | `routes` | the table of routes |
//! | `frame`, `socket` | the binary protocol and the connection that speaks it |
//! | `queue` | newest request wins, one in flight |
//! | `course` | the map and the lessons, rendered once and again when a file changes |
//! | `figures` | live figures, inside a page and over the socket |
//! | `asked`, `running` | what a page says of its cells, and the cells at work |
//! | `questions` | what an editor asks of a cell |
//! | `dropped` | data files that are dropped in |
//! | `outputs` | what cells have answered, kept between runs |
//! | `documents`, `exports` | documents between saves, and for those who have no Lab |
//! | `progress` | what the learner has done, in SQLite |
//! | `pages` | the pages |

mod api;
mod asked;
mod assets;
mod browser;
mod course;
mod documents;
mod dropped;
mod error;
mod exports;
mod figures;
pub mod folder;
pub mod frame;
mod guard;
mod outputs;
mod pages;
mod progress;
mod questions;
mod queue;
mod routes;
mod running;
mod secret;
mod server;
mod socket;
mod state;

pub use error::Error;
pub use outputs::cache_folder;
pub use routes::routes;
pub use server::{Running, Settings, run, start};
