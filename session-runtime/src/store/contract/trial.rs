//! One promise that is being checked.

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Load;
use crate::store::{Fields, Key, Listed, Patch, Record, Store, StoreError, Verdict};

/// Sessions live that long, and a store may rely on it: one that frees what is
/// over by its own clock does not free them during a check.
pub(super) const HOUR: u64 = 60 * 60;

/// A call that is spawned.
pub(super) type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A store, a promise, and the sessions that were made to check it.
pub(super) struct Trial<S> {
    store: Arc<S>,
    promise: &'static str,
    pub(super) load: Load,
    /// The caller's time. It stands still unless a check says otherwise.
    pub(super) now: u64,
    made: Mutex<HashSet<Key>>,
}

impl<S: Store> Trial<S> {
    pub(super) fn of(store: &Arc<S>, promise: &'static str, load: Load) -> Arc<Trial<S>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Arc::new(Trial { store: Arc::clone(store), promise, load, now, made: Mutex::default() })
    }

    /// The same with no sessions yet, so that one round of many can end its own.
    pub(super) fn fork(&self) -> Arc<Trial<S>> {
        Trial::of(&self.store, self.promise, self.load)
    }

    /// Ends what was made.
    pub(super) async fn clean(&self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for key in made {
            self.destroy(&key).await;
        }
    }

    pub(super) fn broken(&self, seen: impl Display) -> ! {
        let promise = self.promise.replace('_', " ");
        panic!("The store breaks its promise \"{promise}\": {seen}");
    }

    pub(super) fn same<T: PartialEq + Debug>(&self, what: impl Display, seen: T, expected: T) {
        if seen != expected {
            self.broken(format_args!("{what}: {seen:?}, not {expected:?}"));
        }
    }

    pub(super) fn done(&self, what: impl Display, seen: Verdict) {
        self.same(what, seen, Verdict::Done);
    }

    fn answer<T>(&self, call: &str, answer: Result<T, StoreError>) -> T {
        answer.unwrap_or_else(|error| self.broken(format_args!("`{call}` fails: {error}")))
    }
}

/// What the checks ask of the store. A failure of the store breaks any promise.
impl<S: Store> Trial<S> {
    pub(super) async fn create(&self, key: &Key, record: &Record, now: u64) -> Verdict {
        self.answer("create", self.store.create(key, record, None, now).await)
    }

    pub(super) async fn load(&self, key: &Key, now: u64) -> Option<Record> {
        self.answer("load", self.store.load(key, now).await).session()
    }

    pub(super) async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Verdict {
        self.answer("patch", self.store.patch(key, patch, now).await)
    }

    pub(super) async fn rename(&self, old: &Key, new: &Key, patch: &Patch, now: u64) -> Verdict {
        self.answer("rename", self.store.rename(old, new, patch, now).await)
    }

    pub(super) async fn destroy(&self, key: &Key) {
        let _ = self.answer("destroy", self.store.destroy(key, None, self.now).await);
    }

    pub(super) async fn purge_expired(&self, now: u64) {
        self.answer("purge_expired", self.store.purge_expired(now).await);
    }

    /// Sorted by key.
    pub(super) async fn list(&self, owner: &str, now: u64) -> Vec<Listed> {
        let mut list = self.answer("list", self.store.list(owner, now).await);
        list.sort_by_key(|session| session.key);
        list
    }

    pub(super) async fn destroy_all_of(&self, owner: &str) -> u64 {
        self.answer("destroy_all_of", self.store.destroy_all_of(owner, self.now).await)
    }

    pub(super) async fn destroy_others_of(&self, owner: &str, keep: &Key) -> u64 {
        self.answer("destroy_others_of", self.store.destroy_others_of(owner, keep, self.now).await)
    }
}

