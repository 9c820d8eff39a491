//! Tables and plots out of figures.

use std::fmt::Write;
use std::fs;

use crate::contender::{CASES, SIZES};
use crate::figures::get;
use crate::goals;
use crate::measure::Row;
use crate::plot::Plot;

const CONNECTIONS: [&str; 4] = ["1", "2", "8", "64"];
const KEYS: [&str; 4] = ["1", "2", "5", "8"];

fn names<'a>(rows: &'a [Row], what: &str) -> Vec<&'a str> {
    let mut names: Vec<&str> = vec![];
    for row in rows.iter().filter(|row| row.what == what && CASES.contains(&&*row.case)) {
        if !names.contains(&&*row.name) {
            names.push(&row.name);
        }
    }
    names
}

fn cell(value: Option<f64>) -> String {
    value.map_or("—".into(), |value| {
        let whole = value.fract() == 0.0 || value.abs() >= 100.0;
        if whole { format!("{value:.0}") } else { format!("{value:.1}") }
    })
}

/// One row a contender, one column a case and size.
fn table(rows: &[Row], title: &str, what: &str, sizes: &[&str]) -> String {
    let mut text = format!("\n## {title}\n\n| |");
    for size in sizes {
        for case in CASES {
            write!(text, " {case}, {size} |").unwrap();
        }
    }
    write!(text, "\n|---|{}\n", "--:|".repeat(sizes.len() * CASES.len())).unwrap();
    for name in names(rows, what) {
        let cells =
            sizes.iter().flat_map(|size| CASES.map(|case| cell(get(rows, what, name, case, size))));
        writeln!(text, "| {name} | {} |", cells.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    text
}

/// One row a name, one column a case.
fn pivot(rows: &[Row], title: &str, what: &str) -> String {
    let (mut names, mut cases): (Vec<&str>, Vec<&str>) = Default::default();
    for row in rows.iter().filter(|row| row.what == what) {
        for (all, one) in [(&mut names, &row.name), (&mut cases, &row.case)] {
            if !all.contains(&&**one) {
                all.push(one);
            }
        }
    }
    let mut text = format!("\n## {title}\n\n| | {} |\n", cases.join(" | "));
    writeln!(text, "|---|{}", "--:|".repeat(cases.len())).unwrap();
    for name in names {
        let of = |case: &&str| {
            rows.iter().find(|row| row.what == what && row.name == name && row.case == *case)
        };
        let cells: Vec<_> = cases.iter().map(|case| cell(of(case).map(|row| row.value))).collect();
        writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    text
}

pub fn tables(rows: &[Row]) -> String {
    let sizes = SIZES.map(|(size, _)| size);
    let mut text = goals::table(rows);
    text += &pivot(rows, "Builds, seconds", "build s");
    text += &table(rows, "In process, ns a request", "ns", &sizes);
    text += &table(rows, "Allocations", "allocations", &sizes);
    text += &table(rows, "Bytes allocated", "bytes", &sizes);
    text += &table(rows, "Instructions", "instructions", &["200 B"]);
    text += "\nvalgrind has no instructions for SHA-256. The program then computes it without them, \
             which is most of the tuned floor here.\n";
    for (title, what) in [
        ("Over HTTP, requests a second, by connections", "http/s"),
        ("Over HTTP, CPU of the server, µs a request", "http cpu"),
        ("Over HTTP, median, µs", "http p50"),
        ("Over HTTP, 99th percentile, µs", "http p99"),
    ] {
        text += &table(rows, title, what, &CONNECTIONS);
    }
    text += &table(rows, "Round trips to Redis", "redis", &["200 B"]);
    text += &pivot(rows, "Soak: memory, and µs until the answer", "soak");
    text += "\n## Keys, ns to read\n\n| keys | oldest key | forged |\n|---|--:|--:|\n";
    for n in KEYS {
        let of = |case: &str| cell(get(rows, "ns", n, case, "200 B"));
        writeln!(text, "| {n} | {} | {} |", of("oldest key"), of("forged")).unwrap();
    }
    text
}

/// The application without a session that a contender is compared with.
fn bare(name: &str) -> Option<&'static str> {
    match name {
        "floor" | "tuned floor" => None,
        _ if name.contains("axum") || name.contains("tower") => Some("bare axum"),
        _ if name.contains("actix") => Some("bare actix-web"),
        _ => Some("bare Rocket"),
    }
}

/// Nanoseconds over the bare application.
fn extra(rows: &[Row], name: &str, case: &str, size: &str) -> Option<f64> {
    let own = get(rows, "ns", name, case, size)?;
    Some(own - bare(name).map_or(Some(0.0), |bare| get(rows, "ns", bare, case, size))?)
}

/// Whom the plots leave out: who keeps no session, and stores that would push all others
/// down to the axis.
fn in_size_plot(name: &str) -> bool {
    let far = ["bare ", "constant ", "SQLite", "Redis", "PostgreSQL"];
    !far.iter().any(|part| name.contains(part)) && name != "floor"
}

fn in_connections_plot(name: &str) -> bool {
    let near = ["bare axum", "constant ", "encrypted", "session, flask", "prototype"];
    !near.iter().any(|part| name.contains(part))
}

type Lines = Vec<(String, Vec<(f64, f64)>)>;

fn lines(
    names: impl IntoIterator<Item = impl Into<String>>,
    ticks: &[(&str, f64)],
    value: impl Fn(&str, &str) -> Option<f64>,
) -> Lines {
    let line = |name: String| {
        let points = ticks.iter().filter_map(|(tick, x)| Some((*x, value(&name, tick)?)));
        let points = points.collect();
        (name, points)
    };
    names.into_iter().map(Into::into).map(line).collect()
}

/// `RESULTS.md` and the plots.
pub fn write(rows: &[Row], machine: &str, folder: &str) {
    let sizes = [("200 B", 201.0), ("1 kB", 993.0), ("2.6 kB", 2577.0)];
    let keys = KEYS.map(|n| (n, n.parse().unwrap()));
    let connections = CONNECTIONS.map(|n| (n, n.parse().unwrap()));
    let mut plots = vec![];
    for (file, case, title) in [
        ("size-ro", "ro", "In process: read one field"),
        ("size-rw", "rw", "In process: read, count up, write back"),
    ] {
        let names = names(rows, "ns").into_iter().filter(|name| in_size_plot(name));
        let lines = lines(names, &sizes, |name, size| extra(rows, name, case, size));
        let (x, y) = ("the session's JSON", "ns a request, over the bare application");
        plots.push((file, Plot { title, x, y, log: false, ticks: &sizes, lines }));
    }
    plots.push((
        "keys",
        Plot {
            title: "In process: a request that reads, with more keys",
            x: "keys",
            y: "ns a request",
            log: false,
            ticks: &keys,
            lines: lines(["oldest key", "forged"], &keys, |case, n| {
                get(rows, "ns", n, case, "200 B")
            }),
        },
    ));
    for (file, what, title) in [
        ("connections-p50", "http p50", "Over HTTP: read, count up, write back; median"),
        ("connections-p99", "http p99", "Over HTTP: read, count up, write back; 99th percentile"),
    ] {
        let names = names(rows, what).into_iter().filter(|name| in_connections_plot(name));
        let lines = lines(names, &connections, |name, n| get(rows, what, name, "rw", n));
        let (x, y) = ("connections", "µs until the answer");
        plots.push((file, Plot { title, x, y, log: true, ticks: &connections, lines }));
    }
    let mut text = format!("# Results\n\nWritten by `bench/report`.\n\n{machine}");
    text += &tables(rows);
    text += "\n## Plots\n\n";
    fs::create_dir_all(format!("{folder}/plots")).unwrap();
    for (file, plot) in plots {
        writeln!(text, "![{}](plots/{file}.svg)\n", plot.title).unwrap();
        fs::write(format!("{folder}/plots/{file}.svg"), plot.svg()).unwrap();
    }
    fs::write(format!("{folder}/RESULTS.md"), text.trim_end().to_owned() + "\n").unwrap();
}
