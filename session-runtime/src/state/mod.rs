//! One request's session: what the visitor sent, and what became of it.
//!
//! The payload is kept as it came. Fields are ranges of it, decoded when they
//! are first read and copied byte for byte if nobody writes them. All handles
//! of a request share one `State`, whatever schema they show it through.
//!
//! A cookie holds the session as one JSON object, with Flask's `_flashes` and
//! `_permanent` beside the fields. A store holds each field for itself, so that
//! a write touches no other; there each message is an entry of its own. The
//! [syntax](Syntax) says how values are written.

mod ending;
pub(crate) mod field_mut;
mod flashes;
mod history;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

pub(crate) use self::ending::Ending;
pub(crate) use self::flashes::EntryNames;
use self::flashes::Flashes;
use self::history::History;
use crate::flash::Flash;
#[cfg(feature = "flask")]
use crate::payload::flask;
use crate::payload::names::{FLASH_PREFIX, FLASHES, LIFETIME, PERMANENT, is_reserved};
use crate::payload::{Field, Malformed, Shared, Syntax, Unencodable, are_unique, json};
use crate::printable::Printable;
use crate::schema::registry::Registry;
use crate::schema::table::Table;
use crate::store::{Fields, Key};

/// Four bytes of seconds: 136 years.
const MAX_LIFETIME: u64 = u32::MAX as u64;

/// Room for so many fields is made at once.
const FEW: usize = 8;

pub(crate) struct State {
    syntax: Syntax,
    payload: String,
    loaded: Vec<Slot>,
    added: History<Slot>,
    flashes: Waiting,
    permanent: bool,
    /// Whether a session that begins in this request is permanent.
    starts_permanent: bool,
    /// What the payload says of it: Flask has a `false` as well.
    permanent_text: Option<Range<usize>>,
    lifetime: Option<Duration>,
    /// The key that a store keeps the session under, or kept it under until it
    /// was renewed or ended.
    key: Option<Key>,
    /// To compare the schemas that the session is seen through.
    registry: Option<Arc<Registry>>,
    ledger: Mutex<Ledger>,
    abandoned: AtomicBool,
    /// Whether a handler, or a guard, had a field that it requires.
    proven: AtomicBool,
}

/// Where the messages that wait lie in the payload.
enum Waiting {
    None,
    /// A cookie's list of them.
    List(Range<usize>),
    /// A store's entries: name and message.
    Entries(Vec<(Range<usize>, Range<usize>)>),
}

/// A field by its stored name, and everything it was during the request.
struct Slot {
    name: Name,
    loaded: Option<Version>,
    written: History<Version>,
}

enum Name {
    /// In the payload, without escapes.
    Plain(Range<usize>),
    /// In the payload, with escapes.
    Escaped { raw: Range<usize>, name: String },
    /// Not in the payload.
    New(Cow<'static, str>),
}

/// One value of a field. A removed one has no text.
struct Version {
    text: Option<Text>,
    decoded: OnceLock<Option<Shared>>,
}

enum Text {
    Payload(Range<usize>),
    Own(String),
}

/// A version of a field that was there when a handle was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VersionId {
    slot: usize,
    /// `None` is the one in the payload.
    written: Option<usize>,
}

/// A value on its way into the session.
pub(crate) struct Write {
    pub(crate) key: Cow<'static, str>,
    pub(crate) json: Result<String, Unencodable>,
    pub(crate) at: &'static Location<'static>,
}

/// What changes besides the fields, and the lock that orders all writes.
#[derive(Default)]
struct Ledger {
    /// Loaded when first used.
    flashes: Option<Flashes>,
    permanent: bool,
    lifetime: Option<Duration>,
    renewed: bool,
    /// The owner was set, or taken away, whichever was last.
    signed_in: bool,
    signed_out: bool,
    written: Written,
    cleared: bool,
    failure: Option<String>,
    sealed: bool,
}

/// What a request wrote to a session of a store, also where that was what it had
/// loaded: a session that has to begin with this alone needs all of it.
#[derive(Default)]
struct Written {
    fields: Vec<Cow<'static, str>>,
    permanent: bool,
    lifetime: bool,
}

