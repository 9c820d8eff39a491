//! What it costs to refuse a forged cookie, with one key and with more.
//!
//! ```sh
//! cargo keys                       # times, side by side in one run
//! cargo keys 8 oldest 100000       # only that, for a counter of instructions
//! ```
//!
//! With the second form, the instructions of one refusal are the difference of
//! two runs, divided by the difference of their numbers:
//! `valgrind --tool=callgrind target/release/examples/keys 8 oldest 20000`.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Instant;

use session_fuzz::maker::{Maker, header};
use session_fuzz::{NAME, NOW, foreign_key, keys};
use session_runtime::fuzzing::{Envelope, Times};
use session_runtime::{Format, Refused};

/// As many as a configuration may have.
const COUNTS: [usize; 4] = [1, 2, 4, 8];
const CASES: [&str; 3] = ["first", "oldest", "unknown"];

/// Refusals measured at a time, and how often.
const BATCH: u32 = 2_000;
const ROUNDS: usize = 400;

/// A session as applications have them.
const PAYLOAD: &str = r#"{"user":"ferris","admin":false,"cart":{"tea":3,"coffee":1}}"#;

/// A forged cookie under the id of the first key, the oldest, or none.
fn forged(count: usize, case: &str) -> String {
    let keys = keys();
    let times = Times { created: NOW, issued: NOW, lifetime: None };
    let id = match case {
        "first" => Maker::new(&keys[0], NAME).id,
        "oldest" => Maker::new(&keys[count - 1], NAME).id,
        _ => Maker::new(&foreign_key(), NAME).id,
    };
    Maker::new(&foreign_key(), NAME).sign(PAYLOAD.as_bytes(), &header(id, times))
}

fn envelope(count: usize) -> Envelope {
    Envelope::new(NAME, Format::Signed, &[], &keys()[..count])
}

fn refuse(envelope: &Envelope, value: &str, times: u32) {
    for _ in 0..times {
        assert!(black_box(envelope.open(black_box(value))).is_err());
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => times(),
        [count, case, times] => match (count.parse(), times.parse()) {
            (Ok(count @ 1..=8), Ok(times)) if CASES.contains(&case.as_str()) => {
                refuse(&envelope(count), &forged(count, case), times);
            }
            _ => usage(),
        },
        _ => usage(),
    }
}

fn usage() {
    eprintln!("Type `cargo keys`, or `cargo keys <1 to 8> <{}> <times>`.", CASES.join("|"));
    std::process::exit(2);
}

/// Interleaved, so that what else the machine does hits all alike; medians.
fn times() {
    let cells: Vec<_> = CASES
        .iter()
        .flat_map(|case| COUNTS.map(|count| (envelope(count), forged(count, case))))
        .collect();
    for (n, (envelope, value)) in cells.iter().enumerate() {
        let expected = if n / COUNTS.len() < 2 { Refused::Forged } else { Refused::UnknownKey };
        assert_eq!(envelope.open(value), Err(expected));
        refuse(envelope, value, BATCH);
    }
    let mut nanos = vec![Vec::with_capacity(ROUNDS); cells.len()];
    for _ in 0..ROUNDS {
        for ((envelope, value), nanos) in cells.iter().zip(&mut nanos) {
            let start = Instant::now();
            refuse(envelope, value, BATCH);
            nanos.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(BATCH));
        }
    }
    let medians: Vec<f64> = nanos
        .iter_mut()
        .map(|nanos| {
            nanos.sort_by(f64::total_cmp);
            nanos[nanos.len() / 2]
        })
        .collect();
    println!("A cookie of {} bytes, refused; nanoseconds.\n", forged(1, "first").len());
    print!("{:<22}", "forged under the id of");
    COUNTS.iter().for_each(|count| print!("{:>10}", format!("{count} keys")));
    println!("{:>10}", "8 to 1");
    for (case, row) in
        ["the first key", "the oldest key", "no key"].iter().zip(medians.chunks(COUNTS.len()))
    {
        print!("{case:<22}");
        row.iter().for_each(|nanos| print!("{nanos:>10.1}"));
        println!("{:>10.3}", row[COUNTS.len() - 1] / row[0]);
    }
}
