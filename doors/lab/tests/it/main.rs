//! The Lab from outside: bytes over a socket, as a browser, another site or an attacker would send them.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod asking;
mod cells;
mod client;
mod document;
mod dropped;
mod files;
mod frames;
mod saving;
mod security;
mod socket;