impl State {
    /// A session that has nothing in it yet.
    pub(crate) fn empty(syntax: Syntax) -> State {
        State {
            syntax,
            payload: String::new(),
            loaded: Vec::new(),
            added: History::default(),
            flashes: Waiting::None,
            permanent: false,
            starts_permanent: false,
            permanent_text: None,
            lifetime: None,
            key: None,
            registry: None,
            ledger: Mutex::default(),
            abandoned: AtomicBool::new(false),
            proven: AtomicBool::new(false),
        }
    }

    /// The session of a verified payload, with the lifetime of its own, if any.
    pub(crate) fn load(
        payload: String,
        lifetime: Option<Duration>,
        syntax: Syntax,
    ) -> Result<State, Malformed> {
        let loaded = Vec::with_capacity(FEW);
        let mut state = State { loaded, lifetime, ..State::empty(syntax) };
        let mut own = [false; 2];
        let mut twice = false;
        syntax.index(&payload, |entry| match entry.name(&payload) {
            FLASHES => {
                twice |= std::mem::replace(&mut own[0], true);
                state.flashes = Waiting::List(entry.value);
            }
            PERMANENT => {
                twice |= std::mem::replace(&mut own[1], true);
                state.permanent = &payload[entry.value.clone()] == "true";
                state.permanent_text = Some(entry.value);
            }
            _ => state.loaded.push(Slot {
                name: match entry.unescaped {
                    None => Name::Plain(entry.key),
                    Some(name) => Name::Escaped { raw: entry.key, name },
                },
                loaded: Some(Version::of(Text::Payload(entry.value))),
                written: History::default(),
            }),
        })?;
        let names = state.loaded.iter().map(|slot| slot.name.get(&payload));
        if twice || !are_unique(names) {
            return Err(Malformed::DuplicateKey);
        }
        state.payload = payload;
        Ok(state.begin())
    }

    /// A session as a store keeps it.
    pub(crate) fn stored(key: Key, fields: &Fields) -> State {
        let bytes = fields.iter().map(|(name, json)| name.len() + json.len()).sum();
        let mut state = State {
            payload: String::with_capacity(bytes),
            loaded: Vec::with_capacity(fields.len()),
            key: Some(key),
            ..State::empty(Syntax::Json)
        };
        let mut flashes = Vec::new();
        let mut place = |text: &str| {
            let start = state.payload.len();
            state.payload.push_str(text);
            start..state.payload.len()
        };
        for (name, json) in fields {
            match name.as_str() {
                PERMANENT => state.permanent = json == "true",
                LIFETIME => state.lifetime = json.parse().ok().map(Duration::from_secs),
                _ if name.starts_with(FLASH_PREFIX) => flashes.push((place(name), place(json))),
                // A cookie's list, or what a later version puts there.
                _ if is_reserved(name) => {}
                _ => state.loaded.push(Slot {
                    name: Name::Plain(place(name)),
                    loaded: Some(Version::of(Text::Payload(place(json)))),
                    written: History::default(),
                }),
            }
        }
        if !flashes.is_empty() {
            state.flashes = Waiting::Entries(flashes);
        }
        state.begin()
    }

    /// A session whose key was renewed or ended: nothing of it can be read.
    pub(crate) fn former(key: Key) -> State {
        State { key: Some(key), ..State::empty(Syntax::Json) }
    }

    /// What the request finds is what it starts from.
    fn begin(mut self) -> State {
        let State { permanent, lifetime, .. } = self;
        self.ledger = Mutex::new(Ledger { permanent, lifetime, ..Ledger::default() });
        self
    }

    /// Whether sessions that begin in this request are permanent: this one, if
    /// it `is_new`, and what is written after a `clear()`.
    pub(crate) fn starting(self, permanent: bool, is_new: bool) -> State {
        let state = State { starts_permanent: permanent, ..self };
        // It counts as loaded, so that an untouched session is not a change.
        if is_new { State { permanent, ..state }.begin() } else { state }
    }

    pub(crate) fn with_registry(self, registry: Arc<Registry>) -> State {
        State { registry: Some(registry), ..self }
    }

