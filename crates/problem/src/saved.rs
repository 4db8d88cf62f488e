//! Saved runs: where a run ended, for which problem and by which method.
//!
//! A saved run begins with lines of text that say what it belongs to and ends with the state of the solver:
//!
//! ```text
//! gradus run 2
//! method lbfgs
//! unknowns 3
//! objective 0f3c...
//! data 91aa...
//! bounds 6c62...
//! state 1234 77d0...
//! ```
//!
//! The numbers in hexadecimal are digests of what is minimised, of the values of data and parameters, of the bounds,
//! and of the state with its length. A run goes on only where the problem has the same ones, because only then it
//! comes to the same bits as one that was not interrupted.
//!
//! Source: the digest is FNV-1a with 128 bits (Fowler, Noll and Vo; RFC 9923), taken over words of 64 bits.

use crate::report::write_whole;
use crate::{Error, Method};
use std::path::Path;

/// What a saved run begins with, and the number of the format.
const MARK: &str = "gradus run ";
const FORMAT: &str = "2";
const LABELS: [&str; 3] = ["objective", "data", "bounds"];

/// What a saved run belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Belonging {
    pub(crate) unknowns: usize,
    /// Digests of the objective, the data and the bounds.
    pub(crate) digests: [u128; 3],
}

/// Where a run ended, so that it can go on to the same bits as one that was not interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub(crate) method: Method,
    pub(crate) belongs: Belonging,
    /// The state of the solver.
    pub(crate) state: Vec<u8>,
}

impl Saved {
    /// The method of the run.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The saved run as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text =
            format!("{MARK}{FORMAT}\nmethod {}\nunknowns {}\n", self.method.name(), self.belongs.unknowns);
        for (label, digest) in LABELS.iter().zip(self.belongs.digests) {
            text.push_str(&format!("{label} {digest:032x}\n"));
        }
        text.push_str(&format!("state {} {:032x}\n", self.state.len(), Digest::of(&self.state)));
        [text.into_bytes(), self.state.clone()].concat()
    }

    /// A saved run from its bytes.
    ///
    /// # Errors
    /// [`Error::Saved`] for other, shortened or changed bytes, [`Error::UnknownMethod`] for a method that is not
    /// here.
    pub fn from_bytes(bytes: &[u8]) -> Result<Saved, Error> {
        let mut rest = bytes;
        let format = line(&mut rest).and_then(|l| l.strip_prefix(MARK));
        let format = format.ok_or_else(|| refused("these bytes are no saved run"))?;
        if format != FORMAT {
            return Err(refused(format!("it has the format {format}, this program reads {FORMAT}")));
        }
        let mut field = |label: &str| {
            let value = line(&mut rest).and_then(|l| l.strip_prefix(label)?.strip_prefix(' '));
            value.ok_or_else(|| refused(format!("its line `{label}` is missing")))
        };
        let spoiled = |label: &str| refused(format!("its line `{label}` is spoiled"));
        let hexadecimal = |label: &str, v: &str| u128::from_str_radix(v, 16).map_err(|_| spoiled(label));
        let method = Method::from_name(field("method")?)?;
        let unknowns = field("unknowns")?.parse().map_err(|_| spoiled("unknowns"))?;
        let mut digests = [0; 3];
        for (digest, label) in digests.iter_mut().zip(LABELS) {
            *digest = hexadecimal(label, field(label)?)?;
        }
        let (length, digest) = field("state")?.split_once(' ').ok_or_else(|| spoiled("state"))?;
        let length: usize = length.parse().map_err(|_| spoiled("state"))?;
        let digest = hexadecimal("state", digest)?;
        if rest.len() != length {
            return Err(refused(format!("its state has {} bytes instead of {length}", rest.len())));
        }
        if Digest::of(rest) != digest {
            return Err(refused("its state was changed: the digest is another"));
        }
        Ok(Saved { method, belongs: Belonging { unknowns, digests }, state: rest.to_vec() })
    }

    /// Writes the saved run to a file: the file is the old one or the whole new one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        write_whole(path.as_ref(), &self.to_bytes())
    }

    /// Reads a saved run from a file.
    ///
    /// # Errors
    /// [`Error::File`] for a file that cannot be read, else those of [`from_bytes`](Self::from_bytes).
    pub fn open(path: impl AsRef<Path>) -> Result<Saved, Error> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|error| Error::File { path: path.display().to_string(), error })?;
        Saved::from_bytes(&bytes)
    }

    /// The state for a run by `method` of the problem `here`.
    pub(crate) fn state_for(&self, method: Method, here: &Belonging) -> Result<&[u8], Error> {
        if self.method != method {
            let (its, this) = (self.method.title(), method.title());
            return Err(refused(format!("it was made by {its}, this run uses {this}")));
        }
        if self.belongs.unknowns != here.unknowns {
            let (its, this) = (self.belongs.unknowns, here.unknowns);
            return Err(refused(format!("it has {its} unknowns, this problem has {this}")));
        }
        for ((its, this), label) in self.belongs.digests.iter().zip(here.digests).zip(LABELS) {
            if *its != this {
                let verb = if label == "objective" { "is" } else { "are" };
                return Err(refused(format!("the {label} of its problem {verb} not the same")));
            }
        }
        Ok(&self.state)
    }
}

fn refused(reason: impl Into<String>) -> Error {
    Error::Saved { reason: reason.into() }
}

/// Takes one line of text.
fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.iter().position(|b| *b == b'\n')?;
    let (line, after) = rest.split_at(end);
    *rest = &after[1..];
    std::str::from_utf8(line).ok()
}

/// FNV-1a over words.
pub(crate) struct Digest(u128);

impl Digest {
    pub(crate) fn new() -> Self {
        Digest(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    pub(crate) fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }

    /// Adds the length and the bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    /// Adds the length and the bits.
    pub(crate) fn numbers(&mut self, numbers: &[f64]) {
        self.word(numbers.len() as u64);
        numbers.iter().for_each(|v| self.word(v.to_bits()));
    }

    pub(crate) fn finish(self) -> u128 {
        self.0
    }

    fn of(bytes: &[u8]) -> u128 {
        let mut d = Digest::new();
        d.bytes(bytes);
        d.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9923: the test vectors of the empty string and of `a`.
    #[test]
    fn digest_of_one_octet() {
        assert_eq!(Digest::new().finish(), 0x6c62272e07bb014262b821756295c58d);
        let mut d = Digest::new();
        d.word(u64::from(b'a'));
        assert_eq!(d.finish(), 0xd228cb696f1a8caf78912b704e4a8964);
    }

    #[test]
    fn a_changed_byte_is_seen() {
        let belongs = Belonging { unknowns: 2, digests: [1, 2, 3] };
        let saved = Saved { method: Method::Lbfgs, belongs, state: (0..40).collect() };
        let bytes = saved.to_bytes();
        assert_eq!(Saved::from_bytes(&bytes).expect("whole"), saved);
        for k in 0..bytes.len() {
            assert!(Saved::from_bytes(&bytes[..k]).is_err(), "cut at {k}");
            let mut spoiled = bytes.clone();
            spoiled[k] ^= 1;
            assert!(
                Saved::from_bytes(&spoiled).is_err_and(|e| !e.to_string().is_empty()) || {
                    // A digest of the problem cannot be seen to be changed before there is a problem.
                    Saved::from_bytes(&spoiled).is_ok_and(|s| s != saved)
                }
            );
        }
    }
}
