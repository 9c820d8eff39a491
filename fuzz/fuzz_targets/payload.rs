//! The payload behind a valid signature: indexed, read through several
//! schemas, written, ended and read again.
//!
//! The input is the JSON text, and after a zero byte two bytes for each step.
#![no_main]

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rocket::serde::DeserializeOwned;
use serde_json::Value;
use session_fuzz::log::SECRET;
use session_runtime::fuzzing::{End, Visit};
use session_runtime::{Session, session};

#[session(
    count: u32 = 7,
    name: String,
    list: Vec<u8> = vec![1],
    #[key("n")]
    nested: BTreeMap<String, Vec<i64>>,
    float: f64,
    any: Value,
    flash(info),
)]
struct Whole;

/// Another view: one field of the same, one that nobody else declares.
#[session(name: String = "nobody".into(), other: bool)]
struct Part;

/// One field must be there.
#[session(name: String else "nobody is there")]
struct Named;

/// The text as `serde_json` sees it, and whether the index agrees.
fn parsed(text: &str, loaded: &Result<Visit, String>) -> Option<serde_json::Map<String, Value>> {
    let parsed = serde_json::from_str::<Value>(text);
    match (loaded, parsed) {
        (Ok(_), Ok(Value::Object(map))) => Some(map),
        (Ok(visit), Err(error)) => {
            let session: Session = visit.session().expect("it requires nothing");
            let keys = session.keys();
            let values = keys.iter().filter_map(|key| visit.json(key));
            let wrong = values.filter_map(|text| serde_json::from_str::<Value>(text).err());
            // Each value is one that `serde_json` reads by itself, however deep,
            // but for half a surrogate pair: no string can hold it, and the
            // field reads as absent.
            let half = |why: &str| why.contains("surrogate") || why.contains("hex escape");
            for why in wrong.map(|error| error.to_string()) {
                assert!(half(&why), "the index accepts a value that is none: {why}");
            }
            let why = error.to_string();
            assert!(half(&why) || why.contains("recursion limit"), "the index accepts: {why}");
            None
        }
        (Ok(_), Ok(other)) => panic!("the index accepts {other}"),
        (Err(why), Ok(Value::Object(_))) => {
            assert_eq!(why, "DuplicateKey", "the index refuses what is good");
            None
        }
        (Err(_), _) => None,
    }
}

/// A typed read of the text, by `serde_json` alone.
fn plain<T: DeserializeOwned>(visit: &Visit, key: &str) -> Option<T> {
    serde_json::from_str(visit.json(key)?).ok()
}

/// The handles of one request.
struct Handles {
    whole: Session<Whole>,
    part: Session<Part>,
    untyped: Session,
}

impl Handles {
    fn new(visit: &Visit) -> Handles {
        let nothing_required = "it requires nothing";
        Handles {
            whole: visit.session().expect(nothing_required),
            part: visit.session().expect(nothing_required),
            untyped: visit.session().expect(nothing_required),
        }
    }

    /// All handles read what the text says.
    fn agree(&self, visit: &Visit) {
        let name: Option<String> = plain(visit, "name");
        assert_eq!(self.whole.count(), plain(visit, "count").unwrap_or(7));
        assert_eq!(self.whole.name(), name.as_deref());
        assert_eq!(self.part.name(), name.as_deref().unwrap_or("nobody"));
        assert_eq!(*self.whole.list(), plain(visit, "list").unwrap_or(vec![1]));
        assert_eq!(self.whole.nested().cloned(), plain(visit, "n"));
        let float: Option<f64> = plain(visit, "float");
        assert_eq!(self.whole.float().map(f64::to_bits), float.map(f64::to_bits));
        assert_eq!(self.whole.any().cloned(), plain(visit, "any"));
        assert_eq!(self.part.other(), plain(visit, "other"));
        let named: Option<Session<Named>> = visit.session();
        assert_eq!(named.as_ref().map(|named| named.name()), name.as_deref());
        for key in self.untyped.keys() {
            assert!(self.untyped.contains(&key));
            assert_eq!(self.untyped.get::<Value>(&key), plain(visit, &key));
        }
    }

