//! What can be configured, and what cannot go together.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::request::origin::{self, Flaw};

/// What a browser keeps of a cookie, at most: name plus value
/// (RFC 6265bis, 5.6).
pub(crate) const BROWSER_LIMIT: usize = 4096;

/// Room for the signature, the header and a small session, or for an encrypted
/// identifier, beside the name.
const SMALLEST: usize = 140;

/// The most bytes of a session that a store keeps: what one visitor can fill it
/// with.
const SESSION_LIMIT: usize = 64 * 1024;

/// Room for an owner, a message and a few small fields in a store.
const SMALLEST_SESSION: usize = 256;

/// More keys than this are refused at launch.
const MAX_KEYS: usize = 8;

/// When a session that a handler took, and did not change, is issued again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refresh {
    /// When half of its life is over.
    #[default]
    HalfLife,
    /// Every time if it is permanent, as Flask does; the others at half-life.
    Always,
    /// Only when it is changed.
    Never,
}

/// How the session is kept in the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// Readable by its owner, and unforgeable: HMAC-SHA256.
    #[default]
    Signed,
    /// Not readable either: XChaCha20-Poly1305. Needs the Cargo feature
    /// `encrypted`.
    Encrypted,
    /// As a Flask application writes and reads it, which shares the session.
    /// Needs the Cargo feature `flask`.
    Flask,
}

impl Format {
    /// The Cargo feature without which there is no such format.
    fn missing_feature(self) -> Option<&'static str> {
        match self {
            Format::Encrypted if !cfg!(feature = "encrypted") => Some("encrypted"),
            Format::Flask if !cfg!(feature = "flask") => Some("flask"),
            _ => None,
        }
    }
}

/// The digest of Flask's signature: what a Flask application has as the
/// `digest_method` of its session interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FlaskDigest {
    /// Flask's default.
    #[default]
    Sha1,
    /// `hashlib.sha256`.
    Sha256,
    /// `hashlib.sha512`.
    Sha512,
}

/// The `SameSite` attribute (RFC 6265bis, 4.1.2.7), as Rocket.toml has it. The
/// builder takes Rocket's own type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum SameSite {
    #[serde(alias = "strict")]
    Strict,
    #[default]
    #[serde(alias = "lax")]
    Lax,
    #[serde(alias = "none")]
    None,
}

impl SameSite {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }
    }
}

/// The keys of `[default.session]`, all optional. The builder's values are of
/// the same kind.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "settings in braces, as {lifetime=\"12h\"}")]
pub(crate) struct Settings {
    pub(crate) secret_key: Option<Zeroizing<String>>,
    pub(crate) fallback_keys: Option<Vec<Zeroizing<String>>>,
    pub(crate) cookie: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    pub(crate) same_site: Option<SameSite>,
    pub(crate) partitioned: Option<bool>,
    #[serde(deserialize_with = "duration")]
    pub(crate) lifetime: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    pub(crate) absolute_lifetime: Option<Duration>,
    pub(crate) permanent: Option<bool>,
    pub(crate) csrf_protection: Option<bool>,
    pub(crate) trusted_origins: Option<Vec<String>>,
    pub(crate) refresh: Option<Refresh>,
    pub(crate) max_cookie_size: Option<usize>,
    pub(crate) max_session_size: Option<usize>,
    pub(crate) format: Option<Format>,
    pub(crate) accept: Option<Vec<Format>>,
    pub(crate) flask: FlaskOptions,
    /// With its password, if it has one.
    pub(crate) store: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "duration")]
    pub(crate) store_timeout: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    pub(crate) purge_interval: Option<Duration>,
}

/// What a Flask application may have changed.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FlaskOptions {
    pub(crate) digest: Option<FlaskDigest>,
    pub(crate) salt: Option<String>,
}

/// What Flask's format is made with. The default is Flask's own.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "flask"),
    expect(dead_code, reason = "without the feature there is no such format")
)]
pub(crate) struct FlaskSettings {
    pub(crate) digest: FlaskDigest,
    pub(crate) salt: String,
}

