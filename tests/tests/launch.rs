//! Mistakes that stop a launch, their messages, and where settings come from.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::http::SameSite;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Rocket, Route, catch, catchers, get, routes};
use session_runtime::__private::SETTINGS;
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_tests::faulty::{Fault, Faulty};
use session_tests::{
    Browser, Launch, OTHER_KEY, THIRD_KEY, app, clock, debug, fairing, ignite, log, release,
};

const KEY: &str = session_tests::KEY;

#[get("/")]
fn index(session: Session) -> String {
    session.set("n", 1);
    session.set_permanent(true);
    "index".into()
}

#[get("/")]
fn plain() -> &'static str {
    "plain"
}

#[get("/stats")]
fn stats(sessions: &Sessions) -> String {
    format!("{:?}", sessions.stats())
}

/// A figment with this text as Rocket.toml.
fn toml(base: Figment, text: &str) -> Figment {
    base.merge(Toml::string(text).nested())
}

/// The release profile with these lines under `[default.session]`.
fn configured(lines: &str) -> Rocket<Build> {
    let key = if lines.contains("secret_key") { String::new() } else { key_line(KEY) };
    with_fairing(toml(release(), &format!("[default.session]\n{key}\n{lines}")))
}

fn key_line(key: &str) -> String {
    format!("secret_key = \"{key}\"")
}

fn with_fairing(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment).attach(Sessions::fairing()).mount("/", routes![index])
}

fn built(configure: impl FnOnce(SessionFairing) -> SessionFairing) -> Rocket<Build> {
    let fairing = configure(fairing(&clock()));
    rocket::custom(release()).attach(fairing).mount("/", routes![index])
}

fn set_cookie(name: &'static str, rocket: Rocket<Build>) -> String {
    Browser::named(name, rocket).get("/").issued().line
}

fn hides(launch: &Launch, secrets: &[&str]) {
    for line in &launch.log {
        for secret in secrets {
            assert!(!line.text.contains(secret), "{secret} is in {line:?}");
        }
    }
}

// The fairing.

#[test]
fn a_session_without_the_fairing_stops_the_launch() {
    for routes in [routes![index], routes![stats]] {
        let launch = ignite(rocket::custom(debug()).mount("/", routes));
        launch.fails_with(&["the fairing is not attached", "`.attach(Sessions::fairing())`"]);
    }
    let launch = ignite(rocket::custom(debug()).mount("/", routes![plain]));
    assert!(launch.started);
}

#[session(..Untyped2, n: u32 else "no")]
#[get("/derived")]
fn derived(session: Session) -> String {
    session.n().to_string()
}

#[session(m: u32)]
struct Untyped2;

#[get("/view")]
fn with_schema(session: Session<Untyped2>) -> String {
    format!("{:?}", session.m())
}

#[test]
fn a_typed_session_without_the_fairing_stops_the_launch() {
    for routes in [routes![derived], routes![with_schema]] {
        let launch = ignite(rocket::custom(debug()).mount("/", routes));
        launch.fails_with(&["the fairing is not attached", "`.attach(Sessions::fairing())`"]);
    }
}

#[test]
fn a_second_fairing_stops_the_launch() {
    let rocket = app(fairing(&clock()), routes![index]).attach(fairing(&clock()));
    ignite(rocket).fails_with(&["attached twice", "Remove one of the two"]);
}

// The schemas.

const FIRST: u32 = line!() + 2;

#[session(theme: String)]
#[get("/first")]
fn first(session: Session) -> String {
    session.theme().unwrap_or_default().to_owned()
}

const SECOND: u32 = line!() + 2;

#[session(theme: u32 = 0)]
struct Second;

#[get("/second")]
fn second(session: Session<Second>) -> String {
    session.theme().to_string()
}

#[session(..Second)]
#[get("/third")]
fn third(session: Session) -> String {
    session.theme().to_string()
}

#[session(#[key("theme")] look: bool)]
#[get("/renamed")]
fn renamed(session: Session) -> String {
    format!("{:?}", session.look())
}

#[session(theme: u32)]
#[catch(404)]
fn caught(session: Session) -> String {
    session.set_theme(1);
    format!("caught {:?}", session.theme())
}

#[session(#[key("other")] theme: u32)]
#[get("/apart")]
fn apart(session: Session) -> String {
    format!("{:?}", session.theme())
}

#[session(theme: String)]
#[get("/same")]
fn same(session: Session) -> String {
    format!("{:?}", session.theme())
}

