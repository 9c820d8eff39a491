//! The application that the cases run on.

use std::sync::{Arc, Mutex, PoisonError};

use rocket::tokio::sync::Notify;
use rocket::{Build, Rocket, State, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::{SessionError, SessionFairing};

use crate::app;

#[session(
    #[owner]
    username: String,
    flash(info),
)]
pub(super) struct Visitor;

/// The gates at which the requests wait once they have their session.
#[derive(Default)]
pub(super) struct Gates(Mutex<Vec<Arc<Gate>>>);

#[derive(Default)]
pub(super) struct Gate {
    pub(super) arrived: Notify,
    pub(super) open: Notify,
}

impl Gates {
    /// Makes new gates for the next case.
    pub(super) fn set(&self, requests: usize) -> Vec<Arc<Gate>> {
        let gates: Vec<Arc<Gate>> = (0..requests).map(|_| Arc::default()).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&gates);
        gates
    }

    fn of(&self, request: usize) -> Arc<Gate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[request].clone()
    }
}

pub(super) fn application(fairing: SessionFairing) -> Rocket<Build> {
    app(fairing, routes![begin, act, look, list]).manage(Gates::default())
}

/// All values of a case contain its number, so that values of other cases are
/// noticed.
#[post("/begin/<case>?<owner>")]
fn begin(session: Session<Visitor>, untyped: Session, case: u64, owner: Option<&str>) {
    untyped.set("note", case);
    session.flash_info(format!("m-{case}"));
    if let Some(owner) = owner {
        session.set_username(format!("{owner}-{case}"));
    }
}

#[post("/act/<case>/<request>/<deed>")]
async fn act(
    session: Session<Visitor>,
    untyped: Session,
    gates: &State<Gates>,
    case: u64,
    request: usize,
    deed: &str,
) -> String {
    let gate = gates.of(request);
    gate.arrived.notify_one();
    gate.open.notified().await;
    let own = || untyped.set(&format!("w{request}"), case);
    let write = || {
        own();
        untyped.set("last", request);
        session.flash_info(format!("m{request}-{case}"));
    };
    let show = || session.flashes().into_iter().map(|flash| flash.message).collect::<Vec<_>>();
    match deed {
        "Read" => {}
        "Write" => write(),
        "Show" => return show().join("\n"),
        "Empty" => {
            untyped.keys().iter().filter(|key| *key != "username").for_each(|key| {
                untyped.remove(key);
            });
            return show().join("\n");
        }
        "Renew" => session.renew(),
        "SignIn" | "SignInAsOther" => {
            let name = if deed == "SignIn" { "ann" } else { "bob" };
            session.set_username(format!("{name}-{case}"));
            own();
        }
        "Leave" => drop(session.take_username()),
        "Clear" => session.clear(),
        "ClearAndWrite" => {
            session.clear();
            write();
        }
        _ => unreachable!("nobody knows how to {deed}"),
    }
    String::new()
}

/// The session's content, one `name value` per line.
#[get("/look")]
fn look(untyped: Session, session: Session<Visitor>) -> String {
    let field = |key: String| match key.as_str() {
        "username" => format!("owner {}", session.username().unwrap_or_default()),
        _ => format!("{key} {}", untyped.get::<u64>(&key).unwrap_or_default()),
    };
    let messages = session.peek_flashes().into_iter().map(|m| format!("message {}", m.message));
    untyped.keys().into_iter().map(field).chain(messages).collect::<Vec<_>>().join("\n")
}

#[get("/list/<owner>")]
async fn list(
    owner: &str,
    session: Session<Visitor>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    let list = sessions.list(owner, &session).await?;
    Ok(list.iter().map(|info| info.id.to_string()).collect::<Vec<_>>().join("\n"))
}
