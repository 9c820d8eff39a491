//! Redis: one server, or a cluster of three.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::{Process, folder, free_port, program, text, wait_for};

/// The slots of a cluster, and how many of them each of three machines has.
const SLOTS: u16 = 16384;
const MACHINES: u16 = 3;

/// A server of Redis. It keeps nothing on the disk unless it is told to.
#[derive(Debug)]
pub struct RedisServer {
    process: Process,
    redis_server: PathBuf,
    port: u16,
    folder: TempDir,
    options: Vec<String>,
}

impl RedisServer {
    /// Starts one that keeps nothing on the disk. `None` if it is not installed.
    #[must_use]
    pub fn start() -> Option<RedisServer> {
        RedisServer::start_with(&[])
    }

    /// Starts one with options, such as `["--appendonly", "yes"]`. `None` if it
    /// is not installed.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Option<RedisServer> {
        let redis_server = program("redis-server", &[])?;
        program("redis-cli", &[])?;
        let (port, folder) = (free_port(), folder());
        let options: Vec<String> =
            ["--save", ""].iter().chain(options).map(ToString::to_string).collect();
        let process = run(&redis_server, port, &folder, &options);
        let mut server = RedisServer { process, redis_server, port, folder, options };
        server.wait();
        Some(server)
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it with `kill -9`.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, on the same port, with what it has on the disk.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn restart(&mut self) {
        self.process.kill();
        self.process = run(&self.redis_server, self.port, &self.folder, &self.options);
        self.wait();
    }

    /// Starts it again with more options.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn restart_with(&mut self, options: &[&str]) {
        let before = self.options.len();
        self.options.extend(options.iter().map(ToString::to_string));
        self.restart();
        self.options.truncate(before);
    }

    /// Stops it where it is.
    pub fn pause(&self) {
        self.process.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.process.signal("CONT");
    }

    /// What it answers to a command.
    ///
    /// # Panics
    ///
    /// If `redis-cli` cannot be run.
    #[must_use = "it may be an error"]
    pub fn ask(&self, command: &[&str]) -> String {
        ask(self.port, command)
    }

    /// What clients send from now on.
    #[must_use]
    pub fn commands(&self) -> Commands {
        Commands::of(self.port)
    }

    fn wait(&mut self) {
        wait_for("the start of Redis", || {
            assert!(!self.process.has_ended(), "redis-server {:?} does not run", self.options);
            // It listens before it has loaded what it has on the disk. One that
            // wants a password is there too.
            let answer = ask(self.port, &["PING"]);
            answer == "PONG" || answer.starts_with("NOAUTH")
        });
    }
}

/// Three primaries, which share the slots.
#[derive(Debug)]
pub struct RedisCluster {
    servers: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts them and waits until they are one. `None` if Redis is not
    /// installed.
    ///
    /// # Panics
    ///
    /// If they do not start, or do not find each other.
    #[must_use]
    pub fn start() -> Option<RedisCluster> {
        RedisCluster::start_with(Vec::new)
    }

    /// Starts them with further options, which each is given anew.
    ///
    /// # Panics
    ///
    /// If they do not start, or do not find each other.
    pub fn start_with(more: impl Fn() -> Vec<String>) -> Option<RedisCluster> {
        let start = |_| {
            let bus = free_port();
            let (port, more) = (bus.to_string(), more());
            let mut options = vec!["--cluster-enabled", "yes", "--cluster-port", &port];
            options.extend(more.iter().map(String::as_str));
            RedisServer::start_with(&options).map(|server| (server, bus))
        };
        let started: Vec<(RedisServer, u16)> = (0..MACHINES).map(start).collect::<Option<_>>()?;
        for (n, (server, _)) in (0..).zip(&started) {
            let [first, end] = [n, n + 1].map(|n| u32::from(SLOTS) * n / u32::from(MACHINES));
            let (first, last) = (first.to_string(), (end - 1).to_string());
            let epoch = (n + 1).to_string();
            done(&server.ask(&["CLUSTER", "ADDSLOTSRANGE", &first, &last]));
            done(&server.ask(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch]));
        }
        let (first, others) = started.split_first().expect("machines");
        for (server, bus) in others {
            let [port, bus] = [server.port, *bus].map(|port| port.to_string());
            done(&first.0.ask(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]));
        }
        let cluster =
            RedisCluster { servers: started.into_iter().map(|(server, _)| server).collect() };
        cluster.wait();
        Some(cluster)
    }

    /// Waits until each machine knows all others and serves its slots.
    ///
    /// # Panics
    ///
    /// If that does not come.
    pub fn wait(&self) {
        wait_for("a cluster of Redis", || {
            self.servers.iter().all(|server| {
                let info = server.ask(&["CLUSTER", "INFO"]);
                let known = format!("cluster_known_nodes:{MACHINES}");
                let slots = format!("cluster_slots_ok:{SLOTS}");
                [&known, &slots, "cluster_state:ok"].iter().all(|line| info.contains(*line))
            })
        });
    }

    /// The URL of a configuration, with two of the three.
    #[must_use]
    pub fn url(&self) -> String {
        let [one, two] = [0, 1].map(|n| self.servers[n].port);
        format!("redis-cluster://127.0.0.1:{one},127.0.0.1:{two}")
    }

    /// Its machines.
    #[must_use]
    pub fn servers(&self) -> &[RedisServer] {
        &self.servers
    }

    /// Its machines, to be killed and started again.
    pub fn servers_mut(&mut self) -> &mut [RedisServer] {
        &mut self.servers
    }
}

/// What clients have sent to a server: `MONITOR` without what came from
/// scripts. The counters of `INFO` count those commands too.
#[derive(Debug)]
pub struct Commands {
    port: u16,
    lines: BufReader<TcpStream>,
    /// How often they were asked for.
    asked: u32,
}

impl Commands {
    fn of(port: u16) -> Commands {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("Redis");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        stream.write_all(b"MONITOR\r\n").expect("Redis");
        let mut commands = Commands { port, lines: BufReader::new(stream), asked: 0 };
        assert_eq!(commands.line(), "+OK");
        commands
    }

    /// Those since it was asked last, as `MONITOR` writes them: `"GET" "name"`.
    ///
    /// # Panics
    ///
    /// If Redis is gone.
    #[must_use]
    pub fn sent(&mut self) -> Vec<String> {
        // A command of our own, so that it is known where they end.
        self.asked += 1;
        let end = format!("the end {}", self.asked);
        assert_eq!(ask(self.port, &["ECHO", &end]), end);
        let mut sent = Vec::new();
        loop {
            // +1795251484.352972 [0 127.0.0.1:55500] "SET" "a" "1"
            let line = self.line();
            let (head, command) = line.split_once("] ").unwrap_or_else(|| panic!("{line}"));
            if command.contains(&end) {
                return sent;
            }
            if !head.ends_with(" lua") {
                sent.push(command.to_owned());
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line of Redis");
        line.trim_end().to_owned()
    }
}

fn run(redis_server: &PathBuf, port: u16, folder: &TempDir, options: &[String]) -> Process {
    let mut command = Command::new(redis_server);
    command.args([
        "--bind",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--dir",
        text(folder.path()),
    ]);
    command.args(options).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Process::start(&mut command)
}

fn ask(port: u16, command: &[&str]) -> String {
    let mut redis_cli = Command::new("redis-cli");
    let output = redis_cli.args(["-p", &port.to_string()]).args(command).output();
    let output = output.expect("the program `redis-cli`").stdout;
    String::from_utf8_lossy(&output).trim_end().to_owned()
}

fn done(answer: &str) {
    assert_eq!(answer, "OK");
}
