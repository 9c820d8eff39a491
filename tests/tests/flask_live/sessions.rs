//! A thousand random sessions with every tag and every kind of JSON. Both
//! applications change them in turns. After every turn, each must see exactly what
//! the other left.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use rocket::{get, post, routes};
use serde_json::{Map, Value, json};
use session_runtime::flask::{Bytes, Date, Markup};
use session_runtime::prelude::*;
use session_tests::debug;
use session_tests::http::{Connection, Server};
use uuid::Uuid;

use super::flask::Flask;
use super::jar::Jar;
use super::shared;

const SESSIONS: u64 = 1000;
const TURNS: u64 = 10;
const THREADS: u64 = 4;

type Nested = BTreeMap<String, BTreeMap<String, Option<bool>>>;

#[session(
    id: Uuid,
    since: SystemTime,
    at: Date<DateTime<Utc>>,
    blob: Bytes,
    html: Markup,
    point: (i64, String),
    ratio: f64,
    note: String,
    list: Vec<Vec<i64>> = vec![],
    map: Nested = BTreeMap::new(),
    count: u64 = 0,
    wide: i128,
    flash(rust),
)]
struct Visitor;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unix(time: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).expect("a year of four digits");
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => -seconds(before.duration()),
    }
}

/// The values as the Python application describes them.
fn seen(session: &Visitor) -> Value {
    let text = |text: &str| json!({ "str": hex(text) });
    let map = |session: &Visitor| {
        let inner = |inner: &BTreeMap<String, Option<bool>>| -> Map<_, _> {
            inner.iter().map(|(key, value)| (hex(key), json!(value))).collect()
        };
        let outer = session.map().iter();
        outer.map(|(key, value)| (hex(key), json!({ "dict": inner(value) }))).collect::<Map<_, _>>()
    };
    let list = |list: &Vec<i64>| {
        let numbers = list.iter().map(|n| json!({ "int": n.to_string() }));
        json!({ "list": numbers.collect::<Vec<_>>() })
    };
    let fields = [
        ("id", session.id().map(|id| json!({ "uuid": id.to_string() }))),
        ("since", session.since().map(|time| json!({ "datetime": unix(*time) }))),
        ("at", session.at().map(|at| json!({ "datetime": at.timestamp() }))),
        ("blob", session.blob().map(|blob| json!({ "bytes": hex(blob) }))),
        ("html", session.html().map(|html| json!({ "markup": hex(&html.0) }))),
        (
            "point",
            session.point().map(|(n, t)| json!({ "tuple": [{ "int": n.to_string() }, text(t)] })),
        ),
        ("ratio", session.ratio().map(|ratio| json!({ "float": hex(ratio.to_be_bytes()) }))),
        ("note", session.note().map(text)),
        ("wide", session.wide().map(|wide| json!({ "int": wide.to_string() }))),
        ("count", Some(json!({ "int": session.count().to_string() }))),
        ("list", Some(json!({ "list": session.list().iter().map(list).collect::<Vec<_>>() }))),
        ("map", Some(json!({ "dict": map(session) }))),
    ];
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

/// Random numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn text(&mut self) -> String {
        let alphabet: Vec<char> = "abc é\"\\<😀\n\u{7f}\u{0}".chars().collect();
        let len = self.below(8);
        (0..len).map(|_| alphabet[self.below(alphabet.len() as u64) as usize]).collect()
    }

    fn time(&mut self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.below(1 << 33))
    }

    fn float(&mut self) -> f64 {
        let special = [0.0, -0.0, 1e16, 1e-5, 5e-324, f64::MAX, 0.1];
        match self.below(2) {
            0 => special[self.below(special.len() as u64) as usize],
            _ => self.next() as f64 / 1e9 - 5e9,
        }
    }
}

/// Changes a few fields, and returns the session before and after.
#[post("/turn/<seed>")]
fn turn(mut session: Session<Visitor>, seed: u64) -> String {
    let before = seen(&session);
    let mut random = Random(seed);
    for _ in 0..3 {
        match random.below(13) {
            0 => session.set_id(Uuid::from_u64_pair(random.next(), random.next())),
            1 => session.set_since(random.time()),
            2 => session.set_at(Date(random.time().into())),
            3 => session.set_blob(random.text().into_bytes().into()),
            4 => session.set_html(Markup(random.text())),
            5 => session.set_point((random.next().cast_signed(), random.text())),
            6 => session.set_ratio(random.float()),
            7 => session.set_note(random.text()),
            8 => session.set_wide(i128::from(random.next().cast_signed()) << 63),
            9 => session.list_mut().push(vec![random.next().cast_signed()]),
            10 => {
                let key = [" t", " di", "", "x"][random.below(4) as usize].to_owned();
                let flags = [None, Some(true), Some(false)];
                let inner = BTreeMap::from([(random.text(), flags[random.below(3) as usize])]);
                session.map_mut().insert(key, inner);
            }
            11 => drop(session.take_note()),
            _ => drop(session.take_since()),
        }
    }
    if session.list().len() > 5 {
        session.list_mut().clear();
    }
    if session.map().len() > 5 {
        session.map_mut().clear();
    }
    session.set_count(seed);
    let flashed = (random.below(4) == 0).then(|| random.text());
    if let Some(message) = &flashed {
        session.flash_rust(message);
    }
    let permanent = (random.below(4) == 0).then(|| random.below(2) == 0);
    if let Some(permanent) = permanent {
        session.set_permanent(permanent);
    }
    // The defaults are written too, so that both sides see the same fields.
    let (list, map) = (session.list().to_vec(), session.map().clone());
    session.set_list(list);
    session.set_map(map);
    let after = seen(&session);
    json!({ "before": before, "after": after, "flashed": flashed, "permanent": permanent })
        .to_string()
}

