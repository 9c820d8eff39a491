//! Identifiers are random, can be renewed and revoked, and are never adopted.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session_runtime::store::Key;
use session_runtime::{Format, Refused};
use session_tests::faulty::{Faulty, identifier, key_of};
use session_tests::{Forge, KEY, NOW, OTHER_KEY, app, clock, fairing};
use sha2::{Digest, Sha256};

use super::{forged, in_store, index, now, signed, visitor, visitor_of};

const NOTHING: &str = "nobody 0 -";

#[test]
fn the_cookie_carries_an_identifier_and_nothing_of_the_session() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let answer = browser.post("/do/login-zoe");
    let payload = answer.issued().payload();
    assert_eq!(payload.len(), 43, "{payload}");
    assert!(!payload.contains("zoe"));
    assert_eq!(answer.issued().stamp().flags, 2);
    assert_eq!(browser.get("/").body, "zoe 0 -");
    assert_eq!(store.calls(), ["create", "load"]);
}

#[test]
fn a_store_sees_the_hash_of_an_identifier_and_never_the_identifier() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let mut expected = Vec::new();
    for deeds in ["visit", "note-a", "renew", "login-zoe", "clear+note-b"] {
        browser.post(&format!("/do/{deeds}"));
        let cookie = browser.cookie().unwrap();
        let hash: [u8; 32] = Sha256::digest(identifier(&cookie)).into();
        expected.push(Key::from_bytes(hash));
        assert!(store.row(&Key::from_bytes(hash)).is_some(), "after {deeds}");
        assert!(store.keys().iter().all(|key| *key.as_bytes() != identifier(&cookie)));
    }
    browser.post("/do/clear");
    let mut keys = store.keys();
    keys.sort();
    keys.dedup();
    expected.sort();
    expected.dedup();
    assert_eq!(keys, expected);
}

#[test]
fn an_unknown_identifier_is_never_adopted() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for bytes in [[0x5a; 32], [0; 32]] {
        let unknown = signed(&URL_SAFE_NO_PAD.encode(bytes));
        let refused = browser.stats().refused(Refused::Absent);
        let visitor = browser.another();
        visitor.take_cookie(&unknown);
        let answer = visitor.get("/");
        assert_eq!((answer.status, answer.body.as_str()), (200, NOTHING));
        assert_eq!(answer.set_cookie(), None);
        assert_eq!(browser.stats().refused(Refused::Absent), refused + 1);
        assert!(answer.debugs().iter().any(|line| line.contains("no such session")));
        assert_eq!(store.calls(), ["load"]);
        // A write begins another session.
        let answer = visitor.post("/do/visit");
        assert_ne!(identifier(&answer.issued().value), bytes);
        assert_eq!(store.calls(), ["load", "create"]);
        assert!(store.row(&key_of(&unknown)).is_none());
        assert_eq!(browser.another().take_cookie(&unknown).get("/").body, NOTHING);
        assert_eq!(visitor.get("/").body, "nobody 1 -");
        assert_eq!(store.calls(), ["load", "load"]);
    }
}

#[test]
fn an_identifier_without_our_signature_never_reaches_the_store() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-private");
    assert_eq!(store.calls(), ["create"]);
    let cookie = browser.cookie().unwrap();
    let (identifier, rest) = cookie.split_once('.').unwrap();
    let bare = URL_SAFE_NO_PAD.decode(identifier).unwrap();
    let others_key = forged(OTHER_KEY, std::str::from_utf8(&bare).unwrap());
    for value in [identifier, &format!("{}.{rest}", &identifier[1..]), &others_key, "x.y.z"] {
        let answer = browser.another().take_cookie(value).get("/");
        assert_eq!((answer.status, answer.body.as_str()), (200, NOTHING), "{value}");
    }
    assert!(store.calls().is_empty());
}

