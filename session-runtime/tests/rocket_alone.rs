//! One folder knows Rocket. Everything else would be the same under another
//! framework.

use std::fs;
use std::path::Path;

/// What the other modules say of Rocket: the crate's own names for what is in the
/// folder, and texts for users.
const EXCEPTIONS: &[&str] = &[
    "lib.rs: pub use crate::rocket::Request;",
    "lib.rs: pub use crate::rocket::after_else::{AfterElse, BodyNotReadYet};",
    "lib.rs: pub use crate::rocket::catcher::catcher;",
    "lib.rs: pub use crate::rocket::pending::{Deferred, Pending};",
    "lib.rs: pub use crate::rocket::rejection::{Refuse, Rejection, Requirement, reject};",
    "lib.rs: pub use self::rocket::{",
    r#"payload/field.rs: `#[serde(crate = \"rocket::serde\")]`)""#,
];

#[test]
fn rocket_is_named_in_its_folder_alone() {
    let mut found = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    find(&src, &src, &mut found);
    found.sort();
    assert_eq!(found, EXCEPTIONS);
}

/// Finds the lines of code, and not of comments, that name Rocket.
fn find(src: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path == src.join("rocket") {
            continue;
        }
        if path.is_dir() {
            find(src, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix(src).unwrap().display().to_string();
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            let named = |line: &&str| line.contains("rocket::") || line.contains("use rocket");
            found.extend(lines.filter(named).map(|line| format!("{file}: {line}")));
        }
    }
}
