//! Stores with one mistake each, over one without.

mod create;
mod end;
mod flaw;
mod patch;
mod rename;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;
use session_runtime::store::{
    Count, Fields, Key, Listed, Loaded, Memory, Patch, Record, Store, StoreError, Verdict,
    async_trait,
};
use tokio::task::yield_now;

pub(crate) use self::flaw::Flaw;

pub(crate) struct Broken {
    flaw: Flaw,
    memory: Memory,
    notes: Mutex<Notes>,
}

/// What some of them remember besides.
#[derive(Default)]
struct Notes {
    keys: HashSet<Key>,
    /// All keys that sessions were created under or renamed to.
    made: HashSet<Key>,
    /// Where each key leads that was renamed or replaced.
    next: HashMap<Key, Key>,
    /// Keys that are said to be unknown.
    forgotten: HashSet<Key>,
    /// Sessions that are listed, and are not there.
    ghosts: Vec<(String, Listed)>,
    /// Whose a session is going to be.
    filed: HashMap<Key, Option<String>>,
    /// Whose list is being made.
    busy: HashSet<String>,
}

impl Broken {
    pub(crate) fn new(flaw: Flaw) -> Broken {
        Broken { flaw, memory: Memory::new(), notes: Mutex::default() }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap()
    }

    fn key(&self, key: &Key) -> Key {
        let mut bytes = *key.as_bytes();
        if self.has(Flaw::CutsKeys) {
            bytes[31] = 0;
        }
        Key::from_bytes(bytes)
    }

    fn owner(&self, owner: &str) -> String {
        if self.has(Flaw::OwnersAreAlike) { owner.to_lowercase() } else { owner.to_owned() }
    }

    /// The session, expired or not.
    async fn ever(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        self.session(key, 0).await
    }

    /// The session under exactly this key.
    async fn session(&self, key: &Key, now: u64) -> Result<Option<Record>, StoreError> {
        Ok(self.memory.load(key, now).await?.session())
    }

    /// The last key that this one leads to.
    fn newest(&self, key: &Key) -> Key {
        let notes = self.notes();
        let mut newest = *key;
        // A session may have come back to a key.
        for _ in 0..100 {
            match notes.next.get(&newest) {
                Some(next) => newest = *next,
                None => break,
            }
        }
        newest
    }

    /// The key of the session that this one leads to, as long as it is known.
    async fn leads(&self, key: &Key, now: u64) -> Result<Option<Key>, StoreError> {
        let is_known = self.memory.load(key, now).await? != Loaded::Nothing;
        let newest = self.newest(key);
        let is_there = self.session(&newest, now).await?.is_some();
        Ok((is_known && is_there).then_some(newest))
    }

    /// Writes a session anew.
    async fn put(&self, key: &Key, record: &Record, now: u64) -> Result<Verdict, StoreError> {
        self.memory.destroy(key, None, now).await?;
        self.memory.create(key, record, None, now).await
    }
}

