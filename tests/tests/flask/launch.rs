//! Settings that contradict each other, and where settings come from.

use rocket::figment::providers::{Format as _, Toml};
use rocket::{Build, Rocket, get, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_tests::flask::sign;
use session_tests::{Browser, NOW, clock, ignite, log, release};

use super::{SECRET, shared};

#[get("/")]
fn index(session: Session) {
    session.set("n", 1);
}

fn configured(lines: &str) -> Rocket<Build> {
    log::install();
    let toml = format!("[default.session]\nsecret_key = '{SECRET}'\n{lines}");
    let figment = release().merge(Toml::string(&toml).nested());
    rocket::custom(figment).attach(Sessions::fairing().clock(clock())).mount("/", routes![index])
}

#[test]
fn contradictory_settings_stop_the_launch() {
    let fails = |lines: &str, words: &[&str]| {
        ignite(configured(&format!("format = 'flask'\n{lines}"))).fails_with(words);
    };
    fails("store = 'memory:'", &["`store`", "`store = \"cookie\"`"]);
    fails("absolute_lifetime = '7d'", &["`absolute_lifetime`", "Remove `absolute_lifetime`"]);
    fails("accept = ['encrypted']", &["`encrypted`", "accept = [\"flask\"]"]);
    let accepting = |lines: &str| format!("accept = ['flask']\n{lines}");
    ignite(configured(&accepting("absolute_lifetime = '7d'")))
        .fails_with(&["Remove `absolute_lifetime`"]);
    ignite(configured(&accepting("format = 'encrypted'"))).fails_with(&["`encrypted`"]);
    let given = shared(&clock()).store(Memory::new());
    let rocket = rocket::custom(release()).attach(given).mount("/", routes![index]);
    ignite(rocket).fails_with(&["`store`"]);
}

#[test]
fn store_cookie_means_no_store() {
    assert!(ignite(configured("format = 'flask'\nstore = 'cookie'")).started);
}

#[test]
fn digest_and_salt_are_settings() {
    let lines = "format = 'flask'\nflask = { digest = 'sha1', salt = 'cookie-session' }";
    let issued = Browser::new(configured(lines)).get("/").issued();
    assert_eq!(issued.value, sign(SECRET, r#"{"n":1}"#, NOW));
    let sha512 = Browser::new(configured("format = 'flask'\nflask.digest = 'sha512'"));
    assert_eq!(sha512.get("/").issued().value.rsplit('.').next().map(str::len), Some(86));
    let rocket = configured("format = 'flask'\nflask = { digest = 'md5' }");
    ignite(rocket).fails_with(&["`sha1`, `sha256`, `sha512`"]);
    let rocket = configured("format = 'flask'\nflask = { pepper = 'x' }");
    ignite(rocket).fails_with(&["`session.flask.pepper`", "There are `digest`, `salt`."]);
}

#[test]
fn the_cookie_is_flasks_whatever_secure_is() {
    // The release profile: `Secure` is on, and the name is not `__Host-session`.
    let issued = Browser::new(configured("format = 'flask'")).get("/").issued();
    assert_eq!(issued.name, "session");
    assert!(issued.attributes.iter().any(|attribute| attribute == "Secure"), "{issued:?}");
    let issued = Browser::named("other", configured("format = 'flask'\ncookie = 'other'"));
    assert_eq!(issued.get("/").issued().name, "other");
}
