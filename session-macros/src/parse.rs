//! Parses tokens into the parts of a list, each with its place in the source.
//!
//! ```text
//! list   := entry ("," entry)* [","]
//! entry  := ".." Base  |  field  |  "flash" "(" category ("," category)* [","] ")"  |  "crate" "=" path
//! field  := doc-comments  [ #[key("stored-name")] ]  [ #[owner] ]  name ":" Type  [ "=" expr | "else" expr ]
//!         | doc-comments  name ":" Type "from" source  [ "else" expr ]
//! ```
//!
//! Only the grammar is checked here. A broken entry is skipped up to the next
//! comma, so that one mistake does not hide another.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Ident, ItemStruct, LitStr, Path, Token, Type, Visibility};

use crate::message::{Errors, Message};
use crate::model::{Function, Kind};

/// The content of the attribute's parentheses.
#[derive(Default)]
pub(crate) struct List {
    pub(crate) bases: Vec<Path>,
    pub(crate) crates: Vec<Path>,
    pub(crate) fields: Vec<Field>,
    pub(crate) categories: Vec<Ident>,
    /// Whether an entry was skipped because it could not be read.
    pub(crate) broken: bool,
}

impl List {
    pub(crate) fn is_empty(&self) -> bool {
        let List { bases, fields, categories, broken, .. } = self;
        bases.is_empty() && fields.is_empty() && categories.is_empty() && !broken
    }
}

pub(crate) struct Field {
    pub(crate) docs: Vec<Attribute>,
    pub(crate) key: Option<LitStr>,
    /// The `#[owner]` attribute, if there is one.
    pub(crate) owner: Option<Attribute>,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// The field that it is loaded from.
    pub(crate) source: Option<Ident>,
    pub(crate) kind: Kind,
}

mod word {
    syn::custom_keyword!(from);
}

/// The item under the attribute.
pub(crate) enum Item {
    Struct(ItemStruct),
    Function(Function),
    /// Any other item, with the place to point at.
    Other(TokenStream, Span),
}

pub(crate) fn list(tokens: TokenStream, errors: &mut Errors) -> List {
    let parser = |input: ParseStream<'_>| {
        let mut list = List::default();
        while !input.is_empty() {
            let entry = entry(input, &mut list, errors);
            if let Err(error) = entry.and_then(|()| separator(input)) {
                errors.syntax(error);
                list.broken = true;
                skip_entry(input)?;
            }
        }
        Ok(list)
    };
    parser.parse2(tokens).unwrap_or_else(|error| {
        errors.syntax(error);
        List { broken: true, ..List::default() }
    })
}

fn separator(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    if input.peek(Token![,]) {
        return input.parse::<Token![,]>().map(drop);
    }
    Err(input.error(Message::NoComma))
}

fn entry(input: ParseStream<'_>, list: &mut List, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![..]) {
        let dots: Token![..] = input.parse()?;
        if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
            return Err(syn::Error::new_spanned(dots, Message::NoBase));
        }
        list.bases.push(input.call(Path::parse_mod_style)?);
    } else if input.peek(Token![crate]) && input.peek2(Token![=]) {
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        list.crates.push(input.call(Path::parse_mod_style)?);
    } else if input.peek(Ident) && input.peek2(syn::token::Paren) {
        flash(input, list, errors)?;
    } else {
        list.fields.push(field(input, errors)?);
    }
    Ok(())
}

fn flash(input: ParseStream<'_>, list: &mut List, errors: &mut Errors) -> syn::Result<()> {
    let word: Ident = input.parse()?;
    let content;
    let parens = syn::parenthesized!(content in input);
    // Take all of it, so that an error inside is not reported again outside.
    let content: TokenStream = content.parse()?;
    if word != "flash" {
        errors.push(&word, Message::NotFlash(word.to_string()));
        list.broken = true;
        return Ok(());
    }
    let names = |input: ParseStream<'_>| {
        Punctuated::<Ident, Token![,]>::parse_terminated_with(input, |input| {
            input.call(Ident::parse_any)
        })
    };
    match names.parse2(content) {
        Ok(categories) if categories.is_empty() => {
            errors.push_at(parens.span.join(), Message::NoCategory);
            list.broken = true;
        }
        Ok(categories) => list.categories.extend(categories),
        Err(error) => {
            errors.push_at(error.span(), Message::BadCategory);
            list.broken = true;
        }
    }
    Ok(())
}

