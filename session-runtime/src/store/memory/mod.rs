//! Sessions in the memory of this process.

mod shard;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::shard::Shard;
use super::{
    Count, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict, async_trait, oldest,
};

/// The default capacity.
const CAPACITY: usize = 100_000;

/// The number of shards. Requests in different shards do not wait for each other.
const SHARDS: usize = 16;

/// The fewest sessions that a shard has room for. A full shard discards one of its
/// own sessions. If shards were smaller, one could be full while another is half
/// empty, and chance would say whose session goes.
const SMALLEST_SHARD: usize = 1_000;

/// Keeps sessions in the memory of this process. It is the store for tests, for
/// development, and for an application that may forget its visitors when it
/// restarts.
///
/// It never holds more sessions than its [capacity](Memory::capacity), and never
/// refuses a new one. A full store discards another session instead: an expired
/// one if there is one, else one without an owner, else one with an owner. Of
/// several, it discards the one that was not seen for the longest time. It
/// remembers as many keys that were renewed or ended as its capacity, the latest.
///
/// ```
/// use session_runtime::{Sessions, store::Memory};
///
/// let sessions = Sessions::fairing().store(Memory::new());
/// # drop(sessions);
/// ```
pub struct Memory {
    /// The first byte of a key says which shard keeps its session, so a session and
    /// all keys that led to it are in one shard. No lock is held across an `await`.
    /// Several locks are always taken in this order.
    shards: Vec<Mutex<Shard>>,
}

impl Memory {
    /// A store for 100,000 sessions.
    #[must_use]
    pub fn new() -> Memory {
        Memory::with_capacity(CAPACITY)
    }

    /// The most sessions that it keeps, at least one. Call this before the store is
    /// used: it returns an empty store.
    #[must_use]
    pub fn capacity(self, sessions: usize) -> Memory {
        Memory::with_capacity(sessions)
    }

    fn with_capacity(sessions: usize) -> Memory {
        let sessions = sessions.max(1);
        let shards = (sessions / SMALLEST_SHARD).clamp(1, SHARDS);
        // The shares add up to the capacity exactly. No shard exceeds its share, so
        // the store never exceeds its capacity.
        let share = |shard| sessions / shards + usize::from(shard < sessions % shards);
        Memory { shards: (0..shards).map(|shard| Mutex::new(Shard::new(share(shard)))).collect() }
    }

    /// The index of a key's shard. Keys are hashes, so their first bytes are spread
    /// evenly.
    fn place(&self, key: &Key) -> usize {
        usize::from(key.as_bytes()[0]) % self.shards.len()
    }

    fn lock(&self, place: usize) -> MutexGuard<'_, Shard> {
        // Nothing panics while the lock is held, and a failed allocation ends the
        // process.
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shard_of(&self, key: &Key) -> MutexGuard<'_, Shard> {
        self.lock(self.place(key))
    }

    /// All shards, locked at once. Otherwise a session that is being renamed could
    /// move from a shard not yet visited to one that was visited already.
    fn all(&self) -> Vec<MutexGuard<'_, Shard>> {
        (0..self.shards.len()).map(|place| self.lock(place)).collect()
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::new()
    }
}

/// Shows numbers only.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shards = self.all();
        f.debug_struct("Memory")
            .field("sessions", &shards.iter().map(|shard| shard.len()).sum::<usize>())
            .field("capacity", &shards.iter().map(|shard| shard.share()).sum::<usize>())
            .finish()
    }
}

#[async_trait]
impl Store for Memory {
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
        let warning = "The sessions are kept in memory: all of them are forgotten when this \
             process ends, and a second process knows none of them. Type \
             `store = \"redis://…\"`, `store = \"postgres://…\"` or `store = \"sqlite://…\"` \
             to keep them.";
        Ok(release.then(|| warning.to_owned()).into_iter().collect())
    }

    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        Ok(self.shard_of(key).create(*key, record.clone(), in_place_of, now))
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError> {
        Ok(self.shard_of(key).load(key, now))
    }

    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError> {
        Ok(self.shard_of(key).patch(key, patch, now))
    }

    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        if self.place(old) != self.place(new) {
            return Err(StoreError::new("a session is renamed to a key with another first byte"));
        }
        Ok(self.shard_of(old).rename(old, *new, patch, now))
    }

    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError> {
        Ok(self.shard_of(key).destroy(key, owner, now))
    }

    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
        // One shard at a time, so that requests go on in the others.
        Ok((0..self.shards.len()).map(|place| self.lock(place).purge(now)).sum())
    }

    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
        let shards = self.all();
        Ok(shards.iter().flat_map(|shard| shard.list(owner, now)).collect())
    }

    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
        Ok(self.all().iter_mut().map(|shard| shard.destroy_all_of(owner, None, now)).sum())
    }

    async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, StoreError> {
        let mut shards = self.all();
        let kept = shards[self.place(keep)].newest(keep, now);
        let keep = kept.as_ref().unwrap_or(keep);
        Ok(shards.iter_mut().map(|shard| shard.destroy_all_of(owner, Some(keep), now)).sum())
    }

    async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        let mut shards = self.all();
        let keep = shards[self.place(keep)].newest(keep, now);
        let mut sessions: Vec<Listed> =
            shards.iter().flat_map(|shard| shard.list(owner, now)).collect();
        let oldest = oldest::beyond(most, keep, &mut sessions);
        for session in oldest {
            shards[self.place(&session.key)].end(&session.key, now);
        }
        Ok(oldest.len() as u64)
    }

    async fn count(&self, now: u64) -> Result<Count, StoreError> {
        let shards = self.all();
        let (mut owners, mut count) = (HashSet::new(), Count::default());
        for record in shards.iter().flat_map(|shard| shard.records(now)) {
            count.add(record, &mut owners);
        }
        Ok(count)
    }

    async fn destroy_all(&self, now: u64) -> Result<u64, StoreError> {
        Ok(self.all().iter_mut().map(|shard| shard.destroy_all(now)).sum())
    }

    fn renames_within_first_byte(&self) -> bool {
        true
    }
}
