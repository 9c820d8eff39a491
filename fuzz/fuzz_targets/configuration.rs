//! `[default.session]` of a Rocket.toml: whatever stands there is either
//! refused with words that tell no secret, or makes a `Set-Cookie` line that a
//! browser reads as it was meant.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::figment::value::Value;
use rocket::http::Cookie;
use session_fuzz::log::SECRET;
use session_runtime::fuzzing::{Configured, Times, configuration, values};

/// The keys, as far as the configuration can be read and they are marked.
fn secrets(toml: &str) -> Vec<String> {
    let figment = Figment::from(Toml::string(toml).nested());
    let mut found = Vec::new();
    match figment.find_value("session") {
        Ok(Value::Dict(_, table)) => {
            for key in ["secret_key", "fallback_keys"] {
                table.get(key).into_iter().for_each(|value| strings(value, &mut found));
            }
        }
        // `session = "the key"`: what it was meant to be.
        Ok(value) => strings(&value, &mut found),
        Err(_) => {}
    }
    // Elsewhere the same text would be no secret.
    found.retain(|text| text.contains(SECRET) && toml.matches(text.as_str()).count() == 1);
    found
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(_, text) => found.push(text.clone()),
        Value::Array(_, values) => values.iter().for_each(|value| strings(value, found)),
        Value::Dict(_, table) => table.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

fn check(configured: &Configured) {
    let name = configured.name();
    let value = "e30.AQAuIwtQAGVT8QAAa0nSAA.NBO5dPaWyxe-7f_azz0VO-AbV2jlV8-Xi5544Wj2WKQ";
    let longest = u64::try_from(i64::MAX).expect("it is positive");
    for max_age in [None, Some(60), Some(longest)] {
        let Ok(line) = configured.set_cookie(value, max_age) else {
            assert!(name.len() + value.len() > configured.max_size());
            continue;
        };
        assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line}");
        let parsed = Cookie::parse(line.as_str()).expect("it is a cookie");
        assert_eq!(parsed.name_value(), (name, value));
        assert_eq!(parsed.path(), Some(configured.path()));
        // A leading dot says nothing (RFC 6265, 5.2.3).
        let domain = configured.domain().map(|domain| domain.strip_prefix('.').unwrap_or(domain));
        assert_eq!(parsed.domain().unwrap_or_default(), domain.unwrap_or_default());
        let flags = [parsed.secure(), parsed.http_only(), parsed.partitioned()];
        assert_eq!(flags.map(|flag| flag == Some(true)), configured.flags());
        assert!(parsed.same_site().is_some());
        assert_eq!(parsed.max_age().is_some(), max_age.is_some());
    }
    let header = format!("other=1; {name}={value}; {name}x=2");
    assert_eq!(values(&header, name).collect::<Vec<_>>(), [value]);
    let removal = Cookie::parse(configured.removal()).expect("it is a cookie");
    assert_eq!(removal.name_value(), (name, ""));
    assert!(removal.max_age().is_some_and(|age| age.is_zero()));
    for lifetime in [None, Some(0), Some(u64::from(u32::MAX))] {
        let times = Times { created: 1_600_000_000, issued: 1_700_000_000, lifetime };
        assert!(configured.expires(times) > times.created);
    }
}

/// The log must be there before Rocket's own.
static LOG: LazyLock<()> = LazyLock::new(session_fuzz::log::install);

fuzz_target!(|data: &[u8]| {
    LazyLock::force(&LOG);
    let Ok(toml) = std::str::from_utf8(data) else { return };
    // The default for `secure`: another one for every other input.
    match configuration(toml, toml.len() % 2 == 0) {
        Ok(configured) => check(&configured),
        Err(errors) => {
            assert!(!errors.is_empty());
            let secrets = secrets(toml);
            for error in errors {
                let told = secrets.iter().find(|secret| error.contains(secret.as_str()));
                assert_eq!(told, None, "an error tells a secret: {error}");
            }
        }
    }
});
