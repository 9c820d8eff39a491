//! The session as a handler holds it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::flash::Flash;
use crate::payload::{Reason, Syntax};
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
/// A handle that a panic drops discards all of the request's changes,
/// because the handler that made them did not finish: no `Set-Cookie` is sent,
/// nothing is written to a store, and no message is consumed. A panic in a task
/// that was given a handle (`spawn_blocking`) does the same, even if the handler
/// goes on and answers 200. The loss is then logged as an error.
///
/// A panic that drops no handle goes unnoticed. If the handle is kept in Rocket's
/// request-local cache or in a static, the panic does not drop it, and what was
/// written through it before the panic is saved.
pub struct Session<S = AnySession> {
    schema: S,
    /// The last schema of the chain, once more. It makes the methods independent
    /// of the schema, so that a `Session` of what is no schema is one error, not
    /// one for each method.
    any: AnySession,
}

/// The request's session, through a schema that requires nothing.
pub fn partial<S: Schema>(handle: &Handle) -> Session<S::Partial> {
    Session::complete(handle)
}

impl<S: Schema> Session<S> {
    /// A session of the request, through the schema, if nothing is missing.
    pub(crate) fn open(handle: &Handle) -> Result<Self, Missing> {
        opening::open(handle).map(|(schema, _)| Session::new(schema, handle))
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
        Ok(Session::new(schema, handle))
    }

    fn new(schema: S, handle: &Handle) -> Self {
        Session { schema, any: AnySession::new(handle, S::TABLE) }
    }
}

impl<S> Session<S> {
    pub(crate) fn handle(&self) -> &Handle {
        self.any.handle()
    }

    pub(crate) fn any(&self) -> &AnySession {
        &self.any
    }

    /// Ends the session and removes all of its fields and messages, its permanence
    /// and its identity. What is written afterwards belongs to a new session,
    /// which is permanent if the setting `permanent` is `true`.
    ///
    /// A cookie session cannot be revoked: whoever kept a copy of the cookie
    /// can send it until it expires.
    #[track_caller]
    pub fn clear(&self) {
        self.any.clear();
    }

    /// Gives the session a new identity and keeps its data. Do it whenever the
    /// visitor's privileges change, above all at login ([OWASP: renew the
    /// session ID after any privilege level change][owasp]).
    ///
    /// [owasp]: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
    #[track_caller]
    pub fn renew(&self) {
        self.any.renew();
    }

    /// Whether the session has no fields, no messages and no old input of a form.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// Whether the browser is told to keep the cookie when it is closed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.any.is_permanent()
    }

    /// Lets the session outlive the browser's window, as Flask's
    /// `session.permanent = True` does ("remember me"), or undoes that. With the
    /// setting `permanent = true` every new session starts out permanent.
    ///
    /// The server forgets a session after its lifetime either way.
    #[track_caller]
    pub fn set_permanent(&self, permanent: bool) {
        self.any.set_permanent(permanent);
    }

    /// Gives this session a lifetime of its own instead of the configured one.
    /// It counts from the last time the session was issued, in whole seconds:
    /// at least one, at most 2³² − 1 (136 years). `set_lifetime(None)` gives it
    /// the configured lifetime again.
    ///
    /// Flask's cookie cannot hold a lifetime: with `format = "flask"` the response
    /// is a 500, and the log has an error.
    #[track_caller]
    pub fn set_lifetime(&self, lifetime: impl Into<Option<Duration>>) {
        self.any.set_lifetime(lifetime);
    }

    /// Adds a message of the category `message`, Flask's default. A session keeps
    /// up to 32 messages; one more removes the oldest and logs a warning.
    #[track_caller]
    pub fn flash(&self, message: impl Into<String>) {
        self.any.flash(message);
    }

    /// Returns the waiting messages, oldest first, and marks them as shown. A
    /// second call in the same request returns the same list.
    ///
    /// The messages stay for the next request if no visitor reads this response:
    /// a 5xx, a 304, or the response to a HEAD.
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes(&self) -> Vec<Flash> {
        self.any.flashes()
    }

    /// Returns the messages of these categories; the others keep waiting. A later
    /// [`flashes`](Self::flashes) in the same request returns these again.
    #[track_caller]
    #[must_use = "messages are shown once"]
    pub fn flashes_in<I>(&self, categories: I) -> Vec<Flash>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.any.flashes_in(categories)
    }

    /// Keeps the messages that this request shows, so that the next page shows them
    /// again, in the same order and before newer ones. Rails calls it `flash.keep`. Use
    /// it on a page that soon loads itself again, or on a redirect after something has
    /// read the messages. It works before [`flashes`](Self::flashes) and after.
    ///
    /// ```
    /// # use session_runtime::prelude::*;
    /// #[rocket::get("/progress")]
    /// fn progress(session: Session) -> String {
    ///     let shown = session.flashes();
    ///     // The page reloads itself until the work is done.
    ///     session.keep_flashes();
    ///     shown.iter().map(|flash| flash.message.as_str()).collect()
    /// }
    /// ```
    #[track_caller]
    pub fn keep_flashes(&self) {
        self.any.keep_flashes();
    }

    /// Returns the waiting messages without marking them as shown.
    #[must_use]
    pub fn peek_flashes(&self) -> Vec<Flash> {
        self.any.peek_flashes()
    }

    /// The same session through another schema, one that requires nothing.
    #[must_use]
    pub fn view<Other: Schema<Requires: NothingMissing>>(&self) -> Session<Other> {
        self.any.view()
    }

    /// The same session through a schema with `else` fields, or `None` if one
    /// of them is missing.
    #[must_use]
    pub fn try_view<Other: Schema>(&self) -> Option<Session<Other>> {
        self.any.try_view()
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

/// The fields that the schema declares, as an object: by their names in the code, those
/// that have a value or a default. Messages and loaded fields are not in it. Without a
/// schema (`Session` alone) it has all of the application's fields.
///
/// ```
/// use session_runtime::prelude::*;
///
/// #[session(username: String, visits: u32 = 0)]
/// pub struct Visitor;
///
/// #[rocket::get("/me.json")]
/// fn me(session: Session<Visitor>) -> String {
///     // {"username":"ann","visits":0}
///     serde_json::to_string(&session).expect("a session has a form in JSON")
/// }
/// ```
impl<S> Serialize for Session<S> {
    fn serialize<R: Serializer>(&self, serializer: R) -> Result<R::Ok, R::Error> {
        self.any().serialize(serializer)
    }
}

/// The untyped verbs, as Flask's `session` has them. A handler with a schema
/// has its accessors instead.
impl Session {
    /// Returns the field, if it is present and a `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let state = self.handle().state();
        state.json(key).and_then(|json| decode(state.syntax(), key, json))
    }

    /// Sets the field to any value that JSON can hold. A value that could not be
    /// read back (a float that is not finite, 128 nested lists, a
    /// `serde_json::RawValue` of `1e999`) gives a 500 and an error in the log that
    /// names the line of this call.
    #[track_caller]
    pub fn set<T: Serialize>(&self, key: &str, value: T) {
        let state = self.handle().state();
        let json = state.syntax().encode(&value);
        let key = key.to_owned().into();
        state.write(Write { key, json, at: Location::caller() });
    }

    /// Removes the field and returns it, if it was present and a `T`.
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

    /// Whether the field is present, whatever its type.
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
    let decoded = syntax.decode(json);
    if let Err(error) = &decoded {
        log::warn!(
            "The session's field `{}` is not a `{}` and reads as absent: {}.",
            Printable(key),
            std::any::type_name::<T>(),
            Reason(error),
        );
    }
    decoded.ok()
}
