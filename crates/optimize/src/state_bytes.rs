//! Solver states as bytes.
//!
//! A saved state is the tag `gradus`, the solver's name, a format version, and then the state's numbers in a
//! fixed order, little-endian: a count as `u64`, a number as the bits of an `f64`, a vector as its length and its
//! entries. The same state gives the same bytes on every machine, and reading checks every length.

use crate::Error;

const MAGIC: &[u8] = b"gradus state";

/// Appends numbers to a saved state.
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(method: &'static str, version: u64) -> Self {
        let mut w = Self { bytes: MAGIC.to_vec() };
        w.count(method.len());
        w.bytes.extend_from_slice(method.as_bytes());
        w.count(version as usize);
        w
    }
    pub(crate) fn count(&mut self, n: usize) {
        self.bytes.extend_from_slice(&(n as u64).to_le_bytes());
    }
    pub(crate) fn number(&mut self, v: f64) {
        self.bytes.extend_from_slice(&v.to_bits().to_le_bytes());
    }
    pub(crate) fn vector(&mut self, v: &[f64]) {
        self.count(v.len());
        for &entry in v {
            self.number(entry);
        }
    }
    pub(crate) fn evaluations(&mut self, e: &crate::Evaluations) {
        self.count(e.values);
        self.count(e.gradients);
        self.count(e.hessian_vectors);
    }
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes numbers out of a saved state.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    method: &'static str,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], method: &'static str, version: u64) -> Result<Self, Error> {
        let mut r = Self { bytes, method };
        if r.take(MAGIC.len())? != MAGIC {
            return Err(r.invalid("it does not begin with `gradus state`".into()));
        }
        let length = r.count()?;
        let name = String::from_utf8_lossy(r.take(length)?).into_owned();
        if name != method {
            return Err(r.invalid(format!("it was written by {name}")));
        }
        let found = r.count()? as u64;
        if found != version {
            return Err(r.invalid(format!("it has format version {found}, this program reads {version}")));
        }
        Ok(r)
    }
    pub(crate) fn invalid(&self, reason: String) -> Error {
        Error::InvalidState { method: self.method, reason }
    }
    fn take(&mut self, n: usize) -> Result<&'a [u8], Error> {
        match self.bytes.split_at_checked(n) {
            Some((head, rest)) => {
                self.bytes = rest;
                Ok(head)
            }
            None => Err(self.invalid(format!("it ends {} bytes too early", n - self.bytes.len()))),
        }
    }
    fn word(&mut self) -> Result<u64, Error> {
        let mut word = [0; 8];
        word.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(word))
    }
    pub(crate) fn count(&mut self) -> Result<usize, Error> {
        let word = self.word()?;
        // Every count that a run can reach is far below this.
        if word >= 1 << 53 {
            return Err(self.invalid(format!("{word} is no count")));
        }
        usize::try_from(word).map_err(|_| self.invalid(format!("{word} is no count")))
    }
    pub(crate) fn number(&mut self) -> Result<f64, Error> {
        Ok(f64::from_bits(self.word()?))
    }
    pub(crate) fn vector(&mut self) -> Result<Vec<f64>, Error> {
        let n = self.count()?;
        if n > self.bytes.len() / 8 {
            return Err(self.invalid(format!("a vector of {n} entries does not fit")));
        }
        (0..n).map(|_| self.number()).collect()
    }
    pub(crate) fn vector_of(&mut self, n: usize) -> Result<Vec<f64>, Error> {
        let v = self.vector()?;
        if v.len() != n {
            return Err(self.invalid(format!("a vector has {} entries instead of {n}", v.len())));
        }
        Ok(v)
    }
    pub(crate) fn evaluations(&mut self) -> Result<crate::Evaluations, Error> {
        Ok(crate::Evaluations {
            values: self.count()?,
            gradients: self.count()?,
            hessian_vectors: self.count()?,
        })
    }
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        Err(self.invalid(format!("{} bytes are left over", self.bytes.len())))
    }
}
