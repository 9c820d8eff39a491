//! An edit signs in and out as a handler does.

use rocket::local::blocking::Client;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_runtime::{SessionError, testing::SessionClient};
use session_tests::{clock, fairing};

use super::{Visitor, application, page, panics, send};

#[get("/sessions/<name>")]
async fn sessions(
    name: &str,
    session: Session<Visitor>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    let list = sessions.list(name, &session).await?;
    Ok(format!("{} {}", list.len(), list.iter().any(|info| info.is_current)))
}

#[get("/end/<name>")]
async fn end(name: &str, sessions: &Sessions) -> Result<String, SessionError> {
    Ok(sessions.end_all(name).await?.to_string())
}

fn client() -> Client {
    let rocket = application(fairing(&clock()).store(Memory::new()));
    Client::tracked(rocket.mount("/", routes![sessions, end])).expect("a client")
}

#[test]
fn a_sign_in_is_listed() {
    let client = client();
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
    assert_eq!(page(&client, "/sessions/ann"), "1 true");
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("bob"));
    assert_eq!(page(&client, "/sessions/ann"), "0 false");
    assert_eq!(page(&client, "/sessions/bob"), "1 true");
    client.edit_session(|session: &mut Session<Visitor>| drop(session.take_username()));
    assert_eq!(page(&client, "/sessions/bob"), "0 false");
    client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
    client.edit_session(|session: &mut Session<Visitor>| session.clear());
    assert_eq!(page(&client, "/sessions/ann"), "0 false");
}

/// Such a visitor's writes are dropped, and a test must not lose an edit.
#[test]
fn an_edit_of_a_session_that_was_ended_elsewhere_is_an_error() {
    let client = client();
    send(&client, "/login/ann");
    assert_eq!(page(&client, "/end/ann"), "1");
    let edit = || client.edit_session(|session: &mut Session<Visitor>| session.set_note("x"));
    let message = panics(edit);
    assert!(message.contains("ended or renewed elsewhere"), "{message}");
    assert!(message.contains("`session.clear()` first"), "{message}");
    client.edit_session(|session: &mut Session<Visitor>| {
        session.clear();
        session.set_note("new");
    });
    assert_eq!(client.session::<Visitor>().note(), Some("new"));
}
