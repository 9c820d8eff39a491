//! Settings that are one of a few words.

use serde::Deserialize;

/// When a session that a handler took, and did not change, is issued again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refresh {
    /// When half of its life is over.
    #[default]
    HalfLife,
    /// Every time if it is permanent, as Flask does; the others at half-life.
    Always,
    /// Only when it is changed.
    Never,
}

/// How the session is kept in the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// Readable by its owner, and unforgeable: HMAC-SHA256.
    #[default]
    Signed,
    /// Not readable either: XChaCha20-Poly1305. Needs the Cargo feature
    /// `encrypted`.
    Encrypted,
    /// As a Flask application writes and reads it, which shares the session.
    /// Needs the Cargo feature `flask`.
    Flask,
}

impl Format {
    /// The Cargo feature without which there is no such format.
    pub(super) fn missing_feature(self) -> Option<&'static str> {
        match self {
            Format::Encrypted if !cfg!(feature = "encrypted") => Some("encrypted"),
            Format::Flask if !cfg!(feature = "flask") => Some("flask"),
            _ => None,
        }
    }
}

/// The digest of Flask's signature: what a Flask application has as the
/// `digest_method` of its session interface.
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

/// The `SameSite` attribute (RFC 6265bis, 4.1.2.7), as Rocket.toml has it. The
/// builder takes Rocket's own type.
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
