//! The end of a request whose session a store keeps. What is to be done is
//! planned under the session's lock, and done without it.

use rocket::Response;
use rocket::http::Status;

use super::end::Answer;
use super::sessions::Sessions;
use super::visit::{Held, Origin, Visit};
use crate::cookie::envelope::Stamp;
use crate::request::decide::{Found, Identity, StoredAction, decide_stored};
use crate::state::Ending;
use crate::store::Identifier;
use crate::store::{Backend, EMPTY_LIFETIME, Follow, Key, Patch, Patched, Record, Unavailable};

enum Plan {
    /// Nothing to write.
    Answer(Answer),
    End(Key),
    Create {
        record: Record,
        issue: Issue,
        /// A session that was cleared ends first, so that a sign-out holds though
        /// the store may have no room for what comes after it.
        ends: bool,
        in_place_of: Option<Key>,
    },
    Patch {
        key: Key,
        patch: Patch,
        cookie: Option<(Identifier, Issue)>,
        /// What holds even if the session is another one now.
        sign_out: Option<SignOut>,
        changed: bool,
    },
    Rename {
        key: Key,
        patch: Patch,
        issue: Issue,
        /// If another request has renewed or ended the session meanwhile.
        otherwise: Otherwise,
    },
    SignOut(Key, SignOut),
}

/// What becomes of a renewal that comes too late.
enum Otherwise {
    /// The visitor has signed in: a new session, with this.
    Create(Record, Issue),
    /// What was written follows to the session.
    Patch { sign_out: Option<SignOut> },
}

/// What takes the owner away from whatever session an identifier leads to.
struct SignOut {
    patch: Patch,
    /// Whether the request wrote something else, which does not hold there.
    drops: bool,
}

/// What a cookie says beside the identifier.
#[derive(Clone, Copy)]
struct Issue {
    stamp: Stamp,
    max_age: Option<u64>,
}

impl Sessions {
    /// Ends a request whose session is in a store.
    pub(super) async fn end_stored(
        &self,
        backend: &Backend,
        visit: &Visit,
        head: bool,
        response: &mut Response<'_>,
    ) {
        let now = self.clock.now();
        let plan = self.plan(visit, head, response.status(), now);
        let answer = self.carry_out(backend, plan, now).await.unwrap_or(Answer::Unavailable);
        answer.give(visit.state.is_proven(), response);
    }

    fn plan(&self, visit: &Visit, head: bool, status: Status, now: u64) -> Plan {
        let mut ending = visit.state.end();
        let Origin::Store(held) = &visit.origin else {
            // What is in its cookie has no store, and what was denied no end.
            return Plan::Answer(Answer::Read);
        };
        let end = self.ended(visit, &ending, status, head, now);
        let (found, filed) = match held {
            Held::Nothing => (Found::Nothing, None),
            Held::Former => (Found::Former, None),
            Held::Session { owner, .. } => (Found::Session, owner.as_deref()),
        };
        let signed_out = ending.signed_out();
        let identity = Identity {
            found,
            // A sign-out needs a new identifier, too.
            renewed: ending.renewed() || (signed_out && filed.is_some()),
            signed_in: ending.signed_in(),
            signed_out,
            refiled: self.registry.owner_key().is_some_and(|key| ending.json(key) != filed),
            permanence: ending.permanence_changed(),
        };
        let action = decide_stored(&end, identity, &self.policy);
        if let Some(consume) = action.consumes() {
            if let Err(why) = self.fit(&mut ending, consume) {
                return Plan::Answer(Answer::Failed(why));
            }
            ending.report_surplus(consume);
        }
        let key = visit.state.key().copied();
        let issue = |stamp: Stamp| Issue { stamp, max_age: self.max_age(&ending, &stamp, now) };
        match (action, key) {
            (StoredAction::Keep, _) => Plan::Answer(Answer::Read),
            (StoredAction::Fail, _) => {
                Plan::Answer(Answer::Failed(ending.failure().unwrap_or_default().to_owned()))
            }
            (StoredAction::Forget, _) | (StoredAction::End, None) => {
                Plan::Answer(Answer::Cookie(self.template.removal().to_owned()))
            }
            (StoredAction::Drop, _) => Plan::Answer(gone()),
            (StoredAction::End, Some(key)) => Plan::End(key),
            (StoredAction::SignOut { consume }, Some(key)) => self
                .sign_out(&ending, consume, now)
                .map_or(Plan::Answer(Answer::Read), |sign_out| Plan::SignOut(key, sign_out)),
            (StoredAction::Patch { stamp, consume, cookie, changed }, Some(key)) => {
                let cookie = match held {
                    Held::Session { identifier, .. } if cookie => {
                        Some((identifier.clone(), issue(stamp)))
                    }
                    _ => None,
                };
                let patch = self.patch(&ending, filed, &stamp, consume, now);
                let sign_out = self.sign_out(&ending, consume, now);
                Plan::Patch { key, patch, cookie, sign_out, changed }
            }
            (StoredAction::Rename { stamp, consume }, Some(key)) => {
                let patch = self.patch(&ending, filed, &stamp, consume, now);
                let otherwise = match ending.signed_in() {
                    true => self.only_what_was_written(&ending, consume, now),
                    false => Otherwise::Patch { sign_out: self.sign_out(&ending, consume, now) },
                };
                Plan::Rename { key, patch, issue: issue(stamp), otherwise }
            }
            (
                StoredAction::Create { stamp, consume }
                | StoredAction::Patch { stamp, consume, .. }
                | StoredAction::Rename { stamp, consume },
                in_place_of,
            ) => {
                let fields = ending.fields(consume, &mut ending.entry_names(now));
                let record = Record {
                    owner: self.owner(&ending),
                    ..Record::new(fields, now, self.policy.expires(&stamp))
                };
                Plan::Create { record, issue: issue(stamp), ends: ending.cleared(), in_place_of }
            }
            (StoredAction::SignOut { .. }, None) => Plan::Answer(Answer::Read),
        }
    }

