//! Whatever several handles do to one session, it is what the same steps do to
//! a plain map.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use session_macros::session;

use super::{Received, State};
use crate::payload::{Malformed, Syntax};
use crate::schema::{Handle, Schema};
use crate::session::Session;

type Map = BTreeMap<String, Value>;

#[session(
    crate = crate,
    count: u32 = 7,
    name: String,
    list: Vec<u8> = vec![1],
    #[key("n")]
    nested: BTreeMap<String, Vec<i64>>,
    flash(info),
)]
struct Whole;

/// Another view: one field of the same, one that nobody else declares.
#[session(crate = crate, name: String = "nobody".into(), other: bool)]
struct Part;

#[derive(Clone, Debug)]
enum Step {
    SetCount(u32),
    AddToCount(u32),
    SetName(bool, String),
    TakeName(bool),
    AppendToName(String),
    PushToList(u8),
    TouchList,
    TakeList,
    SetNested(String, Vec<i64>),
    PushNested(String, i64),
    SetOther(bool),
    SetUntyped(String, Value),
    RemoveUntyped(String),
    Clear,
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("count".to_owned()),
        Just("name".to_owned()),
        Just("list".to_owned()),
        Just("n".to_owned()),
        Just("other".to_owned()),
        "[a-z\"\\\\é]{0,3}",
    ]
}

/// Values that fit a field's type, and some that do not.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u32>().prop_map(|n| json!(n)),
        ".{0,4}".prop_map(|s| json!(s)),
        vec(any::<u8>(), 0..3).prop_map(|v| json!(v)),
        any::<bool>().prop_map(|b| json!(b)),
        Just(Value::Null),
        (".{0,2}", vec(any::<i64>(), 0..2)).prop_map(|(k, v)| json!({ k: v })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<u32>().prop_map(Step::SetCount),
        any::<u32>().prop_map(Step::AddToCount),
        (any::<bool>(), ".{0,4}").prop_map(|(part, s)| Step::SetName(part, s)),
        any::<bool>().prop_map(Step::TakeName),
        ".{0,2}".prop_map(Step::AppendToName),
        any::<u8>().prop_map(Step::PushToList),
        Just(Step::TouchList),
        Just(Step::TakeList),
        (".{0,2}", vec(any::<i64>(), 0..2)).prop_map(|(k, v)| Step::SetNested(k, v)),
        (".{0,2}", any::<i64>()).prop_map(|(k, n)| Step::PushNested(k, n)),
        any::<bool>().prop_map(Step::SetOther),
        (key(), value()).prop_map(|(k, v)| Step::SetUntyped(k, v)),
        key().prop_map(Step::RemoveUntyped),
        Just(Step::Clear),
    ]
}

/// What a typed read of the map gives.
fn read<T: serde::de::DeserializeOwned>(map: &Map, key: &str) -> Option<T> {
    serde_json::from_value(map.get(key)?.clone()).ok()
}

fn write(map: &mut Map, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}

/// A guard writes only what differs from what was read.
fn edit<T>(map: &mut Map, key: &str, default: Option<T>, edit: impl FnOnce(&mut T))
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let Some(mut value) = read(map, key).or(default) else { return };
    let before = serde_json::to_value(&value).unwrap();
    edit(&mut value);
    let after = serde_json::to_value(&value).unwrap();
    if before != after {
        write(map, key, after);
    }
}

struct Sessions {
    whole: Session<Whole>,
    part: Session<Part>,
    untyped: Session,
}

fn open<S: Schema>(handle: &Handle) -> Session<S> {
    Session::open(handle).unwrap_or_else(|_| unreachable!("nothing is required"))
}

fn load(payload: String, syntax: Syntax) -> Result<State, Malformed> {
    Received::from_payload(payload, None, syntax).map(State::new)
}

impl Sessions {
    fn new(handle: &Handle) -> Sessions {
        Sessions { whole: open(handle), part: open(handle), untyped: open(handle) }
    }

