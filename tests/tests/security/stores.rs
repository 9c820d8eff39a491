//! Sessions in a store.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::tokio::sync::Notify;
use rocket::{Build, Rocket, State, get, routes};
use session_runtime::prelude::*;
use session_runtime::{Refused, SessionFairing};
use session_tests::faulty::{Fault, Faulty, key_of};
use session_tests::http::{Connection, Server};
use session_tests::{Answer, Browser, NOW, Stamp, app, clock, fairing};

use super::{forge, is_refused, logout, read, set};

#[session(
    #[owner]
    user: u32,
    n: u32,
)]
struct Visitor;

#[get("/login/<user>")]
fn login(session: Session<Visitor>, user: u32) {
    session.set_user(user);
}

#[get("/renew")]
fn renew(session: Session) {
    session.renew();
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[get("/set/<n>")]
fn set_to(session: Session<Visitor>, n: u32) -> String {
    let before = session.n().unwrap_or_default();
    session.set_n(n);
    before.to_string()
}

#[get("/show-and-panic")]
fn show_and_panic(session: Session<Visitor>) -> String {
    session.set_n(2);
    panic!("on purpose, beside {} messages", session.flashes().len());
}

#[get("/flash")]
fn flash(session: Session) {
    session.flash("hello");
}

#[get("/show")]
fn show(session: Session) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect()
}

/// Where a slow handler reports that it has the session, and waits.
struct Gate {
    arrived: Sender<()>,
    open: Notify,
}

#[get("/slow")]
async fn slow(session: Session<Visitor>, gate: &State<Arc<Gate>>) -> &'static str {
    gate.arrived.send(()).expect("the test listens");
    gate.open.notified().await;
    session.set_n(7);
    "slow"
}

fn with(store: &Faulty) -> SessionFairing {
    fairing(&clock()).store(store.clone())
}

fn rocket(store: &Faulty) -> Rocket<Build> {
    let own = routes![login, renew, plain, set_to, show_and_panic, flash, show];
    app(with(store), routes![read, set, logout]).mount("/", own)
}

fn visitor(store: &Faulty) -> Browser {
    let browser = Browser::new(rocket(store));
    drop(store.calls());
    browser
}

fn signed(payload: &str) -> String {
    let stamp = Stamp { flags: 2, ..forge().stamp(NOW, NOW) };
    forge().seal(payload, &stamp.encode())
}

#[test]
fn line_24_an_unknown_identifier_is_never_adopted_and_makes_no_row() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let planted = signed(&URL_SAFE_NO_PAD.encode([7; 32]));
    is_refused(&browser, &planted, Refused::Absent);
    assert_eq!(store.calls(), ["load"]);
    // The victim signs in with it, and the attacker gains nothing.
    let victim = browser.another();
    victim.take_cookie(&planted).get("/login/1");
    victim.get("/set");
    assert_ne!(key_of(&victim.cookie().unwrap()), key_of(&planted));
    assert!(store.row(&key_of(&planted)).is_none());
    is_refused(&browser, &planted, Refused::Absent);
}

#[test]
fn line_25_a_renewed_identifier_is_dead_at_once() {
    for path in ["/renew", "/login/1"] {
        let store = Faulty::default();
        let browser = visitor(&store);
        browser.get("/set");
        let fixed = browser.cookie().unwrap();
        browser.get(path);
        is_refused(&browser, &fixed, Refused::Former);
        assert_eq!(browser.get("/read").body, "1");
    }
}

#[test]
fn line_26_a_cookie_is_worth_nothing_after_logout() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.get("/set");
    let stolen = browser.cookie().unwrap();
    assert!(browser.get("/logout").issued().is_removal());
    is_refused(&browser, &stolen, Refused::Former);
    // A write with it does not bring the session back either.
    let thief = browser.another();
    thief.take_cookie(&stolen).get("/flash");
    is_refused(&browser, &stolen, Refused::Former);
}

fn pair(answer: &Answer) -> String {
    let cookie = answer.issued();
    format!("{}={}", cookie.name, cookie.value)
}

