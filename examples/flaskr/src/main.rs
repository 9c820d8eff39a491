//! `cargo run -p flaskr`, then open the address that it prints.

use rocket::launch;

#[launch]
fn rocket() -> _ {
    flaskr::blog(rocket::Config::figment())
}
