//! The pages.

mod frame;
mod lesson;
mod map;
mod workbench;

pub(crate) use lesson::lesson;
pub(crate) use map::map;
pub(crate) use workbench::{open, workbench};
