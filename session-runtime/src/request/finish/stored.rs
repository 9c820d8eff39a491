//! The end of a request whose session is kept in a store.

use super::{Answered, Engine, Reply};
use crate::cookie::envelope::Stamp;
use crate::request::decide::{Action, Facts, Keep, decide};
use crate::request::read::{RequestSession, Source, Stored};
use crate::state::Ending;
use crate::store::{Backend, EMPTY_LIFETIME, Follow, Identifier, Key, Patch, Patched, Record};

/// A request that has ended, and the store of its session.
pub(crate) struct Finish<'a> {
    engine: &'a Engine,
    backend: &'a Backend,
    session: &'a RequestSession,
    permanent: bool,
    now: u64,
    action: Action,
}

impl Engine {
    /// Decides what becomes of the session.
    pub(crate) fn finish_stored<'a>(
        &'a self,
        backend: &'a Backend,
        session: &'a RequestSession,
        answered: Answered,
    ) -> Finish<'a> {
        let (state, owner_key) = (session.handle.state(), self.registry.owner_key());
        let facts = self.facts(session, &state.end(owner_key), answered);
        let action = decide(&facts, &self.policy);
        let Facts { permanent, now, .. } = facts;
        Finish { engine: self, backend, session, permanent, now, action }
    }
}

