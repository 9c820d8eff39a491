//! What a session adds to a build: crates written into a folder and built there, without
//! the network, with the versions of this crate's `Cargo.lock`.

use std::fmt::Write;
use std::fs::{self, File};
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::measure::Row;

const BENCH: &str = env!("CARGO_MANIFEST_DIR");
const ROUTES: usize = 100;
/// Clean builds of each, of which the fastest counts, and rebuilds, of which the median does.
const CLEAN: usize = 2;
const REBUILDS: usize = 5;

const SESSION: &str = "use session_runtime::prelude::*;\n\n\
    #[session(username: String, visits: u32 = 0, cart: Vec<u32> = vec![], flash(success))]\n\
    struct Visitor;\n\n";
const REDIRECT: &str = "use rocket::response::Redirect;\nuse session_runtime::prelude::*;\n\n";
const GUARD: &str = "struct Guard(String);\n\n\
    impl Guard {\n    fn username(&self) -> Option<&str> {\n        Some(&self.0)\n    }\n}\n\n\
    #[rocket::async_trait]\n\
    impl<'r> rocket::request::FromRequest<'r> for Guard {\n    type Error = ();\n\n    \
    async fn from_request(_: &'r rocket::Request<'_>) -> rocket::request::Outcome<Self, ()> {\n        \
    rocket::request::Outcome::Success(Guard(String::new()))\n    }\n}\n\n";

/// A crate: its name, what comes before its routes, and of each route the attribute, the
/// parameter and the answer.
struct Crate(&'static str, &'static str, [&'static str; 3], usize);

const ELSE: &str = "#[session(username: String else Redirect::to(\"/login\"))]\n";
const OR_X: &str = "session.username().unwrap_or(\"x\").to_owned()";

const PLAIN: Crate = Crate("plain", "", ["", "", "String::new()"], 1);
const WITH: Crate = Crate("with-session", SESSION, ["", "session: Session<Visitor>", OR_X], 1);
const ROUTES_EACH: [(&str, Crate); 4] = [
    ("100 routes, plain", Crate("routes-plain", "", ["", "", "String::new()"], ROUTES)),
    (
        "100 routes, a trivial guard on each",
        Crate("routes-guard", GUARD, ["", "session: Guard", OR_X], ROUTES),
    ),
    (
        "100 routes, a shared session on each",
        Crate("routes-shared", SESSION, ["", "session: Session<Visitor>", OR_X], ROUTES),
    ),
    (
        "100 routes, a list of its own with an else on each",
        Crate(
            "routes-own",
            REDIRECT,
            [ELSE, "session: Session", "session.username().to_owned()"],
            ROUTES,
        ),
    ),
];

impl Crate {
    fn write(&self, folder: &str) {
        let Crate(name, before, [attribute, parameter, answer], routes) = self;
        let session = before.contains("session_runtime");
        let dependency = format!("session-runtime = {{ path = \"{BENCH}/../session-runtime\" }}\n");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             rocket = {{ version = \"0.5.2\", default-features = false }}\n{}",
            if session { &*dependency } else { "" }
        );
        let mut code = format!("use rocket::{{get, launch, routes}};\n{before}");
        for n in 0..*routes {
            writeln!(
                code,
                "{attribute}#[get(\"/{n}\")]\nfn route_{n}({parameter}) -> String {{\n    {answer}\n}}\n"
            )
            .unwrap();
        }
        let all = (0..*routes).map(|n| format!("route_{n}")).collect::<Vec<_>>().join(", ");
        let attach = if session { ".attach(Sessions::fairing())" } else { "" };
        writeln!(
            code,
            "#[launch]\nfn rocket() -> _ {{\n    rocket::build(){attach}.mount(\"/\", routes![{all}])\n}}"
        )
        .unwrap();
        fs::create_dir_all(format!("{folder}/{name}/src")).unwrap();
        fs::write(format!("{folder}/{name}/Cargo.toml"), manifest).unwrap();
        fs::write(format!("{folder}/{name}/src/main.rs"), code).unwrap();
    }
}

fn cargo(folder: &str, arguments: &[&str]) -> (String, f64) {
    let start = Instant::now();
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).arg("--offline").current_dir(folder);
    let output = cargo.env("CARGO_TARGET_DIR", format!("{folder}/target")).output().expect("cargo");
    let seconds = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), seconds)
}

fn build(folder: &str, Crate(name, ..): &Crate) -> f64 {
    cargo(folder, &["build", "-q", "-p", name]).1
}

/// CPU time of all builds so far, in seconds.
fn spent() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[13..15].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// How long a build from nothing takes, and its CPU time, if that is less than `least`.
fn clean(folder: &str, one: &Crate, least: [f64; 2]) -> [f64; 2] {
    let _ = fs::remove_dir_all(format!("{folder}/target"));
    let before = spent();
    let seconds = build(folder, one);
    [seconds.min(least[0]), (spent() - before).min(least[1])]
}

fn crates(folder: &str, Crate(name, ..): &Crate) -> f64 {
    let tree = ["tree", "-p", name, "--prefix=none", "--edges=normal,build", "--format={p}"];
    let (text, _) = cargo(folder, &tree);
    let mut names: Vec<_> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    names.sort_unstable();
    names.dedup();
    names.len() as f64
}

pub fn all(folder: &str) -> Vec<Row> {
    fs::create_dir_all(folder).unwrap();
    let folder = fs::canonicalize(folder).unwrap();
    let folder = folder.to_str().expect("a folder in UTF-8");
    let routes = ROUTES_EACH.iter().map(|(_, one)| one);
    let names: Vec<_> = [&PLAIN, &WITH].into_iter().chain(routes).collect();
    names.iter().for_each(|one| one.write(folder));
    let members: Vec<_> = names.iter().map(|one| one.0).collect();
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    fs::write(format!("{folder}/Cargo.toml"), workspace).unwrap();
    fs::copy(format!("{BENCH}/Cargo.lock"), format!("{folder}/Cargo.lock")).unwrap();

    let (mut plain, mut with) = ([f64::MAX; 2], [f64::MAX; 2]);
    for _ in 0..CLEAN {
        plain = clean(folder, &PLAIN, plain);
        with = clean(folder, &WITH, with);
    }
    let mut times = ROUTES_EACH.map(|_| vec![]);
    for (_, one) in &ROUTES_EACH {
        build(folder, one);
    }
    for _ in 0..REBUILDS {
        for ((_, one), times) in ROUTES_EACH.iter().zip(&mut times) {
            let main = File::options().write(true).open(format!("{folder}/{}/src/main.rs", one.0));
            main.unwrap().set_modified(SystemTime::now()).unwrap();
            times.push(build(folder, one));
        }
    }
    let [base, guard, shared, own] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[REBUILDS / 2]
    });
    let added = |case, value| Row::new("build", "session, signed", case, "added", value);
    let seconds = |name, case, value| Row::new("build s", name, case, "", value);
    let mut rows = vec![
        added("clean, %", 100.0 * (with[0] / plain[0] - 1.0)),
        added("crates", crates(folder, &WITH) - crates(folder, &PLAIN)),
        added("shared", shared / guard),
        added("own list and else", own / guard),
    ];
    for (name, [time, cpu]) in [("Rocket", plain), ("Rocket and session-runtime", with)] {
        rows.push(seconds(name, "clean", time));
        rows.push(seconds(name, "clean, CPU time", cpu));
    }
    for ((name, _), value) in ROUTES_EACH.iter().zip([base, guard, shared, own]) {
        rows.push(seconds(name, "rebuild", value));
    }
    rows
}
