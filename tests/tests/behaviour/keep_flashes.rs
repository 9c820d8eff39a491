//! Messages that are shown once more: `keep_flashes()`.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::faulty::Faulty;
use session_tests::{Browser, app, clock, fairing};

/// Does these deeds, one after the other. What was shown is the answer.
#[get("/<deeds>")]
fn act(session: Session, deeds: &str) -> String {
    let mut shown = Vec::new();
    for deed in deeds.split('+') {
        match deed.split_once('-') {
            Some(("flash", text)) => session.flash(text),
            Some(("error", text)) => session.flash_as("error", text),
            Some(("note", text)) => session.set("note", text),
            _ => match deed {
                "show" => shown = session.flashes(),
                "errors" => shown = session.flashes_in(["error"]),
                "keep" => session.keep_flashes(),
                "clear" => session.clear(),
                _ => unreachable!("nobody knows how to {deed}"),
            },
        }
    }
    shown.into_iter().map(|flash| flash.message).collect::<Vec<_>>().join(" ")
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![act]))
}

/// A visitor in each format, and one whose session is in a store.
fn visitors() -> Vec<Browser> {
    let cookie = |format| browser(fairing(&clock()).format(format));
    vec![
        cookie(Format::Signed),
        cookie(Format::Encrypted),
        cookie(Format::Flask),
        browser(fairing(&clock()).store(Faulty::default())),
    ]
}

#[test]
fn what_was_shown_is_shown_once_more() {
    for browser in visitors() {
        browser.get("/flash-a+flash-b");
        for deeds in ["/show+keep", "/keep+show", "/show+keep+show"] {
            assert_eq!(browser.get(deeds).body, "a b", "{deeds}");
        }
        assert_eq!(browser.get("/show").body, "a b");
        assert_eq!(browser.get("/show").body, "");
    }
}

#[test]
fn kept_messages_come_before_those_that_are_flashed_then() {
    for browser in visitors() {
        browser.get("/flash-a+flash-b");
        assert_eq!(browser.get("/flash-c+show+keep+flash-d").body, "a b c");
        assert_eq!(browser.get("/flash-e+show").body, "a b c d e");
        assert_eq!(browser.get("/show").body, "");
    }
}

#[test]
fn of_some_categories_only_those_were_shown() {
    for browser in visitors() {
        browser.get("/flash-a+error-b+flash-c");
        assert_eq!(browser.get("/errors+keep").body, "b");
        assert_eq!(browser.get("/errors").body, "b");
        assert_eq!(browser.get("/show").body, "a c");
    }
}

#[test]
fn what_is_flashed_and_shown_in_one_request_is_kept() {
    for browser in visitors() {
        assert_eq!(browser.get("/flash-a+show+keep").body, "a");
        assert_eq!(browser.get("/show").body, "a");
        assert_eq!(browser.get("/show").body, "");
    }
}

#[test]
fn keeping_is_no_change_of_its_own() {
    let browser = browser(fairing(&clock()));
    assert_eq!(browser.get("/keep").set_cookie(), None);
    browser.get("/flash-a");
    for deeds in ["/keep", "/show+keep", "/keep+show"] {
        assert_eq!(browser.get(deeds).set_cookie(), None, "{deeds}");
    }
}

#[test]
fn clear_takes_kept_messages_away() {
    for browser in visitors() {
        browser.get("/flash-a+note-n");
        browser.get("/show+keep+clear");
        assert_eq!(browser.get("/show").body, "");
        // What was kept before it says nothing of the session that begins then.
        browser.get("/keep+clear+flash-b+show");
        assert_eq!(browser.get("/show").body, "");
    }
}