#[session(theme: f64)]
struct Hidden;

#[get("/view")]
fn view(session: Session) -> String {
    let hidden = session.view::<Hidden>();
    hidden.set_theme(0.5);
    format!("{:?}", hidden.theme())
}

struct Guard;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Guard {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.guard::<Session<Hidden>>().await {
            Outcome::Success(_) => Outcome::Success(Guard),
            Outcome::Error((status, _)) => Outcome::Error((status, ())),
            Outcome::Forward(status) => Outcome::Forward(status),
        }
    }
}

#[get("/guard")]
fn guarded(_guard: Guard) -> &'static str {
    "guarded"
}

fn place(line: u32) -> String {
    format!("launch.rs:{line}")
}

#[test]
fn two_types_for_one_key_stop_the_launch_and_both_places_are_named() {
    let pairs: [Vec<Route>; 2] = [routes![first, second], routes![second, first]];
    for routes in pairs {
        let launch = ignite(app(fairing(&clock()), routes));
        launch.fails_with(&[
            "`theme`",
            "two types",
            "String",
            "`u32`",
            "`Second`",
            &place(FIRST),
            &place(SECOND),
            "#[key(",
        ]);
    }
    for routes in [routes![first, third], routes![first, renamed]] {
        ignite(app(fairing(&clock()), routes)).fails_with(&["`theme`", &place(FIRST)]);
    }
}

#[test]
fn one_type_for_one_key_and_two_keys_for_two_types_are_no_conflict() {
    assert!(ignite(app(fairing(&clock()), routes![first, same, apart])).started);
}

#[test]
fn a_schema_that_no_route_shows_is_compared_when_it_is_first_used() {
    let rocket = app(fairing(&clock()), routes![first]).register("/", catchers![caught]);
    let browser = Browser::new(rocket);
    for _ in 0..2 {
        let answer = browser.get("/nowhere");
        assert_eq!((answer.status, answer.set_cookie()), (500, None));
        let errors = answer.errors();
        let named = |line: &&str| line.contains("`theme`") && line.contains(&place(FIRST));
        assert!(errors.iter().any(named), "{errors:?}");
    }
    assert_eq!(browser.get("/first").status, 200);
}

#[test]
fn a_schema_that_only_a_guard_uses_is_compared_when_it_is_first_used() {
    let browser = Browser::new(app(fairing(&clock()), routes![first, guarded]));
    let answer = browser.get("/guard");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let errors = answer.errors();
    assert!(errors.iter().any(|line| line.contains("`theme`")), "{errors:?}");
}

#[test]
fn a_schema_that_only_a_view_uses_is_compared_when_it_is_first_used() {
    let browser = Browser::new(app(fairing(&clock()), routes![first, view]));
    let answer = browser.get("/view");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let errors = answer.errors();
    assert!(errors.iter().any(|line| line.contains("`theme`")), "{errors:?}");
}

#[test]
fn a_schema_given_to_the_fairing_is_compared_at_launch() {
    let rocket = app(fairing(&clock()).schema::<Second>(), routes![first]);
    ignite(rocket).fails_with(&["`theme`", "two types", &place(FIRST), &place(SECOND)]);
    let rocket = app(fairing(&clock()).schema::<Second>(), routes![second]);
    assert!(ignite(rocket).started);
}

// The keys.

#[test]
fn the_release_profile_without_a_key_stops_the_launch() {
    let launch = ignite(with_fairing(release()));
    launch.fails_with(&["no `secret_key`", "openssl rand -base64 32", "ROCKET_SESSION="]);
}

#[test]
fn every_profile_but_debug_counts_as_release() {
    for profile in ["staging", "production", "test", "Release"] {
        let launch = ignite(with_fairing(debug().select(profile)));
        launch.fails_with(&["no `secret_key`"]);
    }
    assert!(ignite(with_fairing(debug())).started);
    assert!(ignite(with_fairing(debug().select("DEBUG"))).started);
}

#[test]
fn debug_without_a_key_warns_once_and_says_how_to_make_one() {
    let launch = ignite(with_fairing(debug()));
    assert!(launch.started);
    let warnings = launch.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for word in ["no `secret_key`", "random", "end with this process", "openssl rand -base64 32"] {
        assert!(warnings[0].contains(word), "{warnings:?}");
    }
}

