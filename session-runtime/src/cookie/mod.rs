//! The cookie: its place in the header, its attributes, its value, and the keys
//! that protect the value.

pub(crate) mod attributes;
pub(crate) mod envelope;
pub(crate) mod keys;
pub(crate) mod line;

pub(crate) use self::attributes::Template;
