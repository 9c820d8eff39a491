//! A stored value that does not have the declared type, as after an update of the
//! application.

use rocket::http::Status;
use rocket::serde::{Deserialize, Serialize};
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Answer, Browser, Forge, KEY, NOW, app, clock, fairing};

#[derive(Debug, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Item {
    sku: String,
    quantity: u32,
}

#[session(
    name: String,
    visits: u32 = 5,
    cart: Vec<Item> = vec![],
    item: Item,
)]
struct Visitor;

#[get("/read")]
fn read(session: Session<Visitor>) -> String {
    let item = session.item().map(|item| item.quantity);
    format!("{:?} {} {} {item:?}", session.name(), session.visits(), session.cart().len())
}

#[get("/read-twice")]
fn read_twice(session: Session<Visitor>, again: Session<Visitor>) -> String {
    format!("{:?} {:?} {:?}", session.name(), session.name(), again.name())
}

#[get("/write-visits")]
fn write_visits(session: Session<Visitor>) -> String {
    let name = session.name().map(str::to_owned);
    session.set_visits(6);
    format!("{name:?}")
}

#[get("/write-name")]
fn write_name(session: Session<Visitor>) -> &'static str {
    session.set_name("Ann");
    "written"
}

#[get("/guards")]
fn guards(mut session: Session<Visitor>) -> String {
    let name = session.name_mut().map(|name| name.len());
    let cart = session.cart_mut().len();
    format!("{name:?} {cart}")
}

#[get("/push")]
fn push(mut session: Session<Visitor>) -> &'static str {
    session.cart_mut().push(Item { sku: "tea".into(), quantity: 1 });
    "pushed"
}

#[get("/take")]
fn take(session: Session<Visitor>) -> String {
    format!("{:?}", session.take_name())
}

#[session(name: String else Status::Forbidden)]
#[get("/required")]
fn required(session: Session) -> String {
    session.name().to_owned()
}

#[get("/untyped")]
fn untyped(session: Session) -> String {
    format!("{:?} {}", session.get::<String>("name"), session.contains("name"))
}

fn answer(payload: &str, path: &str) -> Answer {
    let routes =
        routes![read, read_twice, write_visits, write_name, guards, push, take, required, untyped];
    let browser = Browser::new(app(fairing(&clock()), routes));
    browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
    browser.get(path)
}

fn warns(answer: &Answer, field: &str) {
    let warnings = answer.warnings();
    assert!(!warnings.is_empty(), "no warning");
    assert!(warnings.iter().all(|line| line.contains(&format!("`{field}`"))), "{warnings:?}");
}

#[test]
fn it_reads_as_absent_and_the_others_are_unharmed() {
    let payload = r#"{"name":17,"visits":3,"cart":[{"sku":"a","quantity":1}],"item":{"sku":"b","quantity":2}}"#;
    let got = answer(payload, "/read");
    assert_eq!((got.status, got.body.as_str()), (200, "None 3 1 Some(2)"));
    assert_eq!(got.set_cookie(), None);
    warns(&got, "name");
}

#[test]
fn a_field_with_a_default_reads_as_its_default() {
    let got = answer(r#"{"visits":"many","cart":{"old":"form"}}"#, "/read");
    assert_eq!(got.body, "None 5 0 None");
    let warnings = got.warnings();
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].contains("`visits`") && warnings[1].contains("`cart`"), "{warnings:?}");
}

#[test]
fn the_warning_says_it_once_and_without_the_value() {
    let got = answer(r#"{"name":["hunter2"]}"#, "/read-twice");
    assert_eq!(got.body, "None None None");
    assert_eq!(got.warnings().len(), 1, "{:?}", got.warnings());
    warns(&got, "name");
    let got = answer(r#"{"item":{"sku":"hunter2","quantity":"hunter2"}}"#, "/read");
    warns(&got, "item");
    assert!(!got.warnings()[0].contains("hunter2"), "{:?}", got.warnings());
}

#[test]
fn it_is_kept_as_it_is_while_others_are_written() {
    let got = answer(r#"{"name": [ 1.50 , {"a":null} ] ,"visits":1}"#, "/write-visits");
    assert_eq!(got.body, "None");
    assert_eq!(got.issued().payload(), r#"{"name":[ 1.50 , {"a":null} ],"visits":6}"#);
}

#[test]
fn a_guard_that_writes_nothing_keeps_it() {
    let got = answer(r#"{"name":17,"cart":{"old":"form"}}"#, "/guards");
    assert_eq!(got.body, "None 0");
    assert_eq!(got.set_cookie(), None);
}

#[test]
fn what_is_written_replaces_it() {
    assert_eq!(answer(r#"{"name":17}"#, "/write-name").issued().payload(), r#"{"name":"Ann"}"#);
    assert_eq!(
        answer(r#"{"cart":{"old":"form"}}"#, "/push").issued().payload(),
        r#"{"cart":[{"sku":"tea","quantity":1}]}"#
    );
}

#[test]
fn taking_it_removes_it() {
    let got = answer(r#"{"name":17,"visits":1}"#, "/take");
    assert_eq!(got.body, "None");
    assert_eq!(got.issued().payload(), r#"{"visits":1}"#);
}

#[test]
fn a_required_field_is_missing() {
    let got = answer(r#"{"name":17}"#, "/required");
    assert_eq!(got.status, 403);
    warns(&got, "name");
}

#[test]
fn the_untyped_session_reads_it_as_absent_too() {
    let got = answer(r#"{"name":17}"#, "/untyped");
    assert_eq!(got.body, "None true");
    warns(&got, "name");
}

#[test]
fn invalid_messages_are_not_shown_and_the_warning_does_not_quote_them() {
    for flashes in [r#""hunter2""#, r#"[["info",["hunter2"]]]"#, r#"[{"hunter2":1}]"#] {
        let payload = format!(r#"{{"name":"Ann","_flashes":{flashes}}}"#);
        let routes = routes![shows];
        let browser = Browser::new(app(fairing(&clock()), routes));
        browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
        let got = browser.get("/shows");
        assert_eq!((got.status, got.body.as_str()), (200, "0 Ann"));
        assert_eq!(got.warnings().len(), 1);
        assert!(!got.warnings()[0].contains("hunter2"), "{:?}", got.warnings());
    }
}

#[get("/shows")]
fn shows(session: Session<Visitor>) -> String {
    format!("{} {}", session.flashes().len(), session.name().unwrap_or_default())
}
