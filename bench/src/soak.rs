//! For longer: this library with each store, all of them at once, under a steady load of
//! visitors who come and go. Memory should stay where it is, answers should not become
//! slower, and no write may be lost.

use std::io;
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use crate::contender::{SIZES, VISITS};
use crate::contenders;
use crate::http::at;
use crate::measure::Row;
use crate::server::Server;
use crate::visitor::Visitor;

const VISITORS: u32 = 10;
/// How often each of them asks for four pages.
const EVERY: Duration = Duration::from_millis(100);
/// After this many rounds of four pages the visitor leaves, the session expires unused, and
/// another visitor comes.
const ROUNDS: u32 = 50;
/// Sessions that were left expire and are purged all the time.
const SETTINGS: &str = r#"{lifetime="1m",purge_interval="10s"}"#;

pub fn all(seconds: f64) -> Vec<Row> {
    let names = contenders::all().into_iter().map(|one| one.name());
    // The other cookies differ in arithmetic alone.
    let others = ["session, encrypted", "session, flask"];
    let ours = names.filter(|name| name.starts_with("session, ") && !others.contains(name));
    let stores: Vec<_> = ours
        .zip(18300..)
        .map(|(name, port)| thread::spawn(move || soak(name, port, seconds)))
        .collect();
    stores.into_iter().flat_map(|store| store.join().expect("a soak")).collect()
}

/// Memory is read before the first quarter, after half, and after the last. Times are of
/// the first and of the last quarter.
fn soak(name: &str, port: u16, seconds: f64) -> Vec<Row> {
    let server = Server::with_settings(name, SIZES[0].1, port, SETTINGS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut visitors: Vec<_> = (0..VISITORS).map(|n| Visiting::new(&server.address, n)).collect();
    let mut quarter = |seconds: f64| {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let all = visitors.iter_mut().map(|visiting| visiting.until(end));
        runtime.block_on(rocket::futures::future::join_all(all));
        let mut times: Vec<_> = visitors.iter_mut().flat_map(|v| v.times.drain(..)).collect();
        let errors: u32 = visitors.iter_mut().map(|v| std::mem::take(&mut v.errors)).sum();
        (times.len(), at(&mut times, 0.5), at(&mut times, 0.99), errors)
    };
    // Buffers, caches and the number of sessions have their size by then.
    let mut errors = quarter(seconds.min(100.0)).3;
    let mut requests = 0;
    let mut rows = vec![];
    let mut row = |case: &str, value| rows.push(Row::new("soak", name, case, "200 B", value));
    row("MB at the start", server.memory());
    for n in 1..=4 {
        let (count, p50, p99, failed) = quarter(seconds / 4.0);
        requests += count;
        errors += failed;
        match n {
            1 => {
                row("p50 at the start", p50);
                row("p99 at the start", p99);
            }
            2 => row("MB in the middle", server.memory()),
            4 => {
                row("p50 at the end", p50);
                row("p99 at the end", p99);
                row("MB at the end", server.memory());
            }
            _ => {}
        }
    }
    row("requests", requests as f64);
    row("errors", f64::from(errors));
    rows
}

struct Visiting<'a> {
    address: &'a str,
    /// Not all of them ask at the same moment, nor leave at it.
    number: u32,
    rounds: u32,
    visitor: Option<Visitor>,
    visits: u32,
    times: Vec<u32>,
    errors: u32,
}

impl Visiting<'_> {
    fn new(address: &str, number: u32) -> Visiting<'_> {
        let rounds = number * ROUNDS / VISITORS;
        Visiting { address, number, rounds, visitor: None, visits: 0, times: vec![], errors: 0 }
    }

    async fn until(&mut self, end: Instant) {
        let start = Instant::now() + EVERY * self.number / VISITORS;
        for round in 0.. {
            let next = start + EVERY * round;
            if next >= end {
                return;
            }
            tokio::time::sleep_until(next).await;
            if self.rounds % ROUNDS == 0 {
                self.visitor = None;
            }
            self.rounds += 1;
            if let Err(error) = self.round().await {
                eprintln!("{}: {error}", self.address);
                self.errors += 1;
                self.visitor = None;
            }
        }
    }

    /// Counts up, reads what it counted, reads again, and asks for a page without a session.
    async fn round(&mut self) -> io::Result<()> {
        let visitor = match &mut self.visitor {
            Some(visitor) => visitor,
            nobody => {
                self.visits = VISITS;
                nobody.insert(Visitor::new(self.address).await?)
            }
        };
        self.visits += 1;
        let count = self.visits.to_string();
        for (path, body) in
            [("/rw", "hello"), ("/show", &*count), ("/ro", "hello"), ("/untouched", "hello")]
        {
            let request = visitor.request(path);
            let start = Instant::now();
            let answer = visitor.get(&request).await?;
            self.times.push(start.elapsed().as_nanos() as u32);
            if answer != body {
                return Err(io::Error::other(format!("{path} answered {answer}, not {body}")));
            }
            visitor.keep_cookie();
        }
        Ok(())
    }
}
