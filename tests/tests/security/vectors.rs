//! Known answers, computed by another implementation: thirty lines of Python
//! with `hmac` and `hashlib`, written from the description of the format.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, NOW, app, clock, fairing};

use super::{is_accepted, read, set};

/// The bytes 0 to 31.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

const PLAIN: &str = "eyJuIjoxfQ.AQBgb1O4AGVT8QAAZVPxAA.FaUyVtqnkhQR-1HagQI99FnQpXkhaHtMPyWtN18MUR0";
const LIFETIME: &str =
    "eyJuIjoxfQ.AQFgb1O4AGVT8QAAZVPxAAAADhA.XrgVTg23l_EKW1qoh1XfmCs546lOdZIFiEbC4L1tRCw";
const NAMED: &str = "eyJuYW1lIjoiWm_DqyBcInhcIiIsIm4iOjF9.AQBgb1O4AGVTyfAAZVPxAA.\
                     PAhlDpBl9HMSK9qe8Xyk8YVoL2DhzlGtvzmEIiv_7aY";
const HOST: &str = "eyJuIjoxfQ.AQBgb1O4AGVT8QAAZVPxAA.FwaIKeh8L3GVpqmEvWz1W9FBsdSBlfX-Uyeu1C4jRIA";

#[get("/lifetime")]
fn lifetime(session: Session) -> &'static str {
    session.set("n", 1);
    session.set_lifetime(std::time::Duration::from_secs(3600));
    "set"
}

fn browser(name: &'static str) -> Browser {
    let fairing = fairing(&clock()).secret_key(KEY).cookie(name).secure(true);
    Browser::named(name, app(fairing, routes![read, set, lifetime]))
}

#[test]
fn line_02_values_of_another_implementation_are_accepted() {
    for value in [PLAIN, LIFETIME, NAMED] {
        is_accepted(&browser("session"), value);
    }
    is_accepted(&browser("__Host-session"), HOST);
}

#[test]
fn line_02_values_made_here_are_those_of_another_implementation() {
    assert_eq!(browser("session").get("/set").issued().value, PLAIN);
    assert_eq!(browser("session").get("/lifetime").issued().value, LIFETIME);
    assert_eq!(browser("__Host-session").get("/set").issued().value, HOST);
}

#[test]
fn the_forge_of_these_tests_makes_the_same() {
    let forge = Forge::new(KEY, "session");
    assert_eq!(forge.sign(r#"{"n":1}"#, NOW), PLAIN);
    let named = forge.stamp(NOW - 10_000, NOW).encode();
    assert_eq!(forge.seal(r#"{"name":"Zoë \"x\"","n":1}"#, &named), NAMED);
    let own = forge.stamp(NOW, NOW).lifetime(3600).encode();
    assert_eq!(forge.seal(r#"{"n":1}"#, &own), LIFETIME);
}
