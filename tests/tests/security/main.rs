//! Attacks and accidents: a test for each line of the security list. The lines
//! about the `Cookie` header are in the tests over real
//! HTTP.

mod age;
mod caches;
mod configuration;
mod cross_origin;
mod forgery;
mod late_owner;
mod messages;
mod names;
mod panics;
mod payloads;
mod replaced;
mod replay;
mod secrets;
mod stores;
mod unreadable;
mod vectors;

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Refused, SessionFairing};
use session_tests::{Browser, Forge, KEY, app, clock, fairing};

/// Shows the session's content.
#[get("/read")]
fn read(session: Session) -> String {
    match session.get::<u32>("n") {
        Some(n) => n.to_string(),
        None if session.is_empty() && !session.is_permanent() => "none".into(),
        None => "something".into(),
    }
}

#[get("/set")]
fn set(session: Session) -> &'static str {
    session.set("n", 1);
    "set"
}

#[get("/logout")]
fn logout(session: Session) {
    session.clear();
}

fn visitor_of(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![read, set, logout]))
}

fn visitor() -> Browser {
    visitor_of(fairing(&clock()))
}

fn forge() -> Forge {
    Forge::new(KEY, "session")
}

/// The value gives an empty session and a normal answer, counted by this reason.
fn is_refused(browser: &Browser, value: &str, reason: Refused) {
    let before = browser.stats();
    let answer = browser.another().take_cookie(value).get("/read");
    assert_eq!((answer.status, answer.body.as_str()), (200, "none"), "{value}");
    let after = browser.stats();
    assert_eq!(after.all_refused(), before.all_refused() + 1, "{value}");
    assert_eq!(after.refused(reason), before.refused(reason) + 1, "{value}: {after:?}");
}

fn is_accepted(browser: &Browser, value: &str) {
    assert_eq!(browser.another().take_cookie(value).get("/read").body, "1", "{value}");
}