    fn apply(&mut self, step: &Step, map: &mut Map) {
        match step.clone() {
            Step::SetCount(n) => {
                self.whole.set_count(n);
                write(map, "count", json!(n));
            }
            Step::AddToCount(n) => {
                let mut count = self.whole.count_mut();
                *count = count.wrapping_add(n);
                drop(count);
                edit(map, "count", Some(7_u32), |count| *count = count.wrapping_add(n));
            }
            Step::SetName(part, name) => {
                write(map, "name", json!(name));
                if part { self.part.set_name(name) } else { self.whole.set_name(name) }
            }
            Step::TakeName(part) => {
                let taken = if part { self.part.take_name() } else { self.whole.take_name() };
                assert_eq!(taken, read(map, "name"));
                map.remove("name");
            }
            Step::AppendToName(more) => {
                self.part.name_mut().push_str(&more);
                edit(map, "name", Some("nobody".to_owned()), |name| name.push_str(&more));
            }
            Step::PushToList(n) => {
                self.whole.list_mut().push(n);
                edit(map, "list", Some(vec![1_u8]), |list| list.push(n));
            }
            Step::TouchList => {
                let mut list = self.whole.list_mut();
                list.push(0);
                list.pop();
            }
            Step::TakeList => {
                assert_eq!(self.whole.take_list(), read(map, "list"));
                map.remove("list");
            }
            Step::SetNested(key, list) => {
                write(map, "n", json!({ key.clone(): list }));
                self.whole.set_nested(BTreeMap::from([(key, list)]));
            }
            Step::PushNested(key, n) => {
                if let Some(mut nested) = self.whole.nested_mut() {
                    nested.entry(key.clone()).or_default().push(n);
                }
                edit(map, "n", None, |nested: &mut BTreeMap<String, Vec<i64>>| {
                    nested.entry(key).or_default().push(n);
                });
            }
            Step::SetOther(other) => {
                self.part.set_other(other);
                write(map, "other", json!(other));
            }
            Step::SetUntyped(key, value) => {
                self.untyped.set(&key, &value);
                map.insert(key, value);
            }
            Step::RemoveUntyped(key) => {
                self.untyped.remove(&key);
                map.remove(&key);
            }
            Step::Clear => {
                self.part.clear();
                map.clear();
            }
        }
    }

    fn agree_with(&self, map: &Map) {
        assert_eq!(self.whole.count(), read(map, "count").unwrap_or(7));
        assert_eq!(self.whole.name(), read::<String>(map, "name").as_deref());
        assert_eq!(self.part.name(), read(map, "name").unwrap_or("nobody".to_owned()));
        assert_eq!(self.whole.list(), read(map, "list").unwrap_or(vec![1]));
        assert_eq!(self.whole.nested().cloned(), read(map, "n"));
        assert_eq!(self.part.other(), read(map, "other"));
        let mut keys = self.untyped.keys();
        keys.sort();
        assert!(keys.iter().eq(map.keys()), "{keys:?} {map:?}");
        for (key, value) in map {
            assert_eq!(self.untyped.get::<Value>(key).as_ref(), Some(value));
        }
        assert_eq!(self.untyped.is_empty(), map.is_empty());
    }
}

fn cases() -> ProptestConfig {
    let cases = if cfg!(miri) { 4 } else { 256 };
    // Miri isolates the tests from the file system, where failures are kept.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn handles_and_views_are_one_map(
        start in proptest::collection::btree_map(key(), value(), 0..6),
        steps in vec(step(), 0..20),
    ) {
        let payload = serde_json::to_string(&start).unwrap();
        let handle = Handle::detached(load(payload, Syntax::Json).unwrap());
        let mut sessions = Sessions::new(&handle);
        let mut map = start.clone();
        let early = sessions.whole.name().map(str::to_owned);
        for step in &steps {
            sessions.apply(step, &mut map);
            sessions.agree_with(&map);
        }
        // Later handles see the same as those that were there all along.
        Sessions::new(&handle).agree_with(&map);
        prop_assert_eq!(early, read::<String>(&start, "name"));

        let ending = handle.state().end(None);
        let kept: Map = serde_json::from_str(&ending.payload(true)).unwrap();
        prop_assert_eq!(&kept, &map);
        prop_assert_eq!(ending.changed(true), start != map);
        prop_assert_eq!(ending.is_empty(true), map.is_empty());
    }

    #[test]
    fn what_the_index_accepts_serde_accepts(text in "[\\{\\}\\[\\],:\"\\\\a-c0-2.eE+ -]{0,24}") {
        if load(text.clone(), Syntax::Json).is_ok() {
            let parsed = serde_json::from_str::<Map>(&text);
            prop_assert!(parsed.is_ok(), "{} {:?}", text, parsed);
        }
    }

    #[test]
    fn the_index_accepts_what_serde_writes(map in proptest::collection::btree_map(".{0,3}", value(), 0..40)) {
        let text = serde_json::to_string(&map).unwrap();
        prop_assert!(load(text, Syntax::Json).is_ok());
    }
}

