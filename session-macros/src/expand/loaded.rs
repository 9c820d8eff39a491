//! Generates the loader of a field that stands for what another one names.
//!
//! Two steps, so that each mistake is an error on its own token: first the source,
//! whose type only the compiler knows if it is in the base, then the type to load.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::again::type_of_name;
use super::names::{constant, loads, local, plain};
use crate::model::{Field, Schema};
use crate::paths::Paths;

/// The constant that describes the field, and the function that loads it.
pub(super) fn loader(schema: &Schema, owner: &Ident, field: &Field, source: &Ident) -> TokenStream {
    let (name, ty, loads) = (plain(field), &field.ty, loads(field));
    let function = format_ident!("__load_{}", field.name.unraw(), span = Span::call_site());
    let own = schema.stored().find(|own| own.name.unraw() == source.unraw());
    let (from, key) = match own {
        Some(own) => {
            let (constant, ty) = (constant(own), &own.ty);
            (quote!(__rt::from_list::<#ty>()), quote!(#owner::#constant.key()))
        }
        None => {
            let (table, written) = (Paths::of_base(schema, "TABLE"), source.unraw().to_string());
            let key = quote!(__rt::Table::key(#table, #written, #written, false));
            (from_base(schema, source), key)
        }
    };
    let source = match &schema.base {
        Some(_) => {
            let table = Paths::of_base(schema, "TABLE");
            quote_spanned!(source.span() => __rt::Table::source(#table, #name, #key))
        }
        None => key,
    };
    let load = quote_spanned!(ty.span() => .load::<#ty>);
    let shown = Paths::at(&quote!(__rt::Shown::), ty.span());
    let [handle, request, declared] = ["handle", "request", "declared"].map(local);
    quote! {
        const #loads: __rt::Loads = __rt::Loads {
            name: #name,
            source: #source,
            loader: &__rt::Loader(#owner::#function),
            shown: {
                #[allow(unused_imports)]
                use __rt::NotSerialize as _;
                #shown<#ty>::SHOWN
            },
        };
        fn #function<'a>(
            #handle: &'a __rt::Handle,
            #request: &'a __rt::Request<'_>,
            #declared: &'static __rt::Loads,
        ) -> __rt::Loading<'a> {
            #from #load(#handle, #request, #declared)
        }
    }
}

/// The source, if it is not in the list itself. If the base does not have it either,
/// the call reaches the end of the chain, where the method returns that.
fn from_base(schema: &Schema, source: &Ident) -> TokenStream {
    let itself = Paths::of_base(schema, "Itself");
    let base = Ident::new("__base", source.span().resolved_at(Span::mixed_site()));
    let method = type_of_name(source, source.span().resolved_at(Span::call_site()));
    let from_base = Paths::at(&quote!(__rt::from_base), source.span());
    let ask = quote_spanned!(source.span() => (|#base: &#itself| #base.#method()));
    let end = Ident::new(&method.to_string(), Span::call_site());
    quote! {{
        trait __NotDeclared {
            fn #end(&self) -> __rt::NoSuchField { __rt::NoSuchField }
        }
        impl __NotDeclared for __rt::AnySession {}
        #from_base #ask
    }}
}
