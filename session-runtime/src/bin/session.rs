//! The command `session`: keys, cookies, and the sessions in a store.

fn main() -> std::process::ExitCode {
    session_runtime::cli::main()
}
