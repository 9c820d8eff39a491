//! An owner field in a schema that Rocket does not show at
//! launch.

use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Rocket, catch, catchers, get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Browser, app, clock, fairing};

#[session(
    #[owner]
    username: String,
)]
pub struct Owned;

/// The same field in a schema that does not mark it as the owner.
#[session(username: String, note: String)]
pub struct Plain;

/// A guard of the application. Rocket does not see the session in it.
struct Account(Session<Owned>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Account {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        request.guard::<Session<Owned>>().await.map(Account).map_error(|(status, _)| (status, ()))
    }
}

#[get("/note")]
fn note(session: Session<Plain>) {
    session.set_note("anonymous");
}

#[get("/sign-in/guard/<name>")]
fn by_guard(account: Account, name: &str) {
    account.0.set_username(name);
}

/// The guard comes last, and another schema writes the field.
#[get("/sign-in/beside/<name>")]
fn beside_a_guard(session: Session<Plain>, _account: Account, name: &str) {
    session.set_username(name);
}

#[get("/sign-in/view/<name>")]
fn by_view(session: Session<Plain>, name: &str) {
    session.view::<Owned>().set_username(name);
}

/// The field is written before it is known as the owner.
#[get("/sign-in/before/<name>")]
fn before_a_view(session: Session<Plain>, name: &str) {
    session.set_username(name);
    assert_eq!(session.view::<Owned>().username(), Some(name));
}

#[get("/sign-in/plain/<name>")]
fn by_plain(session: Session<Plain>, name: &str) {
    session.set_username(name);
}

#[get("/sign-in/untyped/<name>")]
fn by_untyped(session: Session, _account: Account, name: &str) {
    session.set("username", name);
}

#[get("/account")]
fn account(account: Account) -> String {
    account.0.username().unwrap_or("nobody").to_owned()
}

#[session(..Owned)]
#[catch(404)]
fn not_found(session: Session) -> String {
    session.set_username("by a catcher");
    "not found".into()
}

fn rocket(fairing: SessionFairing) -> Rocket<Build> {
    let sign_in = routes![by_guard, beside_a_guard, by_view, before_a_view, by_plain, by_untyped];
    app(fairing, routes![note, account]).mount("/", sign_in).register("/", catchers![not_found])
}

fn visitor(store: &Faulty) -> Browser {
    Browser::new(rocket(fairing(&clock()).store(store.clone())))
}

fn owner(store: &Faulty, browser: &Browser) -> Option<String> {
    store.row(&key_of(&browser.cookie().unwrap())).unwrap().owner
}

const WORDS: [&str; 5] =
    ["`username`", "`Owned`", "late_owner.rs:", "`.schema::<Owned>()`", "`#[owner]`"];

/// In each of these, the application sees its owner field for the first time.
#[test]
fn line_39_the_first_sign_in_renews_and_a_warning_names_the_line_to_type() {
    for path in [
        "/sign-in/guard/ann",
        "/sign-in/beside/ann",
        "/sign-in/view/ann",
        "/sign-in/before/ann",
        "/sign-in/untyped/ann",
        "/nowhere",
    ] {
        let store = Faulty::default();
        let browser = visitor(&store);
        browser.get("/note");
        let before = browser.cookie().unwrap();
        let answer = browser.get(path);
        assert_ne!(browser.cookie().unwrap(), before, "{path}");
        assert!(store.row(&key_of(&before)).is_none(), "{path}");
        assert!(owner(&store, &browser).is_some(), "{path}");
        let said = answer.warnings();
        assert_eq!(said.len(), 1, "{path}: {said:?}");
        assert!(WORDS.iter().all(|word| said[0].contains(word)), "{path}: {said:?}");
        // Only once.
        assert!(browser.get("/account").warnings().is_empty(), "{path}");
    }
}

/// It cannot be known there. The session is filed at the next request, with a
/// warning.
#[test]
fn line_39_a_sign_in_before_the_owner_is_known_is_filed_later() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.get("/note");
    let before = browser.cookie().unwrap();
    assert!(browser.get("/sign-in/plain/ann").warnings().is_empty());
    assert_eq!((browser.cookie().unwrap(), owner(&store, &browser)), (before, None));
    assert_eq!(browser.get("/account").warnings().len(), 1);
    assert_eq!(owner(&store, &browser).as_deref(), Some("\"ann\""));
}

#[test]
fn line_39_who_names_the_schema_is_not_warned() {
    let store = Faulty::default();
    let browser = Browser::new(rocket(fairing(&clock()).store(store.clone()).schema::<Owned>()));
    browser.get("/note");
    let before = browser.cookie().unwrap();
    assert!(browser.get("/sign-in/plain/ann").warnings().is_empty());
    assert_ne!(browser.cookie().unwrap(), before);
    assert!(browser.get("/account").warnings().is_empty());
}
