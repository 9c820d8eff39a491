//! Writes the generated program. With `SESSION_MATRIX=full` it has twice as many handlers.

#[path = "../tests/language_matrix/generator.rs"]
mod matrix;

use std::path::Path;
use std::{env, fs};

fn main() {
    let full = env::var("SESSION_MATRIX").is_ok_and(|matrix| matrix == "full");
    let out = env::var_os("OUT_DIR").expect("the folder that cargo makes");
    let written = fs::write(Path::new(&out).join("matrix.rs"), matrix::program(full));
    written.expect("a folder that can be written to");
    println!("cargo::rerun-if-env-changed=SESSION_MATRIX");
    println!("cargo::rerun-if-changed=../tests/language_matrix");
}
