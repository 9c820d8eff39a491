//! Settings with a few fixed values.

use serde::Deserialize;

/// When a session is issued again that a handler took and did not change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refresh {
    /// After half of its lifetime.
    #[default]
    HalfLife,
    /// Every time if it is permanent, as Flask does. Others are issued again after half
    /// of their lifetime.
    Always,
    /// Only when a handler changes it.
    Never,
}

/// How the session is kept in the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// The visitor can read it, and nobody can forge it: HMAC-SHA256.
    #[default]
    Signed,
    /// The visitor cannot read it either: XChaCha20-Poly1305. Needs the Cargo feature
    /// `encrypted`.
    Encrypted,
    /// As Flask writes and reads it, so that a Flask application shares the session.
    /// Needs the Cargo feature `flask`.
    Flask,
}

impl Format {
    /// The Cargo feature that this format needs, if it is not on.
    pub(super) fn missing_feature(self) -> Option<&'static str> {
        match self {
            Format::Encrypted if !cfg!(feature = "encrypted") => Some("encrypted"),
            Format::Flask if !cfg!(feature = "flask") => Some("flask"),
            _ => None,
        }
    }
}

/// The digest of Flask's signature: the `digest_method` of a Flask application's
/// session interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FlaskDigest {
    /// Flask's default.
    #[default]
    Sha1,
    /// `hashlib.sha256`.
    Sha256,
    /// `hashlib.sha512`.
    Sha512,
}

/// The `SameSite` attribute (RFC 6265bis, 4.1.2.7), as it is written in Rocket.toml.
/// The builder takes Rocket's own type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum SameSite {
    #[serde(alias = "strict")]
    Strict,
    #[default]
    #[serde(alias = "lax")]
    Lax,
    #[serde(alias = "none")]
    None,
}

impl SameSite {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }
    }
}