#[test]
fn every_debug_process_without_a_key_has_another_one() {
    let cookie = |browser: &Browser| {
        browser.get("/");
        browser.cookie().unwrap()
    };
    let first = Browser::new(with_fairing(debug()));
    let second = Browser::new(with_fairing(debug()));
    second.take_cookie(cookie(&first)).get("/");
    assert_eq!(second.stats().all_refused(), 1);
}

/// Keys that offer no protection, and a part of the message about each.
fn weak_keys() -> Vec<(String, &'static str)> {
    let hex_zeros = "00".repeat(32);
    let aes_like = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    vec![
        ("c2hvcnQ=".into(), "fewer than 32 bytes"),
        (KEY[..40].into(), "fewer than 32 bytes"),
        (String::new(), "fewer than 32 bytes"),
        (hex_zeros, "not random"),
        (aes_like.into(), "not random"),
        ("ab".repeat(32), "not random"),
        ("0123456789abcdef".repeat(2), "fewer than 32 bytes"),
        ("correct horse battery staple!".into(), "neither 64 characters of hex nor base64"),
        // Flask's documentation and tutorials.
        ("dev".into(), "printed in documentation"),
        ("secret".into(), "printed in documentation"),
        ("supersecretkey".into(), "printed in documentation"),
        (
            "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf".into(),
            "printed in documentation",
        ),
        // Rocket's guide.
        ("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=".into(), "printed in documentation"),
    ]
}

#[test]
fn a_weak_key_stops_the_launch_in_release() {
    for (key, what) in weak_keys() {
        let words = ["`secret_key`", what, "openssl rand -base64 32"];
        ignite(configured(&key_line(&key))).fails_with(&words);
        ignite(built(|fairing| fairing.secret_key(key.as_str()))).fails_with(&words);
    }
}

#[test]
fn a_weak_fallback_key_stops_the_launch_in_release() {
    for (key, what) in weak_keys() {
        let lines = format!("fallback_keys = [\"{OTHER_KEY}\", \"{key}\"]");
        ignite(configured(&lines)).fails_with(&["`fallback_keys`", what]);
    }
}

#[test]
fn a_weak_key_is_a_warning_in_debug() {
    for (key, what) in weak_keys() {
        let launch = ignite(app(fairing(&clock()).secret_key(key.as_str()), routes![index]));
        assert!(launch.started, "{key}");
        let warnings = launch.warnings();
        assert_eq!(warnings.len(), 1, "{key}: {warnings:?}");
        assert!(warnings[0].contains(what), "{key}: {warnings:?}");
    }
}

#[test]
fn rockets_own_key_is_used_if_there_is_no_other() {
    let own = toml(release(), &format!("[default]\n{}", key_line(KEY)));
    assert!(ignite(with_fairing(own.clone())).started);
    let by_rocket = Browser::named("__Host-session", with_fairing(own.clone()));
    by_rocket.get("/");
    // Rocket's key is used like the session's own, which takes precedence.
    for (rocket, refused) in [
        (configured(""), 0),
        (with_fairing(toml(own, &format!("[default.session]\n{}", key_line(OTHER_KEY)))), 1),
    ] {
        let browser = Browser::named("__Host-session", rocket);
        browser.take_cookie(by_rocket.cookie().unwrap()).get("/");
        assert_eq!(browser.stats().all_refused(), refused);
    }
}

#[test]
fn rockets_key_of_zero_bytes_does_not_count() {
    let unset = release().merge(("secret_key", vec![0_u8; 32]));
    ignite(with_fairing(unset)).fails_with(&["no `secret_key`", "openssl rand -base64 32"]);
    let launch = ignite(with_fairing(debug().merge(("secret_key", vec![0_u8; 32]))));
    assert!(launch.started && launch.warnings()[0].contains("random"), "{launch:?}");
}

#[test]
fn rockets_published_key_stops_the_launch() {
    let key = key_line("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=");
    let rocket = with_fairing(toml(release(), &format!("[default]\n{key}")));
    ignite(rocket).fails_with(&["`secret_key`", "printed in documentation"]);
}

#[test]
fn one_key_twice_stops_the_launch() {
    for fallback in [vec![KEY], vec![OTHER_KEY, OTHER_KEY], vec![OTHER_KEY, THIRD_KEY, KEY]] {
        let launch = ignite(built(|fairing| fairing.fallback_keys(fallback)));
        launch.fails_with(&["one key twice", "Remove the second"]);
    }
    assert!(ignite(built(|fairing| fairing.fallback_keys([OTHER_KEY, THIRD_KEY]))).started);
}

// The cookie's attributes.

