//! Handlers whose names differ only in underscores do not conflict.

#![allow(non_snake_case)]

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, app, clock, fairing};

#[session(n: u32 = 1)]
#[get("/1")]
fn list(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 2)]
#[get("/2")]
fn list_(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 3)]
#[get("/3")]
fn _list(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 4)]
#[get("/4")]
fn a_b1(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 5)]
#[get("/5")]
fn a__b1(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 6)]
#[get("/6")]
fn a_b1_1(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 7)]
#[get("/7")]
fn a_b1__1(session: Session) -> String {
    session.n().to_string()
}

#[session(n: u32 = 8)]
#[get("/8")]
fn a_b_1(session: Session) -> String {
    session.n().to_string()
}

#[test]
fn each_has_its_own_fields() {
    let routes = routes![list, list_, _list, a_b1, a__b1, a_b1_1, a_b1__1, a_b_1];
    let browser = Browser::new(app(fairing(&clock()), routes));
    for n in 1..=8 {
        assert_eq!(browser.get(&format!("/{n}")).body, n.to_string());
    }
}
