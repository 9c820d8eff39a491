//! A function that no route leads to.

use session_runtime::prelude::*;

#[session(username: String)]
fn greet(session: Session) -> String {
    format!("Hello {}", session.username().unwrap_or("stranger"))
}

pub struct Plain;

impl Plain {
    #[session(username: String)]
    fn method(&self, session: Session) -> String {
        session.username().unwrap_or("stranger").into()
    }
}

fn main() {}