#[test]
fn attributes_that_contradict_each_other_stop_the_launch() {
    type Case = (fn(SessionFairing) -> SessionFairing, &'static [&'static str]);
    let cases: [Case; 16] = [
        (
            |f| f.cookie("__Host-x").domain("example.com"),
            &["`__Host-`", "domain", "Remove `domain`"],
        ),
        (|f| f.cookie("__Host-x").path("/app"), &["`__Host-`", "path", "Remove `path`"]),
        (|f| f.cookie("__Host-x").secure(false), &["`__Host-`", "secure", "`secure = true`"]),
        (|f| f.cookie("__host-x").secure(false), &["`__Host-`", "secure", "`secure = true`"]),
        (|f| f.cookie("__Secure-x").secure(false), &["`__Secure-`", "`secure = true`"]),
        (|f| f.same_site(SameSite::None).secure(false), &["same_site", "`secure = true`"]),
        (|f| f.partitioned(true).secure(false), &["`partitioned`", "`secure = true`"]),
        (|f| f.cookie("a b"), &["`cookie`", "Type `cookie = \"session\"`"]),
        (|f| f.cookie(""), &["`cookie`", "Type `cookie = \"session\"`"]),
        (|f| f.path("app"), &["`path`", "begin with `/`", "Type `path = \"/\"`"]),
        (|f| f.domain(""), &["`domain`", "Type `domain = \"example.com\"`"]),
        (
            |f| f.max_cookie_size(4097),
            &["`max_cookie_size`", "4097", "Type `max_cookie_size = 4096`"],
        ),
        (
            |f| f.max_session_size(100),
            &["`max_session_size`", "100", "Type `max_session_size = 65536`"],
        ),
        (
            |f| f.store(Memory::new()).max_sessions_per_owner(0),
            &["`max_sessions_per_owner`", "0", "Type `max_sessions_per_owner = 5`"],
        ),
        (
            |f| f.max_sessions_per_owner(5),
            &["`max_sessions_per_owner`", "needs a store", "remove `max_sessions_per_owner`"],
        ),
        (|f| f.lifetime(Duration::ZERO), &["`lifetime`", "Type `lifetime = \"31d\"`"]),
    ];
    for (configure, words) in cases {
        ignite(built(configure)).fails_with(words);
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let launch = ignite(built(|fairing| {
        fairing.cookie("__Host-x").domain("a;b").path("no").secret_key("dev").partitioned(true)
    }));
    for words in [
        &["`__Host-`", "domain"][..],
        &["`domain` must"],
        &["`path` must"],
        &["`secret_key`", "printed in documentation"],
    ] {
        launch.fails_with(words);
    }
}

// Unknown keys and wrong values.

#[test]
fn an_unknown_key_stops_the_launch_and_the_allowed_ones_are_named() {
    for unknown in [
        "lifetme = \"1d\"",
        "absolute = \"90d\"",
        "secretkey = \"x\"",
        "salt = \"x\"",
        "max_age = 5",
    ] {
        let name = unknown.split(' ').next().unwrap();
        let launch = ignite(configured(unknown));
        launch.fails_with(&[name]);
        launch.fails_with(SETTINGS);
    }
    // A guess that is none helps nobody.
    for (unknown, words) in [
        (
            "lifetme = \"1d\"",
            "`session.lifetme` in TOML source string: no such setting. Did you mean `lifetime`? There are",
        ),
        ("samesite = \"Lax\"", "Did you mean `same_site`?"),
        (
            "flask = { slat = \"x\" }",
            "`session.flask.slat` in TOML source string: no such setting. Did you mean `salt`?",
        ),
        (
            "quack = 5",
            "`session.quack` in TOML source string: no such setting. There are `secret_key`",
        ),
    ] {
        ignite(configured(unknown)).fails_with(&[words]);
    }
    // The same in debug.
    let figment = toml(debug(), "[default.session]\nlifetme = \"1d\"");
    ignite(with_fairing(figment)).fails_with(&["lifetme", "lifetime"]);
}

