//! The rules for overlapping requests, one by one, named after the lines of the
//! security list that they come from. [`session_tests::overlapping`] tests every
//! order.

use std::time::Duration;

use session_tests::faulty::{Faulty, key_of};
use session_tests::{Answer, Browser, HOUR, NOW, clock, fairing};

use super::overlap::{Overlap, overlap};
use super::owners::{another, id, ids_of, visitor};
use super::{in_store, visitor_of};

const NOTHING: &str = "nobody 0 -";

/// A visitor who did `before`, and then sent the two requests at once. The browser
/// has the newest cookie.
fn both(before: &str, slow: &str, fast: &str) -> (Browser, Overlap) {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post(&format!("/do/{before}"));
    let both = overlap(in_store(&store), &browser, slow, fast);
    assert_eq!((both.slow.status, both.fast.status), (200, 200));
    for answer in [&both.fast, &both.slow] {
        if let Some(cookie) = answer.set_cookie().filter(|cookie| !cookie.is_removal()) {
            browser.take_cookie(cookie.value);
        }
    }
    (browser, both)
}

fn is_dropped(answer: &Answer) {
    assert_eq!((answer.status, answer.set_cookie()), (200, None));
    let warnings = answer.warnings();
    assert!(warnings.iter().any(|line| line.contains("the change is dropped")), "{warnings:?}");
}

#[test]
fn line_40_the_last_message_is_shown_beside_a_change_or_a_sign_in() {
    for (other, after) in [("note-cart", "nobody 0 cart"), ("login-zoe", "zoe 0 -")] {
        for (slow, fast) in [("show", other), (other, "show")] {
            let (browser, both) = both("flash-x", slow, fast);
            let shown = if slow == "show" { both.slow.body } else { both.fast.body };
            assert_eq!(shown, "x");
            assert_eq!(browser.get("/").body, after, "{slow}, {fast}");
            assert_eq!(browser.post("/do/show").body, "", "{slow}, {fast}");
        }
    }
}

#[test]
fn line_41_a_write_under_an_identifier_that_was_renewed_takes_nothing_from_the_sign_in() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a");
    let old = browser.cookie().unwrap();
    browser.post("/do/login-zoe");
    for deeds in ["note-b", "flash-x", "renew", "permanent-true"] {
        let late = browser.another();
        is_dropped(&late.take_cookie(&old).post(&format!("/do/{deeds}")));
    }
    assert_eq!(browser.get("/").body, "zoe 0 a");
    assert_eq!(ids_of(&browser, "zoe"), [id(&browser)]);
}

#[test]
fn line_42_end_one_follows_a_renewal_and_says_what_happened() {
    let store = Faulty::default();
    let browser = another(&visitor(&store), "zoe");
    let listed = id(&browser);
    browser.post("/do/renew");
    assert_eq!(browser.post(&format!("/of/zoe/end/{listed}")).body, "true");
    assert_eq!(browser.get("/").body, NOTHING);
    assert!(ids_of(&browser, "zoe").is_empty());
    assert_eq!(browser.post(&format!("/of/zoe/end/{listed}")).body, "false");
}

#[test]
fn line_43_a_sign_out_beside_a_renewal_ends_the_session() {
    for renewal in ["renew", "login-zoe"] {
        let (browser, both) = both("login-zoe+note-a", "clear", renewal);
        assert!(both.slow.issued().is_removal());
        assert_eq!(browser.get("/").body, NOTHING, "{renewal}");
        assert!(ids_of(&browser, "zoe").is_empty(), "{renewal}");
    }
    let (browser, both) = both("login-zoe+note-a", "renew", "clear");
    is_dropped(&both.slow);
    assert_eq!(browser.get("/").body, NOTHING);
    assert!(ids_of(&browser, "zoe").is_empty());
}

#[test]
fn an_identifier_that_was_renewed_signs_out_and_does_nothing_else() {
    let store = Faulty::default();
    let browser = another(&visitor(&store), "zoe");
    let old = browser.cookie().unwrap();
    browser.post("/do/renew+note-private");
    let holder = browser.another();
    holder.take_cookie(&old);
    assert_eq!(holder.get("/").body, NOTHING);
    assert_eq!(browser.get("/").body, "zoe 0 private");
    assert_eq!(holder.post("/do/leave").set_cookie(), None);
    assert_eq!(browser.get("/").body, "nobody 0 private");
    assert!(holder.post("/do/clear").issued().is_removal());
    assert_eq!(browser.get("/").body, NOTHING);
}

#[test]
fn a_second_click_on_sign_in_signs_in() {
    for before in ["note-a", "login-zoe+note-a", "login-max+note-a"] {
        let (browser, both) = both(before, "login-zoe", "login-zoe");
        assert!(both.slow.set_cookie().is_some() && both.fast.set_cookie().is_some());
        assert_eq!(browser.get("/").body, "zoe 0 -", "{before}");
        assert_eq!(ids_of(&browser, "zoe"), [id(&browser)], "{before}");
        assert!(ids_of(&browser, "max").is_empty(), "{before}");
    }
}

