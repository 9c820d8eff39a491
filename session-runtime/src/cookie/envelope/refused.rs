//! The reasons to refuse a cookie.

use std::fmt;

/// Why a cookie was not accepted. A visitor who sent one has a new, empty
/// session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refused {
    /// Longer than a session cookie can be.
    TooLong,
    /// One of more cookies of the name than are looked at in one request.
    TooMany,
    /// Not the parts of a session cookie in canonical base64.
    Malformed,
    /// Of a format that the configuration does not accept.
    Format,
    /// A header of another version, or none at all.
    Header,
    /// Made with a key that this application does not have.
    UnknownKey,
    /// The signature does not fit this value, this name, this key.
    Forged,
    /// Issued more than a minute in the future; a second, in Flask's format.
    Future,
    /// Its lifetime, or the absolute limit, is over.
    Expired,
    /// Signed, but not a session: not an object, too deep, a field twice; or
    /// not an identifier.
    Payload,
    /// The identifier of a session that the store does not have: it has expired,
    /// or was ended more than an hour ago.
    Absent,
    /// The identifier of a session that was renewed or ended within the last
    /// hour.
    Former,
}

/// How many reasons there are.
pub(crate) const REASONS: usize = Refused::ALL.len();

impl Refused {
    /// All reasons.
    pub const ALL: &'static [Refused] = &[
        Refused::TooLong,
        Refused::TooMany,
        Refused::Malformed,
        Refused::Format,
        Refused::Header,
        Refused::UnknownKey,
        Refused::Forged,
        Refused::Future,
        Refused::Expired,
        Refused::Payload,
        Refused::Absent,
        Refused::Former,
    ];
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::TooLong => "it is longer than a session cookie can be",
            Refused::TooMany => "there are more cookies of the name than are looked at",
            Refused::Malformed => "it is not the parts of a session cookie in canonical base64",
            Refused::Format => "it is of a format that is not accepted",
            Refused::Header => "its header is not of this version",
            Refused::UnknownKey => "it was made with a key that is not configured",
            Refused::Forged => "its signature does not fit",
            Refused::Future => "it was issued in the future",
            Refused::Expired => "its lifetime is over",
            Refused::Payload => "its payload is not a session",
            Refused::Absent => "the store has no such session",
            Refused::Former => "its session was renewed or ended not long ago",
        })
    }
}
