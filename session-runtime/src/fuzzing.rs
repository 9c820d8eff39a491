//! What the programs in `fuzz/` reach of the inside: the envelope, one
//! request's session, Flask's JSON, the cookie header and the configuration.
//!
//! It is compiled with `--cfg fuzzing` only, which cargo-fuzz sets. Nothing
//! here is promised to stay, and nothing here decides anything.

use std::time::Duration;

use figment::Figment;
use figment::providers::{Format as _, Toml};

use crate::config::{self, Config, Format, Settings};
#[cfg(feature = "flask")]
use crate::config::{FlaskDigest, FlaskSettings};
use crate::cookie::envelope::{self, Refused, Stamp};
use crate::cookie::keys::MasterKey;
use crate::cookie::{self, Template};
use crate::payload::{Malformed, Syntax};
use crate::request::policy::Policy;
use crate::schema::{Handle, Schema};
use crate::session::Session;
use crate::state::{Received, State};

/// Makes and opens the values of one cookie.
pub struct Envelope(envelope::Envelope);

/// A value that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The session's fields as they were signed.
    pub payload: String,
    /// When it began and was issued, and its own lifetime.
    pub times: Times,
    /// Whether it would be made the same way today.
    pub current: bool,
}

/// The times in a cookie's header, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When the session began.
    pub created: u64,
    /// When it was last issued.
    pub issued: u64,
    /// Its own lifetime.
    pub lifetime: Option<u64>,
}

impl Times {
    fn stamp(self) -> Stamp {
        let lifetime = self.lifetime.map(Duration::from_secs);
        Stamp { created: self.created, issued: self.issued, lifetime }
    }
}

impl Envelope {
    /// For the cookie `name`. The first key signs.
    ///
    /// # Panics
    ///
    /// If there is no key.
    #[must_use]
    pub fn new(name: &str, format: Format, accept: &[Format], keys: &[[u8; 32]]) -> Envelope {
        let keys: Vec<_> = keys.iter().map(|key| MasterKey::from_bytes(key.to_vec()).0).collect();
        Envelope(envelope::Envelope::new(name, format, accept, &keys))
    }

    /// For Flask's cookies, of its own digest and salt, and for those of the
    /// formats in `accept`. The first key signs.
    ///
    /// # Panics
    ///
    /// If there is no key.
    #[cfg(feature = "flask")]
    #[must_use]
    pub fn flask(
        name: &str,
        digest: FlaskDigest,
        salt: &str,
        accept: &[Format],
        keys: &[[u8; 32]],
    ) -> Envelope {
        let keys: Vec<_> = keys.iter().map(|key| MasterKey::from_bytes(key.to_vec()).0).collect();
        let settings = FlaskSettings { digest, salt: salt.to_owned() };
        let envelope = envelope::Envelope::new(name, Format::Flask, accept, &keys);
        Envelope(envelope.with_flask(&settings, &keys))
    }

    /// What a request does with a value of the cookie, age apart.
    ///
    /// # Errors
    ///
    /// If the value is not one that was made with one of the keys.
    pub fn open(&self, value: &str) -> Result<Opened, Refused> {
        let opened = self.0.open(value)?;
        let envelope::Opened { stamp, current, .. } = opened;
        let payload = opened.payload()?;
        let Stamp { created, issued, lifetime } = stamp;
        let times = Times { created, issued, lifetime: lifetime.map(|time| time.as_secs()) };
        Ok(Opened { payload, times, current })
    }

    /// The value for a payload.
    ///
    /// # Panics
    ///
    /// If the operating system gives no random bytes.
    #[must_use]
    pub fn seal(&self, payload: &str, times: Times) -> String {
        let mut value = String::new();
        let sealed = self.0.seal(payload, &times.stamp(), &mut value);
        sealed.unwrap_or_else(|error| panic!("no random bytes: {error}"));
        value
    }
}

/// The values of the cookies named `name` in one `Cookie` header.
pub fn values<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    cookie::line::values(header, name)
}

/// One request's session, without a request.
pub struct Visit(Handle);

impl Visit {
    /// The session of a verified payload.
    ///
    /// # Errors
    ///
    /// If the payload is not one; the name of the reason.
    pub fn load(payload: &str) -> Result<Visit, String> {
        Visit::of(payload, Syntax::Json)
    }

    /// The same of a Flask session.
    ///
    /// # Errors
    ///
    /// If the payload is not one; the name of the reason.
    #[cfg(feature = "flask")]
    pub fn load_flask(payload: &str) -> Result<Visit, String> {
        Visit::of(payload, Syntax::Flask)
    }

    fn of(payload: &str, syntax: Syntax) -> Result<Visit, String> {
        let state = Received::from_payload(payload.to_owned(), None, syntax).map(State::new);
        state.map(|state| Visit(Handle::detached(state))).map_err(reason)
    }

    /// A handle of the session, unless the schema requires what is not there.
    #[must_use]
    pub fn session<S: Schema>(&self) -> Option<Session<S>> {
        Session::open(&self.0).ok()
    }

    /// The JSON text of a field.
    #[must_use]
    pub fn json(&self, key: &str) -> Option<&str> {
        self.0.state().json(key)
    }

    /// Ends the request. What is written later is lost.
    #[must_use]
    pub fn end(&self) -> End {
        let ending = self.0.state().end(None);
        let kept = |consume| Kept {
            changed: ending.changed(consume),
            empty: ending.is_empty(consume),
            payload: ending.payload(consume),
            largest: ending.largest(consume),
        };
        End {
            failure: ending.failure().map(str::to_owned),
            permanent: ending.permanent(),
            shown: kept(true),
            unshown: kept(false),
        }
    }
}

