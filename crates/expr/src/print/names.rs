//! The names inside a function that is being written.

use std::collections::HashSet;

/// The names that are taken: those of the language, and those given so far.
pub(super) struct Names {
    taken: HashSet<String>,
    temporaries: usize,
    /// What is put before a name that cannot stand as it is.
    prefix: char,
    /// Names that the written code uses without claiming them.
    avoided: fn(&str) -> bool,
}

impl Names {
    /// No names but the reserved ones, which stand one after another in a text.
    pub(super) fn new(reserved: &str, prefix: char, avoided: fn(&str) -> bool) -> Self {
        let taken = reserved.split_whitespace().map(str::to_owned).collect();
        Names { taken, temporaries: 0, prefix, avoided }
    }

    /// An ASCII name that nothing else has, close to the one wanted.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        let mut name: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || (self.avoided)(&name) {
            name.insert(0, self.prefix);
        }
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }

    /// The next of t1, t2, ... that is free.
    pub(super) fn temporary(&mut self) -> String {
        loop {
            self.temporaries += 1;
            let name = format!("t{}", self.temporaries);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
