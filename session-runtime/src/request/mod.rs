//! What a request does with its session, in order: the cookie is chosen and the
//! session loaded (`read`), unless a page of another origin sent the request
//! (`origin`); when the response is there, one pure function decides what
//! becomes of the session (`decide`), and that is done (`finish`). Nothing here
//! knows the framework.

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

/// What all requests of an application share, made once at the launch.
pub(crate) struct Engine {
    pub(crate) envelope: Envelope,
    pub(crate) template: Template,
    pub(crate) policy: Policy,
    pub(crate) clock: Clock,
    pub(crate) registry: Arc<Registry>,
    pub(crate) counters: Counters,
    /// Where sessions are kept, if not in their cookies.
    pub(crate) backend: Option<Backend>,
    /// In bytes: the text of all fields and messages of a session in a store.
    pub(crate) max_session_size: usize,
    /// Whether a new session is permanent.
    pub(crate) starts_permanent: bool,
}
