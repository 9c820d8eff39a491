//! What a schema is to the runtime: a table of fields, and a way to show a
//! session through it. Implemented by `#[session(…)]` only.

pub(crate) mod accessors;
pub(crate) mod registry;
pub(crate) mod table;

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::schema::registry::Registry;
use crate::schema::table::Table;
use crate::state::State;
use crate::store::Key;

/// A declaration of session fields, made with `#[session(…)]` on a unit struct
/// or on a handler. Its items are the macro's own and may change at any time:
/// do not implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session schema",
    label = "not a schema",
    note = "declare one with `#[session(name: Type)] pub struct {Self};`"
)]
pub trait Schema: Sized + Send + Sync + 'static {
    /// The same fields with nothing required.
    #[doc(hidden)]
    type Partial: Schema<Missing = Never>;
    /// [`Never`], or [`Missing`] if a field of the schema or its base has `else`.
    #[doc(hidden)]
    type Missing: Into<Missing> + fmt::Debug;
    #[doc(hidden)]
    const TABLE: &'static Table;
    #[doc(hidden)]
    fn open(handle: Handle, defaults: Defaults<'_>) -> Result<Self, Self::Missing>;
    #[doc(hidden)]
    fn handle(&self) -> &Handle;
}

/// One handle of a request's session.
///
/// If it is dropped by a panic, the handler that held it did not finish, and
/// nothing of the request is kept.
pub struct Handle(Arc<Held>);

/// What all handles of a request hold.
struct Held {
    state: State,
    /// To compare the schemas that the session is seen through.
    registry: Arc<Registry>,
    /// What a store keeps the session under, if it came from one, or kept it
    /// under until it was renewed or ended.
    key: Option<Key>,
}

impl Handle {
    pub(crate) fn new(state: State, registry: Arc<Registry>, key: Option<Key>) -> Handle {
        Handle(Arc::new(Held { state, registry, key }))
    }

    /// One of a session that belongs to no request: nobody keeps it.
    pub(crate) fn detached(state: State) -> Handle {
        Handle::new(state, Arc::default(), None)
    }

    pub(crate) fn state(&self) -> &State {
        &self.0.state
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.0.key.as_ref()
    }

    pub(crate) fn another(&self) -> Handle {
        Handle(self.0.clone())
    }

