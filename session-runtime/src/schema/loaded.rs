//! What a request has loaded for its session: the user behind a `user_id`.
//!
//! The loaders themselves are in `rocket/`, because they get the request. Here is
//! where their results are kept, and how a schema reads them.

use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;

use crate::schema::Handle;
use crate::schema::opening::Opening;

/// One declaration of a loaded field.
pub struct Loads {
    /// The field's name in the code.
    pub name: &'static str,
    /// The stored name of the field it is loaded from.
    pub source: &'static str,
    /// The loader, of a type that only `rocket/` knows.
    pub loader: &'static (dyn Any + Send + Sync),
    /// Shows it to templates.
    pub shown: Option<Show>,
}

/// What was loaded for the value that is there now, as JSON.
pub(crate) type Show = fn(&Handle, &Loads) -> Option<Value>;

/// The results of one request, shared by all handles of its session.
#[derive(Default)]
pub(crate) struct Results(Mutex<Vec<Arc<Load>>>);

/// What is loaded as one type from one value of one field.
pub(crate) struct Load {
    ty: TypeId,
    source: &'static str,
    /// The value as the session has it.
    text: String,
    /// Set when the loader has answered.
    pub(crate) found: OnceCell<Result<Option<Anything>, Failed>>,
}

pub(crate) type Anything = Arc<dyn Any + Send + Sync>;

/// The loader failed, and the log has the reason.
#[derive(Clone, Copy)]
pub(crate) struct Failed;

impl Results {
    /// The load of a `T` from this value, which may have been begun.
    pub(crate) fn load<T: 'static>(&self, source: &'static str, text: &str) -> Arc<Load> {
        let mut loads = self.loads();
        known::<T>(&loads, source, text).cloned().unwrap_or_else(|| {
            let (ty, text) = (TypeId::of::<T>(), text.to_owned());
            let load = Arc::new(Load { ty, source, text, found: OnceCell::new() });
            loads.push(load.clone());
            load
        })
    }

    /// The `T` that was loaded from this value, if any.
    fn find<T: Send + Sync + 'static>(&self, source: &str, text: &str) -> Option<Arc<T>> {
        let loads = self.loads();
        let found = known::<T>(&loads, source, text)?.found.get()?;
        found.as_ref().ok()?.clone()?.downcast().ok()
    }

    fn loads(&self) -> MutexGuard<'_, Vec<Arc<Load>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn known<'a, T: 'static>(
    loads: &'a [Arc<Load>],
    source: &str,
    text: &str,
) -> Option<&'a Arc<Load>> {
    let ty = TypeId::of::<T>();
    loads.iter().find(|load| load.ty == ty && load.source == source && load.text == text)
}

impl Loads {
    fn find<T: Send + Sync + 'static>(&self, handle: &Handle) -> Option<Arc<T>> {
        handle.loaded().find(self.source, handle.state().json(self.source)?)
    }
}

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