#[test]
fn a_value_of_the_wrong_kind_stops_the_launch() {
    for (line, words) in [
        ("lifetime = 3600", &["lifetime", "31d"][..]),
        ("lifetime = \"soon\"", &["lifetime", "31d"]),
        ("absolute_lifetime = \"12\"", &["absolute_lifetime", "12", "12h"]),
        ("refresh = \"sometimes\"", &["refresh", "half-life", "always", "never"]),
        ("same_site = \"Some\"", &["same_site", "Strict", "Lax", "None"]),
        ("secure = \"yes\"", &["secure"]),
        ("permanent = \"yes\"", &["permanent"]),
        ("csrf_protection = \"off\"", &["csrf_protection"]),
        ("trusted_origins = \"https://a.example\"", &["trusted_origins"]),
        ("max_cookie_size = -1", &["max_cookie_size"]),
        ("max_session_size = \"64k\"", &["max_session_size"]),
        ("max_sessions_per_owner = \"5\"", &["max_sessions_per_owner"]),
        ("max_sessions_per_owner = 5", &["`max_sessions_per_owner`", "needs a store"]),
        (
            "max_sessions_per_owner = 5\nstore = \"cookie\"",
            &["`max_sessions_per_owner`", "needs a store"],
        ),
        ("max_session_size = 0", &["`max_session_size`", "Type `max_session_size = 65536`"]),
    ] {
        ignite(configured(line)).fails_with(words);
    }
}

#[test]
fn a_trusted_origin_that_no_browser_sends_stops_the_launch() {
    for (entry, words) in [
        (
            "example.com",
            &["entry 1", "a host", "`trusted_origins = [\"https://example.com\"]`"][..],
        ),
        ("ftp://example.com", &["`http://` or `https://`"]),
        ("https://example.com/", &["slash", "Type `trusted_origins = [\"https://example.com\"]`"]),
        ("https://example.com/pay", &["path", "`trusted_origins = [\"https://example.com\"]`"]),
        ("https://*.example.com", &["`*`", "Name each"]),
        ("*", &["`*`", "Name each"]),
        ("https://u:hunter2@example.com", &["no user", "[\"https://example.com\"]"]),
        ("null", &["`null`", "Remove it"]),
        ("https://example.com:443", &["leave out the port 443", "[\"https://example.com\"]"]),
        ("https://Example.com", &["lower case", "[\"https://example.com\"]"]),
        ("https://bücher.example", &["ASCII", "xn--"]),
        ("", &["`http://` or `https://`"]),
    ] {
        let launch = ignite(configured(&format!("trusted_origins = [\"{entry}\"]")));
        launch.fails_with(&[&["The session's configuration: `trusted_origins`"], words].concat());
        assert!(launch.log.iter().all(|line| !line.text.contains("hunter2")), "{launch:#?}");
        let built = ignite(built(|fairing| fairing.trusted_origins(["https://a.example", entry])));
        built.fails_with(&["`trusted_origins`, entry 2:"]);
        // Also while the protection is off, because it may be switched on again.
        let off = format!("csrf_protection = false\ntrusted_origins = [\"{entry}\"]");
        ignite(configured(&off)).fails_with(words);
    }
    for good in ["https://example.com", "http://localhost:8000", "http://[::1]:8000"] {
        let lines = format!("csrf_protection = true\ntrusted_origins = [\"{good}\"]");
        assert!(ignite(configured(&lines)).started, "{good}");
    }
}

#[test]
fn durations_are_written_in_words() {
    for (line, max_age) in [
        ("lifetime = \"31d\"", 31 * 86_400),
        ("lifetime = \"12h\"", 12 * 3600),
        ("lifetime = \"30m\"", 1800),
        ("lifetime = \"90s\"", 90),
        ("absolute_lifetime = \"1h\"", 3600),
    ] {
        let set = set_cookie("__Host-session", configured(line));
        assert!(set.ends_with(&format!("Max-Age={max_age}")), "{line}: {set}");
    }
}

// The store.

#[test]
fn an_unknown_scheme_stops_the_launch_and_the_known_ones_are_named() {
    let password = "hunter2";
    for url in ["mysql://zoe:hunter2@db/sessions", "hunter2", "cookies", "", "Memory:"] {
        let launch = ignite(configured(&format!("store = \"{url}\"")));
        launch.fails_with(&[
            "`store`",
            "`cookie`",
            "`memory:`",
            "`sqlite://",
            "`postgres://",
            "`redis://",
            "`redis-cluster://",
        ]);
        hides(&launch, &[password]);
    }
    let launch = ignite(configured("store = { url = \"redis://:hunter2@db\" }"));
    launch.fails_with(&["`session.store`"]);
    hides(&launch, &[password]);
}

