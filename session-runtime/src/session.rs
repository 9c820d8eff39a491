//! The session as a handler holds it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::flash::Flash;
use crate::payload::Syntax;
use crate::printable::Printable;
use crate::schema::{AnySession, Handle, Missing, NothingMissing, Schema, accessors, opening};
use crate::state::Write;

/// The visitor's session, seen through the schema `S`.
///
/// It dereferences to the schema, whose accessors read and write its fields.
/// The verbs here are for the session as a whole; a schema's own `impl` has
/// them too (see [`AnySession`]). Without a schema
/// (`Session` alone) it has Flask's untyped verbs as well.
///
/// A handler gets one by asking for it:
///
/// ```
/// use session_runtime::prelude::*;
///
/// #[session(visits: u32 = 0)]
/// pub struct Visitor;
///
/// #[rocket::get("/")]
/// fn index(mut session: Session<Visitor>) -> String {
///     *session.visits_mut() += 1;
///     format!("visit {}", session.visits())
/// }
/// ```
///
/// All handles of one request are one session: each sees what the others
/// write. A handle has no lifetime, and is `Send` and `Sync`.
///
/// # Panics in a handler
///
/// A handle that a panic drops gives up the request's changes, all of them,
/// because the handler that made them did not finish: no `Set-Cookie`, nothing
/// written to a store, messages not consumed. So does a panic in a task that was
/// given a handle (`spawn_blocking`), though the handler may go on and answer 200:
/// the loss is then an error in the log.
///
/// A panic that drops no handle is not seen. A session that is kept elsewhere
/// while the handler runs, in Rocket's request-local cache or in a static, is
/// dropped with the request, and what was written through it before the panic
/// stays.
pub struct Session<S = AnySession> {
    schema: S,
    /// The same as the schema's. It makes the verbs independent of the schema, so
    /// that a `Session` of what is no schema is one error, not one for each verb.
    handle: Handle,
}

/// A session of the request, through a schema that requires nothing.
pub fn partial<S: Schema>(handle: &Handle) -> Session<S::Partial> {
    Session::complete(handle)
}

impl<S: Schema> Session<S> {
    /// A session of the request, through the schema, if nothing is missing.
    pub(crate) fn open(handle: &Handle) -> Result<Self, Missing> {
        opening::open(handle).map(|(schema, _)| Session { schema, handle: handle.another() })
    }

    /// The same, through a schema that requires nothing.
    pub(crate) fn complete(handle: &Handle) -> Self {
        Session::open(handle)
            .unwrap_or_else(|Missing(name)| unreachable!("`{name}` is not a required field"))
    }

    /// The same, for a handler that runs only because nothing is missing: its
    /// answer is not to be seen after a sign-out.
    pub(crate) fn open_proven(handle: &Handle) -> Result<Self, Missing> {
        let (schema, proven) = opening::open(handle)?;
        if proven {
            handle.state().prove();
        }
        Ok(Session { schema, handle: handle.another() })
    }
}

impl<S> Session<S> {
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Ends the session: all fields, messages, permanence and the identity go.
    /// What is written after it belongs to a new session, which is permanent if
    /// the setting `permanent` says so.
    ///
    /// A cookie session cannot be revoked: whoever kept a copy of the cookie
    /// can send it until its lifetime is over.
    #[track_caller]
    pub fn clear(&self) {
        self.handle().clear();
    }

    /// Gives the session a new identity and keeps its data. Do it whenever the
    /// visitor's privileges change, above all at login ([OWASP: renew the
    /// session ID after any privilege level change][owasp]).
    ///
    /// [owasp]: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
    #[track_caller]
    pub fn renew(&self) {
        self.handle().renew();
    }

