//! A part of the sessions, and the orders in which it discards them.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::store::{Follow, Key, Listed, Loaded, Patch, REMEMBERED, Record, Verdict};

/// A part of the sessions. Only [`put`](Shard::put), [`take`](Shard::take),
/// [`remember`](Shard::remember) and [`forget`](Shard::forget) change it, and each
/// of them changes all indices.
pub(super) struct Shard {
    /// The most sessions that it holds, and the most keys that it remembers.
    share: usize,
    sessions: HashMap<Key, Session>,
    /// The sessions without an owner and those with one, by when they were seen.
    /// The first in the order is the first to be discarded.
    anonymous: BTreeSet<(u64, Key)>,
    owned: BTreeSet<(u64, Key)>,
    /// All sessions, by their last second.
    ends: BTreeSet<(u64, Key)>,
    owners: HashMap<String, HashSet<Key>>,
    /// The key of each family's session.
    families: HashMap<Key, Key>,
    /// The remembered keys, and the order in which they are forgotten.
    former: HashMap<Key, Former>,
    forgotten: BTreeSet<(Last, Key)>,
    /// How many keys it has ever remembered.
    remembered: u64,
}

struct Session {
    record: Record,
    line: Line,
}

/// Where a session comes from.
#[derive(Clone, Copy)]
struct Line {
    /// The first key of the first session that led to it.
    family: Key,
    /// The key that it was created under.
    origin: Key,
}

struct Former {
    line: Line,
    last: Last,
}