#[async_trait]
impl Store for Broken {
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
        self.memory.prepare(release).await
    }

    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        self.notes().made.insert(self.key(key));
        self.creates(key, record, in_place_of, now).await
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError> {
        let key = &self.key(key);
        let now = match self.flaw {
            Flaw::LoadedASecondShort => now + 1,
            Flaw::LoadedASecondLate => now - 1,
            _ => now,
        };
        let found = self.memory.load(key, now).await?;
        let forgotten = self.notes().forgotten.contains(key);
        let renamed = self.notes().next.contains_key(key);
        Ok(match (self.flaw, found) {
            (_, Loaded::Session(record)) => Loaded::Session(record),
            (_, Loaded::Former) if forgotten => Loaded::Nothing,
            (Flaw::ForgetsRenamedKeys, Loaded::Former) if renamed => Loaded::Nothing,
            (Flaw::RemembersASecondShort, Loaded::Former) => self.memory.load(key, now + 1).await?,
            (Flaw::RemembersForEver, Loaded::Nothing) if renamed => Loaded::Former,
            (Flaw::RemembersTheExpired, Loaded::Nothing) if self.ever(key).await?.is_some() => {
                Loaded::Former
            }
            (Flaw::AdoptsUnknownKeys, _) => Loaded::Session(Record::new(Fields::new(), now, now)),
            (_, found) => found,
        })
    }

    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError> {
        self.patches(key, patch, now).await
    }

    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        self.notes().made.insert(self.key(new));
        let verdict = self.renames(old, new, patch, now).await?;
        if verdict == Verdict::Done {
            let (old, new) = (self.key(old), self.key(new));
            self.notes().next.insert(old, new);
        }
        Ok(verdict)
    }

    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError> {
        self.destroys(key, owner, now).await
    }

    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
        match self.flaw {
            Flaw::PurgesASecondShort => return self.memory.purge_expired(now + 1).await,
            Flaw::PurgeForgetsKeys => {
                let keys: Vec<Key> = self.notes().next.keys().copied().collect();
                self.notes().forgotten.extend(keys);
            }
            Flaw::ListsThePurged => {
                let keys = self.notes().keys.clone();
                for key in keys {
                    if let Some(record) = self.ever(&key).await?
                        && record.expires < now
                    {
                        self.notes().ghosts.extend(ghost(key, &record));
                    }
                }
            }
            _ => {}
        }
        self.memory.purge_expired(now).await
    }

    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
        let owner = &self.owner(owner);
        if self.has(Flaw::DroppedListsBlock) {
            if !self.notes().busy.insert(owner.clone()) {
                return Err(StoreError::new("the connection is busy"));
            }
            yield_now().await;
            self.notes().busy.remove(owner);
        }
        let now = if self.has(Flaw::ListedASecondLate) { now - 1 } else { now };
        let mut list = self.memory.list(owner, now).await?;
        let notes = self.notes();
        match self.flaw {
            Flaw::ListsTheDestroyed | Flaw::ListsThePurged => {
                let ghosts = notes.ghosts.iter().filter(|(of, _)| of == owner);
                list.extend(ghosts.map(|(_, ghost)| *ghost).filter(|one| now <= one.expires));
            }
            Flaw::ListForgetsTheRenamed | Flaw::ListForgetsTheFiled | Flaw::EndHidesTheNext => {
                list.retain(|one| !notes.keys.contains(&one.key));
            }
            Flaw::ListIsStale => list.iter_mut().for_each(|one| one.seen = one.created),
            Flaw::FilesInTwoSteps => {
                let filed = |one: &Listed| notes.filed.get(&one.key);
                list.retain(|one| filed(one).is_none_or(|of| of.as_ref() == Some(owner)));
            }
            _ => {}
        }
        Ok(list)
    }

    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
        self.destroys_all_of(owner, now).await
    }

    async fn destroy_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, StoreError> {
        self.destroys_others_of(owner, keep, now).await
    }

    async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        self.destroys_oldest_of(owner, keep, most, now).await
    }

    async fn count(&self, now: u64) -> Result<Count, StoreError> {
        self.counts(now).await
    }

    async fn destroy_all(&self, now: u64) -> Result<u64, StoreError> {
        self.destroys_all(now).await
    }

    fn renames_within_first_byte(&self) -> bool {
        self.memory.renames_within_first_byte()
    }
}

/// The values as a library writes them that has read them.
fn anew(fields: &Fields) -> Fields {
    let write = |(name, json): (&String, &String)| {
        let value: Value = serde_json::from_str(json).expect("a JSON text");
        (name.clone(), value.to_string())
    };
    fields.iter().map(write).collect()
}

fn ghost(key: Key, record: &Record) -> Option<(String, Listed)> {
    let listed = Listed::new(key, record.created, record.seen, record.expires);
    record.owner.clone().map(|owner| (owner, listed))
}
