//! Opening the address in the user's browser.

use std::process::{Command, Stdio};

/// Opens `address`. A machine without a browser is no error: the address has been printed.
pub(crate) fn open(address: &str) {
    let mut command = opener();
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // Waits for the opener, which some systems keep running as long as the browser.
        std::thread::spawn(move || child.wait());
    }
}

fn opener() -> Command {
    if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(target_os = "windows") {
        let mut command = Command::new("cmd");
        // The empty argument is the title that `start` would otherwise take from the address.
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    }
}
