//! Insecure configurations, and cookies of the largest size.

use rocket::http::SameSite;
use rocket::routes;
use session_runtime::SessionFairing;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, debug, fairing, ignite, release};

use super::{read, set};

fn launch(configure: impl FnOnce(SessionFairing) -> SessionFairing) -> session_tests::Launch {
    let fairing = configure(fairing(&clock()));
    ignite(rocket::custom(release()).attach(fairing).mount("/", routes![read, set]))
}

#[test]
fn line_09_a_published_key_stops_a_release_and_debug_warns() {
    launch(|f| f.secret_key("supersecretkey")).fails_with(&["`secret_key`", "documentation"]);
    let fairing = fairing(&clock()).secret_key("supersecretkey");
    let launch = ignite(rocket::custom(debug()).attach(fairing).mount("/", routes![read]));
    assert!(launch.started);
    assert!(launch.warnings()[0].contains("documentation"), "{:?}", launch.warnings());
}

#[test]
fn line_50_a_key_that_follows_a_pattern_stops_a_release_and_debug_warns() {
    for (key, what) in [
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "count"),
        ("ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=", "repeat"),
        ("3q2+7wECAwQFBgcIreTeAN6tvu8BAgMEBQYHCK3k3gA=", "repeat"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "alphabet"),
        ("qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghjk", "keyboard"),
    ] {
        launch(|f| f.secret_key(key)).fails_with(&["`secret_key`", what, "not random"]);
        launch(|f| f.fallback_keys([key])).fails_with(&["`fallback_keys`", what, "not random"]);
        let fairing = fairing(&clock()).secret_key(key);
        let launch = ignite(rocket::custom(debug()).attach(fairing).mount("/", routes![read]));
        assert!(launch.started);
        assert!(launch.warnings()[0].contains(what), "{:?}", launch.warnings());
    }
}

#[test]
fn line_18_control_characters_and_semicolons_stop_the_launch() {
    assert!(launch(|f| f).started);
    for bad in ["\r", "\n", ";", "\0", "\r\nSet-Cookie: x=y", "\u{7f}", "; HttpOnly", "\t"] {
        launch(|f| f.cookie(format!("a{bad}b"))).fails_with(&["`cookie`"]);
        launch(|f| f.cookie(format!("session{bad}"))).fails_with(&["`cookie`"]);
        launch(|f| f.domain(format!("example.com{bad}"))).fails_with(&["`domain`"]);
        launch(|f| f.path(format!("/app{bad}"))).fails_with(&["`path`"]);
    }
    launch(|f| f.cookie("a=b")).fails_with(&["`cookie`"]);
    launch(|f| f.domain("example.com, other.com")).fails_with(&["`domain`"]);
}

#[test]
fn line_20_contradictory_attributes_stop_the_launch() {
    launch(|f| f.cookie("__Host-x").domain("example.com")).fails_with(&["`__Host-`"]);
    launch(|f| f.cookie("__Host-x").path("/x")).fails_with(&["`__Host-`"]);
    launch(|f| f.cookie("__Host-x").secure(false)).fails_with(&["`__Host-`"]);
    launch(|f| f.cookie("__HOST-x").secure(false)).fails_with(&["`__Host-`"]);
    launch(|f| f.cookie("__Secure-x").secure(false)).fails_with(&["`__Secure-`"]);
    launch(|f| f.same_site(SameSite::None).secure(false)).fails_with(&["`same_site"]);
    launch(|f| f.partitioned(true).secure(false)).fails_with(&["`partitioned`"]);
    // Consistent attributes are allowed.
    assert!(launch(|f| f.cookie("__Host-x")).started);
    assert!(launch(|f| f.cookie("__Secure-x").domain("example.com").path("/x")).started);
    assert!(launch(|f| f.same_site(SameSite::None).partitioned(true)).started);
    // The same in debug, where `secure` is off by default.
    let none = fairing(&clock()).same_site(SameSite::None);
    ignite(app(none, routes![read])).fails_with(&["`same_site"]);
}

#[test]
fn line_19_name_and_value_of_4096_bytes_are_sent_and_4097_are_not() {
    #[rocket::get("/fill/<name>/<bytes>")]
    fn fill(session: session_runtime::Session, name: &str, bytes: usize) -> &'static str {
        session.set(name, "x".repeat(bytes));
        "good"
    }
    let size = |bytes: usize| {
        let payload = format!(r#"{{"x":"{}"}}"#, "x".repeat(bytes));
        "session".len() + Forge::new(KEY, "session").sign(payload, NOW).len()
    };
    let browser = Browser::new(app(fairing(&clock()), routes![fill]));
    let bytes = |wanted| (0..4096).find(|bytes| size(*bytes) == wanted).unwrap();
    let cookie = browser.get(&format!("/fill/x/{}", bytes(4096))).issued();
    assert_eq!(cookie.name.len() + cookie.value.len(), 4096);
    let answer = browser.another().get(&format!("/fill/x/{}", bytes(4097)));
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert!(!answer.body.contains("good"));
    assert!(answer.errors()[0].contains("4097"), "{:?}", answer.errors());
}
