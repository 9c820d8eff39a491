//! One promise that is being checked.

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use session_runtime::store::{
    Count, Fields, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict,
};

use crate::load::Load;
use crate::with::with;

/// Sessions live at least this long, so a store that deletes expired sessions
/// by its own clock deletes none of them during a check.
pub(crate) const HOUR: u64 = 60 * 60;

/// A session that outlives its former keys lives this long.
pub(crate) const DAY: u64 = 24 * HOUR;

/// A call that is spawned.
pub(crate) type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A store, a promise, and the sessions that were made to check it.
pub(crate) struct Trial<S> {
    store: Arc<S>,
    promise: &'static str,
    pub(crate) load: Load,
    /// The caller's time. It stands still unless a check moves it.
    pub(crate) now: u64,
    made: Mutex<HashSet<Key>>,
}

impl<S: Store> Trial<S> {
    pub(crate) fn of(store: &Arc<S>, promise: &'static str, load: Load) -> Arc<Trial<S>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Arc::new(Trial { store: Arc::clone(store), promise, load, now, made: Mutex::default() })
    }

    /// The same promise without sessions, for one round of many: it ends its own
    /// sessions and no others.
    pub(crate) fn fork(&self) -> Arc<Trial<S>> {
        Trial::of(&self.store, self.promise, self.load)
    }

    /// Ends what was made.
    pub(crate) async fn clean(&self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for key in made {
            self.destroy(&key).await;
        }
    }

    pub(crate) fn broken(&self, seen: impl Display) -> ! {
        let promise = self.promise.replace('_', " ");
        panic!("The store breaks its promise \"{promise}\": {seen}.");
    }

    pub(crate) fn same<T: PartialEq + Debug>(&self, what: impl Display, seen: T, expected: T) {
        if seen != expected {
            self.broken(format_args!("{what}: expected {expected:?}, but saw {seen:?}"));
        }
    }

    /// Two calls at once have several right answers.
    pub(crate) fn one_of<T: PartialEq + Debug>(&self, what: &str, seen: T, expected: &[T]) {
        if !expected.contains(&seen) {
            self.broken(format_args!("{what}: expected one of {expected:?}, but saw {seen:?}"));
        }
    }

    pub(crate) fn done(&self, what: impl Display, seen: Verdict) {
        self.same(what, seen, Verdict::Done);
    }

    fn answer<T>(&self, call: &str, answer: Result<T, StoreError>) -> T {
        answer.unwrap_or_else(|error| self.broken(format_args!("`{call}` fails: {error}")))
    }
}

/// What the checks ask of the store. A failure of the store breaks any promise.
impl<S: Store> Trial<S> {
    pub(crate) async fn create(&self, key: &Key, record: &Record, now: u64) -> Verdict {
        self.answer("create", self.store.create(key, record, None, now).await)
    }

    pub(crate) async fn create_in_place(
        &self,
        old: &Key,
        key: &Key,
        record: &Record,
        now: u64,
    ) -> Verdict {
        self.answer("create", self.store.create(key, record, Some(old), now).await)
    }

    pub(crate) async fn find(&self, key: &Key, now: u64) -> Loaded {
        self.answer("load", self.store.load(key, now).await)
    }

    pub(crate) async fn load(&self, key: &Key, now: u64) -> Option<Record> {
        self.find(key, now).await.session()
    }

    pub(crate) async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Verdict {
        self.answer("patch", self.store.patch(key, patch, now).await)
    }

    pub(crate) async fn rename(&self, old: &Key, new: &Key, patch: &Patch, now: u64) -> Verdict {
        self.answer("rename", self.store.rename(old, new, patch, now).await)
    }

    pub(crate) async fn destroy(&self, key: &Key) -> bool {
        self.destroy_of(key, None, self.now).await
    }

    pub(crate) async fn destroy_of(&self, key: &Key, owner: Option<&str>, now: u64) -> bool {
        self.answer("destroy", self.store.destroy(key, owner, now).await)
    }

    pub(crate) async fn purge_expired(&self, now: u64) {
        self.answer("purge_expired", self.store.purge_expired(now).await);
    }

    /// Sorted by key.
    pub(crate) async fn list(&self, owner: &str, now: u64) -> Vec<Listed> {
        let mut list = self.answer("list", self.store.list(owner, now).await);
        list.sort_by_key(|session| session.key);
        list
    }

