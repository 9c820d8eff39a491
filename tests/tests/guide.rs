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
        .map(|path| {
            let text = fs::read_to_string(path).expect("a readable file");
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            plain(&code.collect::<Vec<_>>().join("\n")) + "\n"
        })
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

/// Where the links of a page lead, without examples and other sites.
fn links(page: &str) -> Vec<&str> {
    let prose = page.split("```").step_by(2);
    let inline = prose.clone().flat_map(|text| text.split("](").skip(1));
    let inline = inline.filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
    let named = prose.flat_map(str::lines).filter(|line| line.starts_with('['));
    let named = named.filter_map(|line| line.split_once("]: ").map(|(_, link)| link));
    inline.chain(named).filter(|link| !link.contains("://") && !link.contains("::")).collect()
}

/// The name of a heading in a link.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn no_link_between_pages_is_dead() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = files(&root.join("session-runtime/guide"), "md");
    pages.extend(
        ["README.md", "SECURITY.md", "CONTRIBUTING.md", "docs/design.md"].map(|p| root.join(p)),
    );
    let mut seen = 0;
    for page in pages {
        let text = fs::read_to_string(&page).expect("a readable page");
        for link in links(&text) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { page.with_file_name(path) };
            assert!(target.exists(), "{}: `{link}` is not there", page.display());
            if !heading.is_empty() {
                let there = fs::read_to_string(&target).expect("a readable page");
                let found = there.lines().filter(|line| line.starts_with('#')).map(anchor);
                let known: Vec<String> = found.collect();
                assert!(
                    known.iter().any(|a| a == heading),
                    "{}: `{link}`, of {known:?}",
                    page.display()
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// The index, the documentation's links and the list of modules have each chapter.
#[test]
fn each_chapter_can_be_found() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../session-runtime/guide");
    let index = include_str!("../../session-runtime/guide/README.md");
    let links = include_str!("../../session-runtime/guide/links.md");
    let modules = include_str!("../../session-runtime/src/guide.rs");
    for file in files(&guide, "md") {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
        if ["README", "links"].contains(&name) {
            continue;
        }
        assert!(index.contains(&format!("]: {name}.md")), "README.md has no `{name}`");
        assert!(links.contains(&format!("]: crate::guide::{name}\n")), "links.md has no `{name}`");
        let is_module = |line: &str| !line.contains("//") && line.ends_with(&format!(" {name}"));
        assert!(modules.lines().any(is_module), "guide.rs has no `{name}`");
    }
}
