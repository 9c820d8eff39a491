//! A store that can be read, but fails when the request ends.

use std::time::Duration;

use session_tests::faulty::{Fault, Faulty, key_of};
use session_tests::{DAY, clock, fairing};

use super::failure::{FAULTS, THERE, is_503, reason, signed_in, signed_in_at};

#[test]
fn a_write_that_fails_is_a_503_and_the_next_request_is_fine() {
    // Each fault, for a visitor with a session.
    const NEWS: &str = "login-zoe+flash-news";
    for fault in FAULTS {
        for (call, before, deeds) in [
            ("patch", NEWS, "note-x"),
            ("patch", NEWS, "show"),
            ("patch", NEWS, "permanent-true"),
            ("rename", NEWS, "renew"),
            ("rename", NEWS, "login-max"),
            ("destroy", NEWS, "clear+note-x"),
            ("destroy", NEWS, "clear"),
            ("patch", "flash-news", "show"),
        ] {
            let store = Faulty::default();
            let browser = signed_in(&store).another();
            browser.post(&format!("/do/{before}"));
            let cookie = browser.cookie().unwrap();
            let row = store.row(&key_of(&cookie));
            store.be_only(fault, &[call]);
            let answer = browser.post(&format!("/do/{deeds}"));
            is_503(&answer, &browser, reason(fault));
            assert_eq!(answer.body, "503 Service Unavailable", "{call}");
            store.be(Fault::None);
            assert_eq!(browser.cookie().as_ref(), Some(&cookie), "{call} {deeds}");
            assert_eq!(store.row(&key_of(&cookie)), row, "{call} {deeds}");
            assert_eq!(browser.post("/do/show").body, "news", "{call} {deeds}");
        }
    }
}

#[test]
fn a_sign_out_holds_though_there_is_no_room_for_what_follows() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store).another();
        browser.post("/do/login-zoe");
        let cookie = browser.cookie().unwrap();
        store.be_only(fault, &["create"]);
        let answer = browser.post("/do/clear+flash-bye");
        is_503(&answer, &browser, reason(fault));
        store.be(Fault::None);
        assert_eq!(store.row(&key_of(&cookie)), None);
        assert_eq!(browser.another().take_cookie(cookie).get("/").body, "nobody 0 -");
    }
}

#[test]
fn a_first_write_that_fails_leaves_the_visitor_without_a_session() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store).another();
        store.be_only(fault, &["create"]);
        let answer = browser.post("/do/note-x");
        assert_eq!((answer.status, answer.set_cookie()), (503, None));
        store.be(Fault::None);
        assert_eq!(browser.post("/do/note-x").status, 200);
        assert_eq!(browser.get("/").body, "nobody 0 x");
    }
}

#[test]
fn a_touch_that_fails_does_not_spoil_a_good_answer() {
    for fault in FAULTS {
        let (store, clock) = (Faulty::default(), clock());
        let soon = fairing(&clock).store_timeout(Duration::from_millis(50));
        let browser = signed_in_at(&store, soon.store(store.clone()));
        clock.advance(Duration::from_secs(16 * DAY));
        store.be_only(fault, &["patch"]);
        let answer = browser.get("/");
        assert_eq!((answer.status, answer.body.as_str()), (200, THERE));
        assert_eq!(answer.set_cookie(), None);
        assert!(answer.errors().iter().any(|line| line.contains(reason(fault))));
        assert_eq!(store.calls(), ["load", "patch"]);
        // The next request tries again.
        store.be(Fault::None);
        browser.get("/");
        assert_eq!(store.calls(), ["load", "patch"]);
    }
}
