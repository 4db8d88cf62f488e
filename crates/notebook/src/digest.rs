//! Digests of content: the names under which outputs are kept.
//!
//! A verdict that is kept under a digest must belong to nothing else, whoever wrote the document. So the digest is
//! one for which nobody can find two texts of the same: the first 128 bits of SHA-256.
//!
//! Source: FIPS 180-4, Secure Hash Standard.

use sha2::{Digest as _, Sha256};

/// A digest of what was added, in its order.
#[derive(Clone, Debug)]
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn new() -> Self {
        Digest(Sha256::new())
    }

    /// A text, and how long it is.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    pub(crate) fn number(mut self, n: u128) -> Self {
        self.0.update(n.to_le_bytes());
        self
    }

    pub(crate) fn finish(self) -> u128 {
        let mut first = [0; 16];
        first.copy_from_slice(&self.0.finalize()[..16]);
        u128::from_be_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_of_sha_256_hold() {
        // NIST's example values: the empty message, whose digest begins e3b0c442 98fc1c14 9afbf4c8 996fb924.
        assert_eq!(Digest::new().finish(), 0xe3b0_c442_98fc_1c14_9afb_f4c8_996f_b924);
        let parts = |a: &str, b: &str| Digest::new().text(a).text(b).finish();
        assert_ne!(parts("ab", "c"), parts("a", "bc"));
    }
}
