//! A response and its log lines, from the local client or a real server.

use crate::forge::{Stamp, payload};
use crate::log::{Level, Line, ours};

/// A response, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The lines that were logged during the request.
    pub log: Vec<Line>,
}

impl Answer {
    /// All values of a header, one per line.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a header.
    ///
    /// # Panics
    ///
    /// If there are several lines.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "several `{name}`: {all:?}");
        all.first().copied()
    }

    /// The members of a list header (`Vary`, `Cache-Control`), in lower case
    /// and sorted.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let lines = self.all(name);
        let members = lines.iter().flat_map(|line| line.split(','));
        let mut members: Vec<_> = members.map(|m| m.trim().to_ascii_lowercase()).collect();
        members.sort();
        members
    }

    /// The only `Set-Cookie`.
    ///
    /// # Panics
    ///
    /// If there are several.
    #[must_use]
    pub fn set_cookie(&self) -> Option<SetCookie> {
        self.one("Set-Cookie").map(SetCookie::parse)
    }

    /// The only `Set-Cookie`, which must exist.
    ///
    /// # Panics
    ///
    /// If there is none, or several.
    #[must_use]
    pub fn issued(&self) -> SetCookie {
        self.set_cookie().unwrap_or_else(|| panic!("no `Set-Cookie` in {self:#?}"))
    }

    /// The library's errors in the log.
    #[must_use]
    pub fn errors(&self) -> Vec<&str> {
        ours(&self.log, Level::Error)
    }

    /// The library's warnings in the log.
    #[must_use]
    pub fn warnings(&self) -> Vec<&str> {
        ours(&self.log, Level::Warn)
    }

    /// The library's debug lines in the log.
    #[must_use]
    pub fn debugs(&self) -> Vec<&str> {
        ours(&self.log, Level::Debug)
    }
}

/// A `Set-Cookie` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The whole line.
    pub line: String,
    /// The cookie's name.
    pub name: String,
    /// The cookie's value.
    pub value: String,
    /// The attributes, unchanged.
    pub attributes: Vec<String>,
}

impl SetCookie {
    fn parse(line: &str) -> SetCookie {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
        SetCookie {
            line: line.into(),
            name: name.into(),
            value: value.into(),
            attributes: parts.map(str::to_owned).collect(),
        }
    }

    /// The session's fields, as JSON.
    #[must_use]
    pub fn payload(&self) -> String {
        payload(&self.value)
    }

    /// The header of the value.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.value)
    }

    /// `Max-Age`, in seconds.
    #[must_use]
    pub fn max_age(&self) -> Option<u64> {
        let age = self.attributes.iter().find_map(|a| a.strip_prefix("Max-Age="));
        age.map(|age| age.parse().expect("a number"))
    }

    /// Whether it removes the cookie.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.value.is_empty() && self.max_age() == Some(0)
    }
}
