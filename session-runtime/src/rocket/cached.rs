//! The request's session in Rocket's request-local cache.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use rocket::http::Cookie;
use tokio::sync::OnceCell;

use super::sessions::Sessions;
use crate::cookie;
use crate::request::read::{Choice, Read, RequestSession, StoredSession};

/// One type for everything, because every cached type takes memory.
#[derive(Default)]
struct Place {
    found: OnceLock<Found>,
    /// Whether the request is a HEAD, which Rocket routes as a GET.
    head: AtomicBool,
}

enum Found {
    Session(RequestSession),
    /// Boxed, so that requests without a store do not reserve memory for it.
    Stored(Box<Stored>),
}

/// A session to load from the store, once per request.
struct Stored {
    session: StoredSession,
    loaded: OnceCell<RequestSession>,
}

/// The request's session. It is read when first asked for.
pub(super) async fn session<'r>(
    request: &'r Request<'_>,
    sessions: &Sessions,
) -> &'r RequestSession {
    match request.local_cache(Place::default).found.get_or_init(|| find(request, sessions)) {
        Found::Session(session) => session,
        Found::Stored(stored) => match stored.loaded.get() {
            Some(session) => session,
            // Boxed, so that the guard's future reserves no memory for it when the
            // session is in its cookie.
            None => {
                let load = || sessions.engine.load(&stored.session);
                Box::pin(stored.loaded.get_or_init(load)).await
            }
        },
    }
}

/// The request's session, if it was read.
pub(super) fn existing<'r>(request: &'r Request<'_>) -> Option<&'r RequestSession> {
    request.local_cache(Place::default).session()
}

/// The request's session, if it was read, and whether the request is a HEAD.
pub(super) fn answered<'r>(request: &'r Request<'_>) -> Option<(&'r RequestSession, bool)> {
    let place = request.local_cache(Place::default);
    Some((place.session()?, place.head.load(Ordering::Relaxed)))
}

pub(super) fn remember_head(request: &Request<'_>) {
    request.local_cache(Place::default).head.store(true, Ordering::Relaxed);
}

impl Place {
    fn session(&self) -> Option<&RequestSession> {
        match self.found.get()? {
            Found::Session(session) => Some(session),
            Found::Stored(stored) => stored.loaded.get(),
        }
    }
}

fn find(request: &Request<'_>, sessions: &Sessions) -> Found {
    // Judge the request before looking at its cookies.
    if let Err(denial) = sessions.cross_origin.judge(request) {
        return Found::Session(sessions.engine.denied(denial));
    }
    match sessions.engine.read(choose(request, sessions)) {
        Read::Session(session) => Found::Session(session),
        Read::Stored(session) => {
            Found::Stored(Box::new(Stored { session, loaded: OnceCell::new() }))
        }
    }
}

fn choose<'e>(request: &Request<'_>, sessions: &'e Sessions) -> Choice<'e> {
    let name = sessions.engine.template.name();
    let mut choice = Choice::new(&sessions.engine);
    let mut lines = request.headers().get("Cookie").peekable();
    if lines.peek().is_some() {
        // Read the raw lines: the jar decodes names and keeps the last
        // duplicate, so a sibling domain could shadow the session.
        lines
            .flat_map(|line| cookie::line::values(line, name))
            .for_each(|value| choice.look(value));
    } else {
        // Rocket's local client puts its cookies only into the jar.
        let cookie = request.cookies().get(name);
        let value = cookie.map(Cookie::value);
        #[cfg(feature = "testing")]
        if let Some(edited) = sessions.edited_cookie.replacement(value) {
            edited.iter().for_each(|value| choice.look(value));
            return choice;
        }
        value.into_iter().for_each(|value| choice.look(value));
    }
    choice
}