#[test]
fn a_reference_outlives_what_replaces_it() {
    let handle = Handle::detached(load(r#"{"name":"Ann"}"#.into(), Syntax::Json).unwrap());
    let Sessions { whole, part, .. } = Sessions::new(&handle);
    let name = whole.name().unwrap();
    for n in 0..100 {
        part.set_name(format!("Ann {n}"));
    }
    part.clear();
    assert_eq!(name, "Ann");
    assert_eq!(whole.name(), None);
}

#[test]
fn fields_that_nobody_declares_keep_every_byte() {
    let payload = r#"{ "x" : 1.50e0 , "é\u0041":{ "b" :[ ] }, "name":"Ann"}"#;
    let handle = Handle::detached(load(payload.into(), Syntax::Json).unwrap());
    open::<Whole>(&handle).set_name("Bob");
    let kept = handle.state().end(None).payload(true);
    assert_eq!(kept, r#"{"x":1.50e0,"é\u0041":{ "b" :[ ] },"name":"Bob"}"#);
}

#[test]
fn threads_share_a_session() {
    let handle = Handle::detached(State::empty(Syntax::Json));
    let rounds = if cfg!(miri) { 5 } else { 200 };
    std::thread::scope(|scope| {
        for n in 0..4_u32 {
            let (whole, untyped) = (open::<Whole>(&handle), open::<crate::AnySession>(&handle));
            scope.spawn(move || {
                for round in 0..rounds {
                    whole.set_count(n);
                    assert!(whole.count() < 4);
                    untyped.set(&format!("own {n}"), round);
                    assert_eq!(untyped.get(&format!("own {n}")), Some(round));
                }
            });
        }
    });
    let untyped = open::<crate::AnySession>(&handle);
    assert_eq!(untyped.keys().len(), 5);
}

#[test]
fn an_equal_value_is_no_change() {
    let payload = r#"{"count":3,"n":{"b":[2],"a":[1]},"list":[ 1, 2 ]}"#;
    let handle = Handle::detached(load(payload.into(), Syntax::Json).unwrap());
    let mut whole = open::<Whole>(&handle);
    whole.set_count(4);
    whole.set_count(3);
    *whole.count_mut() = 3;
    whole.set_nested(BTreeMap::from([("a".into(), vec![1]), ("b".into(), vec![2])]));
    whole.set_list(vec![1, 2]);
    *whole.list_mut() = vec![1, 2];
    assert!(!handle.state().end(None).changed(true));
}

#[test]
fn a_default_is_written_only_if_it_is_changed() {
    let handle = Handle::detached(State::empty(Syntax::Json));
    let mut whole = open::<Whole>(&handle);
    assert_eq!(whole.count(), 7);
    *whole.count_mut() = 7;
    whole.list_mut().push(2);
    assert_eq!(handle.state().end(None).payload(true), r#"{"list":[1,2]}"#);
}

#[test]
fn messages_that_nobody_read_are_measured_as_they_are() {
    let entry = |name: &str, json: &str| (format!("_flash.{name}"), json.to_owned());
    let fields = [
        ("name".to_owned(), "\"Ann\"".to_owned()),
        entry("1", r#"[ "info", "spelled like this" ]"#),
        entry("2", "no message"),
    ];
    let bytes = fields.iter().map(|(name, json)| name.len() + json.len()).sum::<usize>();
    let state = State::new(Received::from_fields(&fields.into()));
    let ending = state.end(None);
    assert_eq!((ending.size(true), ending.loaded_size()), (bytes, bytes));

    let many = (0..40).map(|n| entry(&format!("{n:02}"), r#"["info","x"]"#));
    let state = State::new(Received::from_fields(&many.collect()));
    assert_eq!(state.end(None).size(true), 32 * r#"_flash.00["info","x"]"#.len());
}

/// Which of several writes to it counts, whether or not it changes what is there.
#[test]
fn the_last_write_to_the_owner_says_who_signs_in_or_out() {
    type Do = fn(&Session);
    let ann: Do = |session| session.set("name", "Ann");
    let bob: Do = |session| session.set("name", "Bob");
    let nobody: Do = |session| session.remove("name");
    let clear: Do = |session| session.clear();
    let (neither, signs_in, signs_out) = ((false, false), (true, false), (false, true));
    for (steps, expected) in [
        (&[] as &[Do], neither),
        (&[ann], signs_in),
        (&[bob], signs_in),
        (&[nobody], signs_out),
        (&[nobody, ann], signs_in),
        (&[bob, ann], signs_in),
        (&[ann, nobody], signs_out),
        (&[bob, clear], neither),
        (&[clear, nobody], signs_out),
        (&[clear, ann], signs_in),
        (&[nobody, clear, ann, nobody], signs_out),
    ] {
        for payload in [r#"{"name":"Ann"}"#, "{}"] {
            let state = load(payload.into(), Syntax::Json).unwrap();
            let handle = Handle::detached(state);
            steps.iter().for_each(|step| step(&open(&handle)));
            let ending = handle.state().end(Some("name"));
            let said = (ending.signed_in(), ending.signed_out());
            assert_eq!(said, expected, "{payload}, {} steps", steps.len());
            drop(ending);
            let ending = handle.state().end(Some("other"));
            assert_eq!((ending.signed_in(), ending.signed_out()), neither);
        }
    }
}

#[test]
fn what_was_written_is_all_that_a_session_of_its_own_begins_with() {
    let payload = r#"{"name":"Ann","count":3,"list":[1]}"#;
    let handle = Handle::detached(load(payload.into(), Syntax::Json).unwrap());
    let Sessions { whole, untyped, .. } = Sessions::new(&handle);
    // The same value counts, what is gone again does not.
    whole.set_name("Ann");
    whole.take_count();
    untyped.set("new", 1);
    untyped.set("gone", 1);
    untyped.remove("gone");
    let written = |handle: &Handle| {
        let ending = handle.state().end(None);
        let fields = ending.written(true, false, &mut ending.entry_names(0));
        fields.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(written(&handle), ["name", "new"]);
}

/// What is decided at the end, and what is done then, must be of one session.
#[test]
fn messages_read_after_the_end_are_not_shown() {
    let payload = r#"{"_flashes":[["info","old"]]}"#;
    let handle = Handle::detached(load(payload.into(), Syntax::Json).unwrap());
    let session: Session = open(&handle);
    session.flash("new");
    let before = handle.state().end(None).payload(true);
    assert_eq!(session.flashes().len(), 2);
    assert_eq!(handle.state().end(None).payload(true), before);
}

#[test]
fn a_look_up_passes_over_the_changes_of_other_fields() {
    let handle = Handle::detached(State::empty(Syntax::Json));
    let untyped = open::<crate::AnySession>(&handle);
    for n in 0..1000 {
        untyped.set("n", n);
        untyped.remove(&format!("absent {n}"));
    }
    untyped.set("last", true);
    assert_eq!(handle.state().slots().count(), 2);
    assert_eq!(untyped.keys(), ["n", "last"]);
    assert_eq!(untyped.get("n"), Some(999));
}

#[test]
fn the_owner_is_taken_away_also_where_there_is_none() {
    let handle = Handle::detached(State::empty(Syntax::Json));
    let untyped = open::<crate::AnySession>(&handle);
    let says = |handle: &Handle| {
        let ending = handle.state().end(Some("owner"));
        let said = (ending.signed_in(), ending.signed_out());
        drop(ending);
        handle.state().guarded().ended = None;
        said
    };
    untyped.remove("owner");
    assert_eq!(says(&handle), (false, true));
    untyped.set("owner", "ann");
    assert_eq!(says(&handle), (true, false));
    untyped.remove("owner");
    assert_eq!(says(&handle), (false, true));
    untyped.clear();
    assert_eq!(says(&handle), (false, false));
    untyped.remove("owner");
    assert_eq!(says(&handle), (false, true));
}
