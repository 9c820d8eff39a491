//! Keys, identifiers and session contents must never be printed.

use rocket::http::Status;
use rocket::{State, catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, OTHER_KEY, app, clock, fairing};

const SECRET: &str = "hunter2";

#[session(password: String, pin: u32, list: Vec<u32> = vec![])]
struct Visitor;

#[session(password: String else Status::Forbidden, pin: u32 else Status::Forbidden)]
struct Required;

#[get("/set")]
fn set(session: Session<Visitor>) -> String {
    session.set_password(SECRET);
    session.flash(SECRET);
    format!("{session:?}")
}

#[get("/debug")]
fn debug(session: Session, typed: Session<Visitor>, sessions: &Sessions) -> String {
    let required = typed.try_view::<Required>();
    format!("{session:?} {typed:?} {required:?} {sessions:?} {:?}", sessions.stats())
}

#[get("/large")]
fn large(session: Session<Visitor>) -> &'static str {
    session.set_password(SECRET.repeat(1000));
    session.flash(SECRET.repeat(1000));
    "good"
}

#[get("/types")]
fn types(session: Session) -> String {
    let mut typed = session.view::<Visitor>();
    let taken = typed.take_pin();
    format!("{taken:?} {:?} {:?}", typed.pin(), typed.list_mut().len())
}

#[get("/untyped")]
fn untyped(session: Session) -> String {
    format!("{:?} {:?}", session.get::<u32>("password"), session.take::<Vec<u8>>("password"))
}

#[get("/flashes")]
fn flashes(session: Session) -> String {
    session.flashes().len().to_string()
}

#[get("/panic")]
fn panics(session: Session<Visitor>) -> String {
    let password = session.password().map(str::len);
    panic!("on purpose, {password:?}");
}

#[get("/stream")]
fn stream(session: Session<Visitor>) -> rocket::response::stream::TextStream![&'static str] {
    rocket::response::stream::TextStream! {
        session.set_password("hunter2 again");
        yield "done";
    }
}

#[get("/required")]
fn required(session: Session<Required>) -> String {
    session.password().to_owned()
}

#[get("/state")]
fn state(sessions: &State<Sessions>) -> String {
    format!("{:?}", sessions.inner())
}

#[catch(default)]
fn caught() -> &'static str {
    "caught"
}

#[test]
fn line_13_keys_identifiers_and_payloads_are_never_printed() {
    let routes =
        routes![set, debug, large, types, untyped, flashes, panics, stream, required, state];
    let rocket = app(fairing(&clock()).fallback_keys([OTHER_KEY]), routes);
    let browser = Browser::new(rocket.register("/", catchers![caught]));
    let forge = Forge::new(KEY, "session");
    let old = Forge::new(OTHER_KEY, "session");
    let good = forge.sign(r#"{"password":"hunter2","pin":1}"#, NOW);
    let payloads = [
        r#"{"password":"hunter2","pin":1}"#,
        r#"{"password":["hunter2"],"pin":"hunter2","list":"hunter2"}"#,
        r#"{"password":{"hunter2":"hunter2"},"pin":{"hunter2":1},"list":[{"hunter2":1}]}"#,
        r#"{"_flashes":"hunter2"}"#,
        r#"{"_flashes":[["hunter2"]]}"#,
        r#"{"_flashes":[["message",{"hunter2":1}]]}"#,
        r#"{"hunter2"}"#,
        r#"["hunter2"]"#,
    ];
    let signed = payloads.iter().map(|payload| forge.sign(payload, NOW));
    let resigned = payloads.iter().map(|payload| old.sign(payload, NOW));
    let forged = payloads.iter().map(|payload| Forge::new(KEY, "x").sign(payload, NOW));
    let cookies = signed.chain(resigned).chain(forged).chain(["hunter2".into(), good]);
    // The key as it was configured, in hex, and in other spellings of base64.
    let hex = |key: &[u8]| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes = [format!("{:?}", forge.key), format!("{:?}", old.key)];
    let mut secrets = vec![SECRET.to_owned(), KEY[..20].into(), OTHER_KEY[..20].into()];
    secrets.extend([hex(&forge.key), hex(&old.key)]);
    secrets.extend(bytes.map(|list| list[1..list.len() - 1].to_owned()));
    for cookie in cookies {
        for path in [
            "/set",
            "/debug",
            "/large",
            "/types",
            "/untyped",
            "/flashes",
            "/panic",
            "/stream",
            "/required",
            "/state",
        ] {
            let visitor = browser.another();
            let answer = visitor.take_cookie(&cookie).get(path);
            // The library's log lines and the output of its `Debug`. Rocket's
            // own lines quote the handlers.
            let ours = answer.log.iter().filter(|line| line.is_ours()).map(|line| &line.text);
            let shows = matches!(path, "/set" | "/debug" | "/state").then_some(&answer.body);
            for text in ours.chain(shows) {
                for secret in secrets.iter().chain([&cookie]) {
                    assert!(!text.contains(secret.as_str()), "{path}: {secret} is in {text}");
                }
            }
        }
    }
}
