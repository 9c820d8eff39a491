//! Stored names that belong to the runtime and not to the application.

/// Flask's name for the list of messages.
pub(crate) const FLASHES: &str = "_flashes";
/// Flask's name for the permanent flag.
pub(crate) const PERMANENT: &str = "_permanent";
/// In a store, the session's own lifetime, in seconds.
pub(crate) const LIFETIME: &str = "_lifetime";
/// In a store, what the names of messages begin with.
pub(crate) const FLASH_PREFIX: &str = "_flash.";

/// In a cookie, a form's input that waits to be shown again.
pub(crate) const INPUT: &str = "_old_input";
/// In a store, what the names of such inputs begin with.
pub(crate) const INPUT_PREFIX: &str = "_old_input.";

/// Whether a stored name belongs to the runtime and not to the application.
pub(crate) fn is_reserved(key: &str) -> bool {
    matches!(key, FLASHES | PERMANENT | LIFETIME | INPUT)
        || key.starts_with(FLASH_PREFIX)
        || key.starts_with(INPUT_PREFIX)
}
