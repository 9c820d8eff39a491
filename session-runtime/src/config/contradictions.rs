//! The messages for wrong settings.

use std::fmt;

use super::limits::{BROWSER_LIMIT, MAX_KEYS, SESSION_LIMIT, SMALLEST};
use crate::request::origin::Flaw;

/// A setting that is invalid, or settings that contradict each other. The message
/// says what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Contradiction {
    Name,
    Path,
    Domain,
    HostNeedsSecure,
    HostNeedsRootPath,
    HostNeedsNoDomain,
    SecurePrefixNeedsSecure,
    SameSiteNoneNeedsSecure,
    PartitionedNeedsSecure,
    TooLarge(usize),
    TooSmall(usize),
    SessionTooSmall(usize),
    NoSessions,
    OwnersNeedStore,
    /// The number of the entry, counted from one, and what is wrong with it.
    TrustedOrigin(usize, Flaw),
    NoLifetime(&'static str),
    NoTime(&'static str, &'static str),
    TooManyKeys,
    MissingFeature(&'static str),
    FlaskStore,
    FlaskAbsolute,
    FlaskEncrypted,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contradiction::Name => f.write_str(
                "`cookie` is not a cookie name: it must be ASCII without spaces, control \
                 characters or any of `()<>@,;:\\\"/[]?={}`. Type `cookie = \"session\"`.",
            ),
            Contradiction::Path => f.write_str(
                "`path` must begin with `/` and have no `;` and no control characters. Type \
                 `path = \"/\"`.",
            ),
            Contradiction::Domain => f.write_str(
                "`domain` must be a host name of ASCII letters, digits, `-` and `.`. Type \
                 `domain = \"example.com\"`, or leave it out for this host only.",
            ),
            Contradiction::HostNeedsSecure => f.write_str(
                "browsers refuse a `__Host-` cookie that is not secure. Type `secure = true`, or \
                 choose another name with `cookie = \"session\"`.",
            ),
            Contradiction::HostNeedsRootPath => f.write_str(
                "browsers refuse a `__Host-` cookie with another path than `/`. Remove `path`, or \
                 type `cookie = \"__Secure-session\"`.",
            ),
            Contradiction::HostNeedsNoDomain => f.write_str(
                "browsers refuse a `__Host-` cookie with a domain. Remove `domain`, or type \
                 `cookie = \"__Secure-session\"`.",
            ),
            Contradiction::SecurePrefixNeedsSecure => f.write_str(
                "browsers refuse a `__Secure-` cookie that is not secure. Type `secure = true`, or \
                 choose another name with `cookie = \"session\"`.",
            ),
            Contradiction::SameSiteNoneNeedsSecure => f.write_str(
                "browsers refuse `same_site = \"None\"` without `secure`. Type `secure = true`, or \
                 `same_site = \"Lax\"`.",
            ),
            Contradiction::PartitionedNeedsSecure => f.write_str(
                "browsers refuse `partitioned` without `secure`. Type `secure = true`, or remove \
                 `partitioned`.",
            ),
            Contradiction::TooLarge(size) => write!(
                f,
                "`max_cookie_size` is {size}, and browsers drop cookies of more than \
                 {BROWSER_LIMIT} bytes in silence. Type `max_cookie_size = {BROWSER_LIMIT}`."
            ),
            Contradiction::TooSmall(size) => write!(
                f,
                "`max_cookie_size` is {size}, and the signature alone takes about {SMALLEST} \
                 bytes. Type `max_cookie_size = {BROWSER_LIMIT}`."
            ),
            Contradiction::SessionTooSmall(size) => write!(
                f,
                "`max_session_size` is {size} bytes, and a few fields and a message take more. \
                 Type `max_session_size = {SESSION_LIMIT}`."
            ),
            Contradiction::NoSessions => f.write_str(
                "`max_sessions_per_owner` is 0, and nobody could stay signed in. Type \
                 `max_sessions_per_owner = 5`, or remove it for no limit.",
            ),
            Contradiction::OwnersNeedStore => f.write_str(
                "`max_sessions_per_owner` needs a store: nobody can count sessions that are in \
                 their cookies. Type `store = \"redis://127.0.0.1:6379\"` or another store, or \
                 remove `max_sessions_per_owner`.",
            ),
            Contradiction::TrustedOrigin(n, flaw) => {
                write!(f, "`trusted_origins`, entry {n}: {flaw}")
            }
            Contradiction::NoLifetime(key) => write!(
                f,
                "`{key}` is less than a second: every session would expire at once. Type \
                 `{key} = \"31d\"`."
            ),
            Contradiction::NoTime(key, default) => {
                write!(f, "`{key}` is zero. Type `{key} = \"{default}\"`.")
            }
            Contradiction::TooManyKeys => write!(
                f,
                "there are more than {} `fallback_keys`. Remove the oldest: sessions that they \
                 signed have expired one `lifetime` after the key was replaced.",
                MAX_KEYS - 1
            ),
            Contradiction::MissingFeature(feature) => write!(
                f,
                "`{feature}` needs a Cargo feature that is not on. Type `cargo add \
                 session-runtime --features {feature}`."
            ),
            Contradiction::FlaskStore => f.write_str(
                "Flask's sessions are in their cookies, and a `store` keeps them on the server. \
                 Remove `store` (type `store = \"cookie\"`), or take `flask` out of `format` and \
                 `accept`.",
            ),
            Contradiction::FlaskAbsolute => f.write_str(
                "`absolute_lifetime` counts from when a session began, which Flask's cookie does \
                 not say. Remove `absolute_lifetime`, or take `flask` out of `format` and `accept`.",
            ),
            Contradiction::FlaskEncrypted => f.write_str(
                "Flask's cookies can be read by their owners, and encrypted ones cannot: the two \
                 formats do not go together. Go from `flask` to `signed` first, and then to \
                 `encrypted`; type `format = \"signed\"` and `accept = [\"flask\"]`.",
            ),
        }
    }
}
