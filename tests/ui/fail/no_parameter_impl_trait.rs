//! What a handler without a session returns makes no difference.

use rocket::response::Responder;
use rocket::{catch, get};
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index<'r>() -> impl Responder<'r, 'static> {
    "index"
}

#[session(username: String)]
#[get("/later")]
async fn later() -> Result<String, std::io::Error> {
    Ok("later".into())
}

#[session(username: String)]
#[catch(404)]
fn not_found() -> &'static str {
    "not found"
}

fn main() {}
