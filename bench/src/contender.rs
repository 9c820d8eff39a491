//! What a contender is, and the session that all of them keep.

use serde::{Deserialize, Serialize};

/// 201 bytes of JSON, 1 kB, 2.6 kB: this many articles in the cart.
pub const SIZES: [(&str, usize); 3] = [("200 B", 3), ("1 kB", 25), ("2.6 kB", 69)];
/// The cases: the handler does not take the session, reads one field, counts up.
pub const CASES: [&str; 3] = ["untouched", "ro", "rw"];
pub const KEY: &str = "qJ2m0Vh7c3o1kq3sT0y5m0Q8y3l6b1x9w2e4r6t8u0I=";
pub const VISITS: u32 = 41;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    pub sku: String,
    pub quantity: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Data {
    pub username: String,
    pub visits: u32,
    pub theme: String,
    pub cart: Vec<Item>,
    pub seen: u64,
}

impl Data {
    pub fn new(items: usize) -> Data {
        let item = |n| Item { sku: format!("article-{n:04}"), quantity: n as u32 % 10 };
        Data {
            username: "ann.smithers@example.com".into(),
            visits: VISITS,
            theme: "dark".into(),
            cart: (1..=items).map(item).collect(),
            seen: 1_700_000_000,
        }
    }
}

/// An answer: its body and its `Set-Cookie` lines.
pub struct Answer {
    pub body: String,
    pub set: Vec<String>,
}

/// An application that answers `/fill`, `/show` (the counter), `/untouched`, `/ro` and
/// `/rw`. A new contender is one file with one of these, and a line in `contenders::all`.
pub trait Contender {
    fn name(&self) -> &'static str;
    /// Whether it keeps a session at all; if so its self-check runs.
    fn keeps(&self) -> bool {
        true
    }
    /// The application in this process, with sessions of `items` articles. `None` if it
    /// cannot be called in process.
    fn client(&self, items: usize) -> Option<Box<dyn Client>>;
    /// Whether there is something to serve over HTTP.
    fn serves(&self) -> bool {
        true
    }
    /// Serves it over HTTP on one thread until the process ends.
    fn serve(&self, items: usize, port: u16);
}

pub trait Client {
    fn get(&self, path: &str, cookie: &str) -> Answer;
    /// A request that is ready; calling it routes, answers and drops.
    fn ready<'a>(&'a self, path: &'a str, cookie: &'a str) -> Box<dyn FnOnce() + 'a>;
}

/// Fills a session and gives its `Cookie` line. `None` if the contender refuses the size.
pub fn fill(client: &dyn Client) -> Option<String> {
    let set = client.get("/fill", "").set;
    let cookies: Vec<_> =
        set.iter().map(|line| line.split(';').next().unwrap().to_owned()).collect();
    (!cookies.is_empty()).then(|| cookies.join("; "))
}

/// Reading gives the right value, and writing counts up.
pub fn check(name: &str, client: &dyn Client, cookie: &str) {
    let show = |cookie: &str| client.get("/show", cookie).body;
    assert_eq!(show(cookie), VISITS.to_string(), "{name} does not read");
    let answer = client.get("/rw", cookie);
    assert_eq!(answer.body, "hello", "{name} does not write");
    let mut new = cookie.to_owned();
    for line in &answer.set {
        let pair = line.split(';').next().unwrap();
        let name = &pair[..=pair.find('=').unwrap()];
        let others: Vec<_> = new.split("; ").filter(|old| !old.starts_with(name)).collect();
        new = others.into_iter().chain([pair]).collect::<Vec<_>>().join("; ");
    }
    assert_eq!(show(&new), (VISITS + 1).to_string(), "{name} does not count up");
}
