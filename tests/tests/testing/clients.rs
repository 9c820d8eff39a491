//! Whose session is edited.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::fairing::AdHoc;
use rocket::http::{Cookie, Header};
use rocket::local::blocking::Client;
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_runtime::testing::SessionClient;
use session_tests::{clock, fairing};

use super::{Visitor, application, client, each, everywhere, page, send};

#[test]
fn two_clients_of_one_application_are_two_visitors() {
    for (name, fairing) in everywhere() {
        println!("{name}");
        let [one, two] = [client(fairing(&clock())), client(fairing(&clock()))];
        one.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        assert_eq!(page(&two, "/"), "nobody 0");
        two.edit_session(|session: &mut Session<Visitor>| session.set_username("bob"));
        assert_eq!((page(&one, "/"), page(&two, "/")), ("ann 0".into(), "bob 0".into()));
    }
}

#[test]
fn a_cookie_that_the_request_brings_comes_first() {
    for (name, fairing) in everywhere() {
        println!("{name}");
        let client = &client(fairing(&clock()));
        send(client, "/login/ann");
        let cookies = client.cookies();
        let ann = cookies.get("session").expect("a cookie").value();
        send(client, "/login/bob");
        client.edit_session(|session: &mut Session<Visitor>| session.set_visits(1));
        let header = || Header::new("Cookie", format!("session={ann}"));
        // In a store, a sign-in has ended the session of the first cookie.
        let expected = if name.starts_with("memory") { "nobody 0" } else { "ann 0" };
        for request in [
            client.get("/").cookie(Cookie::new("session", ann.to_owned())),
            client.get("/").header(header()),
        ] {
            let answer = request.dispatch().into_string().expect("a body");
            assert_eq!(answer, expected);
        }
        assert_eq!(page(client, "/"), "bob 1");
    }
}

/// The documentation says so.
#[test]
fn the_jar_shows_an_edit_after_the_next_response_that_sets_the_cookie() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        page(client, "/");
        assert_eq!(client.cookies().get("session"), None);
        send(client, "/login/bob");
        assert!(client.cookies().get("session").is_some());
        assert_eq!(page(client, "/"), "bob 0");
    });
}

/// It begins with an empty jar.
#[test]
fn a_client_does_not_continue_another_one() {
    let one = client(fairing(&clock()).store(Memory::new()));
    one.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
    let two = Client::tracked(one.terminate()).expect("the application launches again");
    assert_eq!(page(&two, "/"), "nobody 0");
    two.edit_session(|session: &mut Session<Visitor>| session.set_username("bob"));
    assert_eq!(page(&two, "/"), "bob 0");
}

/// A request's copy of the jar is older than the edit.
#[test]
fn a_request_that_was_made_before_the_edit_sees_it() {
    let client = Client::tracked(application(fairing(&clock()))).expect("a client");
    let request = client.get("/");
    client.edit_session(|session: &mut Session<Visitor>| session.set_visits(2));
    assert_eq!(request.dispatch().into_string().as_deref(), Some("nobody 2"));
}

#[test]
fn neither_routes_nor_fairings_run() {
    let ran = Arc::new(AtomicBool::new(false));
    let [on_request, on_response] = [ran.clone(), ran.clone()];
    let rocket = application(fairing(&clock()))
        .attach(AdHoc::on_request("request", move |_, _| {
            on_request.store(true, Ordering::Relaxed);
            Box::pin(async {})
        }))
        .attach(AdHoc::on_response("response", move |_, _| {
            on_response.store(true, Ordering::Relaxed);
            Box::pin(async {})
        }));
    let client = Client::tracked(rocket).expect("a client");
    client.edit_session(|session: &mut Session<Visitor>| session.set_visits(2));
    assert_eq!(client.session::<Visitor>().visits(), 2);
    assert!(!ran.load(Ordering::Relaxed));
    page(&client, "/");
    assert!(ran.load(Ordering::Relaxed));
}
