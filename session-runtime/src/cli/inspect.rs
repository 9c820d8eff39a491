//! `session inspect`: explains a cookie to an operator.

use std::fmt::Write as _;
use std::io::Read as _;
use std::time::Duration;

use super::keys::{self, Configured};
use super::{KeySource, date};
use crate::clock::Clock;
use crate::config::{BROWSER_LIMIT, Format};
use crate::cookie::envelope::{Envelope, Refused, Stamp, Unverified};
use crate::cookie::keys::MasterKey;
use crate::payload::Syntax;
use crate::printable::Printable;
use crate::request::policy::Policy;
use crate::state::{Received, State};
use crate::store::Identifier;

/// The most characters of a name that are shown, unless the values are asked for.
const MAX_NAME: usize = 32;

/// The description, and whether the application would accept the cookie. Without a
/// key it counts as accepted, unless it is malformed.
pub(super) fn inspect(
    argument: &str,
    name: Option<String>,
    values: bool,
    source: &KeySource,
) -> Result<(String, bool), String> {
    let mut text = argument.to_owned();
    if argument == "-" {
        text.clear();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| format!("standard input cannot be read: {error}"))?;
    }
    let (given, value) = split(&text);
    let configured = keys::configured(source)?;
    let mut report = Report { out: String::new(), values, now: Clock::system().now() };
    let accepted = report.cookie(value, given.map(str::to_owned).or(name), &configured, source)?;
    Ok((report.out, accepted))
}

/// The name and the value, from any of the forms in which a cookie is found.
fn split(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    let text = ["Set-Cookie:", "set-cookie:", "Cookie:", "cookie:"]
        .iter()
        .find_map(|header| text.strip_prefix(header))
        .unwrap_or(text);
    let pair = text.split(';').next().unwrap_or_default().trim();
    match pair.split_once('=') {
        Some((name, value)) => (Some(name), value),
        None => (None, pair),
    }
}

struct Report {
    out: String,
    values: bool,
    now: u64,
}

impl Report {
    /// A visitor, or somebody who forged the cookie, may have written some of the text.
    /// Nothing of it reaches the terminal unescaped.
    fn line(&mut self, what: &str, text: impl std::fmt::Display) {
        let text = text.to_string();
        writeln!(self.out, "{what:<10}{}", Printable(&text))
            .unwrap_or_else(|_| unreachable!("a string grows"));
    }

    /// A name, short enough that the terminal does not wrap it. The text after a wrap
    /// could pass for a line of this report.
    fn name(&self, name: &str) -> String {
        match name.char_indices().nth(MAX_NAME) {
            Some((end, _)) if !self.values => format!("{}…", &name[..end]),
            _ => name.to_owned(),
        }
    }

    fn cookie(
        &mut self,
        value: &str,
        name: Option<String>,
        configured: &Configured,
        source: &KeySource,
    ) -> Result<bool, String> {
        let Configured { settings, keys, are_given } = configured;
        let mut settings = settings.clone();
        settings.cookie = name.or(settings.cookie);
        let config =
            settings.check(!source.profile.eq_ignore_ascii_case("debug")).map_err(|wrong| {
                let wrong: Vec<_> = wrong.iter().map(ToString::to_string).collect();
                format!("the session's configuration: {}", wrong.join(" "))
            })?;
        let name = config.cookie.clone();
        let cookie = match Unverified::of(value) {
            Ok(cookie) => cookie,
            Err(refused) => {
                self.line("verdict", format!("REFUSED: {}", explain(refused, &name)));
                return Ok(false);
            }
        };
        let format = match cookie.format {
            Format::Signed => "signed (version 1): readable, unforgeable",
            Format::Flask => "flask: readable, unforgeable, shared with a Flask application",
            _ => "encrypted (version 1): not readable without the key",
        };
        self.line("cookie", &name);
        self.line("format", format);
        if let Some(id) = cookie.key_id() {
            self.line("key id", id);
        }
        let size = name.len() + value.len();
        self.line("size", format_args!("{size} of {BROWSER_LIMIT} bytes, name and value"));
        let policy = Policy::new(&config);
        self.times(&cookie, &policy);

        let parsed: Vec<_> = keys.iter().map(|key| MasterKey::parse(key).0).collect();
        let verdict = (!parsed.is_empty()).then(|| {
            let accept = [Format::Signed, Format::Encrypted, Format::Flask];
            let envelope = Envelope::new(&name, config.format, &accept, &parsed);
            #[cfg(feature = "flask")]
            let envelope = envelope.with_flask(&settings.flask.clone().or_defaults(), &parsed);
            let envelope = if cookie.identifier { envelope.for_identifiers() } else { envelope };
            envelope.open(value)
        });
        let mut refused = verdict.as_ref().and_then(|verdict| verdict.as_ref().err().copied());
        if let Some(Ok(opened)) = &verdict
            && !cookie.identifier
        {
            refused = opened.check_age(policy.expires(&opened.stamp), self.now).err();
        }
        let is_verified = verdict.is_some();
        // With a key alone, nobody says what the application reads.
        let is_configured = !are_given || settings.format.is_some() || settings.accept.is_some();
        if is_verified && is_configured && !config.reads(cookie.format) {
            refused = refused.or(Some(Refused::Format));
        }
        let is_current = matches!(&verdict, Some(Ok(opened)) if opened.current);
        let readable = match verdict {
            Some(Ok(opened)) => {
                opened.payload().map_err(|unreadable| refused = Some(unreadable)).ok()
            }
            _ => cookie.payload(),
        };
        let is_session = match readable {
            Some(payload) if cookie.identifier => self.identifier(&payload),
            Some(payload) => self.payload(payload, cookie.syntax()),
            None => {
                self.line("fields", "not readable");
                true
            }
        };
        if !is_session {
            refused = refused.or(is_verified.then_some(Refused::Payload));
        }
        match (refused, is_verified) {
            (Some(refused), _) => {
                let refused = match (refused, cookie.format) {
                    (Refused::Forged, Format::Flask) => format!(
                        "{refused}. The value was changed, or it was made with another key, digest or \
                     salt. Compare `SECRET_KEY` with `secret_key`, and see the setting `flask`."
                    ),
                    _ => explain(refused, &name),
                };
                self.line("verdict", format!("REFUSED: {refused}"));
            }
            (None, true) if cookie.identifier => {
                self.line(
                    "verdict",
                    "accepted, if the store has the session and it has not expired",
                );
            }
            (None, true) if is_current => self.line("verdict", "accepted"),
            (None, true) => {
                self.line("verdict", "accepted, and issued again with the first key and format");
            }
            (None, false) => self.line(
                "verdict",
                "not verified: no key. Set SESSION_SECRET_KEY, give `--key-file FILE`, or run \
                 this where Rocket.toml is",
            ),
        }
        Ok(refused.is_none())
    }

