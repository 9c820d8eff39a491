//! The methods of a field: reading, setting, taking and guards, by kind and type.

use std::collections::BTreeMap;

use rocket::local::blocking::{Client, LocalResponse};
use rocket::{Route, get, routes};
use serde::{Deserialize, Serialize};
use session_runtime::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    lines: Vec<String>,
}

#[session(
    username: String,
    visits: u32 = 3,
    score: f64,
    member: bool = false,
    grade: char = 'c',
    cart: Vec<u16>,
    tags: Vec<String> = vec!["new".into()],
    address: Address,
    counts: BTreeMap<String, u8> = BTreeMap::new(),
    nested: std::vec::Vec<std::string::String>,
    big: u128,
    #[key("n")]
    name: std::string::String,
)]
struct Visitor;

#[session(username: String else "who?", cart: Vec<u16> else "no cart", score: f64 else "no score")]
struct Complete;

fn client(routes: Vec<Route>) -> Client {
    let rocket = rocket::build().attach(Sessions::fairing()).mount("/", routes);
    Client::tracked(rocket).expect("it launches")
}

fn get<'c>(client: &'c Client, path: &'c str) -> LocalResponse<'c> {
    let response = client.get(path).dispatch();
    assert_eq!(response.status().code, 200, "{path}");
    response
}

fn text(client: &Client, path: &str) -> String {
    get(client, path).into_string().unwrap_or_default()
}

/// Whether the request changed the session.
fn writes(client: &Client, path: &str) -> bool {
    get(client, path).headers().get_one("Set-Cookie").is_some()
}

/// The types are the test: with others it would not compile.
#[get("/types")]
fn types(mut session: Session<Visitor>) {
    let _: Option<&str> = session.username();
    let _: u32 = session.visits();
    let _: Option<f64> = session.score();
    let _: bool = session.member();
    let _: char = session.grade();
    let _: Option<&[u16]> = session.cart();
    let _: &[String] = session.tags();
    let _: Option<&Address> = session.address();
    let _: &BTreeMap<String, u8> = session.counts();
    let _: Option<&[String]> = session.nested();
    let _: Option<u128> = session.big();
    let _: Option<&str> = session.name();
    session.set_username("Ann");
    session.set_username(String::from("Ann"));
    session.set_username('A');
    session.set_visits(1);
    session.set_tags(vec![]);
    session.clear();
    let _: Option<String> = session.take_username();
    let _: Option<u32> = session.take_visits();
    let _: Option<Vec<u16>> = session.take_cart();
    let _: Option<&mut String> = session.username_mut().as_deref_mut();
    let _: &mut u32 = std::ops::DerefMut::deref_mut(&mut session.visits_mut());
    let _: Option<&mut Address> = session.address_mut().as_deref_mut();

    let Some(mut complete) = session.try_view::<Complete>() else { return };
    let _: &str = complete.username();
    let _: &[u16] = complete.cart();
    let _: f64 = complete.score();
    let _: &mut Vec<u16> = std::ops::DerefMut::deref_mut(&mut complete.cart_mut());
}

#[get("/set")]
fn set(session: Session<Visitor>) {
    session.set_username("Ann");
    session.set_visits(4);
    session.set_score(1.5);
    session.set_cart(vec![1, 2]);
    session.set_address(Address { street: "Main".into(), lines: vec!["a".into()] });
    session.set_name("n");
}

#[get("/show")]
fn show(session: Session<Visitor>) -> String {
    format!(
        "{:?} {} {:?} {:?} {:?} {:?}",
        session.username(),
        session.visits(),
        session.score(),
        session.cart(),
        session.address().map(|address| &address.street),
        session.name(),
    )
}

#[get("/keys")]
fn keys(session: Session) -> String {
    let mut keys = session.keys();
    keys.sort();
    keys.join(" ")
}

#[test]
fn accessors_have_the_types_of_the_rule() {
    let client = client(routes![types]);
    assert!(!writes(&client, "/types"));
}

#[test]
fn a_field_is_absent_or_its_default_until_it_is_set() {
    let client = client(routes![set, show, keys]);
    assert_eq!(text(&client, "/show"), "None 3 None None None None");
    assert!(!writes(&client, "/show"));
    assert!(writes(&client, "/set"));
    let shown = "Some(\"Ann\") 4 Some(1.5) Some([1, 2]) Some(\"Main\") Some(\"n\")";
    assert_eq!(text(&client, "/show"), shown);
    assert_eq!(text(&client, "/keys"), "address cart n score username visits");
}

#[get("/default")]
fn default(session: Session<Visitor>) -> String {
    // A value equal to the default is still stored.
    session.set_visits(3);
    format!("{:?}", session.take_visits())
}

#[get("/default/kept")]
fn default_kept(session: Session<Visitor>) {
    session.set_visits(3);
}

#[get("/take")]
fn take(session: Session<Visitor>) -> String {
    let taken = (session.take_username(), session.take_visits(), session.take_cart());
    let again = (session.take_username(), session.take_visits(), session.username());
    format!("{taken:?} {again:?} {}", session.visits())
}

