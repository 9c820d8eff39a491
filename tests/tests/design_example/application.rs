use rocket::form::Form;
use rocket::response::Redirect;
use rocket::serde::{Deserialize, Serialize};
use rocket::{catch, catchers, get, launch, post, routes, uri, FromForm};
use session_runtime::prelude::*;

#[derive(Serialize, Deserialize, FromForm)]
#[serde(crate = "rocket::serde")]
pub struct Item { sku: String, quantity: u32 }

#[derive(FromForm)]
struct Login<'r> { username: &'r str }

/// What the shop remembers of a visitor.
#[session(
    /// The name the visitor signed in with.
    username: String,
    /// How often the front page was seen.
    visits: u32 = 0,
    cart: Vec<Item> = vec![],
    flash(success, error),
)]
pub struct Visitor;

#[get("/")]
fn index(mut session: Session<Visitor>) -> String {
    *session.visits_mut() += 1;
    match session.username() {
        Some(name) => format!("Logged in as {name}, visit {}", session.visits()),
        None => "You are not logged in".into(),
    }
}

#[get("/login")]
fn login_form() -> &'static str { "POST your username here" }

#[post("/login", data = "<form>")]
fn login(session: Session<Visitor>, form: Form<Login<'_>>) -> Redirect {
    session.renew();                          // a new identity on a change of privilege
    session.set_username(form.username);
    session.flash_success(format!("Welcome, {}!", form.username));
    Redirect::to(uri!(index))
}

// A handler that needs more than the shared schema says so on itself.
#[session(..Visitor, username: String else Redirect::to(uri!(login_form)), coupon: String)]
#[post("/cart", data = "<item>")]
async fn add(mut session: Session, item: Form<Item>) -> Result<String, std::io::Error> {
    session.cart_mut().push(item.into_inner());
    Ok(format!("{} has {} items", session.username(), session.cart().len()))
}

#[session(theme: String = "light".into())]
#[get("/settings")]
fn settings(session: Session) -> String { session.theme().to_owned() }

#[post("/logout")]
fn logout(session: Session) -> Redirect { session.clear(); Redirect::to("/") }

#[session(username: String)]
#[catch(404)]
fn not_found(session: Session) -> String { format!("Sorry {}", session.username().unwrap_or("stranger")) }

// A helper takes the schema, whatever handler calls it: `greet(&session)`.
fn greet(visitor: &Visitor) -> String { format!("Hello {}", visitor.username().unwrap_or("stranger")) }

#[launch]
fn rocket() -> _ {
    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![index, login_form, login, add, settings, logout])
        .register("/", catchers![not_found])
}
