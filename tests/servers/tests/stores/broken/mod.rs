//! Stores with one mistake each, over one without.

mod flaw;
mod patch;
mod rename;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;
use session_runtime::store::{
    Fields, Key, Listed, Memory, Patch, Record, Store, StoreError, Verdict, async_trait,
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

    /// The session, over or not.
    async fn ever(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        self.memory.load(key, 0).await
    }

    /// Writes a session anew.
    async fn put(&self, key: &Key, record: &Record, now: u64) -> Result<Verdict, StoreError> {
        self.memory.destroy(key).await?;
        self.memory.create(key, record, now).await
    }
}

#[async_trait]
impl Store for Broken {
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
        self.memory.prepare(release).await
    }

    async fn create(&self, key: &Key, record: &Record, now: u64) -> Result<Verdict, StoreError> {
        let key = &self.key(key);
        let mut record = record.clone();
        record.owner = record.owner.map(|owner| self.owner(&owner));
        match self.flaw {
            Flaw::WritesValuesAnew => record.fields = anew(&record.fields),
            Flaw::CutsNamesAtNul => {
                let cut = |(name, json): (String, String)| {
                    (name.split('\0').next().unwrap_or_default().to_owned(), json)
                };
                record.fields = record.fields.into_iter().map(cut).collect();
            }
            Flaw::CutsTimes => record.expires %= 1 << 32,
            Flaw::CreateOverwrites => self.memory.destroy(key).await?,
            Flaw::AnEmptyTextIsNobody => {
                record.owner = record.owner.filter(|owner| owner != "\"\"")
            }
            Flaw::HoldsKeysForEver if self.ever(key).await?.is_some() => return Ok(Verdict::Taken),
            Flaw::LooksThenCreates => {
                if self.memory.load(key, now).await?.is_some() {
                    return Ok(Verdict::Taken);
                }
                yield_now().await;
                self.memory.destroy(key).await?;
            }
            Flaw::ListsThePurged => drop(self.notes().keys.insert(*key)),
            _ => {}
        }
        self.memory.create(key, &record, now).await
    }

    async fn load(&self, key: &Key, now: u64) -> Result<Option<Record>, StoreError> {
        let key = &self.key(key);
        let now = match self.flaw {
            Flaw::LoadedASecondShort => now + 1,
            Flaw::LoadedASecondLate => now - 1,
            _ => now,
        };
        let record = self.memory.load(key, now).await?;
        let adopted = self.has(Flaw::AdoptsUnknownKeys);
        Ok(record.or_else(|| adopted.then(|| Record::new(Fields::new(), now, now))))
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
        self.renames(old, new, patch, now).await
    }

    async fn destroy(&self, key: &Key) -> Result<(), StoreError> {
        let key = &self.key(key);
        if self.has(Flaw::ListsTheDestroyed)
            && let Some(record) = self.ever(key).await?
        {
            self.notes().ghosts.extend(ghost(*key, &record));
        }
        self.memory.destroy(key).await
    }

    async fn destroy_if_only(
        &self,
        key: &Key,
        names: &[String],
        now: u64,
    ) -> Result<bool, StoreError> {
        let key = &self.key(key);
        let record = self.memory.load(key, now).await?;
        let is_one = |name: &String| names.contains(name);
        let ends = match (self.flaw, &record) {
            (Flaw::DestroysTheFilled, Some(record)) => {
                record.fields.is_empty() || record.fields.keys().any(is_one)
            }
            (Flaw::DestroysOnlyExactly, Some(record)) => {
                record.fields.keys().all(is_one) && record.fields.len() == names.len()
            }
            (Flaw::LooksThenDestroys, Some(record)) => {
                let ends = record.fields.keys().all(is_one);
                yield_now().await;
                ends
            }
            _ => return self.memory.destroy_if_only(key, names, now).await,
        };
        if ends {
            self.memory.destroy(key).await?;
        }
        Ok(ends)
    }

    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
        match self.flaw {
            Flaw::PurgesASecondShort => return self.memory.purge_expired(now + 1).await,
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
            Flaw::ListForgetsTheRenamed | Flaw::ListForgetsTheFiled => {
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

    async fn destroy_all_of(&self, owner: &str) -> Result<u64, StoreError> {
        let owner = &self.owner(owner);
        let list = self.memory.list(owner, 0).await?;
        match self.flaw {
            Flaw::EndsTenAtMost if list.len() > 10 => {
                for session in &list[..10] {
                    self.memory.destroy(&session.key).await?;
                }
                Ok(list.len() as u64)
            }
            Flaw::ListsThenDestroys => {
                yield_now().await;
                for session in &list {
                    self.memory.destroy(&session.key).await?;
                }
                Ok(list.len() as u64)
            }
            _ => self.memory.destroy_all_of(owner).await,
        }
    }

    async fn destroy_others_of(&self, owner: &str, keep: &Key) -> Result<u64, StoreError> {
        let (owner, keep) = (&self.owner(owner), &self.key(keep));
        let list = self.memory.list(owner, 0).await?;
        match self.flaw {
            Flaw::TheKeptOneEnds => Ok(self.memory.destroy_all_of(owner).await?.saturating_sub(1)),
            Flaw::KeepsOnlyTheOwners if list.iter().all(|session| session.key != *keep) => Ok(0),
            Flaw::UnknownOwnersFail if list.is_empty() => Err(StoreError::new("no such owner")),
            _ => self.memory.destroy_others_of(owner, keep).await,
        }
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
