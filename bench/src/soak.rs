//! For longer: this library with each store under steady load. Memory should stay where it
//! is, answers should not become slower, and no write may be lost.

use std::time::{Duration, Instant};

use crate::contender::{SIZES, VISITS};
use crate::contenders;
use crate::http::at;
use crate::measure::Row;
use crate::server::Server;
use crate::visitor::Visitor;

const VISITORS: usize = 16;

pub fn all(seconds: f64) -> Vec<Row> {
    let names = contenders::all().into_iter().map(|one| one.name());
    // The other cookies differ in arithmetic alone.
    let others = ["session, encrypted", "session, flask"];
    let ours = names.filter(|name| name.starts_with("session, ") && !others.contains(name));
    ours.zip(18300..).flat_map(|(name, port)| soak(name, port, seconds)).collect()
}

/// Memory is read before the first quarter, after half, and after the last. Times are of
/// the first and of the last quarter.
fn soak(name: &str, port: u16, seconds: f64) -> Vec<Row> {
    let server = Server::start(name, SIZES[0].1, port);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut visitors: Vec<_> = (0..VISITORS)
        .map(|_| runtime.block_on(Visitor::new(&server.address)).expect("a session"))
        .map(|visitor| Visiting { visitor, visits: VISITS, times: vec![], errors: 0 })
        .collect();
    // Buffers and caches have their size by then.
    let mut quarter = |seconds: f64| {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let all = visitors.iter_mut().map(|visiting| visiting.until(end));
        runtime.block_on(rocket::futures::future::join_all(all));
        let mut times: Vec<_> = visitors.iter_mut().flat_map(|v| v.times.drain(..)).collect();
        let errors: u32 = visitors.iter_mut().map(|v| std::mem::take(&mut v.errors)).sum();
        (times.len(), at(&mut times, 0.5), at(&mut times, 0.99), errors)
    };
    let mut errors = quarter(1.0).3;
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

struct Visiting {
    visitor: Visitor,
    visits: u32,
    times: Vec<u32>,
    errors: u32,
}

impl Visiting {
    /// Counts up, reads what it counted, reads again, and asks for a page without a session.
    async fn until(&mut self, end: Instant) {
        while Instant::now() < end {
            self.visits += 1;
            let count = self.visits.to_string();
            for (path, body) in
                [("/rw", "hello"), ("/show", &*count), ("/ro", "hello"), ("/untouched", "hello")]
            {
                let request = self.visitor.request(path);
                let start = Instant::now();
                let good = self.visitor.get(&request).await.is_ok_and(|answer| answer == body);
                self.times.push(start.elapsed().as_nanos() as u32);
                self.errors += u32::from(!good);
                self.visitor.keep_cookie();
            }
        }
    }
}
