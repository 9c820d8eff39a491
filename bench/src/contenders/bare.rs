//! Rocket without a session, with a constant `Set-Cookie` of the session's size, and with
//! the constant headers that tell caches about a session.

use rocket::{Build, Responder, Rocket, State, get, http::Header, routes};

use crate::contender::{Client, Contender, Data};
use crate::rockets;

pub struct Bare;
pub struct Constant;
pub struct Cached;

struct Line(String);

#[derive(Responder)]
struct Reply(&'static str, Header<'static>);

/// So that requests to all of them are of one size.
#[get("/fill")]
fn fill(line: &State<Line>) -> Reply {
    Reply("hello", Header::new("Set-Cookie", line.0.clone()))
}

#[get("/<_>")]
fn hello() -> &'static str {
    "hello"
}

#[get("/<_>")]
fn constant(line: &State<Line>) -> Reply {
    Reply("hello", Header::new("Set-Cookie", line.0.clone()))
}

#[derive(Responder)]
struct Private(&'static str, Header<'static>, Header<'static>);

#[get("/<_>", rank = 2)]
fn private() -> Private {
    Private("hello", Header::new("Vary", "Cookie"), Header::new("Cache-Control", "private"))
}

fn bare(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config()).manage(Line(line(items))).mount("/", routes![fill, hello])
}

/// A `Set-Cookie` of the size that a signed session of `items` articles has.
pub fn line(items: usize) -> String {
    let length = serde_json::to_string(&Data::new(items)).unwrap().len() * 4 / 3 + 56;
    format!("session={:x>length$}; Path=/; HttpOnly; SameSite=Lax", "")
}

fn with_line(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config()).manage(Line(line(items))).mount("/", routes![constant])
}

fn with_headers(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config()).manage(Line(line(items))).mount("/", routes![fill, private])
}

impl Contender for Cached {
    fn name(&self) -> &'static str {
        "constant Vary and Cache-Control"
    }
    fn keeps(&self) -> bool {
        false
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(with_headers(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(with_headers(items), port);
    }
}

impl Contender for Bare {
    fn name(&self) -> &'static str {
        "bare Rocket"
    }
    fn keeps(&self) -> bool {
        false
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(bare(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(bare(items), port);
    }
}

impl Contender for Constant {
    fn name(&self) -> &'static str {
        "constant Set-Cookie"
    }
    fn keeps(&self) -> bool {
        false
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(with_line(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(with_line(items), port);
    }
}
