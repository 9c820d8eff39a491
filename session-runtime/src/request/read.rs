//! From a request's cookies to its session: once, whoever asks first.

use super::Engine;
use crate::config::BROWSER_LIMIT;
use crate::cookie::envelope::{Opened, Refused, Stamp};
use crate::payload::Syntax;
#[cfg(feature = "flask")]
use crate::payload::translate;
use crate::schema::{Handle, Life};
use crate::state::{Received, State};
use crate::store::{Backend, Identifier, Key, Loaded, Record, Unavailable};

/// A visitor may send any number of cookies of our name. At most this many
/// signatures are checked.
const MAX_VERIFICATIONS: usize = 8;

/// The most refusals of one request that are logged.
const MAX_LOGGED: usize = 8;

/// The session of a request.
pub(crate) struct RequestSession {
    pub(crate) handle: Handle,
    /// Whether the visitor sent a cookie of the name, valid or not.
    pub(crate) sent: bool,
    /// When the session that came with the request was issued, and whether its
    /// cookie would be made with the same key and format today.
    pub(crate) loaded: Option<(Stamp, bool)>,
    pub(crate) source: Source,
}

/// Where the session came from, and where it is kept.
pub(crate) enum Source {
    Cookie,
    Store(Stored),
    /// The request gets no session: what it would see is empty, and nothing of
    /// it is kept.
    Denied(Denial),
}

/// Why a request gets no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The store failed.
    Unavailable,
    /// A page of another origin sent the request.
    CrossOrigin,
}

/// What the store has under the cookie's identifier.
pub(crate) enum Stored {
    Nothing,
    /// A session was there, and was renewed or ended not long ago. What this
    /// request gets is empty.
    Former(Key),
    Session {
        key: Key,
        identifier: Identifier,
        owner: Option<String>,
    },
}

impl Source {
    /// What the store keeps the session under, or kept it under until it was
    /// renewed or ended.
    fn key(&self) -> Option<Key> {
        match self {
            Source::Store(Stored::Former(key) | Stored::Session { key, .. }) => Some(*key),
            Source::Store(Stored::Nothing) | Source::Cookie | Source::Denied(_) => None,
        }
    }
}

/// A valid cookie.
struct Candidate {
    content: Content,
    stamp: Stamp,
    current: bool,
}

// A request has at most two: a box would cost more than the room.
#[allow(clippy::large_enum_variant)]
enum Content {
    Session(Received),
    Identifier(Identifier),
}

/// A session, and where it was found.
struct Found {
    received: Received,
    loaded: Option<(Stamp, bool)>,
    source: Source,
}

impl Found {
    /// Where a store has none any more, or never had, or cannot say.
    fn nothing(source: Source) -> Found {
        Found { received: Received::nothing(Syntax::Json), loaded: None, source }
    }
}

impl Engine {
    /// The session of a request whose cookies of the session's name were all
    /// looked at.
    pub(crate) async fn read(&self, choice: Choice<'_>) -> RequestSession {
        let Choice { best, sent, .. } = choice;
        let found = match (best, &self.backend) {
            (Some(Candidate { content: Content::Session(received), stamp, current }), _) => {
                Found { received, loaded: Some((stamp, current)), source: Source::Cookie }
            }
            (
                Some(Candidate { content: Content::Identifier(identifier), current, .. }),
                Some(backend),
            ) => self.load(backend, identifier, current).await,
            (_, None) => {
                let received = Received::nothing(self.envelope.syntax());
                Found { received, loaded: None, source: Source::Cookie }
            }
            (None, Some(_)) => Found::nothing(Source::Store(Stored::Nothing)),
        };
        let Found { received, loaded, source } = found;
        let life = loaded
            .map(|(stamp, _)| Life { began: stamp.created, expires: self.policy.expires(&stamp) });
        let state = State::of_request(received, self.starts_permanent, loaded.is_none());
        let handle = Handle::new(state, self.registry.clone(), source.key(), life);
        RequestSession { handle, sent, loaded, source }
    }

    /// The empty session of a request that gets none.
    pub(crate) fn denied(&self, why: Denial) -> RequestSession {
        let state = State::empty(self.envelope.syntax());
        let handle = Handle::new(state, self.registry.clone(), None, None);
        RequestSession { handle, sent: false, loaded: None, source: Source::Denied(why) }
    }

    /// The session that the store has under the identifier. One that it does
    /// not have is never adopted: a new session gets a new identifier.
    async fn load(&self, backend: &Backend, identifier: Identifier, current: bool) -> Found {
        let (key, now) = (identifier.key(), self.clock.now());
        match backend.load(&key, now).await {
            Ok(Loaded::Session(record)) => {
                let Record { fields, created, seen, owner, .. } = record;
                let received = Received::from_fields(&fields);
                let stamp = Stamp { created, issued: seen, lifetime: received.lifetime() };
                // The row may say more: who wrote it last need not have known of
                // the session's own lifetime.
                if now > self.policy.expires(&stamp) {
                    self.refused(Refused::Expired);
                    return Found::nothing(Source::Store(Stored::Nothing));
                }
                let source = Source::Store(Stored::Session { key, identifier, owner });
                Found { received, loaded: Some((stamp, current)), source }
            }
            Ok(Loaded::Former) => {
                self.refused(Refused::Former);
                Found::nothing(Source::Store(Stored::Former(key)))
            }
            Ok(Loaded::Nothing) => {
                self.refused(Refused::Absent);
                Found::nothing(Source::Store(Stored::Nothing))
            }
            Err(Unavailable) => Found::nothing(Source::Denied(Denial::Unavailable)),
        }
    }

    /// The session of a cookie, in the syntax that it will be written in.
    fn session(&self, opened: Opened<'_>) -> Result<Received, Refused> {
        let to = self.envelope.syntax();
        let lifetime = opened.stamp.lifetime;
        #[cfg(feature = "flask")]
        if opened.syntax() != to {
            let payload = translate(&opened.payload()?, to, |key| self.registry.translation(key));
            let received = payload.and_then(|payload| Received::from_payload(payload, None, to));
            return received.map_err(|_| Refused::Payload);
        }
        let payload = opened.payload()?;
        Received::from_payload(payload, lifetime, to).map_err(|_| Refused::Payload)
    }

    fn refused(&self, refused: Refused) {
        self.counters.count(refused);
        log::debug!("A session cookie was refused: {refused}.");
    }
}

/// Of several cookies of the session's name, the valid one that was issued
/// last.
pub(crate) struct Choice<'e> {
    engine: &'e Engine,
    best: Option<Candidate>,
    sent: bool,
    verified: usize,
    refused: usize,
}

impl<'e> Choice<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Choice<'e> {
        Choice { engine, best: None, sent: false, verified: 0, refused: 0 }
    }

    /// Looks at the value of a cookie of the name.
    pub(crate) fn look(&mut self, value: &str) {
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
                self.engine.refused(refused);
            }
            Err(refused) => self.engine.counters.count(refused),
        }
    }

    fn accept(&mut self, value: &str) -> Result<Candidate, Refused> {
        let Engine { envelope, policy, clock, backend, .. } = self.engine;
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
            // The store knows how old the session is.
            Some(_) => {
                let identifier = Identifier::parse(&opened.payload()?);
                Content::Identifier(identifier.ok_or(Refused::Payload)?)
            }
            None => {
                opened.check_age(policy.expires(&stamp), clock.now())?;
                Content::Session(self.engine.session(opened)?)
            }
        };
        Ok(Candidate { content, stamp, current })
    }
}
