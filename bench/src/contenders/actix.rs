//! actix-session with a signed cookie, and actix-web without a session.

use actix_http::Request;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::body::{MessageBody, to_bytes};
use actix_web::cookie::Key;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::web::{self, Data as Shared, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, get, test};
use tokio::runtime::{Builder, Runtime};

use super::bare::line;
use crate::contender::{Answer, Client, Contender, Data};

pub enum Actix {
    Bare,
    Session,
}

fn visits(session: &Session) -> u32 {
    session.get("visits").unwrap().expect("a session")
}

#[get("/fill")]
async fn fill(session: Session, items: Shared<usize>) -> &'static str {
    let data = Data::new(**items);
    session.insert("username", data.username).unwrap();
    session.insert("visits", data.visits).unwrap();
    session.insert("theme", data.theme).unwrap();
    session.insert("cart", data.cart).unwrap();
    session.insert("seen", data.seen).unwrap();
    "hello"
}

#[get("/show")]
async fn show(session: Session) -> String {
    visits(&session).to_string()
}

#[get("/ro")]
async fn ro(session: Session) -> &'static str {
    assert!(visits(&session) >= 41);
    "hello"
}

#[get("/rw")]
async fn rw(session: Session) -> &'static str {
    session.insert("visits", visits(&session) + 1).unwrap();
    "hello"
}

async fn hello() -> &'static str {
    "hello"
}

async fn bare_fill(items: Shared<usize>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("set-cookie", line(**items))).body("hello")
}

fn bare(items: usize) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        config.app_data(Shared::new(items)).route("/fill", web::get().to(bare_fill));
        config.default_service(web::get().to(hello));
    }
}

fn with_session(items: usize) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        config.app_data(Shared::new(items)).service(fill).service(show).service(ro).service(rw);
        config.route("/untouched", web::get().to(hello));
    }
}

fn session() -> SessionMiddleware<CookieSessionStore> {
    SessionMiddleware::builder(CookieSessionStore::default(), Key::from(&[7; 64]))
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_secure(false)
        .build()
}

impl Contender for Actix {
    fn name(&self) -> &'static str {
        match self {
            Actix::Bare => "bare actix-web",
            Actix::Session => "actix-session, signed",
        }
    }
    fn keeps(&self) -> bool {
        !matches!(self, Actix::Bare)
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let app = App::new();
        Some(match self {
            Actix::Bare => {
                let app = runtime.block_on(test::init_service(app.configure(bare(items))));
                Box::new(Running(runtime, app))
            }
            Actix::Session => {
                let app = app.configure(with_session(items)).wrap(session());
                let app = runtime.block_on(test::init_service(app));
                Box::new(Running(runtime, app))
            }
        })
    }
    fn serve(&self, items: usize, port: u16) {
        let (bare, with_session) = (bare(items), with_session(items));
        let address = ("127.0.0.1", port);
        let server = match self {
            Actix::Bare => {
                let server = HttpServer::new(move || App::new().configure(bare.clone()));
                server.workers(1).bind(address).unwrap().run()
            }
            Actix::Session => {
                let app = move || App::new().configure(with_session.clone()).wrap(session());
                HttpServer::new(app).workers(1).bind(address).unwrap().run()
            }
        };
        actix_web::rt::System::new().block_on(server).unwrap();
    }
}

struct Running<S>(Runtime, S);

fn request(path: &str, cookie: &str) -> Request {
    test::TestRequest::get().uri(path).insert_header(("cookie", cookie)).to_request()
}

impl<S, B> Client for Running<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    fn get(&self, path: &str, cookie: &str) -> Answer {
        let answer = self.0.block_on(self.1.call(request(path, cookie))).unwrap();
        let set = answer.headers().get_all("set-cookie");
        let set = set.map(|line| line.to_str().unwrap().to_owned()).collect();
        let body = self.0.block_on(to_bytes(answer.into_body())).ok().expect("a body");
        Answer { set, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    fn ready<'a>(&'a self, path: &'a str, cookie: &'a str) -> Box<dyn FnOnce() + 'a> {
        let request = request(path, cookie);
        Box::new(move || drop(self.0.block_on(self.1.call(request)).unwrap()))
    }
}
