//! The handler's parameter for the request's body. An `else` must not use it,
//! because it is evaluated before the body is read.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::{Attribute, FnArg, LitStr, Pat, Signature};

/// The index of the parameter that the route attribute names as its `data`. If
/// there is no such parameter, Rocket reports it.
pub(crate) fn parameter(route: &Attribute, sig: &Signature) -> Option<usize> {
    let mut tokens = route.meta.require_list().ok()?.tokens.clone().into_iter();
    tokens.find(|token| is_word(token, &["data"]))?;
    tokens.next().filter(|token| is(token, '='))?;
    // A literal from a `macro_rules!` variable is in an invisible group, which syn
    // looks into.
    let value = syn::parse2::<LitStr>(tokens.next()?.into()).ok()?.value();
    let name = value.strip_prefix('<')?.strip_suffix('>')?;
    sig.inputs.iter().position(|input| match input {
        FnArg::Typed(argument) => {
            matches!(&*argument.pat, Pat::Ident(pat) if pat.ident.unraw() == name)
        }
        FnArg::Receiver(_) => false,
    })
}

/// The place where the expression uses the variable, unless the expression
/// declares one of that name itself.
pub(crate) fn named_in(expression: TokenStream, name: &Ident) -> Option<Ident> {
    let tokens: Vec<_> = expression.into_iter().collect();
    if binds(&tokens, name) { None } else { find(&tokens, name, Inside::Code) }
}

/// What surrounds the tokens. In a macro's arguments, names can mean something
/// else.
#[derive(Clone, Copy)]
enum Inside {
    Code,
    Macro,
    /// `uri!(…)`, where names are those of handlers and their parameters.
    Uri,
}

fn find(tokens: &[TokenTree], name: &Ident, inside: Inside) -> Option<Ident> {
    tokens.iter().enumerate().find_map(|(at, token)| {
        let (before, after) = (&tokens[..at], &tokens[at + 1..]);
        match token {
            TokenTree::Group(group) => {
                let inside = match (before, inside) {
                    ([.., called, bang], _) if is(bang, '!') && is_word(called, &["uri"]) => {
                        Inside::Uri
                    }
                    ([.., TokenTree::Ident(_), bang], _) if is(bang, '!') => Inside::Macro,
                    (_, Inside::Code) => Inside::Code,
                    (_, Inside::Macro | Inside::Uri) => Inside::Macro,
                };
                find(&trees(group.stream()), name, inside)
            }
            TokenTree::Ident(ident) if ident.unraw() == *name => {
                let is_variable = match inside {
                    Inside::Code => is_variable(before, after),
                    // `name = value` is a named argument.
                    Inside::Macro => is_variable(before, after) && !is_single(after, '='),
                    Inside::Uri => false,
                };
                is_variable.then(|| ident.clone())
            }
            _ => None,
        }
    })
}

/// Not `.field`, `path::item`, `item::path`, `field: value`, `macro!` or
/// `'label`.
fn is_variable(before: &[TokenTree], after: &[TokenTree]) -> bool {
    let is_member = match before {
        // In `..name`, a range or the rest of a struct, it is a variable.
        [.., first, second] if is(second, '.') => !is_joint(first, '.'),
        [only] => is(only, '.'),
        _ => false,
    };
    let is_in_path = matches!(before, [.., first, second]
        if is_joint(first, ':') && is(second, ':'));
    let is_label = before.last().is_some_and(|last| is(last, '\''));
    let is_key = after.first().is_some_and(|next| is(next, ':'));
    !is_member && !is_in_path && !is_label && !is_key && !is_single(after, '!')
}