#[test]
fn a_sign_in_whose_answer_was_lost_succeeds_when_repeated() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a");
    let cookie = browser.cookie().unwrap();
    let lost = browser.post("/do/login-zoe").issued().value;
    browser.take_cookie(cookie).post("/do/login-zoe");
    assert_eq!(browser.get("/").body, "zoe 0 -");
    assert_eq!(ids_of(&browser, "zoe"), [id(&browser)]);
    assert_eq!(browser.another().take_cookie(lost).get("/").body, NOTHING);
}

#[test]
fn of_a_sign_in_and_giving_up_the_owner_the_last_one_counts() {
    let (browser, _) = both("login-zoe+note-a", "leave", "login-max");
    assert_eq!(browser.get("/").body, "nobody 0 a");
    assert!(["zoe", "max"].iter().all(|name| ids_of(&browser, name).is_empty()));

    let (browser, _) = both("login-zoe+note-a", "login-max", "leave");
    assert_eq!(browser.get("/").body, "max 0 -");
    assert_eq!(ids_of(&browser, "max"), [id(&browser)]);
    assert!(ids_of(&browser, "zoe").is_empty());
}

#[test]
fn end_others_keeps_a_session_that_was_renewed() {
    let store = Faulty::default();
    let browser = another(&visitor(&store), "zoe");
    another(&browser, "zoe");
    let old = browser.cookie().unwrap();
    browser.post("/do/renew");
    assert_eq!(browser.another().take_cookie(old).post("/of/zoe/end-others").body, "1");
    assert_eq!(ids_of(&browser, "zoe"), [id(&browser)]);
}

#[test]
fn an_identifier_that_was_renewed_is_forgotten_after_an_hour() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
    browser.post("/do/login-zoe+note-a");
    let old = browser.cookie().unwrap();
    browser.post("/do/renew");
    clock.advance(Duration::from_secs(HOUR));
    is_dropped(&browser.another().take_cookie(&old).post("/do/note-b"));
    clock.advance(Duration::from_secs(1));
    // Neither a sign-out nor a write reaches the session with it.
    let late = browser.another();
    assert!(late.take_cookie(&old).post("/do/clear").issued().is_removal());
    late.take_cookie(&old).post("/do/note-b");
    assert_eq!(late.get("/").body, "nobody 0 b");
    assert_eq!(browser.get("/").body, "zoe 0 a");
}

#[test]
fn an_emptied_session_expires_in_an_hour_and_one_that_is_filled_again_lives_on() {
    for again in [false, true] {
        let (store, clock) = (Faulty::default(), clock());
        let browser = visitor_of(&store, fairing(&clock).store(store.clone()));
        browser.post("/do/note-a");
        let cookie = browser.cookie().unwrap();
        assert_eq!(browser.post("/do/forget").set_cookie(), None);
        assert_eq!(store.row(&key_of(&cookie)).unwrap().expires, NOW + HOUR);
        clock.advance(Duration::from_secs(HOUR));
        if again {
            assert_eq!(browser.post("/do/note-b").set_cookie(), None);
        }
        clock.advance(Duration::from_secs(1));
        assert_eq!(browser.get("/").body, if again { "nobody 0 b" } else { NOTHING });
        // An expired empty session is replaced by a new one.
        assert_eq!(browser.post("/do/visit").set_cookie().is_none(), again);
    }
}

#[test]
fn a_lifetime_holds_in_both_orders_and_a_change_beside_it_shortens_nothing() {
    for (lifetime, slow, fast) in [
        (60, "lifetime-60", "visit"),
        (60, "visit", "lifetime-60"),
        (2 * HOUR, "lifetime-7200", "visit"),
        (2 * HOUR, "visit", "lifetime-7200"),
        (60, "lifetime-60", "renew"),
        (60, "renew", "lifetime-60"),
    ] {
        let (store, clock) = (Faulty::default(), clock());
        let of_an_hour =
            || fairing(&clock).store(store.clone()).lifetime(Duration::from_secs(HOUR));
        let browser = visitor_of(&store, of_an_hour());
        browser.post("/do/note-a");
        let both = overlap(of_an_hour(), &browser, slow, fast);
        for answer in [&both.fast, &both.slow] {
            if let Some(cookie) = answer.set_cookie() {
                browser.take_cookie(cookie.value);
            }
        }
        // Only one look each, because looking may extend it.
        let late = browser.another();
        late.take_cookie(browser.cookie().unwrap());
        clock.advance(Duration::from_secs(lifetime));
        assert!(browser.get("/").body.ends_with(" a"), "{slow}, {fast}");
        clock.advance(Duration::from_secs(lifetime + 1));
        assert_eq!(late.get("/").body, NOTHING, "{slow}, {fast}");
    }
}
