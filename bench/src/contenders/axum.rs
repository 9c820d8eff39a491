//! On axum: axum-extra's signed jar with serde_json, and tower-sessions with its memory
//! store and a signed identifier.

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, FromRef, State};
use axum::http::{Request, Response};
use axum::routing::get;
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, Key};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use super::bare::line;
use crate::contender::{Answer, Client, Contender, Data};

pub enum Axum {
    Bare,
    Jar,
    Tower,
}

#[derive(Clone)]
struct App(Key, usize);

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Key {
        app.0.clone()
    }
}

fn read(jar: &SignedCookieJar) -> Data {
    serde_json::from_str(jar.get("session").expect("a cookie").value()).expect("a session")
}

fn write(jar: SignedCookieJar, data: &Data) -> SignedCookieJar {
    jar.add(Cookie::new("session", serde_json::to_string(data).unwrap()))
}

async fn hello() -> &'static str {
    "hello"
}

fn jar() -> Router<App> {
    Router::new()
        .route(
            "/fill",
            get(async |State(app): State<App>, jar: SignedCookieJar| {
                (write(jar, &Data::new(app.1)), "hello")
            }),
        )
        .route("/show", get(async |jar: SignedCookieJar| read(&jar).visits.to_string()))
        .route(
            "/ro",
            get(async |jar: SignedCookieJar| {
                assert!(read(&jar).visits >= 41);
                "hello"
            }),
        )
        .route(
            "/rw",
            get(async |jar: SignedCookieJar| {
                let mut data = read(&jar);
                data.visits += 1;
                (write(jar, &data), "hello")
            }),
        )
}

async fn visits(session: &Session) -> u32 {
    session.get("visits").await.unwrap().expect("a session")
}

fn tower() -> Router<App> {
    Router::new()
        .route(
            "/fill",
            get(async |Extension(items): Extension<usize>, session: Session| {
                let data = Data::new(items);
                session.insert("username", data.username).await.unwrap();
                session.insert("visits", data.visits).await.unwrap();
                session.insert("theme", data.theme).await.unwrap();
                session.insert("cart", data.cart).await.unwrap();
                session.insert("seen", data.seen).await.unwrap();
                "hello"
            }),
        )
        .route("/show", get(async |session: Session| visits(&session).await.to_string()))
        .route(
            "/ro",
            get(async |session: Session| {
                assert!(visits(&session).await >= 41);
                "hello"
            }),
        )
        .route(
            "/rw",
            get(async |session: Session| {
                session.insert("visits", visits(&session).await + 1).await.unwrap();
                "hello"
            }),
        )
}

impl Axum {
    fn router(&self, items: usize) -> Router {
        let routes = match self {
            Axum::Bare => Router::new(),
            Axum::Jar => jar(),
            Axum::Tower => tower().layer(Extension(items)),
        };
        let routes = routes.route("/untouched", get(hello));
        let routes = match self {
            Axum::Bare => routes
                .route("/fill", get(async move || ([("set-cookie", line(items))], "hello")))
                .route("/ro", get(hello))
                .route("/rw", get(hello)),
            Axum::Jar => routes,
            Axum::Tower => routes.layer(
                SessionManagerLayer::new(MemoryStore::default())
                    .with_signed(tower_sessions::cookie::Key::from(&[7; 64])),
            ),
        };
        routes.with_state(App(Key::from(&[7; 64]), items))
    }
}

impl Contender for Axum {
    fn name(&self) -> &'static str {
        match self {
            Axum::Bare => "bare axum",
            Axum::Jar => "axum-extra, signed jar",
            Axum::Tower => "tower-sessions, memory",
        }
    }
    fn keeps(&self) -> bool {
        !matches!(self, Axum::Bare)
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Some(Box::new(Running(runtime, self.router(items))))
    }
    fn serve(&self, items: usize, port: u16) {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
            axum::serve(listener, self.router(items)).await.unwrap();
        });
    }
}

struct Running(Runtime, Router);

fn request(path: &str, cookie: &str) -> Request<Body> {
    Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()
}

impl Client for Running {
    fn get(&self, path: &str, cookie: &str) -> Answer {
        self.0.block_on(async {
            let answer: Response<Body> =
                self.1.clone().oneshot(request(path, cookie)).await.unwrap();
            let set = answer
                .headers()
                .get_all("set-cookie")
                .iter()
                .map(|line| line.to_str().unwrap().to_owned());
            let set = set.collect();
            let body = axum::body::to_bytes(answer.into_body(), 9999).await.unwrap();
            Answer { set, body: String::from_utf8(body.to_vec()).unwrap() }
        })
    }

    fn ready<'a>(&'a self, path: &'a str, cookie: &'a str) -> Box<dyn FnOnce() + 'a> {
        let (request, router) = (request(path, cookie), self.1.clone());
        Box::new(move || drop(self.0.block_on(router.oneshot(request))))
    }
}
