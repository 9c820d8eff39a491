//! A view cannot refuse: `try_view` can.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(..Visitor, username: String else rocket::http::Status::Unauthorized)]
pub struct LoggedIn;

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    session.view::<LoggedIn>().username().into()
}

fn main() {}