/// The name of the reason.
fn reason(malformed: Malformed) -> String {
    // The words are made too: they are part of a log line.
    let _words = malformed.to_string();
    format!("{malformed:?}")
}

/// Flask's JSON, value by value.
#[cfg(feature = "flask")]
pub mod flask {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::reason;
    use crate::flask;
    use crate::payload::{Syntax, translate as translated};
    use crate::schema::Schema;
    use crate::schema::registry::Registry;

    /// A typed read.
    ///
    /// # Errors
    ///
    /// If the type does not hold what is there.
    pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, String> {
        flask::decode(text).map_err(|error| error.to_string())
    }

    /// A typed write.
    ///
    /// # Errors
    ///
    /// If the value has no form in Flask's JSON.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
        flask::encode(value).map_err(|error| error.to_string())
    }

    /// Whether two texts hold the same value.
    #[must_use]
    pub fn same(before: &str, after: &str) -> bool {
        flask::same(before, after)
    }

    /// The plain JSON of a value, and whether something of it has no form there.
    ///
    /// # Errors
    ///
    /// If it is not a value that was checked before.
    pub fn to_json(text: &str) -> Result<(String, bool), String> {
        let plain = flask::to_json(text).map_err(reason)?;
        Ok((plain.json, plain.lossy))
    }

    /// A value of plain JSON in Flask's spelling.
    ///
    /// # Errors
    ///
    /// If it is not a value that was checked before.
    pub fn from_json(json: &str) -> Result<String, String> {
        flask::from_json(json).map_err(reason)
    }

    /// A whole payload in the other format: Flask's, or plain JSON. `S` declares
    /// the types of its fields.
    ///
    /// # Errors
    ///
    /// If the payload is not one; the name of the reason.
    pub fn translate<S: Schema>(payload: &str, to_flask: bool) -> Result<String, String> {
        let registry = Registry::default();
        registry.check(S::TABLE)?;
        let to = if to_flask { Syntax::Flask } else { Syntax::Json };
        translated(payload, to, |key| registry.translation(key)).map_err(reason)
    }
}

/// What became of a session.
#[derive(Debug)]
pub struct End {
    /// Why nothing can be kept.
    pub failure: Option<String>,
    /// Whether the browser is to keep it when it is closed.
    pub permanent: bool,
    /// If the messages that were read count as shown.
    pub shown: Kept,
    /// If they do not.
    pub unshown: Kept,
}

/// What the next request would get.
#[derive(Debug)]
pub struct Kept {
    /// Whether it differs from what this request got.
    pub changed: bool,
    /// Whether nothing is left.
    pub empty: bool,
    /// The fields and messages.
    pub payload: String,
    /// The largest fields and their sizes.
    pub largest: Vec<(String, usize)>,
}

/// A configuration that nothing contradicts.
pub struct Configured {
    config: Config,
    template: Template,
}

/// Reads `[default.session]` of a Rocket.toml as the launch does, keys and
/// all. `secure` is the default for the attribute.
///
/// # Errors
///
/// Every message that the launch would print.
pub fn configuration(toml: &str, secure: bool) -> Result<Configured, Vec<String>> {
    let figment = Figment::from(Toml::string(toml).nested());
    let settings = config::settings(&figment).map_err(|error| vec![error])?;
    // A builder that says nothing changes nothing.
    let settings = Settings::default().or(settings);
    let texts = settings.secret_key.iter().chain(settings.fallback_keys.iter().flatten());
    let (keys, judgements): (Vec<_>, Vec<_>) = texts.map(|text| MasterKey::parse(text)).unzip();
    let weak = judgements.into_iter().filter_map(Result::err);
    let mut errors: Vec<_> = weak.map(|weakness| weakness.to_string()).collect();
    match settings.check(secure) {
        Ok(config) if errors.is_empty() => {
            if !keys.is_empty() {
                let Config { cookie, format, accept, .. } = &config;
                envelope::Envelope::new(cookie, *format, accept, &keys).has_duplicate_keys();
            }
            let template = Template::new(&config);
            Ok(Configured { config, template })
        }
        Ok(_) => Err(errors),
        Err(wrong) => {
            errors.extend(wrong.iter().map(ToString::to_string));
            Err(errors)
        }
    }
}

impl Configured {
    /// The cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.template.name()
    }

    /// The cookie's path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.config.path
    }

    /// The cookie's domain.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.config.domain.as_deref()
    }

    /// `Secure`, `HttpOnly` and `Partitioned`.
    #[must_use]
    pub fn flags(&self) -> [bool; 3] {
        let Config { secure, http_only, partitioned, .. } = self.config;
        [secure, http_only, partitioned]
    }

    /// The most bytes of name plus value.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.template.max_size()
    }

    /// A `Set-Cookie` value, or the size of a cookie that is too large.
    ///
    /// # Errors
    ///
    /// If name and value are larger than the limit.
    pub fn set_cookie(&self, value: &str, max_age: Option<u64>) -> Result<String, usize> {
        self.template.finish(self.template.begin(value.len()) + value, max_age)
    }

    /// The `Set-Cookie` value that removes the cookie.
    #[must_use]
    pub fn removal(&self) -> &str {
        self.template.removal()
    }

    /// The last second of a session.
    #[must_use]
    pub fn expires(&self, times: Times) -> u64 {
        Policy::new(&self.config).expires(&times.stamp())
    }
}