#[test]
fn what_is_taken_is_what_was_stored_and_no_default() {
    let client = client(routes![set, take, default, default_kept, keys]);
    let nothing = "(None, None, None) (None, None, None) 3";
    assert_eq!(text(&client, "/take"), nothing);
    assert!(!writes(&client, "/take"));
    get(&client, "/set");
    assert_eq!(
        text(&client, "/take"),
        "(Some(\"Ann\"), Some(4), Some([1, 2])) (None, None, None) 3"
    );
    assert_eq!(text(&client, "/take"), nothing);
    assert_eq!(text(&client, "/default"), "Some(3)");
    assert!(writes(&client, "/default/kept"));
    assert_eq!(text(&client, "/keys"), "address n score visits");
}

#[get("/guard/read")]
fn guard_read(mut session: Session<Visitor>) {
    let _ = session.visits_mut().checked_add(1);
    let _ = session.tags_mut().len();
    assert!(session.big_mut().is_none());
    let _ = session.username_mut().map(|name| name.len());
}

#[get("/guard/same")]
fn guard_same(mut session: Session<Visitor>) {
    let same = *session.visits_mut();
    *session.visits_mut() = same;
    let mut tags = session.tags_mut();
    tags.push("x".into());
    tags.pop();
    drop(tags);
    if let Some(mut address) = session.address_mut() {
        address.street = "Main".into();
    }
}

#[get("/guard/deep")]
fn guard_deep(mut session: Session<Visitor>) -> String {
    // (Edition 2024 drops the guard before `else`; a `match` would not.)
    if let Some(mut address) = session.address_mut() {
        address.lines[0].push('!');
    } else {
        session.set_address(Address::default());
    }
    session.counts_mut().entry("a".into()).and_modify(|n| *n += 1).or_insert(1);
    format!("{:?} {:?}", session.address().map(|address| &address.lines), session.counts())
}

#[test]
fn a_guard_writes_only_what_changed() {
    let client = client(routes![set, guard_read, guard_same, guard_deep, keys]);
    for path in ["/guard/read", "/guard/same"] {
        assert!(!writes(&client, path), "{path} without a session");
    }
    get(&client, "/set");
    for path in ["/guard/read", "/guard/same"] {
        assert!(!writes(&client, path), "{path}");
    }
    assert_eq!(text(&client, "/keys"), "address cart n score username visits");
    assert_eq!(text(&client, "/guard/deep"), "Some([\"a!\"]) {\"a\": 1}");
    assert_eq!(text(&client, "/guard/deep"), "Some([\"a!!\"]) {\"a\": 2}");
}

#[get("/two")]
fn two(mut one: Session<Visitor>, mut two: Session<Visitor>) -> String {
    let (mut first, mut second) = (one.visits_mut(), two.visits_mut());
    *first = 10;
    *second = 20;
    drop(second);
    drop(first);
    format!("{} {}", one.visits(), two.visits())
}

#[get("/reference")]
fn reference(one: Session<Visitor>, two: Session) -> String {
    one.set_username("Ann");
    let name = one.username();
    two.set("username", "Bob");
    one.set_username("Cid");
    format!("{name:?} {:?} {:?}", one.username(), two.get::<String>("username"))
}

#[test]
fn all_handles_are_one_session() {
    let client = client(routes![two, reference]);
    // Of two guards, the one dropped last wins.
    assert_eq!(text(&client, "/two"), "10 10");
    // A value that was read stays readable.
    assert_eq!(text(&client, "/reference"), "Some(\"Ann\") Some(\"Cid\") Some(\"Cid\")");
}

#[session(
    #[key("user name")]
    username: String,
    #[key("type")]
    kind: u32 = 1,
    #[key("ünïcode \"quoted\"")]
    quoted: bool,
)]
struct Named;

#[get("/keys/set")]
fn keys_set(session: Session<Named>) {
    session.set_username("Ann");
    session.set_kind(2);
    session.set_quoted(true);
}

#[get("/keys/show")]
fn keys_show(session: Session<Named>) -> String {
    format!("{:?} {} {:?}", session.username(), session.kind(), session.quoted())
}

#[test]
fn a_field_is_stored_under_its_key() {
    let client = client(routes![keys_set, keys_show, keys]);
    get(&client, "/keys/set");
    assert_eq!(text(&client, "/keys"), "type user name ünïcode \"quoted\"");
    assert_eq!(text(&client, "/keys/show"), "Some(\"Ann\") 2 Some(true)");
}

#[session(flash(success, error))]
struct Messages;

#[get("/flash")]
fn flash(session: Session<Messages>) {
    session.flash_success("saved");
    session.flash_error(format!("{} failed", 1));
    session.flash("plain");
}

#[get("/flashes")]
fn flashes(session: Session) -> String {
    let flashes = session.flashes().into_iter();
    flashes
        .map(|flash| format!("{}:{}", flash.category, flash.message))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn messages_have_the_declared_categories() {
    let client = client(routes![flash, flashes]);
    get(&client, "/flash");
    assert_eq!(text(&client, "/flashes"), "success:saved error:1 failed message:plain");
    assert_eq!(text(&client, "/flashes"), "");
}
