//! Requests that a page of another origin sent.

use rocket::http::Method;
use rocket::{delete, get, options, patch, post, put, routes};
use session_runtime::prelude::*;
use session_tests::faulty::{Faulty, key_of};
use session_tests::origins::{ROWS, TRUSTED};
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

fn count(session: &Session) -> String {
    let n = session.get::<u32>("n").unwrap_or(0) + 1;
    session.set("n", n);
    n.to_string()
}

#[post("/count")]
fn posted(session: Session) -> String {
    count(&session)
}

#[put("/count")]
fn put_there(session: Session) -> String {
    count(&session)
}

#[patch("/count")]
fn patched(session: Session) -> String {
    count(&session)
}

#[delete("/count")]
fn deleted(session: Session) -> String {
    count(&session)
}

#[get("/count")]
fn got(session: Session) -> String {
    count(&session)
}

#[options("/count")]
fn asked(session: Session) -> String {
    count(&session)
}

#[post("/plain")]
fn plain() -> &'static str {
    "plain"
}

const JUDGED: [Method; 4] = [Method::Post, Method::Put, Method::Patch, Method::Delete];

const CROSS_SITE: &[(&str, &str)] =
    &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")];

/// A visitor with five visits.
fn visitor() -> Browser {
    let routes = routes![posted, put_there, patched, deleted, got, asked, plain, super::read];
    let browser = Browser::new(app(fairing(&clock()).trusted_origins([TRUSTED]), routes));
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5}"#, NOW));
    browser
}

/// Whether it was allowed. Checks that it was either allowed or refused as a whole.
fn is_allowed(browser: &Browser, method: Method, path: &str, headers: &[(&str, &str)]) -> bool {
    let before = browser.cookie();
    let answer = browser.another();
    answer.take_cookie(before.expect("a session"));
    let answer = answer.send(method, path, headers);
    match answer.status {
        200 => {
            assert!(answer.set_cookie().is_some(), "{answer:#?}");
            assert!(answer.body == "6" || method == Method::Head, "{answer:#?}");
            true
        }
        403 => {
            assert_eq!(answer.set_cookie(), None);
            assert!(!answer.body.contains('6'), "{answer:#?}");
            false
        }
        _ => panic!("{answer:#?}"),
    }
}

#[test]
fn line_56_every_row_of_the_table_for_every_method() {
    let browser = visitor();
    for method in JUDGED {
        for row in ROWS {
            let allowed = is_allowed(&browser, method, "/count", row.headers);
            assert_eq!(allowed, row.allowed, "{method}, {row:?}");
        }
    }
    let refused = ROWS.iter().filter(|row| !row.allowed).count() * JUDGED.len();
    assert_eq!(browser.stats().cross_origin(), refused as u64);
}

#[test]
fn line_56_a_websocket_handshake_is_judged_like_a_post() {
    let browser = visitor();
    for upgrade in ["websocket", "WebSocket", "h2c, websocket", "websocket/13"] {
        for row in ROWS {
            let headers =
                [row.headers, &[("Upgrade", upgrade), ("Connection", "Upgrade")]].concat();
            let allowed = is_allowed(&browser, Method::Get, "/count", &headers);
            assert_eq!(allowed, row.allowed, "{upgrade}, {row:?}");
        }
    }
    let two = [CROSS_SITE, &[("Upgrade", "h2c"), ("Upgrade", "websocket")]].concat();
    assert!(!is_allowed(&browser, Method::Get, "/count", &two));
}

#[test]
fn line_56_methods_that_change_nothing_are_not_judged() {
    let browser = visitor();
    for method in [Method::Get, Method::Head, Method::Options] {
        for row in ROWS {
            assert!(is_allowed(&browser, method, "/count", row.headers), "{method}, {row:?}");
        }
        for other in ["h2c", "websockets", ""] {
            let headers = [CROSS_SITE, &[("Upgrade", other)]].concat();
            assert!(is_allowed(&browser, method, "/count", &headers), "{method}, {other}");
        }
    }
    assert_eq!(browser.stats().cross_origin(), 0);
}

/// Rocket turns a form's POST into the method that its body names.
#[test]
fn line_56_a_form_is_a_post_whatever_it_calls_itself() {
    let browser = visitor();
    for method in [Method::Get, Method::Head, Method::Options] {
        for content in [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            "Application/X-WWW-Form-URLEncoded",
        ] {
            let form = ("Content-Type", content);
            for row in ROWS {
                let headers = [row.headers, &[form]].concat();
                let allowed = is_allowed(&browser, method, "/count", &headers);
                assert_eq!(allowed, row.allowed, "{method}, {content}, {row:?}");
            }
        }
        let json = [CROSS_SITE, &[("Content-Type", "application/json")]].concat();
        assert!(is_allowed(&browser, method, "/count", &json));
    }
}

#[test]
fn line_56_nothing_is_read_or_written() {
    let store = Faulty::default();
    let routes = || routes![posted, got, super::read];
    let browser = Browser::new(app(fairing(&clock()).store(store.clone()), routes()));
    assert_eq!(browser.post("/count").body, "1");
    let key = key_of(&browser.cookie().unwrap());
    let before = store.row(&key).unwrap();
    drop(store.calls());
    for headers in [CROSS_SITE, &[("Origin", "null")]] {
        let answer = browser.send(Method::Post, "/count", headers);
        assert_eq!((answer.status, answer.set_cookie()), (403, None));
        assert_eq!(store.calls(), [""; 0]);
    }
    assert_eq!(store.row(&key), Some(before));
    assert_eq!(browser.get("/read").body, "1");
    // The cookie is not opened either, so it is not counted as refused.
    let browser = visitor();
    browser.take_cookie("forged").send(Method::Post, "/count", CROSS_SITE);
    assert_eq!(browser.stats().all_refused(), 0);
    assert_eq!(browser.stats().cross_origin(), 1);
}

#[test]
fn line_56_a_handler_without_a_session_is_not_judged() {
    let browser = visitor();
    for row in ROWS {
        let answer = browser.send(Method::Post, "/plain", row.headers);
        assert_eq!((answer.status, answer.body.as_str()), (200, "plain"), "{row:?}");
        assert_eq!(answer.all("Vary"), [""; 0]);
    }
    assert_eq!(browser.stats().cross_origin(), 0);
}
