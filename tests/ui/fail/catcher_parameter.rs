//! A catcher takes what Rocket gives it, and the session.

use rocket::catch;
use rocket::http::CookieJar;
use session_runtime::prelude::*;

#[session(username: String)]
#[catch(404)]
fn not_found(session: Session, cookies: &CookieJar<'_>) -> String {
    let _ = cookies;
    session.username().unwrap_or("stranger").into()
}

fn main() {}
