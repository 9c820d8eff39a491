//! Messages in a store. Each is a separate entry and is shown once.

use std::time::Duration;

use session_tests::faulty::{Faulty, key_of};
use session_tests::{clock, fairing};

use super::{visitor, visitor_of};

#[test]
fn a_message_is_shown_once() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+flash-one+flash-two");
    assert_eq!(browser.post("/do/show").body, "one two");
    assert_eq!(browser.post("/do/show").body, "");
    assert_eq!(browser.get("/").body, "nobody 0 a");
}

#[test]
fn messages_are_shown_in_the_order_of_time() {
    let store = Faulty::default();
    let clock = clock();
    let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
    let texts: Vec<_> = (0..12).map(|n| format!("{n}")).collect();
    for pair in texts.chunks(2) {
        browser.post(&format!("/do/flash-{}+flash-{}", pair[0], pair[1]));
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(browser.post("/do/show").body, texts.join(" "));
}

#[test]
fn messages_of_one_second_are_shown_in_the_order_of_their_requests() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let texts: Vec<_> = (0..12).map(|n| format!("{n}")).collect();
    for text in &texts {
        browser.post(&format!("/do/flash-{text}"));
    }
    assert_eq!(browser.post("/do/show").body, texts.join(" "));
}

#[test]
fn an_answer_that_nobody_reads_consumes_nothing() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+flash-x");
    for status in [500, 502, 503, 599, 304] {
        drop(store.calls());
        let answer = browser.post(&format!("/do/show?status={status}"));
        assert_eq!((answer.status, answer.set_cookie()), (status, None));
        assert_eq!(store.calls(), ["load"], "{status}");
    }
    assert_eq!(browser.head("/do/show").status, 200);
    assert_eq!(browser.post("/do/show").body, "x");
}

#[test]
fn every_other_answer_consumes() {
    for status in [200, 201, 301, 303, 400, 401, 404, 418, 499] {
        let store = Faulty::default();
        let browser = visitor(&store);
        browser.post("/do/note-a+flash-x");
        assert_eq!(browser.post(&format!("/do/show?status={status}")).body, "x");
        assert_eq!(browser.post("/do/show").body, "", "{status}");
        assert_eq!(browser.get("/").body, "nobody 0 a", "{status}");
    }
}

#[test]
fn what_is_written_beside_an_answer_that_nobody_reads_is_kept() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/flash-x");
    browser.post("/do/note-a+show+flash-y?status=500");
    browser.head("/do/visit+show");
    assert_eq!(browser.get("/").body, "nobody 1 a");
    assert_eq!(browser.post("/do/show").body, "x y");
}

#[test]
fn an_invalid_message_is_not_shown_and_does_no_harm() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a+flash-x");
    let key = key_of(&browser.cookie().unwrap());
    let mut row = store.row(&key).unwrap();
    let odd = ["{", "", "7", "[\"info\"]", "[\"info\",7]", "[\"a\",\"b\",\"c\"]", "null"];
    for (n, json) in odd.into_iter().enumerate() {
        row.fields.insert(format!("_flash.{n}"), json.into());
    }
    row.fields.insert("_flashes".into(), r#"[["info","of a cookie"]]"#.into());
    store.put(&key, &row);
    let answer = browser.post("/do/show");
    assert_eq!((answer.status, answer.body.as_str()), (200, "x"));
    assert!(!answer.warnings().is_empty());
    assert_eq!(browser.post("/do/visit").body, "nobody 1 a");
    assert_eq!(browser.post("/do/flash-y").status, 200);
    assert_eq!(browser.post("/do/show").body, "y");
}
