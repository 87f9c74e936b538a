//! Writes the reference pages of an OpenAPI document, or checks that they are up to date.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use docs_gen::write::{Change, Difference, compare};
use docs_gen::{Options, render};

/// Turn an OpenAPI document into markdown reference pages.
///
/// Every *.md file in the output directory that is not a page of the document is removed.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The OpenAPI 3 document, as JSON
    #[arg(long, value_name = "FILE", default_value = "openapi/openapi.json")]
    spec: PathBuf,
    /// The directory of the pages
    #[arg(long, value_name = "DIR", default_value = "docs/reference/api")]
    out: PathBuf,
    /// Scheme and host of the server in code samples
    #[arg(long, value_name = "URL", default_value = "http://coder-server:8080")]
    host: String,
    /// Write nothing; name each page that is stale, missing or superfluous and exit with 1 if there is any
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(message) => {
            let _ = writeln!(io::stderr(), "docs-gen: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> Result<ExitCode, String> {
    let in_spec = |error: &dyn std::fmt::Display| format!("{}: {error}", args.spec.display());
    let bytes = fs::read(&args.spec).map_err(|error| in_spec(&error))?;
    let document = serde_json::from_slice(&bytes).map_err(|error| in_spec(&error))?;
    let pages = render(&document, &Options { host: args.host }).map_err(|error| in_spec(&error))?;
    let changes = compare(&args.out, &pages).map_err(|error| error.to_string())?;
    for change in &changes {
        if !args.check {
            change.apply().map_err(|error| error.to_string())?;
        }
        // A reader that closes the pipe early is no reason to stop writing pages.
        let _ = writeln!(io::stdout(), "{} {}", verb(change, args.check), change.path.display());
    }
    Ok(if args.check && !changes.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn verb(change: &Change<'_>, is_check: bool) -> String {
    match change.difference {
        difference if is_check => format!("{difference}:"),
        Difference::Superfluous => "removed".to_owned(),
        Difference::Missing | Difference::Stale => "wrote".to_owned(),
    }
}
