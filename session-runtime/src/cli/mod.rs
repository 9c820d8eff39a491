//! The command `session`, for operators of an application.

mod inspect;
mod keys;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::printable::Printable;

/// Make keys for signed sessions, rotate them, and look into a cookie.
#[derive(Parser)]
#[command(name = "session", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print a fresh key and the line for Rocket.toml.
    Key,
    /// Print the configuration with a new key in front and the present ones behind it.
    Rotate {
        #[command(flatten)]
        source: KeySource,
    },
    /// Show what a session cookie holds and, given the key, whether it is accepted.
    Inspect {
        /// The cookie: its value, `name=value`, or a whole `Set-Cookie` line; `-` reads it from
        /// standard input.
        cookie: String,
        /// Show the values of the fields, which belong to the visitor.
        #[arg(long)]
        values: bool,
        /// The cookie's name, which is part of what is signed, if the cookie was given without it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        source: KeySource,
    },
}

/// Where the keys are read from: this file, else the variable
/// SESSION_SECRET_KEY, else Rocket.toml and ROCKET_SESSION, as the application
/// reads them. A key is never an argument, because every user of the machine can
/// see the arguments.
#[derive(Args)]
struct KeySource {
    /// A file with one key a line, the signing one first. Default: SESSION_SECRET_KEY, else the
    /// configuration that an application in this directory would have.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The profile of Rocket.toml to read.
    #[arg(long, default_value = "release")]
    profile: String,
}

/// Runs the command. Exits with 0, with 1 if a cookie is refused, and with 2 if
/// the command cannot be carried out.
#[must_use]
pub fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => refuse(&error),
    };
    let outcome = match command {
        Command::Key => keys::fresh().map(|text| (text, true)),
        Command::Rotate { source } => {
            keys::configured(&source).and_then(|keys| keys::rotated(&keys)).map(|text| (text, true))
        }
        Command::Inspect { cookie, values, name, source } => {
            inspect::inspect(&cookie, name, values, &source)
        }
    };
    match outcome {
        Ok((text, accepted)) => {
            print!("{text}");
            ExitCode::from(u8::from(!accepted))
        }
        Err(error) => {
            eprintln!("session: {}", Printable(&error));
            ExitCode::from(2)
        }
    }
}

/// Prints what is wrong with the arguments, or what `--help` asks for. The error
/// repeats an argument, which may be a cookie that anybody made. So the arguments
/// are parsed a second time, with everything escaped that a terminal would obey.
fn refuse(error: &clap::Error) -> ! {
    let harmless =
        std::env::args_os().map(|argument| Printable(&argument.to_string_lossy()).to_string());
    match Cli::try_parse_from(harmless) {
        Err(error) => error.exit(),
        // An argument was not valid UTF-8. That error repeats nothing.
        Ok(_) => error.exit(),
    }
}
