//! Finds a request's session by its cookies.

use super::Engine;
use crate::config::BROWSER_LIMIT;
use crate::cookie::envelope::{Opened, Refused, Stamp};
use crate::payload::Syntax;
#[cfg(feature = "flask")]
use crate::payload::translate;
use crate::schema::{Handle, Life};
use crate::state::{Received, State};
use crate::store::{Backend, Identifier, Key, Loaded, Record, Unavailable};

/// A visitor may send any number of cookies with the session's name. At most this
/// many signatures are checked.
const MAX_VERIFICATIONS: usize = 8;

/// The most refusals of one request that are logged.
const MAX_LOGGED: usize = 8;

/// The session of a request.
pub(crate) struct RequestSession {
    pub(crate) handle: Handle,
    /// Whether the visitor sent a cookie with the session's name, valid or not.
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
    /// The request gets no session. What it sees is empty, and nothing that it
    /// writes is kept.
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
    /// The session was renewed or ended recently. This request gets an empty one.
    Former(Key),
    Session(Box<Filed>),
}

/// A session in the store.
pub(crate) struct Filed {
    pub(crate) key: Key,
    pub(crate) identifier: Identifier,
    /// As JSON.
    pub(crate) owner: Option<String>,
    /// The last second for which the store keeps it.
    expires: u64,
}

impl Source {
    /// The session's key in the store, even if it was renewed or ended recently.
    fn key(&self) -> Option<Key> {
        match self {
            Source::Store(Stored::Former(key)) => Some(*key),
            Source::Store(Stored::Session(filed)) => Some(filed.key),
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

// A request has at most two, so boxing would cost more than it saves.
#[allow(clippy::large_enum_variant)]
enum Content {
    Session(Received),
    Identifier(Identifier),
}

/// The result of reading a request's cookies.
pub(crate) enum Read {
    /// The session, possibly an empty one.
    Session(RequestSession),
    /// A session that has to be loaded from the store.
    Stored(StoredSession),
}

/// A session to load from the store.
pub(crate) struct StoredSession {
    backend: Backend,
    identifier: Identifier,
    /// Whether its cookie would be made with the same key and format today.
    current: bool,
}

impl Engine {
    /// The session of a request, once all its cookies were looked at. This does not
    /// ask the store, so a request with its session in the cookie need not wait, and
    /// reserves no memory for waiting.
    pub(crate) fn read(&self, choice: Choice<'_>) -> Read {
        let Choice { best, sent, .. } = choice;
        let (received, loaded, source) = match (best, &self.backend) {
            (Some(Candidate { content: Content::Session(received), stamp, current }), _) => {
                (received, Some((stamp, current)), Source::Cookie)
            }
            (
                Some(Candidate { content: Content::Identifier(identifier), current, .. }),
                Some(backend),
            ) => {
                let backend = backend.clone();
                return Read::Stored(StoredSession { backend, identifier, current });
            }
            (_, None) => (Received::nothing(self.envelope.syntax()), None, Source::Cookie),
            (None, Some(_)) => {
                (Received::nothing(Syntax::Json), None, Source::Store(Stored::Nothing))
            }
        };
        Read::Session(self.session(received, sent, loaded, source))
    }

    fn session(
        &self,
        received: Received,
        sent: bool,
        loaded: Option<(Stamp, bool)>,
        source: Source,
    ) -> RequestSession {
        let kept_until = match &source {
            // The store may end it earlier than today's lifetime: it was written
            // under an earlier configuration, or is empty.
            Source::Store(Stored::Session(filed)) => filed.expires,
            _ => u64::MAX,
        };
        let life = loaded.map(|(stamp, _)| Life {
            began: stamp.created,
            expires: self.policy.expires(&stamp).min(kept_until),
        });
        let state = State::of_request(received, self.starts_permanent, loaded.is_none());
        let handle = Handle::new(state, self.registry.clone(), source.key(), life);
        RequestSession { handle, sent, loaded, source }
    }

    /// The empty session of a request for which the store has no session.
    fn nothing(&self, source: Source) -> RequestSession {
        self.session(Received::nothing(Syntax::Json), true, None, source)
    }

    /// The empty session of a request that is denied one.
    pub(crate) fn denied(&self, why: Denial) -> RequestSession {
        let state = State::empty(self.envelope.syntax());
        let handle = Handle::new(state, self.registry.clone(), None, None);
        RequestSession { handle, sent: false, loaded: None, source: Source::Denied(why) }
    }

    /// Loads the session with this identifier. An identifier that the store does not
    /// know is never adopted: a new session gets a new one.
    pub(crate) async fn load(&self, stored: &StoredSession) -> RequestSession {
        let StoredSession { backend, identifier, current } = stored;
        let (key, now) = (identifier.key(), self.clock.now());
        match backend.load(&key, now).await {
            Ok(Loaded::Session(record)) => {
                let Record { fields, created, seen, expires, owner } = record;
                let received = Received::from_fields(&fields);
                let stamp = Stamp { created, issued: seen, lifetime: received.lifetime() };
                // The store's expiry may be later: the last writer need not have known
                // the session's own lifetime.
                if now > self.policy.expires(&stamp) {
                    self.refused(Refused::Expired);
                    return self.nothing(Source::Store(Stored::Nothing));
                }
                let filed = Filed { key, identifier: identifier.clone(), owner, expires };
                let source = Source::Store(Stored::Session(Box::new(filed)));
                self.session(received, true, Some((stamp, *current)), source)
            }
            Ok(Loaded::Former) => {
                self.refused(Refused::Former);
                self.nothing(Source::Store(Stored::Former(key)))
            }
            Ok(Loaded::Nothing) => {
                self.refused(Refused::Absent);
                self.nothing(Source::Store(Stored::Nothing))
            }
            Err(Unavailable) => self.nothing(Source::Denied(Denial::Unavailable)),
        }
    }

    /// The session from a cookie, in the syntax in which it will be written.
    fn receive(&self, opened: Opened<'_>) -> Result<Received, Refused> {
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

/// Chooses, among several cookies with the session's name, the valid one that was
/// issued last.
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

    /// Looks at the value of one cookie with the session's name.
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
        // Check the length before the signature.
        if value.len() > BROWSER_LIMIT {
            return Err(Refused::TooLong);
        }
        if self.verified == MAX_VERIFICATIONS {
            return Err(Refused::TooMany);
        }
        let opened = envelope.open(value);
        // Cookies refused earlier cost no signature check.
        self.verified += usize::from(matches!(opened, Ok(_) | Err(Refused::Forged)));
        let opened = opened?;
        let Opened { stamp, current, .. } = opened;
        let content = match backend {
            // The store knows the session's age.
            Some(_) => {
                let identifier = Identifier::parse(&opened.payload()?);
                Content::Identifier(identifier.ok_or(Refused::Payload)?)
            }
            None => {
                opened.check_age(policy.expires(&stamp), clock.now())?;
                Content::Session(self.engine.receive(opened)?)
            }
        };
        Ok(Candidate { content, stamp, current })
    }
}