/// How long a key is remembered. Of two keys with the same last second, the one
/// that was remembered first is forgotten first: a full shard must not forget a
/// key that a request is about to use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Last {
    second: u64,
    turn: u64,
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
            families: HashMap::new(),
            former: HashMap::new(),
            forgotten: BTreeSet::new(),
            remembered: 0,
        }
    }

    pub(super) fn share(&self) -> usize {
        self.share
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether the shard and all its indices are empty.
    #[cfg(test)]
    pub(super) fn is_blank(&self) -> bool {
        let Shard {
            share: _,
            sessions,
            anonymous,
            owned,
            ends,
            owners,
            families,
            former,
            forgotten,
            remembered: _,
        } = self;
        let orders = [anonymous, owned, ends];
        sessions.is_empty()
            && owners.is_empty()
            && families.is_empty()
            && former.is_empty()
            && forgotten.is_empty()
            && orders.iter().all(|order| order.is_empty())
    }

    pub(super) fn create(
        &mut self,
        key: Key,
        record: Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Verdict {
        if self.living(&key, now).is_some() {
            return Verdict::Taken;
        }
        let before = in_place_of.and_then(|old| self.line(old, now));
        if let Some(newest) = before.and_then(|line| self.families.get(&line.family).copied()) {
            self.end(&newest, now);
        }
        let family = before.map_or(key, |line| line.family);
        self.put(key, Session { record, line: Line { family, origin: key } }, now);
        Verdict::Done
    }

    pub(super) fn load(&self, key: &Key, now: u64) -> Loaded {
        match (self.living(key, now), self.remembered(key, now)) {
            (Some(session), _) => Loaded::Session(session.record.clone()),
            (None, Some(_)) => Loaded::Former,
            (None, None) => Loaded::Nothing,
        }
    }

    pub(super) fn patch(&mut self, key: &Key, patch: &Patch, now: u64) -> Verdict {
        let (newest, verdict) = match self.living(key, now) {
            Some(_) => (*key, Verdict::Done),
            None => match self.followed(key, patch.follow, now) {
                Some(newest) => (newest, Verdict::Followed),
                None => return Verdict::Gone,
            },
        };
        let Some(mut session) = self.take(&newest) else { return Verdict::Gone };
        patch.apply(&mut session.record, now);
        self.put(newest, session, now);
        verdict
    }

    pub(super) fn rename(&mut self, old: &Key, new: Key, patch: &Patch, now: u64) -> Verdict {
        if self.living(old, now).is_none() {
            return Verdict::Gone;
        }
        if self.living(&new, now).is_some() {
            return Verdict::Taken;
        }
        let Some(mut session) = self.take(old) else { return Verdict::Gone };
        patch.apply(&mut session.record, now);
        self.remember(*old, session.line, now);
        self.put(new, session, now);
        Verdict::Done
    }

    pub(super) fn destroy(&mut self, key: &Key, owner: Option<&str>, now: u64) -> bool {
        let newest = self.newest(key, now);
        let theirs = newest.filter(|newest| {
            let session = self.sessions.get(newest);
            owner.is_none() || session.is_some_and(|one| one.record.owner.as_deref() == owner)
        });
        theirs.is_some_and(|key| self.end(&key, now))
    }

    /// Deletes expired sessions, and keys that need not be remembered any more.
    /// Returns how many sessions it deleted.
    pub(super) fn purge(&mut self, now: u64) -> u64 {
        let mut count = 0;
        while let Some(key) = self.first_expired(now) {
            self.take(&key);
            count += 1;
        }
        while let Some((last, key)) = self.forgotten.first().copied()
            && now > last.second
        {
            self.forget(&key);
        }
        count
    }

    pub(super) fn list(&self, owner: &str, now: u64) -> impl Iterator<Item = Listed> {
        self.owners.get(owner).into_iter().flatten().filter_map(move |key| {
            let Record { created, seen, expires, .. } = self.living(key, now)?.record;
            Some(Listed::new(*key, created, seen, expires))
        })
    }

    /// Ends the owner's sessions but `keep`, and returns how many it ended.
    pub(super) fn destroy_all_of(&mut self, owner: &str, keep: Option<&Key>, now: u64) -> u64 {
        let keys = self.owners.get(owner).into_iter().flatten();
        let keys: Vec<Key> = keys.filter(|key| Some(*key) != keep).copied().collect();
        for key in &keys {
            self.end(key, now);
        }
        keys.len() as u64
    }

    /// All sessions.
    pub(super) fn records(&self, now: u64) -> impl Iterator<Item = &Record> {
        let records = self.sessions.values().map(|session| &session.record);
        records.filter(move |record| now <= record.expires)
    }

    /// Ends all sessions, and returns how many it ended.
    pub(super) fn destroy_all(&mut self, now: u64) -> u64 {
        self.purge(now);
        let keys: Vec<Key> = self.sessions.keys().copied().collect();
        for key in &keys {
            self.end(key, now);
        }
        keys.len() as u64
    }

    /// The key of the session that exists under this key or that this key leads to.
    pub(super) fn newest(&self, key: &Key, now: u64) -> Option<Key> {
        match self.living(key, now) {
            Some(_) => Some(*key),
            None => self.followed(key, Follow::Newest, now),
        }
    }

    /// The key of the session that a remembered key leads to.
    fn followed(&self, key: &Key, follow: Follow, now: u64) -> Option<Key> {
        let former = self.remembered(key, now)?;
        let newest = *self.families.get(&former.family)?;
        let session = self.living(&newest, now)?;
        let is_same = session.line.origin == former.origin;
        (is_same || follow == Follow::Newest).then_some(newest)
    }

    fn living(&self, key: &Key, now: u64) -> Option<&Session> {
        self.sessions.get(key).filter(|session| now <= session.record.expires)
    }

    fn remembered(&self, key: &Key, now: u64) -> Option<Line> {
        let former = self.former.get(key).filter(|former| now <= former.last.second)?;
        Some(former.line)
    }

    fn line(&self, key: &Key, now: u64) -> Option<Line> {
        let living = self.living(key, now).map(|session| session.line);
        living.or_else(|| self.remembered(key, now))
    }

    /// Ends the session under exactly this key. The key of an expired session is not
    /// remembered, because it would not be if the session had been purged before.
    pub(super) fn end(&mut self, key: &Key, now: u64) -> bool {
        let Some(session) = self.take(key) else { return false };
        if now <= session.record.expires {
            self.remember(*key, session.line, now);
        }
        true
    }

    /// Removes a session, expired or not, and returns it.
    fn take(&mut self, key: &Key) -> Option<Session> {
        let session = self.sessions.remove(key)?;
        let record = &session.record;
        self.ends.remove(&(record.expires, *key));
        self.order(record).remove(&(record.seen, *key));
        if let Some(owner) = &record.owner
            && let Some(keys) = self.owners.get_mut(owner)
        {
            keys.remove(key);
            if keys.is_empty() {
                self.owners.remove(owner);
            }
        }
        if self.families.get(&session.line.family) == Some(key) {
            self.families.remove(&session.line.family);
        }
        Some(session)
    }

    /// Inserts a session. It replaces an expired one under the same key. If there is
    /// no room, another session is discarded.
    fn put(&mut self, key: Key, session: Session, now: u64) {
        self.take(&key);
        while self.sessions.len() >= self.share {
            let Some(first) = self.first_to_go(now) else { break };
            self.take(&first);
        }
        let record = &session.record;
        self.ends.insert((record.expires, key));
        self.order(record).insert((record.seen, key));
        if let Some(owner) = &record.owner {
            self.owners.entry(owner.clone()).or_default().insert(key);
        }
        self.families.insert(session.line.family, key);
        self.sessions.insert(key, session);
    }

    fn remember(&mut self, key: Key, line: Line, now: u64) {
        self.forget(&key);
        while self.former.len() >= self.share {
            let Some((_, first)) = self.forgotten.first().copied() else { break };
            self.forget(&first);
        }
        self.remembered += 1;
        let last = Last { second: now.saturating_add(REMEMBERED), turn: self.remembered };
        self.forgotten.insert((last, key));
        self.former.insert(key, Former { line, last });
    }

    fn forget(&mut self, key: &Key) {
        if let Some(former) = self.former.remove(key) {
            self.forgotten.remove(&(former.last, *key));
        }
    }

    fn order(&mut self, record: &Record) -> &mut BTreeSet<(u64, Key)> {
        if record.owner.is_some() { &mut self.owned } else { &mut self.anonymous }
    }

    fn first_to_go(&self, now: u64) -> Option<Key> {
        let unseen = || self.anonymous.first().or(self.owned.first()).map(|(_, key)| *key);
        self.first_expired(now).or_else(unseen)
    }

    fn first_expired(&self, now: u64) -> Option<Key> {
        self.ends.first().filter(|(expires, _)| now > *expires).map(|(_, key)| *key)
    }
}