    /// Makes a session that has more text than a session may have fit, by its
    /// oldest messages, or says why it cannot be kept. One that was too large
    /// before may change as long as it does not grow: what several requests
    /// wrote at once must not lock its visitor out.
    fn fit(&self, ending: &mut Ending<'_>, consume: bool) -> Result<(), String> {
        let limit = self.max_session_size.max(ending.loaded_size());
        let size = ending.size(consume);
        if size <= limit {
            return Ok(());
        }
        let largest = self.largest(ending, consume);
        while ending.give_up_oldest_message(consume) {
            if ending.size(consume) <= limit {
                return Ok(());
            }
        }
        Err(format!(
            "The session is too large: its fields and messages have {size} bytes, and {} is the \
             limit. {largest} Keep large things elsewhere, and a key to them in the session; or \
             type `max_session_size = {}`.",
            self.max_session_size,
            size.next_power_of_two(),
        ))
    }

    /// The owner's JSON text, as it is to be kept.
    fn owner(&self, ending: &Ending<'_>) -> Option<String> {
        let key = self.registry.owner_key()?;
        ending.json(key).map(str::to_owned)
    }

    /// A new session of what this request wrote: what it loaded belongs to the
    /// one that was renewed.
    fn only_what_was_written(&self, ending: &Ending<'_>, consume: bool, now: u64) -> Otherwise {
        let names = &mut ending.entry_names(now);
        let fields = ending.written(consume, self.starts_permanent, names);
        let lifetime = ending.written_lifetime();
        let stamp = Stamp { created: now, issued: now, lifetime };
        let expires = self.policy.expires(&stamp);
        let is_permanent = fields.contains_key(Record::PERMANENT);
        let max_age = is_permanent.then(|| expires.saturating_sub(now));
        let record = Record { owner: self.owner(ending), ..Record::new(fields, now, expires) };
        Otherwise::Create(record, Issue { stamp, max_age })
    }

    fn patch(
        &self,
        ending: &Ending<'_>,
        filed: Option<&str>,
        stamp: &Stamp,
        consume: bool,
        now: u64,
    ) -> Patch {
        let mut patch = Patch::new(stamp.issued, self.policy.expires(stamp));
        (patch.set, patch.remove) = ending.changes(consume, &mut ending.entry_names(now));
        patch.shortens = ending.lifetime_changed();
        patch.created = ending.begins_anew(self.registry.owner_key()).then_some(stamp.created);
        if let Some(key) = self.registry.owner_key() {
            let owner = ending.json(key);
            if ending.signed_out() {
                // Also if this request saw none: another one may be signing in.
                if !patch.remove.iter().any(|name| name == key) {
                    patch.remove.push(key.to_owned());
                }
                patch.owner = Some(None);
            } else if let Some(owner) = owner.filter(|_| ending.signed_in()) {
                // Also if this request saw the same: another one may be signing
                // out, and a session that begins with this has to have it.
                patch.set.insert(key.to_owned(), owner.to_owned());
                patch.owner = Some(Some(owner.to_owned()));
            } else if owner != filed {
                patch.owner = Some(owner.map(str::to_owned));
            }
        }
        patch
    }

