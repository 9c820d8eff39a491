//! One folder knows Rocket. Everything else would be the same under another
//! framework.

use std::fs;
use std::path::Path;

/// `lib.rs` exports what is in the folder, and a text for users names Rocket's
/// copy of serde.
fn is_allowed(file: &str, line: &str) -> bool {
    let exports = ["pub use crate::rocket::", "pub use self::rocket::"];
    let exports = exports.iter().any(|export| line.starts_with(export));
    let hint = line.contains(r#"`#[serde(crate = \"rocket::serde\")]`"#);
    (file == "lib.rs" && exports) || (file == "payload/field.rs" && hint)
}

#[test]
fn rocket_is_named_in_its_folder_alone() {
    let mut found = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    find(&src, &src, &mut found);
    let (allowed, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(file, line)| is_allowed(file, line));
    assert!(others.is_empty(), "{others:#?}");
    // So that this test looks where the code is.
    assert!(allowed.len() > 5, "{allowed:#?}");
}

/// Finds the lines of code, and not of comments, that name Rocket.
fn find(src: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
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
            found.extend(lines.filter(named).map(|line| (file.clone(), line.to_owned())));
        }
    }
}
