//! A share of the sessions, and the orders in which they go.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::store::{Key, Record};

/// Only [`put`](Shard::put) and [`take`](Shard::take) change it, so that what
/// is in one of its indices is in all.
pub(super) struct Shard {
    /// It never holds more sessions.
    share: usize,
    sessions: HashMap<Key, Record>,
    /// The sessions of nobody's and those of somebody's, by when they were
    /// seen: the first is the first to go.
    anonymous: BTreeSet<(u64, Key)>,
    owned: BTreeSet<(u64, Key)>,
    /// All of them, by their last second.
    ends: BTreeSet<(u64, Key)>,
    owners: HashMap<String, HashSet<Key>>,
}

impl Shard {
    pub(super) fn new(share: usize) -> Shard {
        Shard {
            share,
            sessions: HashMap::new(),
            anonymous: BTreeSet::new(),
            owned: BTreeSet::new(),
            ends: BTreeSet::new(),
            owners: HashMap::new(),
        }
    }

    pub(super) fn share(&self) -> usize {
        self.share
    }

    /// Whether nothing is left, in the indices neither.
    #[cfg(test)]
    pub(super) fn is_blank(&self) -> bool {
        let Shard { share: _, sessions, anonymous, owned, ends, owners } = self;
        let orders = [anonymous, owned, ends];
        sessions.is_empty() && owners.is_empty() && orders.iter().all(|order| order.is_empty())
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }

    /// A session that is not over.
    pub(super) fn get(&self, key: &Key, now: u64) -> Option<&Record> {
        self.sessions.get(key).filter(|record| now <= record.expires)
    }

    /// Takes a session out that is not over.
    pub(super) fn take_living(&mut self, key: &Key, now: u64) -> Option<Record> {
        self.get(key, now)?;
        self.take(key)
    }

    /// Takes a session out, over or not.
    pub(super) fn take(&mut self, key: &Key) -> Option<Record> {
        let record = self.sessions.remove(key)?;
        self.ends.remove(&(record.expires, *key));
        self.order(&record).remove(&(record.seen, *key));
        if let Some(owner) = &record.owner
            && let Some(keys) = self.owners.get_mut(owner)
        {
            keys.remove(key);
            if keys.is_empty() {
                self.owners.remove(owner);
            }
        }
        Some(record)
    }

    /// Puts a session in, in the place of one that is over, and lets another
    /// one go if there is no room.
    pub(super) fn put(&mut self, key: Key, record: Record, now: u64) {
        self.take(&key);
        while self.sessions.len() >= self.share {
            let Some(first) = self.first_to_go(now) else { break };
            self.take(&first);
        }
        self.ends.insert((record.expires, key));
        self.order(&record).insert((record.seen, key));
        if let Some(owner) = &record.owner {
            self.owners.entry(owner.clone()).or_default().insert(key);
        }
        self.sessions.insert(key, record);
    }

    /// Takes out those that are over, and says how many there were.
    pub(super) fn purge(&mut self, now: u64) -> u64 {
        let mut count = 0;
        while let Some(key) = self.first_over(now) {
            self.take(&key);
            count += 1;
        }
        count
    }

    pub(super) fn keys_of(&self, owner: &str) -> impl Iterator<Item = &Key> {
        self.owners.get(owner).into_iter().flatten()
    }

    /// Takes out the owner's sessions but `keep`, and says how many there were.
    pub(super) fn take_all_of(&mut self, owner: &str, keep: Option<&Key>) -> u64 {
        let keys: Vec<Key> =
            self.keys_of(owner).filter(|key| Some(*key) != keep).copied().collect();
        keys.iter().map(|key| u64::from(self.take(key).is_some())).sum()
    }

    fn order(&mut self, record: &Record) -> &mut BTreeSet<(u64, Key)> {
        if record.owner.is_some() { &mut self.owned } else { &mut self.anonymous }
    }

    fn first_to_go(&self, now: u64) -> Option<Key> {
        let unseen = || self.anonymous.first().or(self.owned.first()).map(|(_, key)| *key);
        self.first_over(now).or_else(unseen)
    }

    fn first_over(&self, now: u64) -> Option<Key> {
        self.ends.first().filter(|(expires, _)| now > *expires).map(|(_, key)| *key)
    }
}
