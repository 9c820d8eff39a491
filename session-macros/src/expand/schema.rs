//! A schema: the struct, its accessors, its table.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, ItemStruct, Visibility};

use crate::model::{Field, Kind, Schema, Shape};
use crate::paths::Paths;

/// A schema that the user named, which handlers share and others extend.
pub(crate) fn public(schema: &Schema, item: &ItemStruct) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let (name, vis) = (&item.ident, &item.vis);
    let partial = format_ident!("__{name}Partial");
    let own_partial = schema.base.is_some() || schema.requires();
    let builder = Builder::new(schema, name, vis);
    let partial_type = match (schema.requires(), &schema.base) {
        (true, _) => quote!(#partial),
        (false, None) => quote!(Self),
        // Whether the base requires something, only the compiler knows.
        (false, Some(_)) => {
            let missing = as_schema(schema, &base(schema), quote!(Missing));
            quote!(<#missing as #rt::Choose>::Of<Self, #partial>)
        }
    };
    let full = builder.full(&item.attrs, &partial_type);
    let partial = own_partial.then(|| builder.partial(&partial));
    let refuse = builder.refuse();
    let types = schema.fields.iter().map(|field| {
        let (method, ty) = (declared_type(field), &field.ty);
        quote! {
            #[doc(hidden)]
            #vis fn #method(&self) -> #rt::DeclaredAs<#ty> { #rt::DeclaredAs::new() }
        }
    });
    quote! {
        #full
        #partial
        #refuse
        #[doc(hidden)]
        #[allow(dead_code, non_snake_case, private_interfaces)]
        impl #name { #(#types)* }
    }
}

/// The schema of one handler. Returns its name and its code.
pub(crate) fn hidden(schema: &Schema, handler: &Ident) -> (Ident, TokenStream) {
    let handler = handler.unraw();
    let name = format_ident!("__session_of_{handler}", span = handler.span());
    let partial = format_ident!("{name}_partial");
    let vis = Visibility::Inherited;
    let builder = Builder::new(schema, &name, &vis);
    let requires = schema.requires();
    let base = base(schema);
    let full = builder.full(
        &[],
        &match (requires, &schema.base) {
            (true, _) => quote!(#partial),
            (false, Some(_)) => as_schema(schema, &base, quote!(Partial)),
            (false, None) => quote!(Self),
        },
    );
    let partial = requires.then(|| builder.partial(&partial));
    (name, quote!(#full #partial))
}

/// The base, or the schema that declares nothing.
pub(crate) fn base(schema: &Schema) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    schema.base.as_ref().map_or_else(|| quote!(#rt::AnySession), ToTokens::to_token_stream)
}

/// An item of the base's schema. All of it stands where the user named the
/// base: if that is no schema, it is said there, and once.
fn as_schema(schema: &Schema, base: &TokenStream, item: TokenStream) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let span = schema.base.as_ref().map_or_else(Span::call_site, |base| base.span());
    let (rt, item) = (Paths::at(&rt, span), Paths::at(&item, span));
    quote_spanned!(span => <#base as #rt::Schema>::#item)
}

struct Builder<'a> {
    schema: &'a Schema,
    /// Where the constants and defaults of the fields live.
    name: &'a Ident,
    vis: &'a Visibility,
    rt: TokenStream,
    base: TokenStream,
}

impl<'a> Builder<'a> {
    fn new(schema: &'a Schema, name: &'a Ident, vis: &'a Visibility) -> Self {
        let Paths { rt } = Paths::new(schema);
        Builder { schema, name, vis, rt, base: base(schema) }
    }

    fn fields(&self) -> impl Iterator<Item = &'a Field> {
        self.schema.fields.iter()
    }

    /// The schema as it was declared.
    fn full(&self, attrs: &[syn::Attribute], partial: &TokenStream) -> TokenStream {
        let Builder { name, rt, base, .. } = self;
        let constants = self.fields().map(|field| self.constant(field));
        let same_types = self.same_types();
        let struct_ = self.structure(name, attrs, base, false);
        let missing = if self.schema.requires() {
            quote!(#rt::Missing)
        } else {
            as_schema(self.schema, base, quote!(Missing))
        };
        let schema = self.schema_impl(name, base, &missing, partial, false);
        quote! {
            #struct_
            #[doc(hidden)]
            #[allow(non_upper_case_globals, non_snake_case, dead_code, clippy::all)]
            impl #name { #(#constants)* }
            #schema
            #same_types
        }
    }

    /// The same fields, where nothing is required.
    fn partial(&self, partial: &Ident) -> TokenStream {
        let Builder { rt, base, .. } = self;
        let base = as_schema(self.schema, base, quote!(Partial));
        let struct_ = self.structure(partial, &[], &base, true);
        let missing = quote!(#rt::Never);
        let schema = self.schema_impl(partial, &base, &missing, &quote!(Self), true);
        quote!(#struct_ #schema)
    }

    fn structure(
        &self,
        name: &Ident,
        attrs: &[syn::Attribute],
        base: &TokenStream,
        partial: bool,
    ) -> TokenStream {
        let Builder { vis, rt, .. } = self;
        let slots = self.fields().filter_map(|field| {
            let (slot, ty) = (slot(field), &field.ty);
            match field.kind {
                Kind::Optional => None,
                Kind::Default(_) => Some(quote!(#slot: #rt::DefaultValue<#ty>)),
                Kind::Else(..) if partial => None,
                Kind::Else(..) => Some(quote!(#slot: #rt::Proof<#ty>)),
            }
        });
        let accessors = self.fields().map(|field| self.accessors(field, partial));
        let flashes = self.schema.categories.iter().map(|category| self.flash(category));
        let hidden = (partial || matches!(vis, Visibility::Inherited)).then(|| {
            quote! {
                #[allow(non_camel_case_types)]
            }
        });
        let doc_hidden = partial.then(|| quote!(#[doc(hidden)]));
        let docs = docs_of_struct(attrs);
        quote! {
            #(#attrs)*
            #docs
            #doc_hidden
            #hidden
            #[allow(private_interfaces, non_snake_case)]
            #vis struct #name {
                __base: #base,
                #(#slots,)*
            }

            #[allow(dead_code, non_snake_case, private_interfaces, clippy::all)]
            impl #name {
                #(#accessors)*
                #(#flashes)*
            }

            impl ::core::ops::Deref for #name {
                type Target = #base;
                fn deref(&self) -> &Self::Target { &self.__base }
            }

            impl ::core::ops::DerefMut for #name {
                fn deref_mut(&mut self) -> &mut Self::Target { &mut self.__base }
            }
        }
    }

    fn schema_impl(
        &self,
        name: &Ident,
        base: &TokenStream,
        missing: &TokenStream,
        partial_type: &TokenStream,
        partial: bool,
    ) -> TokenStream {
        let Builder { rt, name: owner, .. } = self;
        let [handle, given] = ["handle", "defaults"].map(local);
        let table_name = self.name.to_string();
        let table_name = table_name.strip_prefix("__session_of_").unwrap_or(&table_name);
        let declared = self.fields().map(|field| {
            let (constant, plain) = (constant(field), field.name.unraw().to_string());
            let (line, file) = (
                quote_spanned!(field.name.span() => ::core::line!()),
                quote_spanned!(field.name.span() => ::core::file!()),
            );
            let place = quote!(#rt::Place { file: #file, line: #line });
            let marked = field.owner.then(|| quote!(.owner()));
            quote!(#rt::Declared::new(&#owner::#constant, #plain, #place)#marked)
        });
        let defaults: Vec<_> = self
            .fields()
            .filter(|field| matches!(field.kind, Kind::Default(_)))
            .map(|field| {
                let (plain, default) = (field.name.unraw().to_string(), default(field));
                quote!((#plain, || ::std::boxed::Box::new(#owner::#default())))
            })
            .collect();
        let above = match (&self.schema.base, defaults.is_empty()) {
            // Only a base can have an `else` that a default takes the place of.
            (Some(_), false) => quote!(#given.and(&[#(#defaults),*])),
            _ => given.to_token_stream(),
        };
        let proofs = self.fields().filter(|field| !partial && is_else(field)).map(|field| {
            let (slot, constant, plain) =
                (slot(field), constant(field), field.name.unraw().to_string());
            quote!(let #slot = #rt::prove(#handle, &#owner::#constant, #plain, #given)?;)
        });
        let slots = self.fields().filter_map(|field| {
            let slot = slot(field);
            match field.kind {
                Kind::Optional => None,
                Kind::Else(..) if partial => None,
                Kind::Else(..) => Some(quote!(#slot)),
                Kind::Default(_) => {
                    let plain = field.name.unraw().to_string();
                    Some(quote!(#slot: #rt::DefaultValue::new(#given, #plain)))
                }
            }
        });
        let base_table = as_schema(self.schema, base, quote!(TABLE));
        let base_open = as_schema(self.schema, base, quote!(open));
        quote! {
            #[doc(hidden)]
            #[allow(private_interfaces, unused_variables, non_snake_case, clippy::all)]
            impl #rt::Schema for #name {
                type Partial = #partial_type;
                type Missing = #missing;
                const TABLE: &'static #rt::Table = &#rt::Table {
                    name: #table_name,
                    fields: &[#(#declared),*],
                    base: ::core::option::Option::Some(#base_table),
                };

                fn open(
                    #handle: #rt::Handle,
                    #given: #rt::Defaults<'_>,
                ) -> ::core::result::Result<Self, Self::Missing> {
                    let __base = #base_open(#handle, #above)?;
                    let #handle = #rt::Schema::handle(&__base);
                    #(#proofs)*
                    ::core::result::Result::Ok(#name { __base, #(#slots),* })
                }

                fn handle(&self) -> &#rt::Handle {
                    #rt::Schema::handle(&self.__base)
                }
            }
        }
    }

    /// The constant that holds a field's key and codec, and its default.
    fn constant(&self, field: &Field) -> TokenStream {
        let Builder { rt, base, .. } = self;
        let (constant, ty, key) = (constant(field), &field.ty, &field.key);
        let plain = field.name.unraw().to_string();
        let key = match self.schema.base {
            None => quote!(#key),
            Some(_) => {
                let explicit = field.explicit_key;
                let base_table = as_schema(self.schema, base, quote!(TABLE));
                let rt = Paths::at(rt, field.key_span);
                quote_spanned! { field.key_span =>
                    #rt::Table::key(
                        ::core::option::Option::Some(#base_table),
                        #plain, #key, #explicit,
                    )
                }
            }
        };
        // A free function with a turbofish, so that a type that cannot be kept
        // is reported once, where it stands.
        let rt_ = Paths::at(rt, ty.span());
        let make = quote_spanned!(ty.span() => #rt_::field::<#ty>);
        let default = match &field.kind {
            Kind::Default(value) => {
                let default = default(field);
                Some(quote!(fn #default() -> #ty { #value }))
            }
            _ => None,
        };
        quote! {
            const #constant: #rt::Field<#ty> = #make(#key);
            #default
        }
    }

    fn accessors(&self, field: &Field, partial: bool) -> TokenStream {
        let Builder { vis, rt, name: owner, .. } = self;
        let (name, ty) = (&field.name, &field.ty);
        let plain = name.unraw();
        let span = name.span();
        let [set, take, guard] = [
            Ident::new(&format!("set_{plain}"), span),
            Ident::new(&format!("take_{plain}"), span),
            Ident::new(&format!("{plain}_mut"), span),
        ];
        let (constant, slot) = (constant(field), slot(field));
        let read_value = local("value");
        let (read_type, convert) = match &field.shape {
            Shape::Str => (quote!(&::core::primitive::str), quote!(&**#read_value)),
            Shape::Slice(element) => (quote!(&[#element]), quote!(&**#read_value)),
            Shape::Copy => (quote!(#ty), quote!(*#read_value)),
            Shape::Ref => (quote!(&#ty), read_value.to_token_stream()),
        };
        let handle = quote!(#rt::Schema::handle(self));
        let guard_type = quote!(#rt::FieldMut<'_, #ty>);
        let optional = |ty: &TokenStream| quote!(::core::option::Option<#ty>);
        let required = |read: TokenStream| quote!({ let #read_value = #read; #convert });
        let (read_type, read, guard_type, guard_body, rule) = match &field.kind {
            Kind::Else(..) if !partial => (
                read_type,
                required(quote!(#rt::get_proven(#handle, &#owner::#constant, &self.#slot))),
                guard_type,
                quote!(#rt::get_mut_proven(#handle, &#owner::#constant, &self.#slot)),
                "The handler runs only if it is there.",
            ),
            Kind::Default(_) => {
                let default = default(field);
                (
                    read_type,
                    required(quote! {
                        #rt::get_or(#handle, &#owner::#constant, &self.#slot, #owner::#default)
                    }),
                    guard_type,
                    quote! {
                        #rt::get_mut_or(#handle, &#owner::#constant, &self.#slot, #owner::#default)
                    },
                    "The default until somebody sets it; reading it writes nothing.",
                )
            }
            _ => {
                let read = quote!(#rt::get(#handle, &#owner::#constant));
                (
                    optional(&read_type),
                    match &field.shape {
                        Shape::Ref => read,
                        _ => quote!(#read.map(|#read_value| #convert)),
                    },
                    optional(&guard_type),
                    quote!(#rt::get_mut(#handle, &#owner::#constant)),
                    "Absent until somebody sets it.",
                )
            }
        };
        let (set_type, value) = match field.shape {
            Shape::Str => (
                quote!(impl ::core::convert::Into<::std::string::String>),
                quote!(::core::convert::Into::into(value)),
            ),
            _ => (quote!(#ty), quote!(value)),
        };
        let docs = docs(field, &format!("The session's field `{}`. {rule}", field.key));
        let set_docs = docs_of(field, "Sets");
        let take_docs = format!("Removes `{}` and returns what was stored.", field.key);
        let guard_docs = format!(
            "A guard of `{}`. What is changed through it is kept, however deep; a guard that \
             changed nothing writes nothing.",
            field.key
        );
        quote! {
            #docs
            #vis fn #name(&self) -> #read_type { #read }

            #[doc = #set_docs]
            #[track_caller]
            #vis fn #set(&self, value: #set_type) {
                #rt::set(#handle, &#owner::#constant, #value)
            }

            #[doc = #take_docs]
            #[track_caller]
            #vis fn #take(&self) -> ::core::option::Option<#ty> {
                #rt::take(#handle, &#owner::#constant)
            }

            #[doc = #guard_docs]
            #[track_caller]
            #vis fn #guard(&mut self) -> #guard_type { #guard_body }
        }
    }

    fn flash(&self, category: &Ident) -> TokenStream {
        let Builder { vis, rt, .. } = self;
        let plain = category.unraw().to_string();
        let method = Ident::new(&format!("flash_{plain}"), category.span());
        let docs = format!("Adds a message of the category `{plain}`.");
        quote! {
            #[doc = #docs]
            #[track_caller]
            #vis fn #method(&self, message: impl ::core::convert::Into<::std::string::String>) {
                #rt::flash(
                    #rt::Schema::handle(self), #plain, ::core::convert::Into::into(message),
                )
            }
        }
    }

    /// The answers of the schema's own `else`, then its base's.
    fn refuse(&self) -> TokenStream {
        let Builder { name, rt, base, .. } = self;
        let [missing, handle] = ["missing", "handle"].map(local);
        let answers = self.fields().filter_map(|field| {
            let Kind::Else(answer, word) = &field.kind else { return None };
            let plain = field.name.unraw().to_string();
            let session = Ident::new("session", *word);
            let reject = reject(rt, answer);
            Some(quote! {
                #plain => {
                    let mut #session = #rt::partial::<Self>(#handle);
                    let _ = &mut #session;
                    #reject
                }
            })
        });
        quote! {
            #[doc(hidden)]
            impl #rt::Refuse for #name {
                fn refuse(#missing: #rt::Missing, #handle: &#rt::Handle) -> #rt::Rejection {
                    match #missing.0 {
                        #(#answers)*
                        _ => <#base as #rt::Refuse>::refuse(#missing, #handle),
                    }
                }
            }
        }
    }

    /// A field that is declared again must have the same type. The macro does
    /// not see the base, so the compiler is made to compare them: a base that
    /// declares the field answers with its type, one that does not lets the
    /// question through to the end of the chain, where the answer is ours.
    fn same_types(&self) -> Option<TokenStream> {
        let base = self.schema.base.as_ref()?;
        let rt = &self.rt;
        let checks = self.fields().map(|field| {
            let (method, ty) = (declared_type(field), &field.ty);
            let ours = Ident::new("__base", ty.span().resolved_at(Span::mixed_site()));
            let at = Paths::at(rt, ty.span());
            let ask = quote_spanned!(ty.span() => #at::same::<#ty, _>(#ours.#method()));
            quote! {
                const _: () = {
                    trait Otherwise { fn #method(&self) -> #rt::DeclaredAs<#ty>; }
                    impl Otherwise for #rt::AnySession {
                        fn #method(&self) -> #rt::DeclaredAs<#ty> { #rt::DeclaredAs::new() }
                    }
                    fn check(#ours: &#base) { #ask }
                };
            }
        });
        Some(quote! {
            #[allow(dead_code, non_snake_case, private_interfaces, clippy::all)]
            const _: () = { #(#checks)* };
        })
    }
}

/// A variable of the macro's own. The span keeps it from the user's
/// expressions, and the underscores from a constant of the user's, which would
/// be taken for a pattern.
pub(super) fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}

/// The answer of an `else`, boxed.
pub(super) fn reject(rt: &TokenStream, answer: &syn::Expr) -> TokenStream {
    let (rt, rejection) = (Paths::at(rt, answer.span()), local("rejection"));
    let reject = quote_spanned!(answer.span() => #rt::reject(#answer));
    quote! {
        #[allow(unused_braces, unused_parens)]
        let #rejection = #reject;
        #rejection
    }
}

fn is_else(field: &Field) -> bool {
    matches!(field.kind, Kind::Else(..))
}

fn constant(field: &Field) -> Ident {
    format_ident!("__field_{}", field.name.unraw(), span = Span::call_site())
}

fn default(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name.unraw(), span = Span::call_site())
}

fn slot(field: &Field) -> Ident {
    format_ident!("__slot_{}", field.name.unraw(), span = Span::call_site())
}

fn declared_type(field: &Field) -> Ident {
    format_ident!("__type_of_{}", field.name.unraw(), span = Span::call_site())
}

/// The user's words, then the rule.
fn docs(field: &Field, rule: &str) -> TokenStream {
    let docs = &field.docs;
    let gap = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    quote!(#(#docs)* #gap #[doc = #rule])
}

fn docs_of(field: &Field, verb: &str) -> String {
    format!("{verb} the session's field `{}`.", field.key)
}

/// A schema without documentation would be refused by `missing_docs` on a
/// struct whose fields are not even its own.
fn docs_of_struct(attrs: &[syn::Attribute]) -> Option<TokenStream> {
    let documented = attrs.iter().any(|attribute| attribute.path().is_ident("doc"));
    (!documented).then(|| quote!(#[doc = "A session schema."]))
}
