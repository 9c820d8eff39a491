//! Light or dark.

use rocket::form::{Form, FromForm, FromFormField};
use rocket::post;
use rocket::response::Redirect;
use rocket::serde::{Deserialize, Serialize};
use rocket::uri;
use session_runtime::prelude::*;

use crate::schema::Visitor;
use crate::shop;

/// How the pages look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromFormField, Serialize, Deserialize)]
#[serde(crate = "rocket::serde", rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the visitor's system is, until the visitor chooses.
    #[default]
    System,
    Light,
    Dark,
}

/// A theme, and the page it was chosen on.
#[derive(FromForm)]
pub(crate) struct Choice<'r> {
    theme: Theme,
    back: &'r str,
}

#[post("/theme", data = "<choice>")]
pub(crate) fn choose(session: Session<Visitor>, choice: Form<Choice<'_>>) -> Redirect {
    session.set_theme(choice.theme);
    match choice.back {
        path if is_local(path) => Redirect::to(path.to_owned()),
        _ => Redirect::to(uri!(shop::index)),
    }
}

/// Whether a redirect to this path stays on this site. The visitor's form says
/// where to go, and anybody can make a form.
///
/// Browsers read `//host` and `/\host` as another site, and leave out tabs and
/// line breaks before they look.
fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_are_local() {
        for path in ["/", "/cart", "/cart?a=b", "/a//b"] {
            assert!(is_local(path), "{path}");
        }
        for elsewhere in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
        ] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
