//! The blog of Flask's tutorial: register, sign in, write posts, and change or delete
//! one's own. Users, posts and sessions are in one SQLite file.
//!
//! Start it with `cargo run -p flaskr`. In the debug profile the key is made anew at each
//! start: set `ROCKET_SECRET_KEY` or `ROCKET_SESSION={secret_key="…"}`, and a restart signs
//! nobody out.
//!
//! Read it from `auth.rs`: what the blog remembers of a visitor, and who is a member.

mod account;
mod auth;
mod blog;
mod db;
mod error;

use rocket::figment::Figment;
use rocket::fs::relative;
use rocket::{Build, Rocket, routes};
use session_runtime::{Sessions, templates};

/// The blog. Its configuration may name another `database`, and another `session.store`
/// than that file.
///
/// # Panics
///
/// If `database` is not a text.
#[must_use]
pub fn blog(config: Figment) -> Rocket<Build> {
    let config = config.join(("database", "sqlite://flaskr.sqlite"));
    let database: String = config.extract_inner("database").expect("`database` is a URL");
    let config =
        config.join(("session.store", &database)).join(("template_dir", relative!("templates")));
    rocket::custom(config)
        .attach(db::fairing(database))
        .attach(Sessions::fairing())
        .attach(templates::fairing())
        .mount("/", routes![blog::index, blog::create, blog::save_new])
        .mount("/", routes![blog::update, blog::save, blog::delete])
        .mount("/", routes![auth::register, auth::save_user, auth::login, auth::log_in])
        .mount("/", routes![auth::logout, account::show, account::change_password])
        .mount("/", routes![account::sign_out, account::sign_out_others])
}
