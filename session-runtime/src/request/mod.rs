//! The session during one request, independent of the framework. `origin` refuses
//! requests that a page of another origin sent. `read` chooses the cookie and
//! loads the session. Once there is a response, `decide` decides in a pure
//! function what happens to the session, and `finish` does it.

pub(crate) mod counters;
pub(crate) mod decide;
pub(crate) mod finish;
pub(crate) mod origin;
pub(crate) mod policy;
pub(crate) mod read;

use std::sync::Arc;

use self::counters::Counters;
use self::policy::Policy;
use crate::clock::Clock;
use crate::cookie::Template;
use crate::cookie::envelope::Envelope;
use crate::schema::registry::Registry;
use crate::store::Backend;

/// What all requests of an application share, made once at launch.
pub(crate) struct Engine {
    pub(crate) envelope: Envelope,
    pub(crate) template: Template,
    pub(crate) policy: Policy,
    pub(crate) clock: Clock,
    pub(crate) registry: Arc<Registry>,
    pub(crate) counters: Counters,
    /// The store, unless sessions are kept in their cookies.
    pub(crate) backend: Option<Backend>,
    /// The limit for the text of all fields and messages of a session in a store, in
    /// bytes.
    pub(crate) max_session_size: usize,
    /// Whether a new session is permanent.
    pub(crate) starts_permanent: bool,
}
