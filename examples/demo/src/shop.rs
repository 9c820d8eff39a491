//! The front page.

use rocket::get;
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::cart::Quantity;
use crate::catalog::TEAS;
use crate::schema::Visitor;

#[get("/")]
pub(crate) fn index(mut session: Session<Visitor>) -> Rendered {
    *session.visits_mut() += 1;
    session.render("shop", context! { teas: &TEAS, most: Quantity::MOST })
}
