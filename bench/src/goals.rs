//! The goals of the project, and by how much they are missed.

use std::fmt::Write;

use crate::contender::CASES;
use crate::figures::get;
use crate::measure::Row;

const OURS: &str = "session, signed";
const FLEX: &str = "rocket_flex_session, cookie";

/// Each goal, what was measured, and by how much it is missed.
pub fn table(rows: &[Row]) -> String {
    let bare = |case: &str| if case == "rw" { "constant Set-Cookie" } else { "bare Rocket" };
    let net = |what: &str, name: &str, case: &str, size: &str| {
        Some(get(rows, what, name, case, size)? - get(rows, what, bare(case), case, size)?)
    };
    let floor = |case: &str, size: &str| get(rows, "ns", "tuned floor", case, size);
    let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
    let grows = |case: &str| {
        let ours = net("ns", OURS, case, "2.6 kB")? - net("ns", OURS, case, "200 B")?;
        Some(ours / (floor(case, "2.6 kB")? - floor(case, "200 B")?))
    };
    let lost = |case: &str| {
        let bare = get(rows, "http/s", "bare Rocket", case, "64")?;
        Some(100.0 * (1.0 - get(rows, "http/s", OURS, case, "64")? / bare))
    };
    let keys = |few: &str, case: &str| {
        ratio(get(rows, "ns", "8", case, "200 B"), get(rows, "ns", few, case, "200 B"))
    };
    let mut goals: Vec<(String, Option<f64>, f64, bool)> = vec![];
    for (case, floors, faster) in [("rw", 1.5, 4.0), ("ro", 1.8, 2.5)] {
        let ours = net("ns", OURS, case, "200 B");
        goals.push((
            format!("{case}, net ÷ tuned floor"),
            ratio(ours, floor(case, "200 B")),
            floors,
            true,
        ));
        let flex = net("ns", FLEX, case, "200 B");
        goals.push((format!("{case}, times faster than {FLEX}"), ratio(flex, ours), faster, false));
    }
    for (what, most) in [("instructions", [1200.0, 12e3, 17e3]), ("allocations", [2.0, 10.0, 14.0])]
    {
        for (case, most) in CASES.into_iter().zip(most) {
            goals.push((
                format!("{what}, net, {case}"),
                net(what, OURS, case, "200 B"),
                most,
                true,
            ));
        }
    }
    for (case, most) in [("ro", 1500.0), ("rw", 2500.0)] {
        goals.push((
            format!("bytes allocated, net, {case}"),
            net("bytes", OURS, case, "200 B"),
            most,
            true,
        ));
    }
    for (case, most) in CASES.into_iter().zip([4.0, 15.0, 22.0]) {
        goals.push((format!("HTTP throughput lost, %, {case}"), lost(case), most, true));
    }
    // An older key than the first has the session signed again, as with two keys.
    for (number, few, case) in [("two", "2", "oldest key"), ("one", "1", "forged")] {
        goals.push((format!("eight keys ÷ {number}, {case}"), keys(few, case), 1.1, true));
    }
    for case in ["ro", "rw"] {
        goals.push((
            format!("slope 200 B → 2.6 kB ÷ the tuned floor's, {case}"),
            grows(case),
            1.0,
            true,
        ));
    }
    for (case, most) in CASES.into_iter().zip([0.0, 1.0, 2.0]) {
        goals.push((
            format!("round trips to Redis, {case}"),
            get(rows, "redis", "session, Redis", case, "200 B"),
            most,
            true,
        ));
    }
    for (case, most) in
        [("clean, %", 15.0), ("crates", 22.0), ("shared", 1.1), ("own list and else", 1.5)]
    {
        goals.push((format!("build: {case}"), get(rows, "build", OURS, case, "added"), most, true));
    }
    let mut text = "\n## Goals\n\n| what | measured | goal | |\n|---|--:|--:|---|\n".to_owned();
    for (what, value, goal, at_most) in goals {
        let verdict = value.map_or("not measured".to_owned(), |value| {
            let (met, off) =
                if at_most { (value <= goal, value / goal) } else { (value >= goal, goal / value) };
            match met {
                true => "✓".into(),
                false if goal == 0.0 => format!("✗ by {value}"),
                false => format!("✗ by {:.0} %", 100.0 * (off - 1.0)),
            }
        });
        let sign = if at_most { "≤" } else { "≥" };
        let value = value.map_or("—".into(), |value| format!("{value:.2}"));
        writeln!(text, "| {what} | {value} | {sign} {goal} | {verdict} |").unwrap();
    }
    text
}