impl FlaskOptions {
    pub(crate) fn settings(&self) -> FlaskSettings {
        FlaskSettings {
            digest: self.digest.unwrap_or_default(),
            salt: self.salt.clone().unwrap_or_else(|| "cookie-session".into()),
        }
    }
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)
        .map_err(|_| serde::de::Error::custom("expected a duration such as \"31d\" or \"30m\""))?;
    humantime::parse_duration(&text).map(Some).map_err(|error| {
        serde::de::Error::custom(format!(
            "not a duration ({error}); write one as \"31d\", \"12h\", \"30m\" or \"90s\""
        ))
    })
}

impl Settings {
    /// The names of all settings.
    pub(crate) const KEYS: &[&str] = &[
        "secret_key",
        "fallback_keys",
        "cookie",
        "path",
        "domain",
        "secure",
        "http_only",
        "same_site",
        "partitioned",
        "lifetime",
        "absolute_lifetime",
        "permanent",
        "csrf_protection",
        "trusted_origins",
        "refresh",
        "max_cookie_size",
        "max_session_size",
        "format",
        "accept",
        "flask",
        "store",
        "store_timeout",
        "purge_interval",
    ];

    /// These settings, and the other ones where these say nothing.
    pub(crate) fn or(self, other: Settings) -> Settings {
        Settings {
            secret_key: self.secret_key.or(other.secret_key),
            fallback_keys: self.fallback_keys.or(other.fallback_keys),
            cookie: self.cookie.or(other.cookie),
            path: self.path.or(other.path),
            domain: self.domain.or(other.domain),
            secure: self.secure.or(other.secure),
            http_only: self.http_only.or(other.http_only),
            same_site: self.same_site.or(other.same_site),
            partitioned: self.partitioned.or(other.partitioned),
            lifetime: self.lifetime.or(other.lifetime),
            absolute_lifetime: self.absolute_lifetime.or(other.absolute_lifetime),
            permanent: self.permanent.or(other.permanent),
            csrf_protection: self.csrf_protection.or(other.csrf_protection),
            trusted_origins: self.trusted_origins.or(other.trusted_origins),
            refresh: self.refresh.or(other.refresh),
            max_cookie_size: self.max_cookie_size.or(other.max_cookie_size),
            max_session_size: self.max_session_size.or(other.max_session_size),
            format: self.format.or(other.format),
            accept: self.accept.or(other.accept),
            flask: FlaskOptions {
                digest: self.flask.digest.or(other.flask.digest),
                salt: self.flask.salt.or(other.flask.salt),
            },
            store: self.store.or(other.store),
            store_timeout: self.store_timeout.or(other.store_timeout),
            purge_interval: self.purge_interval.or(other.purge_interval),
        }
    }

    /// Whether cookies of the format are accepted.
    pub(crate) fn reads(&self, format: Format) -> bool {
        self.format.unwrap_or_default() == format
            || self.accept.iter().flatten().any(|accepted| *accepted == format)
    }

    /// What is to be done with them, or everything that contradicts itself.
    /// `secure` is the default for the attribute.
    pub(crate) fn check(&self, secure: bool) -> Result<Config, Vec<Contradiction>> {
        let secure = self.secure.unwrap_or(secure);
        let path = self.path.clone().unwrap_or_else(|| "/".into());
        let flask = self.reads(Format::Flask).then(|| self.flask.settings());
        let name = self.cookie.clone().unwrap_or_else(|| {
            let name = match (secure, path.as_str(), &self.domain) {
                // Flask's default: both applications have one cookie.
                _ if flask.is_some() => "session",
                (true, "/", None) => "__Host-session",
                (true, ..) => "__Secure-session",
                (false, ..) => "session",
            };
            name.into()
        });
        let config = Config {
            cookie: CookieConfig {
                name,
                path,
                domain: self.domain.clone(),
                secure,
                http_only: self.http_only.unwrap_or(true),
                same_site: self.same_site.unwrap_or_default(),
                partitioned: self.partitioned.unwrap_or(false),
                max_size: self.max_cookie_size.unwrap_or(BROWSER_LIMIT),
            },
            lifetime: self.lifetime.unwrap_or(Duration::from_secs(31 * 24 * 60 * 60)),
            absolute_lifetime: self.absolute_lifetime,
            permanent: self.permanent.unwrap_or(false),
            csrf_protection: self.csrf_protection.unwrap_or(true),
            trusted_origins: self.trusted_origins.clone().unwrap_or_default(),
            refresh: self.refresh.unwrap_or_default(),
            max_session_size: self.max_session_size.unwrap_or(SESSION_LIMIT),
            format: self.format.unwrap_or_default(),
            accept: self.accept.clone().unwrap_or_default(),
            flask,
            store_timeout: self.store_timeout.unwrap_or(Duration::from_secs(1)),
            purge_interval: self.purge_interval.unwrap_or(Duration::from_secs(60)),
        };
        let mut wrong = config.contradictions();
        if self.fallback_keys.as_ref().is_some_and(|keys| keys.len() >= MAX_KEYS) {
            wrong.push(Contradiction::TooManyKeys);
        }
        if self.store.as_ref().is_some_and(|store| store.as_str() != "cookie")
            && config.flask.is_some()
        {
            wrong.push(Contradiction::FlaskStore);
        }
        if wrong.is_empty() { Ok(config) } else { Err(wrong) }
    }
}

