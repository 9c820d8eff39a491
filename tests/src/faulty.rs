//! A memory store that records its calls and can be made to fail.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session_runtime::store::{
    Count, Key, Listed, Loaded, Memory, Patch, Record, Store, StoreError, Verdict, async_trait,
};
use sha2::{Digest, Sha256};

use crate::forge::payload;

/// The identifier in a cookie's value.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn identifier(cookie: &str) -> [u8; 32] {
    let bytes = URL_SAFE_NO_PAD.decode(payload(cookie)).expect("canonical base64");
    bytes.try_into().expect("32 bytes")
}

/// The store's key for that cookie's session.
#[must_use]
pub fn key_of(cookie: &str) -> Key {
    Key::from_bytes(Sha256::digest(identifier(cookie)).into())
}

/// A memory store with switchable faults. Clones share the store.
#[derive(Clone)]
pub struct Faulty(Arc<Inner>);

struct Inner {
    memory: Memory,
    state: Mutex<State>,
    /// How many times `create` and `rename` will find the key taken.
    taken: AtomicUsize,
}

#[derive(Default)]
struct State {
    fault: Fault,
    /// The calls that are faulty; all calls if it is empty.
    only: Vec<&'static str>,
    calls: Vec<&'static str>,
    keys: Vec<Key>,
    purged: u64,
}

/// A fault of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every call fails.
    Down,
    /// No call is ever answered.
    Silent,
    /// Every call panics.
    Panics,
}

impl Default for Faulty {
    fn default() -> Faulty {
        let (memory, state) = (Memory::new(), Mutex::default());
        Faulty(Arc::new(Inner { memory, state, taken: AtomicUsize::new(0) }))
    }
}

impl Faulty {
    /// Gives all calls this fault from now on.
    pub fn be(&self, fault: Fault) {
        self.be_only(fault, &[]);
    }

    /// Gives these calls this fault from now on.
    pub fn be_only(&self, fault: Fault, calls: &[&'static str]) {
        let mut state = self.state();
        (state.fault, state.only) = (fault, calls.to_vec());
    }

    /// Makes the next `times` new keys collide.
    pub fn collide(&self, times: usize) {
        self.0.taken.store(times, Ordering::SeqCst);
    }

    /// The names of the calls since this was last asked.
    #[must_use]
    pub fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().calls)
    }

    /// All keys that it was ever called with.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        self.state().keys.clone()
    }

    /// The number of expired sessions that were deleted.
    #[must_use]
    pub fn purged(&self) -> u64 {
        self.state().purged
    }

    /// The record under the key, expired or not. Does not count as a call.
    ///
    /// # Panics
    ///
    /// Never: memory does not fail.
    #[must_use]
    pub fn row(&self, key: &Key) -> Option<Record> {
        ready(self.0.memory.load(key, 0)).expect("memory does not fail").session()
    }

    /// Replaces the session under the key. Does not count as a call.
    ///
    /// # Panics
    ///
    /// Never: memory does not fail.
    pub fn put(&self, key: &Key, record: &Record) {
        ready(self.0.memory.destroy(key, None, 0)).expect("memory does not fail");
        let created = ready(self.0.memory.create(key, record, None, 0));
        let created = created.expect("memory does not fail");
        assert_eq!(created, Verdict::Done);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn begin(&self, call: &'static str, keys: &[&Key]) -> Result<&Memory, StoreError> {
        let fault = {
            let mut state = self.state();
            state.calls.push(call);
            state.keys.extend(keys.iter().copied().copied());
            let affected = state.only.is_empty() || state.only.contains(&call);
            if affected { state.fault } else { Fault::None }
        };
        match fault {
            Fault::None => Ok(&self.0.memory),
            Fault::Down => Err(StoreError::new("the store was switched off")),
            Fault::Silent => std::future::pending().await,
            Fault::Panics => panic!("the store was made to panic"),
        }
    }

    fn is_taken(&self) -> bool {
        let taken = &self.0.taken;
        taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
    }
}

/// The result of a future that never waits, like those of the memory store.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("memory waits for something"),
    }
}

#[async_trait]
impl Store for Faulty {
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
        self.begin("prepare", &[]).await?.prepare(release).await
    }

    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let memory = self.begin("create", &[key]).await?;
        if self.is_taken() {
            return Ok(Verdict::Taken);
        }
        memory.create(key, record, in_place_of, now).await
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError> {
        self.begin("load", &[key]).await?.load(key, now).await
    }

    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError> {
        self.begin("patch", &[key]).await?.patch(key, patch, now).await
    }

    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let memory = self.begin("rename", &[old, new]).await?;
        if self.is_taken() {
            return Ok(Verdict::Taken);
        }
        memory.rename(old, new, patch, now).await
    }

    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError> {
        self.begin("destroy", &[key]).await?.destroy(key, owner, now).await
    }

    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
        let purged = self.begin("purge_expired", &[]).await?.purge_expired(now).await?;
        self.state().purged += purged;
        Ok(purged)
    }

    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
        self.begin("list", &[]).await?.list(owner, now).await
    }

    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
        self.begin("destroy_all_of", &[]).await?.destroy_all_of(owner, now).await
    }

    async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, StoreError> {
        self.begin("destroy_others_of", &[keep]).await?.destroy_others_of(owner, keep, now).await
    }

    async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        let memory = self.begin("destroy_oldest_of", &[keep]).await?;
        memory.destroy_oldest_of(owner, keep, most, now).await
    }

    async fn count(&self, now: u64) -> Result<Count, StoreError> {
        self.begin("count", &[]).await?.count(now).await
    }

    async fn destroy_all(&self, now: u64) -> Result<u64, StoreError> {
        self.begin("destroy_all", &[]).await?.destroy_all(now).await
    }

    fn renames_within_first_byte(&self) -> bool {
        self.0.memory.renames_within_first_byte()
    }
}
