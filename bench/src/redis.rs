//! Round trips to Redis: what it read from its connections, request by request.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::contender::{CASES, Contender, SIZES, fill};
use crate::measure::Row;

fn reads(address: &str) -> f64 {
    let mut stream = TcpStream::connect(address).expect("Redis");
    stream.write_all(b"INFO stats\r\n").unwrap();
    let mut text = vec![];
    while !text.ends_with(b"\r\n\r\n") && text.len() < 100_000 {
        let mut part = [0; 8192];
        let length = stream.read(&mut part).unwrap();
        text.extend_from_slice(&part[..length]);
        if String::from_utf8_lossy(&text).contains("total_writes_processed") {
            break;
        }
    }
    let text = String::from_utf8(text).unwrap();
    let (_, value) = text.split_once("total_reads_processed:").expect("Redis 6.2 or newer");
    value.lines().next().unwrap().trim().parse().unwrap()
}

pub fn round_trips(contenders: &[Box<dyn Contender>]) -> Vec<Row> {
    let Ok(url) = std::env::var("REDIS_URL") else { return vec![] };
    let address = url.trim_start_matches("redis://");
    let mut rows = vec![];
    for contender in contenders.iter().filter(|contender| contender.name().contains("Redis")) {
        let client = contender.client(SIZES[0].1).expect("a client");
        let cookie = fill(&*client).expect("a cookie");
        for case in CASES {
            let path = format!("/{case}");
            client.ready(&path, &cookie)();
            let before = reads(address);
            (0..100).for_each(|_| client.ready(&path, &cookie)());
            // One of them asked for the figure.
            let trips = ((reads(address) - before - 1.0) / 100.0).round();
            rows.push(Row::new("redis", contender.name(), case, "200 B", trips));
        }
    }
    rows
}