impl Finish<'_> {
    /// Whether the session was only read. Then there is nothing to wait for, and no
    /// memory need be reserved for waiting.
    pub(crate) fn is_read(&self) -> bool {
        self.action == Action::Nothing
    }

    pub(crate) async fn reply(&self) -> Reply {
        self.carry_out().await.unwrap_or_else(|reply| reply)
    }

    async fn carry_out(&self) -> Result<Reply, Reply> {
        let Finish { engine, backend, permanent, now, action, .. } = *self;
        match action {
            Action::Fail => {
                Ok(Reply::Failed(self.ending().failure().unwrap_or_default().to_owned()))
            }
            Action::Forget => Ok(Reply::Cookie(engine.template.removal().to_owned())),
            Action::End(key) => {
                backend.destroy(&key, None, now).await?;
                Ok(Reply::Cookie(engine.template.removal().to_owned()))
            }
            Action::Create { keep, in_place_of, ends_first } => {
                let record = self.fit(keep.consume, |ending| self.record(ending, keep))?;
                if let Some(key) = in_place_of.filter(|_| ends_first) {
                    backend.destroy(&key, None, now).await?;
                }
                let identifier = backend.create(&record, in_place_of.as_ref(), now).await?;
                Ok(self.identify(&identifier, &keep.stamp, permanent))
            }
            Action::Patch { key, keep, cookie, changed: true } => {
                let patch = self.fit(keep.consume, |ending| self.patch(ending, keep))?;
                match backend.patch(&key, &patch, now).await? {
                    Patched::Here => Ok(self.told(cookie, &keep.stamp).unwrap_or(Reply::Changed)),
                    // The visitor may already have the newer cookie.
                    Patched::Elsewhere => Ok(Reply::Changed),
                    Patched::Nowhere => self.sign_out_or_drop(&key, keep.consume).await,
                }
            }
            Action::Patch { key, keep, cookie, changed: false } => {
                let patch = self.patch(&self.ending(), keep);
                let told = match backend.patch(&key, &patch, now).await {
                    Ok(Patched::Here) => self.told(cookie, &keep.stamp),
                    Ok(Patched::Elsewhere | Patched::Nowhere) | Err(_) => None,
                };
                Ok(told.unwrap_or(Reply::Read))
            }
            Action::Rename { key, keep, signed_in } => {
                let patch = self.fit(keep.consume, |ending| self.patch(ending, keep))?;
                if let Some(identifier) = backend.rename(&key, &patch, now).await? {
                    return Ok(self.identify(&identifier, &keep.stamp, permanent));
                }
                if signed_in {
                    let (record, stamp) = self.only_what_was_written(keep.consume);
                    let identifier = backend.create(&record, Some(&key), now).await?;
                    let permanent = record.fields.contains_key(Record::PERMANENT);
                    return Ok(self.identify(&identifier, &stamp, permanent));
                }
                // Apply the changes to the session that was renewed meanwhile.
                match backend.patch(&key, &patch, now).await? {
                    Patched::Here | Patched::Elsewhere => Ok(Reply::Changed),
                    Patched::Nowhere => self.sign_out_or_drop(&key, keep.consume).await,
                }
            }
            Action::SignOut { key, consume } => self.sign_out_or_drop(&key, consume).await,
            Action::Drop => Ok(dropped()),
            // `Issue` is only for sessions kept in their cookies.
            Action::Nothing | Action::Issue { .. } => Ok(Reply::Read),
        }
    }

    /// The session's values. They are locked: drop them before waiting for the
    /// store.
    fn ending(&self) -> Ending<'_> {
        self.session.handle.state().end(self.engine.registry.owner_key())
    }

    /// Passes the session to `look` once it fits. If it is too large, a form's input is
    /// dropped, and then messages of earlier requests, the oldest first. A session that
    /// was too large before may change if it does not grow: several requests that wrote
    /// at once must not lock their visitor out.
    fn fit<T>(&self, consume: bool, look: impl FnOnce(&Ending<'_>) -> T) -> Result<T, Reply> {
        let mut ending = self.ending();
        let limit = self.engine.max_session_size.max(ending.loaded_size());
        let size = ending.size(consume);
        if size > limit {
            let largest = Engine::largest(&ending, consume);
            while ending.size(consume) > limit {
                if !ending.make_room(consume) {
                    return Err(Reply::Failed(format!(
                        "The session is too large: its fields, messages and form input have {size} \
                         bytes, and {} is the limit. {largest} Keep large things elsewhere, and a \
                         key to them in the session; or type `max_session_size = {}`.",
                        self.engine.max_session_size,
                        size.next_power_of_two(),
                    )));
                }
            }
        }
        ending.report_dropped(consume);
        Ok(look(&ending))
    }

    /// The reply that sends a cookie with the identifier.
    fn identify(&self, identifier: &Identifier, stamp: &Stamp, permanent: bool) -> Reply {
        let max_age = self.engine.max_age(permanent, stamp, self.now);
        match self.engine.seal(&identifier.payload(), stamp, max_age) {
            Ok(cookie) => Reply::Cookie(cookie),
            Err(unsealed) => unsealed.reply(|size| {
                format!(
                    "The session's cookie has {size} bytes, name and value, and \
                     `max_cookie_size` is {}. Type `max_cookie_size = 4096`.",
                    self.engine.template.max_size(),
                )
            }),
        }
    }

    /// The cookie of a session that keeps its identifier, if `cookie` asks for one.
    fn told(&self, cookie: bool, stamp: &Stamp) -> Option<Reply> {
        match &self.session.source {
            Source::Store(Stored::Session(filed)) if cookie => {
                Some(self.identify(&filed.identifier, stamp, self.permanent))
            }
            _ => None,
        }
    }

    /// The JSON text of the owner.
    fn owner(&self, ending: &Ending<'_>) -> Option<String> {
        let key = self.engine.registry.owner_key()?;
        ending.json(key).map(str::to_owned)
    }

    /// The whole session, for a store that does not have it yet.
    fn record(&self, ending: &Ending<'_>, Keep { stamp, consume }: Keep) -> Record {
        let fields = ending.fields(consume, &mut ending.entry_names(self.now));
        Record {
            owner: self.owner(ending),
            ..Record::new(fields, self.now, self.engine.policy.expires(&stamp))
        }
    }

    /// A new session with only what this request wrote. What it loaded belongs to the
    /// session that was renewed.
    fn only_what_was_written(&self, consume: bool) -> (Record, Stamp) {
        let (ending, now) = (self.ending(), self.now);
        let names = &mut ending.entry_names(now);
        let fields = ending.written(consume, self.engine.starts_permanent, names);
        let lifetime = ending.written_lifetime();
        let stamp = Stamp { created: now, issued: now, lifetime };
        let expires = self.engine.policy.expires(&stamp);
        let record = Record { owner: self.owner(&ending), ..Record::new(fields, now, expires) };
        (record, stamp)
    }

    fn patch(&self, ending: &Ending<'_>, Keep { stamp, consume }: Keep) -> Patch {
        let mut patch = Patch::new(stamp.issued, self.engine.policy.expires(&stamp));
        (patch.set, patch.remove) = ending.changes(consume, &mut ending.entry_names(self.now));
        patch.shortens = ending.lifetime_changed();
        let owner_key = self.engine.registry.owner_key();
        patch.created = ending.begins_anew().then_some(stamp.created);
        if let Some(key) = owner_key {
            let owner = ending.json(key);
            if ending.signed_out() {
                // Even if this request saw no owner: another one may be signing in.
                if !patch.remove.iter().any(|name| name == key) {
                    patch.remove.push(key.to_owned());
                }
                patch.owner = Some(None);
            } else if let Some(owner) = owner.filter(|_| ending.signed_in()) {
                // Even if this request saw the same owner: another one may be
                // signing out, and after this sign-in there must be an owner.
                patch.set.insert(key.to_owned(), owner.to_owned());
                patch.owner = Some(Some(owner.to_owned()));
            } else if owner != self.session.filed() {
                patch.owner = Some(owner.map(str::to_owned));
            }
        }
        patch
    }

    /// Drops the changes to a session that no longer exists, except for a sign-out:
    /// that removes the owner from whatever session the key leads to.
    async fn sign_out_or_drop(&self, key: &Key, consume: bool) -> Result<Reply, Reply> {
        let owner_key = self.engine.registry.owner_key();
        let Some(owner_key) = owner_key.filter(|_| self.ending().signed_out()) else {
            return Ok(dropped());
        };
        let patch = Patch {
            remove: vec![owner_key.to_owned()],
            owner: Some(None),
            follow: Follow::Newest,
            ..Patch::new(self.now, self.now + EMPTY_LIFETIME)
        };
        let patched = self.backend.patch(key, &patch, self.now).await?;
        if self.wrote_more_than(owner_key, consume) {
            dropped();
        }
        Ok(match patched {
            Patched::Here | Patched::Elsewhere => Reply::Changed,
            Patched::Nowhere => Reply::Read,
        })
    }

    /// Whether the request changed another field, or a message.
    fn wrote_more_than(&self, field: &str, consume: bool) -> bool {
        let ending = self.ending();
        let (set, remove) = ending.changes(consume, &mut ending.entry_names(self.now));
        !set.is_empty() || remove.iter().any(|name| name != field)
    }
}

/// Sends no cookie, because the visitor may have that of a newer session.
fn dropped() -> Reply {
    log::warn!(
        "A session was renewed or ended by another request, or expired, before this request \
         could change it: the change is dropped."
    );
    Reply::Read
}
