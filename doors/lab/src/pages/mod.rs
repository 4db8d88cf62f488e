//! The pages.

mod frame;
mod workbench;

pub(crate) use workbench::{home, open, workbench};