/// Calls that become tasks of their own.
impl<S: Store> Trial<S> {
    pub(super) fn patching(self: &Arc<Self>, key: Key, patch: Patch) -> Task<Verdict> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.patch(&key, &patch, trial.now).await })
    }

    pub(super) fn renaming(self: &Arc<Self>, old: Key, new: Key, patch: Patch) -> Task<Verdict> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.rename(&old, &new, &patch, trial.now).await })
    }

    pub(super) fn destroying(self: &Arc<Self>, key: Key) -> Task<()> {
        let trial = Arc::clone(self);
        Box::pin(async move { trial.destroy(&key).await })
    }

    pub(super) fn ending_all_of(self: &Arc<Self>, owner: &str) -> Task<u64> {
        let (trial, owner) = (Arc::clone(self), owner.to_owned());
        Box::pin(async move { trial.destroy_all_of(&owner).await })
    }

    pub(super) fn ending_others_of(self: &Arc<Self>, owner: &str, keep: Key) -> Task<u64> {
        let (trial, owner) = (Arc::clone(self), owner.to_owned());
        Box::pin(async move { trial.destroy_others_of(&owner, &keep).await })
    }
}

/// What the checks begin with.
impl<S: Store> Trial<S> {
    /// A key that nothing is kept under.
    pub(super) fn key(&self) -> Key {
        self.made(random())
    }

    /// A key that the session of another key can be renamed to.
    pub(super) fn beside(&self, key: &Key) -> Key {
        let mut bytes = random();
        if self.store.renames_within_first_byte() {
            bytes[0] = key.as_bytes()[0];
        }
        self.made(bytes)
    }

    /// A key of these bytes.
    pub(super) fn made(&self, bytes: [u8; 32]) -> Key {
        let key = Key::from_bytes(bytes);
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        key
    }

    /// An owner, as a JSON text, that nobody else has.
    pub(super) fn owner(&self) -> String {
        format!("\"{}\"", Key::from_bytes(random()).to_hex())
    }

    /// A session that begins now.
    pub(super) fn record(&self, fields: &[(&str, &str)]) -> Record {
        Record::new(self.fields(fields), self.now, self.now + HOUR)
    }

    pub(super) fn fields(&self, fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(name, json)| ((*name).to_owned(), (*json).to_owned())).collect()
    }

    /// A change that is made now.
    pub(super) fn touch(&self) -> Patch {
        Patch::new(self.now, self.now + HOUR)
    }

    pub(super) fn setting(&self, fields: &[(&str, &str)]) -> Patch {
        Patch { set: self.fields(fields), ..self.touch() }
    }

    /// Files the session under an owner.
    pub(super) fn filing(&self, owner: Option<&str>) -> Patch {
        Patch { owner: Some(owner.map(str::to_owned)), ..self.touch() }
    }

    /// Keeps a new session.
    pub(super) async fn begin(&self, record: &Record) -> Key {
        let key = self.key();
        self.done("a new session", self.create(&key, record, self.now).await);
        key
    }

    /// A new session of an owner.
    pub(super) async fn begin_of(&self, owner: &str) -> Key {
        let owner = Some(owner.to_owned());
        self.begin(&Record { owner, ..self.record(&[("rest", "1")]) }).await
    }
}

/// What the checks see.
impl<S: Store> Trial<S> {
    pub(super) async fn is_there(&self, what: &str, key: &Key, now: u64, expected: &Record) {
        let Some(seen) = self.load(key, now).await else {
            self.broken(format_args!("{what}: the session is not there"));
        };
        let names: Vec<&String> = seen.fields.keys().collect();
        self.same(format_args!("{what}: the names"), names, expected.fields.keys().collect());
        for (name, json) in &expected.fields {
            if seen.fields.get(name) != Some(json) {
                let seen = seen.fields.get(name).map(|json| start(json));
                let (name, json) = (start(name), start(json));
                self.broken(format_args!("{what}: the field {name} is {seen:?}, not {json:?}"));
            }
        }
        let times = |record: &Record| [record.created, record.seen, record.expires];
        self.same(format_args!("{what}: created, seen, expires"), times(&seen), times(expected));
        self.same(format_args!("{what}: the owner"), &seen.owner, &expected.owner);
    }

    pub(super) async fn is_gone(&self, what: &str, key: &Key, now: u64) {
        if self.load(key, now).await.is_some() {
            self.broken(format_args!("{what}: there is a session"));
        }
    }

    /// Whether these are the owner's sessions.
    pub(super) async fn lists(&self, what: &str, owner: &str, now: u64, expected: &[Key]) {
        let seen: Vec<Key> = self.list(owner, now).await.iter().map(|one| one.key).collect();
        let mut expected = expected.to_vec();
        expected.sort();
        self.same(format_args!("{what}: the owner's list"), seen, expected);
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
