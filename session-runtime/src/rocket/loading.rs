//! Loaded fields: `user: User from user_id`.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use rocket::Request;

use super::error::SessionError;
use crate::payload::{Value, field};
use crate::printable::Printable;
use crate::schema::loads::{Anything, Failed, Load, Loads};
use crate::schema::table::Table;
use crate::schema::{DeclaredAs, Handle};

/// What stands behind a value of the session: the `User` behind a `user_id`.
///
/// A session keeps the key, and a list declares what is loaded for it:
///
/// ```
/// # use rocket::response::Redirect;
/// # use rocket::{Request, get, uri};
/// # use session_runtime::prelude::*;
/// # struct Users;
/// # impl Users { async fn find(&self, _: i64) -> Result<Option<User>, std::io::Error> { Ok(None) } }
/// # #[get("/login")] fn login() {}
/// #[session(#[owner] user_id: i64)]
/// pub struct Visitor;
///
/// #[session(..Visitor, user: User from user_id else Redirect::to(uri!(login)))]
/// pub struct Member;
///
/// pub struct User {
///     name: String,
/// }
///
/// #[rocket::async_trait]
/// impl FromSession<i64> for User {
///     type Error = std::io::Error;
///
///     async fn from_session(id: &i64, request: &Request<'_>) -> Result<Option<User>, Self::Error> {
///         let users = request.rocket().state::<Users>().expect("managed");
///         users.find(*id).await
///     }
/// }
///
/// #[session(..Member)]
/// #[get("/account")]
/// fn account(session: Session) -> String {
///     let user: &User = session.user();
///     format!("Hello {}", user.name)
/// }
/// ```
///
/// A guard whose schema declares the field calls this once in a request for each
/// value of the key, and waits for the answer. All handles of the request share it,
/// and so do its catchers. Without a key there is no call.
///
/// `Ok(None)` means that there is nothing behind the key, for example because the
/// user was deleted: the field is absent, and its `else` answers. An `Err` becomes a
/// 503 and is logged with the field's name.
///
/// A session may outlive its user. Do not give a deleted user's identifier to somebody
/// else (in SQLite, `AUTOINCREMENT`), and end the sessions of a user whom you delete
/// (`Sessions::end_all`).
#[rocket::async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded from a session's `{Key}`",
    label = "`FromSession<{Key}>` is not implemented for `{Self}`",
    note = "write `impl FromSession<{Key}> for {Self}`, with `async fn from_session`"
)]
pub trait FromSession<Key>: Sized + Send + Sync + 'static {
    /// Why it could not be loaded. Its text is logged, and never shown to a visitor.
    type Error: fmt::Display;

    /// Loads what stands behind the key. It may take a session with a schema that does
    /// not declare the field itself.
    ///
    /// # Errors
    ///
    /// If it is not known whether there is something: the database does not answer.
    async fn from_session(key: &Key, request: &Request<'_>) -> Result<Option<Self>, Self::Error>;
}

/// A call of a loader. Its result is kept in the handle.
pub type Loading<'a> = Pin<Box<dyn Future<Output = Result<(), SessionError>> + Send + 'a>>;

/// The loader of one field, as a schema's table has it.
pub struct Loader(pub for<'a> fn(&'a Handle, &'a Request<'_>, &'static Loads) -> Loading<'a>);

/// The field that another one is loaded from, by its type.
pub struct Source<K>(PhantomData<fn() -> K>);

/// Implemented for what a stored field of type `K` is declared as.
#[diagnostic::on_unimplemented(
    message = "a loaded field stands for what a field of the session names",
    label = "this is no such field: it is loaded itself, or neither the list nor its base has it"
)]
pub trait IsStored<K> {}

impl<K> IsStored<K> for DeclaredAs<K> {}

/// What a method of the same name returns if no schema of the chain declares the
/// field.
pub struct NoSuchField;

/// A field of the list itself.
pub fn from_list<K: Value>() -> Source<K> {
    Source(PhantomData)
}

/// A field of the base.
pub fn from_base<Base, K, D: IsStored<K>>(_: fn(&Base) -> D) -> Source<K> {
    Source(PhantomData)
}

tokio::task_local! {
    /// What this task is loading, to recognise a loader that waits for itself.
    static BEGUN: Vec<Arc<Load>>;
}

impl<K: Value> Source<K> {
    /// Loads the field, unless the request has done so for the value that is there.
    pub fn load<'a, T: FromSession<K>>(
        self,
        handle: &'a Handle,
        request: &'a Request<'_>,
        loads: &'static Loads,
    ) -> Loading<'a> {
        Box::pin(async move {
            let state = handle.state();
            let text = state.json(loads.source);
            let key = state.value(&field::<K>(loads.source));
            let (Some(text), Some(key)) = (text, key) else { return Ok(()) };
            let load = handle.loaded().load::<T>(loads.source, text);
            let mut begun = BEGUN.try_with(Vec::clone).unwrap_or_default();
            if begun.iter().any(|begun| Arc::ptr_eq(begun, &load)) {
                return Err(SessionError::LoadsItself(loads.name));
            }
            begun.push(load.clone());
            let call = || BEGUN.scope(begun, call::<K, T>(key, request, loads));
            match load.found.get_or_init(call).await {
                Ok(_) => Ok(()),
                Err(Failed) => Err(SessionError::NotLoaded(loads.name)),
            }
        })
    }
}

async fn call<K: Value, T: FromSession<K>>(
    key: &K,
    request: &Request<'_>,
    loads: &Loads,
) -> Result<Option<Anything>, Failed> {
    match T::from_session(key, request).await {
        Ok(found) => Ok(found.map(|found| Arc::new(found) as Anything)),
        Err(error) => {
            let (name, why) = (loads.name, error.to_string());
            log::error!("The session's field `{name}` could not be loaded: {}.", Printable(&why));
            Err(Failed)
        }
    }
}

/// Loads everything that the schema declares.
pub(super) async fn load(
    table: &'static Table,
    handle: &Handle,
    request: &Request<'_>,
) -> Result<(), SessionError> {
    for loads in table.loaded() {
        if let Some(Loader(load)) = loads.loader.downcast_ref() {
            load(handle, request, loads).await?;
        }
    }
    Ok(())
}
