//! Rocket without a session, and with a constant `Set-Cookie` of the session's size.

use rocket::{Build, Responder, Rocket, State, get, http::Header, routes};

use crate::contender::{Client, Contender, Data};
use crate::rockets;

pub struct Bare;
pub struct Constant;

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

fn bare(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config()).manage(line(items)).mount("/", routes![fill, hello])
}

fn line(items: usize) -> Line {
    let length = serde_json::to_string(&Data::new(items)).unwrap().len() * 4 / 3 + 56;
    Line(format!("session={:x>length$}; Path=/; HttpOnly; SameSite=Lax", ""))
}

fn with_line(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config()).manage(line(items)).mount("/", routes![constant])
}

impl Contender for Bare {
    fn name(&self) -> &'static str {
        "bare Rocket"
    }
    fn keeps(&self) -> bool {
        false
    }
    fn client(&self, items: usize) -> Box<dyn Client> {
        rockets::client(bare(items))
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
    fn client(&self, items: usize) -> Box<dyn Client> {
        rockets::client(with_line(items))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(with_line(items), port);
    }
}
