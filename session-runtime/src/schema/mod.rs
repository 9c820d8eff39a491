//! Schemas at run time: a table of fields, and a typed view of a session. Only
//! `#[session(…)]` implements them.

pub(crate) mod accessors;
pub(crate) mod loaded;
pub(crate) mod loads;
pub(crate) mod opening;
pub(crate) mod registry;
mod shown;
pub(crate) mod table;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use crate::schema::loads::Results;
use crate::schema::opening::Opening;
use crate::schema::registry::Registry;
#[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
pub(crate) use crate::schema::shown::Plain;
use crate::schema::table::Table;
use crate::state::State;
use crate::store::Key;

/// A declaration of session fields, made with `#[session(…)]` on a unit struct
/// or on a handler. Only the attribute can implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session schema",
    label = "not a schema",
    note = "declare one with `#[session(name: Type)] pub struct {Self};`"
)]
pub trait Schema: Generated {}

#[diagnostic::do_not_recommend]
impl<S: Generated> Schema for S {}

/// What the attribute generates for a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session schema",
    label = "not a schema",
    note = "declare one with `#[session(name: Type)] pub struct {Self};`"
)]
pub trait Generated: Sized + Send + Sync + 'static {
    /// The schema itself. Generated code reaches a base's other traits through this,
    /// so that a base that is not a schema gives one error instead of one for each
    /// trait.
    type Itself;
    /// The schema in an `else`: the same fields, but none required. If no `else` of a
    /// handler uses the session, this is not needed and names the handler's schema
    /// itself.
    type Partial: Generated;
    /// [`Something`] if a field of the schema or its base has `else`, otherwise
    /// [`Nothing`].
    type Requires;
    /// The schema's fields.
    const TABLE: &'static Table;
    /// Opens a session with this schema. If a required field is missing, this tells
    /// the [`Opening`], and the returned value is not used.
    fn open(opening: &Opening<'_>) -> Self;
    /// The session at the end of the chain of bases.
    fn session(&self) -> &AnySession;
}

/// One handle of a request's session.
///
/// If it is dropped by a panic, the handler did not finish, and none of the
/// request's changes are kept.
pub struct Handle(Arc<Held>);

/// The data that all handles of a request share.
struct Held {
    state: State,
    /// Compares the schemas that are used with the session.
    registry: Arc<Registry>,
    /// The session's key in the store if it came from one, even if it was renewed or
    /// ended recently. Boxed, because a session in a cookie has none.
    key: Option<Box<Key>>,
    /// The times of the session that came with the request.
    life: Option<Life>,
    /// What was loaded for it. Most requests load nothing.
    loaded: OnceLock<Box<Results>>,
}

/// When a session began and when it expires, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub(crate) began: u64,
    pub(crate) expires: u64,
}

impl Handle {
    pub(crate) fn new(
        state: State,
        registry: Arc<Registry>,
        key: Option<Key>,
        life: Option<Life>,
    ) -> Handle {
        let key = key.map(Box::new);
        Handle(Arc::new(Held { state, registry, key, life, loaded: OnceLock::new() }))
    }

    /// A handle of a session that belongs to no request and is not kept.
    pub(crate) fn detached(state: State) -> Handle {
        Handle::new(state, Arc::default(), None, None)
    }

    pub(crate) fn state(&self) -> &State {
        &self.0.state
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.0.key.as_deref()
    }

    pub(crate) fn life(&self) -> Option<Life> {
        self.0.life
    }

    pub(crate) fn loaded(&self) -> &Results {
        self.0.loaded.get_or_init(Box::default)
    }

    pub(crate) fn another(&self) -> Handle {
        Handle(self.0.clone())
    }

    /// Compares a schema with all others on its first use. A conflict turns the
    /// response into a 500.
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
pub struct AnySession {
    handle: Handle,
    table: &'static Table,
}

impl AnySession {
    pub(crate) fn new(handle: &Handle, table: &'static Table) -> AnySession {
        AnySession { handle: handle.another(), table }
    }

    #[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
    pub(crate) fn another(&self) -> AnySession {
        AnySession::new(&self.handle, self.table)
    }

    /// The fields of the schema that the session is shown through.
    pub(crate) fn table(&self) -> &'static Table {
        self.table
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl fmt::Debug for AnySession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnySession").field(&self.handle).finish()
    }
}

// Errors about other types should not list the user's schemas, which does not help.
#[diagnostic::do_not_recommend]
impl Generated for AnySession {
    type Itself = Self;
    type Partial = Self;
    type Requires = Nothing;
    const TABLE: &'static Table = &Table { name: "Session", fields: &[], loaded: &[], base: None };

    fn open(opening: &Opening<'_>) -> Self {
        AnySession::new(opening.handle(), opening.table())
    }

    fn session(&self) -> &AnySession {
        self
    }
}

/// Marks a schema without required fields.
pub enum Nothing {}

/// Marks a schema that has a field with `else`, its own or its base's.
pub enum Something {}

/// Chooses the schema in an `else`. If the schema requires nothing, that is the
/// schema itself, with the application's methods.
pub trait Choose {
    /// `Schema` for [`Nothing`], `Partial` for [`Something`].
    type Of<Schema, Partial>;
}

impl Choose for Nothing {
    type Of<Schema, Partial> = Schema;
}

impl Choose for Something {
    type Of<Schema, Partial> = Partial;
}

/// Implemented for [`Nothing`] only.
#[diagnostic::on_unimplemented(
    message = "this schema has fields with `else`, which may be missing",
    label = "a view cannot answer in their place",
    note = "use `try_view`, which is `None` if one of them is missing"
)]
pub trait NothingMissing {}

impl NothingMissing for Nothing {}

/// The name of the first required field that is missing.
#[derive(Debug)]
pub struct Missing(pub &'static str);

/// The type that a field was declared with, to compare it if the field is
/// declared again.
pub struct DeclaredAs<T>(PhantomData<fn() -> T>);

impl<T> DeclaredAs<T> {
    /// The only value.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        DeclaredAs(PhantomData)
    }
}

/// Implemented for `DeclaredAs<T>` only.
#[diagnostic::on_unimplemented(
    message = "a field that is declared again keeps its type, and this is `{T}`",
    label = "the base declares it with another type",
    note = "the base's field is `{Self}`: write that type, or choose another name"
)]
pub trait SameAs<T> {}

impl<T> SameAs<T> for DeclaredAs<T> {}

/// Compares a field's type with its type in the base.
pub fn same<T, Base: SameAs<T>>(_: Base) {}
