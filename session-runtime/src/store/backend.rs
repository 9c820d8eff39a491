//! A store as the rest of the library uses it: calls have a deadline, and new
//! sessions get their identifiers.

use std::sync::Arc;
use std::time::Duration;

use super::{Identifier, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict};

/// How many identifiers are tried. Two of 256 bits are never the same: if this many
/// are taken, something is wrong with the random numbers, or with the store.
const TRIES: usize = 8;

/// The store that sessions are kept in.
#[derive(Clone)]
pub(crate) struct Backend {
    store: Arc<dyn Store>,
    deadline: Duration,
    /// How many sessions an owner may have.
    most: Option<usize>,
}

/// The store failed or did not answer in time. The reason is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

/// Where a patch was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patched {
    /// To the session under this key.
    Here,
    /// To the session that the key leads to.
    Elsewhere,
    /// There is no session that it belongs to.
    Nowhere,
}

impl Backend {
    pub(crate) fn new(store: Arc<dyn Store>, deadline: Duration, most: Option<usize>) -> Backend {
        Backend { store, deadline, most }
    }

    /// Whether the number of an owner's sessions is limited.
    pub(crate) fn limits_owners(&self) -> bool {
        self.most.is_some()
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    async fn call<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Unavailable> {
        let why = match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {:?}", self.deadline),
        };
        log::error!("The session store failed to {what}: {why}.");
        Err(Unavailable)
    }

    pub(crate) async fn load(&self, key: &Key, now: u64) -> Result<Loaded, Unavailable> {
        self.call("load a session", self.store.load(key, now)).await
    }

    /// Keeps a new session under a new identifier, and returns the identifier.
    pub(crate) async fn create(
        &self,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Identifier, Unavailable> {
        for _ in 0..TRIES {
            let identifier = self.identifier(in_place_of)?;
            let key = identifier.key();
            let create = self.store.create(&key, record, in_place_of, now);
            if self.call("create a session", create).await? == Verdict::Done {
                self.filed(record.owner.as_deref(), &key, now).await?;
                return Ok(identifier);
            }
        }
        Err(Self::taken())
    }

    pub(crate) async fn patch(
        &self,
        key: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Patched, Unavailable> {
        let verdict = self.call("change a session", self.store.patch(key, patch, now)).await?;
        let patched = match verdict {
            Verdict::Done => Patched::Here,
            Verdict::Followed => Patched::Elsewhere,
            Verdict::Gone | Verdict::Taken => return Ok(Patched::Nowhere),
        };
        self.filed(patch.new_owner(), key, now).await?;
        Ok(patched)
    }

    /// Gives a session a new identifier, if there is a session under the key.
    pub(crate) async fn rename(
        &self,
        old: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Option<Identifier>, Unavailable> {
        for _ in 0..TRIES {
            let identifier = self.identifier(Some(old))?;
            let key = identifier.key();
            let rename = self.store.rename(old, &key, patch, now);
            match self.call("renew a session", rename).await? {
                Verdict::Done => {
                    self.filed(patch.new_owner(), &key, now).await?;
                    return Ok(Some(identifier));
                }
                Verdict::Gone | Verdict::Followed => return Ok(None),
                Verdict::Taken => {}
            }
        }
        Err(Self::taken())
    }

    /// Ends the oldest sessions of an owner who has too many, now that one more is
    /// filed under this key.
    async fn filed(&self, owner: Option<&str>, key: &Key, now: u64) -> Result<(), Unavailable> {
        if let (Some(owner), Some(most)) = (owner, self.most) {
            let destroy = self.store.destroy_oldest_of(owner, key, most, now);
            self.call("end an owner's oldest sessions", destroy).await?;
        }
        Ok(())
    }

    /// Ends the session that exists under the key or that the key leads to, if it
    /// is that owner's, and returns whether there was one.
    pub(crate) async fn destroy(
        &self,
        key: &Key,
        owner: Option<&str>,
        now: u64,
    ) -> Result<bool, Unavailable> {
        self.call("end a session", self.store.destroy(key, owner, now)).await
    }

    pub(crate) async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, Unavailable> {
        self.call("list an owner's sessions", self.store.list(owner, now)).await
    }

    pub(crate) async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, Unavailable> {
        self.call("end an owner's sessions", self.store.destroy_all_of(owner, now)).await
    }

    pub(crate) async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, Unavailable> {
        let destroy = self.store.destroy_others_of(owner, keep, now);
        self.call("end an owner's other sessions", destroy).await
    }

    /// A new identifier. For some stores, its key must begin with the same byte as
    /// the key that it takes the place of.
    fn identifier(&self, after: Option<&Key>) -> Result<Identifier, Unavailable> {
        let identifier = match after.filter(|_| self.store.renames_within_first_byte()) {
            Some(key) => Identifier::random_beside(key),
            None => Identifier::random(),
        };
        identifier.map_err(|error| {
            log::error!("The operating system gave no random bytes for an identifier: {error}.");
            Unavailable
        })
    }

    fn taken() -> Unavailable {
        log::error!("The session store reports {TRIES} random identifiers in a row as taken.");
        Unavailable
    }
}