    /// One write, and the name of the field that it may change.
    fn step(&mut self, step: u8, n: u8) -> Touched {
        let name = || char::from(n).to_string();
        let key = |keys: Vec<String>| keys.get(usize::from(n) % keys.len().max(1)).cloned();
        match step % 19 {
            0 => self.whole.set_count(n.into()),
            1 => *self.whole.count_mut() ^= u32::from(n),
            2 => self.part.set_name(name()),
            3 => drop(self.whole.take_name()),
            4 => self.part.name_mut().push_str(&name()),
            5 => self.whole.list_mut().push(n),
            6 => {
                // A change and back is none.
                let mut list = self.whole.list_mut();
                list.push(n);
                list.pop();
            }
            7 => {
                if let Some(mut nested) = self.whole.nested_mut() {
                    nested.entry(name()).or_default().push(n.into());
                }
            }
            8 => self.whole.set_float(f64::from(n) / 7.0),
            9 => self.whole.set_float(f64::NAN),
            10 => self.part.set_other(n.is_multiple_of(2)),
            11 => {
                let Some(key) = key(self.untyped.keys()) else { return Touched::Nothing };
                self.untyped.set(&key, [n]);
                return Touched::Field(key);
            }
            12 => {
                let Some(key) = key(self.untyped.keys()) else { return Touched::Nothing };
                self.untyped.remove(&key);
                return Touched::Field(key);
            }
            13 => {
                self.untyped.flash_as(&name(), "message");
                return Touched::Flashes;
            }
            14 => {
                let _shown = self.whole.flashes();
                return Touched::Flashes;
            }
            15 => {
                self.part.clear();
                return Touched::Everything;
            }
            16 => self.whole.set_permanent(n.is_multiple_of(2)),
            17 => self.whole.set_lifetime(Duration::from_secs(n.into())),
            _ => self.untyped.set("_permanent", n),
        }
        let key = match step % 19 {
            0 | 1 => "count",
            2..=4 => "name",
            5 | 6 => "list",
            7 => "n",
            8 | 9 => "float",
            10 => "other",
            _ => return Touched::Nothing,
        };
        Touched::Field(key.to_owned())
    }
}

/// What a step may have changed, of fields and messages.
enum Touched {
    Nothing,
    Field(String),
    Flashes,
    Everything,
}

/// What is kept can be read again, and what nobody wrote is there to the byte.
fn check(before: &Visit, end: &End, touched: &HashSet<String>, cleared: bool, is_json: bool) {
    for kept in [&end.shown, &end.unshown] {
        let after = Visit::load(&kept.payload).expect("what is kept can be read");
        let after_handle: Session = after.session().expect("it requires nothing");
        if is_json {
            serde_json::from_str::<Value>(&kept.payload).expect("what is kept is JSON");
        }
        assert!(kept.largest.len() <= 3);
        let before_handle: Session = before.session().expect("it requires nothing");
        // The ended session still says what it was: compare both ways.
        let keys: HashSet<_> = before_handle.keys().into_iter().collect();
        assert_eq!(keys, after_handle.keys().into_iter().collect());
        assert_eq!(kept.empty, after_handle.is_empty());
        assert_eq!(end.permanent, after_handle.is_permanent());
        for key in keys.iter().filter(|key| cleared || touched.contains(*key)) {
            let (old, new): (Option<Value>, Option<Value>) =
                (plain(before, key), plain(&after, key));
            assert_eq!(old, new, "{key}");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    session_fuzz::log::install();
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, steps) = text.split_once('\0').unwrap_or((text, ""));
    let loaded = Visit::load(text);
    let map = parsed(text, &loaded);
    let Ok(visit) = loaded else { return };
    let original = Visit::load(text).expect("a second time as well");
    let mut handles = Handles::new(&visit);
    // A field's name is the application's own, and may be logged.
    if handles.untyped.keys().iter().any(|key| key.contains(SECRET)) {
        return;
    }
    if let Some(map) = &map {
        for key in handles.untyped.keys() {
            assert_eq!(plain::<Value>(&visit, &key).as_ref(), map.get(&key));
        }
        let own = ["_flashes", "_permanent", "_old_input"];
        let fields = map.keys().filter(|key| !own.contains(&key.as_str())).count();
        assert_eq!(handles.untyped.keys().len(), fields);
    }
    handles.agree(&visit);

    let mut touched = HashSet::new();
    let (mut cleared, mut flashed) = (false, false);
    for step in steps.as_bytes().chunks_exact(2).take(32) {
        match handles.step(step[0], step[1]) {
            Touched::Nothing => {}
            Touched::Field(key) => drop(touched.insert(key)),
            Touched::Flashes => flashed = true,
            Touched::Everything => cleared = true,
        }
    }
    if !steps.is_empty() {
        handles.agree(&visit);
        Handles::new(&visit).agree(&visit);
    }

    let end = visit.end();
    let original_handle: Session = original.session().expect("it requires nothing");
    for key in original_handle.keys() {
        if !cleared && !touched.contains(&key) {
            for kept in [&end.shown, &end.unshown] {
                let after = Visit::load(&kept.payload).expect("what is kept can be read");
                assert_eq!(original.json(&key), after.json(&key), "{key} was not written");
            }
        }
    }
    check(&visit, &end, &touched, cleared, map.is_some());
    if steps.is_empty() {
        assert!(!end.shown.changed && !end.unshown.changed && end.failure.is_none());
    }
    if !flashed && !cleared {
        assert_eq!(end.shown.changed, end.unshown.changed, "only messages make a difference");
    }
});
