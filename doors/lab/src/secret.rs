//! The one-time token of the first address, and the session that it is exchanged for.
//!
//! Both are 32 bytes of the system's randomness, fresh in each run, so that no secret is ever stored or guessed from an
//! earlier run. The token works once: it may end in a browser's history or on a screen, and is worthless by then. The
//! session lives in a cookie that scripts cannot read and that no other site's page makes the browser send.
//! Comparisons take the same time wherever the first difference is.

use crate::Error;
use std::fmt::Write as _;
use std::sync::Mutex;
use subtle::ConstantTimeEq;

/// 32 random bytes, written as 64 hexadecimal digits.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn fresh() -> Result<Self, Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|e| Error::Randomness(e.to_string()))?;
        Ok(Self(hexadecimal(&bytes)))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this secret; the time taken does not depend on where they differ.
    pub(crate) fn is(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The secrets of one run.
pub(crate) struct Session {
    token: Mutex<Option<Secret>>,
    cookie: Secret,
    name: String,
}

impl Session {
    /// Fresh secrets. The cookie's name holds the port, because browsers share cookies between the ports of a host.
    pub(crate) fn fresh(port: u16) -> Result<(Self, Secret), Error> {
        let token = Secret::fresh()?;
        let session = Self {
            token: Mutex::new(Some(token.clone())),
            cookie: Secret::fresh()?,
            name: format!("gradus-{port}"),
        };
        Ok((session, token))
    }

    /// The `Set-Cookie` value, if `token` is the one-time token and this is its first use.
    pub(crate) fn exchange(&self, token: &str) -> Option<String> {
        let mut held = self.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !held.as_ref().is_some_and(|t| t.is(token)) {
            return None;
        }
        *held = None;
        Some(format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.name, self.cookie.text()))
    }

    /// Whether the `Cookie` header holds this run's session.
    pub(crate) fn holds(&self, header: &str) -> bool {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == self.name && self.cookie.is(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_exchanged_once_for_a_strict_cookie() -> Result<(), Error> {
        let (session, token) = Session::fresh(4000)?;
        assert_eq!(token.text().len(), 64);
        assert!(session.exchange("").is_none());
        assert!(session.exchange(&token.text()[..63]).is_none());
        let cookie = session.exchange(token.text()).unwrap_or_default();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        assert!(session.exchange(token.text()).is_none());
        let pair = cookie.split(';').next().unwrap_or_default();
        assert!(session.holds(pair) && session.holds(&format!("a=b; {pair}")));
        assert!(
            !session.holds(&pair.replace("4000", "4001"))
                && !session.holds("")
                && !session.holds("gradus-4000=")
        );
        Ok(())
    }

    #[test]
    fn no_two_runs_share_a_secret() -> Result<(), Error> {
        let (a, s) = Session::fresh(1)?;
        let (b, t) = Session::fresh(1)?;
        assert_ne!(a.cookie.text(), b.cookie.text());
        assert_ne!(s.text(), t.text());
        assert_ne!(a.cookie.text(), s.text());
        Ok(())
    }
}
