//! Loaded fields are loaded for a test too.

use rocket::local::blocking::Client;
use rocket::{Request, async_trait};
use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;
use session_tests::{clock, fairing};

use super::{Visitor, application, panics};

struct User(String);

/// "Managed" by the application.
struct Greeting(&'static str);

#[async_trait]
impl FromSession<String> for User {
    type Error = String;

    async fn from_session(name: &String, request: &Request<'_>) -> Result<Option<User>, String> {
        let Greeting(greeting) = request.rocket().state().expect("managed");
        match name.as_str() {
            "broken" => Err("the disk is full".into()),
            "deleted" => Ok(None),
            name => Ok(Some(User(format!("{greeting} {name}")))),
        }
    }
}

#[session(..Visitor, user: User from username)]
struct Guest;

#[session(..Visitor, user: User from username else "nobody")]
struct Loaded;

fn client() -> Client {
    let rocket = application(fairing(&clock())).manage(Greeting("Hello"));
    Client::tracked(rocket).expect("a client")
}

#[test]
fn the_user_is_there() {
    let client = client();
    assert!(client.session::<Guest>().user().is_none());
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
    assert_eq!(client.session::<Loaded>().user().0, "Hello ann");
    // What the closure sees is what a handler sees: a handle keeps what it was made with.
    let seen = client.edit_session(|session: &mut Session<Guest>| {
        session.set_username("bob");
        session.user().map(|user| user.0.clone())
    });
    assert_eq!(seen.as_deref(), Some("Hello ann"));
    assert_eq!(client.session::<Guest>().user().map(|user| user.0.as_str()), Some("Hello bob"));
}

#[test]
fn a_missing_user_is_an_error() {
    let client = client();
    for name in ["", "deleted"] {
        if !name.is_empty() {
            client.edit_session(|session: &mut Session<Visitor>| session.set_username(name));
        }
        let message = panics(|| drop(client.session::<Loaded>()));
        assert!(message.contains("has no `user`, which `Loaded` requires"), "{message}");
        assert!(message.contains("Set `username`"), "{message}");
    }
}

#[test]
fn a_loader_that_fails_is_an_error() {
    let client = client();
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("broken"));
    let message = panics(|| drop(client.session::<Guest>()));
    assert!(message.contains("`user` could not be loaded. The log has the reason."), "{message}");
}
