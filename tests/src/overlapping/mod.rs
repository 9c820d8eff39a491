//! Requests of one visitor that overlap, in every order, held to the rules.
//!
//! A [case](Case) is two or three requests, each of which does one
//! [deed](Deed), and an order of nine [steps](Step) at most: a request is sent
//! (with the cookie that the browser has then) and loads its session, it ends,
//! and its answer arrives at the browser, or never does. [`explore`] runs cases
//! on a real application, over whatever store it is given, and compares each
//! with two things:
//!
//! - a small [specification](rules): the rules for overlapping requests as a
//!   pure function, written from the documentation and without the library's
//!   code. It says what each answer sets and warns of, what every identifier
//!   then opens, whose lists have which sessions, and what is left an hour later;
//! - [promises] that are checked on what was observed alone, so that
//!   they do not depend on the specification.
//!
//! # The promises
//!
//! The *newest* cookie is the one that the server made last, which need not be
//! the one that the browser has. *Later* is by the ends of requests.
//!
//! 1. **No lost update.** What a request wrote that was answered without a
//!    warning is there under the newest cookie, unless a later request cleared,
//!    emptied or overwrote it, or signed in under an identifier that was
//!    renewed or ended, which begins another session.
//! 2. **A dropped write is no secret.** It is warned of, sets no cookie, and is
//!    nowhere.
//! 3. **No session survives its sign-out.** After `clear()` no earlier
//!    identifier opens anything. After the owner was given up, no session is
//!    the owner's that was theirs before.
//! 4. **No sign-in is lost**, unless a later sign-out, or another sign-in, takes
//!    it. Its session is there under the newest cookie. The browser lacks that
//!    cookie only if its answer was lost, or arrived before the answer of a
//!    request that had ended earlier, or of one that had begun without a cookie.
//! 5. **Nothing old in a new session.** A session that begins after a `clear()`
//!    or under a former identifier has what its own request wrote, and what
//!    later ones do.
//! 6. **Nobody gets another's session.**
//! 7. **An owner's list has exactly the owner's sessions.**
//! 8. **No message is lost**, unless its session ends, as in 1. It is shown twice
//!    only by two requests of which each was sent before the other ended.
//! 9. **Only what is empty expires early**, within an hour, and identifiers that
//!    were renewed or ended are forgotten after one.

mod application;
mod cases;
pub mod promises;
pub mod rules;
mod run;
mod story;

pub use self::cases::{Case, Deed, Start, Step, a_moment_after, all_of, beside, every, orders};
pub use self::run::{Report, explore};
pub use self::story::{Answered, Content, Cookie, Look, Owner, Story};
