//! Instructions under callgrind: a program that answers 1,100 requests minus one that
//! answers 100, so that the launch is not in the figure.

use std::env::current_exe;
use std::process::Command;

use crate::contender::{CASES, Contender, SIZES, fill};
use crate::measure::Row;

const NAMES: [&str; 5] = [
    "bare Rocket",
    "constant Set-Cookie",
    "tuned floor",
    "session, signed",
    "rocket_flex_session, cookie",
];

pub fn repeat(contender: &dyn Contender, case: &str, times: usize) {
    let client = contender.client(SIZES[0].1).expect("a contender in process");
    let cookie = fill(&*client).expect("a cookie");
    for _ in 0..times {
        client.ready(&format!("/{case}"), &cookie)();
    }
}

pub fn all() -> Vec<Row> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("SKIPPED: instructions (valgrind is not installed).");
        return vec![];
    }
    let mut rows = vec![];
    for name in NAMES {
        for case in CASES {
            let value = (count(name, case, 1100) - count(name, case, 100)) / 1000.0;
            rows.push(Row::new("instructions", name, case, "200 B", value));
        }
    }
    rows
}

fn count(name: &str, case: &str, times: u32) -> f64 {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(current_exe().unwrap());
    let output = command.args(["repeat", name, case, &times.to_string()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let line =
        text.lines().find(|line| line.contains("Collected :")).unwrap_or_else(|| panic!("{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}