    /// Reports the session in a cookie, and returns whether it is one.
    fn payload(&mut self, payload: String, syntax: Syntax) -> bool {
        match Received::from_payload(payload, None, syntax).map(State::new) {
            Ok(state) => {
                self.fields(&state);
                true
            }
            Err(malformed) => {
                self.line("fields", format_args!("none: {malformed}"));
                false
            }
        }
    }

    /// Reports the key that a store keeps the session under, and returns whether the
    /// payload is an identifier. The identifier is not shown: anybody who has it has
    /// the session.
    fn identifier(&mut self, payload: &str) -> bool {
        let identifier = Identifier::parse(payload);
        match &identifier {
            Some(identifier) => {
                let key = identifier.key().to_hex();
                self.line("fields", format_args!("in the store, under the key {key}"));
            }
            None => self.line("fields", "none: it is not an identifier"),
        }
        identifier.is_some()
    }

    fn times(&mut self, cookie: &Unverified, policy: &Policy) {
        let Stamp { created, issued, lifetime } = cookie.stamp;
        let expires = (!cookie.identifier).then(|| ("expires", policy.expires(&cookie.stamp)));
        // Flask's cookie does not say when the session began.
        let created = (cookie.format != Format::Flask).then_some(("created", created));
        for (what, time) in created.into_iter().chain([("issued", issued)]).chain(expires) {
            let line = format!("{} ({})", date(time), self.distance(time));
            self.line(what, line);
        }
        if let Some(lifetime) = lifetime {
            let lifetime = humantime::format_duration(lifetime);
            self.line("lifetime", format_args!("{lifetime}, of its own"));
        }
    }

    fn distance(&self, time: u64) -> String {
        let distance = humantime::format_duration(Duration::from_secs(time.abs_diff(self.now)));
        if time > self.now { format!("in {distance}") } else { format!("{distance} ago") }
    }

    fn fields(&mut self, state: &State) {
        let values = self.values;
        let shown =
            |json: &str| if values { json.to_owned() } else { redacted(state.syntax(), json) };
        for key in state.keys() {
            let Some(json) = state.json(&key) else { continue };
            self.line("field", format_args!("{}: {}", self.name(&key), shown(json)));
        }
        if state.is_permanent() {
            self.line("permanent", "yes");
        }
        for flash in state.peek_flashes() {
            let shown = if self.values {
                flash.message
            } else {
                format!("… ({} bytes)", flash.message.len())
            };
            self.line("flash", format_args!("{}: {shown}", self.name(&flash.category)));
        }
        if let Some(input) = state.peek_input() {
            self.line("form", format_args!("what was typed: {}", shown(&input)));
        }
    }
}

/// The kind and the size of a value, which say nothing about the visitor.
fn redacted(syntax: Syntax, json: &str) -> String {
    let kind = match syntax.decode::<serde_json::Value>(json) {
        Ok(serde_json::Value::Null) => "null",
        Ok(serde_json::Value::Bool(_)) => "a boolean",
        Ok(serde_json::Value::Number(_)) => "a number",
        Ok(serde_json::Value::String(_)) => "a string",
        Ok(serde_json::Value::Array(_)) => "a list",
        Ok(serde_json::Value::Object(_)) => "an object",
        Err(_) => "something else",
    };
    format!("{kind} of {} bytes (--values shows it)", json.len())
}

/// Why a cookie is refused, and what to look at next.
fn explain(refused: Refused, name: &str) -> String {
    let next = match refused {
        Refused::Malformed => {
            "it was cut off on its way (a copy, a proxy, a log line?), or it is another cookie. \
             Copy the whole value out of the browser"
        }
        Refused::Header => "it was made by another program, or by another version of this one",
        Refused::UnknownKey => {
            "is the key of another environment, or was it rotated away? Add the old key to \
             `fallback_keys`"
        }
        Refused::Forged => {
            return format!(
                "{refused}. The value was changed, or it is of a cookie with another name (this \
                 was read as `{name}`; give another with --name)"
            );
        }
        Refused::Format => "add its format to `accept` to read it",
        Refused::Future => "compare the clocks of the servers",
        Refused::Expired => "the visitor was away for longer than the lifetime: nothing is wrong",
        Refused::TooLong => "no browser keeps such a cookie: something else made it",
        _ => "somebody with the key signed it: look at what else uses this key",
    };
    format!("{refused}. {}{}.", next[..1].to_uppercase(), &next[1..])
}