/// The settings of a launched application, keys apart.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) cookie: CookieConfig,
    pub(crate) lifetime: Duration,
    pub(crate) absolute_lifetime: Option<Duration>,
    /// Whether a new session starts permanent.
    pub(crate) permanent: bool,
    /// Whether requests from other origins are refused, but for these.
    pub(crate) csrf_protection: bool,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) refresh: Refresh,
    /// With a store: the text of all fields and messages.
    pub(crate) max_session_size: usize,
    pub(crate) format: Format,
    pub(crate) accept: Vec<Format>,
    /// If Flask's format is written or read.
    pub(crate) flask: Option<FlaskSettings>,
    /// How long one call of the store may take.
    pub(crate) store_timeout: Duration,
    /// How often sessions that are over are cleaned away.
    pub(crate) purge_interval: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct CookieConfig {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: SameSite,
    pub(crate) partitioned: bool,
    pub(crate) max_size: usize,
}

/// Settings that cannot be, with the words to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Contradiction {
    Name,
    Path,
    Domain,
    HostNeedsSecure,
    HostNeedsRootPath,
    HostNeedsNoDomain,
    SecurePrefixNeedsSecure,
    SameSiteNoneNeedsSecure,
    PartitionedNeedsSecure,
    TooLarge(usize),
    TooSmall(usize),
    SessionTooSmall(usize),
    /// Which entry it is, counted from one.
    TrustedOrigin(usize, Flaw),
    NoLifetime(&'static str),
    NoTime(&'static str, &'static str),
    TooManyKeys,
    MissingFeature(&'static str),
    FlaskStore,
    FlaskAbsolute,
    FlaskEncrypted,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contradiction::Name => f.write_str(
                "`cookie` is not a cookie name: it must be ASCII without spaces, control \
                 characters or any of `()<>@,;:\\\"/[]?={}`. Type `cookie = \"session\"`.",
            ),
            Contradiction::Path => f.write_str(
                "`path` must begin with `/` and have no `;` and no control characters. Type \
                 `path = \"/\"`.",
            ),
            Contradiction::Domain => f.write_str(
                "`domain` must be a host name of ASCII letters, digits, `-` and `.`. Type \
                 `domain = \"example.com\"`, or leave it out for this host only.",
            ),
            Contradiction::HostNeedsSecure => f.write_str(
                "browsers refuse a `__Host-` cookie that is not secure. Type `secure = true`, or \
                 choose another name with `cookie = \"session\"`.",
            ),
            Contradiction::HostNeedsRootPath => f.write_str(
                "browsers refuse a `__Host-` cookie with another path than `/`. Remove `path`, or \
                 type `cookie = \"__Secure-session\"`.",
            ),
            Contradiction::HostNeedsNoDomain => f.write_str(
                "browsers refuse a `__Host-` cookie with a domain. Remove `domain`, or type \
                 `cookie = \"__Secure-session\"`.",
            ),
            Contradiction::SecurePrefixNeedsSecure => f.write_str(
                "browsers refuse a `__Secure-` cookie that is not secure. Type `secure = true`, or \
                 choose another name with `cookie = \"session\"`.",
            ),
            Contradiction::SameSiteNoneNeedsSecure => f.write_str(
                "browsers refuse `same_site = \"None\"` without `secure`. Type `secure = true`, or \
                 `same_site = \"Lax\"`.",
            ),
            Contradiction::PartitionedNeedsSecure => f.write_str(
                "browsers refuse `partitioned` without `secure`. Type `secure = true`, or remove \
                 `partitioned`.",
            ),
            Contradiction::TooLarge(size) => write!(
                f,
                "`max_cookie_size` is {size}, and browsers drop cookies of more than \
                 {BROWSER_LIMIT} bytes in silence. Type `max_cookie_size = {BROWSER_LIMIT}`."
            ),
            Contradiction::TooSmall(size) => write!(
                f,
                "`max_cookie_size` is {size}, and the signature alone takes about {SMALLEST} \
                 bytes. Type `max_cookie_size = {BROWSER_LIMIT}`."
            ),
            Contradiction::SessionTooSmall(size) => write!(
                f,
                "`max_session_size` is {size} bytes, and a few fields and a message take more. \
                 Type `max_session_size = {SESSION_LIMIT}`."
            ),
            Contradiction::TrustedOrigin(n, flaw) => {
                write!(f, "`trusted_origins`, entry {n}: {flaw}")
            }
            Contradiction::NoLifetime(key) => write!(
                f,
                "`{key}` is less than a second: every session would be over at once. Type \
                 `{key} = \"31d\"`."
            ),
            Contradiction::NoTime(key, default) => {
                write!(f, "`{key}` is no time at all. Type `{key} = \"{default}\"`.")
            }
            Contradiction::TooManyKeys => write!(
                f,
                "there are more than {} `fallback_keys`. Remove the oldest: sessions that they \
                 signed are over after one `lifetime`.",
                MAX_KEYS - 1
            ),
            Contradiction::MissingFeature(feature) => write!(
                f,
                "`{feature}` needs a Cargo feature that is not on. Type `cargo add \
                 session-runtime --features {feature}`."
            ),
            Contradiction::FlaskStore => f.write_str(
                "Flask's sessions are in their cookies, and a `store` keeps them on the server. \
                 Remove `store` (type `store = \"cookie\"`), or take `flask` out of `format` and \
                 `accept`.",
            ),
            Contradiction::FlaskAbsolute => f.write_str(
                "`absolute_lifetime` counts from when a session began, which Flask's cookie does \
                 not say. Remove `absolute_lifetime`, or take `flask` out of `format` and `accept`.",
            ),
            Contradiction::FlaskEncrypted => f.write_str(
                "Flask's cookies can be read by their owners, and encrypted ones cannot: the two \
                 formats do not go together. Go from `flask` to `signed` first, and then to \
                 `encrypted`; type `format = \"signed\"` and `accept = [\"flask\"]`.",
            ),
        }
    }
}

