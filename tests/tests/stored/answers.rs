//! The headers of answers: a cookie only when needed, and always those for caches.

use std::time::Duration;

use session_runtime::Format;
use session_tests::faulty::{Faulty, identifier, key_of};
use session_tests::{Browser, DAY, clock, fairing, ignite};

use super::{application, in_store, visitor, visitor_of};

#[test]
fn a_patch_of_a_session_sends_no_cookie_and_is_not_cached() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a");
    for deeds in ["note-b", "visit", "flash-x", "show", "lifetime-3600"] {
        let answer = browser.post(&format!("/do/{deeds}"));
        assert_eq!(answer.set_cookie(), None, "{deeds}");
        assert_eq!(answer.list("Cache-Control"), ["no-cache", "private"], "{deeds}");
        assert_eq!(answer.list("Vary"), ["cookie"], "{deeds}");
    }
}

#[test]
fn a_new_session_and_a_new_identifier_send_a_cookie() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for deeds in ["note-b", "renew", "login-zoe", "leave", "clear+note-a"] {
        let answer = browser.post(&format!("/do/{deeds}"));
        assert_eq!(answer.issued().max_age(), None, "{deeds}");
        assert_eq!(answer.list("Cache-Control"), ["no-cache", "private"], "{deeds}");
        assert_eq!(answer.list("Vary"), ["cookie"], "{deeds}");
    }
}

#[test]
fn a_read_is_private_and_varies_by_cookie() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for deeds in ["read", "note-a", "read"] {
        let answer = browser.post(&format!("/do/{deeds}"));
        assert_eq!(answer.list("Vary"), ["cookie"]);
        if deeds == "read" {
            assert_eq!(answer.list("Cache-Control"), ["private"]);
            assert_eq!(answer.set_cookie(), None);
        }
    }
    let answer = browser.get("/plain");
    assert_eq!((answer.one("Vary"), answer.one("Cache-Control")), (None, None));
}

#[test]
fn every_write_of_a_permanent_session_extends_its_cookie() {
    let store = Faulty::default();
    let clock = clock();
    let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
    browser.post("/do/note-a+permanent-true");
    let first = browser.cookie().unwrap();
    for deeds in ["note-b", "visit", "flash-x"] {
        clock.advance(Duration::from_secs(DAY));
        let cookie = browser.post(&format!("/do/{deeds}")).issued();
        assert_eq!(cookie.max_age(), Some(31 * DAY), "{deeds}");
        assert_eq!(identifier(&cookie.value), identifier(&first), "{deeds}");
    }
    // A touch extends it, and a read does not.
    assert_eq!(browser.get("/").set_cookie(), None);
    clock.advance(Duration::from_secs(16 * DAY));
    assert_eq!(browser.get("/").issued().max_age(), Some(31 * DAY));
}

#[test]
fn a_cookie_is_sent_when_permanence_changes() {
    let store = Faulty::default();
    let browser = visitor(&store);
    assert_eq!(browser.post("/do/note-a").issued().max_age(), None);
    let first = browser.cookie().unwrap();
    for (deeds, max_age) in [
        ("permanent-true", Some(31 * DAY)),
        ("lifetime-3600", Some(3600)),
        ("permanent-false", None),
        ("permanent-true", Some(3600)),
    ] {
        let cookie = browser.post(&format!("/do/{deeds}")).issued();
        assert_eq!(cookie.max_age(), max_age, "{deeds}");
        assert_eq!(identifier(&cookie.value), identifier(&first), "{deeds}");
        assert_eq!(browser.get("/").body, "nobody 0 a");
    }
}

#[test]
fn a_new_session_starts_permanent_where_that_is_configured() {
    let store = Faulty::default();
    let browser = visitor_of(&store, in_store(&store).permanent(true));
    // The flag alone is not worth a session.
    for deeds in ["read", "permanent-false", "permanent-true"] {
        assert_eq!(browser.post(&format!("/do/{deeds}")).set_cookie(), None, "{deeds}");
    }
    assert_eq!(store.calls(), [""; 0]);
    assert_eq!(browser.post("/do/note-a").issued().max_age(), Some(31 * DAY));
    let row = |browser: &Browser| store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    assert_eq!(row(&browser).fields["_permanent"], "true");
    assert_eq!(browser.post("/do/permanent-false").issued().max_age(), None);
    assert!(!row(&browser).fields.contains_key("_permanent"));
    assert_eq!(browser.post("/do/clear+note-b").issued().max_age(), Some(31 * DAY));
    assert_eq!(row(&browser).fields["_permanent"], "true");
    assert_eq!(browser.post("/do/clear+note-c+permanent-false").issued().max_age(), None);
    assert!(!row(&browser).fields.contains_key("_permanent"));
}

#[test]
fn max_age_is_no_longer_than_the_absolute_limit() {
    let store = Faulty::default();
    let clock = clock();
    let limited =
        fairing(&clock).store(store.clone()).absolute_lifetime(Duration::from_secs(40 * DAY));
    let browser = visitor_of(&store, limited);
    browser.post("/do/note-a+permanent-true");
    clock.advance(Duration::from_secs(30 * DAY));
    assert_eq!(browser.post("/do/visit").issued().max_age(), Some(10 * DAY));
}

#[test]
fn the_smallest_cookie_that_can_be_configured_has_room_for_an_identifier() {
    for format in [Format::Signed, Format::Encrypted] {
        let store = Faulty::default();
        let sized = |size| in_store(&store).format(format).max_cookie_size(size);
        let smallest = (1..4096).find(|size| ignite(application(sized(*size))).started);
        let browser = visitor_of(&store, sized(smallest.expect("some size is enough")));
        let answer = browser.post("/do/note-a+permanent-true+lifetime-60");
        assert_eq!((answer.status, answer.errors()), (200, vec![]), "{format:?}");
        assert_eq!(browser.get("/").body, "nobody 0 a");
    }
}
