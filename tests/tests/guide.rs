//! The guide explains the errors that there are, in their own words.

use std::fs;
use std::path::{Path, PathBuf};

const ERRORS: &str = include_str!("../../session-runtime/guide/errors.md");

/// All files below the folder with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of this repository");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path, extension),
        false => vec![path],
    };
    let is_wanted = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    paths.flat_map(below).filter(is_wanted).collect()
}

/// A text on one line, without marks of code and of strings.
fn plain(text: &str) -> String {
    let unmarked = text.replace("\\\"", "\"").replace(['`', '\\'], "");
    unmarked.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the library and the compiler may say: the sources, and the pinned errors.
fn messages() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    [("../session-macros/src", "rs"), ("../session-runtime/src", "rs"), ("ui/fail", "stderr")]
        .into_iter()
        .flat_map(|(folder, extension)| files(&root.join(folder), extension))
        .map(|path| plain(&fs::read_to_string(path).expect("a readable file")) + "\n")
        .collect()
}

/// The text in backticks that begins a row of a table.
fn quoted(row: &str) -> Option<&str> {
    let cell = row.strip_prefix("| `")?;
    let (quoted, _) = cell.split_once(" | ")?;
    Some(quoted.trim_end_matches('`'))
}

#[test]
fn each_message_that_it_quotes_exists() {
    let messages = messages();
    let rows: Vec<&str> = ERRORS.lines().filter_map(quoted).collect();
    assert!(rows.len() > 40, "{rows:?}");
    let pieces = rows.iter().flat_map(|row| row.split('…')).map(plain);
    let unknown: Vec<String> = pieces.filter(|piece| !messages.contains(piece)).collect();
    assert!(unknown.is_empty(), "nothing says {unknown:#?}");
}

#[test]
fn it_explains_each_session_error() {
    let source = include_str!("../../session-runtime/src/rocket/error.rs");
    let (_, variants) = source.split_once("pub enum SessionError {").expect("the enum");
    let (variants, _) = variants.split_once("\n}").expect("its end");
    let names = variants.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let names = names.map(|line| line.trim_end_matches(',').split('(').next().unwrap_or(line));
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    assert!(names.contains(&"CrossOrigin") && names.contains(&"NotLoaded"), "{names:?}");
    for name in names {
        let row = format!("| `{name}` |");
        assert!(ERRORS.lines().any(|line| line.starts_with(&row)), "no row for `{name}`");
    }
}
