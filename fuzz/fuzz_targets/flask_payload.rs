//! A Flask session behind a valid signature: indexed, read as several types,
//! written, ended and read again, and changed into plain JSON and back.
//!
//! The input is the JSON text, and after a zero byte two bytes for each step.
#![no_main]

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use session_fuzz::log::SECRET;
use session_runtime::flask::{Bytes, Date, Markup};
use session_runtime::fuzzing::{Visit, flask};
use session_runtime::{AnySession, Flash, Schema, Session, session};

/// What Rust's types see of a session.
#[session(
    count: u32 = 7,
    name: String,
    list: Vec<i64>,
    blob: Bytes,
    html: Markup,
    since: SystemTime,
    pair: (u8, String),
    map: BTreeMap<String, Vec<f64>>,
    kind: Kind,
    any: Value,
    flash(info),
)]
struct Whole;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Kind {
    Unit,
    #[serde(rename = " t")]
    New(String),
    Pair(u8, Vec<bool>),
    Struct {
        a: Option<i8>,
    },
}

/// So many containers are within each other at most, as far as brackets tell.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The text as `serde_json` sees it, and whether the index agrees. It reads no
/// `NaN`, no number beyond a float, no half of a surrogate pair and no 128 levels.
fn parsed(text: &str, loaded: &Result<Visit, String>) -> Option<Value> {
    let parsed = serde_json::from_str::<Value>(text);
    match (loaded, parsed) {
        (Ok(_), Ok(value)) => {
            assert!(value.is_object(), "the index accepts {value}");
            Some(value)
        }
        (Ok(_), Err(error)) => {
            let why = error.to_string();
            let pythons = ["NaN", "Infinity"].iter().any(|word| text.contains(word));
            let theirs = ["surrogate", "hex escape", "recursion limit", "out of range"];
            let known = pythons || theirs.iter().any(|words| why.contains(words));
            assert!(known, "the index accepts: {why}");
            None
        }
        (Err(why), Ok(Value::Object(_))) => {
            // A number of digits without end is none to Python.
            let flasks = ["DuplicateKey", "Tag", "Number"];
            assert!(flasks.contains(&why.as_str()), "the index refuses what is good: {why}");
            None
        }
        (Err(_), _) => None,
    }
}

const TAGS: [&str; 6] = [" t", " b", " m", " u", " d", " di"];

/// What an untyped read gives of a value with tags: a second reader.
fn untagged(value: &Value) -> Value {
    let Value::Object(map) = value else {
        return match value {
            Value::Array(list) => list.iter().map(untagged).collect(),
            other => other.clone(),
        };
    };
    let members = || map.iter().map(|(key, value)| (key, untagged(value)));
    match members().next() {
        Some((key, inner)) if map.len() == 1 && TAGS.contains(&key.as_str()) => match inner {
            // Two characters are the suffix, whatever they are.
            Value::Object(inner) => {
                let cut = |key: &str| {
                    let count = key.chars().count().saturating_sub(2);
                    key.chars().take(count).collect::<String>()
                };
                inner.into_iter().map(|(key, value)| (cut(&key), value)).collect()
            }
            Value::String(hex) if key == " u" => {
                let hex = hex.replace("urn:", "").replace("uuid:", "");
                let hex = hex.trim_matches(['{', '}']).replace('-', "").to_lowercase();
                let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
                parts.join("-").into()
            }
            other => other,
        },
        _ => members().map(|(key, value)| (key.clone(), value)).collect(),
    }
}

/// Whether two values are one. A date is the same in every spelling, as far as a
/// second reader can tell, and an integer of more than 64 bits a float to it.
fn alike(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        (Value::String(a), Value::String(b)) => a == b || a.ends_with('Z'),
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => ours == theirs,
    }
}

/// A typed read, whose value is written and read again.
fn typed<T: DeserializeOwned + Serialize + Debug>(text: &str) -> Option<T> {
    let value: T = flask::decode(text).ok()?;
    // Not for a float that is not finite.
    let Ok(written) = flask::encode(&value) else { return Some(value) };
    assert!(written.is_ascii(), "{written}");
    let again: T = flask::decode(&written).expect("what is written is read");
    let rewritten = flask::encode(&again).expect("a second time as well");
    assert_eq!(rewritten, written, "{text}: {value:?}, then {again:?}");
    if depth(&written) < 127 {
        assert!(flask::same(&written, &rewritten));
    }
    Some(value)
}

