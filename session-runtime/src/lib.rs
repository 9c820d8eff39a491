//! Typed, signed sessions and flash messages for Rocket.
//!
//! ```
//! use rocket::{get, routes};
//! use session_runtime::prelude::*;
//!
//! #[session(username: String, visits: u32 = 0, flash(success, error))]
//! pub struct Visitor;
//!
//! #[get("/")]
//! fn index(mut session: Session<Visitor>) -> String {
//!     *session.visits_mut() += 1;
//!     match session.username() {
//!         Some(name) => format!("Hello {name}, visit {}", session.visits()),
//!         None => "You are not logged in".into(),
//!     }
//! }
//!
//! let rocket = rocket::build().attach(Sessions::fairing()).mount("/", routes![index]);
//! # drop(rocket);
//! ```
//!
//! The rule: *the type is what is stored, and a visitor may not have it yet.*
//!
//! | declared | read | meaning |
//! |---|---|---|
//! | `name: T` | `Option<&T>` | absent until somebody sets it |
//! | `name: T = expr` | `&T` | the default until somebody sets it; reading it writes nothing |
//! | `name: T else response` | `&T` | the handler runs only if the field is present; otherwise `response` is the answer |
//! | `user: User from user_id` | `Option<&User>` | what [`FromSession`] finds for `user_id`; with `else` as above, `&User` |
//!
//! The [`guide`] begins with your first session and has a chapter for each question
//! after it. For reference, see [`macro@session`] for the language, [`Session`] for
//! what every session can do, and [`SessionFairing`] for the settings.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod clock;
mod config;
mod cookie;
mod flash;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
// Text only: nothing of it is compiled into an application. Its examples are tested
// with the default features; one run for each feature would only repeat them.
#[cfg(all(doc, any(not(doctest), feature = "memory")))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;
mod payload;
mod printable;
mod request;
mod rocket;
mod schema;
mod session;
mod state;
pub mod store;
mod verbs;

pub use session_macros::session;

pub use self::clock::Clock;
pub use self::config::{FlaskDigest, Format, Refresh};
pub use self::cookie::envelope::Refused;
pub use self::flash::Flash;
pub use self::payload::Value;
#[cfg(feature = "flask")]
pub use self::payload::flask;
#[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
pub use self::rocket::templates;
#[cfg(feature = "testing")]
pub use self::rocket::testing;
pub use self::rocket::{
    CurrentSession, FromSession, OldInput, ParseSessionIdError, SessionError, SessionFairing,
    SessionId, SessionInfo, Sessions, Stats,
};
pub use self::schema::{AnySession, Schema};
pub use self::session::Session;
pub use self::state::field_mut::FieldMut;

/// What an application needs: the attribute, the session, the fairing, the trait of
/// what a session's fields stand for, and the error that guards and [`Sessions`] return.
pub mod prelude {
    pub use crate::{FromSession, Session, SessionError, Sessions, session};
}

/// What generated code uses. Anything here may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::payload::{Field, field};
    pub use crate::rocket::Request;
    pub use crate::rocket::after_else::{AfterElse, BodyNotReadYet};
    pub use crate::rocket::catcher::catcher;
    pub use crate::rocket::loading::{Loader, Loading, NoSuchField, from_base, from_list};
    pub use crate::rocket::pending::Pending;
    pub use crate::rocket::rejection::{OrElse, Refuse, Rejection, reject};
    pub use crate::schema::accessors::{Defaulted, Required, flash};
    pub use crate::schema::loaded::{Loaded, LoadedAs, NotSerialize, Shown, same_load};
    pub use crate::schema::loads::Loads;
    pub use crate::schema::opening::Opening;
    pub use crate::schema::table::{Declared, Table};
    pub use crate::schema::{
        AnySession, Choose, DeclaredAs, Generated, Handle, Missing, Nothing, NothingMissing,
        SameAs, Something, same,
    };
    pub use crate::session::partial;
    pub use crate::state::field_mut::FieldMut;
    pub use core::convert::Into;
    pub use core::ops::{Deref, DerefMut};
    pub use core::option::Option;
    pub use core::primitive::str;
    pub use core::result::Result;
    pub use std::string::String;
    /// The names of all settings, for tests.
    pub const SETTINGS: &[&str] = crate::config::Settings::KEYS;
}
