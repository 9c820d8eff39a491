//! A message for the visitor's next page.

use serde::Serialize;

/// A message that is shown once, stored the way Flask's `flash()` stores it.
///
/// It serializes as an object with its two fields, so you can pass
/// `session.flashes()` straight to a template.
///
/// ```
/// # use session_runtime::prelude::*;
/// fn page(session: &Session) -> String {
///     let shown = session.flashes().into_iter();
///     shown.map(|flash| format!("{}: {}\n", flash.category, flash.message)).collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Flash {
    /// The kind of message: `message` unless the handler chose another.
    pub category: String,
    /// The text.
    pub message: String,
}

impl Flash {
    /// The category that `session.flash(…)` uses, the same as Flask's default.
    pub const DEFAULT_CATEGORY: &'static str = "message";

    pub(crate) fn new(category: String, message: String) -> Self {
        Flash { category, message }
    }
}
