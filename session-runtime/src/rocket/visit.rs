//! From a request to its session: once, whoever asks first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rocket::Request;

use super::sessions::Sessions;
use crate::config::BROWSER_LIMIT;
use crate::cookie;
use crate::envelope::{self, Refused, Stamp};
use crate::state::State;

/// A visitor may send any number of cookies of our name. So many signatures
/// are looked at.
const MAX_VERIFICATIONS: usize = 8;

/// So many refusals of one request are worth a line in the log.
const MAX_LOGGED: usize = 8;

/// The session of a request, from when it is first asked for.
pub(super) struct Visit {
    pub(super) state: Arc<State>,
    /// Whether the visitor sent a cookie of the name, valid or not.
    pub(super) sent: bool,
    /// The header of the valid one, and whether it would be made the same way today.
    pub(super) loaded: Option<(Stamp, bool)>,
}

/// The place of the visit in Rocket's request-local cache: one, because every
/// type that is looked up there takes memory.
#[derive(Default)]
struct Cell {
    visit: OnceLock<Visit>,
    /// The request came as a HEAD, which Rocket routes as a GET.
    head: AtomicBool,
}

impl Visit {
    /// The request's session, read from its cookie if nobody did yet.
    pub(super) fn of<'r>(request: &'r Request<'_>, sessions: &Sessions) -> &'r Visit {
        request.local_cache(Cell::default).visit.get_or_init(|| sessions.read(request))
    }

    /// The request's session, if somebody asked for it.
    pub(super) fn existing<'r>(request: &'r Request<'_>) -> Option<&'r Visit> {
        request.local_cache(Cell::default).visit.get()
    }
}

pub(super) fn remember_head(request: &Request<'_>) {
    request.local_cache(Cell::default).head.store(true, Ordering::Relaxed);
}

pub(super) fn is_head(request: &Request<'_>) -> bool {
    request.local_cache(Cell::default).head.load(Ordering::Relaxed)
}

impl Sessions {
    fn read(&self, request: &Request<'_>) -> Visit {
        let name = self.template.name();
        let mut choice =
            Choice { sessions: self, best: None, sent: false, verified: 0, refused: 0 };
        let mut lines = request.headers().get("Cookie").peekable();
        if lines.peek().is_some() {
            // The raw lines, because the jar decodes names and lets the last
            // duplicate win: a sibling domain could shadow the session.
            lines.flat_map(|line| cookie::values(line, name)).for_each(|value| choice.look(value));
        } else if let Some(cookie) = request.cookies().get(name) {
            // Rocket's local client puts its cookies into the jar alone.
            choice.look(cookie.value());
        }
        let Choice { best, sent, .. } = choice;
        let (state, loaded) = match best {
            Some((state, stamp, current)) => (state, Some((stamp, current))),
            None => (State::empty(), None),
        };
        let state = Arc::new(state.with_registry(self.registry.clone()));
        Visit { state, sent, loaded }
    }
}

/// Of several cookies of the name, the valid one that was issued last.
struct Choice<'s> {
    sessions: &'s Sessions,
    best: Option<(State, Stamp, bool)>,
    sent: bool,
    verified: usize,
    refused: usize,
}

impl Choice<'_> {
    fn look(&mut self, value: &str) {
        self.sent = true;
        match self.accept(value) {
            Ok(session) => {
                let is_later = |(_, best, _): &(State, Stamp, bool)| session.1.issued > best.issued;
                if self.best.as_ref().is_none_or(is_later) {
                    self.best = Some(session);
                }
            }
            Err(refused) => {
                self.sessions.counters.count(refused);
                self.refused += 1;
                if self.refused <= MAX_LOGGED {
                    log::debug!("A session cookie was refused: {refused}.");
                }
            }
        }
    }

    fn accept(&mut self, value: &str) -> Result<(State, Stamp, bool), Refused> {
        let Sessions { envelope, policy, clock, .. } = self.sessions;
        // The length before the signature.
        if value.len() > BROWSER_LIMIT {
            return Err(Refused::TooLong);
        }
        if self.verified == MAX_VERIFICATIONS {
            return Err(Refused::TooMany);
        }
        let opened = envelope.open(value);
        // What is refused earlier costs no signature.
        self.verified += usize::from(matches!(opened, Ok(_) | Err(Refused::Forged)));
        let opened = opened?;
        let stamp = opened.stamp;
        envelope::check_age(&stamp, policy.expires(&stamp), clock.now())?;
        let state = State::load(opened.payload, stamp.lifetime).map_err(|_| Refused::Payload)?;
        Ok((state, stamp, opened.current))
    }
}
