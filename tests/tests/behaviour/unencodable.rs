//! Values that JSON cannot represent.

use std::collections::{BTreeMap, HashMap};

use rocket::serde::{Deserialize, Serialize};
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Answer, Browser, Forge, KEY, NOW, app, clock, fairing};

#[derive(Default, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Deep {
    inner: Vec<Option<(u8, f32)>>,
    note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
enum Shape {
    Circle { radius: f64 },
    Square(f64, f64),
}

#[session(
    ratio: f64,
    deep: Deep = Deep::default(),
    shape: Shape,
    pairs: HashMap<String, f64> = HashMap::new(),
    places: BTreeMap<Vec<u8>, u8>,
    numbers: BTreeMap<u32, u8>,
    note: String,
)]
struct Fields;

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

const SET: u32 = line!() + 4;

#[get("/ratio/<value>")]
fn ratio(session: Session<Fields>, value: &str) -> &'static str {
    session.set_ratio(number(value));
    "good"
}

const GUARD: u32 = line!() + 4;

#[get("/deep/<value>")]
fn deep(mut session: Session<Fields>, value: &str) -> &'static str {
    session.deep_mut().inner.push(Some((1, number(value) as f32)));
    "good"
}

#[get("/shape/<which>/<value>")]
fn shape(session: Session<Fields>, which: u8, value: &str) -> &'static str {
    let n = number(value);
    session.set_shape(if which == 0 { Shape::Circle { radius: n } } else { Shape::Square(1.0, n) });
    "good"
}

#[get("/pairs/<value>")]
fn pairs(mut session: Session<Fields>, value: &str) -> &'static str {
    session.pairs_mut().insert("key".into(), number(value));
    "good"
}

const PLACES: u32 = line!() + 4;

#[get("/places")]
fn places(session: Session<Fields>) -> &'static str {
    session.set_places(BTreeMap::from([(vec![1], 1)]));
    "good"
}

#[get("/numbers")]
fn numbers(session: Session<Fields>) -> &'static str {
    session.set_numbers(BTreeMap::from([(1, 2)]));
    "good"
}

const UNTYPED: u32 = line!() + 4;

#[get("/untyped/<value>")]
fn untyped(session: Session, value: &str) -> &'static str {
    session.set("free", number(value));
    "good"
}

#[get("/null")]
fn null(session: Session<Fields>) -> &'static str {
    session.set_note("null and null");
    session.set_deep(Deep { inner: vec![None, Some((1, 0.5))], note: None });
    "good"
}

fn browser() -> Browser {
    let routes = routes![ratio, deep, shape, pairs, places, numbers, untyped, null];
    Browser::new(app(fairing(&clock()), routes))
}

fn is_refused(answer: &Answer, words: &[&str]) {
    assert_eq!((answer.status, answer.set_cookie()), (500, None), "{answer:?}");
    assert!(!answer.body.contains("good"));
    assert!(answer.one("Content-Type").unwrap().starts_with("text/plain"));
    let errors = answer.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(words.iter().all(|word| errors[0].contains(word)), "{words:?} not in {errors:?}");
}

fn line(line: u32) -> String {
    format!("behaviour/unencodable.rs:{line}:")
}

#[test]
fn a_float_that_is_not_finite_is_a_500_that_names_the_field_and_the_line() {
    let browser = browser();
    for value in ["NaN", "inf", "-inf"] {
        let at = |path: &str, field: &str, at: u32| {
            is_refused(&browser.get(&format!("{path}{value}")), &[field, &line(at)]);
        };
        at("/ratio/", "`ratio`", SET);
        at("/deep/", "`deep`", GUARD);
        at("/untyped/", "`free`", UNTYPED);
        for path in ["/shape/0/", "/shape/1/", "/pairs/"] {
            is_refused(&browser.get(&format!("{path}{value}")), &["behaviour/unencodable.rs:"]);
        }
    }
}

#[test]
fn a_map_with_keys_that_are_not_strings_is_a_500_that_names_the_field_and_the_line() {
    is_refused(&browser().get("/places"), &["`places`", &line(PLACES)]);
}

#[test]
fn what_json_can_hold_is_kept() {
    for path in ["/ratio/1.5", "/deep/1.5", "/shape/0/1.5", "/shape/1/1.5", "/pairs/1.5"] {
        let answer = browser().get(path);
        assert_eq!((answer.status, answer.body.as_str()), (200, "good"), "{path}");
        assert!(answer.issued().payload().contains("1.5"), "{path}");
    }
    // Numbers as keys are written as strings.
    assert_eq!(browser().get("/numbers").issued().payload(), r#"{"numbers":{"1":2}}"#);
}

#[test]
fn null_is_not_a_float() {
    assert_eq!(
        browser().get("/null").issued().payload(),
        r#"{"note":"null and null","deep":{"inner":[null,[1,0.5]],"note":null}}"#
    );
}

#[test]
fn the_session_the_visitor_had_stays() {
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"ratio":1.5}"#, NOW));
    let before = browser.cookie();
    assert_eq!(browser.get("/ratio/NaN").status, 500);
    assert_eq!(browser.cookie(), before);
}
