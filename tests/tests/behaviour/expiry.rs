//! How long a session lives by the server's clock.

use std::time::{Duration, UNIX_EPOCH};

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Clock, Refresh, Refused, SessionFairing};
use session_tests::{Browser, DAY, Forge, HOUR, KEY, NOW, app, at, clock, fairing};

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

#[get("/count")]
fn count(session: Session) -> String {
    let n = session.get::<u32>("n").unwrap_or_default() + 1;
    session.set("n", n);
    n.to_string()
}

#[get("/lifetime/<seconds>")]
fn lifetime(session: Session, seconds: u64) -> &'static str {
    session.set_lifetime(Duration::from_secs(seconds));
    "set"
}

#[get("/lifetime")]
fn configured_lifetime(session: Session) -> &'static str {
    session.set_lifetime(None);
    "set"
}

/// The session's own times, in seconds before and after `NOW`.
#[get("/info")]
fn info(session: Session) -> String {
    let now = UNIX_EPOCH + seconds(NOW);
    session.info().map_or_else(
        || "none".into(),
        |info| {
            let age = now.duration_since(info.created).expect("the past").as_secs();
            let left = info.expires.duration_since(now).expect("the future").as_secs();
            format!("{:?} {age} {left}", info.id)
        },
    )
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![read, count, lifetime, configured_lifetime, info]))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn forge() -> Forge {
    Forge::new(KEY, "session")
}

