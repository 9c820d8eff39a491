//! The ways in which the body's parameter can be written.

use rocket::form::Form;
use rocket::http::{ContentType, Method, Status};
use rocket::local::blocking::Client;
use rocket::{post, put, route, routes};
use session_runtime::prelude::*;

use super::{Login, Member, Visitor, answer, client, read};

#[session(..Member)]
#[route(PUT, uri = "/route", data = "<form>")]
fn of_route(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), form.age)
}

#[session(..Member)]
#[route(PUT, data = "<form>", uri = "/turned", rank = 3, format = "form")]
fn turned(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), form.age)
}

#[session(..Member)]
#[put("/raw", data = "<type>")]
fn raw(session: Session, r#type: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), r#type.age)
}

#[session(..Visitor, username: String else (Status::Unauthorized, "sign in"))]
#[put("/raw/literal", data = r#"<match>"#)]
fn raw_literal(r#match: Form<Login<'_>>, r#session: Session) -> String {
    format!("{} {}", r#session.username(), r#match.age)
}

#[session(..Member)]
#[rocket::put("/mutable", data = "<form>")]
async fn mutable(#[allow(unused_mut)] mut form: Form<Login<'_>>, mut session: Session) -> String {
    form.age += 1;
    session.username_mut().push('!');
    format!("{} {}", session.username(), form.age)
}

// Names of the generated code's own variables, and of the handler.
#[session(..Visitor, username: String else (Status::Unauthorized, format!("sign in{opened}")))]
#[put("/names?<opened>", data = "<read>")]
fn missing(opened: &str, session: Session, read: Form<Login<'_>>) -> String {
    format!("{}{opened} {}", session.username(), read.age)
}

#[session(..Member)]
#[put("/handler", data = "<handler>")]
fn handler(session: Session, handler: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), handler.age)
}

macro_rules! form {
    () => {
        1
    };
}

// Tokens in an `else` that look like the body's parameter, but are not.
#[session(..Visitor, username: String else {
    use items::form;
    let body = Shape { form: (Status::Unauthorized, "sign in"), other: form::NONE };
    let _ = (rocket::uri!(form(form = 1)), format!("{form}", form = 2), body.other);
    let form = body.form;
    (form.0, form.1)
})]
#[put("/shadowed", data = "<form>")]
fn shadowed(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), form.age)
}

#[session(..Visitor, username: String else match Some("sign in").filter(|form| form.len() > 1) {
    Some(form) if !form.is_empty() => (Status::Unauthorized, form),
    _ => (Status::Gone, "")
})]
#[put("/patterns", data = "<form>")]
fn patterns(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), form.age)
}

#[session(..Visitor, username: String else {
    let _ = (rocket::uri!(form(7)), stringify!(form = 1), form!());
    (Status::Unauthorized, "sign in")
})]
#[put("/uri", data = "<form>")]
fn named_as_a_handler(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {}", session.username(), form.age)
}

#[post("/uri/<form>")]
fn form(form: u8) -> String {
    form.to_string()
}

struct Shape<T> {
    form: T,
    other: Option<()>,
}

mod items {
    pub(super) mod form {
        pub(in super::super) const NONE: Option<()> = None;
    }
}

macro_rules! with_literals {
    ($handler:ident, $uri:literal, $data:literal, $form:ident) => {
        #[session(..Member)]
        #[put($uri, data = $data)]
        fn $handler(session: Session, $form: Form<Login<'_>>) -> String {
            format!("{} {}", session.username(), $form.age)
        }
    };
}

macro_rules! with_tokens {
    ($handler:ident $(#[$route:meta])* { $($body:tt)* }) => {
        #[session(..Member)]
        $(#[$route])*
        fn $handler(_session: Session, form: Form<Login<'_>>) -> String {
            let _ = form;
            $($body)*
        }
    };
}

macro_rules! of_its_own {
    ($answer:expr) => {
        #[session(..Visitor, username: String else $answer)]
        #[put("/macro/own", data = "<form>")]
        async fn of_its_own(form: Form<Login<'_>>, session: Session) -> String {
            format!("{} {}", session.username(), form.age)
        }
    };
}

with_literals!(from_literals, "/macro/literals", "<login>", login);
with_tokens!(from_tokens #[put("/macro/tokens", data = "<form>")] {
    String::from("Ann 7")
});
of_its_own!((Status::Unauthorized, "sign in"));

fn put(client: &Client, path: &str, body: &str) -> (u16, String) {
    let request = client.req(Method::Put, path.to_owned()).header(ContentType::Form);
    answer(request.body(body).dispatch())
}

#[test]
fn the_parameter_is_found_however_it_is_written() {
    let client = client(routes![
        of_route,
        turned,
        raw,
        raw_literal,
        mutable,
        missing,
        handler,
        shadowed,
        patterns,
        named_as_a_handler,
        form,
        from_literals,
        from_tokens,
        of_its_own,
    ]);
    let paths = [
        ("/route", "Ann 7"),
        ("/turned", "Ann 7"),
        ("/raw", "Ann 7"),
        ("/raw/literal", "Ann 7"),
        ("/names?opened=", "Ann 7"),
        ("/handler", "Ann 7"),
        ("/shadowed", "Ann 7"),
        ("/patterns", "Ann 7"),
        ("/uri", "Ann 7"),
        ("/macro/literals", "Ann 7"),
        ("/macro/tokens", "Ann 7"),
        ("/macro/own", "Ann 7"),
        ("/mutable", "Ann! 8"),
    ];
    for (path, _) in paths {
        assert_eq!(put(&client, path, "name=bob"), (401, "sign in".into()), "{path}");
    }
    assert_eq!(read(&client), (0, 0));
    client.get("/sign-in").dispatch();
    for (path, body) in paths {
        assert_eq!(put(&client, path, "name=bob"), (422, body_of_422()), "{path}");
        assert_eq!(put(&client, path, "name=bob&age=7"), (200, body.into()), "{path}");
    }
}

/// Rocket's own page.
fn body_of_422() -> String {
    let client = Client::tracked(rocket::build().mount("/", routes![plain])).expect("it launches");
    put(&client, "/plain", "name=bob").1
}

#[put("/plain", data = "<form>")]
fn plain(form: Form<Login<'_>>) -> String {
    form.age.to_string()
}