    /// The request's sign-out, if it is one.
    fn sign_out(&self, ending: &Ending<'_>, consume: bool, now: u64) -> Option<SignOut> {
        let key = self.registry.owner_key().filter(|_| ending.signed_out())?;
        let (set, remove) = ending.changes(consume, &mut ending.entry_names(now));
        let patch = Patch {
            remove: vec![key.to_owned()],
            owner: Some(None),
            follow: Follow::Newest,
            ..Patch::new(now, now + EMPTY_LIFETIME)
        };
        let drops = !set.is_empty() || remove.iter().any(|name| name != key);
        Some(SignOut { patch, drops })
    }

    async fn carry_out(
        &self,
        backend: &Backend,
        plan: Plan,
        now: u64,
    ) -> Result<Answer, Unavailable> {
        Ok(match plan {
            Plan::Answer(answer) => answer,
            Plan::End(key) => {
                backend.destroy(&key, None, now).await?;
                Answer::Cookie(self.template.removal().to_owned())
            }
            Plan::Create { record, issue, ends, in_place_of } => {
                if let Some(key) = in_place_of.filter(|_| ends) {
                    backend.destroy(&key, None, now).await?;
                }
                let identifier = backend.create(&record, in_place_of.as_ref(), now).await?;
                self.identify(&identifier, issue)
            }
            Plan::Patch { key, patch, cookie, sign_out, changed } => {
                match backend.patch(&key, &patch, now).await {
                    Ok(Patched::Here) => match cookie {
                        Some((identifier, issue)) => self.identify(&identifier, issue),
                        None if changed => Answer::Changed,
                        None => Answer::Read,
                    },
                    // A touch that fails does not spoil a good response.
                    Ok(_) | Err(Unavailable) if !changed => Answer::Read,
                    // The visitor may hold the newer cookie already.
                    Ok(Patched::Elsewhere) => Answer::Changed,
                    Ok(Patched::Nowhere) => sign_out_or_drop(backend, &key, sign_out, now).await?,
                    Err(Unavailable) => return Err(Unavailable),
                }
            }
            Plan::Rename { key, patch, issue, otherwise } => {
                match (backend.rename(&key, &patch, now).await?, otherwise) {
                    (Some(identifier), _) => self.identify(&identifier, issue),
                    (None, Otherwise::Create(record, issue)) => {
                        let identifier = backend.create(&record, Some(&key), now).await?;
                        self.identify(&identifier, issue)
                    }
                    (None, Otherwise::Patch { sign_out }) => {
                        match backend.patch(&key, &patch, now).await? {
                            Patched::Here | Patched::Elsewhere => Answer::Changed,
                            Patched::Nowhere => {
                                sign_out_or_drop(backend, &key, sign_out, now).await?
                            }
                        }
                    }
                }
            }
            Plan::SignOut(key, sign_out) => {
                sign_out_or_drop(backend, &key, Some(sign_out), now).await?
            }
        })
    }

    /// A cookie with the identifier.
    fn identify(&self, identifier: &Identifier, issue: Issue) -> Answer {
        match self.seal(&identifier.payload(), &issue.stamp, issue.max_age) {
            Ok(cookie) => Answer::Cookie(cookie),
            Err(unsealed) => unsealed.answer(|size| {
                format!(
                    "The session's cookie has {size} bytes, name and value, and \
                     `max_cookie_size` is {}. Type `max_cookie_size = 4096`.",
                    self.template.max_size(),
                )
            }),
        }
    }
}

/// Of a change that belongs to no session any more, a sign-out holds all the
/// same. The rest is dropped.
async fn sign_out_or_drop(
    backend: &Backend,
    key: &Key,
    sign_out: Option<SignOut>,
    now: u64,
) -> Result<Answer, Unavailable> {
    let Some(SignOut { patch, drops }) = sign_out else { return Ok(gone()) };
    let patched = backend.patch(key, &patch, now).await?;
    if drops {
        gone();
    }
    Ok(match patched {
        Patched::Here | Patched::Elsewhere => Answer::Changed,
        Patched::Nowhere => Answer::Read,
    })
}

/// The visitor may hold the cookie of a newer session: this one sends none.
fn gone() -> Answer {
    log::warn!(
        "A session was renewed or ended (by another request, or by its age) before a request \
         could change it: the change is dropped."
    );
    Answer::Read
}
