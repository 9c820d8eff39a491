//! A contender as a process of its own, on one core, and what the system says about it.

use std::env::current_exe;
use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

pub struct Server {
    process: Child,
    pub address: String,
}

impl Server {
    pub fn start(name: &str, items: usize, port: u16) -> Server {
        Server::with_settings(name, items, port, "{}")
    }

    /// The settings of this library, as in `ROCKET_SESSION`. Returns once the server answers.
    pub fn with_settings(name: &str, items: usize, port: u16, settings: &str) -> Server {
        let arguments = ["serve", name, &items.to_string(), &port.to_string()];
        let mut command = pinned("0");
        let command = command.env("ROCKET_SESSION", settings);
        let command = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("taskset");
        let server = Server { process, address: format!("127.0.0.1:{port}") };
        for _ in 0..300 {
            if TcpStream::connect(&server.address).is_ok() {
                return server;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("{name} does not listen on {port}; see: session-bench {}", arguments.join(" "));
    }

    /// The process and its children: gunicorn answers in a child.
    fn processes(&self) -> Vec<u32> {
        let own = self.process.id();
        let children = fs::read_to_string(format!("/proc/{own}/task/{own}/children"));
        let children = children.unwrap_or_default();
        [own].into_iter().chain(children.split_whitespace().flat_map(str::parse)).collect()
    }

    /// User and system time so far, in microseconds.
    pub fn cpu(&self) -> f64 {
        let of = |process: u32| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
            fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
        };
        self.processes().into_iter().map(of).sum::<f64>() * 10_000.0
    }

    /// Resident memory in megabytes.
    pub fn memory(&self) -> f64 {
        let of = |process: u32| {
            let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
            let (_, value) = status.split_once("VmRSS:").expect("a running process");
            value.split_whitespace().next().unwrap().parse::<f64>().unwrap()
        };
        self.processes().into_iter().map(of).sum::<f64>() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // gunicorn would replace a child that ends before it does.
        for process in self.processes() {
            let _ = Command::new("kill").args(["-9", &process.to_string()]).status();
        }
        let _ = self.process.wait();
    }
}

/// This program on that core.
pub fn pinned(core: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(current_exe().unwrap());
    command
}
