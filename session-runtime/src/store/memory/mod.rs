//! Sessions in this process.

mod shard;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::shard::Shard;
use super::{Key, Listed, Patch, Record, Store, StoreError, Verdict, async_trait};

/// How many sessions there is room for unless the application says so.
const CAPACITY: usize = 100_000;

/// So many requests of different visitors do not wait for each other.
const SHARDS: usize = 16;

/// A shard makes room among its own sessions alone. With fewer than these, one
/// shard would be full while another is half empty, and whose session goes
/// would be chance.
const SMALLEST_SHARD: usize = 1_000;

/// Keeps sessions in this process: the store for tests, for development, and
/// for an application whose visitors may be forgotten when it restarts.
///
/// It never holds more sessions than its [capacity](Memory::capacity). A new
/// one is never refused: in a full store another one goes, of those that are
/// over if there is one, else of those without an owner, else of the owned
/// ones, and of these the one that was not seen for the longest time.
pub struct Memory {
    /// Which one keeps a session is in its key. No lock is ever held while
    /// something else is awaited, and whoever takes several takes them in this
    /// order.
    shards: Vec<Mutex<Shard>>,
}

impl Memory {
    /// A store for 100,000 sessions.
    #[must_use]
    pub fn new() -> Memory {
        Memory::with_capacity(CAPACITY)
    }

    /// Room for so many sessions, and for one at least. To be said before the
    /// store is used: it begins empty.
    #[must_use]
    pub fn capacity(self, sessions: usize) -> Memory {
        Memory::with_capacity(sessions)
    }

    fn with_capacity(sessions: usize) -> Memory {
        let sessions = sessions.max(1);
        let shards = (sessions / SMALLEST_SHARD).clamp(1, SHARDS);
        // The shares add up to the capacity exactly. No shard goes beyond its
        // own, so the store never goes beyond the whole.
        let share = |shard| sessions / shards + usize::from(shard < sessions % shards);
        Memory { shards: (0..shards).map(|shard| Mutex::new(Shard::new(share(shard)))).collect() }
    }

    /// Keys are hashes: any two bytes spread evenly.
    fn place(&self, key: &Key) -> usize {
        let [first, second, ..] = *key.as_bytes();
        usize::from(u16::from_be_bytes([first, second])) % self.shards.len()
    }

    fn lock(&self, place: usize) -> MutexGuard<'_, Shard> {
        // Nothing panics while it holds the lock, and an allocation that fails
        // ends the process.
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shard_of(&self, key: &Key) -> MutexGuard<'_, Shard> {
        self.lock(self.place(key))
    }

    /// The whole store, standing still: a session that is being renamed must
    /// not slip from a shard that is yet to come into one that was looked at.
    fn all(&self) -> Vec<MutexGuard<'_, Shard>> {
        (0..self.shards.len()).map(|place| self.lock(place)).collect()
    }
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::new()
    }
}

/// Numbers only.
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

    async fn create(&self, key: &Key, record: &Record, now: u64) -> Result<Verdict, StoreError> {
        let mut shard = self.shard_of(key);
        if shard.get(key, now).is_some() {
            return Ok(Verdict::Taken);
        }
        shard.put(*key, record.clone(), now);
        Ok(Verdict::Done)
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Option<Record>, StoreError> {
        Ok(self.shard_of(key).get(key, now).cloned())
    }

    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError> {
        let mut shard = self.shard_of(key);
        let Some(mut record) = shard.take_living(key, now) else { return Ok(Verdict::Gone) };
        patch.apply(&mut record);
        shard.put(*key, record, now);
        Ok(Verdict::Done)
    }

    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let (a, b) = (self.place(old), self.place(new));
        let mut lower = self.lock(a.min(b));
        let mut upper = (a != b).then(|| self.lock(a.max(b)));
        // `to` is `None` if both keys are in one shard.
        let (from, to): (&mut Shard, Option<&mut Shard>) = match &mut upper {
            None => (&mut lower, None),
            Some(upper) if a < b => (&mut lower, Some(upper)),
            Some(upper) => (upper, Some(&mut lower)),
        };
        if to.as_deref().unwrap_or(from).get(new, now).is_some() {
            return Ok(Verdict::Taken);
        }
        let Some(mut record) = from.take_living(old, now) else { return Ok(Verdict::Gone) };
        patch.apply(&mut record);
        to.unwrap_or(from).put(*new, record, now);
        Ok(Verdict::Done)
    }

    async fn destroy(&self, key: &Key) -> Result<(), StoreError> {
        self.shard_of(key).take(key);
        Ok(())
    }

    async fn destroy_if_only(
        &self,
        key: &Key,
        names: &[String],
        now: u64,
    ) -> Result<bool, StoreError> {
        let mut shard = self.shard_of(key);
        let only = |record: &Record| record.fields.keys().all(|name| names.contains(name));
        let ends = shard.get(key, now).is_some_and(only);
        if ends {
            shard.take(key);
        }
        Ok(ends)
    }

    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
        // One shard at a time: the requests go on in the others.
        Ok((0..self.shards.len()).map(|place| self.lock(place).purge(now)).sum())
    }

    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
        let shards = self.all();
        let mut list = Vec::new();
        for shard in &shards {
            list.extend(shard.keys_of(owner).filter_map(|key| {
                let record = shard.get(key, now)?;
                Some(Listed::new(*key, record.created, record.seen, record.expires))
            }));
        }
        Ok(list)
    }

    async fn destroy_all_of(&self, owner: &str) -> Result<u64, StoreError> {
        Ok(self.all().iter_mut().map(|shard| shard.take_all_of(owner, None)).sum())
    }

    async fn destroy_others_of(&self, owner: &str, keep: &Key) -> Result<u64, StoreError> {
        Ok(self.all().iter_mut().map(|shard| shard.take_all_of(owner, Some(keep))).sum())
    }
}
