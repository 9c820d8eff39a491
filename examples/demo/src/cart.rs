//! The cart: a list in the session, changed in place.

use rocket::form::{self, Errors, Form, FromForm, FromFormField, ValueField};
use rocket::response::Redirect;
use rocket::serde::{Deserialize, Serialize};
use rocket::{get, post, uri};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::catalog::{self, Tea};
use crate::schema::Visitor;
use crate::shop;

/// One tea in the cart, and how many of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) quantity: Quantity,
}

/// A number from 1 to [`Quantity::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "rocket::serde", transparent)]
pub(crate) struct Quantity(u8);

impl Quantity {
    /// The most that one visitor gets of one tea.
    pub(crate) const MOST: u8 = 20;

    fn new(quantity: u8) -> Option<Self> {
        (1..=Self::MOST).contains(&quantity).then_some(Quantity(quantity))
    }

    pub(crate) fn get(self) -> u8 {
        self.0
    }

    /// The sum of both, if it is not too large.
    fn and(self, more: Quantity) -> Option<Self> {
        self.0.checked_add(more.0).and_then(Self::new)
    }

    fn range() -> String {
        format!("You can have from 1 to {} of each tea.", Self::MOST)
    }
}

impl<'v> FromFormField<'v> for Quantity {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        let quantity = field.value.trim().parse().ok().and_then(Quantity::new);
        quantity.ok_or_else(|| form::Error::validation(Quantity::range()).into())
    }
}

/// A line of the cart as the pages show it.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Item {
    tea: &'static Tea,
    quantity: Quantity,
    /// In cents.
    total: u32,
}

/// The cart with names and prices. A tea that is no longer sold is left out.
pub(crate) fn items(cart: &[Line]) -> Vec<Item> {
    let item = |line: &Line| {
        let (tea, quantity) = (catalog::find(&line.sku)?, line.quantity);
        Some(Item { tea, quantity, total: tea.price * u32::from(quantity.get()) })
    };
    cart.iter().filter_map(item).collect()
}

/// The sum in cents.
pub(crate) fn total(items: &[Item]) -> u32 {
    items.iter().map(|item| item.total).sum()
}

#[get("/cart")]
pub(crate) fn show(session: Session<Visitor>) -> Rendered {
    let items = items(session.cart());
    session.render("cart", context! { total: total(&items), items, most: Quantity::MOST })
}

/// A tea and how many of it.
#[derive(FromForm)]
pub(crate) struct Order<'r> {
    tea: &'r Tea,
    quantity: Quantity,
}

#[post("/cart", data = "<order>")]
pub(crate) fn add(
    mut session: Session<Visitor>,
    order: Result<Form<Order<'_>>, Errors<'_>>,
) -> Redirect {
    match order {
        Ok(order) if put(&mut session.cart_mut(), &order) => {
            let Order { tea, quantity } = *order;
            session.flash_success(format!(
                "Added to your cart: {} × {}.",
                quantity.get(),
                tea.name
            ));
        }
        Ok(_) => session.flash_error(Quantity::range()),
        Err(errors) => explain(&session, &errors),
    }
    Redirect::to(uri!(shop::index))
}

/// Adds to the line of this tea, or makes one. `false`, without a change, if the
/// line would have too many.
fn put(cart: &mut Vec<Line>, order: &Order<'_>) -> bool {
    match cart.iter_mut().find(|line| line.sku == order.tea.sku) {
        Some(line) => match line.quantity.and(order.quantity) {
            Some(sum) => line.quantity = sum,
            None => return false,
        },
        None => cart.push(Line { sku: order.tea.sku.into(), quantity: order.quantity }),
    }
    true
}

#[post("/cart/change", data = "<order>")]
pub(crate) fn change(
    mut session: Session<Visitor>,
    order: Result<Form<Order<'_>>, Errors<'_>>,
) -> Redirect {
    match order {
        Ok(order) if set(&mut session.cart_mut(), &order) => {
            session.flash_success(format!("{}: {} now.", order.tea.name, order.quantity.get()));
        }
        Ok(order) => {
            session.flash_info(format!("{} is not in your cart any more.", order.tea.name));
        }
        Err(errors) => explain(&session, &errors),
    }
    Redirect::to(uri!(show))
}

/// Changes the line of this tea. `false` if another window has removed it.
fn set(cart: &mut [Line], order: &Order<'_>) -> bool {
    let line = cart.iter_mut().find(|line| line.sku == order.tea.sku);
    line.map(|line| line.quantity = order.quantity).is_some()
}

/// The tea to put back.
#[derive(FromForm)]
pub(crate) struct Removal<'r> {
    tea: &'r Tea,
}

#[post("/cart/remove", data = "<removal>")]
pub(crate) fn remove(mut session: Session<Visitor>, removal: Form<Removal<'_>>) -> Redirect {
    let tea = removal.tea;
    session.cart_mut().retain(|line| line.sku != tea.sku);
    session.flash_info(format!("{} is back on the shelf.", tea.name));
    Redirect::to(uri!(show))
}

/// What was wrong with the form, on the next page.
fn explain(visitor: &Visitor, errors: &Errors<'_>) {
    errors.iter().for_each(|error| visitor.flash_error(error.to_string()));
}
