//! Values and payloads as JSON (RFC 8259).

mod codec;
mod finite;
mod index;
mod object;

#[cfg(feature = "flask")]
pub(crate) use self::codec::unreadable;
pub(crate) use self::codec::{decode, encode, same};
pub(crate) use self::index::index;
#[cfg(feature = "flask")]
pub(crate) use self::index::is_readable;
pub(crate) use self::object::Object;
