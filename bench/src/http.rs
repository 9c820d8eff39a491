//! Over HTTP: the server has one core, the load another. Requests a second, CPU time a
//! request, and how long the slowest took.

use std::env::current_exe;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::contender::{CASES, SIZES};
use crate::measure::Row;

const NAMES: [&str; 6] = [
    "bare Rocket",
    "constant Set-Cookie",
    "session, signed",
    "rocket_flex_session, cookie",
    "rocket_flex_session, memory",
    "Rocket private cookie by hand",
];

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A cookie of the server's own: stores are in its process.
fn cookie(address: &str) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let set = runtime.block_on(async {
        for _ in 0..200 {
            if let Ok(mut stream) = TcpStream::connect(address).await {
                let answer = request(&mut stream, &line("/fill", "")).await;
                return String::from_utf8(answer).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no server at {address}");
    });
    let lines = set.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap())
    });
    lines.collect::<Vec<_>>().join("; ")
}

fn line(path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n")
}

/// One answer with a `Content-Length`, its head as it came.
async fn request(stream: &mut TcpStream, line: &str) -> Vec<u8> {
    stream.write_all(line.as_bytes()).await.unwrap();
    let mut answer = Vec::with_capacity(8192);
    loop {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "the server closed");
        let Some(head) = answer.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap().to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 200"), "{text}");
        let (_, length) = text.split_once("content-length: ").expect("a length");
        let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
        if answer.len() >= head + 4 + length {
            answer.truncate(head);
            return answer;
        }
    }
}

/// Prints requests a second, and the median and the 99th percentile in microseconds.
pub fn load(address: &str, path: &str, cookie: &str, connections: usize, seconds: f64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let times = Arc::new(Mutex::new(vec![]));
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    for _ in 0..connections {
        let (line, address, times) = (line(path, cookie), address.to_owned(), Arc::clone(&times));
        local.spawn_local(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            while Instant::now() < end {
                let start = Instant::now();
                request(&mut stream, &line).await;
                times.lock().unwrap().push(start.elapsed().as_nanos() as u32);
            }
        });
    }
    runtime.block_on(local);
    let mut times = times.lock().unwrap();
    times.sort_unstable();
    let at = |part: f64| f64::from(times[(times.len() as f64 * part) as usize]) / 1000.0;
    println!("{} {} {}", times.len() as f64 / seconds, at(0.5), at(0.99));
}

/// User and system time of a process, in microseconds.
fn cpu(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks * 10_000.0
}

fn pinned(core: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(current_exe().unwrap());
    command
}

pub fn all(seconds: f64) -> Vec<Row> {
    let items = SIZES[0].1.to_string();
    let mut servers = vec![];
    for (n, name) in NAMES.into_iter().enumerate() {
        let port = 18200 + n as u16;
        let child = pinned("0")
            .args(["serve", name, &items, &port.to_string()])
            .stderr(Stdio::null())
            .spawn();
        let server = Server(child.expect("taskset"));
        let address = format!("127.0.0.1:{port}");
        let cookie = cookie(&address);
        servers.push((name, server, address, cookie));
    }
    let mut rows = vec![];
    for connections in ["1", "2", "8", "64"] {
        for case in CASES {
            for (name, server, address, cookie) in &servers {
                let before = cpu(server.0.id());
                let arguments = [
                    "load",
                    address,
                    &format!("/{case}"),
                    cookie,
                    connections,
                    &seconds.to_string(),
                ];
                let output = pinned("1").args(arguments).output().unwrap();
                let text = String::from_utf8(output.stdout).unwrap();
                let [rate, p50, p99] =
                    *text.split_whitespace().map(|n| n.parse().unwrap()).collect::<Vec<f64>>()
                else {
                    panic!("{name}: {}", String::from_utf8_lossy(&output.stderr))
                };
                let spent = (cpu(server.0.id()) - before) / (rate * seconds);
                for (what, value) in
                    [("http/s", rate), ("http p50", p50), ("http p99", p99), ("http cpu", spent)]
                {
                    rows.push(Row::new(what, name, case, connections, value));
                }
            }
        }
    }
    rows
}
