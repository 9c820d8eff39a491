//! The other side: `oracle.py`, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

/// What Python says to a request.
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
pub(crate) struct Answer {
    /// Why it reads nothing.
    pub(crate) refused: Option<String>,
    /// The payload, or the value as Flask writes it.
    pub(crate) text: String,
    /// The session as Flask writes it, signed.
    pub(crate) cookie: Option<String>,
    /// Where the documentation says that this library refuses what Flask reads.
    pub(crate) why: Vec<String>,
    /// Two values that are to be one are not.
    pub(crate) wrong: Option<String>,
}

pub(crate) struct Python {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    /// Starts the program of this name, or says why it cannot be started.
    pub(crate) fn start(program: &str, secret: &[u8]) -> Result<Python, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/differential/oracle.py");
        let mut process = Command::new(program)
            .arg(script)
            .arg(hex(secret))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{program}` does not start: {error}"))?;
        let input = process.stdin.take().expect("it is piped");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        Ok(Python { process, input, output })
    }

    /// The answers to all requests, in their order.
    pub(crate) fn ask(&mut self, requests: &[String]) -> Vec<Answer> {
        let Python { input, output, .. } = self;
        std::thread::scope(|scope| {
            // Neither side waits for the other while a pipe is full.
            scope.spawn(move || {
                let text = requests.join("\n") + "\n\n";
                input.write_all(text.as_bytes()).and_then(|()| input.flush()).expect("it listens");
            });
            let mut line = String::new();
            let mut answer = |request| {
                line.clear();
                output.read_line(&mut line).expect("it answers");
                serde_json::from_str(&line)
                    .unwrap_or_else(|error| panic!("{error}: {line:?} to {request}"))
            };
            requests.iter().map(&mut answer).collect()
        })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