impl Config {
    fn reads(&self, format: Format) -> bool {
        self.format == format || self.accept.contains(&format)
    }

    fn contradictions(&self) -> Vec<Contradiction> {
        let Config {
            cookie,
            lifetime,
            absolute_lifetime,
            flask,
            store_timeout,
            purge_interval,
            max_session_size,
            ..
        } = self;
        let prefixed = |prefix: &str| {
            let start = cookie.name.get(..prefix.len());
            // Browsers compare the prefixes without regard to case.
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let host = prefixed("__Host-");
        let no_time = |time: &Duration| time.as_secs() == 0;
        let checks = [
            (!is_token(&cookie.name), Contradiction::Name),
            (!is_path(&cookie.path), Contradiction::Path),
            (!cookie.domain.as_deref().is_none_or(is_domain), Contradiction::Domain),
            (host && !cookie.secure, Contradiction::HostNeedsSecure),
            (host && cookie.path != "/", Contradiction::HostNeedsRootPath),
            (host && cookie.domain.is_some(), Contradiction::HostNeedsNoDomain),
            (prefixed("__Secure-") && !cookie.secure, Contradiction::SecurePrefixNeedsSecure),
            (
                cookie.same_site == SameSite::None && !cookie.secure,
                Contradiction::SameSiteNoneNeedsSecure,
            ),
            (cookie.partitioned && !cookie.secure, Contradiction::PartitionedNeedsSecure),
            (cookie.max_size > BROWSER_LIMIT, Contradiction::TooLarge(cookie.max_size)),
            (
                cookie.max_size < cookie.name.len() + SMALLEST,
                Contradiction::TooSmall(cookie.max_size),
            ),
            (
                *max_session_size < SMALLEST_SESSION,
                Contradiction::SessionTooSmall(*max_session_size),
            ),
            (no_time(lifetime), Contradiction::NoLifetime("lifetime")),
            (
                absolute_lifetime.as_ref().is_some_and(no_time),
                Contradiction::NoLifetime("absolute_lifetime"),
            ),
            (flask.is_some() && absolute_lifetime.is_some(), Contradiction::FlaskAbsolute),
            (flask.is_some() && self.reads(Format::Encrypted), Contradiction::FlaskEncrypted),
            (store_timeout.is_zero(), Contradiction::NoTime("store_timeout", "1s")),
            (purge_interval.is_zero(), Contradiction::NoTime("purge_interval", "1m")),
        ];
        let wrong = checks.into_iter().filter_map(|(wrong, what)| wrong.then_some(what));
        let formats = std::iter::once(self.format).chain(self.accept.iter().copied());
        let missing = formats.filter_map(Format::missing_feature);
        let origins = self.trusted_origins.iter().zip(1..);
        let origins = origins.filter_map(|(entry, n)| Some((n, origin::check(entry).err()?)));
        let origins = origins.map(|(n, flaw)| Contradiction::TrustedOrigin(n, flaw));
        wrong.chain(missing.map(Contradiction::MissingFeature)).chain(origins).collect()
    }
}

/// A cookie name is a token (RFC 6265, 4.1.1; RFC 9110, 5.6.2).
fn is_token(name: &str) -> bool {
    let separator = |byte: u8| b"()<>@,;:\\\"/[]?={} \t".contains(&byte);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !separator(byte))
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';')
}

