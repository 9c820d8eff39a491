//! The session of a request, seen through a schema.

use std::cell::Cell;

use crate::schema::{Defaults, Handle, Schema};
use crate::session::Session;

/// A session of the request, through a schema that requires nothing.
pub fn partial<S: Schema>(handle: &Handle) -> Session<S::Partial> {
    match S::Partial::open(handle.another(), Defaults::NONE) {
        Ok(schema) => Session::new(schema),
        Err(never) => match never {},
    }
}

/// A session of the request, through the schema, if nothing is missing.
pub(crate) fn full<S: Schema>(handle: &Handle) -> Result<Session<S>, S::Missing> {
    S::open(handle.another(), Defaults::NONE).map(Session::new)
}

/// The same, for a handler that runs only because nothing is missing: its answer
/// is not to be seen after a sign-out.
pub(crate) fn proven<S: Schema>(handle: &Handle) -> Result<Session<S>, S::Missing> {
    let proven = Cell::new(false);
    let schema = S::open(handle.another(), Defaults::watched(&proven))?;
    if proven.get() {
        handle.state().prove();
    }
    Ok(Session::new(schema))
}
