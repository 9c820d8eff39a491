//! Tables and plots out of figures.

use std::fmt::Write;
use std::fs;

use crate::contender::{CASES, SIZES};
use crate::measure::Row;

pub fn read(file: &str) -> Vec<Row> {
    let text = fs::read_to_string(file).expect("a file of figures");
    let row = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        let [what, name, case, size, value] = fields[..] else { return None };
        Some(Row::new(what, name, case, size, value.parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}

fn get(rows: &[Row], what: &str, name: &str, case: &str, size: &str) -> Option<f64> {
    let mut found = rows
        .iter()
        .filter(|row| (&*row.what, &*row.name, &*row.case, &*row.size) == (what, name, case, size));
    found.next().map(|row| row.value)
}

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
        if value.abs() < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
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

const OURS: &str = "session, signed";
const FLEX: &str = "rocket_flex_session, cookie";

/// Each goal of the project, what was measured, and by how much it is missed.
fn goals(rows: &[Row]) -> String {
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
    let keys = |case: &str| {
        ratio(get(rows, "ns", "8", case, "200 B"), get(rows, "ns", "1", case, "200 B"))
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
    for case in ["oldest key", "forged"] {
        goals.push((format!("eight keys ÷ one, {case}"), keys(case), 1.1, true));
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
            format!("commands at Redis, {case}"),
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
            if met { "✓".into() } else { format!("✗ by {:.0} %", 100.0 * (off - 1.0)) }
        });
        let sign = if at_most { "≤" } else { "≥" };
        let value = value.map_or("—".into(), |value| format!("{value:.2}"));
        writeln!(text, "| {what} | {value} | {sign} {goal} | {verdict} |").unwrap();
    }
    text
}

pub fn tables(rows: &[Row]) -> String {
    let sizes = SIZES.map(|(size, _)| size);
    let mut text = goals(rows);
    text += &table(rows, "In process, ns a request", "ns", &sizes);
    text += &table(rows, "Allocations", "allocations", &sizes);
    text += &table(rows, "Bytes allocated", "bytes", &sizes);
    text += &table(rows, "Instructions", "instructions", &["200 B"]);
    let connections = ["1", "2", "8", "64"];
    for (title, what) in [
        ("Over HTTP, requests a second, by connections", "http/s"),
        ("Over HTTP, CPU of the server, µs a request", "http cpu"),
        ("Over HTTP, median, µs", "http p50"),
        ("Over HTTP, 99th percentile, µs", "http p99"),
    ] {
        text += &table(rows, title, what, &connections);
    }
    text += "\n## Keys, ns to read\n\n| keys | oldest key | forged |\n|---|--:|--:|\n";
    for n in ["1", "2", "5", "8"] {
        let of = |case: &str| cell(get(rows, "ns", n, case, "200 B"));
        writeln!(text, "| {n} | {} | {} |", of("oldest key"), of("forged")).unwrap();
    }
    text
}

/// A line of a plot: its name and its points.
type Line = (String, Vec<(f64, f64)>);

/// Lines over an axis that starts at zero.
fn plot(title: &str, ticks: &[(&str, f64)], lines: &[Line]) -> String {
    const COLOURS: [&str; 8] =
        ["#1b6ca8", "#d1495b", "#2e8b57", "#edae49", "#6a4c93", "#8d6e63", "#00838f", "#555555"];
    let points = || lines.iter().flat_map(|line| &line.1);
    let most = points().map(|point| point.1).fold(1.0, f64::max) * 1.05;
    let widest = ticks.iter().map(|tick| tick.1).fold(1.0, f64::max);
    let x = |value: f64| 70.0 + 420.0 * value / widest;
    let y = |value: f64| 330.0 - 290.0 * value / most;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 370\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"760\" height=\"370\" fill=\"white\"/>\n<text x=\"70\" y=\"22\" font-size=\"15\">{title}</text>\n"
    );
    for step in 0..=4 {
        let value = most * f64::from(step) / 4.0;
        let y = y(value);
        writeln!(svg, "<path d=\"M70 {y:.1}H490\" stroke=\"#ddd\"/><text x=\"64\" y=\"{:.1}\" text-anchor=\"end\">{value:.0}</text>", y + 4.0).unwrap();
    }
    for (label, value) in ticks {
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"350\" text-anchor=\"middle\">{label}</text>",
            x(*value)
        )
        .unwrap();
    }
    for (n, (name, points)) in lines.iter().enumerate() {
        let colour = COLOURS[n % COLOURS.len()];
        let line: Vec<_> =
            points.iter().map(|(a, b)| format!("{:.1},{:.1}", x(*a), y(*b))).collect();
        writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            line.join(" ")
        )
        .unwrap();
        writeln!(svg, "<text x=\"505\" y=\"{}\" fill=\"{colour}\">{name}</text>", 50 + 20 * n)
            .unwrap();
    }
    svg + "</svg>\n"
}

/// `RESULTS.md` and the plots.
pub fn write(rows: &[Row], folder: &str) {
    let machine = fs::read_to_string(format!("{folder}/target/machine.md")).unwrap_or_default();
    let plots =
        [("size", "session size"), ("keys", "number of keys"), ("connections", "connections")];
    let mut text = format!("# Results\n\nWritten by `bench/report`.\n\n{machine}\n");
    for (file, title) in plots {
        writeln!(text, "![Cost against {title}](plots/{file}.svg)").unwrap();
    }
    fs::write(format!("{folder}/RESULTS.md"), text + &tables(rows)).unwrap();
    let lines = |what: &str, case: &str, ticks: &[(&str, f64)]| -> Vec<Line> {
        let line = |name: &str| {
            let points =
                ticks.iter().filter_map(|(tick, x)| Some((*x, get(rows, what, name, case, tick)?)));
            (name.to_owned(), points.collect())
        };
        names(rows, what).into_iter().map(line).collect()
    };
    let sizes = [("200 B", 201.0), ("1 kB", 993.0), ("2.6 kB", 2577.0)];
    let keys = [("1", 1.0), ("2", 2.0), ("5", 5.0), ("8", 8.0)];
    let connections = [("1", 1.0), ("2", 2.0), ("8", 8.0), ("64", 64.0)];
    let by_key = ["oldest key", "forged"].map(|case| {
        let points =
            keys.iter().filter_map(|(n, x)| Some((*x, get(rows, "ns", n, case, "200 B")?)));
        (case.to_owned(), points.collect())
    });
    fs::create_dir_all(format!("{folder}/plots")).unwrap();
    for (file, svg) in [
        (
            "size",
            plot("read, count up, write back: ns against size", &sizes, &lines("ns", "rw", &sizes)),
        ),
        ("keys", plot("read: ns against number of keys", &keys, &by_key)),
        (
            "connections",
            plot(
                "read, count up, write back: median µs by connections",
                &connections,
                &lines("http p50", "rw", &connections),
            ),
        ),
    ] {
        fs::write(format!("{folder}/plots/{file}.svg"), svg).unwrap();
    }
}
