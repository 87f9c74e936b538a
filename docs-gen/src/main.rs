//! Writes the reference pages of an OpenAPI document, checks that they are up to date, or tells
//! what changed between two documents.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