    /// Compares a schema with all others, if this is its first use. A conflict
    /// turns the response into a 500.
    pub(crate) fn check(&self, table: &'static Table) {
        if let Err(conflict) = self.0.registry.check(table) {
            self.state().fail(conflict);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.state().abandon();
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

/// Any session, whatever its schema. It declares no fields.
///
/// `Session` without a schema is `Session<AnySession>`. Every schema
/// dereferences to its base, and a schema without a base dereferences to
/// `AnySession`, so every schema has the methods below. They are the same as
/// those of [`Session`](crate::Session). You need them in two places where there
/// is no `Session`.
///
/// The first is a method of your own on a schema. Every handler that uses the
/// schema can call it, with `Session<Visitor>` or with a list of its own
/// (`..Visitor`), and so can an `else`:
///
/// ```
/// use session_runtime::prelude::*;
///
/// #[session(username: String, flash(success))]
/// pub struct Visitor;
///
/// impl Visitor {
///     fn log_in(&self, name: &str) {
///         self.renew();
///         self.set_username(name);
///         self.flash_success("Welcome back.");
///     }
/// }
///
/// #[session(..Visitor, coupon: String)]
/// #[rocket::post("/login/<name>")]
/// fn login(name: &str, session: Session) {
///     session.log_in(name);
/// }
/// ```
///
/// An `else` can call the methods of schemas that have no `else` fields, their
/// own or their base's.
///
/// If a trait in scope has a method of the same name for every type, the
/// compiler chooses the trait's method on a schema. `rocket::yansi::Paint` has
/// `clear`, for example. Import the trait elsewhere, or write
/// `AnySession::clear(self)`.
///
/// The second place is a function that takes any session. Call it as
/// `say(&session)`:
///
/// ```
/// # use session_runtime::AnySession;
/// fn say(session: &AnySession, message: &str) {
///     session.flash(message);
/// }
/// ```
#[derive(Debug)]
pub struct AnySession(pub(crate) Handle);

impl Schema for AnySession {
    type Partial = AnySession;
    type Missing = Never;
    const TABLE: &'static Table = &Table { name: "Session", fields: &[], base: None };

    fn open(handle: Handle, _: Defaults<'_>) -> Result<Self, Never> {
        Ok(AnySession(handle))
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

/// The error of a schema that requires nothing.
#[derive(Debug)]
pub enum Never {}

/// Chooses what an `else` sees by what a schema requires: the schema itself,
/// with the application's methods on it, if that is nothing.
pub trait Choose {
    /// `Schema` for [`Never`], `Partial` for [`Missing`].
    type Of<Schema, Partial>;
}

impl Choose for Never {
    type Of<Schema, Partial> = Schema;
}

impl Choose for Missing {
    type Of<Schema, Partial> = Partial;
}

/// Only [`Never`].
#[diagnostic::on_unimplemented(
    message = "this schema has fields with `else`, which may be missing",
    label = "a view cannot answer in their place",
    note = "use `try_view`, which is `None` if one of them is missing"
)]
pub trait NothingMissing {
    /// There is no value to call it with.
    fn impossible<T>(self) -> T;
}

impl NothingMissing for Never {
    fn impossible<T>(self) -> T {
        match self {}
    }
}

/// The name of the first field that is required and not there.
#[derive(Debug)]
pub struct Missing(pub &'static str);

impl From<Never> for Missing {
    fn from(never: Never) -> Missing {
        match never {}
    }
}

/// The type a field was declared with, for the comparison of a field that is
/// declared again.
pub struct DeclaredAs<T>(PhantomData<fn() -> T>);

impl<T> DeclaredAs<T> {
    /// Its only value.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        DeclaredAs(PhantomData)
    }
}

/// Only `DeclaredAs<T>`.
#[diagnostic::on_unimplemented(
    message = "a field that is declared again keeps its type, and this is `{T}`",
    label = "the base declares it with another type",
    note = "the base's field is `{Self}`: write that type, or choose another name"
)]
pub trait SameAs<T> {}

impl<T> SameAs<T> for DeclaredAs<T> {}

/// Compares the type of a field with the base's.
pub fn same<T, Base: SameAs<T>>(_: Base) {}

/// Evaluates a default, whose type is that of its field.
pub(crate) type MakeDefault = fn() -> Box<dyn Any>;

/// Defaults that a schema puts in the place of its base's `else`, as a list
/// that grows on the stack from schema to base.
#[derive(Clone, Copy)]
pub struct Defaults<'a> {
    own: &'a [(&'static str, MakeDefault)],
    derived: Option<&'a Defaults<'a>>,
    /// Set when a field that no default stands in for is found.
    proven: Option<&'a Cell<bool>>,
}

impl<'a> Defaults<'a> {
    /// No schema above this one.
    pub const NONE: Defaults<'static> = Defaults { own: &[], derived: None, proven: None };

    /// These, after those of the schemas above.
    pub fn and<'b>(&'b self, own: &'b [(&'static str, MakeDefault)]) -> Defaults<'b>
    where
        'a: 'b,
    {
        Defaults { own, derived: Some(self), proven: self.proven }
    }

    /// None, with a cell that says whether an `else` could have answered.
    pub(crate) fn watched(proven: &Cell<bool>) -> Defaults<'_> {
        Defaults { proven: Some(proven), ..Defaults::NONE }
    }

    /// A field that is required, and has no default, is there.
    pub(crate) fn prove(&self) {
        if let Some(proven) = self.proven {
            proven.set(true);
        }
    }

    /// The default for the field `name`, the most derived schema's first.
    pub(crate) fn get(&self, name: &str) -> Option<MakeDefault> {
        let above = self.derived.and_then(|derived| derived.get(name));
        let own = || self.own.iter().find(|(own, _)| *own == name);
        above.or_else(|| own().map(|(_, default)| *default))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_derived_default_wins() {
        let lower: [(_, MakeDefault); 1] = [("count", || Box::new(1_u32))];
        let upper: [(_, MakeDefault); 1] = [("count", || Box::new(2_u32))];
        let first = Defaults::NONE.and(&upper);
        let both = first.and(&lower);
        let count =
            |defaults: Defaults<'_>| *defaults.get("count").unwrap()().downcast::<u32>().unwrap();
        assert_eq!(2_u32, count(both));
        assert_eq!(1_u32, count(Defaults::NONE.and(&lower)));
        assert!(both.get("other").is_none());
    }
}
