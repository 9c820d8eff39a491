//! What an edit changes, and for how long.

use rocket::http::Cookie;
use session_runtime::AnySession;
use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;

use super::{Visitor, each, page, send};

#[test]
fn before_the_first_request() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        assert_eq!(client.session::<Visitor>().username(), Some("ann"));
        assert_eq!(page(client, "/member"), "ann");
        assert_eq!(page(client, "/plain"), "plain");
        assert_eq!(page(client, "/"), "ann 0");
    });
}

#[test]
fn two_in_a_row() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        client.edit_session(|session: &mut Session<Visitor>| *session.visits_mut() += 6);
        client.edit_session(|session: &mut Session<Visitor>| *session.visits_mut() += 1);
        assert_eq!(page(client, "/"), "ann 7");
    });
}

#[test]
fn after_a_login() {
    each(|client| {
        send(client, "/login/ann");
        client.edit_session::<Visitor, _>(|session| session.set_visits(3));
        assert_eq!(page(client, "/"), "ann 3");
        send(client, "/visit");
        assert_eq!(page(client, "/"), "ann 4");
        assert_eq!(client.session::<Visitor>().visits(), 4);
    });
}

/// The client's jar has no cookie, as before the edit: a removal must count.
#[test]
fn a_logout_after_an_edit() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        send(client, "/logout");
        assert_eq!(page(client, "/"), "nobody 0");
        assert!(client.session::<Visitor>().is_empty());
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("bob"));
        assert_eq!(page(client, "/"), "bob 0");
    });
}

/// The clock stands still, so that a response may set the very cookie that was there
/// before the edit.
#[test]
fn a_response_that_undoes_an_edit() {
    each(|client| {
        send(client, "/login/ann");
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("bob"));
        send(client, "/login/ann");
        assert_eq!(page(client, "/"), "ann 0");
    });
}

#[test]
fn an_edit_that_signs_out() {
    each(|client| {
        send(client, "/login/ann");
        client.edit_session(|session: &mut Session<Visitor>| session.clear());
        assert_eq!(page(client, "/"), "nobody 0");
        client.edit_session(|session: &mut Session<Visitor>| session.set_visits(1));
        assert_eq!(page(client, "/"), "nobody 1");
    });
}

#[test]
fn a_message_is_shown_once() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.flash_info("saved"));
        for _ in 0..2 {
            let waiting = client.session::<Visitor>().peek_flashes();
            assert_eq!((waiting.len(), waiting[0].category.as_str()), (1, "info"));
        }
        assert_eq!(page(client, "/messages"), "saved");
        assert_eq!(page(client, "/messages"), "");
        assert!(client.session::<Visitor>().peek_flashes().is_empty());
    });
}

#[test]
fn what_the_closure_returns() {
    each(|client| {
        let shown = client.edit_session(|session: &mut Session<Visitor>| {
            session.flash_info("seen by the test");
            session.flashes()
        });
        assert_eq!(shown[0].message, "seen by the test");
        assert_eq!(page(client, "/messages"), "");
        let taken = client.edit_session(|session: &mut Session| {
            session.set("n", 7);
            session.take::<u32>("n")
        });
        assert_eq!(taken, Some(7));
        assert!(client.session::<AnySession>().keys().is_empty());
    });
}

#[test]
fn without_a_schema() {
    each(|client| {
        client.edit_session(|session: &mut Session| session.set("visits", 5));
        assert_eq!(page(client, "/"), "nobody 5");
        assert_eq!(client.session::<AnySession>().get::<u32>("visits"), Some(5));
    });
}

#[test]
fn permanence() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| {
            session.set_visits(1);
            session.set_permanent(true);
        });
        assert!(client.session::<Visitor>().is_permanent());
        let response = client.post("/login/ann").dispatch();
        let cookie = response.headers().get_one("Set-Cookie").expect("a cookie");
        assert!(cookie.contains("Max-Age=2678400"), "{cookie}");
    });
}

#[test]
fn nothing_edited_is_nothing_changed() {
    each(|client| {
        send(client, "/login/ann");
        let before = client.cookies().get("session").map(|cookie| cookie.value().to_owned());
        client.edit_session(|session: &mut Session<Visitor>| {
            assert_eq!(session.username(), Some("ann"));
        });
        assert_eq!(page(client, "/"), "ann 0");
        assert_eq!(client.cookies().get("session").map(Cookie::value), before.as_deref());
    });
}

#[test]
fn a_panic_keeps_nothing_of_the_edit() {
    each(|client| {
        let panic = super::panics(|| {
            client.edit_session(|session: &mut Session<Visitor>| {
                session.set_username("ann");
                panic!("{}", "on purpose");
            });
        });
        assert_eq!(panic, "on purpose");
        assert_eq!(page(client, "/"), "nobody 0");
    });
}

/// A browser without a cookie sends none, so there is none to remove.
#[test]
fn no_cookie_is_sent_after_an_edit_that_signs_out() {
    each(|client| {
        send(client, "/login/ann");
        client.edit_session(|session: &mut Session<Visitor>| session.clear());
        let response = client.post("/logout").dispatch();
        assert_eq!(response.headers().get_one("Set-Cookie"), None);
    });
}

/// As in a handler: an empty session is not kept, whatever its permanence.
#[test]
fn an_empty_session_is_not_kept() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| session.set_permanent(true));
        assert!(!client.session::<Visitor>().is_permanent());
    });
}
