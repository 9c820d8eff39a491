//! Every program in `pass` runs to its end: they check their answers themselves.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn valid_programs_run() {
    let built = Path::new(env!("CARGO_BIN_EXE_matrix")).parent().unwrap();
    for source in fs::read_dir("pass").unwrap() {
        let source = source.unwrap().path();
        let program = built.join(source.file_stem().unwrap());
        let ran = Command::new(program).env("ROCKET_LOG_LEVEL", "off").output();
        let ran = ran.unwrap_or_else(|error| panic!("{error}: is {source:?} in ui/Cargo.toml?"));
        assert!(ran.status.success(), "{source:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}
