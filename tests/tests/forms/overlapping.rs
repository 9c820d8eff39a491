//! Two requests of one visitor that overlap, with a session in a store: what the one
//! keeps is not lost because the other shows, keeps or renews.

use rocket::http::Header;
use rocket::local::asynchronous::Client;
use rocket::tokio::join;
use session_runtime::SessionFairing;
use session_tests::faulty::{Faulty, key_of};
use session_tests::gate::{Gate, run};
use session_tests::{Browser, clock, fairing, log};

use super::{application, visitor_of};

/// A body and a cookie.
struct Answer {
    body: String,
    cookie: Option<String>,
    warned: bool,
}

async fn post(client: &Client, cookie: &str, deeds: &str) -> Answer {
    log::take();
    let request = client.post(format!("/do/{deeds}"));
    let response =
        request.header(Header::new("Cookie", format!("session={cookie}"))).dispatch().await;
    assert_eq!(response.status().code, 200);
    let cookie = response.headers().get_one("Set-Cookie").map(|line| {
        let value = line.split_once('=').expect("a pair").1;
        value.split(';').next().unwrap_or_default().to_owned()
    });
    let body = response.into_string().await.unwrap_or_default();
    let warned = log::take().iter().any(|line| line.is_ours() && line.text.contains("dropped"));
    Answer { body, cookie, warned }
}

struct Overlap {
    store: Faulty,
    browser: Browser,
    slow: Answer,
    fast: Answer,
}

/// The slow request reads the session; the fast one runs to its end; then the slow one
/// goes on.
fn overlap(before: &str, slow: &str, fast: &str) -> Overlap {
    let store = Faulty::default();
    let in_store = || -> SessionFairing { fairing(&clock()).store(store.clone()) };
    let browser = visitor_of(in_store());
    browser.post(&format!("/do/{before}"));
    let cookie = browser.cookie().expect("a session");
    let (slow, fast) = run(async {
        let client = Client::untracked(application(in_store())).await.expect("it launches");
        let gate = client.rocket().state::<Gate>().expect("a gate");
        let fast = gate.meanwhile(post(&client, &cookie, fast));
        // It has loaded the session before it waits.
        let slow = format!("wait+{slow}");
        join!(post(&client, &cookie, &slow), fast)
    });
    Overlap { store, browser, slow, fast }
}

/// What the next page shows, and the one after it.
fn shown(overlap: &Overlap) -> [String; 2] {
    [(); 2].map(|()| overlap.browser.post("/do/show").body)
}

#[test]
fn what_was_kept_while_another_was_shown_waits() {
    for before in ["note-n+keep-old", "keep-old"] {
        let late = overlap(before, "show", "keep-new");
        assert_eq!(late.slow.body, "old");
        assert_eq!(shown(&late), ["new", ""], "{before}");
        let early = overlap(before, "keep-new", "show");
        assert_eq!(early.fast.body, "old");
        assert_eq!(shown(&early), ["new", ""], "{before}");
    }
}

#[test]
fn of_two_that_were_kept_one_is_shown_once() {
    let both = overlap("note-n", "keep-slow", "keep-fast");
    let [first, second] = shown(&both);
    assert!(["slow", "fast"].contains(&first.as_str()), "{first}");
    assert_eq!(second, "");
    // Nothing is left of the other.
    let row = both.store.row(&key_of(&both.browser.cookie().unwrap())).unwrap();
    assert_eq!(row.fields.keys().collect::<Vec<_>>(), ["note"]);
}

#[test]
fn a_later_one_replaces_two_that_overlapped() {
    let both = overlap("note-n", "keep-slow", "keep-fast");
    both.browser.post("/do/keep-last");
    assert_eq!(shown(&both), ["last", ""]);
}

#[test]
fn two_that_show_it_at_once_both_show_it() {
    let both = overlap("note-n+keep-old", "show", "show");
    assert_eq!((both.slow.body.as_str(), both.fast.body.as_str()), ("old", "old"));
    assert_eq!(shown(&both), ["", ""]);
}

#[test]
fn a_write_of_something_else_does_not_touch_it() {
    for (slow, fast) in [("note-x", "keep-new"), ("keep-new", "note-x"), ("forget", "keep-new")] {
        let both = overlap("note-n+keep-old", slow, fast);
        assert_eq!(shown(&both), ["new", ""], "{slow}");
    }
    let both = overlap("note-n+keep-old", "show", "note-x");
    assert_eq!(both.slow.body, "old");
    assert_eq!(both.browser.post("/do/say").body, r#"["note"] false"#);
    assert_eq!(shown(&both), ["", ""]);
}

#[test]
fn it_follows_a_renewal() {
    for renewal in ["renew", "login-zoe"] {
        let both = overlap("note-n", "keep-new", renewal);
        assert!(both.slow.cookie.is_none() && !both.slow.warned, "{renewal}");
        both.browser.take_cookie(both.fast.cookie.clone().expect("a new identifier"));
        assert_eq!(shown(&both), ["new", ""], "{renewal}");
        let both = overlap("note-n", renewal, "keep-new");
        both.browser.take_cookie(both.slow.cookie.clone().expect("a new identifier"));
        assert_eq!(shown(&both), ["new", ""], "{renewal}");
    }
}

#[test]
fn it_does_not_survive_a_clear_and_is_not_dropped_in_silence() {
    let both = overlap("note-n", "keep-new", "clear");
    assert!(both.slow.warned);
    assert_eq!(shown(&both), ["", ""]);
    let both = overlap("note-n", "clear", "keep-new");
    assert_eq!(shown(&both), ["", ""]);
    // What is kept after a `clear()` belongs to the session that begins then.
    let both = overlap("note-n+keep-old", "clear+keep-new", "note-x");
    both.browser.take_cookie(both.slow.cookie.clone().expect("a new session"));
    assert_eq!(shown(&both), ["new", ""]);
}

#[test]
fn a_late_sign_in_begins_with_what_it_kept_itself() {
    let both = overlap("note-n+keep-old", "login-zoe+keep-new", "login-max");
    both.browser.take_cookie(both.slow.cookie.clone().expect("a new session"));
    assert_eq!(shown(&both), ["new", ""]);
    let both = overlap("note-n+keep-old", "login-zoe", "login-max");
    both.browser.take_cookie(both.slow.cookie.clone().expect("a new session"));
    assert_eq!(shown(&both), ["", ""]);
}
