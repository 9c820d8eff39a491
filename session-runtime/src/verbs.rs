//! What every session can do, whatever its schema. The last schema of every chain
//! has these methods, so that an application's own methods on a schema can call
//! them. `Session` repeats them, so that its documentation shows them and a trait
//! in scope cannot shadow them.

use std::panic::Location;
use std::time::Duration;

use crate::flash::Flash;
use crate::schema::accessors;
use crate::schema::{AnySession, NothingMissing, Schema};
use crate::session::Session;

/// What every session can do, for an application's own methods on a schema.
impl AnySession {
    /// Ends the session: all fields, messages, permanence and the identity go.
    /// More at [`Session::clear`].
    #[track_caller]
    pub fn clear(&self) {
        self.handle().state().clear(Location::caller());
    }

    /// Gives the session a new identity and keeps its data.
    /// More at [`Session::renew`].
    #[track_caller]
    pub fn renew(&self) {
        self.handle().state().renew(Location::caller());
    }

    /// Whether the session has no fields, no messages and no old input of a form.
    /// More at [`Session::is_empty`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handle().state().is_empty()
    }

    /// Whether the browser is told to keep the cookie when it is closed.
    /// More at [`Session::is_permanent`].
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.handle().state().is_permanent()
    }

    /// Lets the session outlive the browser's window, or no longer.
    /// More at [`Session::set_permanent`].
    #[track_caller]
    pub fn set_permanent(&self, permanent: bool) {
        self.handle().state().set_permanent(permanent, Location::caller());
    }

    /// Gives this session a lifetime of its own instead of the configured one.
    /// More at [`Session::set_lifetime`].
    #[track_caller]
    pub fn set_lifetime(&self, lifetime: impl Into<Option<Duration>>) {
        self.handle().state().set_lifetime(lifetime.into(), Location::caller());
    }

    /// Adds a message of the category `message`.
    /// More at [`Session::flash`].
    #[track_caller]
    pub fn flash(&self, message: impl Into<String>) {
        accessors::add_flash(self.handle(), Flash::DEFAULT_CATEGORY, message.into());
    }

    /// The messages that wait, oldest first, which counts as showing them.
    /// More at [`Session::flashes`].
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes(&self) -> Vec<Flash> {
        self.handle().state().take_flashes(None, Location::caller())
    }

    /// The messages of these categories; the others go on waiting.
    /// More at [`Session::flashes_in`].
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes_in<I>(&self, categories: I) -> Vec<Flash>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let categories = categories.into_iter().map(|category| category.as_ref().to_owned());
        self.handle().state().take_flashes(Some(categories.collect()), Location::caller())
    }

    /// Keeps the messages that this request shows, for the next page.
    /// More at [`Session::keep_flashes`].
    #[track_caller]
    pub fn keep_flashes(&self) {
        self.handle().state().keep_flashes(Location::caller());
    }

    /// The messages that wait, without showing them.
    /// More at [`Session::peek_flashes`].
    #[must_use]
    pub fn peek_flashes(&self) -> Vec<Flash> {
        self.handle().state().peek_flashes()
    }

    /// The same session through another schema, one that requires nothing.
    /// More at [`Session::view`].
    #[must_use]
    pub fn view<Other: Schema<Requires: NothingMissing>>(&self) -> Session<Other> {
        self.handle().check(Other::TABLE);
        Session::complete(self.handle())
    }

    /// The same session through a schema with `else` fields, or `None` if one
    /// of them is missing.
    /// More at [`Session::try_view`].
    #[must_use]
    pub fn try_view<Other: Schema>(&self) -> Option<Session<Other>> {
        self.handle().check(Other::TABLE);
        Session::open(self.handle()).ok()
    }
}
