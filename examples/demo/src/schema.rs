//! What the shop remembers of a visitor.

use session_runtime::prelude::*;

use crate::cart::Line;
use crate::theme::Theme;

/// The fields that most handlers share. A field that only one feature uses is
/// declared on the handlers of that feature: see `order` in [`crate::checkout`].
#[session(
    /// The name the visitor signed in with.
    username: String,
    /// How often the front page was seen.
    visits: u32 = 0,
    /// How the pages look.
    theme: Theme = Theme::default(),
    /// At most one line for each tea, so that it fits a cookie.
    cart: Vec<Line> = vec![],
    /// The page that asked the visitor to sign in. Only paths made by `uri!` are
    /// stored here, so it is safe to redirect to them.
    wanted: String,
    flash(success, error, info),
)]
pub(crate) struct Visitor;