/// Whether a pattern in the tokens declares a variable of that name.
fn binds(tokens: &[TokenTree], name: &Ident) -> bool {
    let has = |tokens: &[TokenTree]| contains(tokens, name);
    tokens.iter().enumerate().any(|(at, token)| {
        let (before, after) = (&tokens[..at], &tokens[at + 1..]);
        let until = |end: &dyn Fn(&TokenTree) -> bool| after.split(end).next().is_some_and(has);
        match token {
            TokenTree::Group(group) => binds(&trees(group.stream()), name),
            TokenTree::Ident(word) if word == "let" => until(&|token| is(token, '=')),
            TokenTree::Ident(word) if word == "for" => until(&|token| is_word(token, &["in"])),
            // A closure's parameters, if there is no operand before the `|`.
            TokenTree::Punct(punct) if punct.as_char() == '|' => {
                let begins = match before.last() {
                    None => true,
                    Some(TokenTree::Punct(punct)) => !matches!(punct.as_char(), '|' | '?'),
                    Some(word) => is_word(word, &["move", "return", "async"]),
                };
                begins && until(&|token| is(token, '|'))
            }
            // The pattern of a `match` arm.
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                let is_arm = is_joint(token, '=') && after.first().is_some_and(|t| is(t, '>'));
                let is_end = |token: &TokenTree| {
                    is(token, ',')
                        || matches!(token, TokenTree::Group(group)
                            if group.delimiter() == Delimiter::Brace)
                };
                is_arm && before.rsplit(is_end).next().is_some_and(has)
            }
            _ => false,
        }
    })
}

fn contains(tokens: &[TokenTree], name: &Ident) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Group(group) => contains(&trees(group.stream()), name),
        TokenTree::Ident(ident) => ident.unraw() == *name,
        _ => false,
    })
}

fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

fn is(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

fn is_word(token: &TokenTree, words: &[&str]) -> bool {
    matches!(token, TokenTree::Ident(ident) if words.iter().any(|word| ident == word))
}

/// Whether the token begins an operator of several characters.
fn is_joint(token: &TokenTree, char: char) -> bool {
    is(token, char) && matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint)
}

/// Whether the tokens begin with this operator of one character, and not with a
/// longer one such as `==` or `=>`.
fn is_single(tokens: &[TokenTree], char: char) -> bool {
    let goes_on = |next: &TokenTree| is(next, '=') || is(next, '>');
    match tokens {
        [first, next, ..] if is_joint(first, char) => !goes_on(next),
        [first, ..] => is(first, char),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};

    use super::named_in;

    fn is_named(expression: &str) -> bool {
        let name = Ident::new("form", Span::call_site());
        named_in(expression.parse().expect("tokens"), &name).is_some()
    }

    #[test]
    fn the_variable_is_found() {
        for expression in [
            "form",
            "r#form.into_inner()",
            "Some(form.name)",
            "{ drop(form); 1 }",
            "format!(\"{}\", form)",
            "format!(\"{name}\", name = form)",
            "uri!(login(form))",
            "uri!(login(next = form.next))",
            "Shape { form }",
            "Shape { x: form }",
            "Shape { ..form }",
            "0..form.len()",
            "form == 1",
            "form != 1",
            "assert!(form == 1)",
            "a || form",
            "match form { Some(x) => x, None => 1 }",
        ] {
            assert!(is_named(expression), "{expression}");
        }
    }

    #[test]
    fn what_has_its_name_and_is_another_is_not() {
        for expression in [
            "session.form()",
            "self::form()",
            "form::login()",
            "form!()",
            "Shape { form: 1 }",
            "uri!(form)",
            "uri!(\"/prefix\", form(1))",
            "uri!(login(form = 1))",
            "format!(\"{form}\", form = 1)",
            "{ let form = 1; form }",
            "{ let (mut form, x) = (1, 2); form + x }",
            "if let Some(form) = x { form } else { 1 }",
            "for form in x { drop(form) }",
            "x.map(|form| form + 1)",
            "x.map(move |(_, form)| form + 1)",
            "match x { 1 => 2, Some(form) if y => form, _ => 1 }",
            "match x { 1 => {} form => form }",
            "'form: loop { break 'form }",
            "forms",
        ] {
            assert!(!is_named(expression), "{expression}");
        }
    }
}
