//! The end of a request whose session a store keeps. What is to be done is
//! planned under the session's lock, and done without it.

use rocket::Response;
use rocket::http::Status;

use super::end::Answer;
use super::sessions::Sessions;
use super::visit::{Kept, Origin, Visit};
use crate::commit::{Identity, StoredAction, decide_stored};
use crate::envelope::Stamp;
use crate::identity::Identifier;
use crate::state::Ending;
use crate::store::{Backend, Key, Patch, Record, Unavailable};

enum Plan {
    /// Nothing to write.
    Answer(Answer),
    Create {
        record: Record,
        issue: Issue,
        ends: Option<Key>,
    },
    Patch {
        key: Key,
        patch: Patch,
        cookie: Option<(Identifier, Issue)>,
        changed: bool,
    },
    Rename {
        key: Key,
        patch: Patch,
        issue: Issue,
    },
    /// Nothing is left, unless another request has added something.
    Empty {
        key: Key,
        names: Vec<String>,
        patch: Patch,
        /// If what is left is to have a new identifier.
        renewed: Option<Issue>,
    },
    Destroy {
        key: Option<Key>,
    },
}

/// Whose session it is, and whether the store says so already.
struct Filing {
    owner: Option<String>,
    moves: bool,
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
        answer.give(response);
    }

    fn plan(&self, visit: &Visit, head: bool, status: Status, now: u64) -> Plan {
        let ending = visit.state.end();
        let kept = match &visit.origin {
            Origin::Store(kept) => kept.as_ref(),
            Origin::Cookie | Origin::Unavailable => {
                if ending.changed(true) || ending.cleared() {
                    log::warn!(
                        "The session store is not available: what was written to the session in \
                         this request is dropped."
                    );
                }
                return Plan::Answer(Answer::Read);
            }
        };
        let owner_key = self.registry.owner_key();
        let owner = owner_key.and_then(|key| ending.json(key)).map(str::to_owned);
        let filed = kept.and_then(|kept| kept.owner.as_deref());
        let moves = owner_key.is_some() && owner.as_deref() != filed;
        // One that was there before the field was an owner is only filed: a read
        // that renews would leave the requests beside it without a session.
        let another = owner_key.is_some_and(|key| ending.field_changed(key));
        let identity = Identity {
            renewed: ending.renewed() || (moves && another),
            permanence: ending.permanence_changed(),
        };
        let end = self.ended(visit, &ending, moves && kept.is_some(), status, head, now);
        let action = decide_stored(&end, identity, &self.policy);
        // The session's own key: to hash the identifier again is work.
        let kept = kept.zip(visit.state.key());
        self.planned(action, &ending, kept, Filing { owner, moves }, now)
    }

    fn planned(
        &self,
        action: StoredAction,
        ending: &Ending<'_>,
        kept: Option<(&Kept, &Key)>,
        filing: Filing,
        now: u64,
    ) -> Plan {
        let key = kept.map(|(_, key)| *key);
        let Filing { owner, moves } = filing;
        let issue = |stamp: Stamp| Issue { stamp, max_age: self.max_age(ending, &stamp, now) };
        let mut names = ending.entry_names(now);
        let mut patch = |stamp: &Stamp, consume| {
            let mut patch = Patch::new(stamp.issued, self.policy.expires(stamp));
            (patch.set, patch.remove) = ending.changes(consume, &mut names);
            patch.owner = moves.then(|| owner.clone());
            patch
        };
        match (action, kept, key) {
            (StoredAction::Keep, ..) => Plan::Answer(Answer::Read),
            (StoredAction::Fail, ..) => {
                Plan::Answer(Answer::Failed(ending.failure().unwrap_or_default().to_owned()))
            }
            (StoredAction::Destroy, _, key) => Plan::Destroy { key },
            (
                StoredAction::Patch { stamp, consume, cookie, changed },
                Some((kept, _)),
                Some(key),
            ) => {
                let cookie = cookie.then(|| (kept.identifier.clone(), issue(stamp)));
                Plan::Patch { key, patch: patch(&stamp, consume), cookie, changed }
            }
            (StoredAction::Rename { stamp, consume }, _, Some(key)) => {
                Plan::Rename { key, patch: patch(&stamp, consume), issue: issue(stamp) }
            }
            (StoredAction::Empty { stamp, consume, renewed }, _, Some(key)) => Plan::Empty {
                key,
                names: ending.loaded_names(),
                patch: patch(&stamp, consume),
                renewed: renewed.then(|| issue(stamp)),
            },
            (
                StoredAction::Create { stamp, consume }
                | StoredAction::Patch { stamp, consume, .. }
                | StoredAction::Rename { stamp, consume }
                | StoredAction::Empty { stamp, consume, .. },
                _,
                ends,
            ) => {
                let fields = ending.fields(consume, &mut names);
                let mut record = Record::new(fields, now, self.policy.expires(&stamp));
                record.owner.clone_from(&owner);
                Plan::Create { record, issue: issue(stamp), ends }
            }
        }
    }

    async fn carry_out(
        &self,
        backend: &Backend,
        plan: Plan,
        now: u64,
    ) -> Result<Answer, Unavailable> {
        Ok(match plan {
            Plan::Answer(answer) => answer,
            Plan::Create { record, issue, ends } => {
                // In this order: a sign-out holds, though the store may have no
                // room for what comes after it.
                if let Some(key) = ends {
                    backend.destroy(&key).await?;
                }
                let identifier = backend.create(&record, now).await?;
                self.identify(&identifier, issue)
            }
            Plan::Patch { key, patch, cookie, changed } => {
                match backend.patch(&key, &patch, now).await {
                    Ok(true) => match cookie {
                        Some((identifier, issue)) => self.identify(&identifier, issue),
                        None if changed => Answer::Changed,
                        None => Answer::Read,
                    },
                    Ok(false) if changed => gone(),
                    // A touch that fails does not spoil a good response.
                    Ok(false) => Answer::Read,
                    Err(Unavailable) if changed => return Err(Unavailable),
                    Err(Unavailable) => Answer::Read,
                }
            }
            Plan::Rename { key, patch, issue } => {
                self.rename(backend, &key, &patch, issue, now).await?
            }
            Plan::Empty { key, names, patch, renewed } => {
                if backend.destroy_if_only(&key, &names, now).await? {
                    Answer::Cookie(self.template.removal().to_owned())
                } else if let Some(issue) = renewed {
                    self.rename(backend, &key, &patch, issue, now).await?
                } else if backend.patch(&key, &patch, now).await? {
                    Answer::Changed
                } else {
                    gone()
                }
            }
            Plan::Destroy { key } => {
                if let Some(key) = key {
                    backend.destroy(&key).await?;
                }
                Answer::Cookie(self.template.removal().to_owned())
            }
        })
    }

    async fn rename(
        &self,
        backend: &Backend,
        key: &Key,
        patch: &Patch,
        issue: Issue,
        now: u64,
    ) -> Result<Answer, Unavailable> {
        let identifier = backend.rename(key, patch, now).await?;
        Ok(identifier.map_or_else(gone, |identifier| self.identify(&identifier, issue)))
    }

    /// A cookie with the identifier.
    fn identify(&self, identifier: &Identifier, issue: Issue) -> Answer {
        match self.seal(&identifier.payload(), &issue.stamp, issue.max_age) {
            Ok(Ok(cookie)) => Answer::Cookie(cookie),
            Ok(Err(size)) => Answer::Failed(format!(
                "The session's cookie has {size} bytes, name and value, and `max_cookie_size` is \
                 {}. Type `max_cookie_size = 4096`.",
                self.template.max_size(),
            )),
            Err(why) => Answer::Failed(why),
        }
    }
}

/// The visitor may hold the cookie of a newer session: this one sends none.
fn gone() -> Answer {
    log::warn!(
        "A session ended while a request was changing it (signed out or renewed by another \
         request, or over): the change is dropped."
    );
    Answer::Read
}
