//! The `roster` program: settings in, a command out.

use std::process::ExitCode;

use roster::{cli, config::Config};

fn main() -> ExitCode {
    cli::run(Config::read())
}