fn is_domain(domain: &str) -> bool {
    !domain.is_empty()
        && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(settings: Settings, secure: bool) -> String {
        settings.check(secure).unwrap().cookie.name
    }

    fn wrong(settings: Settings) -> Vec<Contradiction> {
        settings.check(false).unwrap_err()
    }

    #[test]
    fn the_name_follows_from_the_attributes() {
        assert_eq!(name(Settings::default(), true), "__Host-session");
        assert_eq!(name(Settings::default(), false), "session");
        let path = Settings { path: Some("/app".into()), ..Settings::default() };
        assert_eq!(name(path, true), "__Secure-session");
        let domain = Settings { domain: Some("example.com".into()), ..Settings::default() };
        assert_eq!(name(domain.clone(), true), "__Secure-session");
        assert_eq!(name(domain, false), "session");
    }

    #[test]
    fn every_setting_is_among_the_keys() {
        let error = serde_json::from_str::<Settings>(r#"{"x":1}"#).err().unwrap().to_string();
        let (_, allowed) = error.split_once("expected one of ").unwrap();
        let keys: Vec<_> = Settings::KEYS.iter().map(|key| format!("`{key}`")).collect();
        assert!(allowed.starts_with(&keys.join(", ")), "{allowed}");
    }

    #[test]
    fn the_first_settings_win() {
        let first = Settings { path: Some("/a".into()), ..Settings::default() };
        let second =
            Settings { path: Some("/b".into()), cookie: Some("c".into()), ..Settings::default() };
        let both = first.or(second);
        assert_eq!((both.path.unwrap(), both.cookie.unwrap()), ("/a".into(), "c".into()));
    }

    #[test]
    fn contradictions_are_all_found() {
        let host = Settings {
            cookie: Some("__host-x".into()),
            path: Some("/app".into()),
            domain: Some("example.com".into()),
            same_site: Some(SameSite::None),
            partitioned: Some(true),
            ..Settings::default()
        };
        assert_eq!(
            wrong(host),
            [
                Contradiction::HostNeedsSecure,
                Contradiction::HostNeedsRootPath,
                Contradiction::HostNeedsNoDomain,
                Contradiction::SameSiteNoneNeedsSecure,
                Contradiction::PartitionedNeedsSecure,
            ]
        );
        let prefix = Settings { cookie: Some("__Secure-x".into()), ..Settings::default() };
        assert_eq!(wrong(prefix), [Contradiction::SecurePrefixNeedsSecure]);
    }

    #[test]
    fn control_characters_are_refused_everywhere() {
        for bad in ["a;b", "a\rb", "a\nb", "a\0b", "a b", "", "ä"] {
            let cookie = Settings { cookie: Some(bad.into()), ..Settings::default() };
            assert_eq!(wrong(cookie), [Contradiction::Name], "{bad:?}");
            let path = Settings { path: Some(format!("/;{bad}")), ..Settings::default() };
            assert_eq!(wrong(path), [Contradiction::Path], "{bad:?}");
            let domain = Settings { domain: Some(bad.into()), ..Settings::default() };
            assert_eq!(wrong(domain), [Contradiction::Domain], "{bad:?}");
        }
    }

    #[test]
    fn sizes_and_times_have_bounds() {
        let size = |n| Settings { max_cookie_size: Some(n), ..Settings::default() };
        assert_eq!(wrong(size(4097)), [Contradiction::TooLarge(4097)]);
        assert_eq!(wrong(size(10)), [Contradiction::TooSmall(10)]);
        let size = |n| Settings { max_session_size: Some(n), ..Settings::default() };
        for n in [0, 1, 255] {
            assert_eq!(wrong(size(n)), [Contradiction::SessionTooSmall(n)]);
        }
        assert_eq!(size(256).check(false).unwrap().max_session_size, 256);
        assert_eq!(Settings::default().check(false).unwrap().max_session_size, 65_536);
        let no_time = Some(Duration::from_millis(999));
        let times =
            Settings { lifetime: no_time, absolute_lifetime: no_time, ..Settings::default() };
        assert_eq!(
            wrong(times),
            [Contradiction::NoLifetime("lifetime"), Contradiction::NoLifetime("absolute_lifetime"),]
        );
        let no_time = Some(Duration::ZERO);
        let times =
            Settings { store_timeout: no_time, purge_interval: no_time, ..Settings::default() };
        assert_eq!(
            wrong(times),
            [
                Contradiction::NoTime("store_timeout", "1s"),
                Contradiction::NoTime("purge_interval", "1m"),
            ]
        );
        let keys =
            Settings { fallback_keys: Some(vec![Zeroizing::default(); 8]), ..Settings::default() };
        assert_eq!(wrong(keys), [Contradiction::TooManyKeys]);
    }

    #[test]
    fn every_trusted_origin_is_looked_at() {
        let origins = ["https://a.example", "null", "https://b.example", "b.example"];
        let origins = Some(origins.map(str::to_owned).to_vec());
        assert_eq!(
            wrong(Settings { trusted_origins: origins, ..Settings::default() }),
            [
                Contradiction::TrustedOrigin(2, Flaw::Null),
                Contradiction::TrustedOrigin(4, Flaw::NoOrigin),
            ]
        );
    }

    #[test]
    fn a_format_needs_its_feature() {
        let format = |format| Settings { format: Some(format), ..Settings::default() };
        let accept = Settings { accept: Some(vec![Format::Encrypted]), ..Settings::default() };
        for settings in [format(Format::Encrypted), accept] {
            let missing = settings.check(true).err().unwrap_or_default();
            match cfg!(feature = "encrypted") {
                true => assert_eq!(missing, []),
                false => assert_eq!(missing, [Contradiction::MissingFeature("encrypted")]),
            }
        }
        assert!(format(Format::Signed).check(true).is_ok());
        let missing = format(Format::Flask).check(true).err().unwrap_or_default();
        match cfg!(feature = "flask") {
            true => assert_eq!(missing, []),
            false => assert_eq!(missing, [Contradiction::MissingFeature("flask")]),
        }
    }

    #[cfg(feature = "flask")]
    #[test]
    fn flasks_format_has_no_place_for_some_settings() {
        let flask = Settings { format: Some(Format::Flask), ..Settings::default() };
        let day = Some(Duration::from_secs(24 * 60 * 60));
        let settings = Settings {
            absolute_lifetime: day,
            store: Some(Zeroizing::new("memory:".into())),
            ..flask.clone()
        };
        assert_eq!(wrong(settings), [Contradiction::FlaskAbsolute, Contradiction::FlaskStore]);
        let store = Some(Zeroizing::new("cookie".into()));
        assert_eq!(name(Settings { store, ..flask.clone() }, true), "session");
        let cookie = Some("own".into());
        assert_eq!(name(Settings { cookie, ..flask }, true), "own");
        let accept = Some(vec![Format::Flask]);
        assert_eq!(name(Settings { accept, ..Settings::default() }, true), "session");
    }
}
