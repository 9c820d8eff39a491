//! Stored names that belong to the runtime and not to the application.

/// Flask's name for the list of messages.
pub(crate) const FLASHES: &str = "_flashes";
/// Flask's name for the permanent flag.
pub(crate) const PERMANENT: &str = "_permanent";
/// In a store, the session's own lifetime, in seconds.
pub(crate) const LIFETIME: &str = "_lifetime";
/// In a store, what the names of messages begin with.
pub(crate) const FLASH_PREFIX: &str = "_flash.";

/// Whether a stored name belongs to the runtime and not to the application.
pub(crate) const fn is_reserved(key: &str) -> bool {
    matches!(
        key.as_bytes(),
        b"_flashes" | b"_permanent" | b"_lifetime" | [b'_', b'f', b'l', b'a', b's', b'h', b'.', ..]
    )
}
