//! A type that has no serde.

use rocket::get;
use session_runtime::prelude::*;

pub struct Item;

#[session(username: String, cart: Vec<Item> = vec![])]
pub struct Visitor;

#[session(item: Item)]
#[get("/")]
fn index(session: Session) -> &'static str {
    session.set_item(Item);
    "done"
}

fn main() {}