    /// How its values are written.
    pub(crate) fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// What a store keeps the session under, if it came from one, or kept it
    /// under until it was renewed or ended.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The lifetime of its own that it came with.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// Compares a schema with all others, if this is its first use. A conflict
    /// turns the response into a 500.
    pub(crate) fn check(&self, table: &'static Table) {
        let verdict = self.registry.as_ref().map_or(Ok(()), |registry| registry.check(table));
        if let Err(conflict) = verdict {
            self.fail(conflict);
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // Nothing panics while it holds the lock, except an allocation that
        // fails; what was written until then is whole.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.loaded.iter().chain(self.added.iter())
    }

    fn slot(&self, key: &str) -> Option<(usize, &Slot)> {
        self.slots().enumerate().find(|(_, slot)| slot.name.get(&self.payload) == key)
    }

    fn text<'a>(&'a self, version: &'a Version) -> Option<&'a str> {
        match version.text.as_ref()? {
            Text::Payload(range) => Some(&self.payload[range.clone()]),
            Text::Own(text) => Some(text),
        }
    }

    fn decoded<'a, T: 'static>(&'a self, version: &'a Version, field: &Field<T>) -> Option<&'a T> {
        let text = self.text(version)?;
        let value = version
            .decoded
            .get_or_init(|| field.decode(self.syntax, text).map(|value| field.share(value)))
            .as_deref()?;
        // Another type would mean two schemas that disagree: the launch check
        // and the first use of a schema report it.
        value.downcast_ref()
    }

