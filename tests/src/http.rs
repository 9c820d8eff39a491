//! A real server, and a client that sends exactly the bytes it is given.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use rocket::fairing::AdHoc;
use rocket::{Build, Rocket, Shutdown};
use session_runtime::{Sessions, Stats};

use crate::answer::Answer;
use crate::log::{self, Line};

/// An application that serves on its own port and its own thread.
pub struct Server {
    port: u16,
    shutdown: Option<Shutdown>,
    thread: Option<JoinHandle<Option<Stats>>>,
    id: ThreadId,
}

struct Liftoff {
    port: u16,
    shutdown: Shutdown,
    id: ThreadId,
}

impl Server {
    /// Launches the application and waits until it serves.
    ///
    /// # Panics
    ///
    /// If it does not launch.
    #[must_use]
    pub fn start(rocket: Rocket<Build>) -> Server {
        log::install();
        let (lifted, liftoff) = mpsc::channel();
        let rocket = rocket.attach(AdHoc::on_liftoff("port", move |rocket| {
            Box::pin(async move {
                let id = std::thread::current().id();
                let (port, shutdown) = (rocket.config().port, rocket.shutdown());
                let _ = lifted.send(Liftoff { port, shutdown, id });
            })
        }));
        let thread = std::thread::spawn(move || {
            let mut builder = rocket::tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build().expect("a runtime");
            let ended = runtime.block_on(rocket.launch());
            let ended = ended.map_err(|error| format!("{:?}", error.kind()));
            let rocket = ended.expect("the application launches");
            rocket.state::<Sessions>().map(Sessions::stats)
        });
        let liftoff = liftoff.recv_timeout(Duration::from_secs(60)).expect("the server lifts off");
        let Liftoff { port, shutdown, id } = liftoff;
        Server { port, shutdown: Some(shutdown), thread: Some(thread), id }
    }

    /// The lines that the server logged so far.
    #[must_use]
    pub fn log(&self) -> Vec<Line> {
        log::of(self.id)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A connection that stays open.
    ///
    /// # Panics
    ///
    /// If it cannot connect.
    #[must_use]
    pub fn connect(&self) -> Connection {
        Connection::open(self.port).expect("a connection")
    }

    /// One request on a new connection.
    pub fn get(&self, path: &str, cookie_lines: &[&[u8]]) -> Answer {
        self.connect().get(path, cookie_lines)
    }

    /// Ends the server and returns its counters.
    ///
    /// # Panics
    ///
    /// If the server panicked.
    pub fn stop(mut self) -> Option<Stats> {
        self.end()
    }

    fn end(&mut self) -> Option<Stats> {
        if let Some(shutdown) = self.shutdown.take() {
            shutdown.notify();
        }
        let ended = self.thread.take()?.join();
        // A second panic would hide the message of the first.
        if std::thread::panicking() { None } else { ended.expect("the server ends in peace") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// A connection to the server.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// A connection to a port of this machine.
    ///
    /// # Errors
    ///
    /// If no server listens there.
    pub fn open(port: u16) -> io::Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// GET, with each of these as a separate `Cookie` line.
    pub fn get(&mut self, path: &str, cookie_lines: &[&[u8]]) -> Answer {
        self.request("GET", path, cookie_lines)
    }

    /// Any method without a body.
    ///
    /// # Panics
    ///
    /// If the server hangs up, or does not speak HTTP.
    pub fn request(&mut self, method: &str, path: &str, cookie_lines: &[&[u8]]) -> Answer {
        self.try_request(method, path, cookie_lines).expect("the server answers")
    }

    /// Any method without a body.
    ///
    /// # Errors
    ///
    /// If the server hangs up.
    pub fn try_request(
        &mut self,
        method: &str,
        path: &str,
        cookie_lines: &[&[u8]],
    ) -> io::Result<Answer> {
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
        for line in cookie_lines {
            bytes.extend(b"Cookie: ");
            bytes.extend(*line);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"\r\n");
        self.stream.get_mut().write_all(&bytes)?;
        self.try_receive(method == "HEAD")
    }

    /// Sends these bytes.
    ///
    /// # Panics
    ///
    /// If the server hung up.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("the server listens");
    }

    /// Reads one response.
    ///
    /// # Panics
    ///
    /// If the server does not send one.
    pub fn receive(&mut self, head: bool) -> Answer {
        self.try_receive(head).expect("the server answers")
    }

    fn try_receive(&mut self, head: bool) -> io::Result<Answer> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: u16 = status.expect("a status line");
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').expect("a header");
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new(), log: Vec::new() };
        if !head && status != 304 && status != 204 {
            answer.body = match answer.one("Transfer-Encoding") {
                Some("chunked") => self.chunks()?,
                _ => {
                    let len = answer.one("Content-Length").map_or(Ok(0), str::parse);
                    self.bytes(len.expect("a length"))?
                }
            };
        }
        Ok(answer)
    }

    fn chunks(&mut self) -> io::Result<String> {
        let mut body = String::new();
        loop {
            let len = usize::from_str_radix(&self.line()?, 16).expect("a chunk's length");
            body += &self.bytes(len)?;
            self.line()?;
            if len == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, len: usize) -> io::Result<String> {
        let mut bytes = vec![0; len];
        self.stream.read_exact(&mut bytes)?;
        Ok(String::from_utf8(bytes).expect("UTF-8"))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        let line = String::from_utf8(line).expect("UTF-8");
        let hung_up = || io::Error::from(io::ErrorKind::UnexpectedEof);
        line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(hung_up)
    }
}
