//! What a test is shown cannot be changed by mistake.

use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;

use super::{Member, Visitor, each, page, panics, send};

#[test]
fn a_write_is_a_panic_that_names_its_line() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| {
            session.set_username("ann");
            session.flash_info("hello");
        });
        let writes: [fn(&Session<Visitor>); 11] = [
            |session| session.set_visits(1),
            |session| drop(session.take_username()),
            |session| *session.view::<Visitor>().visits_mut() += 1,
            |session| session.view::<session_runtime::AnySession>().set("note", "x"),
            Session::clear,
            Session::renew,
            |session| session.set_permanent(true),
            |session| session.set_lifetime(std::time::Duration::from_secs(5)),
            |session| session.flash_info("more"),
            |session| drop(session.flashes()),
            |session| drop(session.flashes_in(["info"])),
        ];
        for write in writes {
            let session = client.session::<Visitor>();
            let message = panics(|| write(&session));
            assert!(message.contains("client.edit_session("), "{message}");
            assert!(message.contains("`peek_flashes()`"), "{message}");
            // Some verbs are called here only by their names.
            assert!(message.contains(".rs:"), "{message}");
        }
        let session = client.session::<Visitor>();
        let message = panics(|| session.set_visits(1));
        let line = line!() - 1;
        assert!(message.contains(&format!("testing/shown.rs:{line}:")), "{message}");
        assert_eq!(page(client, "/"), "ann 0");
        assert_eq!(page(client, "/messages"), "hello");
    });
}

/// It stays as it was when the test asked.
#[test]
fn what_changes_nothing_is_no_mistake() {
    each(|client| {
        let session = client.session::<Visitor>();
        assert_eq!(session.take_note(), None);
        assert!(session.flashes().is_empty());
        session.set_permanent(false);
        send(client, "/visit");
        assert_eq!(session.visits(), 0);
        assert_eq!(client.session::<Visitor>().visits(), 1);
    });
}

#[test]
fn a_required_field_is_there_without_an_option() {
    each(|client| {
        send(client, "/login/ann");
        let session: Session<Member> = client.session();
        assert_eq!(session.username(), "ann");
    });
}

#[test]
fn a_handle_that_leaves_its_edit_is_for_reading() {
    each(|client| {
        let kept = client.edit_session(|session: &mut Session<Visitor>| {
            session.set_visits(2);
            session.view::<Visitor>()
        });
        assert_eq!(kept.visits(), 2);
        assert!(panics(|| kept.set_visits(3)).contains("edit_session"));
    });
}

#[test]
fn a_form_that_was_wrong_is_looked_at_and_stays() {
    each(|client| {
        client.edit_session(|session: &mut Session<Visitor>| {
            let error = rocket::form::Error::validation("too short");
            session.keep_input(&rocket::form::Errors::from(error).into());
        });
        for _ in 0..2 {
            assert_eq!(client.session::<Visitor>().old_input().errors(""), ["too short"]);
        }
        client.edit_session(|session: &mut Session<Visitor>| drop(session.old_input()));
        assert!(client.session::<Visitor>().old_input().is_empty());
    });
}
