//! What a session costs, in allocations: a number that a machine's load does
//! not change. Net of the same handler without a session.

#![allow(missing_docs, reason = "it is a test")]

use allocation_counter::measure;
use rocket::http::Header;
use rocket::local::blocking::Client;
use rocket::serde::{Deserialize, Serialize};
use rocket::{Response, get, routes};
use session_runtime::prelude::*;

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

/// The cost of a `Set-Cookie` of the same size, whoever makes it.
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
    assert_eq!(session.visits(), 41);
    "hello"
}

#[get("/write")]
fn write(mut session: Session<Visitor>) -> &'static str {
    *session.visits_mut() += 1;
    "hello"
}

struct Costs(Client, String);

impl Costs {
    fn new() -> Costs {
        let config =
            rocket::Config { log_level: rocket::config::LogLevel::Off, ..Default::default() };
        let rocket = rocket::custom(config)
            .attach(Sessions::fairing().secret_key("qJ2m0Vh7c3o1kq3sT0y5m0Q8y3l6b1x9w2e4r6t8u0I="))
            .mount("/", routes![fill, bare, constant, read, write]);
        let client = Client::untracked(rocket).unwrap();
        let response = client.get("/fill").dispatch();
        let set = response.headers().get_one("Set-Cookie").unwrap();
        let cookie = set.split(';').next().unwrap().to_owned();
        drop(response);
        Costs(client, cookie)
    }

    /// The allocations of one request that is routed, answered and dropped, and
    /// the bytes of them.
    fn of(&self, path: &str) -> (u64, u64) {
        let dispatch = || {
            let request = self.0.get(path.to_owned()).header(Header::new("Cookie", self.1.clone()));
            let measured = measure(|| drop(request.dispatch()));
            (measured.count_total, measured.bytes_total)
        };
        // The first request of a route fills what is filled once.
        dispatch();
        (0..5).map(|_| dispatch()).min().unwrap()
    }
}

#[test]
fn a_session_costs_few_allocations() {
    let costs = Costs::new();
    let (bare, constant) = (costs.of("/bare"), costs.of("/constant"));
    let without = Client::untracked(
        rocket::custom(rocket::Config {
            log_level: rocket::config::LogLevel::Off,
            ..Default::default()
        })
        .mount("/", routes![bare]),
    );
    let without = Costs(without.unwrap(), costs.1.clone()).of("/bare");
    let net = |cost: (u64, u64), of: (u64, u64)| (cost.0 - of.0, cost.1 - of.1);
    for (what, (allocations, bytes), most) in [
        ("untouched", net(bare, without), (2, 300)),
        ("read", net(costs.of("/read"), bare), (7, 1_500)),
        ("read and write", net(costs.of("/write"), constant), (13, 2_200)),
    ] {
        println!("{what}: {allocations} allocations, {bytes} bytes, net");
        assert!(allocations <= most.0, "{what}: {allocations} allocations");
        assert!(bytes <= most.1, "{what}: {bytes} bytes");
    }
}
