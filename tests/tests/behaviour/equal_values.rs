//! Setting a field to its current value is not a change.

use std::collections::HashMap;

use rocket::serde::{Deserialize, Serialize};
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[derive(Serialize, Deserialize, PartialEq)]
#[serde(crate = "rocket::serde")]
struct Item {
    sku: String,
    tags: Vec<String>,
}

#[session(
    name: String,
    visits: u32 = 3,
    price: f64,
    cart: Vec<Item> = vec![],
    scores: HashMap<String, u32> = HashMap::new(),
)]
struct Visitor;

#[get("/read")]
fn read(session: Session<Visitor>) -> String {
    let _ = (session.name(), session.price(), session.cart().len(), session.scores().len());
    session.visits().to_string()
}

#[get("/set/<name>")]
fn set(session: Session<Visitor>, name: &str) -> &'static str {
    session.set_name(name);
    "set"
}

#[get("/set-and-back")]
fn set_and_back(session: Session<Visitor>) -> &'static str {
    let before = session.name().unwrap_or_default().to_owned();
    session.set_name("another");
    session.set_name(before);
    "as before"
}

#[get("/take-and-back")]
fn take_and_back(session: Session<Visitor>) -> &'static str {
    if let Some(name) = session.take_name() {
        session.set_name(name);
    }
    "as before"
}

#[get("/remove-what-is-not-there")]
fn remove_nothing(session: Session) -> &'static str {
    session.remove("nothing");
    let _ = session.take::<u32>("nothing");
    "nothing"
}

#[get("/look-through-the-guard")]
fn look(mut session: Session<Visitor>) -> String {
    session.cart_mut().len().to_string()
}

#[get("/write-an-equal-value-through-the-guard")]
fn equal_guard(mut session: Session<Visitor>) -> &'static str {
    let mut cart = session.cart_mut();
    cart.push(Item { sku: "x".into(), tags: vec![] });
    cart.pop();
    drop(cart);
    *session.visits_mut() += 0;
    if let Some(mut name) = session.name_mut() {
        name.push('x');
        name.pop();
    }
    "as before"
}

#[get("/deep")]
fn deep(mut session: Session<Visitor>) -> &'static str {
    if let Some(item) = session.cart_mut().first_mut() {
        item.tags[0].push('!');
    }
    "changed"
}

#[get("/scores/<key>")]
fn scores(session: Session<Visitor>, key: &str) -> &'static str {
    let scores = ["ann", "bob", "cid", "dan", key].map(|name| (name.to_owned(), 1));
    session.set_scores(HashMap::from(scores));
    "set"
}

#[get("/price/<price>")]
fn price(session: Session<Visitor>, price: f64) -> &'static str {
    session.set_price(price);
    "set"
}

#[get("/permanent")]
fn permanent(session: Session) -> &'static str {
    session.set_permanent(true);
    "permanent"
}

#[get("/lifetime/<milliseconds>")]
fn lifetime(session: Session, milliseconds: u64) -> &'static str {
    session.set_lifetime(std::time::Duration::from_millis(milliseconds));
    "set"
}

fn browser() -> Browser {
    let routes = routes![
        read,
        set,
        set_and_back,
        take_and_back,
        remove_nothing,
        look,
        equal_guard,
        deep,
        scores,
        price,
        permanent,
        lifetime
    ];
    Browser::new(app(fairing(&clock()), routes))
}

fn changes(payload: &str, path: &str) -> Option<String> {
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
    let answer = browser.get(path);
    assert_eq!(answer.status, 200);
    answer.set_cookie().map(|cookie| cookie.payload())
}

const SESSION: &str = r#"{"name":"Ann","visits":3,"cart":[{"sku":"tea","tags":["hot"]}]}"#;

#[test]
fn reading_changes_nothing_not_even_a_default() {
    assert_eq!(changes(SESSION, "/read"), None);
    assert_eq!(changes("{}", "/read"), None);
    assert_eq!(browser().get("/read").body, "3");
}

#[test]
fn an_equal_value_is_not_a_change() {
    for path in [
        "/set/Ann",
        "/set-and-back",
        "/take-and-back",
        "/remove-what-is-not-there",
        "/look-through-the-guard",
        "/write-an-equal-value-through-the-guard",
    ] {
        assert_eq!(changes(SESSION, path), None, "{path}");
    }
}

#[test]
fn a_guard_that_leaves_a_default_as_it_is_writes_nothing() {
    let path = "/write-an-equal-value-through-the-guard";
    assert_eq!(browser().get(path).set_cookie(), None);
}

#[test]
fn another_value_is_a_change() {
    let payload = changes(SESSION, "/set/Bob").unwrap();
    assert_eq!(payload, SESSION.replace("Ann", "Bob"));
}

#[test]
fn a_change_deep_inside_is_seen() {
    let payload = changes(SESSION, "/deep").unwrap();
    assert_eq!(payload, SESSION.replace("hot", "hot!"));
}

#[test]
fn a_map_in_another_order_is_not_a_change() {
    for order in [
        r#"{"scores":{"ann":1,"bob":1,"cid":1,"dan":1,"eve":1}}"#,
        r#"{"scores":{"eve":1,"dan":1,"cid":1,"bob":1,"ann":1}}"#,
        r#"{"scores":{"cid":1,"eve":1,"ann":1,"dan":1,"bob":1}}"#,
    ] {
        assert_eq!(changes(order, "/scores/eve"), None);
        assert!(changes(order, "/scores/fay").is_some());
    }
}

#[test]
fn another_spelling_of_the_same_value_is_not_a_change() {
    assert_eq!(changes(r#"{"name": "\u0041nn"}"#, "/set/Ann"), None);
    let spaced = r#"{ "cart": [ {"sku" : "tea", "tags":["hot"]} ] }"#;
    assert_eq!(changes(spaced, "/write-an-equal-value-through-the-guard"), None);
    assert_eq!(changes(r#"{"price":100.0}"#, "/price/100"), None);
}

#[test]
fn another_spelling_of_the_same_number_is_not_a_change() {
    for spelling in ["1e2", "1E2", "100.00", "1.0e+2"] {
        let payload = format!(r#"{{"price":{spelling}}}"#);
        assert_eq!(changes(&payload, "/price/100"), None, "{spelling}");
        assert!(changes(&payload, "/price/101").is_some(), "{spelling}");
    }
}

#[test]
fn the_same_flag_is_not_a_change() {
    assert_eq!(changes(r#"{"n":1,"_permanent":true}"#, "/permanent"), None);
    assert!(changes(r#"{"n":1}"#, "/permanent").is_some());
}

#[test]
fn the_same_lifetime_is_not_a_change() {
    for milliseconds in [60_000_u64, 60_500, 5_000_000_000_000] {
        let path = format!("/lifetime/{milliseconds}");
        let browser = browser();
        browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":1}"#, NOW));
        assert!(browser.get(&path).set_cookie().is_some(), "{path}");
        assert_eq!(browser.get(&path).set_cookie(), None, "{path} the second time");
    }
}
