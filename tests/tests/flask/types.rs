//! Flask's tags as Rust types.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use rocket::serde::{Deserialize, Serialize};
use rocket::{Route, get, routes};
use session_runtime::flask::{Bytes, Date, Markup};
use session_runtime::prelude::*;
use session_tests::flask::{payload, sign};
use session_tests::{Browser, NOW};
use uuid::Uuid;

use super::SECRET;

/// A dict in Python.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Account {
    name: String,
    ids: Vec<Uuid>,
}

/// Every tag, and every kind of JSON.
#[session(
    account: Account,
    at: Date<DateTime<Utc>>,
    big: i128,
    blob: Bytes,
    html: Markup,
    id: Uuid,
    list: Vec<bool>,
    map: BTreeMap<String, Option<u8>>,
    note: String,
    point: (i32, String),
    ratio: f64,
    since: SystemTime,
    theme: String = "light".into(),
)]
pub(crate) struct Everything;

fn id() -> Uuid {
    Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)
}

/// The session as Flask writes it.
pub(crate) const SESSION: &str = concat!(
    r#"{"account":{"ids":[{" u":"00112233445566778899aabbccddeeff"}],"name":"Zo\u00eb"},"#,
    r#""at":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"big":123456789012345678901234567890,"#,
    r#""blob":{" b":"AAEC/w=="},"html":{" m":"<b>x</b>"},"#,
    r#""id":{" u":"00112233445566778899aabbccddeeff"},"list":[true,false],"#,
    r#""map":{"":null,"b":2},"note":"plain","point":{" t":[-1,"y"]},"ratio":1e+16,"#,
    r#""since":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"}}"#
);

#[get("/set")]
fn set(session: Session<Everything>) {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    session.set_account(Account { name: "Zoë".into(), ids: vec![id()] });
    session.set_at(Date(then.into()));
    session.set_big(123_456_789_012_345_678_901_234_567_890);
    session.set_blob(vec![0, 1, 2, 255].into());
    session.set_html(Markup("<b>x</b>".into()));
    session.set_id(id());
    session.set_list(vec![true, false]);
    session.set_map(BTreeMap::from([("b".into(), Some(2)), (String::new(), None)]));
    session.set_note("plain");
    session.set_point((-1, "y".into()));
    session.set_ratio(1e16);
    session.set_since(then);
}

/// Whether every field has the value that `/set` set.
#[get("/check")]
fn check(session: Session<Everything>) -> String {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let account = Account { name: "Zoë".into(), ids: vec![id()] };
    let fields = [
        ("account", session.account() == Some(&account)),
        ("at", session.at() == Some(&Date(then.into()))),
        ("big", session.big() == Some(123_456_789_012_345_678_901_234_567_890)),
        ("blob", session.blob() == Some(&Bytes(vec![0, 1, 2, 255]))),
        ("html", session.html() == Some(&Markup("<b>x</b>".into()))),
        ("id", session.id() == Some(&id())),
        ("list", session.list() == Some(&[true, false][..])),
        ("map", session.map().is_some_and(|map| map.len() == 2 && map["b"] == Some(2))),
        ("note", session.note() == Some("plain")),
        ("point", session.point() == Some(&(-1, "y".into()))),
        ("ratio", session.ratio() == Some(1e16)),
        ("since", session.since() == Some(&then)),
        ("theme", session.theme() == "light"),
    ];
    fields.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect()
}

#[get("/guard")]
fn guard(mut session: Session<Everything>) {
    session.account_mut().unwrap().ids.push(Uuid::nil());
}

/// Writes that change nothing.
#[get("/same")]
fn same(mut session: Session<Everything>) {
    session.set_id(id());
    session.set_note("plain");
    session.account_mut().unwrap().ids.truncate(5);
    session.theme_mut().truncate(9);
}

