//! Loaded fields, as a schema reads them.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::schema::loads::{Loads, Show};
use crate::schema::opening::Opening;

/// `name: T from source`, as seen by one handle of the session. What was loaded when
/// the handle was made stays readable.
pub struct Loaded<T>(Option<Arc<T>>);

impl<T: Send + Sync + 'static> Loaded<T> {
    /// What the request has loaded for the value that is there now.
    pub fn new(loads: &Loads, opening: &Opening<'_>) -> Self {
        Loaded(loads.find(opening.handle()))
    }

    /// The same. If there is nothing, the schema cannot be opened.
    pub fn required(loads: &Loads, opening: &Opening<'_>) -> Self {
        let loaded = Loaded::new(loads, opening);
        match &loaded.0 {
            Some(_) => opening.prove(),
            None => opening.miss(loads.name),
        }
        loaded
    }

    /// What was loaded.
    pub fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// What was loaded, for a schema that requires it.
    pub fn get_required(&self) -> &T {
        self.get().unwrap_or_else(|| unreachable!("the schema would not have been opened"))
    }
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// How templates see a loaded field of this type. Its constant hides the one of
/// [`NotSerialize`], which every type has, if the type is `Serialize`.
pub struct Shown<T>(PhantomData<fn() -> T>);

#[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
impl<T: serde::Serialize + Send + Sync + 'static> Shown<T> {
    /// The value, serialized.
    pub const SHOWN: Option<Show> = Some(|handle, loads| {
        let value = serde_json::to_value(&*loads.find::<T>(handle)?);
        if let Err(error) = &value {
            log::error!(
                "The session's field `{}` is not shown to templates, because it does not \
                 serialize: {error}.",
                loads.name,
            );
        }
        value.ok()
    });
}

/// A type that is not `Serialize` is not shown to templates.
pub trait NotSerialize {
    /// Nothing.
    const SHOWN: Option<Show> = None;
}

impl<T> NotSerialize for Shown<T> {}

/// The type that a loaded field was declared with, to compare it if the field is
/// declared again.
pub struct LoadedAs<T>(PhantomData<fn() -> T>);

impl<T> LoadedAs<T> {
    /// The only value.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        LoadedAs(PhantomData)
    }
}

/// Implemented for `LoadedAs<T>` only.
#[diagnostic::on_unimplemented(
    message = "a field that is declared again keeps its type, and this is `{T}`, loaded",
    label = "the base declares it otherwise",
    note = "the base's field is `{Self}`: write what the base has, or choose another name"
)]
pub trait SameLoad<T> {}

impl<T> SameLoad<T> for LoadedAs<T> {}

/// Compares a loaded field's type with its type in the base.
pub fn same_load<T, Base: SameLoad<T>>(_: Base) {}
