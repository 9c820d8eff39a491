//! A store as the application uses it: with a deadline, and by identifiers.

use std::sync::Arc;
use std::time::Duration;

use super::{Key, Listed, Patch, Record, Store, StoreError, Verdict};
use crate::identity::Identifier;

/// Two identifiers of 256 bits are never the same. If so many are, something
/// is wrong with the random numbers, or with the store.
const TRIES: usize = 8;

/// The store that sessions are kept in.
#[derive(Clone)]
pub(crate) struct Backend {
    store: Arc<dyn Store>,
    deadline: Duration,
}

/// The store failed, or did not answer in time. The log has the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

impl Backend {
    pub(crate) fn new(store: Arc<dyn Store>, deadline: Duration) -> Backend {
        Backend { store, deadline }
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

    fn no_random(error: getrandom::Error) -> Unavailable {
        log::error!("The operating system gave no random bytes for an identifier: {error}.");
        Unavailable
    }

    pub(crate) async fn load(&self, key: &Key, now: u64) -> Result<Option<Record>, Unavailable> {
        self.call("load a session", self.store.load(key, now)).await
    }

    /// Keeps a new session, under an identifier that nobody has.
    pub(crate) async fn create(
        &self,
        record: &Record,
        now: u64,
    ) -> Result<Identifier, Unavailable> {
        for _ in 0..TRIES {
            let identifier = Identifier::random().map_err(Self::no_random)?;
            let key = identifier.key();
            let create = self.store.create(&key, record, now);
            if self.call("create a session", create).await? == Verdict::Done {
                return Ok(identifier);
            }
        }
        log::error!("The session store says of {TRIES} random identifiers that they are taken.");
        Err(Unavailable)
    }

    /// Whether there was a session to change.
    pub(crate) async fn patch(
        &self,
        key: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<bool, Unavailable> {
        let patched = self.call("change a session", self.store.patch(key, patch, now)).await?;
        Ok(patched == Verdict::Done)
    }

    /// The new identifier, if there was a session to give one to.
    pub(crate) async fn rename(
        &self,
        old: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Option<Identifier>, Unavailable> {
        for _ in 0..TRIES {
            let identifier = match self.store.renames_within_first_byte() {
                true => Identifier::random_beside(old),
                false => Identifier::random(),
            };
            let identifier = identifier.map_err(Self::no_random)?;
            let key = identifier.key();
            let rename = self.store.rename(old, &key, patch, now);
            match self.call("renew a session", rename).await? {
                Verdict::Done => return Ok(Some(identifier)),
                Verdict::Gone => return Ok(None),
                Verdict::Taken => {}
            }
        }
        log::error!("The session store says of {TRIES} random identifiers that they are taken.");
        Err(Unavailable)
    }

    pub(crate) async fn destroy(&self, key: &Key) -> Result<(), Unavailable> {
        self.call("end a session", self.store.destroy(key)).await
    }

    pub(crate) async fn destroy_if_only(
        &self,
        key: &Key,
        names: &[String],
        now: u64,
    ) -> Result<bool, Unavailable> {
        self.call("end an empty session", self.store.destroy_if_only(key, names, now)).await
    }

    pub(crate) async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, Unavailable> {
        self.call("list an owner's sessions", self.store.list(owner, now)).await
    }

    pub(crate) async fn destroy_all_of(&self, owner: &str) -> Result<u64, Unavailable> {
        self.call("end an owner's sessions", self.store.destroy_all_of(owner)).await
    }

    pub(crate) async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
    ) -> Result<u64, Unavailable> {
        let destroy = self.store.destroy_others_of(owner, keep);
        self.call("end an owner's other sessions", destroy).await
    }
}
