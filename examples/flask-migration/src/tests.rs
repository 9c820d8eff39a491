//! The Rocket half, by a cookie that Flask 3.1.3 made.

use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::http::{ContentType, Status};
use rocket::local::blocking::Client;
use rocket::routes;
use session_runtime::{Clock, Sessions};

use super::FLASK;

/// Flask's session of Ann, permanent, with the message of `login()`.
const COOKIE: &str = "eyJfZmxhc2hlcyI6W3siIHQiOlsic3VjY2VzcyIsIllvdSBhcmUgc2lnbmVkIGluLiJdfV0sIl9wZXJtYW5lbnQiOnRydWUsInVzZXJuYW1lIjoiQW5uIn0.ZVPxAA.b0g-ByuKHJ5rVsPjMwvqNAp1ylQ";
/// When it was made.
const THEN: u64 = 1_700_000_000;

/// A visitor of the application in a profile of its Rocket.toml, whom Flask has
/// signed in.
fn ann(profile: &str) -> Client {
    let visitor = visitor(profile);
    let page = visitor.get("/notes").cookie(("session", COOKIE)).dispatch().into_string();
    let page = page.expect("a page");
    assert!(page.contains("<p>You are signed in.</p>"), "{page}");
    assert!(page.contains("<p>Rocket: you are Ann."), "{page}");
    visitor
}

fn visitor(profile: &str) -> Client {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Rocket.toml");
    let figment = Figment::from(rocket::Config::debug_default())
        .merge(Toml::file_exact(path).nested())
        .select(profile);
    let sessions = Sessions::fairing().clock(Clock::manual(THEN));
    let routes = routes![super::notes, super::add, super::logout];
    let rocket = rocket::custom(figment).attach(sessions).mount("/", routes);
    Client::tracked(rocket).expect("it launches")
}

fn notes(visitor: &Client) -> String {
    visitor.get("/notes").dispatch().into_string().expect("a page")
}

fn add(visitor: &Client, form: &str) {
    let response = visitor.post("/notes").header(ContentType::Form).body(form).dispatch();
    assert_eq!(response.status(), Status::SeeOther);
}

#[test]
fn who_signed_in_on_flask_is_signed_in_here_and_out_there() {
    let ann = ann("debug");
    assert!(!notes(&ann).contains("You are signed in."));
    let response = ann.post("/logout").dispatch();
    assert_eq!(response.headers().get_one("Location"), Some(FLASK));
    assert!(ann.cookies().get("session").is_none());
}

#[test]
fn notes_are_kept_in_flasks_cookie() {
    let ann = ann("debug");
    add(&ann, "text=1+%3C+2");
    let page = notes(&ann);
    assert!(page.contains("<p>Noted.</p>") && page.contains("<li>1 &lt; 2</li>"), "{page}");
    // Payload, time, signature: Flask's time is of six characters.
    let cookie = ann.cookies().get("session").expect("a session").value().to_owned();
    assert_eq!(cookie.rsplit('.').nth(1).map(str::len), Some(6), "{cookie}");
}

#[test]
fn strangers_are_sent_to_flask() {
    let response = visitor("debug");
    let response = response.get("/notes").dispatch();
    assert_eq!(response.headers().get_one("Location"), Some(FLASK));
}

#[test]
fn the_last_step_keeps_everybody_signed_in() {
    let ann = ann("switched");
    let cookie = ann.cookies().get("session").expect("a session").value().to_owned();
    assert_eq!(cookie.rsplit('.').nth(1).map(str::len), Some(22), "{cookie}");
    add(&ann, "text=still+here");
    assert!(notes(&ann).contains("<li>still here</li>"));
}