#[test]
fn an_invalid_identifier_never_reaches_the_store() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let long = "A".repeat(44);
    let odd = ["../", "../../etc/passwd", "*", "\0", "'", "\"", "' OR 1=1 --", "", "{}", &long];
    for (n, payload) in odd.into_iter().enumerate() {
        let answer = browser.another().take_cookie(signed(payload)).get("/");
        assert_eq!((answer.status, answer.body.as_str()), (200, NOTHING), "{payload}");
        assert_eq!(browser.stats().refused(Refused::Payload), n as u64 + 1, "{payload}");
    }
    assert!(store.calls().is_empty());
    assert!(store.keys().is_empty());
}

#[test]
fn a_collision_is_tried_again_and_nobodys_session_is_taken_over() {
    let store = Faulty::default();
    let victim = visitor(&store);
    victim.post("/do/note-private");
    let browser = victim.another();
    for (deed, calls) in [("note-mine", vec!["create"; 4]), ("renew", vec!["rename"; 4])] {
        let keys = store.keys().len();
        drop(store.calls());
        store.collide(3);
        assert_eq!(browser.post(&format!("/do/{deed}")).status, 200);
        let called = store.calls();
        assert_eq!(called[called.len() - 4..], calls);
        let mut tried = store.keys()[keys..].to_vec();
        tried.sort();
        tried.dedup();
        // A new identifier each time, and the old one for a renewal.
        assert_eq!(tried.len(), if deed == "renew" { 5 } else { 4 });
        assert_eq!(browser.get("/").body, "nobody 0 mine");
        assert_eq!(victim.get("/").body, "nobody 0 private");
    }
}

#[test]
fn identifiers_that_are_all_taken_are_a_503() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for deed in ["note-a", "renew", "login-zoe"] {
        store.collide(8);
        let answer = browser.post(&format!("/do/{deed}"));
        assert_eq!((answer.status, answer.set_cookie()), (503, None), "{deed}");
        let errors = answer.errors();
        assert!(errors.iter().any(|line| line.contains("8 random identifiers")), "{errors:?}");
        // The next request succeeds, and finds the old session.
        assert_eq!(browser.post("/do/note-b").status, 200, "{deed}");
        assert_eq!(browser.get("/").body, "nobody 0 b");
    }
}

#[test]
fn a_renewed_session_keeps_its_data_and_the_old_identifier_is_dead() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit+note-x");
    let old = browser.cookie().unwrap();
    browser.post("/do/renew");
    assert_ne!(identifier(&browser.cookie().unwrap()), identifier(&old));
    assert_eq!(browser.get("/").body, "nobody 1 x");
    assert!(store.row(&key_of(&old)).is_none());
    assert_eq!(browser.another().take_cookie(old).get("/").body, NOTHING);
}

#[test]
fn a_renewed_session_is_as_old_as_it_was_and_keeps_flashes_and_permanence() {
    let store = Faulty::default();
    let clock = clock();
    let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
    browser.post("/do/note-x+flash-hello+permanent-true");
    let before = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    clock.advance(Duration::from_secs(100));
    let answer = browser.post("/do/renew");
    assert_eq!(answer.issued().max_age(), Some(31 * 86_400));
    let after = store.row(&key_of(&answer.issued().value)).unwrap();
    assert_eq!(after.fields, before.fields);
    assert_eq!((after.created, after.seen), (NOW, NOW + 100));
    assert_eq!(browser.post("/do/show").body, "hello");
}

#[test]
fn the_owner_set_renews_the_identifier() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit");
    let old = browser.cookie().unwrap();
    browser.post("/do/login-zoe");
    assert_ne!(identifier(&browser.cookie().unwrap()), identifier(&old));
    assert_eq!(browser.another().take_cookie(old).get("/").body, NOTHING);
    assert_eq!(browser.get("/").body, "zoe 1 -");
    // Signing in again renews too, even under the same name.
    let old = browser.cookie().unwrap();
    browser.post("/do/login-zoe");
    assert_eq!(browser.another().take_cookie(old).get("/").body, NOTHING);
    assert_eq!(browser.get("/").body, "zoe 1 -");
}