#[get("/untyped")]
fn untyped(session: Session) -> String {
    session.set("new \"ключ\"", (1, Uuid::nil()));
    format!(
        "{:?} {:?}",
        session.get::<String>("id"),
        session.get::<Vec<serde_json::Value>>("point")
    )
}

pub(crate) fn routes() -> Vec<Route> {
    routes![set, check, guard, same, untyped]
}

fn browser() -> Browser {
    super::browser(routes())
}

#[test]
fn every_type_is_written_as_flask_writes_it() {
    assert_eq!(payload(&browser().get("/set").issued().value), SESSION);
}

#[test]
fn every_type_reads_what_flask_wrote() {
    let browser = browser();
    browser.take_cookie(sign(SECRET, SESSION, NOW));
    let answer = browser.get("/check");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("", None));
}

#[test]
fn an_equal_value_is_no_change() {
    let browser = browser();
    browser.take_cookie(sign(SECRET, SESSION, NOW));
    let answer = browser.get("/same");
    assert_eq!((answer.status, answer.set_cookie()), (200, None));
}

#[test]
fn a_guard_writes_one_field_and_leaves_the_others() {
    let browser = browser();
    browser.take_cookie(sign(SECRET, SESSION, NOW));
    let nil = r#"eeff"},{" u":"00000000000000000000000000000000"}],"name""#;
    let expected = SESSION.replacen(r#"eeff"}],"name""#, nil, 1);
    assert_eq!(payload(&browser.get("/guard").issued().value), expected);
}

#[test]
fn untyped_verbs_speak_flasks_json_too() {
    let browser = browser();
    browser.take_cookie(sign(SECRET, SESSION, NOW));
    let answer = browser.get("/untyped");
    assert_eq!(
        answer.body,
        r#"Some("00112233-4455-6677-8899-aabbccddeeff") Some([Number(-1), String("y")])"#
    );
    let new = r#""new \"\u043a\u043b\u044e\u0447\"":{" t":[1,{" u":"00000000000000000000000000000000"}]}"#;
    let payload = payload(&answer.issued().value);
    assert!(payload.contains(&format!(r#""map":{{"":null,"b":2}},{new},"note""#)), "{payload}");
}

#[get("/ancient")]
fn ancient(session: Session) {
    session.set("since", SystemTime::UNIX_EPOCH - Duration::from_secs(63_000_000_000));
}

#[test]
fn what_flask_could_not_read_is_a_500_that_names_the_field() {
    let answer = super::browser(routes![ancient]).get("/ancient");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let error = answer.errors()[0];
    assert!(error.contains("`since`") && error.contains("Flask"), "{error}");
}

#[session(at: DateTime<Utc>)]
struct Undeclared;

#[get("/undeclared")]
fn undeclared(session: Session<Undeclared>, untyped: Session) -> String {
    untyped.set("note", "changed");
    format!("{:?} {:?}", session.at(), untyped.get::<DateTime<Utc>>("at"))
}

#[get("/text")]
fn text(session: Session<Undeclared>) {
    session.set_at((SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)).into());
}

#[test]
fn a_date_that_is_not_declared_as_one_is_absent_and_the_log_says_what_to_type() {
    let browser = super::browser(routes![undeclared]);
    browser.take_cookie(sign(SECRET, SESSION, NOW));
    let answer = browser.get("/undeclared");
    assert_eq!(answer.body, "None None");
    let warnings = answer.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for warning in warnings {
        assert!(
            warning.contains("`at`") && warning.contains("`session_runtime::flask::Date<…>`"),
            "{warning}"
        );
    }
    let payload = payload(&answer.issued().value);
    assert_eq!(payload, SESSION.replace("plain", "changed"));
}

#[test]
fn a_date_that_is_not_declared_as_one_is_written_as_a_string() {
    let written = payload(&super::browser(routes![text]).get("/text").issued().value);
    assert_eq!(written, r#"{"at":"2023-11-14T22:13:20Z"}"#);
}
