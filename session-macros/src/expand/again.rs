//! Checks that a field that is declared again keeps its type.
//!
//! The macro does not see the base, so the compiler has to compare the types, by a
//! method call on the base. A base that declares the field has a method that
//! returns its type. Otherwise the call reaches the end of the chain of bases,
//! where a method returns the type in question.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Visibility};

use super::names::local;
use crate::model::{Field, Schema};
use crate::paths::Paths;

/// The methods of a schema that others can extend.
pub(super) fn types(schema: &Schema, name: &Ident, vis: &Visibility) -> Option<TokenStream> {
    let answers = schema.fields.iter().map(answer);
    (!schema.fields.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, non_snake_case, private_interfaces)]
            impl #name { #(#[doc(hidden)] #vis #answers)* }
        }
    })
}

/// The calls on its base, if it has one.
pub(super) fn same_types(schema: &Schema) -> Option<TokenStream> {
    let span = schema.base.as_ref().filter(|_| !schema.fields.is_empty())?.span();
    let (base, itself) = (local("base"), Paths::of_base(schema, "Itself"));
    let itself = quote_spanned!(span => &#itself);
    let answers = schema.fields.iter().map(answer);
    let questions = schema.fields.iter().map(|field| {
        let (method, ty) = (type_of(field), &field.ty);
        let base = Ident::new(&base.to_string(), ty.span().resolved_at(Span::mixed_site()));
        let same = if field.is_stored() { quote!(__rt::same::) } else { quote!(__rt::same_load::) };
        let same = Paths::at(&same, ty.span());
        quote_spanned!(ty.span() => #same<#ty, _>(#base.#method());)
    });
    Some(quote! {
        #[allow(non_snake_case, private_interfaces)]
        trait __DeclaredHere { #(#answers)* }
        #[automatically_derived]
        impl __DeclaredHere for __rt::AnySession {}
        #[allow(dead_code)]
        fn __same_types(#base: #itself) { #(#questions)* }
    })
}

fn answer(field: &Field) -> TokenStream {
    let (method, ty) = (type_of(field), &field.ty);
    let declared = if field.is_stored() { quote!(DeclaredAs) } else { quote!(LoadedAs) };
    quote!(fn #method(&self) -> __rt::#declared<#ty> { __rt::#declared::new() })
}

fn type_of(field: &Field) -> Ident {
    type_of_name(&field.name, Span::call_site())
}

/// The method that returns the type of the field with this name.
pub(super) fn type_of_name(name: &Ident, span: Span) -> Ident {
    format_ident!("__type_of_{}", name.unraw(), span = span)
}
