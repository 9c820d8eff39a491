//! The end of a request: carries out the decision.
//!
//! The session is locked while its values are read, but not while waiting for the
//! store. Nothing changes in between: once the end has begun, writes have no
//! effect.

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

/// What to do with the response.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The session was read.
    Read,
    /// The session was changed, but its cookie was not.
    Changed,
    /// Send this `Set-Cookie`.
    Cookie(String),
    /// The session cannot be kept because of a mistake in the application: replace
    /// the response with a plain 500.
    Failed(String),
    /// The session cannot be kept because the store or the operating system failed:
    /// replace the response with a plain 503.
    Unavailable,
}

impl From<Unavailable> for Reply {
    fn from(Unavailable: Unavailable) -> Reply {
        Reply::Unavailable
    }
}

/// The properties of a response on which the decision depends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// The request was a HEAD.
    pub(crate) head: bool,
}

/// Ends a request that was denied its session. A catcher had an empty one.
pub(crate) fn finish_denied(session: &RequestSession, why: &impl Display) {
    let ending = session.handle.state().end(None);
    if ending.changed(true) || ending.cleared() {
        log::warn!("{why} What was written to the session in this request is dropped.");
    }
}

impl Engine {
    /// Collects everything on which the decision depends.
    fn facts(&self, session: &RequestSession, ending: &Ending<'_>, answered: Answered) -> Facts {
        let Answered { status, head } = answered;
        // If the handler itself panicked, the answer is a 500 and the framework logs
        // the panic.
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
            // A sign-out needs a new identifier too.
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

    /// A sentence that names the largest fields, without their values.
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

    /// The session's owner in the store, as JSON.
    fn filed(&self) -> Option<&str> {
        match &self.source {
            Source::Store(Stored::Session(filed)) => filed.owner.as_deref(),
            _ => None,
        }
    }
}

/// Reports changes that were lost although the response was not an error.
fn report_loss(ending: &Ending<'_>, status: u16) {
    let lost = ending.lost();
    if lost.is_empty() {
        return;
    }
    log::error!(
        "A panic dropped a handle of the session, so the changes of this request are not saved, \
         although the answer was {status}. What is lost: {}. Answer with an error if a task panics \
         (`spawn_blocking(…).await` returns one), or give the task values instead of the session.",
        lost.join(", "),
    );
}
