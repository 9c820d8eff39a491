//! What a request has loaded for its session: the user behind a `user_id`.
//!
//! The loaders themselves are in `rocket/`, because they get the request. Here is
//! where their results are kept.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;

use crate::schema::Handle;

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

/// Returns what was loaded for the present value of the source, as JSON.
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
    /// Returns what was loaded for the present value of the source.
    pub(super) fn find<T: Send + Sync + 'static>(&self, handle: &Handle) -> Option<Arc<T>> {
        handle.loaded().find(self.source, handle.state().json(self.source)?)
    }
}
