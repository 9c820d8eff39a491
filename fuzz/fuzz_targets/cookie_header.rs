//! The `Cookie` header: which cookie the session is read from, through Rocket.
//!
//! Lines of the input are header lines. A fuzzer cannot sign, so the bytes 1 to
//! 8 stand for valid values, 11 for a forged one that costs a signature, 12 for
//! the cookie's name, and 14 for a quarter of the longest value.
#![no_main]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use rocket::figment::Figment;
use rocket::http::Header;
use rocket::local::blocking::Client;
use rocket::request::FromRequest;
use session_fuzz::{NAME, NOW, keys, maker};
use session_runtime::fuzzing::{Envelope, Times, values};
use session_runtime::{Clock, Format, Refused, Session, Sessions};

/// So many signatures are looked at.
const VERIFICATIONS: usize = 8;

/// What a browser keeps.
const LIMIT: usize = 4096;

const DAY: u64 = 86_400;

struct Fixture {
    client: Client,
    envelope: Envelope,
    valid: Vec<String>,
    forged: String,
}

// In this order: old, young, the same age twice, expired, from the future, of
// a second key, signed but no session, and with a lifetime of its own.
fn fixture() -> Fixture {
    session_fuzz::log::install();
    let keys = keys();
    let keys = &keys[..2];
    let times = |age: u64| Times { created: NOW - age, issued: NOW - age, lifetime: None };
    let future = Times { created: NOW, issued: NOW + 61, lifetime: None };
    let short = Times { lifetime: Some(5), ..times(5) };
    let seal = |keys: &[[u8; 32]], payload: &str, times| {
        Envelope::new(NAME, Format::Signed, &[], keys).seal(payload, times)
    };
    let valid = vec![
        seal(keys, r#"{"id":1}"#, times(1000)),
        seal(keys, r#"{"id":2}"#, times(10)),
        seal(keys, r#"{"id":3}"#, times(10)),
        seal(keys, r#"{"id":4}"#, times(40 * DAY)),
        seal(keys, r#"{"id":5}"#, future),
        seal(&keys[1..], r#"{"id":6}"#, times(100)),
        seal(keys, r#"{"id":7,"id":7}"#, times(1)),
        seal(keys, r#"{"id":8}"#, short),
    ];
    let (rest, _) = valid[1].rsplit_once('.').expect("three parts");
    let forged = format!("{rest}.{}", maker::encode(&[0; 32]));
    let fallback = maker::encode(&keys[1]);
    let sessions = Sessions::fairing()
        .cookie(NAME)
        .secret_key(maker::encode(&keys[0]))
        .fallback_keys([fallback])
        .clock(Clock::manual(NOW));
    let config = rocket::Config {
        log_level: rocket::log::LogLevel::Off,
        cli_colors: false,
        workers: 1,
        ..rocket::Config::release_default()
    };
    let rocket = rocket::custom(Figment::from(config)).attach(sessions);
    let client = Client::untracked(rocket).expect("the application starts");
    let envelope = Envelope::new(NAME, Format::Signed, &[], keys);
    Fixture { client, envelope, valid, forged }
}

thread_local! {
    // Rocket's client stays on one thread. It is never dropped: nothing runs
    // after the last input.
    static FIXTURE: &'static Fixture = Box::leak(Box::new(fixture()));
}

impl Fixture {
    fn expand(&self, text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '\u{1}'..='\u{8}' => out.push_str(&self.valid[c as usize - 1]),
                '\u{b}' => out.push_str(&self.forged),
                '\u{c}' => out.push_str(NAME),
                '\u{e}' => out.extend(std::iter::repeat_n('A', LIMIT / 4)),
                _ => out.push(c),
            }
        }
        out
    }

    /// The id that the request's session has.
    fn read(&self, lines: &[&str]) -> Option<u32> {
        let mut request = self.client.get("/");
        for line in lines {
            request = request.header(Header::new("Cookie", (*line).to_owned()));
        }
        let mut guard = pin!(Session::<session_runtime::AnySession>::from_request(request.inner()));
        match guard.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome.succeeded().expect("there is a session").get("id"),
            Poll::Pending => panic!("the guard waits for nothing"),
        }
    }

    /// The rules once more: exact names; at most so many signatures; of the
    /// valid ones the one that was issued last, of equals the first.
    fn expected(&self, lines: &[&str]) -> Option<u32> {
        let lead = format!("{NAME}=");
        let pairs = lines.iter().flat_map(|line| line.split(';'));
        let values = pairs.filter_map(|pair| pair.trim_matches([' ', '\t']).strip_prefix(&lead));
        let mut verified = 0;
        let mut best = None;
        for value in values.filter(|value| value.len() <= LIMIT) {
            if verified == VERIFICATIONS {
                break;
            }
            let opened = self.envelope.open(value);
            verified += usize::from(matches!(opened, Ok(_) | Err(Refused::Forged)));
            let Ok(opened) = opened else { continue };
            let known = self.valid.iter().position(|valid| valid == value);
            let n = known.expect("only what was signed is accepted");
            // Expired, from the future, a field twice.
            if !matches!(n, 3 | 4 | 6) && best.is_none_or(|(at, _)| opened.times.issued > at) {
                best = Some((opened.times.issued, n as u32 + 1));
            }
        }
        best.map(|(_, id)| id)
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let fixture = FIXTURE.with(|fixture| *fixture);
    let text = fixture.expand(text);
    for value in values(&text, NAME) {
        // Where the value stands, and what stands before it.
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        assert!(text[..at].ends_with("session=") && !value.contains(';'));
    }
    let lines: Vec<_> = text.split('\n').filter(|line| !line.is_empty()).collect();
    assert_eq!(fixture.read(&lines), fixture.expected(&lines), "{lines:?}");
});
