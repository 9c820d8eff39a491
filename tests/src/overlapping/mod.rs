//! Checks the rules for overlapping requests of one visitor, in every order.
//!
//! A [case](Case) is two or three requests, each of which does one
//! [deed](Deed), and an order of up to nine [steps](Step). A request is sent
//! with the cookie that the browser has at that time and loads its session. Then
//! it ends, and its answer arrives at the browser or is lost. [`explore`] runs
//! cases on a real application with any store, and checks each in two ways:
//!
//! - against a small [specification](rules): the rules for overlapping requests as
//!   a pure function, written from the documentation and without the library's
//!   code. It predicts each answer's cookie and warning, what every identifier
//!   opens afterwards, each owner's list, and what is left an hour later;
//! - against [promises] about the observations alone, which do not depend on the
//!   specification.
//!
//! # The promises
//!
//! The *newest* cookie is the one that the server made last. The browser may have
//! another. *Later* refers to the ends of requests.
//!
//! 1. **No lost update.** If a request is answered without a warning, the newest
//!    cookie opens what it wrote, unless a later request cleared, emptied or
//!    overwrote it, or signed in under an identifier that was renewed or ended,
//!    which begins another session.
//! 2. **No silently dropped write.** A dropped write gives a warning, sets no
//!    cookie, and is not stored anywhere.
//! 3. **No session survives its sign-out.** After `clear()` no earlier
//!    identifier opens anything. After the owner was removed, no identifier opens
//!    the session with an owner, unless a later request signs in.
//! 4. **No sign-in is lost**, except to a later sign-out or another sign-in. The
//!    newest cookie opens its session. The browser lacks that cookie only if the
//!    answer was lost, or arrived before the answer of a request that had ended
//!    earlier or had begun without a cookie.
//! 5. **Nothing old in a new session.** A session that begins after a `clear()`
//!    or under a former identifier has only what its own request and later ones
//!    wrote.
//! 6. **Nobody gets another's session.**
//! 7. **An owner's list has exactly the owner's sessions.**
//! 8. **No message is lost**, unless its session ends, as in 1. It is shown twice
//!    only by two requests that were each sent before the other ended.
//! 9. **Only empty sessions expire early**, within an hour. Identifiers that were
//!    renewed or ended are forgotten after an hour.

mod application;
mod cases;
pub mod promises;
pub mod rules;
mod run;
mod story;

pub use self::cases::{Case, Deed, Start, Step, a_moment_after, all_of, beside, every, orders};
pub use self::run::{Report, explore};
pub use self::story::{Answered, Content, Cookie, Look, Owner, Story};
