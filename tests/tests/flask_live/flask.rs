//! Flask, installed into a virtual environment once and started for each test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use super::SECRET;

const VERSION: &str = "3.1.3";

/// A Flask application, stopped at the end of the test.
pub(crate) struct Flask {
    process: Child,
    pub(crate) port: u16,
}

impl Flask {
    /// Starts it with this digest and salt for its cookies. Returns `None` after
    /// printing that the test is skipped.
    pub(crate) fn start(digest: &str, salt: &str) -> Option<Flask> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flask_live/app.py");
        let mut process = Command::new(python()?)
            .arg(program)
            .args([SECRET, digest, salt])
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut port = String::new();
        let stdout = process.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut port).expect("a line");
        let port = port.trim().parse().expect("the application prints its port");
        Some(Flask { process, port })
    }
}

impl Drop for Flask {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that has Flask.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PYTHON.get_or_init(install) {
        Ok(python) => Some(python),
        Err(why) => {
            let required =
                std::env::var("SESSION_TEST_FLASK").is_ok_and(|value| value == "required");
            assert!(!required, "{why}, and SESSION_TEST_FLASK=required");
            println!("SKIPPED: {why}.");
            None
        }
    }
}

fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("flask-{VERSION}"));
    let python = folder.join("bin/python");
    let has_flask = || {
        let check = format!(
            "from importlib.metadata import version; import flask; \
             assert version('flask') == '{VERSION}'"
        );
        run(Command::new(&python).args(["-c", &check])).is_ok()
    };
    if has_flask() {
        return Ok(python);
    }
    let venv = run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    venv.map_err(|error| format!("Python makes no virtual environment ({error})"))?;
    let package = format!("flask=={VERSION}");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
    run(Command::new(&python).args(pip))
        .map_err(|error| format!("Flask cannot be installed ({error})"))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
