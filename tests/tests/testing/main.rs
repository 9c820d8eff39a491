//! The helpers for an application's tests, over an application that tests would have.

#![allow(missing_docs, reason = "it is a test")]

mod asynchronous;
mod clients;
mod edits;
mod loaded;
mod mistakes;
mod owners;
mod shown;
mod time;

use rocket::local::blocking::Client;
use rocket::{Build, Rocket, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_runtime::{Clock, Format, SessionFairing};
use session_tests::{app, clock, fairing};

#[session(#[owner] username: String, visits: u32 = 0, note: String, flash(info))]
pub struct Visitor;

#[session(..Visitor, username: String else "nobody")]
pub struct Member;

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    format!("{} {}", session.username().unwrap_or("nobody"), session.visits())
}

#[session(..Member)]
#[get("/member")]
fn member(session: Session) -> String {
    session.username().to_owned()
}

#[post("/visit")]
fn visit(mut session: Session<Visitor>) {
    *session.visits_mut() += 1;
}

#[post("/login/<name>")]
fn login(session: Session<Visitor>, name: &str) {
    session.renew();
    session.set_username(name);
}

#[post("/logout")]
fn logout(session: Session<Visitor>) {
    session.clear();
}

#[get("/messages")]
fn messages(session: Session<Visitor>) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect::<Vec<_>>().join(" ")
}

/// Neither reads the session nor sets a cookie.
#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

fn application(fairing: SessionFairing) -> Rocket<Build> {
    app(fairing, routes![index, member, visit, login, logout, messages, plain])
}

fn client(fairing: SessionFairing) -> Client {
    Client::tracked(application(fairing)).expect("the application launches")
}

/// A name, and what makes the fairing.
type Kind = (&'static str, fn(&Clock) -> SessionFairing);

/// Every format, and a store.
fn everywhere() -> [Kind; 5] {
    [
        ("signed", |clock| fairing(clock)),
        ("encrypted", |clock| fairing(clock).format(Format::Encrypted)),
        ("flask", |clock| fairing(clock).format(Format::Flask)),
        ("memory", |clock| fairing(clock).store(Memory::new())),
        ("memory, encrypted", |clock| {
            fairing(clock).store(Memory::new()).format(Format::Encrypted)
        }),
    ]
}

/// The test with a client of each.
fn each(test: impl Fn(&Client)) {
    for (name, fairing) in everywhere() {
        println!("{name}");
        test(&client(fairing(&clock())));
    }
}

fn page(client: &Client, path: &'static str) -> String {
    client.get(path).dispatch().into_string().expect("a body")
}

fn send(client: &Client, path: &'static str) {
    assert_eq!(client.post(path).dispatch().status().code, 200, "{path}");
}

/// What the panic says.
fn panics(test: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(test));
    *panic.expect_err("a panic").downcast::<String>().expect("a text")
}
