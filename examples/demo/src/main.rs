//! A small tea shop: every feature of `session-runtime` on pages to look at.
//!
//! Start it with `cargo run` and open the address that it prints. Read it from
//! [`schema`]: what the shop remembers of a visitor.

mod account;
mod cart;
mod catalog;
mod catchers;
mod checkout;
mod cookie;
mod form;
mod schema;
mod shop;
#[cfg(test)]
mod tests;
mod theme;

use std::net::SocketAddr;

use rocket::fairing::AdHoc;
use rocket::fs::{FileServer, relative};
use rocket::{catchers, launch, routes};
use session_runtime::Sessions;
use session_runtime::templates::{self, Template};

#[launch]
fn rocket() -> _ {
    // Finds the templates from any working directory. Rocket.toml and the
    // environment take precedence.
    let figment = rocket::Config::figment().join(("template_dir", relative!("templates")));
    rocket::custom(figment)
        .attach(Sessions::fairing())
        .attach(Template::custom(|engines| {
            templates::register(engines);
            engines.minijinja.add_filter("euros", catalog::euros);
        }))
        .attach(AdHoc::on_liftoff("Address", |rocket| {
            Box::pin(async move {
                let config = rocket.config();
                println!("Open http://{}/", SocketAddr::new(config.address, config.port));
            })
        }))
        .mount("/", routes![shop::index])
        .mount("/", routes![cart::show, cart::add, cart::change, cart::remove])
        .mount("/", routes![checkout::show, checkout::submit, checkout::order])
        .mount("/", routes![account::form, account::sign_in, account::sign_out, account::members])
        .mount("/", routes![theme::choose, cookie::show])
        .mount("/static", FileServer::from(relative!("static")))
        .register("/", catchers![catchers::not_found, catchers::any_other])
}
