//! Tests that the documentation shows the attribute's real expansion, and that the
//! expansion stays small.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;

/// The code without documentation and `#[allow(…)]`, which the documentation
/// leaves out.
fn shortened(code: TokenStream) -> TokenStream {
    let mut tokens = code.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_left_out = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#')
            && matches!(tokens.peek(), Some(TokenTree::Group(group))
                if group.delimiter() == Delimiter::Bracket
                    && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name))
                        if name == "doc" || name == "allow"));
        match token {
            _ if is_left_out => drop(tokens.next()),
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), shortened(group.stream())).to_tokens(&mut kept);
            }
            token => token.to_tokens(&mut kept),
        }
    }
    kept
}

/// The code as text, without the commas that rustfmt adds or removes at the end of
/// lists.
fn normalised(code: TokenStream) -> String {
    let text = shortened(code).to_string().split_whitespace().collect::<String>();
    [",)", ",]", ",}", ",>"].iter().fold(text, |text, end| text.replace(end, &end[1..]))
}

fn tokens(code: &str) -> TokenStream {
    code.parse().expect("the code has the form of Rust")
}

/// The expansion of the code's first attribute.
fn expansion(code: &str) -> TokenStream {
    let mut code = tokens(code).into_iter().skip(1);
    let Some(TokenTree::Group(attribute)) = code.next() else { panic!("no attribute") };
    let Some(TokenTree::Group(list)) = attribute.stream().into_iter().nth(1) else {
        panic!("no list")
    };
    crate::expansion(list.stream(), code.collect())
}

#[test]
fn the_documentation_shows_what_is_generated() {
    let page = include_str!("expansion.md");
    let blocks: Vec<_> = page.split("```").skip(1).step_by(2).collect();
    let [written, generated] = blocks.as_slice() else { panic!("two blocks of code") };
    let code = |block: &str| block.split_once('\n').map(|(_, code)| code.to_owned());
    let (written, generated) = (code(written).expect("code"), code(generated).expect("code"));
    assert_eq!(normalised(expansion(&written)), normalised(tokens(&generated)));
}

fn count(code: TokenStream) -> usize {
    let count = |token| match token {
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    };
    code.into_iter().map(count).sum()
}

/// The compiler reads all of it, once for each list in an application. If it has to
/// grow, measure an application with a hundred routes before and after.
#[test]
fn the_generated_code_stays_small() {
    let schema = expansion(
        "#[session(username: String, visits: u32 = 0, cart: Vec<Item> = vec![])]
         pub struct Visitor;",
    );
    let handler = expansion(
        "#[session(
             ..Visitor,
             username: String else Redirect::to(uri!(login_form)),
             coupon: String,
         )]
         #[get(\"/\")]
         fn add(session: Session) -> String {
             session.username().to_owned()
         }",
    );
    let counts = [count(schema), count(handler)];
    assert!(counts[0] <= 1_250 && counts[1] <= 1_200, "{counts:?}");
}

/// Lints skip code with `#[automatically_derived]`. They must not skip the user's
/// own code, in defaults and in the responses of an `else`.
#[test]
fn generated_impls_of_traits_are_marked() {
    let code = expansion(
        "#[session(..Visitor, username: String else login(&session), size: u32 = 1)]
         pub struct LoggedIn;",
    );
    let code = shortened(code).to_string();
    for (before, name) in code.match_indices(" for ").map(|(at, _)| {
        let start = code[..at].rfind("impl").expect("an impl");
        let end = code[at..].find('{').map_or(code.len(), |end| at + end);
        (code[..start].trim_end(), &code[start..end])
    }) {
        let before = before.strip_suffix("# [diagnostic :: do_not_recommend]").unwrap_or(before);
        let is_marked = before.trim_end().ends_with("# [automatically_derived]");
        let is_to_be = !name.contains("Refuse");
        assert_eq!(is_marked, is_to_be, "{name}");
    }
}
