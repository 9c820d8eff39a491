//! The command `session`, with every store.

fn main() -> std::process::ExitCode {
    session_runtime::cli::main()
}