#[test]
fn a_cleared_session_cannot_be_opened_with_a_kept_cookie() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/login-zoe+note-x");
    let stolen = browser.cookie().unwrap();
    let answer = browser.post("/do/clear");
    assert!(answer.issued().is_removal());
    assert!(store.row(&key_of(&stolen)).is_none());
    assert_eq!(browser.another().take_cookie(stolen).get("/").body, NOTHING);
    assert_eq!(browser.stats().refused(Refused::Former), 1);
}

#[test]
fn what_is_written_after_a_clear_belongs_to_a_new_session() {
    let store = Faulty::default();
    let clock = clock();
    let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
    browser.post("/do/login-zoe+note-x+flash-old+permanent-true");
    let old = browser.cookie().unwrap();
    clock.advance(Duration::from_secs(100));
    let answer = browser.post("/do/clear+note-y");
    let new = answer.issued();
    assert_ne!(identifier(&new.value), identifier(&old));
    assert_eq!(new.max_age(), None);
    let row = store.row(&key_of(&new.value)).unwrap();
    assert_eq!((row.created, row.owner), (NOW + 100, None));
    assert_eq!(row.fields.keys().collect::<Vec<_>>(), ["note"]);
    assert_eq!(browser.get("/").body, "nobody 0 y");
    assert!(store.row(&key_of(&old)).is_none());
}

#[test]
fn a_cookie_session_is_refused_with_a_store_and_vice_versa() {
    let store = Faulty::default();
    let with_store = visitor(&store);
    let without = session_tests::Browser::new(app(fairing(&clock()), rocket::routes![index, now]));
    with_store.post("/do/note-a");
    without.post("/do/note-b");
    drop(store.calls());
    for (app, other) in [(&with_store, &without), (&without, &with_store)] {
        let value = other.cookie().unwrap();
        let answer = app.another().take_cookie(value).get("/");
        assert_eq!((answer.status, answer.body.as_str()), (200, NOTHING));
        assert_eq!(app.stats().refused(Refused::Format), 1);
    }
    let session = Forge::new(KEY, "session").sign(r#"{"note":"c"}"#, NOW);
    assert_eq!(with_store.another().take_cookie(session).get("/").body, NOTHING);
    assert!(store.calls().is_empty());
}

#[test]
fn an_encrypted_cookie_hides_the_identifier() {
    let store = Faulty::default();
    let browser = visitor_of(&store, in_store(&store).format(Format::Encrypted));
    let cookie = browser.post("/do/note-a").issued().value;
    assert_eq!(browser.get("/").body, "nobody 0 a");
    assert_eq!(cookie.split('.').count(), 2);
    let [key, again] = store.keys()[..] else { panic!("a write and a read") };
    assert_eq!(key, again);
    let body = URL_SAFE_NO_PAD.decode(cookie.split('.').next().unwrap()).unwrap();
    // The cookie contains neither its bytes nor its text.
    let hashed = |bytes: &[u8]| Sha256::digest(bytes)[..] == key.as_bytes()[..];
    assert!(!body.windows(32).any(hashed));
    let texts = body.windows(43).filter_map(|text| URL_SAFE_NO_PAD.decode(text).ok());
    assert!(!texts.into_iter().any(|bytes| hashed(&bytes)));
}

#[test]
fn a_cookie_of_an_old_key_is_signed_again_and_keeps_its_identifier() {
    let store = Faulty::default();
    let before = visitor_of(&store, in_store(&store).secret_key(OTHER_KEY));
    before.post("/do/note-a");
    let old = before.cookie().unwrap();
    let after = visitor_of(&store, in_store(&store).fallback_keys([OTHER_KEY]));
    let answer = after.take_cookie(&old).get("/");
    assert_eq!(answer.body, "nobody 0 a");
    let new = answer.issued();
    assert_eq!(new.stamp().key_id, Forge::new(KEY, "session").key_id());
    assert_eq!(identifier(&new.value), identifier(&old));
    // Only once.
    assert_eq!(after.get("/").set_cookie(), None);
}
