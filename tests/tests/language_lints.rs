//! Generated code with the lints that a careful application denies.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    nonstandard_style,
    rust_2018_idioms,
    elided_lifetimes_in_paths,
    let_underscore,
    private_bounds,
    single_use_lifetimes,
    trivial_casts,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]
#![allow(clippy::needless_pass_by_value, reason = "Rocket gives a handler its guards by value")]
#![forbid(unsafe_code)]

/// What is public is documented, reachable, and of a known type.
pub mod public {
    use rocket::form::{Errors, Form};
    use rocket::http::Status;
    use rocket::{FromForm, Request, catch, get, post};
    use session_runtime::prelude::*;

    /// What is remembered of a visitor.
    #[session(
        /// The name the visitor signed in with.
        username: String,
        visits: u32 = 0,
        /// What the visitor will buy.
        cart: Vec<u16> = vec![],
        #[key("t")]
        theme: String,
        flash(success, error),
    )]
    #[derive(Debug)]
    pub struct Visitor;

    /// Nobody else gets in.
    #[session(..Visitor, username: String else Status::Unauthorized, size: u8 = 0)]
    pub struct LoggedIn;

    /// Shows the visits.
    #[get("/")]
    #[must_use]
    pub fn index(mut session: Session<Visitor>) -> String {
        *session.visits_mut() += 1;
        session.visits().to_string()
    }

    /// Adds to the cart.
    #[session(..LoggedIn, coupon: u32, hint: bool = true, flash(warning))]
    #[post("/cart/<item>")]
    #[must_use]
    pub fn add(mut session: Session, item: u16) -> String {
        session.cart_mut().push(item);
        session.username().to_owned()
    }

    /// Changes the name.
    #[session(..LoggedIn, renamed: u32 else "never")]
    #[post("/name", data = "<form>")]
    #[must_use]
    pub fn rename<'r>(session: Session, form: Result<Form<Name<'r>>, Errors<'r>>) -> String {
        form.map_or_else(|errors| errors.to_string(), |form| form.name.to_owned())
            + session.username()
    }

    /// A name.
    #[derive(Debug, FromForm)]
    pub struct Name<'r> {
        name: &'r str,
    }

    /// Shows the theme.
    #[session(theme_of_the_day: String else "none")]
    #[get("/theme")]
    #[allow(clippy::unused_async, reason = "the handler is")]
    pub async fn theme(session: Session) -> String {
        session.theme_of_the_day().to_owned()
    }

    /// Shows what is left.
    #[session(..Visitor)]
    #[catch(404)]
    #[must_use]
    pub fn not_found(request: &Request<'_>, session: Session) -> String {
        format!("{} {:?}", request.uri(), session.username())
    }
}

use session_runtime::prelude::*;

#[session(username: String, visits: u32 = 0, missing: bool else "missing", flash(success))]
struct Private;

#[session(..Private, coupon: u32 else "coupon")]
#[rocket::get("/private")]
fn private(session: Session) -> String {
    session.coupon().to_string()
}

#[session(..Private)]
#[rocket::catch(404)]
async fn not_found(session: Session) -> String {
    std::future::ready(()).await;
    session.visits().to_string()
}

#[test]
fn the_application_launches() -> Result<(), Box<rocket::Error>> {
    let rocket = rocket::build()
        .attach(Sessions::fairing())
        .mount(
            "/",
            rocket::routes![public::index, public::add, public::theme, public::rename, private],
        )
        .register("/", rocket::catchers![public::not_found])
        .register("/private", rocket::catchers![not_found]);
    let client = rocket::local::blocking::Client::tracked(rocket).map_err(Box::new)?;
    assert_eq!(client.get("/").dispatch().into_string().as_deref(), Some("1"));
    assert_eq!(client.get("/private").dispatch().into_string().as_deref(), Some("missing"));
    Ok(())
}
