//! Sessions in a store: the same behaviour as in a cookie, and what a cookie cannot
//! do.

mod answers;
mod cleaning;
mod counts;
mod failed_writes;
mod failure;
mod flashes;
mod identity;
mod lifetimes;
mod limits;
mod overlap;
mod overlaps;
mod owner_fields;
mod owners;
mod patches;
mod rules;
mod size;

use std::time::Duration;

use rocket::http::Status;
use rocket::{Build, Rocket, State, get, post, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::Faulty;
use session_tests::gate::Gate;
use session_tests::{Browser, Forge, KEY, NOW, Stamp, app, clock, fairing};

/// The fields that the handlers here use.
#[session(
    #[owner]
    username: String,
    visits: u32 = 0,
    note: String,
    flash(info, error),
)]
pub struct Visitor;

/// The session as text: the visitor's name, visits and note.
fn said(session: &Visitor) -> String {
    let (name, note) = (session.username().unwrap_or("nobody"), session.note().unwrap_or("-"));
    format!("{name} {} {note}", session.visits())
}

/// Does these deeds one after the other, such as `clear+note-x`.
fn act(session: &mut Session<Visitor>, deeds: &str) -> String {
    let mut shown = None;
    for deed in deeds.split('+') {
        let (verb, value) = deed.split_once('-').unwrap_or((deed, ""));
        match verb {
            "read" => {}
            "visit" => *session.visits_mut() += 1,
            "note" => session.set_note(value),
            "forget" => drop(session.take_note()),
            "flash" => session.flash_info(value),
            "show" => {
                let texts = session.flashes().into_iter().map(|flash| flash.message);
                shown = Some(texts.collect::<Vec<_>>().join(" "));
            }
            "login" => session.set_username(value),
            "leave" => drop(session.take_username()),
            "renew" => session.renew(),
            "clear" => session.clear(),
            "permanent" => session.set_permanent(value == "true"),
            "lifetime" => {
                // Without a number, back to the configured lifetime.
                session.set_lifetime(value.parse().ok().map(Duration::from_secs));
            }
            "panic" => panic!("on purpose"),
            _ => unreachable!("nobody knows how to {deed}"),
        }
    }
    shown.unwrap_or_else(|| said(session))
}

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    said(&session)
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[post("/do/<deeds>?<status>")]
fn now(mut session: Session<Visitor>, deeds: &str, status: Option<u16>) -> (Status, String) {
    (Status::new(status.unwrap_or(200)), act(&mut session, deeds))
}

/// For HEAD.
#[get("/do/<deeds>")]
fn safely(mut session: Session<Visitor>, deeds: &str) -> String {
    act(&mut session, deeds)
}

/// Reads the session before the gate, and writes it after.
#[post("/slow/<deeds>")]
async fn slow(mut session: Session<Visitor>, gate: &State<Gate>, deeds: &str) -> String {
    gate.pass().await;
    act(&mut session, deeds)
}

fn application(fairing: SessionFairing) -> Rocket<Build> {
    app(fairing, routes![index, plain, now, safely, slow]).manage(Gate::default())
}

/// The fairing with this store.
fn in_store(store: &Faulty) -> SessionFairing {
    fairing(&clock()).store(store.clone())
}

/// A visitor of an application with this store.
fn visitor(store: &Faulty) -> Browser {
    visitor_of(store, in_store(store))
}

/// A visitor of an application. The store's calls are counted from now on.
fn visitor_of(store: &Faulty, fairing: SessionFairing) -> Browser {
    let browser = Browser::new(application(fairing));
    drop(store.calls());
    browser
}

/// A valid cookie with any payload instead of the identifier.
fn forged(key: &str, payload: &str) -> String {
    let forge = Forge::new(key, "session");
    let stamp = Stamp { flags: 2, ..forge.stamp(NOW, NOW) };
    forge.seal(payload, &stamp.encode())
}

/// The same, signed with the first key.
fn signed(payload: &str) -> String {
    forged(KEY, payload)
}
