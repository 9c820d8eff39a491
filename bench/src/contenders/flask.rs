//! Flask with gunicorn: one process, one thread, connections stay open. Over HTTP only.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::contender::{Client, Contender};

/// With the path of `gunicorn`.
pub struct Flask(pub String);

impl Contender for Flask {
    fn name(&self) -> &'static str {
        "Flask, gunicorn"
    }
    fn client(&self, _: usize) -> Option<Box<dyn Client>> {
        None
    }
    fn serve(&self, items: usize, port: u16) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/contenders");
        let mut gunicorn = Command::new(&self.0);
        // The default workers close the connection after each answer.
        gunicorn.args(["--workers=1", "--worker-class=gthread", "--threads=1", "--keep-alive=60"]);
        gunicorn.args([format!("--bind=127.0.0.1:{port}"), format!("--chdir={folder}")]);
        gunicorn.args(["--no-control-socket", "flask_app:app"]).env("ITEMS", items.to_string());
        let error = gunicorn.env("PYTHONDONTWRITEBYTECODE", "1").exec();
        panic!("{}: {error}", self.0);
    }
}
