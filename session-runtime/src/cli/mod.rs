//! The command `session`, for operators of an application.

mod inspect;
mod keys;
mod sessions;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::clock;
use crate::printable::Printable;

/// Make keys for signed sessions, rotate them, look into a cookie, and list and end the
/// sessions in a store.
#[derive(Parser)]
#[command(name = "session", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 if all went well; 1 if `inspect` refuses the cookie, or \
     `end --id` finds no session; 2 if the command cannot be carried out.";

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
    /// List an owner's sessions, the last seen first. A session is shown by the hash that the store
    /// keeps it under, with which nobody can sign in.
    List {
        #[arg(long, help = OWNER)]
        owner: String,
        #[command(flatten)]
        source: StoreSource,
    },
    /// End sessions: whoever used one is signed out.
    End {
        #[command(flatten)]
        which: Which,
        /// End all sessions without asking.
        #[arg(long, conflicts_with_all = ["owner", "id"])]
        yes: bool,
        #[command(flatten)]
        source: StoreSource,
    },
    /// Count the sessions, their owners, and about how many bytes their fields have.
    Count {
        #[command(flatten)]
        source: StoreSource,
    },
    /// Delete expired sessions now. Redis deletes them by itself.
    Purge {
        #[command(flatten)]
        source: StoreSource,
    },
}

const OWNER: &str = "The value of the field marked `#[owner]`. `ann` finds the text \"ann\", and `42` \
     finds both the number 42 and the text \"42\". Anything else that is JSON finds both as well: \
     `'\"42\"'` finds the text \"42\" and not the number";

/// Which sessions to end.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    #[arg(long, help = OWNER)]
    owner: Option<String>,
    /// The hash of one session, as `session list` shows it.
    #[arg(long, value_name = "HASH")]
    id: Option<String>,
    /// All sessions of all visitors.
    #[arg(long)]
    all: bool,
}

/// Which store, and how to answer. The store is the one in Rocket.toml or ROCKET_SESSION, as
/// an application in this directory reads them. A URL is never an argument, because it may
/// have a password in it.
#[derive(Args)]
struct StoreSource {
    /// The profile of Rocket.toml to read.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Print JSON for a program. Times are in seconds since 1970.
    #[arg(long)]
    json: bool,
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

/// Runs the command. Exits with 0, with 1 if a cookie is refused or the session to end
/// is not there, and with 2 if the command cannot be carried out.
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
        Command::List { owner, source } => sessions::list(&owner, &source),
        Command::End { which, yes, source } => sessions::end(&which, yes, &source),
        Command::Count { source } => sessions::count(&source),
        Command::Purge { source } => sessions::purge(&source),
    };
    match outcome {
        Ok((text, accepted)) => match print(&text) {
            Ok(()) => ExitCode::from(u8::from(!accepted)),
            Err(error) => {
                eprintln!("session: standard output cannot be written: {error}");
                ExitCode::from(2)
            }
        },
        Err(error) => {
            eprintln!("session: {}", Printable(&error));
            ExitCode::from(2)
        }
    }
}

/// Prints the text. If nobody reads it to its end, as `head` does not, nothing is wrong.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A time, for people.
fn date(seconds: u64) -> String {
    humantime::format_rfc3339_seconds(clock::time(seconds)).to_string()
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
