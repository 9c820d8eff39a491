//! The request's session in Rocket's request-local cache.

use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use tokio::sync::OnceCell;

use super::sessions::Sessions;
use crate::cookie;
use crate::request::read::{Choice, RequestSession};

/// One place, because every type that is looked up there takes memory.
#[derive(Default)]
struct Place {
    session: OnceCell<RequestSession>,
    /// The request came as a HEAD, which Rocket routes as a GET.
    head: AtomicBool,
}

/// The request's session, read if nobody did yet.
pub(super) async fn session<'r>(
    request: &'r Request<'_>,
    sessions: &Sessions,
) -> &'r RequestSession {
    request.local_cache(Place::default).session.get_or_init(|| read(request, sessions)).await
}

/// The request's session, if somebody asked for it.
pub(super) fn existing<'r>(request: &'r Request<'_>) -> Option<&'r RequestSession> {
    request.local_cache(Place::default).session.get()
}

pub(super) fn remember_head(request: &Request<'_>) {
    request.local_cache(Place::default).head.store(true, Ordering::Relaxed);
}

pub(super) fn is_head(request: &Request<'_>) -> bool {
    request.local_cache(Place::default).head.load(Ordering::Relaxed)
}

async fn read(request: &Request<'_>, sessions: &Sessions) -> RequestSession {
    // Before anything that the visitor sent with it is looked at.
    if let Err(denial) = sessions.cross_origin.judge(request) {
        return sessions.engine.denied(denial);
    }
    sessions.engine.read(choose(request, sessions)).await
}

fn choose<'e>(request: &Request<'_>, sessions: &'e Sessions) -> Choice<'e> {
    let name = sessions.engine.template.name();
    let mut choice = Choice::new(&sessions.engine);
    let mut lines = request.headers().get("Cookie").peekable();
    if lines.peek().is_some() {
        // The raw lines, because the jar decodes names and lets the last
        // duplicate win: a sibling domain could shadow the session.
        lines
            .flat_map(|line| cookie::line::values(line, name))
            .for_each(|value| choice.look(value));
    } else if let Some(cookie) = request.cookies().get(name) {
        // Rocket's local client puts its cookies into the jar alone.
        choice.look(cookie.value());
    }
    choice
}