    pub(crate) async fn destroy_all_of(&self, owner: &str) -> u64 {
        self.answer("destroy_all_of", self.store.destroy_all_of(owner, self.now).await)
    }

    pub(crate) async fn destroy_others_of(&self, owner: &str, keep: &Key, now: u64) -> u64 {
        self.answer("destroy_others_of", self.store.destroy_others_of(owner, keep, now).await)
    }

    pub(crate) async fn count(&self, now: u64) -> Count {
        self.answer("count", self.store.count(now).await)
    }

    pub(crate) async fn destroy_all(&self, now: u64) -> u64 {
        self.answer("destroy_all", self.store.destroy_all(now).await)
    }

    pub(crate) async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> u64 {
        let ended = self.store.destroy_oldest_of(owner, keep, most, now).await;
        self.answer("destroy_oldest_of", ended)
    }
}

/// Calls that become tasks of their own.
impl<S: Store> Trial<S> {
    pub(crate) fn creating_in_place(
        self: &Arc<Self>,
        old: Key,
        key: Key,
        record: Record,
    ) -> Task<Verdict> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.create_in_place(&old, &key, &record, trial.now).await })
    }

    pub(crate) fn patching(self: &Arc<Self>, key: Key, patch: Patch) -> Task<Verdict> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.patch(&key, &patch, trial.now).await })
    }

    pub(crate) fn renaming(self: &Arc<Self>, old: Key, new: Key, patch: Patch) -> Task<Verdict> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.rename(&old, &new, &patch, trial.now).await })
    }

    /// Renames a session from each key to the next.
    pub(crate) fn renaming_along(self: &Arc<Self>, keys: Vec<Key>) -> Task<Vec<Verdict>> {
        let trial = Arc::clone(self);
        Box::pin(async move {
            let mut verdicts = Vec::new();
            for pair in keys.windows(2) {
                verdicts.push(trial.rename(&pair[0], &pair[1], &trial.touch(), trial.now).await);
            }
            verdicts
        })
    }

    pub(crate) fn destroying(self: &Arc<Self>, key: Key) -> Task<bool> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.destroy(&key).await })
    }

    pub(crate) fn destroying_of(self: &Arc<Self>, key: Key, owner: &str) -> Task<bool> {
        let (trial, owner) = (Arc::clone(self), owner.to_owned());
        Box::pin(async move { trial.destroy_of(&key, Some(&owner), trial.now).await })
    }

    pub(crate) fn ending_all_of(self: &Arc<Self>, owner: &str) -> Task<u64> {
        let (trial, owner) = (Arc::clone(self), owner.to_owned());
        Box::pin(async move { trial.destroy_all_of(&owner).await })
    }

    pub(crate) fn ending_all(self: &Arc<Self>) -> Task<u64> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.destroy_all(trial.now).await })
    }

    pub(crate) fn ending_others_of(self: &Arc<Self>, owner: &str, keep: Key) -> Task<u64> {
        let (trial, owner) = (Arc::clone(self), owner.to_owned());
        Box::pin(async move { trial.destroy_others_of(&owner, &keep, trial.now).await })
    }
}

/// What the checks begin with.
impl<S: Store> Trial<S> {
    /// A key that nothing is kept under.
    pub(crate) fn key(&self) -> Key {
        self.made(random())
    }

    /// A key that the session of another key can be renamed to.
    pub(crate) fn beside(&self, key: &Key) -> Key {
        let mut bytes = random();
        if self.store.renames_within_first_byte() {
            bytes[0] = key.as_bytes()[0];
        }
        self.made(bytes)
    }

    /// A key of these bytes.
    pub(crate) fn made(&self, bytes: [u8; 32]) -> Key {
        let key = Key::from_bytes(bytes);
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        key
    }

    /// An owner, as a JSON text, that nobody else has.
    pub(crate) fn owner(&self) -> String {
        format!("\"{}\"", Key::from_bytes(random()).to_hex())
    }

    /// A session that begins now.
    pub(crate) fn record(&self, fields: &[(&str, &str)]) -> Record {
        Record::new(self.fields(fields), self.now, self.now + HOUR)
    }

