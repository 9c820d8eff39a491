//! How many sessions an owner may have.

use std::time::Duration;

use ::log::Level;
use rocket::local::blocking::Client;
use rocket::{Build, Rocket, get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::{Fault, Faulty};
use session_tests::{Browser, app, clock, fairing, log};

use super::owners::{another, listing};
use super::{application, in_store};

fn limited(fairing: SessionFairing, most: usize) -> Browser {
    Browser::new(application(fairing.max_sessions_per_owner(most)).mount("/", listing()))
}

/// Who is signed in, one letter each: a visitor who was signed out is `-`.
fn signed_in(browsers: &[&Browser]) -> String {
    let is_in = |browser: &&Browser| browser.get("/").body.starts_with("zoe ");
    browsers.iter().map(|browser| if is_in(browser) { 'z' } else { '-' }).collect()
}

#[test]
fn line_59_a_sign_in_too_many_ends_the_longest_unseen_session() {
    let (store, clock) = (Faulty::default(), clock());
    let first = limited(fairing(&clock).store(store.clone()), 3);
    let tick = || clock.advance(Duration::from_secs(10));
    first.post("/do/visit");
    first.post("/do/login-zoe");
    tick();
    let second = another(&first, "zoe");
    let max = another(&first, "max");
    tick();
    let third = another(&first, "zoe");
    tick();
    // Reading does not count as being seen, and writing does.
    second.get("/");
    first.post("/do/visit");
    tick();
    assert_eq!(signed_in(&[&first, &second, &third]), "zzz");
    let fourth = another(&first, "zoe");
    assert_eq!(signed_in(&[&first, &second, &third, &fourth]), "z-zz");
    // What the one that ended writes is dropped, and it signs in again.
    assert!(second.post("/do/note-late").set_cookie().is_none());
    assert_eq!(second.get("/").body, "nobody 0 -");
    tick();
    second.post("/do/login-zoe");
    assert_eq!(signed_in(&[&first, &second, &third, &fourth]), "zz-z");
    // A session that is renewed, or signs in once more, is not another one.
    tick();
    for deed in ["renew", "login-zoe", "visit"] {
        fourth.post(&format!("/do/{deed}"));
        assert_eq!(signed_in(&[&first, &second, &third, &fourth]), "zz-z");
    }
    assert_eq!(max.get("/").body, "max 0 -");
}

#[get("/")]
fn without_an_owner(session: Session) -> &'static str {
    session.set("n", 1);
    "kept"
}

#[test]
fn a_limit_that_no_schema_has_an_owner_for_is_a_warning() {
    let warnings = |rocket: Rocket<Build>| {
        log::install();
        log::take();
        let client = Client::untracked(rocket).expect("the application launches");
        let lines = log::take();
        drop(client);
        log::ours(&lines, Level::Warn).join(" ")
    };
    let limited = || fairing(&clock()).store(Faulty::default()).max_sessions_per_owner(5);
    let text = warnings(app(limited(), routes![without_an_owner]));
    for word in ["`max_sessions_per_owner` limits nothing", "Write `#[owner]`", "`.schema::<"] {
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(warnings(application(limited()).mount("/", listing())), "");
}

#[test]
fn without_the_setting_there_is_no_limit_and_no_call() {
    let store = Faulty::default();
    let first = Browser::new(application(in_store(&store)));
    let browsers: Vec<_> = (0..20).map(|_| another(&first, "zoe")).collect();
    assert!(browsers.iter().all(|browser| browser.get("/").body == "zoe 0 -"));
    assert!(!store.calls().contains(&"destroy_oldest_of"));
}

/// Only a sign-in pays for it.
#[test]
fn what_files_nothing_counts_nothing() {
    let store = Faulty::default();
    let browser = limited(in_store(&store), 1);
    let calls = |deeds: &str| {
        browser.post(&format!("/do/{deeds}"));
        store.calls()
    };
    assert_eq!(calls("visit").last(), Some(&"create"));
    assert_eq!(calls("login-zoe"), ["load", "rename", "destroy_oldest_of"]);
    assert_eq!(calls("visit"), ["load", "patch"]);
    assert_eq!(calls("renew"), ["load", "rename"]);
    assert_eq!(calls("leave"), ["load", "rename"]);
    assert_eq!(calls("clear"), ["load", "destroy"]);
}

/// The sign-in is not answered, and nobody has more sessions than allowed after the
/// next one.
#[test]
fn a_store_that_fails_to_end_them_is_a_503() {
    let store = Faulty::default();
    let first = limited(in_store(&store), 1);
    first.post("/do/login-zoe");
    let second = first.another();
    store.be_only(Fault::Down, &["destroy_oldest_of"]);
    let answer = second.post("/do/login-zoe");
    assert_eq!((answer.status, answer.set_cookie().is_none()), (503, true));
    store.be(Fault::None);
    second.post("/do/login-zoe");
    assert_eq!(signed_in(&[&first, &second]), "-z");
}
