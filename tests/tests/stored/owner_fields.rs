//! The owner field, in applications that share a store but do not agree on that
//! field.

use rocket::{get, post, routes};
use session_runtime::SessionError;
use session_runtime::prelude::*;
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Browser, app, ignite};

use super::owners::{another, id, ids_of, visitor};
use super::{Visitor, in_store};

#[session(username: String)]
struct Before;

#[post("/before/<name>")]
fn before(session: Session<Before>, name: &str) {
    session.set_username(name);
}

#[test]
fn a_session_from_before_the_owner_was_declared_is_filed_when_it_comes_back() {
    let store = Faulty::default();
    let old = Browser::new(app(in_store(&store), routes![before]));
    old.post("/before/zoe");
    let cookie = old.cookie().unwrap();
    assert_eq!(store.row(&key_of(&cookie)).unwrap().owner, None);
    let browser = visitor(&store);
    assert!(ids_of(&browser, "zoe").is_empty());
    browser.take_cookie(cookie);
    assert_eq!(browser.get("/").body, "zoe 0 -");
    assert_eq!(ids_of(&browser, "zoe"), [id(&browser)]);
    // Only once.
    drop(store.calls());
    assert_eq!(browser.get("/").set_cookie(), None);
    assert_eq!(store.calls(), ["load"]);
}

#[session(
    #[owner]
    user: u64,
)]
struct Numbered;

#[post("/user/<user>")]
fn numbered(session: Session<Numbered>, user: u64) {
    session.set_user(user);
}

#[get("/numbers/<user>")]
async fn numbers(
    user: u64,
    session: Session<Numbered>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    Ok(sessions.list(&user, &session).await?.len().to_string())
}

#[test]
fn an_owner_is_a_value_and_its_type() {
    let store = Faulty::default();
    let named = another(&visitor(&store), "42");
    let numbered = Browser::new(app(in_store(&store), routes![numbered, numbers]));
    assert_eq!(numbered.get("/numbers/42").body, "0");
    numbered.post("/user/42");
    numbered.another().post("/user/42");
    numbered.another().post("/user/4");
    assert_eq!(numbered.get("/numbers/42").body, "2");
    assert_eq!(ids_of(&named, "42"), [id(&named)]);
}

#[get("/named")]
fn by_name(session: Session<Visitor>) -> String {
    session.username().unwrap_or_default().to_owned()
}

#[get("/numbered")]
fn by_number(session: Session<Numbered>) -> String {
    session.user().unwrap_or_default().to_string()
}

#[test]
fn two_owners_stop_the_launch_and_both_are_named() {
    let launch = ignite(app(in_store(&Faulty::default()), routes![by_name, by_number]));
    launch.fails_with(&["`#[owner]`", "`username`", "`Visitor`", "`user`", "`Numbered`"]);
    assert!(ignite(app(in_store(&Faulty::default()), routes![by_number])).started);
}
