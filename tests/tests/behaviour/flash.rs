//! Messages that are shown once.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{get, routes};
use session_runtime::Flash;
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[session(n: u32, flash(success, error))]
struct Visitor;

fn texts(flashes: Vec<Flash>) -> String {
    let texts = flashes.into_iter().map(|flash| format!("{}:{}", flash.category, flash.message));
    texts.collect::<Vec<_>>().join(" ")
}

#[get("/flash")]
fn flash(session: Session<Visitor>) -> &'static str {
    session.flash_success("one");
    session.flash_error("two");
    session.flash("three");
    "flashed"
}

#[get("/show")]
fn show(session: Session<Visitor>) -> String {
    texts(session.flashes())
}

#[get("/twice")]
fn twice(session: Session<Visitor>, again: Session) -> String {
    format!("{} / {}", texts(session.flashes()), texts(again.flashes()))
}

#[get("/same-request")]
fn same_request(session: Session<Visitor>) -> String {
    session.flash_success("now");
    texts(session.flashes())
}

#[get("/after-the-read")]
fn after_the_read(session: Session<Visitor>) -> String {
    session.flash_success("early");
    let first = texts(session.flashes());
    session.flash_error("late");
    format!("{first} / {}", texts(session.flashes()))
}

#[get("/peek")]
fn peek(session: Session<Visitor>) -> String {
    texts(session.peek_flashes())
}

#[get("/errors")]
fn errors(session: Session<Visitor>) -> String {
    texts(session.flashes_in(["error"]))
}

#[get("/in?<category>")]
fn by_category(session: Session<Visitor>, category: Vec<String>) -> String {
    texts(session.flashes_in(category))
}

#[get("/show-as/<status>")]
fn show_as(session: Session<Visitor>, status: u16) -> (Status, String) {
    (Status::new(status), texts(session.flashes()))
}

#[get("/show-and-redirect")]
fn show_and_redirect(session: Session<Visitor>) -> Redirect {
    let _ = session.flashes();
    Redirect::to("/show")
}

#[get("/show-and-set/<status>/<n>")]
fn show_and_set(session: Session<Visitor>, status: u16, n: u32) -> (Status, String) {
    session.set_n(n);
    session.flash_error("new");
    (Status::new(status), texts(session.flashes()))
}

