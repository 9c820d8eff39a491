//! A message for the visitor's next page.

use serde::Serialize;

/// A message that is shown once, as Flask's `flash()` keeps it.
///
/// It serializes as an object with its two fields, so a template can be given
/// `session.flashes()` as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Flash {
    /// What kind of message it is: `message` unless the handler chose another.
    pub category: String,
    /// The text.
    pub message: String,
}

impl Flash {
    /// The category of `session.flash(…)`, Flask's own.
    pub const DEFAULT_CATEGORY: &'static str = "message";

    pub(crate) fn new(category: String, message: String) -> Self {
        Flash { category, message }
    }
}
