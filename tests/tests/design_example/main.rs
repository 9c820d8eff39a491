//! Tests the application that shows the whole language. `application.rs` is the same
//! as in the documentation, word for word.

#![allow(unreachable_pub, dead_code, missing_docs, reason = "it is an application, not a library")]

include!("application.rs");

use rocket::http::{ContentType, Status};
use rocket::local::blocking::{Client, LocalResponse};

fn client() -> Client {
    Client::tracked(rocket()).expect("the example launches")
}

fn post<'c>(client: &'c Client, path: &'c str, form: &str) -> LocalResponse<'c> {
    client.post(path).header(ContentType::Form).body(form).dispatch()
}

fn text(client: &Client, path: &str) -> String {
    client.get(path).dispatch().into_string().unwrap_or_default()
}

#[test]
fn a_visitor_signs_in_shops_and_signs_out() {
    let client = client();
    assert_eq!(text(&client, "/"), "You are not logged in");
    assert_eq!(text(&client, "/"), "You are not logged in");

    let response = post(&client, "/login", "username=Ann");
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(text(&client, "/"), "Logged in as Ann, visit 3");

    let response = post(&client, "/cart", "sku=tea&quantity=2");
    assert_eq!(response.into_string().unwrap(), "Ann has 1 items");
    let response = post(&client, "/cart", "sku=cup&quantity=1");
    assert_eq!(response.into_string().unwrap(), "Ann has 2 items");

    assert_eq!(text(&client, "/settings"), "light");
    assert_eq!(text(&client, "/nowhere"), "Sorry Ann");

    let response = post(&client, "/logout", "");
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(text(&client, "/nowhere"), "Sorry stranger");
    assert_eq!(text(&client, "/"), "You are not logged in");
}

#[test]
fn a_visitor_who_is_not_signed_in_is_sent_to_the_form() {
    let client = client();
    let response = post(&client, "/cart", "sku=tea&quantity=2");
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(response.headers().get_one("Location"), Some("/login"));
    assert!(response.cookies().iter().next().is_none());
}

#[rocket::get("/greet")]
fn greeting(session: Session<Visitor>) -> String {
    greet(&session)
}

#[test]
fn a_helper_takes_the_schema() {
    let client = Client::tracked(rocket().mount("/", routes![greeting])).unwrap();
    assert_eq!(text(&client, "/greet"), "Hello stranger");
    post(&client, "/login", "username=Ann");
    assert_eq!(text(&client, "/greet"), "Hello Ann");
}
