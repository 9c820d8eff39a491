//! The rules of accessibility that a program can check: axe-core's.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use session_tests::process::{program, skip};

use super::{Browser, VARIABLE};

/// Its licence (MPL) is not ours, so it is fetched and not copied.
const VERSION: &str = "4.14.1";

/// The script. `None` if it could not be fetched; the reason has been printed.
pub(crate) fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let script = folder.join(format!("axe-core-{VERSION}/package/axe.min.js"));
    if !script.is_file() {
        let npm = program("npm", &[], VARIABLE)?;
        let fetched = tempfile::tempdir_in(folder).expect("a folder");
        let run = |command: &mut Command| {
            let ran = command.current_dir(&fetched).output();
            ran.is_ok_and(|ran| ran.status.success())
        };
        let package = format!("axe-core@{VERSION}");
        let archive = format!("axe-core-{VERSION}.tgz");
        let mut pack = Command::new(npm);
        if !run(pack.args(["pack", "--silent", "--fetch-retries=1", &package]))
            || !run(Command::new("tar").args(["-xzf", &archive]))
        {
            skip(&format!("`npm pack {package}` fetched nothing"), VARIABLE);
            return None;
        }
        // Renamed in one step, so that an interrupted test leaves no partial copy.
        let _ = fs::rename(fetched.keep(), folder.join(format!("axe-core-{VERSION}")));
    }
    Some(fs::read_to_string(script).expect("axe.min.js"))
}

impl Browser {
    /// What is wrong with the page: the rule, and where.
    #[track_caller]
    pub(crate) fn audit(&self, axe: &str) -> Vec<String> {
        // A page keeps it until the next one.
        if self.script("return typeof axe") == "undefined" {
            self.script(axe);
        }
        let found = self.script_later(
            "const done = arguments[0];
             axe.run().then(({ violations }) => done(violations.map(rule =>
               `${rule.id}: ${rule.help}: ${rule.nodes.map(node => node.html).join(' ')}`)),
               error => done([String(error)]));",
        );
        let text = |problem: &Value| problem.as_str().expect("a text").to_owned();
        found.as_array().expect("a list").iter().map(text).collect()
    }
}