    /// Whether the session has no fields and no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handle().is_empty()
    }

    /// Whether the browser is told to keep the cookie when it is closed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.handle().is_permanent()
    }

    /// Lets the session outlive the browser's window, as Flask's
    /// `session.permanent = True` ("remember me"), or no longer. With the setting
    /// `permanent = true` every new session starts like that.
    ///
    /// The server forgets a session after its lifetime either way.
    #[track_caller]
    pub fn set_permanent(&self, permanent: bool) {
        self.handle().set_permanent(permanent);
    }

    /// Gives this session a lifetime of its own instead of the configured one.
    /// It counts from the last time the session was issued, in whole seconds:
    /// at least one, at most 2³² − 1 (136 years). `set_lifetime(None)` gives it
    /// the configured lifetime again.
    ///
    /// Flask's cookie has no place for it: with `format = "flask"` the call is
    /// answered with a 500 and an error in the log.
    #[track_caller]
    pub fn set_lifetime(&self, lifetime: impl Into<Option<Duration>>) {
        self.handle().set_lifetime(lifetime.into());
    }

    /// Adds a message of the category `message`, Flask's default. At most 32
    /// messages wait: of more, the oldest goes, with a warning in the log.
    #[track_caller]
    pub fn flash(&self, message: impl Into<String>) {
        self.handle().flash(message);
    }

    /// The messages that wait, oldest first, which counts as showing them. A
    /// second call in the same request gives the same list.
    ///
    /// They are kept for the next request all the same if the response turns
    /// out to be one that no visitor reads: a 5xx, a 304, the answer to a HEAD.
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes(&self) -> Vec<Flash> {
        self.handle().flashes()
    }

    /// The messages of these categories; the others go on waiting. A later
    /// [`flashes`](Self::flashes) of the same request gives these again, as
    /// every second read does.
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes_in<I>(&self, categories: I) -> Vec<Flash>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.handle().flashes_in(categories)
    }

    /// The messages that wait, without showing them.
    #[must_use]
    pub fn peek_flashes(&self) -> Vec<Flash> {
        self.handle().peek_flashes()
    }

    /// The same session through another schema, one that requires nothing.
    #[must_use]
    pub fn view<Other: Schema<Requires: NothingMissing>>(&self) -> Session<Other> {
        self.handle().view()
    }

    /// The same session through a schema with `else` fields, or `None` if one
    /// of them is missing.
    #[must_use]
    pub fn try_view<Other: Schema>(&self) -> Option<Session<Other>> {
        self.handle().try_view()
    }
}

impl<S: Schema> Deref for Session<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.schema
    }
}

impl<S: Schema> DerefMut for Session<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.schema
    }
}

impl<S: Schema> fmt::Debug for Session<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("schema", &S::TABLE.name).finish_non_exhaustive()
    }
}

/// The untyped verbs, as Flask's `session` has them. A handler with a schema
/// has its accessors instead.
impl Session {
    /// The field, if it is there and a `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let state = self.handle().state();
        state.json(key).and_then(|json| decode(state.syntax(), key, json))
    }

    /// Sets the field to anything that JSON can hold. What could not be read again
    /// is an error in the log, with this line, and a 500: a float that is not
    /// finite, 128 levels of lists, a `serde_json::RawValue` of `1e999`.
    #[track_caller]
    pub fn set<T: Serialize>(&self, key: &str, value: T) {
        let state = self.handle().state();
        let json = state.syntax().encode(&value);
        let key = key.to_owned().into();
        state.write(Write { key, json, at: Location::caller() });
    }

    /// Removes the field and returns it, if it was there and a `T`.
    #[track_caller]
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let state = self.handle().state();
        let taken = state.remove(key, Location::caller());
        taken.and_then(|json| decode(state.syntax(), key, json))
    }

    /// Removes the field.
    #[track_caller]
    pub fn remove(&self, key: &str) {
        let _ = self.handle().state().remove(key, Location::caller());
    }

    /// Whether the field is there, whatever its type.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.handle().state().json(key).is_some()
    }

    /// The names of the application's fields.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.handle().state().keys()
    }

    /// Adds a message of any category.
    #[track_caller]
    pub fn flash_as(&self, category: &str, message: impl Into<String>) {
        accessors::add_flash(self.handle(), category, message.into());
    }
}

fn decode<T: DeserializeOwned>(syntax: Syntax, key: &str, json: &str) -> Option<T> {
    let value = syntax.decode(json).ok();
    if value.is_none() {
        log::warn!(
            "The session's field `{}` is not a `{}` and reads as absent.",
            Printable(key),
            std::any::type_name::<T>(),
        );
    }
    value
}