/// What a visitor reads with a cookie of this age.
fn read_after(configure: fn(SessionFairing) -> SessionFairing, age: u64) -> (String, u64) {
    let browser = browser(configure(fairing(&at(NOW + age))));
    let body = browser.take_cookie(forge().sign(r#"{"n":1}"#, NOW)).get("/read").body;
    (body, browser.stats().refused(Refused::Expired))
}

#[test]
fn a_session_lives_for_31_days_and_not_a_second_longer() {
    assert_eq!(read_after(|f| f, 31 * DAY), ("1".into(), 0));
    assert_eq!(read_after(|f| f, 31 * DAY + 1), ("none".into(), 1));
}

#[test]
fn a_session_lives_for_the_configured_lifetime_and_not_a_second_longer() {
    let hour = |f: SessionFairing| f.lifetime(Duration::from_secs(HOUR));
    assert_eq!(read_after(hour, HOUR), ("1".into(), 0));
    assert_eq!(read_after(hour, HOUR + 1), ("none".into(), 1));
}

#[test]
fn an_unused_session_ends_and_a_used_one_lives_on() {
    let clock = clock();
    let browser = browser(fairing(&clock).lifetime(seconds(10 * HOUR)));
    let idle = browser.another();
    assert_eq!(browser.get("/count").body, "1");
    assert_eq!(idle.get("/count").body, "1");
    for _ in 0..10 {
        clock.advance(seconds(6 * HOUR));
        assert_eq!(browser.get("/read").body, "1");
    }
    assert_eq!(idle.get("/read").body, "none");
}

#[test]
fn an_expired_session_is_followed_by_a_new_one() {
    let clock = clock();
    let browser = browser(fairing(&clock).lifetime(seconds(HOUR)));
    browser.get("/count");
    assert_eq!(browser.get("/count").body, "2");
    clock.advance(seconds(HOUR + 1));
    let answer = browser.get("/count");
    assert_eq!(answer.body, "1");
    assert_eq!(answer.issued().stamp().created, NOW + HOUR + 1);
}

fn steady(clock: &Clock, refresh: Refresh, path: &str) {
    let limited = fairing(clock).lifetime(seconds(DAY)).absolute_lifetime(seconds(3 * DAY));
    let browser = browser(limited.refresh(refresh));
    browser.get("/count");
    for hour in 1..=72 {
        clock.advance(seconds(HOUR));
        assert_ne!(browser.get(path).body, "none", "hour {hour}");
        assert_ne!(browser.get("/read").body, "none", "hour {hour}");
        if let Some(cookie) = browser.cookie() {
            assert_eq!(session_tests::Stamp::of(&cookie).created, NOW, "hour {hour}");
        }
    }
    clock.advance(seconds(1));
    assert_eq!(browser.get("/read").body, "none");
    assert_eq!(browser.stats().refused(Refused::Expired), 1);
    assert_eq!(browser.get("/count").issued().stamp().created, NOW + 3 * DAY + 1);
}

#[test]
fn nothing_extends_the_absolute_limit_neither_changes_nor_refreshes() {
    for refresh in [Refresh::HalfLife, Refresh::Always] {
        steady(&clock(), refresh, "/read");
        steady(&clock(), refresh, "/count");
    }
    steady(&clock(), Refresh::Never, "/count");
}

#[session(#[owner] username: String)]
struct Owned;

#[get("/sign-in/<name>")]
fn sign_in(session: Session<Owned>, name: &str) {
    session.set_username(name);
}

#[get("/renew")]
fn renew(session: Session) {
    session.renew();
}

/// Whether this request starts the limit again, a day before it is reached.
fn begins_anew(routes: Vec<rocket::Route>, path: &str) -> bool {
    let clock = clock();
    let limited = fairing(&clock).absolute_lifetime(seconds(3 * DAY));
    let browser = Browser::new(app(limited, routes![read, count]).mount("/", routes));
    browser.get("/count");
    if path != "/renew" {
        browser.get("/sign-in/ann");
    }
    clock.advance(seconds(2 * DAY));
    browser.get(path);
    clock.advance(seconds(2 * DAY));
    browser.get("/read").body != "none"
}

#[test]
fn a_sign_in_begins_the_absolute_lifetime_anew() {
    // Signing in again under the same name counts too.
    for path in ["/sign-in/ann", "/sign-in/bob"] {
        assert!(begins_anew(routes![sign_in], path), "{path}");
    }
    assert!(!begins_anew(routes![sign_in], "/count"));
}

#[test]
fn without_an_owner_a_renewal_begins_the_absolute_lifetime_anew() {
    assert!(begins_anew(routes![renew], "/renew"));
    assert!(!begins_anew(routes![renew, sign_in], "/renew"));
}

#[test]
fn a_session_has_a_lifetime_of_its_own() {
    for (own, allowed) in [(HOUR, HOUR), (100 * DAY, 100 * DAY)] {
        let clock = clock();
        let browser = browser(fairing(&clock).refresh(Refresh::Never));
        browser.get("/count");
        let cookie = browser.get(&format!("/lifetime/{own}")).issued();
        assert_eq!(cookie.stamp().lifetime.map(u64::from), Some(own));
        clock.advance(seconds(allowed));
        assert_eq!(browser.get("/read").body, "1");
        clock.advance(seconds(1));
        assert_eq!(browser.get("/read").body, "none");
    }
}

#[test]
fn a_lifetime_of_its_own_stays_with_the_session() {
    let clock = clock();
    let browser = browser(fairing(&clock));
    browser.get("/count");
    browser.get(&format!("/lifetime/{HOUR}"));
    // A change and a refresh keep it.
    assert_eq!(browser.get("/count").issued().stamp().lifetime, Some(3600));
    clock.advance(seconds(HOUR / 2));
    assert_eq!(browser.get("/read").issued().stamp().lifetime, Some(3600));
}

#[test]
fn a_lifetime_of_its_own_does_not_pass_the_absolute_limit() {
    let clock = clock();
    let browser = browser(fairing(&clock).absolute_lifetime(seconds(DAY)));
    browser.get("/count");
    browser.get(&format!("/lifetime/{}", 10 * DAY));
    clock.advance(seconds(DAY));
    assert_eq!(browser.get("/read").body, "1");
    clock.advance(seconds(1));
    assert_eq!(browser.get("/read").body, "none");
}

#[test]
fn a_lifetime_alone_creates_no_session() {
    assert_eq!(browser(fairing(&clock())).get("/lifetime/60").set_cookie(), None);
}

#[test]
fn the_configured_lifetime_can_be_restored() {
    let browser = browser(fairing(&clock()));
    browser.get("/count");
    assert_eq!(browser.get("/lifetime/60").issued().stamp().lifetime, Some(60));
    assert_eq!(browser.get("/lifetime").issued().stamp().lifetime, None);
    // Doing it again changes nothing.
    assert_eq!(browser.get("/lifetime").set_cookie(), None);
}

#[test]
fn a_session_knows_when_it_began_and_when_it_expires() {
    let browser = browser(fairing(&clock()).lifetime(seconds(HOUR)));
    assert_eq!(browser.get("/info").body, "none");
    let began = forge().stamp(NOW - DAY, NOW - 60).encode();
    browser.take_cookie(forge().seal(r#"{"n":1}"#, &began));
    assert_eq!(browser.get("/info").body, format!("None {DAY} {}", HOUR - 60));
    let own = forge().stamp(NOW - DAY, NOW).lifetime(100).encode();
    browser.take_cookie(forge().seal(r#"{"n":1}"#, &own));
    assert_eq!(browser.get("/info").body, format!("None {DAY} 100"));
}

/// No `SystemTime` holds its last second, and some clients ignore so large a `Max-Age`.
#[test]
fn a_session_may_live_for_ever() {
    let browser = browser(fairing(&clock()).lifetime(Duration::MAX).permanent(true));
    let longest = u64::from(i32::MAX.unsigned_abs());
    assert_eq!(browser.get("/count").issued().max_age(), Some(longest));
    // The end of the year 9999.
    assert_eq!(browser.get("/info").body, format!("None 0 {}", 253_402_300_799 - NOW));
    assert_eq!(browser.get("/count").body, "2");
}