#[test]
fn sessions_in_memory_are_a_warning_in_release_and_none_in_debug() {
    let launch = ignite(configured("store = \"memory:\""));
    assert!(launch.started, "{launch:?}");
    let warnings = launch.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for word in ["in memory", "forgotten", "`store = \"redis://…\"`"] {
        assert!(warnings[0].contains(word), "{warnings:?}");
    }
    let text = format!("[default.session]\n{}\nstore = \"memory:\"", key_line(KEY));
    let launch = ignite(with_fairing(toml(debug(), &text)));
    assert!(launch.started && launch.warnings().is_empty(), "{launch:?}");
}

#[test]
fn a_configured_store_keeps_the_session_and_cookie_is_no_store() {
    for (line, flags) in [
        ("store = \"memory:\"", 2),
        ("store = \"memory://\"", 2),
        ("store = \"cookie\"", 0),
        ("", 0),
    ] {
        let browser = Browser::named("__Host-session", configured(line));
        let cookie = browser.get("/").issued();
        assert_eq!(cookie.stamp().flags, flags, "{line}");
        assert_eq!(cookie.payload().contains("\"n\":1"), flags == 0, "{line}");
    }
}

#[test]
fn a_store_that_cannot_be_prepared_stops_the_launch() {
    let store = Faulty::default();
    store.be_only(Fault::Down, &["prepare"]);
    let launch = ignite(built(|fairing| fairing.store(store.clone())));
    launch.fails_with(&["the store was switched off", "`store`", "`store = \"cookie\"`"]);
    assert_eq!(store.calls(), ["prepare"]);
    store.be(Fault::None);
    assert!(ignite(built(|fairing| fairing.store(store.clone()))).started);
}

#[test]
fn the_builders_store_wins_over_the_configured_one() {
    for url in ["cookie", "memory:", "mysql://nowhere"] {
        let store = Faulty::default();
        let text = format!("[default.session]\n{}\nstore = \"{url}\"", key_line(KEY));
        let fairing = Sessions::fairing().store(store.clone());
        let rocket = rocket::custom(toml(release(), &text));
        let rocket = rocket.attach(fairing).mount("/", routes![index]);
        Browser::named("__Host-session", rocket).get("/");
        assert_eq!(store.calls(), ["prepare", "create"], "{url}");
    }
}

#[test]
fn no_time_for_the_store_stops_the_launch() {
    for (line, words) in [
        ("store_timeout = \"0s\"", ["`store_timeout`", "Type `store_timeout = \"1s\"`"]),
        ("purge_interval = \"0s\"", ["`purge_interval`", "Type `purge_interval = \"1m\"`"]),
        ("store_timeout = 5", ["store_timeout", "30m"]),
        ("purge_interval = \"often\"", ["purge_interval", "30m"]),
    ] {
        ignite(configured(line)).fails_with(&words);
    }
    ignite(built(|f| f.store_timeout(Duration::ZERO))).fails_with(&["`store_timeout`"]);
    ignite(built(|f| f.purge_interval(Duration::ZERO))).fails_with(&["`purge_interval`"]);
    let lines = "store = \"memory:\"\nstore_timeout = \"250ms\"\npurge_interval = \"5m\"";
    assert!(ignite(configured(lines)).started);
}

// Keys are never printed.

#[test]
fn no_launch_prints_a_key() {
    let weak = "not base64 at all, and private!";
    let secrets = [KEY, OTHER_KEY, THIRD_KEY, weak];
    let keys = format!("{}\nfallback_keys = [\"{OTHER_KEY}\"]", key_line(KEY));
    let launches = [
        ignite(configured(&keys)),
        ignite(configured(&format!("{keys}\nunknown = 1"))),
        ignite(configured(&format!("secret_keys = \"{OTHER_KEY}\""))),
        ignite(configured(&format!("fallback_keys = \"{OTHER_KEY}\""))),
        ignite(configured(&format!("fallback_keys = [[\"{OTHER_KEY}\"]]"))),
        ignite(configured(&format!("fallback_keys = {{ \"{OTHER_KEY}\" = 1 }}"))),
        ignite(configured(&format!("secret_key = [\"{KEY}\"]"))),
        ignite(configured(&key_line(weak))),
        ignite(configured(&format!("fallback_keys = [\"{KEY}\"]"))),
        ignite(with_fairing(toml(debug(), &format!("[default.session]\n{}", key_line(weak))))),
        ignite(with_fairing(toml(release(), &format!("[default]\n{}", key_line(weak))))),
        ignite(built(|fairing| fairing.fallback_keys([weak]))),
    ];
    for launch in &launches {
        hides(launch, &secrets);
    }
    assert!(launches[0].started);
    assert!(launches[1..4].iter().all(|launch| !launch.started));
}

