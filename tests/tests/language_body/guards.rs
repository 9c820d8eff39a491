//! Every kind of data guard.

use rocket::data::{Capped, Data, ToByteUnit};
use rocket::form::{Contextual, Errors, Form, Strict};
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::{post, routes};
use session_runtime::prelude::*;

use super::{Counted, Login, Member, Visitor, client, form, is_refused};

#[session(..Member)]
#[post("/form", data = "<form>")]
fn of_form(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {} {}", session.username(), form.name, form.age)
}

#[session(..Member)]
#[post("/form/named", data = "<form>")]
async fn of_form_named<'r>(form: Form<Login<'r>>, session: Session) -> &'r str {
    assert_eq!(session.username(), "Ann");
    form.into_inner().name
}

#[session(..Member)]
#[post("/form/strict", data = "<form>")]
fn of_strict(mut form: Form<Strict<Login<'_>>>, session: Session) -> String {
    form.age += 1;
    format!("{} {} {}", session.username(), form.name, form.age)
}

#[session(..Member)]
#[post("/form/context", data = "<form>")]
fn of_context(form: Form<Contextual<'_, Login<'_>>>, session: Session) -> String {
    format!("{} {:?}", session.username(), form.value.as_ref().map(|login| login.age))
}

#[session(..Member)]
#[post("/result", data = "<form>")]
fn of_result<'r>(session: Session, form: Result<Form<Login<'r>>, Errors<'r>>) -> String {
    format!("{} {:?}", session.username(), form.map(|form| form.age).map_err(|errors| errors.len()))
}

#[session(..Member)]
#[post("/option", data = "<form>")]
async fn of_option(session: Session, form: Option<Form<Login<'_>>>) -> String {
    format!("{} {:?}", session.username(), form.map(|form| form.age))
}

#[session(..Member)]
#[post("/file", data = "<file>")]
async fn of_file(session: Session, mut file: TempFile<'_>) -> std::io::Result<String> {
    let path = std::env::temp_dir().join(format!("session-{}", std::process::id()));
    file.persist_to(&path).await?;
    std::fs::remove_file(&path)?;
    Ok(format!("{} {}", session.username(), file.len()))
}

#[session(..Member)]
#[post("/data", data = "<data>")]
async fn of_data(data: Data<'_>, session: Session) -> std::io::Result<String> {
    let text = data.open(1.kibibytes()).into_string().await?;
    Ok(format!("{} {}", session.username(), text.value))
}

#[session(..Member)]
#[post("/data/named", data = "<data>")]
async fn of_data_named<'r>(session: Session, data: Data<'r>) -> std::io::Result<String> {
    let text = data.open(1.kibibytes()).into_string().await?;
    Ok(format!("{} {}", session.username(), text.value))
}

#[session(..Member)]
#[post("/str", data = "<text>")]
fn of_str(text: &str, session: Session) -> &str {
    assert_eq!(session.username(), "Ann");
    text
}

#[session(..Member)]
#[post("/string", data = "<text>")]
fn of_string(session: Session, mut text: String) -> String {
    text.push_str(session.username());
    text
}

#[session(..Member)]
#[post("/bytes", data = "<bytes>")]
fn of_bytes(session: Session, bytes: Vec<u8>) -> String {
    format!("{} {}", session.username(), bytes.len())
}

#[session(..Member)]
#[post("/capped", data = "<text>")]
fn of_capped(session: Session, text: Capped<&str>) -> String {
    format!("{} {} {}", session.username(), text.value, text.is_complete())
}

#[session(..Visitor, username: String else (Status::Unauthorized, "sign in"))]
#[post("/own", data = "<body>")]
fn of_own(session: Session, body: Result<Counted, &'static str>) -> String {
    let body = body.map(|counted| counted.0.len());
    format!("{} {body:?}", session.username())
}

/// A data guard around another one, like `Json` around a type.
struct Boxed<T>(Box<T>);

#[rocket::async_trait]
impl<'r, T: rocket::data::FromData<'r> + Send> rocket::data::FromData<'r> for Boxed<T> {
    type Error = T::Error;

    async fn from_data(
        request: &'r rocket::Request<'_>,
        data: Data<'r>,
    ) -> rocket::data::Outcome<'r, Self> {
        T::from_data(request, data).await.map(|inner| Boxed(Box::new(inner)))
    }
}

#[session(..Member)]
#[post("/boxed", data = "<body>")]
async fn of_boxed(session: Session, body: Boxed<Form<Login<'_>>>) -> String {
    format!("{} {}", session.username(), body.0.age)
}

#[test]
fn each_runs_only_after_the_else() {
    let client = client(routes![
        of_form,
        of_form_named,
        of_strict,
        of_context,
        of_result,
        of_option,
        of_file,
        of_data,
        of_data_named,
        of_str,
        of_string,
        of_bytes,
        of_capped,
        of_own,
        of_boxed,
    ]);
    let whole = "name=bob&age=7";
    let answers = [
        ("/form", "Ann bob 7"),
        ("/form/named", "bob"),
        ("/form/strict", "Ann bob 8"),
        ("/form/context", "Ann Some(7)"),
        ("/result", "Ann Ok(7)"),
        ("/option", "Ann Some(7)"),
        ("/file", "Ann 14"),
        ("/data", "Ann name=bob&age=7"),
        ("/data/named", "Ann name=bob&age=7"),
        ("/str", whole),
        ("/string", "name=bob&age=7Ann"),
        ("/bytes", "Ann 14"),
        ("/capped", "Ann name=bob&age=7 true"),
        ("/own", "Ann Ok(14)"),
        ("/boxed", "Ann 7"),
    ];
    for (path, _) in answers {
        is_refused(&client, path);
    }
    client.get("/sign-in").dispatch();
    for (path, body) in answers {
        assert_eq!(form(&client, path, whole), (200, body.into()), "{path}");
    }
    assert_eq!(form(&client, "/result", "name=bob"), (200, "Ann Err(1)".into()));
    assert_eq!(form(&client, "/option", "name=bob"), (200, "Ann None".into()));
    assert_eq!(form(&client, "/own", "!"), (200, "Ann Err(\"a body that is refused\")".into()));
}