#[get("/flash-as/<status>")]
fn flash_as(session: Session<Visitor>, status: u16) -> (Status, &'static str) {
    session.flash_error("failed");
    (Status::new(status), "failed")
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[get("/json")]
fn json(session: Session) -> String {
    session.flash_as("any \"category\"", "Zoë <b>");
    session.flashes().iter().map(|flash| serde_json::to_string(flash).unwrap_or_default()).collect()
}

fn browser() -> Browser {
    let routes = routes![
        flash,
        show,
        twice,
        same_request,
        after_the_read,
        peek,
        errors,
        by_category,
        show_as,
        show_and_redirect,
        show_and_set,
        flash_as,
        plain,
        json
    ];
    Browser::new(app(fairing(&clock()), routes))
}

const ALL: &str = "success:one error:two message:three";

/// A visitor with three waiting messages.
fn flashed() -> Browser {
    let browser = browser();
    let cookie = browser.get("/flash").issued();
    assert_eq!(
        cookie.payload(),
        r#"{"_flashes":[["success","one"],["error","two"],["message","three"]]}"#
    );
    browser
}

#[test]
fn a_message_is_shown_once_in_the_next_request() {
    let browser = flashed();
    assert_eq!(browser.get("/show").body, ALL);
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn a_message_waits_until_it_is_read() {
    let browser = flashed();
    for _ in 0..3 {
        assert_eq!(browser.get("/plain").set_cookie(), None);
        assert_eq!(browser.get("/peek").body, ALL);
    }
    assert_eq!(browser.get("/show").body, ALL);
}

#[test]
fn a_message_is_read_in_the_same_request() {
    let browser = browser();
    let answer = browser.get("/same-request");
    assert_eq!(answer.body, "success:now");
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn a_second_read_in_the_same_request_gives_the_same_list() {
    assert_eq!(flashed().get("/twice").body, format!("{ALL} / {ALL}"));
}

#[test]
fn what_is_flashed_after_the_read_waits_for_the_next_request() {
    let browser = flashed();
    let early = format!("{ALL} success:early");
    assert_eq!(browser.get("/after-the-read").body, format!("{early} / {early}"));
    assert_eq!(browser.get("/show").body, "error:late");
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn peeking_consumes_nothing() {
    let browser = flashed();
    let answer = browser.get("/peek");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), (ALL, None));
}

#[test]
fn reading_some_categories_leaves_the_others() {
    let browser = flashed();
    assert_eq!(browser.get("/errors").body, "error:two");
    assert_eq!(browser.get("/errors").body, "");
    assert_eq!(browser.get("/in?category=success&category=nothing").body, "success:one");
    assert_eq!(browser.get("/show").body, "message:three");
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn reading_a_category_without_messages_changes_nothing() {
    let browser = flashed();
    for path in ["/in?category=nothing", "/in"] {
        let answer = browser.get(path);
        assert_eq!((answer.body.as_str(), answer.set_cookie()), ("", None), "{path}");
    }
}

#[test]
fn an_answer_that_nobody_reads_consumes_nothing() {
    for status in [500, 502, 503, 599, 304] {
        let browser = flashed();
        let answer = browser.get(&format!("/show-as/{status}"));
        assert_eq!(answer.status, status);
        assert_eq!(answer.set_cookie(), None, "{status}");
        assert_eq!(browser.get("/show").body, ALL, "{status}");
    }
}

#[test]
fn the_answer_to_head_consumes_nothing() {
    let browser = flashed();
    let answer = browser.head("/show");
    assert_eq!((answer.status, answer.set_cookie()), (200, None));
    assert_eq!(browser.get("/show").body, ALL);
}

#[test]
fn every_other_answer_consumes() {
    for status in [200, 201, 301, 303, 307, 400, 401, 404, 418, 499] {
        let browser = flashed();
        let answer = browser.get(&format!("/show-as/{status}"));
        assert_eq!(answer.body, ALL, "{status}");
        assert!(answer.issued().is_removal(), "{status}");
        assert_eq!(browser.get("/show").body, "", "{status}");
    }
    let browser = flashed();
    assert_eq!(browser.get("/show-and-redirect").status, 303);
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn what_is_written_beside_an_answer_that_nobody_reads_is_kept() {
    for (n, status) in [(1, 500), (2, 304)] {
        let browser = flashed();
        let answer = browser.get(&format!("/show-and-set/{status}/{n}"));
        assert!(answer.issued().payload().starts_with(&format!(r#"{{"n":{n},"#)));
        assert_eq!(browser.get("/show").body, format!("{ALL} error:new"));
    }
    let browser = flashed();
    assert!(browser.head("/show-and-set/200/3").issued().payload().starts_with(r#"{"n":3,"#));
    assert_eq!(browser.get("/show").body, format!("{ALL} error:new"));
}

#[test]
fn a_message_flashed_beside_an_error_waits() {
    for status in [404, 500, 303] {
        let browser = browser();
        assert_eq!(browser.get(&format!("/flash-as/{status}")).status, status);
        assert_eq!(browser.get("/show").body, "error:failed", "{status}");
    }
}

#[test]
fn a_message_serializes_with_its_category() {
    assert_eq!(
        browser().get("/json").body,
        r#"{"category":"any \"category\"","message":"Zoë <b>"}"#
    );
}

#[test]
fn messages_of_another_writer_are_read() {
    let browser = browser();
    let payload = r#"{"_flashes":[["error","a"],["custom","b"]],"n":1}"#;
    browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
    assert_eq!(browser.get("/errors").body, "error:a");
    assert_eq!(browser.get("/show").body, "custom:b");
}
