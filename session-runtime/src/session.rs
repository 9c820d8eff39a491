//! The session as a handler holds it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access;
use crate::payload::Syntax;
use crate::printable::Printable;
use crate::schema::{Handle, Schema, Untyped};
use crate::state::Write;
use crate::verbs::verbs;

/// The visitor's session, seen through the schema `S`.
///
/// It dereferences to the schema, whose accessors read and write its fields.
/// The verbs here are for the session as a whole; a schema's own `impl` has
/// them too (see [`Untyped`]). Without a schema
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
pub struct Session<S = Untyped> {
    schema: S,
}

impl<S: Schema> Session<S> {
    pub(crate) fn new(schema: S) -> Self {
        Session { schema }
    }

    pub(crate) fn handle(&self) -> &Handle {
        self.schema.handle()
    }

    verbs!();
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
        access::flash(self.handle(), category, message.into());
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
