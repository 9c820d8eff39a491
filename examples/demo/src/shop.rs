//! The front page.

use rocket::get;
use rocket_dyn_templates::{Template, context};
use session_runtime::prelude::*;

use crate::cart::Quantity;
use crate::catalog::TEAS;
use crate::page::Page;
use crate::schema::Visitor;

#[get("/")]
pub(crate) fn index(mut session: Session<Visitor>, page: Page<'_>) -> Template {
    *session.visits_mut() += 1;
    page.render("shop", context! { teas: &TEAS, visits: session.visits(), most: Quantity::MOST })
}