#[test]
fn a_key_of_digits_is_not_printed() {
    let launch = ignite(configured("secret_key = 8642097531"));
    launch.fails_with(&["`session.secret_key`", "expected a string"]);
    hides(&launch, &["8642097531"]);
}

#[test]
fn a_key_in_the_place_of_the_table_is_not_printed() {
    let launch = ignite(with_fairing(toml(release(), &format!("[default]\nsession = \"{KEY}\""))));
    assert!(!launch.started);
    hides(&launch, &[KEY]);
}

#[test]
fn the_fairing_does_not_show_its_key() {
    let shown = format!("{:?}", fairing(&clock()).fallback_keys([OTHER_KEY]));
    assert!(!shown.contains(KEY) && !shown.contains(OTHER_KEY), "{shown}");
}

// Where settings come from.

#[test]
fn the_profile_wins_over_the_default_section() {
    let text = format!(
        "[default.session]\n{}\ncookie = \"by-default\"\npath = \"/\"\n\
         [release.session]\ncookie = \"by-release\"\n[debug.session]\ncookie = \"by-debug\"",
        key_line(KEY)
    );
    let set = set_cookie("by-release", with_fairing(toml(release(), &text)));
    assert!(set.starts_with("by-release="), "{set}");
    let set = set_cookie("by-debug", with_fairing(toml(debug(), &text)));
    assert!(set.starts_with("by-debug="), "{set}");
}

#[test]
fn the_builder_wins_over_the_configuration() {
    let text = format!(
        "[default.session]\n{}\ncookie = \"configured\"\nlifetime = \"1h\"\nhttp_only = false",
        key_line(KEY)
    );
    let fairing = Sessions::fairing().cookie("built").same_site(SameSite::Strict);
    let rocket = rocket::custom(toml(release(), &text)).attach(fairing).mount("/", routes![index]);
    let set = set_cookie("built", rocket);
    assert!(set.starts_with("built="), "{set}");
    assert!(set.ends_with("; Path=/; Secure; SameSite=Strict; Max-Age=3600"), "{set}");
}

#[test]
fn every_setting_can_be_configured() {
    let lines = "cookie = \"__Secure-visit\"\npath = \"/\"\ndomain = \"example.com\"\n\
                 secure = true\nhttp_only = false\nsame_site = \"none\"\npartitioned = true\n\
                 lifetime = \"1h\"\nabsolute_lifetime = \"30m\"\nrefresh = \"always\"\n\
                 max_cookie_size = 2000";
    let set = set_cookie("__Secure-visit", configured(lines));
    let (_, attributes) = set.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; Domain=example.com; Secure; Partitioned; SameSite=None; Max-Age=1800"
    );
}

#[test]
fn the_largest_session_is_configured_and_can_be_asked_for() {
    let size = |rocket: Rocket<Build>| {
        let client = rocket::local::blocking::Client::untracked(rocket).unwrap();
        client.rocket().state::<Sessions>().unwrap().max_session_size()
    };
    assert_eq!(size(configured("")), 65_536);
    assert_eq!(size(configured("max_session_size = 1000")), 1000);
    assert_eq!(size(built(|fairing| fairing.max_session_size(2000))), 2000);
}

#[test]
fn the_defaults_are_the_strict_ones() {
    let set = set_cookie("__Host-session", configured(""));
    assert!(set.starts_with("__Host-session="), "{set}");
    let (_, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2678400");
    let set = set_cookie("session", app(fairing(&clock()), routes![index]));
    let (_, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=2678400");
}

#[test]
fn the_name_follows_from_path_and_domain() {
    for (line, name) in [
        ("path = \"/app\"", "__Secure-session"),
        ("domain = \"example.com\"", "__Secure-session"),
        ("secure = false", "session"),
    ] {
        let set = set_cookie(name, configured(line));
        assert!(set.starts_with(&format!("{name}=")), "{line}: {set}");
    }
}

// Tests in a child process, with its own environment and Rocket.toml.

const CHILD: &str = "SESSION_TESTS_CHILD";

/// The child of the tests below: it calls `rocket::build()` like an application, in
/// the environment that they made.
#[test]
fn child_process() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    log::install();
    let fairing = match std::env::var(CHILD).as_deref() {
        Ok("builder") => Sessions::fairing().cookie("built"),
        _ => Sessions::fairing(),
    };
    let launch = ignite(rocket::build().attach(fairing.clone()).mount("/", routes![index]));
    for error in launch.errors() {
        println!("error: {error}");
    }
    if launch.started {
        let client = rocket::local::blocking::Client::untracked(
            rocket::build().attach(fairing).mount("/", routes![index]),
        );
        let client = client.expect("it has launched before");
        let response = client.get("/").dispatch();
        println!("set: {}", response.headers().get_one("Set-Cookie").unwrap_or_default());
    }
}

/// The output of the child with this Rocket.toml and these variables.
fn child(test: &str, toml: &str, variables: &[(&str, &str)]) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.toml"));
    std::fs::write(&file, toml).expect("a file to write");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "child_process", "--nocapture"]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ROCKET_") {
            command.env_remove(name);
        }
    }
    command.env("ROCKET_CONFIG", &file).env("ROCKET_PROFILE", "release").env(CHILD, "plain");
    command.envs(variables.iter().copied());
    let output = command.output().expect("the child runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    said
}