#[test]
fn line_27_a_slow_write_never_brings_a_session_back_after_logout() {
    let store = Faulty::default();
    let (arrived, arrivals) = mpsc::channel();
    let gate = Arc::new(Gate { arrived, open: Notify::new() });
    let server = Server::start(rocket(&store).mount("/", routes![slow]).manage(gate.clone()));
    let (mut one, mut other) = (server.connect(), server.connect());
    for round in 0..200 {
        let cookie = pair(&one.get("/set", &[]));
        let line = format!("GET /slow HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
        one.send(line.as_bytes());
        arrivals.recv_timeout(Duration::from_secs(60)).expect("the slow request has the session");
        assert!(other.get("/logout", &[cookie.as_bytes()]).issued().is_removal());
        gate.open.notify_one();
        let answer = one.receive(false);
        assert_eq!((answer.body.as_str(), answer.set_cookie()), ("slow", None), "{round}");
        let value = cookie.split_once('=').unwrap().1;
        assert!(store.row(&key_of(value)).is_none(), "{round}");
        assert_eq!(other.get("/read", &[cookie.as_bytes()]).body, "none", "{round}");
    }
    assert!(!store.calls().contains(&"rename"));
}

#[test]
fn line_28_a_collision_takes_over_nobodys_session() {
    let store = Faulty::default();
    let victim = visitor(&store);
    victim.get("/set");
    let row = store.row(&key_of(&victim.cookie().unwrap()));
    let browser = victim.another();
    for (path, call) in [("/flash", "create"), ("/renew", "rename"), ("/login/1", "rename")] {
        drop(store.calls());
        store.collide(3);
        assert_eq!(browser.get(path).status, 200, "{path}");
        assert_eq!(store.calls().iter().filter(|name| **name == call).count(), 4, "{path}");
        assert_ne!(key_of(&browser.cookie().unwrap()), key_of(&victim.cookie().unwrap()));
        assert_eq!(store.row(&key_of(&victim.cookie().unwrap())), row);
    }
    assert_eq!(browser.get("/show").body, "hello");
}

#[test]
fn line_29_what_is_no_identifier_never_reaches_a_path_a_key_or_a_query() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let traversal = "../".repeat(11);
    for payload in ["../", "*", "\0", "'", "\"", "' OR ''='", "a\r\nDEL x", &traversal, "{}"] {
        is_refused(&browser, &signed(payload), Refused::Payload);
    }
    assert!(store.calls().is_empty());
    assert!(store.keys().is_empty());
}

/// A visitor on a connection shared with others.
struct User {
    cookie: String,
    n: u32,
}

impl User {
    fn begin(connection: &mut Connection, n: u32) -> User {
        let cookie = pair(&connection.get(&format!("/set/{n}"), &[]));
        User { cookie, n }
    }

    /// Reads, and writes now and then.
    fn go_on(&mut self, connection: &mut Connection, round: u32) {
        let cookie: &[&[u8]] = &[self.cookie.as_bytes()];
        match round % 5 {
            0 => {
                let next = self.n + 1_000;
                let seen = connection.get(&format!("/set/{next}"), cookie).body;
                assert_eq!(seen, self.n.to_string());
                self.n = next;
            }
            1 => {
                let answer = connection.get("/renew", cookie);
                self.cookie = pair(&answer);
            }
            2 => assert_eq!(connection.get("/read", &[]).body, "none"),
            _ => assert_eq!(connection.get("/read", cookie).body, self.n.to_string()),
        }
    }
}

#[test]
fn line_30_many_users_over_kept_connections_read_only_their_own() {
    let store = Faulty::default();
    let server = Server::start(rocket(&store));
    std::thread::scope(|scope| {
        for connection in 0..8 {
            let server = &server;
            scope.spawn(move || {
                let mut kept = server.connect();
                let users = (0..10).map(|user| User::begin(&mut kept, connection * 10 + user));
                let mut users: Vec<_> = users.collect();
                for round in 0..250 {
                    users.iter_mut().for_each(|user| user.go_on(&mut kept, round));
                }
            });
        }
    });
    assert_eq!(server.stop().unwrap().all_refused(), 0);
}

#[test]
fn line_31_a_store_that_is_down_or_silent_is_a_503_and_no_cookie_is_touched() {
    for fault in [Fault::Down, Fault::Silent] {
        let store = Faulty::default();
        let fairing = with(&store).store_timeout(Duration::from_millis(50));
        let browser = Browser::new(app(fairing, routes![read, set, logout, plain]));
        browser.get("/set");
        store.be(fault);
        for path in ["/read", "/set", "/logout"] {
            let start = Instant::now();
            let answer = browser.get(path);
            assert_eq!((answer.status, answer.set_cookie()), (503, None), "{path}");
            assert!(start.elapsed() < Duration::from_secs(5), "{path}: {:?}", start.elapsed());
        }
        assert_eq!(browser.get("/plain").status, 200);
        store.be(Fault::None);
        assert_eq!(browser.get("/read").body, "1");
    }
}

#[test]
fn line_32_a_panic_keeps_nothing_and_the_message_waits() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.get("/set");
    browser.get("/flash");
    let row = store.row(&key_of(&browser.cookie().unwrap()));
    let answer = browser.get("/show-and-panic");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert_eq!(store.row(&key_of(&browser.cookie().unwrap())), row);
    assert_eq!(browser.get("/read").body, "1");
    assert_eq!(browser.get("/show").body, "hello");
}
