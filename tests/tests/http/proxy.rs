//! Tests behind a real cache: nginx, which obeys `Cache-Control`, `Vary` and
//! `Set-Cookie`.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rocket::http::Header;
use rocket::response::Responder;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::http::{Connection, Server};
use session_tests::{Answer, clock, fairing, release};

/// A response that any cache may keep.
#[derive(Responder)]
struct Public {
    body: String,
    cache: Header<'static>,
}

fn public(body: String) -> Public {
    Public { body, cache: Header::new("Cache-Control", "public, max-age=60, s-maxage=60") }
}

#[get("/same")]
fn same() -> Public {
    public("the same for everybody".into())
}

#[get("/sign-in/<name>")]
fn sign_in(session: Session, name: &str) -> Public {
    session.set("name", name);
    public(format!("welcome, {name}"))
}

#[get("/mine")]
fn mine(session: Session) -> Public {
    public(session.get("name").unwrap_or_else(|| "nobody".to_owned()))
}

/// A public page that also writes the session.
#[get("/count")]
fn count(session: Session) -> Public {
    let count = session.get::<u32>("count").unwrap_or(0) + 1;
    session.set("count", count);
    public(format!("{} {count}", session.get("name").unwrap_or_else(|| "nobody".to_owned())))
}

/// nginx in its own folder, stopped at the end of the test.
struct Proxy {
    nginx: Child,
    port: u16,
    folder: PathBuf,
}

impl Proxy {
    fn start(upstream: u16) -> Proxy {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("nginx");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        // It was free a moment ago, and nothing else takes ports here.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = port.expect("a free port").port();
        let here = folder.display();
        let configuration = format!(
            "daemon off; master_process off; pid {here}/pid; error_log {here}/error.log;
             events {{}}
             http {{
               access_log off;
               client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
               fastcgi_temp_path {here}/fastcgi; uwsgi_temp_path {here}/uwsgi;
               scgi_temp_path {here}/scgi;
               proxy_cache_path {here}/cache keys_zone=pages:1m;
               server {{
                 listen 127.0.0.1:{port};
                 location / {{
                   proxy_pass http://127.0.0.1:{upstream};
                   proxy_cache pages;
                   add_header X-Cache $upstream_cache_status;
                 }}
               }}
             }}"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).expect("a configuration");
        let mut command = Command::new("nginx");
        command.arg("-e").arg(folder.join("error.log")).arg("-c").arg(file);
        let nginx = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let proxy = Proxy { nginx: nginx.expect("nginx starts"), port, folder };
        let begun = Instant::now();
        while Connection::open(port).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", proxy.errors());
            std::thread::yield_now();
        }
        proxy
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.folder.join("error.log")).unwrap_or_default()
    }

    fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        let lines: Vec<_> = cookie.iter().map(|cookie| cookie.as_bytes()).collect();
        Connection::open(self.port).expect("a connection").get(path, &lines)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn cookie(answer: &Answer) -> String {
    let set = answer.one("Set-Cookie").expect("a cookie");
    set.split(';').next().expect("a pair").to_owned()
}

#[test]
fn line_34_two_visitors_behind_a_cache_never_see_each_other() {
    if Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_err() {
        assert!(
            std::env::var_os("SESSION_TEST_PROXY").is_none_or(|wanted| wanted != "required"),
            "nginx is required and not installed"
        );
        println!("SKIPPED: nginx is not installed (apt-get install nginx-light).");
        return;
    }
    let app = rocket::custom(release()).attach(fairing(&clock()));
    let server = Server::start(app.mount("/", routes![same, sign_in, mine, count]));
    let proxy = Proxy::start(server.port());

    // The cache works: it keeps what it may keep.
    assert_eq!(proxy.get("/same", None).one("X-Cache"), Some("MISS"));
    assert_eq!(proxy.get("/same", None).one("X-Cache"), Some("HIT"));

    let ann = cookie(&proxy.get("/sign-in/ann", None));
    let bob = cookie(&proxy.get("/sign-in/bob", None));
    assert_ne!(ann, bob);
    // The page that signed somebody in gives its cookie to nobody else.
    let again = proxy.get("/sign-in/ann", None);
    assert_eq!(again.one("X-Cache"), Some("MISS"));

    for _ in 0..3 {
        for (visitor, name) in [(Some(&*ann), "ann"), (Some(&*bob), "bob"), (None, "nobody")] {
            assert_eq!(proxy.get("/mine", visitor).body, name);
            let counted = proxy.get("/count", visitor);
            assert_eq!(counted.body, format!("{name} 1"), "somebody else's answer");
            assert_eq!(counted.one("X-Cache"), Some("MISS"));
        }
    }
}
