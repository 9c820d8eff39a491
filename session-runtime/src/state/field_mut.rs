//! The guard of a field.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use super::{State, Write};
use crate::payload::Field;

/// A mutable value of a field, which `name_mut()` returns.
///
/// When it is dropped, a value that differs from the one before is written to
/// the session, however deep the difference lies. Of two guards alive on two
/// handles of a session, the one dropped last wins.
///
/// ```
/// use session_runtime::prelude::*;
///
/// #[session(cart: Vec<String> = vec![])]
/// pub struct Visitor;
///
/// fn add(session: &mut Session<Visitor>, article: &str) {
///     session.cart_mut().push(article.to_owned());
/// }
/// ```
#[must_use = "the field changes when something is written through the guard"]
pub struct FieldMut<'a, T: 'static> {
    state: &'a State,
    field: &'static Field<T>,
    value: T,
    /// What the value was when the guard was made.
    before: Before<'a>,
    touched: bool,
    at: &'static Location<'static>,
}

pub(crate) enum Before<'a> {
    Stored(&'a str),
    /// The field is absent. The text is what a read returns instead: its default,
    /// or what was proven to be there.
    Unstored(Option<String>),
}

impl<'a, T: 'static> FieldMut<'a, T> {
    pub(crate) fn new(
        state: &'a State,
        field: &'static Field<T>,
        value: T,
        before: Before<'a>,
        at: &'static Location<'static>,
    ) -> Self {
        FieldMut { state, field, value, before, touched: false, at }
    }

    fn unchanged(&self, json: &str) -> bool {
        match &self.before {
            Before::Stored(before) => *before == json,
            Before::Unstored(before) => {
                let syntax = self.state.syntax();
                before.as_deref().is_some_and(|before| syntax.same(before, json))
            }
        }
    }
}

impl<T: 'static> Deref for FieldMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: 'static> DerefMut for FieldMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched = true;
        &mut self.value
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for FieldMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: 'static> Drop for FieldMut<'_, T> {
    fn drop(&mut self) {
        // A value that a panic left half-changed is not worth keeping; the
        // handle that is dropped next gives up the whole request's changes.
        if !self.touched || std::thread::panicking() {
            return;
        }
        let json = match self.field.encode(self.state.syntax(), &self.value) {
            Ok(json) if self.unchanged(&json) => return,
            Ok(json) => Ok(json),
            Err(error) => Err(error),
        };
        self.state.write(Write { key: self.field.key.into(), json, at: self.at });
    }
}
