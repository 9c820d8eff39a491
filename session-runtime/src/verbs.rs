//! What every session can do, whatever its schema, implemented once on `Handle`.
//! `Session` repeats these methods, so that its documentation shows them and a
//! trait in scope cannot shadow them. The last schema of every chain repeats them
//! too, so that an application's own methods on a schema can call them.

use std::panic::Location;
use std::time::Duration;

use crate::flash::Flash;
use crate::schema::accessors;
use crate::schema::{AnySession, Handle, NothingMissing, Schema};
use crate::session::Session;

impl Handle {
    #[track_caller]
    pub(crate) fn clear(&self) {
        self.state().clear(Location::caller());
    }

    #[track_caller]
    pub(crate) fn renew(&self) {
        self.state().renew(Location::caller());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state().is_empty()
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.state().is_permanent()
    }

    #[track_caller]
    pub(crate) fn set_permanent(&self, permanent: bool) {
        self.state().set_permanent(permanent, Location::caller());
    }

    #[track_caller]
    pub(crate) fn set_lifetime(&self, lifetime: Option<Duration>) {
        self.state().set_lifetime(lifetime, Location::caller());
    }

    #[track_caller]
    pub(crate) fn flash(&self, message: impl Into<String>) {
        accessors::add_flash(self, Flash::DEFAULT_CATEGORY, message.into());
    }

    #[track_caller]
    pub(crate) fn flashes(&self) -> Vec<Flash> {
        self.state().take_flashes(None, Location::caller())
    }

    #[track_caller]
    pub(crate) fn flashes_in<I>(&self, categories: I) -> Vec<Flash>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let categories = categories.into_iter().map(|category| category.as_ref().to_owned());
        self.state().take_flashes(Some(categories.collect()), Location::caller())
    }

    pub(crate) fn peek_flashes(&self) -> Vec<Flash> {
        self.state().peek_flashes()
    }

    pub(crate) fn view<Other: Schema<Requires: NothingMissing>>(&self) -> Session<Other> {
        self.check(Other::TABLE);
        Session::complete(self)
    }

    pub(crate) fn try_view<Other: Schema>(&self) -> Option<Session<Other>> {
        self.check(Other::TABLE);
        Session::open(self).ok()
    }
}

/// What every session can do, for an application's own methods on a schema.
impl AnySession {
    /// Ends the session: all fields, messages, permanence and the identity go.
    /// More at [`Session::clear`].
    #[track_caller]
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Gives the session a new identity and keeps its data.
    /// More at [`Session::renew`].
    #[track_caller]
    pub fn renew(&self) {
        self.0.renew();
    }

    /// Whether the session has no fields and no messages.
    /// More at [`Session::is_empty`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the browser is told to keep the cookie when it is closed.
    /// More at [`Session::is_permanent`].
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.0.is_permanent()
    }

    /// Lets the session outlive the browser's window, or no longer.
    /// More at [`Session::set_permanent`].
    #[track_caller]
    pub fn set_permanent(&self, permanent: bool) {
        self.0.set_permanent(permanent);
    }

    /// Gives this session a lifetime of its own instead of the configured one.
    /// More at [`Session::set_lifetime`].
    #[track_caller]
    pub fn set_lifetime(&self, lifetime: impl Into<Option<Duration>>) {
        self.0.set_lifetime(lifetime.into());
    }

    /// Adds a message of the category `message`.
    /// More at [`Session::flash`].
    #[track_caller]
    pub fn flash(&self, message: impl Into<String>) {
        self.0.flash(message);
    }

    /// The messages that wait, oldest first, which counts as showing them.
    /// More at [`Session::flashes`].
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes(&self) -> Vec<Flash> {
        self.0.flashes()
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
        self.0.flashes_in(categories)
    }

    /// The messages that wait, without showing them.
    /// More at [`Session::peek_flashes`].
    #[must_use]
    pub fn peek_flashes(&self) -> Vec<Flash> {
        self.0.peek_flashes()
    }

    /// The same session through another schema, one that requires nothing.
    /// More at [`Session::view`].
    #[must_use]
    pub fn view<Other: Schema<Requires: NothingMissing>>(&self) -> Session<Other> {
        self.0.view()
    }

    /// The same session through a schema with `else` fields, or `None` if one
    /// of them is missing.
    /// More at [`Session::try_view`].
    #[must_use]
    pub fn try_view<Other: Schema>(&self) -> Option<Session<Other>> {
        self.0.try_view()
    }
}