    /// The field's value, decoded once for all handles.
    pub(crate) fn value<T: 'static>(&self, field: &Field<T>) -> Option<&T> {
        let (_, slot) = self.slot(field.key)?;
        self.decoded(slot.current()?, field)
    }

    /// The field's value at this moment, if it has one.
    pub(crate) fn version<T: 'static>(&self, field: &Field<T>) -> Option<VersionId> {
        let (index, slot) = self.slot(field.key)?;
        self.decoded(slot.current()?, field)?;
        Some(VersionId { slot: index, written: slot.written.len().checked_sub(1) })
    }

    /// A value that `version` found, whatever was written since.
    pub(crate) fn value_at<T: 'static>(&self, id: VersionId, field: &Field<T>) -> Option<&T> {
        self.decoded(self.at(id)?, field)
    }

    /// The JSON text of a value that `version` found.
    pub(crate) fn json_at(&self, id: VersionId) -> Option<&str> {
        self.text(self.at(id)?)
    }

    fn at(&self, id: VersionId) -> Option<&Version> {
        let slot = match id.slot.checked_sub(self.loaded.len()) {
            None => &self.loaded[id.slot],
            Some(added) => self.added.get(added)?,
        };
        match id.written {
            None => slot.loaded.as_ref(),
            Some(written) => slot.written.get(written),
        }
    }

    /// The field's JSON text.
    pub(crate) fn json(&self, key: &str) -> Option<&str> {
        let (_, slot) = self.slot(key)?;
        self.text(slot.current()?)
    }

    /// The stored names of the fields that have a value.
    pub(crate) fn keys(&self) -> Vec<String> {
        let present = self.slots().filter(|slot| slot.is_present());
        present.map(|slot| slot.name.get(&self.payload).to_owned()).collect()
    }

    /// Writes a field.
    pub(crate) fn write(&self, write: Write) {
        let mut ledger = self.ledger();
        if ledger.is_sealed(write.at) {
            return;
        }
        match write.json {
            Ok(_) if is_reserved(&write.key) => ledger.fail(format!(
                "The field `{}`, set at {}, is the runtime's own. Choose another name.",
                Printable(&write.key),
                write.at,
            )),
            Ok(json) => {
                if self.is_owner(&write.key) {
                    // Signing in again renews the identifier, even for the same
                    // owner. A session in its cookie has none.
                    ledger.renewed |= self.key.is_some();
                    (ledger.signed_in, ledger.signed_out) = (true, false);
                }
                if self.key.is_some() {
                    ledger.written.fields.push(write.key.clone());
                }
                self.put(&ledger, write.key, Some(json));
            }
            Err(error) => ledger.fail(format!(
                "The field `{}`, set at {}, has a value that {json} cannot hold: {error}. \
                 Set a value that can be written as {json}.",
                Printable(&write.key),
                write.at,
                json = self.syntax.name(),
            )),
        }
    }

    /// Whether the field says whose session this is.
    fn is_owner(&self, key: &str) -> bool {
        self.registry.as_ref().is_some_and(|registry| registry.owner_key() == Some(key))
    }

    /// Removes a field and returns the text of what was removed.
    pub(crate) fn remove(&self, key: &str, at: &'static Location<'static>) -> Option<&str> {
        let mut ledger = self.ledger();
        let removed = self.json(key);
        // A sign-out counts even where this request sees nobody signed in:
        // another one may be signing in.
        let signs_out = self.is_owner(key);
        if (removed.is_some() || signs_out) && !ledger.is_sealed(at) {
            if signs_out {
                (ledger.signed_in, ledger.signed_out) = (false, true);
            }
            if removed.is_some() {
                self.put(&ledger, Cow::Owned(key.to_owned()), None);
            }
        }
        removed
    }

    /// The ledger is asked for as a proof that its lock is held.
    fn put(&self, _: &Ledger, key: Cow<'static, str>, json: Option<String>) {
        let version = Version { text: json.map(Text::Own), decoded: OnceLock::new() };
        match self.slot(&key) {
            Some((_, slot)) => {
                // An equal value would only cost memory.
                let current = slot.current().and_then(|current| self.text(current));
                if current != self.text(&version) {
                    slot.written.push(version);
                }
            }
            None => {
                let slot = Slot { name: Name::New(key), loaded: None, written: History::default() };
                slot.written.push(version);
                self.added.push(slot);
            }
        }
    }

    /// Everything goes; what is written from now on belongs to a new session.
    pub(crate) fn clear(&self, at: &'static Location<'static>) {
        let mut ledger = self.ledger();
        if ledger.is_sealed(at) {
            return;
        }
        for slot in self.slots().filter(|slot| slot.is_present()) {
            slot.written.push(Version { text: None, decoded: OnceLock::new() });
        }
        ledger.flashes = Some(Flashes::default());
        ledger.permanent = self.starts_permanent;
        ledger.lifetime = None;
        ledger.renewed = false;
        (ledger.signed_in, ledger.signed_out) = (false, false);
        ledger.written = Written::default();
        ledger.cleared = true;
    }

    pub(crate) fn renew(&self, at: &'static Location<'static>) {
        let mut ledger = self.ledger();
        ledger.renewed |= !ledger.is_sealed(at);
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.ledger().permanent
    }

    pub(crate) fn set_permanent(&self, permanent: bool, at: &'static Location<'static>) {
        let mut ledger = self.ledger();
        ledger.written.permanent = true;
        if ledger.permanent != permanent && !ledger.is_sealed(at) {
            ledger.permanent = permanent;
        }
    }

    pub(crate) fn set_lifetime(&self, lifetime: Duration, at: &'static Location<'static>) {
        // As the cookie keeps it.
        let lifetime = Duration::from_secs(lifetime.as_secs().clamp(1, MAX_LIFETIME));
        let mut ledger = self.ledger();
        ledger.written.lifetime = true;
        if ledger.lifetime == Some(lifetime) || ledger.is_sealed(at) {
            return;
        }
        match self.syntax {
            Syntax::Json => ledger.lifetime = Some(lifetime),
            #[cfg(feature = "flask")]
            Syntax::Flask => ledger.fail(format!(
                "The session was given a lifetime of its own at {at}, and Flask's cookie has no \
                 place for one. Remove the call; with `format = \"flask\"` every session lives \
                 for the configured `lifetime`, as in Flask for `PERMANENT_SESSION_LIFETIME`.",
            )),
        }
    }

    /// No fields and no messages.
    pub(crate) fn is_empty(&self) -> bool {
        let mut ledger = self.ledger();
        !self.slots().any(Slot::is_present) && self.flashes(&mut ledger).is_empty(false)
    }

    fn flashes<'a>(&self, ledger: &'a mut Ledger) -> &'a mut Flashes {
        ledger.flashes.get_or_insert_with(|| self.load_flashes())
    }

    fn load_flashes(&self) -> Flashes {
        match &self.flashes {
            Waiting::None => Flashes::default(),
            Waiting::List(range) => {
                let list = &self.payload[range.clone()];
                match self.syntax {
                    Syntax::Json => Flashes::load(list),
                    #[cfg(feature = "flask")]
                    Syntax::Flask => Flashes::load_flask(list),
                }
            }
            Waiting::Entries(entries) => {
                let text = |range: &Range<usize>| &self.payload[range.clone()];
                Flashes::load_entries(entries.iter().map(|(name, json)| (text(name), text(json))))
            }
        }
    }

    pub(crate) fn flash(&self, category: String, message: String, at: &'static Location<'static>) {
        let mut ledger = self.ledger();
        if !ledger.is_sealed(at) {
            self.flashes(&mut ledger).push(category, message);
        }
    }

    pub(crate) fn take_flashes(
        &self,
        categories: Option<Vec<String>>,
        at: &'static Location<'static>,
    ) -> Vec<Flash> {
        let mut ledger = self.ledger();
        let flashes = self.flashes(&mut ledger).take(categories);
        if !flashes.is_empty() {
            ledger.is_sealed(at);
        }
        flashes
    }

    pub(crate) fn peek_flashes(&self) -> Vec<Flash> {
        self.flashes(&mut self.ledger()).peek()
    }

    /// The handler panicked: nothing of this request is to be kept.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    /// A handler has a field that it requires: its answer is for nobody else.
    pub(crate) fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// The programmer's mistake, found too late for anything but a 500.
    pub(crate) fn fail(&self, why: String) {
        self.ledger().fail(why);
    }

    fn is_changed(&self, slot: &Slot) -> bool {
        let Some(written) = slot.written.last() else { return false };
        let loaded = slot.loaded.as_ref().and_then(|version| self.text(version));
        match (loaded, self.text(written)) {
            (None, None) => false,
            (Some(before), Some(after)) => !self.syntax.same(before, after),
            _ => true,
        }
    }

    /// A field that was written before anybody knew that it says whose session
    /// this is counts as one that was written after.
    fn settle_owner(&self, ledger: &mut Ledger) {
        let Ledger { signed_in, signed_out, cleared, .. } = *ledger;
        let owner_key = self.registry.as_ref().and_then(|registry| registry.owner_key());
        let Some((_, slot)) = owner_key.and_then(|key| self.slot(key)) else { return };
        if !signed_in && !signed_out && !cleared && self.is_changed(slot) {
            (ledger.signed_in, ledger.signed_out) = (slot.is_present(), !slot.is_present());
            ledger.renewed |= self.key.is_some();
        }
    }

    /// Ends the request: from now on, writes come too late.
    pub(crate) fn end(&self) -> Ending<'_> {
        let mut ledger = self.ledger();
        ledger.sealed = true;
        self.settle_owner(&mut ledger);
        let fields_changed = self.slots().any(|slot| self.is_changed(slot));
        Ending { state: self, ledger, fields_changed }
    }
}