fn field(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Field> {
    let mut docs = Vec::new();
    let mut key = None;
    let mut owner = None;
    for attribute in input.call(Attribute::parse_outer)? {
        if attribute.path().is_ident("doc") {
            docs.push(attribute);
        } else if attribute.path().is_ident("key") {
            match attribute.parse_args::<LitStr>() {
                Ok(_) if key.is_some() => errors.push(&attribute, Message::SecondKey),
                Ok(name) => key = Some(name),
                Err(_) => errors.push(&attribute, Message::BadKey),
            }
        } else if attribute.path().is_ident("owner") {
            match attribute.meta.require_path_only() {
                Ok(_) if owner.is_some() => errors.push(&attribute, Message::SecondOwner),
                Ok(_) => owner = Some(attribute),
                Err(_) => errors.push(&attribute, Message::BadOwner),
            }
        } else {
            errors.push(attribute.path(), Message::UnknownAttribute);
        }
    }
    if input.peek(Token![pub]) {
        errors.push(input.parse::<Visibility>()?, Message::FieldVisibility);
    }
    if input.is_empty()
        && let Some(docs) = docs.last()
    {
        return Err(syn::Error::new_spanned(docs, Message::NoField));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(Message::NoEntry));
    }
    let name: Ident = input.call(Ident::parse_any)?;
    let colon: Option<Token![:]> = input.parse()?;
    let untyped = input.is_empty() || input.peek(Token![,]);
    if colon.is_none() || untyped {
        let message = match name.to_string().as_str() {
            "flash" => Message::NoCategory,
            // A type's name alone is meant as the schema to extend.
            name if untyped && name.starts_with(char::is_uppercase) => {
                Message::NoDots(name.to_owned())
            }
            name => Message::NoType(name.to_owned()),
        };
        let error = syn::Error::new(colon.map_or(name.span(), |colon| colon.span()), message);
        if untyped || !input.peek(Ident) {
            return Err(error);
        }
        // Only the colon is missing, so declare the field for the code that uses it.
        errors.syntax(error);
    }
    if input.peek(word::from) && input.peek2(Ident) {
        let word: word::from = input.parse()?;
        let source: Ident = input.parse()?;
        let (name, source) = (name.to_string(), source.to_string());
        return Err(syn::Error::new_spanned(word, Message::NoLoadedType { name, source }));
    }
    let ty = input.parse()?;
    let source = if input.peek(word::from) {
        let word: word::from = input.parse()?;
        if !input.peek(Ident) {
            return Err(syn::Error::new_spanned(word, Message::NoSource));
        }
        Some(input.parse()?)
    } else {
        None
    };
    let kind = if input.peek(Token![=]) {
        let word: Token![=] = input.parse()?;
        Kind::Default(expression(input, word.span(), Message::NoDefault)?)
    } else if input.peek(Token![else]) {
        let word: Token![else] = input.parse()?;
        Kind::Else(expression(input, word.span(), Message::NoResponse)?, word.span())
    } else {
        Kind::Optional
    };
    Ok(Field { docs, key, owner, name, ty, source, kind })
}

/// An expression, or an error at the word before it.
fn expression(input: ParseStream<'_>, word: Span, missing: Message) -> syn::Result<Expr> {
    match input.is_empty() || input.peek(Token![,]) {
        true => Err(syn::Error::new(word, missing)),
        false => input.parse(),
    }
}

/// Skips to after the next comma that is not inside `<…>`.
fn skip_entry(input: ParseStream<'_>) -> syn::Result<()> {
    let mut depth = 0;
    while !input.is_empty() {
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Punct(punct) if punct.as_char() == ',' && depth <= 0 => break,
            _ => {}
        }
    }
    Ok(())
}

pub(crate) fn item(tokens: TokenStream) -> Item {
    if let Ok(function) = syn::parse2::<Function>(tokens.clone()) {
        return Item::Function(function);
    }
    match syn::parse2::<ItemStruct>(tokens.clone()) {
        Ok(item) => Item::Struct(item),
        Err(_) => Item::Other(tokens.clone(), keyword(tokens)),
    }
}

/// The span of the item's keyword, or of its first token.
fn keyword(tokens: TokenStream) -> Span {
    let start = tokens.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
    let keywords = ["enum", "union", "impl", "trait", "mod", "const", "static", "type", "use"];
    let word = tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if keywords.iter().any(|k| word == k) => Some(word.span()),
        _ => None,
    });
    word.unwrap_or(start)
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let (vis, sig) = (input.parse()?, input.parse()?);
        let body: TokenStream = input.parse()?;
        let mut trees = body.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => {
                Ok(Function { attrs, vis, sig, body })
            }
            _ => Err(input.error("expected a function with a body")),
        }
    }
}
