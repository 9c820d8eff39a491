//! The end of a request: what was decided is done.
//!
//! The session's values are looked at under its lock, and the store is waited
//! for without it. Nothing changes between the two: once the end has begun,
//! writes come too late.

mod cookie;
mod seal;
mod stored;

use std::fmt::Display;

use super::Engine;
use super::decide::{Content, Facts, Place};
use super::read::{RequestSession, Source, Stored};
use crate::printable::Printable;
use crate::state::Ending;
use crate::store::Unavailable;

/// What the response is to say.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The session was looked at.
    Read,
    /// The session was changed, and the browser need not know.
    Changed,
    /// A `Set-Cookie`.
    Cookie(String),
    /// The session cannot be kept, because of a mistake of the application's: a
    /// plain 500 in the response's place.
    Failed(String),
    /// The session cannot be kept now, because a store or the operating system
    /// failed: a plain 503 in the response's place.
    Unavailable,
}

impl From<Unavailable> for Reply {
    fn from(Unavailable: Unavailable) -> Reply {
        Reply::Unavailable
    }
}

/// A response, as far as it decides what becomes of the session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// The request was a HEAD.
    pub(crate) head: bool,
}

/// Ends a request that was given no session. A catcher had an empty one.
pub(crate) fn finish_denied(session: &RequestSession, why: &impl Display) {
    let ending = session.handle.state().end(None);
    if ending.changed(true) || ending.cleared() {
        log::warn!("{why} What was written to the session in this request is dropped.");
    }
}

impl Engine {
    /// Everything that decides.
    fn facts(&self, session: &RequestSession, ending: &Ending<'_>, answered: Answered) -> Facts {
        let Answered { status, head } = answered;
        // A handler that panics is answered with a 500, and the framework says why.
        if ending.abandoned() && status < 500 {
            report_loss(ending, status);
        }
        let owner_key = self.registry.owner_key();
        let filed = session.filed();
        let signed_out = ending.signed_out();
        let content =
            |consume| Content { changed: ending.changed(consume), empty: ending.is_empty(consume) };
        Facts {
            abandoned: ending.abandoned(),
            failed: ending.failure().is_some(),
            sent: session.sent,
            loaded: session.loaded,
            place: session.place(),
            cleared: ending.cleared(),
            // A sign-out needs a new identifier, too.
            renewed: ending.renewed() || ending.signed_in() || (signed_out && filed.is_some()),
            begins_anew: ending.begins_anew(),
            signed_in: ending.signed_in(),
            signed_out,
            refiled: owner_key.is_some_and(|key| ending.json(key) != filed),
            permanent: ending.permanent(),
            permanence_changed: ending.permanence_changed(),
            lifetime: ending.lifetime(),
            shown: content(true),
            unshown: content(false),
            status,
            head,
            now: self.clock.now(),
        }
    }

    /// The largest fields, as a sentence: names, never values.
    fn largest(ending: &Ending<'_>, consume: bool) -> String {
        let largest = ending.largest(consume);
        let largest =
            largest.iter().map(|(name, size)| format!("`{}` ({size} bytes)", Printable(name)));
        format!("The largest fields are {}.", largest.collect::<Vec<_>>().join(", "))
    }
}

impl RequestSession {
    fn place(&self) -> Place {
        match &self.source {
            Source::Cookie | Source::Denied(_) => Place::Cookie,
            Source::Store(Stored::Nothing) => Place::Nowhere,
            Source::Store(Stored::Former(key)) => Place::Former(*key),
            Source::Store(Stored::Session(filed)) => Place::Stored(filed.key),
        }
    }

    /// The owner that the store has of the session, as JSON.
    fn filed(&self) -> Option<&str> {
        match &self.source {
            Source::Store(Stored::Session(filed)) => filed.owner.as_deref(),
            _ => None,
        }
    }
}

/// Somebody was told that all went well.
fn report_loss(ending: &Ending<'_>, status: u16) {
    let lost = ending.lost();
    if lost.is_empty() {
        return;
    }
    log::error!(
        "A panic dropped a handle of the session, so that nothing of this request is kept, and \
         the answer was {status} all the same. What it changed is lost: {}. Answer with an error \
         if a task panics (`spawn_blocking(…).await` says so), or give the task values instead of \
         the session.",
        lost.join(", "),
    );
}
