//! The program `application` in a process of its own, and its visitors.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use session_tests::http::Connection;
use session_tests::{Answer, KEY};

use super::{Process, free_port, is_listening, wait_for};

/// An application that can be killed.
#[derive(Debug)]
pub struct Application {
    binary: String,
    /// What stands in `ROCKET_SESSION`, without the key.
    session: String,
    port: u16,
    process: Process,
}

impl Application {
    /// Starts it with this configuration of the session: `store="memory:"`.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(binary: &str, session: &str) -> Application {
        let (binary, session, port) = (binary.to_owned(), session.to_owned(), free_port());
        let process = launch(&binary, &session, port);
        Application { binary, session, port, process }
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, on the same port.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start_again(&mut self) {
        self.process.kill();
        self.process = launch(&self.binary, &self.session, self.port);
    }
}

fn launch(binary: &str, session: &str, port: u16) -> Process {
    let mut command = Command::new(Path::new(binary));
    command.env("ROCKET_PORT", port.to_string()).env("ROCKET_LOG_LEVEL", "off");
    command.env("ROCKET_PROFILE", "debug");
    command.env("ROCKET_SESSION", format!("{{secret_key=\"{KEY}\",{session}}}"));
    command.env("ROCKET_WORKERS", "2").stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = Process::start(&mut command);
    wait_for("the start of the application", || {
        assert!(!process.has_ended(), "the application did not start with {session}");
        is_listening(port)
    });
    process
}

/// A visitor with one cookie, whatever the application.
#[derive(Debug, Default)]
pub struct Visitor {
    cookie: Option<String>,
    connection: Option<(u16, Connection)>,
}

impl Visitor {
    /// Sends a request over a connection that is kept alive.
    ///
    /// # Errors
    ///
    /// If nobody listens, or the server hangs up.
    pub fn send(&mut self, method: &str, port: u16, path: &str) -> io::Result<Answer> {
        // One that failed is not used again.
        let mut connection = match self.connection.take() {
            Some((other, connection)) if other == port => connection,
            _ => Connection::open(port)?,
        };
        let lines: Vec<_> = self.cookie.iter().map(String::as_bytes).collect();
        let answer = connection.try_request(method, path, &lines)?;
        self.connection = Some((port, connection));
        if let Some(cookie) = answer.set_cookie() {
            let pair = format!("{}={}", cookie.name, cookie.value);
            self.cookie = (!cookie.is_removal()).then_some(pair);
        }
        Ok(answer)
    }

    /// GET.
    ///
    /// # Panics
    ///
    /// If it is not answered.
    pub fn get(&mut self, port: u16, path: &str) -> Answer {
        self.send("GET", port, path).expect("an answer")
    }

    /// POST.
    ///
    /// # Panics
    ///
    /// If it is not answered.
    pub fn post(&mut self, port: u16, path: &str) -> Answer {
        self.send("POST", port, path).expect("an answer")
    }
}
