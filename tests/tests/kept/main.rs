//! Sessions that a store keeps: the same handlers, and what a cookie alone
//! cannot do.

mod identity;

use rocket::{get, post, routes};
use session_runtime::prelude::*;
use session_tests::faulty::Faulty;
use session_tests::{Browser, app, clock, fairing};

/// What the handlers here keep of a visitor.
#[session(
    #[owner]
    username: String,
    visits: u32 = 0,
    note: String,
    flash(info, error),
)]
pub struct Visitor;

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    format!("{} {}", session.username().unwrap_or("nobody"), session.visits())
}

#[post("/visit")]
fn visit(mut session: Session<Visitor>) -> String {
    *session.visits_mut() += 1;
    session.visits().to_string()
}

#[post("/login/<name>")]
fn login(session: Session<Visitor>, name: &str) -> &'static str {
    session.set_username(name);
    "welcome"
}

#[post("/renew")]
fn renew(session: Session) {
    session.renew();
}

#[post("/logout")]
fn logout(session: Session) {
    session.clear();
}

/// A visitor of an application with that store.
fn visitor(store: &Faulty) -> Browser {
    let routes = routes![index, visit, login, renew, logout];
    Browser::new(app(fairing(&clock()).store(store.clone()), routes))
}
