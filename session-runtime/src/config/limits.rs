//! The bounds of sizes and numbers.

/// The most bytes of a cookie that a browser keeps: name plus value
/// (RFC 6265bis, 5.6).
pub(crate) const BROWSER_LIMIT: usize = 4096;

/// The bytes that a cookie needs beside its name: for the signature, the header
/// and a small session, or for an encrypted identifier.
pub(super) const SMALLEST: usize = 140;

/// The default of `max_session_size`: how much of a store one visitor can fill.
pub(super) const SESSION_LIMIT: usize = 64 * 1024;

/// The bytes that a session in a store needs for an owner, a message and a few
/// small fields.
pub(super) const SMALLEST_SESSION: usize = 256;

/// The most keys, the signing one included.
pub(super) const MAX_KEYS: usize = 8;
