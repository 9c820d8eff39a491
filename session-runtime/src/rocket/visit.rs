//! From a request to its session: once, whoever asks first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::Request;
use tokio::sync::OnceCell;

use super::error::SessionError;
use super::sessions::Sessions;
use crate::config::BROWSER_LIMIT;
use crate::cookie;
use crate::cookie::envelope::{Opened, Refused, Stamp};
use crate::payload::Syntax;
#[cfg(feature = "flask")]
use crate::payload::translate;
use crate::state::State;
use crate::store::{Backend, Identifier, Loaded, Record, Unavailable};

/// A visitor may send any number of cookies of our name. At most this many
/// signatures are checked.
const MAX_VERIFICATIONS: usize = 8;

/// The most refusals of one request that are logged.
const MAX_LOGGED: usize = 8;

/// The session of a request, from when it is first asked for.
pub(super) struct Visit {
    pub(super) state: Arc<State>,
    /// Whether the visitor sent a cookie of the name, valid or not.
    pub(super) sent: bool,
    /// When the session that came with it was issued, and whether its cookie
    /// would be made the same way today.
    pub(super) loaded: Option<(Stamp, bool)>,
    pub(super) origin: Origin,
}

/// Where the session came from, and where it goes.
pub(super) enum Origin {
    Cookie,
    Store(Held),
    /// There is none to be had, because of a store that failed or a page of
    /// another origin: the session is empty, and nothing of it is kept.
    Denied(SessionError),
}

/// What the store has under the cookie's identifier.
pub(super) enum Held {
    Nothing,
    /// A session was there, and was renewed or ended not long ago. What this
    /// request gets is empty.
    Former,
    Session {
        identifier: Identifier,
        owner: Option<String>,
    },
}

/// The place of the visit in Rocket's request-local cache: one, because every
/// type that is looked up there takes memory.
#[derive(Default)]
struct Cell {
    visit: OnceCell<Visit>,
    /// The request came as a HEAD, which Rocket routes as a GET.
    head: AtomicBool,
}

