//! The cookie: its line, its attributes, its value, and the keys of that.

pub(crate) mod attributes;
pub(crate) mod envelope;
pub(crate) mod keys;
pub(crate) mod line;

pub(crate) use self::attributes::Template;
