//! Edits, and a clock that the test moves.

use std::time::Duration;

use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;
use session_tests::clock;

use super::{Visitor, client, everywhere, page};

#[test]
fn an_edited_session_expires() {
    for (name, fairing) in everywhere() {
        println!("{name}");
        let clock = clock();
        let client = client(fairing(&clock).lifetime(Duration::from_secs(100)));
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        clock.advance(Duration::from_secs(100));
        assert_eq!(client.session::<Visitor>().username(), Some("ann"));
        clock.advance(Duration::from_secs(1));
        assert_eq!(client.session::<Visitor>().username(), None);
        assert_eq!(page(&client, "/"), "nobody 0");
    }
}

/// Flask's cookie has no place for one.
#[test]
fn a_lifetime_of_its_own() {
    for (name, fairing) in everywhere().into_iter().filter(|(name, _)| *name != "flask") {
        println!("{name}");
        let clock = clock();
        let client = client(fairing(&clock));
        client.edit_session(|session: &mut Session<Visitor>| {
            session.set_username("ann");
            session.set_lifetime(Duration::from_secs(10));
        });
        clock.advance(Duration::from_secs(4));
        assert_eq!(page(&client, "/"), "ann 0");
        clock.advance(Duration::from_secs(7));
        assert_eq!(page(&client, "/"), "nobody 0");
    }
}

/// After half of its life a session is issued again. The edit's cookie is.
#[test]
fn a_response_issues_an_edited_session_again() {
    for (name, fairing) in everywhere() {
        println!("{name}");
        let clock = clock();
        let client = client(fairing(&clock).lifetime(Duration::from_secs(100)));
        client.edit_session(|session: &mut Session<Visitor>| session.set_username("ann"));
        clock.advance(Duration::from_secs(60));
        assert_eq!(page(&client, "/"), "ann 0");
        clock.advance(Duration::from_secs(60));
        assert_eq!(page(&client, "/"), "ann 0");
    }
}
