//! The names that generated code reaches the runtime by.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Schema;

/// Absolute, whatever `Option` or `Result` mean where the code lands.
pub(crate) struct Paths {
    /// The hidden module of the runtime crate.
    pub(crate) rt: TokenStream,
}

impl Paths {
    pub(crate) fn new(schema: &Schema) -> Paths {
        let krate = &schema.krate;
        Paths { rt: quote!(#krate::__private) }
    }
}
