//! A PostgreSQL server.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Process, folder, free_port, program, text, wait_for};

/// A server on a port of its own that trusts everybody on this machine.
#[derive(Debug)]
pub struct PostgresServer {
    program: PathBuf,
    settings: Vec<String>,
    port: u16,
    process: Option<Process>,
    folder: TempDir,
}

impl PostgresServer {
    /// Starts one, with some settings: `fsync=off`. `None` if PostgreSQL is not
    /// installed.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start(settings: &[&str]) -> Option<PostgresServer> {
        let folders = installed();
        let initdb = program("initdb", &folders)?;
        let program = program("postgres", &folders)?;
        let settings = settings.iter().map(ToString::to_string).collect();
        let (port, folder) = (free_port(), folder());
        let mut server = PostgresServer { program, settings, port, process: None, folder };
        if let Some((user, group)) = other_user() {
            chown(server.folder.path(), Some(user), Some(group)).expect("a folder to give away");
        }
        let data = server.data();
        let arguments =
            ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"];
        let mut command = as_other_user(&initdb);
        let made = command.args(arguments).args(["-D", text(&data)]).output().expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        server.start_again();
        Some(server)
    }

    /// Where to connect.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres", "postgres")
    }

    /// Where to connect as some user, with a password or not: `name:password`.
    #[must_use]
    pub fn url_of(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens, on the loopback address.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it logged since it was started.
    ///
    /// # Panics
    ///
    /// If that cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("the server's log")
    }

    /// The folder of the database's files.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts a server that was stopped: the same data, the same port.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start_again(&mut self) {
        let log = File::create(self.folder.path().join("log")).expect("a log");
        let sockets = format!("unix_socket_directories={}", text(self.folder.path()));
        let mut command = as_other_user(&self.program);
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        for setting in ["listen_addresses=127.0.0.1", &sockets, "log_min_messages=log"] {
            command.args(["-c", setting]);
        }
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let mut process = Process::start(command.stdout(Stdio::null()).stderr(log));
        wait_for("the start of PostgreSQL", || {
            assert!(!process.has_ended(), "PostgreSQL did not start: {}", self.log());
            self.log().contains("ready to accept connections")
        });
        self.process = Some(process);
    }

    /// Ends all of the server's processes with `kill -9`.
    pub fn stop_hard(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let children = halt(&process);
        process.kill();
        signal("KILL", &children);
        wait_for("the end of PostgreSQL's processes", || {
            !children.iter().any(|child| is_running(child))
        });
    }

    /// Stops it hard and starts it again.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn restart(&mut self) {
        self.stop_hard();
        self.start_again();
    }

    /// Halts all of the server's processes: connections stay, answers do not
    /// come.
    pub fn pause(&self) {
        let children = halt(self.process.as_ref().expect("a server that runs"));
        signal("STOP", &children);
    }

    /// Lets a server go on that was paused.
    pub fn resume(&self) {
        let process = self.process.as_ref().expect("a server that runs");
        signal("CONT", &children(process));
        process.signal("CONT");
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop_hard();
    }
}

/// Gives a file to the user that the servers run as, and to nobody else, as they demand
/// of their keys.
///
/// # Panics
///
/// If it is not this user's to give.
pub fn give(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("permissions");
    if let Some((user, group)) = other_user() {
        chown(file, Some(user), Some(group)).expect("a file to give away");
    }
}

/// Where distributions put the programs, the newest version first.
fn installed() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// PostgreSQL refuses to be root. If the tests are, it is somebody else.
fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let said = Command::new("id").args(arguments).output().expect("the program `id`");
        String::from_utf8_lossy(&said.stdout).trim().parse().ok()
    };
    let ids = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    let is_root = id(&["-u"]) == Some(0);
    is_root.then(|| ids("postgres").or_else(|| ids("nobody")).expect("a user besides root"))
}

fn as_other_user(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    // Messages are looked into, and the server refuses a folder it may not enter.
    command.env("LC_ALL", "C").current_dir("/");
    command
}

/// Each connection has a process, in a session of its own: no signal to a group
/// reaches them all.
fn children(process: &Process) -> Vec<String> {
    let parent = process.id().to_string();
    let said = Command::new("pgrep").args(["-P", &parent]).output().expect("the program `pgrep`");
    String::from_utf8_lossy(&said.stdout).split_whitespace().map(str::to_owned).collect()
}

/// Halts the first process, so that it starts no more of them, and names those.
fn halt(process: &Process) -> Vec<String> {
    signal("STOP", &[process.id().to_string()]);
    children(process)
}

/// Some may have ended by themselves.
fn signal(signal: &str, processes: &[String]) {
    if !processes.is_empty() {
        let mut kill = Command::new("kill");
        let sent = kill.arg(format!("-{signal}")).args(processes).stderr(Stdio::null()).status();
        sent.expect("the program `kill`");
    }
}

/// A process that ended and that nobody waited for is still listed, as `Z`.
fn is_running(process: &str) -> bool {
    let said = Command::new("ps").args(["-o", "stat=", "-p", process]).output();
    let state = said.expect("the program `ps`").stdout;
    !state.trim_ascii().is_empty() && !state.trim_ascii().starts_with(b"Z")
}