impl Slot {
    fn current(&self) -> Option<&Version> {
        self.written.last().or(self.loaded.as_ref())
    }

    fn is_present(&self) -> bool {
        self.current().is_some_and(|version| version.text.is_some())
    }
}

impl Name {
    fn get<'a>(&'a self, payload: &'a str) -> &'a str {
        match self {
            Name::Plain(range) => &payload[range.clone()],
            Name::Escaped { name, .. } => name,
            Name::New(name) => name,
        }
    }

    /// The text between its quotes, as Flask writes it.
    #[cfg(feature = "flask")]
    fn raw<'a>(&'a self, payload: &'a str) -> Cow<'a, str> {
        match self {
            Name::Plain(raw) | Name::Escaped { raw, .. } => Cow::Borrowed(&payload[raw.clone()]),
            Name::New(name) => {
                let mut raw = String::with_capacity(name.len());
                flask::escape(name, &mut raw);
                Cow::Owned(raw)
            }
        }
    }

    fn write_json(&self, payload: &str, out: &mut String) {
        let (Name::Plain(raw) | Name::Escaped { raw, .. }) = self else {
            let name = json::encode(self.get(payload));
            out.push_str(&name.unwrap_or_else(|_| unreachable!("a string has a form in JSON")));
            return;
        };
        out.push('"');
        out.push_str(&payload[raw.clone()]);
        out.push('"');
    }
}

impl Version {
    fn of(text: Text) -> Version {
        Version { text: Some(text), decoded: OnceLock::new() }
    }
}

impl Ledger {
    /// Whether it is too late for a change, which is an error in the log.
    fn is_sealed(&self, at: &'static Location<'static>) -> bool {
        if self.sealed {
            log::error!(
                "The session was changed at {at}, after the response's headers were made: the \
                 change is lost. Change the session before the handler returns, not while the \
                 body streams, nor in a response fairing that is attached after \
                 `Sessions::fairing()`."
            );
        }
        self.sealed
    }

    fn fail(&mut self, why: String) {
        self.failure.get_or_insert(why);
    }
}
