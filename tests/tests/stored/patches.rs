//! A write sends only the changes to the store.

use session_tests::faulty::{Faulty, key_of};
use session_tests::{HOUR, NOW};

use super::visitor;

#[test]
fn a_write_sends_one_patch_of_what_changed() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit+note-a");
    let key = key_of(&browser.cookie().unwrap());
    // Another request wrote this meanwhile, unknown to this one.
    let mut row = store.row(&key).unwrap();
    row.fields.insert("visits".into(), "7".into());
    row.fields.insert("legacy".into(), r#"{ "a": [1.0e3, "é"] }"#.into());
    store.put(&key, &row);
    drop(store.calls());
    browser.post("/do/note-b");
    assert_eq!(store.calls(), ["load", "patch"]);
    row.fields.insert("note".into(), r#""b""#.into());
    assert_eq!(store.row(&key).unwrap().fields, row.fields);
}

#[test]
fn fields_that_nobody_declares_are_kept_byte_for_byte() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a");
    let odd = [
        ("legacy", r#"{ "a": [1.0e3, "\u00e9"] }"#),
        ("a \"name\"\u{0}\n", " 1"),
        ("", "null"),
        ("visits", r#""of another type""#),
    ];
    let key = key_of(&browser.cookie().unwrap());
    let mut row = store.row(&key).unwrap();
    row.fields.extend(odd.map(|(name, json)| (name.to_owned(), json.to_owned())));
    store.put(&key, &row);
    for deeds in ["note-b", "renew", "flash-x", "show", "login-zoe", "permanent-true"] {
        assert_eq!(browser.post(&format!("/do/{deeds}")).status, 200, "{deeds}");
        let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
        for (name, json) in odd {
            assert_eq!(row.fields.get(name).map(String::as_str), Some(json), "{deeds}: {name}");
        }
    }
}

#[test]
fn an_equal_value_writes_nothing() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+login-zoe");
    drop(store.calls());
    for deeds in ["note-a", "note-b+note-a", "flash-x+show", "permanent-false"] {
        let answer = browser.post(&format!("/do/{deeds}"));
        assert_eq!((answer.status, answer.set_cookie()), (200, None), "{deeds}");
        assert_eq!(store.calls(), ["load"], "{deeds}");
        assert_eq!(answer.list("Cache-Control"), ["private"], "{deeds}");
    }
}

#[test]
fn a_taken_field_is_removed() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+visit");
    drop(store.calls());
    let answer = browser.post("/do/forget");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("nobody 1 -", None));
    assert_eq!(store.calls(), ["load", "patch"]);
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    assert_eq!(row.fields.keys().collect::<Vec<_>>(), ["visits"]);
}

#[test]
fn a_session_with_nothing_left_stays_for_an_hour_and_so_does_its_cookie() {
    let store = Faulty::default();
    for (fill, empty) in [
        ("note-a", "forget"),
        ("flash-x", "show"),
        ("note-a+flash-x+permanent-true+lifetime-60", "forget+show"),
    ] {
        let browser = visitor(&store);
        browser.post(&format!("/do/{fill}"));
        let key = key_of(&browser.cookie().unwrap());
        drop(store.calls());
        let cookie = browser.post(&format!("/do/{empty}")).set_cookie();
        assert!(cookie.is_none_or(|cookie| cookie.value == browser.cookie().unwrap()), "{fill}");
        assert_eq!(store.calls(), ["load", "patch"], "{fill}");
        let row = store.row(&key).unwrap();
        assert!(row.is_empty() && row.expires <= NOW + HOUR, "{fill}: {row:?}");
    }
}

#[test]
fn an_empty_new_session_is_never_created() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for deeds in ["read", "note-a+forget", "permanent-true", "lifetime-60", "renew", "clear"] {
        assert_eq!(browser.post(&format!("/do/{deeds}")).set_cookie(), None, "{deeds}");
        assert!(store.calls().is_empty(), "{deeds}");
    }
}

#[test]
fn a_session_may_be_larger_than_a_cookie() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit");
    let key = key_of(&browser.cookie().unwrap());
    let mut row = store.row(&key).unwrap();
    let large = "é".repeat(50_000);
    row.fields.insert("note".into(), format!("\"{large}\""));
    store.put(&key, &row);
    let answer = browser.post("/do/visit");
    assert_eq!((answer.status, answer.body), (200, format!("nobody 2 {large}")));
    browser.post("/do/renew");
    assert_eq!(browser.get("/").body, format!("nobody 2 {large}"));
    // A session that a handler writes.
    let long = "x".repeat(6000);
    let answer = browser.post(&format!("/do/note-{long}"));
    assert_eq!((answer.status, answer.errors()), (200, vec![]));
    assert_eq!(browser.get("/").body, format!("nobody 2 {long}"));
}

#[test]
fn a_handler_that_panics_keeps_nothing() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+flash-x");
    let row = store.row(&key_of(&browser.cookie().unwrap()));
    for deeds in ["note-b", "show", "clear", "login-zoe", "renew", "forget+show"] {
        drop(store.calls());
        let answer = browser.post(&format!("/do/{deeds}+panic"));
        assert_eq!((answer.status, answer.set_cookie()), (500, None), "{deeds}");
        assert_eq!(store.calls(), ["load"], "{deeds}");
        assert_eq!(store.row(&key_of(&browser.cookie().unwrap())), row, "{deeds}");
    }
    assert_eq!(browser.post("/do/show").body, "x");
}