#[get("/see")]
fn see(session: Session<Visitor>) -> String {
    json!({ "before": seen(&session), "after": seen(&session) }).to_string()
}

/// The session's content, as the last writer described it.
struct Model(Map<String, Value>);

/// The fields with a default, which are read as it while absent.
const DEFAULTS: [(&str, &str); 3] =
    [("list", r#"{"list":[]}"#), ("map", r#"{"dict":{}}"#), ("count", r#"{"int":"0"}"#)];

const DECLARED: [&str; 12] =
    ["id", "since", "at", "blob", "html", "point", "ratio", "note", "list", "map", "count", "wide"];

/// `before` and `after` of an answer. One field name of Flask's has a lone
/// surrogate, which `serde_json` does not read; it gets another name here.
fn parse(body: &str) -> Value {
    serde_json::from_str(&body.replace("\"\\ud800\"", "\"lone\"")).expect("JSON")
}

impl Model {
    fn flask(&mut self, turn: &Value) {
        assert_eq!(turn["before"], Value::Object(self.0.clone()), "Flask sees another session");
        self.0 = turn["after"].as_object().expect("fields").clone();
    }

    fn rust(&mut self, turn: &Value) {
        let mut expected: Map<_, _> =
            DECLARED.iter().filter_map(|name| self.0.get_key_value(*name)).map(owned).collect();
        for (name, default) in DEFAULTS {
            expected.entry(name).or_insert_with(|| parse(default));
        }
        assert_eq!(turn["before"], Value::Object(expected), "Rust sees another session");
        let after = turn["after"].as_object().expect("fields");
        DECLARED.iter().for_each(|name| drop(self.0.remove(*name)));
        self.0.extend(after.clone());
        if let Some(message) = turn["flashed"].as_str() {
            let text = |text: &str| json!({ "str": hex(text) });
            let flash = json!({ "tuple": [text("rust"), text(message)] });
            let list = self.0.entry("_flashes").or_insert_with(|| json!({ "list": [] }));
            list["list"].as_array_mut().expect("a list").push(flash);
        }
        match (turn["permanent"].as_bool(), self.0.get("_permanent") == Some(&json!(true))) {
            (Some(true), false) => drop(self.0.insert("_permanent".into(), json!(true))),
            (Some(false), true) => drop(self.0.remove("_permanent")),
            _ => {}
        }
    }
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn play(seed: u64, python: &mut &Flask, rust: &mut Connection) {
    let (mut jar, mut model) = (Jar::new(), Model(Map::new()));
    model.flask(&parse(&jar.post(python, &format!("/begin/{seed}"))));
    for turn in 0..TURNS {
        let seed = seed * 1000 + turn;
        model.rust(&parse(&jar.post(rust, &format!("/turn/{seed}"))));
        model.flask(&parse(&jar.post(python, &format!("/turn/{seed}"))));
    }
    model.flask(&parse(&jar.get(python, "/see")));
    let seen = parse(&jar.get(rust, "/see"));
    model.rust(&seen);
}

#[test]
fn a_thousand_sessions_are_the_same_to_both() {
    let Some(flask) = Flask::start("sha1", "cookie-session") else { return };
    let rocket = rocket::custom(debug()).attach(shared()).mount("/", routes![turn, see]);
    let server = Server::start(rocket);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (flask, server) = (&flask, &server);
            scope.spawn(move || {
                let (mut python, mut rust) = (flask, server.connect());
                let mine = (0..SESSIONS).filter(|seed| seed % THREADS == thread);
                mine.for_each(|seed| play(seed, &mut python, &mut rust));
            });
        }
    });
    let warnings: Vec<_> = server
        .log()
        .into_iter()
        .filter(|line| line.is_ours() && line.level <= log::Level::Warn)
        .collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let stats = server.stop().expect("it had sessions");
    assert_eq!(stats.all_refused(), 0);
    println!("{SESSIONS} sessions, {TURNS} turns each way, in {:?}", start.elapsed());
}
