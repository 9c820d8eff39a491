//! Where every `else` of a base has given way to a default, nothing is missing
//! any more. The macro does not see the base, so `view` is refused all the same,
//! and `try_view` always shows the session.
#![allow(dead_code)]

use rocket::get;
use session_runtime::prelude::*;

#[session(theme: String else "no theme")]
struct Visitor;

#[session(..Visitor, theme: String = "light".into())]
struct Reader;

#[get("/")]
fn index(session: Session) -> String {
    session.try_view::<Reader>().map_or_else(String::new, |session| session.theme().to_owned())
}

fn main() {}