/// The text as one of these types. All of them would take a hundred times as
/// long as the rest, and whoever mutates the input changes its length as well.
fn one_type(text: &str, n: usize) {
    match n % 17 {
        0 => drop(typed::<Option<bool>>(text)),
        1 => drop(typed::<u64>(text)),
        2 => drop(typed::<i128>(text)),
        3 => drop(typed::<f64>(text)),
        4 => drop(typed::<f32>(text)),
        5 => drop(typed::<char>(text)),
        6 => drop(typed::<String>(text)),
        7 => drop(typed::<Bytes>(text)),
        8 => drop(typed::<Markup>(text)),
        9 => drop(typed::<(Value, Option<String>)>(text)),
        10 => drop(typed::<[f64; 3]>(text)),
        11 => drop(typed::<Vec<Value>>(text)),
        12 => drop(typed::<BTreeMap<i64, Value>>(text)),
        13 => drop(typed::<BTreeMap<String, Kind>>(text)),
        14 => drop(typed::<Kind>(text)),
        15 => drop(typed::<Date<String>>(text)),
        _ => drop(typed::<SystemTime>(text)),
    }
}

/// Into plain JSON and back: what is there again is the same.
fn plain(text: &str, typed: Option<&Value>) {
    let (json, lossy) = flask::to_json(text).expect("it was checked");
    let parsed = serde_json::from_str::<Value>(&json);
    if let (Some(typed), Ok(parsed)) = (typed, &parsed) {
        assert!(lossy || alike(typed, parsed), "{text} {json}");
    }
    if let Err(why) = parsed.map_err(|error| error.to_string()) {
        let theirs = ["surrogate", "hex escape", "recursion limit"];
        assert!(theirs.iter().any(|words| why.contains(words)), "{json} {why}");
    } else {
        let back = flask::from_json(&json).expect("it is plain JSON");
        assert!(back.is_ascii());
        let (again, lossy) = flask::to_json(&back).expect("it is Flask's");
        assert!(!lossy && flask::from_json(&again).as_ref() == Ok(&back), "{json} {again}");
        if depth(&json) < 127 {
            let tag = TAGS.iter().any(|tag| json.contains(&format!("\"{tag}\":")));
            assert!(tag || flask::same(&json, &back), "{json} {back}");
        }
    }
}

/// The whole session into plain JSON and back, with and without types.
fn switched<S: Schema>(text: &str) {
    let json = flask::translate::<S>(text, false).expect("it was loaded");
    let visit = match Visit::load(&json) {
        Ok(visit) => visit,
        Err(why) => {
            assert_eq!(why, "Syntax", "only a half of a surrogate pair is in the way: {json}");
            assert!(text.contains("\\u") || text.contains("\\U"), "{json}");
            return;
        }
    };
    let back = flask::translate::<S>(&json, true).expect("it was loaded");
    Visit::load_flask(&back).unwrap_or_else(|why| panic!("{why}: {back}"));
    let again = flask::translate::<S>(&back, false).expect("it was loaded");
    let again = Visit::load(&again).expect("as before");
    let keys = |visit: &Visit| {
        let session: Session = visit.session().expect("it requires nothing");
        session.keys().into_iter().collect::<HashSet<_>>()
    };
    assert_eq!(keys(&visit), keys(&again), "{json} {back}");
}

fn pairs(flashes: Vec<Flash>) -> Vec<(String, String)> {
    flashes.into_iter().map(|flash| (flash.category, flash.message)).collect()
}

/// What a step may have changed, of fields and messages.
enum Touched {
    Nothing,
    Field(String),
    Flashes,
    Everything,
}

fn step(whole: &mut Session<Whole>, untyped: &Session, step: u8, n: u8) -> Touched {
    let name = || char::from(n).to_string();
    let keys = untyped.keys();
    let any = keys.get(usize::from(n) % keys.len().max(1));
    let key = match step % 17 {
        0 => {
            whole.set_count(n.into());
            "count"
        }
        1 => {
            whole.set_name(name());
            "name"
        }
        2 => {
            if let Some(mut list) = whole.list_mut() {
                list.push(n.into());
            }
            "list"
        }
        3 => {
            whole.set_blob(Bytes(vec![n; 3]));
            "blob"
        }
        4 => {
            whole.set_html(Markup(name()));
            "html"
        }
        5 => {
            let seconds = Duration::from_secs(u64::from(n) << 29);
            whole.set_since(SystemTime::UNIX_EPOCH + seconds);
            "since"
        }
        6 => {
            whole.set_pair((n, name()));
            "pair"
        }
        7 => {
            if let Some(mut map) = whole.map_mut() {
                map.entry(name()).or_default().push(f64::from(n) / 7.0);
            }
            "map"
        }
        8 => {
            whole.set_kind(Kind::New(name()));
            "kind"
        }
        9 => {
            drop(whole.take_any());
            "any"
        }
        10 | 11 => {
            let Some(key) = any else { return Touched::Nothing };
            if step % 17 == 10 {
                untyped.set(key, (n, [name()]))
            } else {
                untyped.remove(key)
            }
            return Touched::Field(key.clone());
        }
        12 => {
            untyped.flash_as(&name(), "message\u{e9}");
            return Touched::Flashes;
        }
        13 => {
            let _shown = untyped.flashes_in([name()]);
            return Touched::Flashes;
        }
        14 => {
            let _shown = whole.flashes();
            return Touched::Flashes;
        }
        15 => {
            whole.clear();
            return Touched::Everything;
        }
        _ => {
            whole.set_permanent(n.is_multiple_of(2));
            return Touched::Nothing;
        }
    };
    Touched::Field(key.to_owned())
}

