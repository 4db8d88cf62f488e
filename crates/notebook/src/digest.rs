//! Digests of content: the names under which outputs are kept.
//!
//! Source: Fowler, Noll, Vo and Eastlake (2024), The FNV Non-Cryptographic Hash Algorithm, draft-eastlake-fnv; 128 bits.

const PRIME: u128 = (1 << 88) + (1 << 8) + 0x3b;
const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

/// A digest of what was added, in its order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digest(u128);

impl Digest {
    pub(crate) fn new() -> Self {
        Digest(START)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for b in bytes {
            self.0 = (self.0 ^ u128::from(*b)).wrapping_mul(PRIME);
        }
        self
    }

    /// A text, and where it ends.
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).number(text.len() as u128)
    }

    pub(crate) fn number(self, n: u128) -> Self {
        self.bytes(&n.to_le_bytes())
    }

    pub(crate) fn finish(self) -> u128 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_of_fnv_1a_hold() {
        // draft-eastlake-fnv, test vectors for 128 bits: the empty text and "a".
        assert_eq!(Digest::new().finish(), 0x6c62272e07bb014262b821756295c58d);
        assert_eq!(Digest::new().bytes(b"a").finish(), 0xd228cb696f1a8caf78912b704e4a8964);
    }
}
