//! In process: all contenders take turns in each round, so that a busy moment hits all
//! of them; then the median of the rounds.

use std::time::Instant;

use crate::contender::{CASES, Client, Contender, SIZES, check, fill};
use crate::contenders::session::with_keys;

/// One figure: what, of whom, in which case, at which size.
pub struct Row {
    pub what: String,
    pub name: String,
    pub case: String,
    pub size: String,
    pub value: f64,
}

impl Row {
    pub fn new(what: &str, name: &str, case: &str, size: &str, value: f64) -> Row {
        Row { what: what.into(), name: name.into(), case: case.into(), size: size.into(), value }
    }
}

/// The requests that are made ready before they are answered.
const AT_ONCE: usize = 10;

/// One thing to repeat: a client, a path and a cookie.
struct Subject<'a> {
    row: [&'a str; 3],
    client: &'a dyn Client,
    path: String,
    cookie: &'a str,
    rounds: Vec<f64>,
}

impl Subject<'_> {
    /// Only answering is timed. Requests are made ready a few at a time, because many
    /// would not be in the processor's caches any more.
    fn round(&mut self, requests: usize) {
        let mut nanos = 0;
        for _ in 0..requests / AT_ONCE {
            let ready: [_; AT_ONCE] =
                std::array::from_fn(|_| self.client.ready(&self.path, self.cookie));
            let start = Instant::now();
            for request in ready {
                request();
            }
            nanos += start.elapsed().as_nanos();
        }
        self.rounds.push(nanos as f64 / requests as f64);
    }

    fn median(&mut self) -> f64 {
        self.rounds.sort_by(f64::total_cmp);
        self.rounds[self.rounds.len() / 2]
    }
}

pub fn in_process(contenders: &[Box<dyn Contender>], rounds: usize, requests: usize) -> Vec<Row> {
    let mut clients = vec![];
    for (size, items) in SIZES {
        for contender in contenders {
            let Some(client) = contender.client(items) else { continue };
            let Some(cookie) = fill(&*client) else {
                eprintln!("{}: refuses {size}", contender.name());
                continue;
            };
            if contender.keeps() {
                check(contender.name(), &*client, &cookie);
            }
            clients.push((contender.name(), size, client, cookie));
        }
    }
    let keys: Vec<_> = ["1", "2", "5", "8"].map(|n| (n, with_keys(n.parse().unwrap(), 3))).into();
    let mut subjects = vec![];
    for (name, size, client, cookie) in &clients {
        for case in CASES {
            let (row, path) = ([*name, case, *size], format!("/{case}"));
            subjects.push(Subject { row, client: &**client, path, cookie, rounds: vec![] });
        }
    }
    let forged: Vec<_> = keys.iter().map(|(_, (_, cookie))| forge(cookie)).collect();
    for ((n, (client, cookie)), forged) in keys.iter().zip(&forged) {
        assert_eq!(
            client.get("/show", cookie).body,
            "41",
            "the oldest of {n} keys does not verify"
        );
        assert_eq!(client.get("/show", forged).body, "0", "a forgery was read");
        for (case, cookie) in [("oldest key", &**cookie), ("forged", &**forged)] {
            let (row, path) = ([*n, case, "200 B"], "/show".to_owned());
            subjects.push(Subject { row, client: &**client, path, cookie, rounds: vec![] });
        }
    }

    let mut rows = vec![];
    for subject in &mut subjects {
        subject.round(20);
        subject.rounds.clear();
        let counted = (0..5).map(|_| {
            let ready = subject.client.ready(&subject.path, subject.cookie);
            let counted = allocation_counter::measure(ready);
            (counted.count_total, counted.bytes_total)
        });
        let (count, bytes) = counted.min().unwrap();
        let [name, case, size] = subject.row;
        rows.push(Row::new("allocations", name, case, size, count as f64));
        rows.push(Row::new("bytes", name, case, size, bytes as f64));
    }
    for _ in 0..rounds {
        for subject in &mut subjects {
            subject.round(requests);
        }
    }
    for subject in &mut subjects {
        let [name, case, size] = subject.row;
        rows.push(Row::new("ns", name, case, size, subject.median()));
    }
    rows
}

/// Another character in the middle of the cookie.
fn forge(cookie: &str) -> String {
    let mut bytes = cookie.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}