/// All handles read what the text says.
fn agree(visit: &Visit, whole: &Session<Whole>) {
    fn read<T: DeserializeOwned>(visit: &Visit, key: &str) -> Option<T> {
        flask::decode(visit.json(key)?).ok()
    }
    assert_eq!(whole.count(), read(visit, "count").unwrap_or(7));
    assert_eq!(whole.name().map(str::to_owned), read(visit, "name"));
    assert_eq!(whole.list().map(<[i64]>::to_vec), read(visit, "list"));
    assert_eq!(whole.blob().cloned(), read(visit, "blob"));
    assert_eq!(whole.html().cloned(), read(visit, "html"));
    assert_eq!(whole.pair().cloned(), read(visit, "pair"));
    assert_eq!(whole.kind().cloned(), read(visit, "kind"));
    assert_eq!(whole.any().cloned(), read(visit, "any"));
}

/// What is kept is in order, and the same when it is read and kept again.
fn fixed(payload: &str) -> Visit {
    let visit = Visit::load_flask(payload).expect("what is kept can be read");
    let end = visit.end();
    assert!(!end.shown.changed && end.shown.payload == payload, "{payload} {:?}", end.shown);
    visit
}

fuzz_target!(|data: &[u8]| {
    session_fuzz::log::install();
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, steps) = text.split_once('\0').unwrap_or((text, ""));
    let loaded = Visit::load_flask(text);
    let parsed = parsed(text, &loaded);
    let Ok(visit) = loaded else { return };
    assert!(depth(text) <= 492);
    let original = Visit::load_flask(text).expect("a second time as well");
    let mut whole: Session<Whole> = visit.session().expect("it requires nothing");
    let untyped: Session = visit.session().expect("it requires nothing");
    // A field's name is the application's own, and may be logged.
    if untyped.keys().iter().any(|key| key.contains(SECRET)) {
        return;
    }
    let session = parsed.as_ref().map(untagged);
    // Decoding takes the square of the depth: not each time.
    let deep = depth(text) > 64 && !text.len().is_multiple_of(16);
    for (n, key) in untyped.keys().into_iter().enumerate() {
        let text = visit.json(&key).expect("it has a value");
        if deep {
            continue;
        }
        assert!(depth(text) > 127 || flask::same(text, &format!("{text} ")), "{text}");
        one_type(text, text.len() + n);
        let value = typed::<Value>(text);
        let theirs = session.as_ref().and_then(|session| session.get(&key));
        if let (Some(ours), Some(theirs)) = (&value, theirs) {
            assert!(alike(ours, theirs), "{text} {ours} {theirs}");
        }
        plain(text, value.as_ref());
    }
    agree(&visit, &whole);
    if !deep && text.len().is_multiple_of(2) {
        switched::<AnySession>(text);
    } else if !deep {
        switched::<Whole>(text);
    }
    let flashes = pairs(untyped.peek_flashes());

    let (mut touched, mut cleared, mut flashed) = (HashSet::new(), false, false);
    for pair in steps.as_bytes().chunks_exact(2).take(32) {
        match step(&mut whole, &untyped, pair[0], pair[1]) {
            Touched::Nothing => {}
            Touched::Field(key) => drop(touched.insert(key)),
            Touched::Flashes => flashed = true,
            Touched::Everything => cleared = true,
        }
    }
    agree(&visit, &whole);

    let end = visit.end();
    if let Some(why) = &end.failure {
        // `1e999` reads as infinity, which a handler cannot set, nor a field that
        // is named as a store's own are.
        assert!(why.contains("not finite") || why.contains("the runtime's own"), "{why}");
        return;
    }
    let before: Session = original.session().expect("it requires nothing");
    for kept in [&end.shown, &end.unshown] {
        let after = fixed(&kept.payload);
        let session: Session = after.session().expect("it requires nothing");
        for key in before.keys().iter().filter(|key| !cleared && !touched.contains(*key)) {
            assert_eq!(original.json(key), after.json(key), "{key} was not written");
        }
        if !flashed && !cleared {
            assert_eq!(pairs(session.peek_flashes()), flashes);
        }
        assert_eq!(kept.empty, session.is_empty());
        assert_eq!(end.permanent, session.is_permanent());
    }
    if steps.is_empty() {
        assert!(!end.shown.changed && !end.unshown.changed);
    }
});
