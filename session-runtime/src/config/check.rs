//! Turns settings as they were written into those of an application, or finds
//! everything that is wrong with them.

use std::time::Duration;

use super::choices::{Format, SameSite};
use super::contradictions::Contradiction;
use super::limits::{BROWSER_LIMIT, MAX_KEYS, SMALLEST, SMALLEST_SESSION};
use super::settings::{Config, Settings};
use crate::request::origin;

impl Settings {
    /// The settings of an application, or everything that is wrong. `secure` is the
    /// default of the attribute `Secure`.
    pub(crate) fn check(&self, secure: bool) -> Result<Config, Vec<Contradiction>> {
        let mut config = self.clone().or_defaults();
        config.secure = self.secure.unwrap_or(secure);
        if self.cookie.is_none() {
            config.cookie = config.default_name().into();
        }
        let wrong = config.contradictions(self.is_stored());
        if wrong.is_empty() { Ok(config) } else { Err(wrong) }
    }
}

impl Config {
    fn default_name(&self) -> &'static str {
        match (self.secure, self.path.as_str(), &self.domain) {
            // Flask's default, because both applications share the cookie.
            _ if self.reads(Format::Flask) => "session",
            (true, "/", None) => "__Host-session",
            (true, ..) => "__Secure-session",
            (false, ..) => "session",
        }
    }

    fn contradictions(&self, is_stored: bool) -> Vec<Contradiction> {
        let prefixed = |prefix: &str| {
            let start = self.cookie.get(..prefix.len());
            // Browsers compare the prefixes without regard to case.
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let host = prefixed("__Host-");
        let is_flask = self.reads(Format::Flask);
        let no_time = |time: &Duration| time.as_secs() == 0;
        let checks = [
            (!is_token(&self.cookie), Contradiction::Name),
            (!is_path(&self.path), Contradiction::Path),
            (!self.domain.as_deref().is_none_or(is_domain), Contradiction::Domain),
            (host && !self.secure, Contradiction::HostNeedsSecure),
            (host && self.path != "/", Contradiction::HostNeedsRootPath),
            (host && self.domain.is_some(), Contradiction::HostNeedsNoDomain),
            (prefixed("__Secure-") && !self.secure, Contradiction::SecurePrefixNeedsSecure),
            (
                self.same_site == SameSite::None && !self.secure,
                Contradiction::SameSiteNoneNeedsSecure,
            ),
            (self.partitioned && !self.secure, Contradiction::PartitionedNeedsSecure),
            (self.max_cookie_size > BROWSER_LIMIT, Contradiction::TooLarge(self.max_cookie_size)),
            (
                self.max_cookie_size < self.cookie.len() + SMALLEST,
                Contradiction::TooSmall(self.max_cookie_size),
            ),
            (
                self.max_session_size < SMALLEST_SESSION,
                Contradiction::SessionTooSmall(self.max_session_size),
            ),
            (self.max_sessions_per_owner == Some(0), Contradiction::NoSessions),
            (no_time(&self.lifetime), Contradiction::NoLifetime("lifetime")),
            (
                self.absolute_lifetime.as_ref().is_some_and(no_time),
                Contradiction::NoLifetime("absolute_lifetime"),
            ),
            (is_flask && self.absolute_lifetime.is_some(), Contradiction::FlaskAbsolute),
            (is_flask && self.reads(Format::Encrypted), Contradiction::FlaskEncrypted),
            (self.store_timeout.is_zero(), Contradiction::NoTime("store_timeout", "1s")),
            (self.purge_interval.is_zero(), Contradiction::NoTime("purge_interval", "1m")),
        ];
        let wrong = checks.into_iter().filter_map(|(wrong, what)| wrong.then_some(what));
        let formats = std::iter::once(self.format).chain(self.accept.iter().copied());
        let missing = formats.filter_map(Format::missing_feature);
        let origins = self.trusted_origins.iter().zip(1..);
        let origins = origins.filter_map(|(entry, n)| Some((n, origin::check(entry).err()?)));
        let origins = origins.map(|(n, flaw)| Contradiction::TrustedOrigin(n, flaw));
        let last = [
            (self.fallback_keys.len() >= MAX_KEYS, Contradiction::TooManyKeys),
            (is_flask && is_stored, Contradiction::FlaskStore),
        ];
        let last = last.into_iter().filter_map(|(wrong, what)| wrong.then_some(what));
        let missing = missing.map(Contradiction::MissingFeature);
        wrong.chain(missing).chain(origins).chain(last).collect()
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
    use zeroize::Zeroizing;

    use super::*;
    use crate::request::origin::Flaw;

    fn name(settings: Settings, secure: bool) -> String {
        settings.check(secure).unwrap().cookie
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
        let none = Settings { max_sessions_per_owner: Some(0), ..Settings::default() };
        assert_eq!(wrong(none), [Contradiction::NoSessions]);
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