fn in_toml(lines: &str) -> String {
    format!("[default.session]\n{}\n{lines}\n", key_line(KEY))
}

#[test]
fn rocket_toml_configures_the_session() {
    let said = child("toml", &in_toml("cookie = \"by-toml\"\nlifetime = \"1h\""), &[]);
    assert!(said.contains("set: by-toml=") && said.contains("Max-Age=3600"), "{said}");
}

#[test]
fn the_environment_wins_over_rocket_toml() {
    let toml = in_toml("cookie = \"by-toml\"\nlifetime = \"1h\"");
    let said = child("env", &toml, &[("ROCKET_SESSION", "{cookie=\"by-env\"}")]);
    assert!(said.contains("set: by-env=") && said.contains("Max-Age=3600"), "{said}");
}

#[test]
fn the_builder_wins_over_the_environment() {
    let toml = in_toml("cookie = \"by-toml\"");
    let variables = [("ROCKET_SESSION", "{cookie=\"by-env\"}"), (CHILD, "builder")];
    let said = child("builder", &toml, &variables);
    assert!(said.contains("set: built="), "{said}");
}

#[test]
fn the_key_comes_from_the_environment() {
    let variable = format!("{{secret_key=\"{KEY}\"}}");
    let said = child("env-key", "", &[("ROCKET_SESSION", &variable)]);
    assert!(said.contains("set: __Host-session="), "{said}");
    let said = child("no-key", "", &[]);
    assert!(said.contains("error: The session has no `secret_key`"), "{said}");
}

#[test]
fn an_unknown_key_stops_the_launch_and_is_said_to_be_in_the_environment_or_the_file() {
    let said = child("env-unknown", &in_toml(""), &[("ROCKET_SESSION", "{lifetme=\"1h\"}")]);
    let words = "`session.lifetme` in `ROCKET_` environment variable(s): no such setting";
    assert!(said.contains("error: ") && said.contains(words), "{said}");
    let said = child("unknown", &in_toml("lifetme = \"1h\""), &[]);
    assert!(said.contains("`session.lifetme` in ") && said.contains("unknown.toml: no"), "{said}");
    assert!(SETTINGS.iter().all(|key| said.contains(key)), "{said}");
    assert!(!said.contains("set: "), "{said}");
}

#[test]
fn a_setting_in_a_variable_of_its_own_stops_the_launch() {
    let variable = ("ROCKET_SESSION_LIFETIME", "1h");
    let said = child("env-misplaced", &in_toml(""), &[variable]);
    assert!(said.contains("ROCKET_SESSION={lifetime=…}"), "{said}");
    assert!(!said.contains("set: "), "{said}");
}

#[test]
fn a_section_with_the_plural_name_stops_the_launch() {
    let settings = "[default.sessions]\nlifetime = \"1h\"";
    let said = child("plural", &format!("{}{settings}", in_toml("")), &[]);
    let words = "`lifetime` in `[release.sessions]` is not read: the section is named `session`";
    assert!(said.contains(words) && !said.contains("set: "), "{said}");
    // An application may have a section of that name for something else.
    let own = "[default.sessions]\nspeakers = 5";
    let said = child("own-section", &format!("{}{own}", in_toml("")), &[]);
    assert!(said.contains("set: "), "{said}");
}

#[test]
fn the_profile_of_the_environment_decides_about_the_key() {
    let said = child("env-profile", "", &[("ROCKET_PROFILE", "debug")]);
    assert!(said.contains("set: session="), "{said}");
}
