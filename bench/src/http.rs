//! Over HTTP: the server has one core, the load another. Requests a second, CPU time a
//! request, and how long the slowest took.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use crate::contender::{CASES, SIZES};
use crate::contenders;
use crate::measure::Row;
use crate::server::{Server, pinned};
use crate::visitor::Visitor;

/// Everybody takes turns this often, so that a busy moment hits all of them; then the median.
const TURNS: usize = 3;
const FIGURES: [&str; 4] = ["http/s", "http p50", "http p99", "http cpu"];

/// Prints requests a second, and the median and the 99th percentile in microseconds. Each
/// connection has a session of its own.
pub fn load(address: &str, path: &str, connections: usize, seconds: f64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let times = RefCell::new(vec![]);
    runtime.block_on(async {
        let mut visitors = vec![];
        for _ in 0..connections {
            visitors.push(Visitor::new(address).await.expect("a session"));
        }
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let all = visitors.iter_mut().map(async |visitor| {
            let request = visitor.request(path);
            while Instant::now() < end {
                let start = Instant::now();
                visitor.get(&request).await.expect("an answer");
                times.borrow_mut().push(start.elapsed().as_nanos() as u32);
            }
        });
        rocket::futures::future::join_all(all).await;
    });
    let times = &mut *times.borrow_mut();
    println!("{} {} {}", times.len() as f64 / seconds, at(times, 0.5), at(times, 0.99));
}

/// A percentile of these nanoseconds, in microseconds.
pub fn at(times: &mut [u32], part: f64) -> f64 {
    times.sort_unstable();
    f64::from(times[(times.len() as f64 * part) as usize]) / 1000.0
}

pub fn all(seconds: f64) -> Vec<Row> {
    let names = contenders::all().into_iter().filter(|one| one.serves()).map(|one| one.name());
    let servers: Vec<_> = names
        .zip(18200..)
        .map(|(name, port)| (name, Server::start(name, SIZES[0].1, port)))
        .collect();
    let mut rows = vec![];
    for connections in ["1", "2", "8", "64"] {
        for case in CASES {
            let mut turns = vec![vec![]; servers.len()];
            for _ in 0..TURNS {
                for ((_, server), turns) in servers.iter().zip(&mut turns) {
                    turns.push(turn(server, case, connections, seconds / TURNS as f64));
                }
            }
            for ((name, _), turns) in servers.iter().zip(turns) {
                for (n, what) in FIGURES.into_iter().enumerate() {
                    let mut values: Vec<f64> = turns.iter().map(|turn| turn[n]).collect();
                    values.sort_by(f64::total_cmp);
                    rows.push(Row::new(what, name, case, connections, values[TURNS / 2]));
                }
            }
        }
    }
    rows
}

fn turn(server: &Server, case: &str, connections: &str, seconds: f64) -> [f64; 4] {
    let before = server.cpu();
    let path = format!("/{case}");
    let arguments = ["load", &server.address, &path, connections, &seconds.to_string()];
    let output = pinned("1").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let [rate, p50, p99] = *text.split_whitespace().flat_map(str::parse).collect::<Vec<f64>>()
    else {
        panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr))
    };
    [rate, p50, p99, (server.cpu() - before) / (rate * seconds)]
}
