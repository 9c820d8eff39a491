//! The command `session`: `session key`, `session inspect`, `session rotate`.

fn main() -> std::process::ExitCode {
    session_runtime::cli::main()
}
