//! Messages, stored as in Flask in `_flashes`.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::flask::{payload, sign};
use session_tests::{Browser, NOW};

use super::SECRET;

#[session(flash(error, info))]
struct Page;

#[get("/flash")]
fn flash(session: Session<Page>) {
    session.flash("plain");
    session.flash_error("bäd");
}

#[get("/show")]
fn show(session: Session<Page>) -> String {
    let shown = session.flashes();
    shown.iter().map(|flash| format!("{}:{};", flash.category, flash.message)).collect()
}

#[get("/errors")]
fn errors(session: Session<Page>) -> String {
    session.flashes_in(["error"]).into_iter().map(|flash| flash.message).collect()
}

#[get("/n")]
fn n(session: Session) {
    session.set("n", 1);
}

fn browser() -> Browser {
    super::browser(routes![flash, show, errors, n])
}

#[test]
fn messages_are_written_as_flask_writes_them() {
    let browser = browser();
    assert_eq!(
        payload(&browser.get("/flash").issued().value),
        r#"{"_flashes":[{" t":["message","plain"]},{" t":["error","b\u00e4d"]}]}"#
    );
    assert_eq!(browser.get("/show").body, "message:plain;error:bäd;");
    assert_eq!(browser.cookie(), None);
}

#[test]
fn flasks_messages_are_shown_once() {
    let browser = browser();
    let session = concat!(
        r#"{"_flashes":[{" t":["info",{" m":"<b>x</b>"}]},["error","two-list"],"#,
        r#"{" t":["error",5]}],"n":1}"#
    );
    browser.take_cookie(sign(SECRET, session, NOW));
    let answer = browser.get("/show");
    assert_eq!(answer.body, "info:<b>x</b>;error:two-list;error:5;");
    assert_eq!(payload(&answer.issued().value), r#"{"n":1}"#);
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn messages_that_wait_keep_their_bytes() {
    let browser = browser();
    let session = concat!(
        r#"{"_flashes":[{" t":["info",{" m":"<b>x</b>"}]},["error","two-list"],"#,
        r#""no message",{" t":["error",5]}]}"#
    );
    browser.take_cookie(sign(SECRET, session, NOW));
    let answer = browser.get("/errors");
    assert_eq!(answer.body, "two-list5");
    assert_eq!(
        payload(&answer.issued().value),
        r#"{"_flashes":[{" t":["info",{" m":"<b>x</b>"}]},"no message"]}"#
    );
    let with_n = payload(&browser.get("/n").issued().value);
    assert!(with_n.contains(r#"[{" t":["info",{" m":"<b>x</b>"}]},"no message"]"#), "{with_n}");
}

#[test]
fn an_invalid_list_shows_nothing_and_stays() {
    let browser = browser();
    browser.take_cookie(sign(SECRET, r#"{"_flashes":{"a":1}}"#, NOW));
    assert!(payload(&browser.get("/n").issued().value).contains(r#""_flashes":{"a":1}"#));
    let answer = browser.get("/show");
    assert_eq!(answer.body, "");
    assert!(answer.warnings()[0].contains("`_flashes`"), "{:?}", answer.log);
}
