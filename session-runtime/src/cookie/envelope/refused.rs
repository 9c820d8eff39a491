//! The reasons to refuse a cookie.

use std::fmt;

/// Why a cookie was not accepted. Its visitor gets a new, empty session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refused {
    /// Longer than a session cookie can be.
    TooLong,
    /// The request had more cookies of this name than are checked.
    TooMany,
    /// It does not consist of a session cookie's parts in canonical base64.
    Malformed,
    /// The configuration does not accept its format.
    Format,
    /// Its header has another version, or is not valid.
    Header,
    /// It was made with a key that this application does not have.
    UnknownKey,
    /// The signature does not match the value, the cookie's name and the key.
    Forged,
    /// It was issued more than a minute in the future, or one second in Flask's
    /// format.
    Future,
    /// Its lifetime or the absolute lifetime has expired.
    Expired,
    /// It is signed, but is not a session (not an object, nested too deep, or with a
    /// duplicate field), or not an identifier.
    Payload,
    /// The store has no session with this identifier: it has expired, or was ended
    /// more than an hour ago.
    Absent,
    /// The session with this identifier was renewed or ended within the last hour.
    Former,
}

/// The number of reasons.
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
            Refused::Expired => "it has expired",
            Refused::Payload => "its payload is not a session",
            Refused::Absent => "the store has no such session",
            Refused::Former => "its session was renewed or ended not long ago",
        })
    }
}
