//! The checkout: a form that comes back filled in and explained, and a page
//! for visitors who have ordered.

use rocket::form::{self, Contextual, Form, FromForm};
use rocket::response::Redirect;
use rocket::serde::{Deserialize, Serialize};
use rocket::{Either, get, post, uri};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::cart;
use crate::form::filled;
use crate::schema::Visitor;
use crate::shop;

/// The most characters of each field.
const NAME: usize = 40;
const EMAIL: usize = 60;
const ADDRESS: usize = 80;

/// Where the tea goes.
#[derive(FromForm)]
pub(crate) struct Delivery<'r> {
    #[field(validate = filled("your name", NAME))]
    name: &'r str,
    #[field(validate = filled("your e-mail address", EMAIL))]
    #[field(validate = is_email())]
    email: &'r str,
    #[field(validate = filled("the address to deliver to", ADDRESS))]
    address: &'r str,
}

/// Whether it may be an e-mail address. Only sending mail to it shows whether it is.
fn is_email<'v>(email: &str) -> form::Result<'v, ()> {
    let email = email.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    match email.split_once('@') {
        Some((name, host)) if !(name.is_empty() || host.is_empty() || email.contains(odd)) => {
            Ok(())
        }
        _ => Err(form::Error::validation("An e-mail address looks like ann@example.com.").into()),
    }
}

#[get("/checkout")]
pub(crate) fn show(session: Session<Visitor>) -> Either<Rendered, Redirect> {
    let items = cart::items(session.cart());
    if items.is_empty() {
        return Either::Right(back_to_empty_cart(&session));
    }
    let most = context! { name: NAME, email: EMAIL, address: ADDRESS };
    let content = context! { most, total: cart::total(&items), items };
    Either::Left(session.render("checkout", content))
}

/// The order that was placed last.
#[derive(Debug, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Order {
    name: String,
    address: String,
    /// In cents.
    total: u32,
}

#[session(..Visitor, order: Order)]
#[post("/checkout", data = "<form>")]
pub(crate) fn submit(session: Session, form: Form<Contextual<'_, Delivery<'_>>>) -> Redirect {
    let items = cart::items(session.cart());
    if items.is_empty() {
        return back_to_empty_cart(&session);
    }
    let Some(delivery) = &form.value else {
        session.keep_input(&form.context);
        session.flash_error("Please have a look at the marked fields.");
        return Redirect::to(uri!(show));
    };
    let Delivery { name, email, address } = delivery;
    session.set_order(Order {
        name: name.trim().into(),
        address: address.trim().into(),
        total: cart::total(&items),
    });
    session.take_cart();
    session.flash_success(format!("We have your order. (No letter is sent to {}.)", email.trim()));
    Redirect::to(uri!(order))
}

#[session(..Visitor, order: Order else Redirect::to(uri!(shop::index)))]
#[get("/order")]
pub(crate) fn order(session: Session) -> Rendered {
    session.render("order", ())
}

fn back_to_empty_cart(visitor: &Visitor) -> Redirect {
    visitor.flash_info("Your cart is empty. Choose a tea first.");
    Redirect::to(uri!(cart::show))
}
