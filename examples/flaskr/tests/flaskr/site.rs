//! The blog on a free port, with a database of its own, and its visitors.

use std::cell::RefCell;

use rocket::tokio::runtime::Runtime;
use session_tests::http::Server;
use session_tests::{Answer, debug};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// Where the sessions are kept, and the cookie's format.
const WITH_STORE: [(&str, &str); 2] = [("", "signed"), ("memory:", "signed")];
const WITHOUT_STORE: [(&str, &str); 2] = [("cookie", "signed"), ("cookie", "flask")];

pub(crate) struct Site {
    server: Server,
    url: String,
    /// Last, so that it is removed after the server ended.
    _folder: TempDir,
}

/// In each configuration, a blog of its own. As in the tutorial's tests there are two
/// users, and a post of the first.
pub(crate) fn everywhere(test: impl Fn(&Site)) {
    with_a_store(&test);
    each(&WITHOUT_STORE, &test);
}

/// Only where there is a store.
pub(crate) fn with_a_store(test: impl Fn(&Site)) {
    each(&WITH_STORE, &test);
}

fn each(configurations: &[(&str, &str)], test: &impl Fn(&Site)) {
    for &(store, format) in configurations {
        println!("store `{store}`, format `{format}`");
        let site = Site::new(store, format);
        for name in ["test", "other"] {
            let form = format!("username={name}&password={name}");
            site.visitor().post("/auth/register", &form).leads_to("/auth/login");
        }
        site.sql(
            "INSERT INTO post (title, body, author_id, created) \
             VALUES ('test title', 'test' || char(10) || 'body', 1, '2018-01-01 00:00:00')",
        );
        test(&site);
    }
}

impl Site {
    fn new(store: &str, format: &str) -> Site {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("flaskr.sqlite").display());
        let server = start(&url, store, format);
        Site { server, url, _folder: folder }
    }

    /// Ends the server, and starts another one on the same file.
    pub(crate) fn restart(&mut self) {
        let other = start(&self.url, "", "signed");
        std::mem::replace(&mut self.server, other).stop();
    }

    pub(crate) fn for_restarts() -> Site {
        Site::new("", "signed")
    }

    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookie: RefCell::default() }
    }

    /// A visitor who is signed in as `test` or `other`.
    pub(crate) fn signed_in(&self, name: &str) -> Visitor<'_> {
        let visitor = self.visitor();
        visitor.log_in(name, name).leads_to("/");
        visitor
    }

    /// Runs a statement behind the blog's back.
    pub(crate) fn sql(&self, statement: &'static str) {
        self.run(async |mut connection| {
            sqlx::raw_sql(statement).execute(&mut connection).await.expect("a statement");
        });
    }

    pub(crate) fn count(&self, query: &'static str) -> i64 {
        self.run(async |mut connection| {
            sqlx::query_scalar(query).fetch_one(&mut connection).await.expect("a number")
        })
    }

    fn run<T>(&self, work: impl AsyncFnOnce(SqliteConnection) -> T) -> T {
        Runtime::new().expect("a runtime").block_on(async {
            work(SqliteConnection::connect(&self.url).await.expect("the database opens")).await
        })
    }
}

fn start(url: &str, store: &str, format: &str) -> Server {
    let key = session_tests::KEY;
    let config = debug()
        .merge(("database", url))
        .merge(("session.secret_key", key))
        .merge(("session.format", format));
    let config = if store.is_empty() { config } else { config.merge(("session.store", store)) };
    Server::start(flaskr::blog(config))
}

/// A browser: it keeps its cookie, and does not follow redirects by itself.
pub(crate) struct Visitor<'a> {
    site: &'a Site,
    pub(crate) cookie: RefCell<Option<String>>,
}

impl Visitor<'_> {
    pub(crate) fn get(&self, path: &str) -> Page {
        self.send("GET", path, "", "")
    }

    /// Sends a form, in the notation of a query string.
    pub(crate) fn post(&self, path: &str, form: &str) -> Page {
        self.send("POST", path, "application/x-www-form-urlencoded", form)
    }

    pub(crate) fn log_in(&self, username: &str, password: &str) -> Page {
        self.post("/auth/login", &format!("username={username}&password={password}"))
    }

    pub(crate) fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> Page {
        let cookie = self.cookie.borrow().as_ref().map(|value| format!("Cookie: {value}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n{}\r\n{body}",
            body.len(),
            cookie.unwrap_or_default(),
        );
        let mut connection = self.site.server.connect();
        connection.send(request.as_bytes());
        let answer = connection.receive(false);
        if let Some(set) = answer.set_cookie() {
            *self.cookie.borrow_mut() =
                (!set.is_removal()).then(|| format!("{}={}", set.name, set.value));
        }
        Page(answer)
    }
}

/// What came back.
pub(crate) struct Page(pub(crate) Answer);

impl Page {
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Page {
        assert_eq!(self.0.status, status, "{}", self.0.body);
        self
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Page {
        assert!(self.0.body.contains(text), "`{text}` is not in:\n{}", self.0.body);
        self
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Page {
        assert!(!self.0.body.contains(text), "`{text}` is in:\n{}", self.0.body);
        self
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert_eq!((self.0.status, self.0.one("Location")), (303, Some(path)), "{}", self.0.body);
    }
}