impl Visit {
    /// The request's session, read if nobody did yet.
    pub(super) async fn of<'r>(request: &'r Request<'_>, sessions: &Sessions) -> &'r Visit {
        request.local_cache(Cell::default).visit.get_or_init(|| sessions.read(request)).await
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
    async fn read(&self, request: &Request<'_>) -> Visit {
        // Before anything that the visitor sent with it is looked at.
        if let Err(denied) = self.cross_origin.judge(request) {
            let state = State::empty(self.envelope.syntax());
            let state = Arc::new(state.with_registry(self.registry.clone()));
            return Visit { state, sent: false, loaded: None, origin: Origin::Denied(denied) };
        }
        let Choice { best, sent, .. } = self.choose(request);
        let found = match (best, &self.backend) {
            (Some(Candidate { content: Content::Session(state), stamp, current }), _) => {
                Found { state, loaded: Some((stamp, current)), origin: Origin::Cookie }
            }
            (
                Some(Candidate { content: Content::Identifier(identifier), current, .. }),
                Some(backend),
            ) => self.load(backend, identifier, current).await,
            (_, None) => {
                let state = State::empty(self.envelope.syntax());
                Found { state, loaded: None, origin: Origin::Cookie }
            }
            (None, Some(_)) => Found::nothing(Origin::Store(Held::Nothing)),
        };
        let Found { state, loaded, origin } = found;
        let state = state.with_registry(self.registry.clone());
        let state = state.starting(self.starts_permanent, loaded.is_none());
        Visit { state: Arc::new(state), sent, loaded, origin }
    }

    /// The session that the store has under the identifier. One that it does
    /// not have is never adopted: a new session gets a new identifier.
    async fn load(&self, backend: &Backend, identifier: Identifier, current: bool) -> Found {
        let (key, now) = (identifier.key(), self.clock.now());
        match backend.load(&key, now).await {
            Ok(Loaded::Session(record)) => {
                let Record { fields, created, seen, owner, .. } = record;
                let state = State::stored(key, &fields);
                let stamp = Stamp { created, issued: seen, lifetime: state.lifetime() };
                // The row may say more: who wrote it last need not have known of
                // the session's own lifetime.
                if now > self.policy.expires(&stamp) {
                    self.refused(Refused::Expired);
                    return Found::nothing(Origin::Store(Held::Nothing));
                }
                let origin = Origin::Store(Held::Session { identifier, owner });
                Found { state, loaded: Some((stamp, current)), origin }
            }
            Ok(Loaded::Former) => {
                self.refused(Refused::Former);
                let state = State::former(key);
                Found { state, loaded: None, origin: Origin::Store(Held::Former) }
            }
            Ok(Loaded::Nothing) => {
                self.refused(Refused::Absent);
                Found::nothing(Origin::Store(Held::Nothing))
            }
            Err(Unavailable) => Found::nothing(Origin::Denied(SessionError::Unavailable)),
        }
    }

    fn choose(&self, request: &Request<'_>) -> Choice<'_> {
        let name = self.template.name();
        let mut choice =
            Choice { sessions: self, best: None, sent: false, verified: 0, refused: 0 };
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

    /// The session of a cookie, in the syntax that it will be written in.
    fn session(&self, opened: Opened<'_>) -> Result<State, Refused> {
        let to = self.envelope.syntax();
        let lifetime = opened.stamp.lifetime;
        #[cfg(feature = "flask")]
        if opened.syntax() != to {
            let payload = translate(&opened.payload()?, to, |key| self.registry.translation(key));
            let state = payload.and_then(|payload| State::load(payload, None, to));
            return state.map_err(|_| Refused::Payload);
        }
        let payload = opened.payload()?;
        State::load(payload, lifetime, to).map_err(|_| Refused::Payload)
    }

    fn refused(&self, refused: Refused) {
        self.counters.count(refused);
        log::debug!("A session cookie was refused: {refused}.");
    }
}

/// A session, and where it was found.
struct Found {
    state: State,
    loaded: Option<(Stamp, bool)>,
    origin: Origin,
}

impl Found {
    /// Where a store has none, or cannot say.
    fn nothing(origin: Origin) -> Found {
        Found { state: State::empty(Syntax::Json), loaded: None, origin }
    }
}

/// Of several cookies of the name, the valid one that was issued last.
struct Choice<'s> {
    sessions: &'s Sessions,
    best: Option<Candidate>,
    sent: bool,
    verified: usize,
    refused: usize,
}

/// A valid cookie.
struct Candidate {
    content: Content,
    stamp: Stamp,
    current: bool,
}

// One of a request's: a box would cost more than the room.
#[allow(clippy::large_enum_variant)]
enum Content {
    Session(State),
    Identifier(Identifier),
}

impl Choice<'_> {
    fn look(&mut self, value: &str) {
        self.sent = true;
        match self.accept(value) {
            Ok(candidate) => {
                let is_later = |best: &Candidate| candidate.stamp.issued > best.stamp.issued;
                if self.best.as_ref().is_none_or(is_later) {
                    self.best = Some(candidate);
                }
            }
            Err(refused) if self.refused < MAX_LOGGED => {
                self.refused += 1;
                self.sessions.refused(refused);
            }
            Err(refused) => self.sessions.counters.count(refused),
        }
    }

    fn accept(&mut self, value: &str) -> Result<Candidate, Refused> {
        let Sessions { envelope, policy, clock, backend, .. } = self.sessions;
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
        let Opened { stamp, current, .. } = opened;
        let content = match backend {
            // How old the session is, the store knows.
            Some(_) => {
                let identifier = Identifier::parse(&opened.payload()?);
                Content::Identifier(identifier.ok_or(Refused::Payload)?)
            }
            None => {
                opened.check_age(policy.expires(&stamp), clock.now())?;
                Content::Session(self.sessions.session(opened)?)
            }
        };
        Ok(Candidate { content, stamp, current })
    }
}
