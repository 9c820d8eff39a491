//! The cookie's name and attributes: everything in `Set-Cookie` but the value.

use std::fmt::Write;

use crate::config::Config;

/// The cookie's attributes, formatted once at launch.
pub(crate) struct Template {
    name: String,
    attributes: String,
    removal: String,
    max_size: usize,
}

impl Template {
    pub(crate) fn new(config: &Config) -> Template {
        let mut attributes = format!("; Path={}", config.path);
        if let Some(domain) = &config.domain {
            attributes.extend(["; Domain=", domain]);
        }
        let flags = [
            (config.secure, "; Secure"),
            (config.http_only, "; HttpOnly"),
            (config.partitioned, "; Partitioned"),
        ];
        attributes.extend(flags.into_iter().filter_map(|(set, flag)| set.then_some(flag)));
        attributes.extend(["; SameSite=", config.same_site.as_str()]);
        let removal = format!(
            "{}={attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            config.cookie
        );
        Template {
            name: config.cookie.clone(),
            attributes,
            removal,
            max_size: config.max_cookie_size,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn max_size(&self) -> usize {
        self.max_size
    }

    /// The start of a `Set-Cookie` value, with room for a cookie value of `value`
    /// bytes.
    pub(crate) fn begin(&self, value: usize) -> String {
        let mut out = String::with_capacity(self.name.len() + value + self.attributes.len() + 32);
        out.extend([&self.name, "="]);
        out
    }

    /// Completes a `Set-Cookie` value that ends in the cookie's value. If name and
    /// value together are too large, returns their size instead.
    pub(crate) fn finish(&self, mut out: String, max_age: Option<u64>) -> Result<String, usize> {
        let size = out.len() - 1;
        if size > self.max_size {
            return Err(size);
        }
        out.push_str(&self.attributes);
        if let Some(seconds) = max_age {
            write!(out, "; Max-Age={seconds}").unwrap_or_else(|_| unreachable!("a string grows"));
        }
        Ok(out)
    }

    /// A `Set-Cookie` value that removes the cookie.
    pub(crate) fn removal(&self) -> &str {
        &self.removal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn template(settings: Settings, secure: bool) -> Template {
        Template::new(&settings.check(secure).unwrap())
    }

    #[test]
    fn writes_the_attributes() {
        let cookie = template(Settings::default(), true);
        let set = |max_age| cookie.finish(cookie.begin(5) + "value", max_age).unwrap();
        assert_eq!(set(None), "__Host-session=value; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(
            set(Some(60)),
            "__Host-session=value; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"
        );
        let settings = Settings {
            path: Some("/app".into()),
            domain: Some("example.com".into()),
            http_only: Some(false),
            partitioned: Some(true),
            ..Settings::default()
        };
        assert_eq!(
            template(settings, true).removal(),
            "__Secure-session=; Path=/app; Domain=example.com; Secure; Partitioned; SameSite=Lax; \
             Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }

    #[test]
    fn counts_name_and_value_against_the_limit() {
        let cookie = template(Settings::default(), false);
        let set = |n: usize| cookie.finish(cookie.begin(n) + &"x".repeat(n), None);
        assert!(set(4096 - "session".len()).is_ok());
        assert_eq!(set(4097 - "session".len()), Err(4097));
    }
}
