//! The demo in a process of its own, and the program that starts browsers.

use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use session_tests::KEY;
use session_tests::process::{Process, free_port, is_listening, program, wait_for};
use tempfile::TempDir;

use super::{Browser, VARIABLE};

/// An open shop. What it started ends with it, browsers included.
pub(crate) struct Shop {
    _driver: Driver,
    driver_port: u16,
    _demo: Process,
    port: u16,
    chromium: PathBuf,
    folder: TempDir,
}

impl Shop {
    /// Opens one. `None` if there is no browser.
    pub(crate) fn open() -> Option<Shop> {
        let chromium = program("chromium", &[], VARIABLE)?;
        let chromedriver = program("chromedriver", &[], VARIABLE)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (port, driver_port) = (free_port(), free_port());
        let driver = Driver::start(&chromedriver, driver_port, folder.path());
        let demo = demo(port, folder.path());
        wait_for("the start of chromedriver", || is_listening(driver_port));
        wait_for("the opening of the shop", || is_listening(port));
        Some(Shop { _driver: driver, driver_port, _demo: demo, port, chromium, folder })
    }

    /// A new visitor.
    pub(crate) fn browser(&self) -> Browser {
        let profile = tempfile::tempdir_in(&self.folder).expect("a folder").keep();
        self.browser_of(&profile)
    }

    /// A visitor whose browser keeps what it knows in this folder.
    pub(crate) fn browser_of(&self, profile: &Path) -> Browser {
        Browser::start(self.driver_port, &self.chromium, profile, self.address())
    }

    /// A folder for a profile.
    pub(crate) fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// Where it is, without a slash at the end.
    pub(crate) fn address(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }
}

/// Starts the demo as its users do, apart from its port and its key.
fn demo(port: u16, folder: &Path) -> Process {
    let mut command = Command::new(binary());
    // There is no Rocket.toml in the folder.
    command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("ROCKET_PORT", port.to_string()).env("ROCKET_LOG_LEVEL", "off");
    command.env("ROCKET_PROFILE", "debug").env("ROCKET_WORKERS", "2");
    command.env("ROCKET_SESSION", format!("{{secret_key=\"{KEY}\"}}"));
    Process::start(&mut command)
}

/// The demo's program. Cargo gives the tests of another package no way to it, so
/// they build it.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--locked", "-p", "demo", "--message-format", "json"]);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit());
        let built = cargo.output().expect("cargo");
        assert!(built.status.success(), "the demo does not compile");
        let said = String::from_utf8(built.stdout).expect("UTF-8");
        let mut artifacts =
            said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let program = artifacts.find_map(|artifact| Some(artifact["executable"].as_str()?.into()));
        program.expect("the demo's program")
    })
}

/// `chromedriver`, with the browsers that it started.
struct Driver(Process);

impl Driver {
    fn start(chromedriver: &Path, port: u16, folder: &Path) -> Driver {
        let mut command = Command::new(chromedriver);
        // The browsers are in its group of processes, and end with that.
        command.arg(format!("--port={port}")).process_group(0);
        // Where it keeps what it would not clean up.
        command.env("TMPDIR", folder).stdout(Stdio::null()).stderr(Stdio::null());
        Driver(Process::start(&mut command))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    }
}
