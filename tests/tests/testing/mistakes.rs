//! Mistakes in a test, and what the panic says to type.

use rocket::local::blocking::Client;
use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;
use session_tests::faulty::{Fault, Faulty};
use session_tests::{app, clock, fairing};

use super::{Member, Visitor, application, client, each, page, panics, send};

#[track_caller]
fn says(test: impl FnOnce(), parts: &[&str]) {
    let message = panics(test);
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

fn edit(client: &Client) {
    client.edit_session(|session: &mut Session<Visitor>| session.set_visits(1));
}

#[test]
fn the_fairing_is_missing() {
    let client = Client::tracked(rocket::custom(session_tests::debug())).expect("a client");
    let parts = &["no sessions", "`.attach(Sessions::fairing())` after `rocket::build()`"];
    says(|| edit(&client), parts);
    says(|| drop(client.session::<Visitor>()), parts);
}

#[test]
fn the_client_is_untracked() {
    let client = Client::untracked(application(fairing(&clock()))).expect("a client");
    send(&client, "/login/ann");
    let parts = &["`Client::untracked`", "Type `Client::tracked(rocket)`"];
    says(|| edit(&client), parts);
    says(|| drop(client.session::<Visitor>()), parts);
    // A client without a session has nothing that it could have kept.
    send(&client, "/logout");
    says(|| edit(&client), parts);
}

#[test]
fn a_tracked_client_whose_cookie_was_removed_is_not_mistaken_for_an_untracked_one() {
    use rocket::http::CookieJar;
    #[rocket::get("/forget")]
    fn forget(jar: &CookieJar<'_>) {
        jar.remove("session");
    }
    let rocket = application(fairing(&clock())).mount("/", rocket::routes![forget]);
    let client = Client::tracked(rocket).expect("a client");
    send(&client, "/login/ann");
    page(&client, "/plain");
    client.get("/forget").dispatch();
    assert!(client.session::<Visitor>().is_empty());
    edit(&client);
    assert_eq!(page(&client, "/"), "nobody 1");
}

#[session(visits: String)]
struct Other;

#[test]
fn the_schema_contradicts_the_application() {
    each(|client| {
        let edit = || client.edit_session(|session: &mut Session<Other>| session.set_visits("x"));
        says(edit, &["`visits` is declared with two types", "testing/mistakes.rs"]);
        says(|| drop(client.session::<Other>()), &["`visits` is declared with two types"]);
        assert_eq!(page(client, "/"), "nobody 0");
    });
}

#[test]
fn a_required_field_is_missing() {
    each(|client| {
        let parts = &["no `username`, which `Member` requires", "schema without an `else`"];
        says(|| client.edit_session(|session: &mut Session<Member>| session.renew()), parts);
        says(|| drop(client.session::<Member>()), parts);
    });
}

#[test]
fn the_session_is_too_large() {
    for fairing in [fairing(&clock()), fairing(&clock()).store(Faulty::default())] {
        let client = client(fairing);
        let long = "x".repeat(70_000);
        let edit = || {
            client.edit_session(|session: &mut Session<Visitor>| session.set_note(long.as_str()));
        };
        says(edit, &["The session is too large", "`note`"]);
        assert_eq!(client.session::<Visitor>().note(), None);
    }
}

#[test]
fn the_store_fails() {
    let store = Faulty::default();
    let client = client(fairing(&clock()).store(store.clone()));
    store.be(Fault::Down);
    says(|| edit(&client), &["could not be kept", "The log has the reason."]);
    store.be(Fault::None);
    edit(&client);
    store.be(Fault::Down);
    let parts = &["The session store is not available. The log has the reason."];
    says(|| drop(client.session::<Visitor>()), parts);
    says(|| edit(&client), parts);
}

#[test]
fn a_value_cannot_be_kept() {
    each(|client| {
        let edit = || client.edit_session(|session: &mut Session| session.set("n", f64::NAN));
        says(edit, &["The field `n`, set at ", "testing/mistakes.rs"]);
    });
}

#[test]
fn the_panic_is_at_the_line_of_the_test() {
    use std::sync::{Mutex, PoisonError};
    static AT: Mutex<Option<(String, u32)>> = Mutex::new(None);
    let client = Client::tracked(app(fairing(&clock()), vec![])).expect("a client");
    let former = std::panic::take_hook();
    let this = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this {
            let at = info.location().map(|at| (at.file().to_owned(), at.line()));
            *AT.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
        former(info);
    }));
    panics(|| drop(client.session::<Member>()));
    let line = line!() - 1;
    let at = AT.lock().unwrap_or_else(PoisonError::into_inner).take().expect("a panic");
    assert!(at.0.ends_with("testing/mistakes.rs"), "{}", at.0);
    assert_eq!(at.1, line);
}
