//! The cost of a session in allocations, bytes and instructions, which do not depend
//! on the machine's load. The cost of the same handler without a session is deducted.

#![allow(missing_docs, reason = "it is a test")]

use std::env;
use std::process::Command;

use allocation_counter::measure;
use rocket::http::Header;
use rocket::local::blocking::Client;
use rocket::serde::{Deserialize, Serialize};
use rocket::{Response, get, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;

#[derive(Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Item {
    sku: String,
    quantity: u32,
}

#[session(username: String, visits: u32 = 0, theme: String, cart: Vec<Item> = vec![], seen: u64 = 0)]
struct Visitor;

#[get("/fill")]
fn fill(session: Session<Visitor>) -> &'static str {
    let item = |n| Item { sku: format!("article-{n:04}"), quantity: n };
    session.set_username("ann@example.com");
    session.set_visits(41);
    session.set_theme("dark");
    session.set_cart((1..=3).map(item).collect());
    session.set_seen(1_700_000_000);
    "filled"
}

#[get("/bare")]
fn bare() -> &'static str {
    "hello"
}

/// Sends a constant `Set-Cookie` of the same size, for comparison.
#[get("/constant")]
fn constant() -> Constant {
    Constant
}

struct Constant;

impl<'r> rocket::response::Responder<'r, 'static> for Constant {
    fn respond_to(self, request: &'r rocket::Request<'_>) -> rocket::response::Result<'static> {
        let mut response: Response<'static> = "hello".respond_to(request)?;
        let cookie = format!("session={:x>320}; Path=/; HttpOnly; SameSite=Lax", "");
        response.adjoin_raw_header("Set-Cookie", cookie);
        Ok(response)
    }
}

#[get("/read")]
fn read(session: Session<Visitor>) -> &'static str {
    assert!(session.visits() >= 41);
    "hello"
}

#[get("/write")]
fn write(mut session: Session<Visitor>) -> &'static str {
    *session.visits_mut() += 1;
    "hello"
}

struct Costs(Client, String);

impl Costs {
    /// The application with its sessions in signed cookies, or in memory, or, for
    /// comparison, without the library.
    fn of_app(name: &str) -> Costs {
        let config =
            rocket::Config { log_level: rocket::config::LogLevel::Off, ..Default::default() };
        let rocket = rocket::custom(config);
        let key = "qJ2m0Vh7c3o1kq3sT0y5m0Q8y3l6b1x9w2e4r6t8u0I=";
        let fairing = match name {
            "signed" => Sessions::fairing().secret_key(key),
            "memory" => Sessions::fairing().secret_key(key).store(Memory::new()),
            _ => {
                let client = Client::untracked(rocket.mount("/", routes![bare])).unwrap();
                return Costs(client, Costs::of_app("signed").1);
            }
        };
        let routes = routes![fill, bare, constant, read, write];
        let client = Client::untracked(rocket.attach(fairing).mount("/", routes)).unwrap();
        let response = client.get("/fill").dispatch();
        let set = response.headers().get_one("Set-Cookie").unwrap();
        let cookie = set.split(';').next().unwrap().to_owned();
        drop(response);
        Costs(client, cookie)
    }

    fn answer(&self, path: &str) {
        let request = self.0.get(path.to_owned()).header(Header::new("Cookie", self.1.clone()));
        drop(request.dispatch());
    }

    /// Allocations, and their bytes, of one request that is routed, answered and dropped.
    fn of(&self, path: &str) -> (u64, u64) {
        let dispatch = || {
            let request = self.0.get(path.to_owned()).header(Header::new("Cookie", self.1.clone()));
            let counted = measure(|| drop(request.dispatch()));
            (counted.count_total, counted.bytes_total)
        };
        // The first request of a route also fills caches.
        dispatch();
        (0..5).map(|_| dispatch()).min().unwrap()
    }
}

/// An application, and a path.
type Page = [&'static str; 2];

/// The cases: a page, what it is compared with, and the most that it may cost more: its
/// allocations, bytes and instructions (of a release build). Valgrind does not know the
/// processor's instructions for SHA-256, so half of the instructions of a read, and two
/// thirds of those of a write, are SHA-256 in software.
const CASES: [(&str, Page, Page, [u64; 3]); 5] = [
    ("untouched", ["signed", "/bare"], ["without", "/bare"], [2, 300, 1_400]),
    ("read", ["signed", "/read"], ["signed", "/bare"], [7, 1_450, 40_000]),
    ("write", ["signed", "/write"], ["signed", "/constant"], [8, 2_100, 57_000]),
    ("read, in memory", ["memory", "/read"], ["memory", "/bare"], [24, 2_950, 36_000]),
    ("write, in memory", ["memory", "/write"], ["memory", "/bare"], [32, 5_500, 48_000]),
];

#[test]
fn a_session_costs_few_allocations() {
    let apps = ["without", "signed", "memory"].map(|name| (name, Costs::of_app(name)));
    let of = |[app, path]: Page| {
        let (_, costs) = apps.iter().find(|(name, _)| *name == app).unwrap();
        costs.of(path)
    };
    for (case, with, without, [count, bytes, _]) in CASES {
        let (with, without) = (of(with), of(without));
        let net = (with.0 - without.0, with.1.saturating_sub(without.1));
        println!("{case}, net: {} allocations, {} bytes", net.0, net.1);
        assert!(net.0 <= count, "{case}: {} allocations, more than {count}", net.0);
        assert!(net.1 <= bytes, "{case}: {} bytes, more than {bytes}", net.1);
    }
}

/// Names the application, the path, and how many requests `repeat` sends.
const REPEAT: &str = "SESSION_TEST_REPEAT";

/// The test that callgrind runs. It does nothing in an ordinary run.
#[test]
fn repeat() {
    let Ok(order) = env::var(REPEAT) else { return };
    let [app, path, times] = *order.split(' ').collect::<Vec<_>>() else { panic!("{order}") };
    let costs = Costs::of_app(app);
    (0..times.parse().unwrap()).for_each(|_| costs.answer(path));
}

/// Instructions per request: those of 300 minus those of 100, to leave out the launch.
fn instructions([app, path]: Page) -> i64 {
    let count = |times: u32| -> i64 {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().unwrap())
            .args(["--exact", "repeat", "--test-threads=1"])
            .env(REPEAT, format!("{app} {path} {times}"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        let line = text.lines().find(|line| line.contains("Collected :")).expect("a count");
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    (count(300) - count(100)) / 200
}

#[test]
fn a_session_costs_few_instructions() {
    if cfg!(debug_assertions) {
        println!("SKIPPED: instructions are counted in a release build.");
        return;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        let required = env::var("SESSION_TEST_INSTRUCTIONS").is_ok_and(|value| value == "required");
        assert!(!required, "valgrind is not installed");
        println!("SKIPPED: valgrind is not installed.");
        return;
    }
    for (case, with, without, [_, _, most]) in CASES {
        let net = instructions(with) - instructions(without);
        println!("{case}, net: {net} instructions");
        assert!(
            net <= i64::try_from(most).unwrap(),
            "{case}: {net} instructions, more than {most}"
        );
    }
}
