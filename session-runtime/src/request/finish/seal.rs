//! Makes the `Set-Cookie` of a session or of its identifier.

use super::{Engine, Reply};
use crate::cookie::envelope::Stamp;

/// Why there is no `Set-Cookie`.
#[derive(Debug)]
pub(super) enum Unsealed {
    /// A mistake in the application. Holds the size of name and value, in bytes.
    TooLarge(usize),
    /// The operating system had none for the encryption.
    NoRandomBytes(getrandom::Error),
}

/// The longest `Max-Age`: 68 years. Browsers cap it at 400 days, but some clients ignore
/// a number that is too large for them.
const LONGEST: u64 = i32::MAX as u64;

impl Engine {
    /// The `Set-Cookie` value for a payload.
    pub(super) fn seal(
        &self,
        payload: &str,
        stamp: &Stamp,
        max_age: Option<u64>,
    ) -> Result<String, Unsealed> {
        let mut cookie = self.template.begin(payload.len() * 4 / 3 + 128);
        self.envelope.seal(payload, stamp, &mut cookie).map_err(Unsealed::NoRandomBytes)?;
        self.template.finish(cookie, max_age).map_err(Unsealed::TooLarge)
    }

    /// The cookie's `Max-Age`, if the session is permanent.
    pub(super) fn max_age(&self, permanent: bool, stamp: &Stamp, now: u64) -> Option<u64> {
        permanent.then(|| self.policy.expires(stamp).saturating_sub(now).min(LONGEST))
    }
}

impl Unsealed {
    /// The reply: 500 for a mistake in the application, 503 for a failure of the
    /// system, as when making an identifier fails.
    pub(super) fn reply(self, too_large: impl FnOnce(usize) -> String) -> Reply {
        match self {
            Unsealed::TooLarge(size) => Reply::Failed(too_large(size)),
            Unsealed::NoRandomBytes(_) => {
                log::error!("{}", self.why(too_large));
                Reply::Unavailable
            }
        }
    }

    pub(super) fn why(self, too_large: impl FnOnce(usize) -> String) -> String {
        match self {
            Unsealed::TooLarge(size) => too_large(size),
            Unsealed::NoRandomBytes(error) => format!(
                "The operating system gave no random bytes to encrypt the session: {error}."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_random_bytes_is_the_backends_failure_and_a_large_session_the_applications() {
        let reply = |unsealed: Unsealed| unsealed.reply(|size| format!("{size} bytes"));
        let no_random_bytes = Unsealed::NoRandomBytes(getrandom::Error::UNSUPPORTED);
        assert!(matches!(reply(no_random_bytes), Reply::Unavailable));
        assert!(
            matches!(reply(Unsealed::TooLarge(5000)), Reply::Failed(why) if why == "5000 bytes")
        );
    }
}
