//! The table of all settings.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::choices::{FlaskDigest, Format, Refresh, SameSite};
use super::limits::{BROWSER_LIMIT, SESSION_LIMIT};

/// Makes two structs from one table: the settings as they were written, and the
/// settings with their defaults. In the first, a setting with a default is an
/// `Option`.
macro_rules! settings {
    (
        $(#[$written_meta:meta])* $written:ident, $(#[$meta:meta])* $config:ident:
        $($(#[$field_meta:meta])* $name:ident: $type:ty $(= $default:expr)?,)*
    ) => {
        #[derive(Clone, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        $(#[$written_meta])*
        pub(crate) struct $written {
            $($(#[$field_meta])* pub(crate) $name: written!($type $(, $default)?),)*
        }

        $(#[$meta])*
        #[derive(Clone)]
        pub(crate) struct $config {
            $(pub(crate) $name: $type,)*
        }

        #[allow(dead_code, reason = "not all of it is used for Flask's table")]
        impl $written {
            /// The names of all settings.
            pub(crate) const KEYS: &[&str] = &[$(stringify!($name)),*];

            /// These settings. A setting that is missing is taken from the other ones.
            pub(crate) fn or(self, other: $written) -> $written {
                $written { $($name: self.$name.or(other.$name),)* }
            }

            /// These settings. A setting that is missing has its default.
            pub(crate) fn or_defaults(self) -> $config {
                $config { $($name: meant!(self.$name $(, $default)?),)* }
            }
        }
    };
}

macro_rules! written {
    ($type:ty) => { $type };
    ($type:ty, $default:expr) => { Option<$type> };
}

macro_rules! meant {
    ($written:expr) => {
        $written
    };
    ($written:expr, $default:expr) => {
        $written.unwrap_or_else(|| $default)
    };
}

settings! {
    /// The settings as they were written in `[default.session]`, or as the builder
    /// was given them.
    #[serde(expecting = "settings in braces, as {lifetime=\"12h\"}")]
    Settings,
    /// The settings of an application, with their defaults.
    #[expect(dead_code, reason = "the keys are read from `Settings`")]
    Config:

    secret_key: Option<Zeroizing<String>>,
    fallback_keys: Vec<Zeroizing<String>> = Vec::new(),
    // The default depends on other settings: see `check`.
    cookie: String = String::new(),
    path: String = "/".into(),
    domain: Option<String>,
    // The default depends on the profile: see `check`.
    secure: bool = true,
    http_only: bool = true,
    same_site: SameSite = SameSite::default(),
    partitioned: bool = false,
    #[serde(deserialize_with = "duration")] lifetime: Duration = days(31),
    #[serde(deserialize_with = "duration")] absolute_lifetime: Option<Duration>,
    permanent: bool = false,
    csrf_protection: bool = true,
    trusted_origins: Vec<String> = Vec::new(),
    refresh: Refresh = Refresh::default(),
    max_cookie_size: usize = BROWSER_LIMIT,
    max_session_size: usize = SESSION_LIMIT,
    max_sessions_per_owner: Option<usize>,
    format: Format = Format::default(),
    accept: Vec<Format> = Vec::new(),
    flask: FlaskOptions,
    // The URL may have a password in it.
    store: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "duration")] store_timeout: Duration = Duration::from_secs(1),
    #[serde(deserialize_with = "duration")] purge_interval: Duration = Duration::from_secs(60),
}

settings! {
    /// What a Flask application may have changed about its cookies.
    FlaskOptions,
    /// How Flask's cookies are made. The defaults are Flask's own.
    #[cfg_attr(
        not(feature = "flask"),
        expect(dead_code, reason = "without the feature there are no such cookies")
    )]
    FlaskSettings:

    digest: FlaskDigest = FlaskDigest::default(),
    salt: String = "cookie-session".into(),
}

/// Shows nothing: keys are among the settings, and the password of a store.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").finish_non_exhaustive()
    }
}

impl Settings {
    /// Whether cookies of the format are accepted.
    pub(crate) fn reads(&self, format: Format) -> bool {
        self.format.unwrap_or_default() == format
            || self.accept.iter().flatten().any(|accepted| *accepted == format)
    }

    /// Whether `store` names a store.
    pub(crate) fn is_stored(&self) -> bool {
        self.store.as_ref().is_some_and(|store| store.as_str() != "cookie")
    }
}

impl Config {
    /// Whether cookies of the format are accepted.
    pub(crate) fn reads(&self, format: Format) -> bool {
        self.format == format || self.accept.contains(&format)
    }

    /// How Flask's cookies are made, if they are written or read.
    #[cfg(feature = "flask")]
    pub(crate) fn flask(&self) -> Option<FlaskSettings> {
        self.reads(Format::Flask).then(|| self.flask.clone().or_defaults())
    }
}

const fn days(days: u64) -> Duration {
    Duration::from_secs(days * 24 * 60 * 60)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_among_the_keys() {
        let error = serde_json::from_str::<Settings>(r#"{"x":1}"#).err().unwrap().to_string();
        let (_, allowed) = error.split_once("expected one of ").unwrap();
        let keys: Vec<_> = Settings::KEYS.iter().map(|key| format!("`{key}`")).collect();
        assert!(allowed.starts_with(&keys.join(", ")), "{allowed}");
    }

    #[test]
    fn every_setting_is_in_the_guide_and_in_the_builder() {
        let guide = include_str!("../../guide/configuration.md");
        let builder = include_str!("../rocket/builder.rs");
        for key in Settings::KEYS {
            let row = guide.lines().find(|line| {
                line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{key}`")))
            });
            assert!(row.is_some(), "guide/configuration.md has no row for `{key}`");
            // The builder is given a store, and not its URL.
            let written = [format!("self.settings.{key}"), format!("pub fn {key}(")];
            assert!(
                written.iter().any(|text| builder.contains(text)),
                "the builder has no method for `{key}`"
            );
        }
    }

    #[test]
    fn the_first_settings_win() {
        let first = Settings { path: Some("/a".into()), ..Settings::default() };
        let second =
            Settings { path: Some("/b".into()), cookie: Some("c".into()), ..Settings::default() };
        let both = first.or(second);
        assert_eq!((both.path.unwrap(), both.cookie.unwrap()), ("/a".into(), "c".into()));
    }
}