    pub(crate) fn fields(&self, fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, json)| ((*name).to_owned(), (*json).to_owned())).collect()
    }

    /// A session of an owner that begins now and outlives its former keys.
    pub(crate) fn owned(&self, owner: &str, fields: &[(&str, &str)]) -> Record {
        let (owner, expires) = (Some(owner.to_owned()), self.now + DAY);
        with!(self.record(fields), owner = owner, expires = expires)
    }

    /// A change that is made now.
    pub(crate) fn touch(&self) -> Patch {
        Patch::new(self.now, self.now + HOUR)
    }

    pub(crate) fn setting(&self, fields: &[(&str, &str)]) -> Patch {
        with!(self.touch(), set = self.fields(fields))
    }

    /// Files the session under an owner.
    pub(crate) fn filing(&self, owner: Option<&str>) -> Patch {
        with!(self.touch(), owner = Some(owner.map(str::to_owned)))
    }

    /// Keeps a new session.
    pub(crate) async fn begin(&self, record: &Record) -> Key {
        let key = self.key();
        self.done("create of a new session", self.create(&key, record, self.now).await);
        key
    }

    /// Renames a session now, without another change, and says to which key.
    pub(crate) async fn renamed(&self, old: &Key) -> Key {
        let new = self.beside(old);
        self.done("rename", self.rename(old, &new, &self.touch(), self.now).await);
        new
    }

    /// Keeps a session and renames it a few times: all its keys, the newest
    /// last.
    pub(crate) async fn begin_renamed(&self, record: &Record, times: usize) -> Vec<Key> {
        let mut keys = vec![self.begin(record).await];
        for _ in 0..times {
            keys.push(self.renamed(&keys[keys.len() - 1]).await);
        }
        keys
    }

    /// Creates a session in place of a key, now, and says under which key.
    pub(crate) async fn replaced(&self, old: &Key, record: &Record) -> Key {
        let new = self.beside(old);
        let verdict = self.create_in_place(old, &new, record, self.now).await;
        self.done("create in place of a key", verdict);
        new
    }

    /// A new session of an owner.
    pub(crate) async fn begin_of(&self, owner: &str) -> Key {
        let owner = Some(owner.to_owned());
        self.begin(&with!(self.record(&[("rest", "1")]), owner = owner)).await
    }
}

/// What the checks see.
impl<S: Store> Trial<S> {
    pub(crate) async fn is_there(&self, what: &str, key: &Key, now: u64, expected: &Record) {
        let Some(seen) = self.load(key, now).await else {
            self.broken(format_args!("{what}: expected a session under {key:?}, but saw none"));
        };
        let names: Vec<&String> = seen.fields.keys().collect();
        let expected_names = expected.fields.keys().collect();
        self.same(format_args!("{what}: names of the fields"), names, expected_names);
        for (name, json) in &expected.fields {
            if seen.fields.get(name) != Some(json) {
                let seen = seen.fields.get(name).map(|json| start(json));
                let (name, json) = (start(name), start(json));
                self.broken(format_args!(
                    "{what}: expected the field {name:?} to be {json:?}, but saw {seen:?}"
                ));
            }
        }
        let times = |record: &Record| [record.created, record.seen, record.expires];
        self.same(format_args!("{what}: created, seen, expires"), times(&seen), times(expected));
        self.same(format_args!("{what}: the owner"), &seen.owner, &expected.owner);
    }

    /// Whether there is no session, whatever is remembered.
    pub(crate) async fn is_gone(&self, what: &str, key: &Key, now: u64) {
        if let Some(seen) = self.load(key, now).await {
            self.broken(format_args!(
                "{what}: expected no session under {key:?}, but saw {seen:?}"
            ));
        }
    }

    /// Whether the key is remembered.
    pub(crate) async fn is_former(&self, what: &str, key: &Key, now: u64) {
        let found = self.find(key, now).await;
        self.same(format_args!("{what}: load"), found, Loaded::Former);
    }

    /// Whether the store knows nothing of the key.
    pub(crate) async fn is_unknown(&self, what: &str, key: &Key, now: u64) {
        let found = self.find(key, now).await;
        self.same(format_args!("{what}: load"), found, Loaded::Nothing);
    }

    /// Whether these are the owner's sessions.
    pub(crate) async fn lists(&self, what: &str, owner: &str, now: u64, expected: &[Key]) {
        let seen: Vec<Key> = self.list(owner, now).await.iter().map(|one| one.key).collect();
        let mut expected = expected.to_vec();
        expected.sort();
        self.same(format_args!("{what}: keys in the owner's list"), seen, expected);
    }
}

/// The start of a text that may be long.
fn start(text: &str) -> String {
    text.chars().take(100).collect()
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("random bytes of the operating system");
    bytes
}
