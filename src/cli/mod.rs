//! The commands. Each says on standard output what it did, and on standard error what went wrong.

mod ai_seats;
mod audit;
mod connections;
mod entitlements;
mod export;
mod import;
mod openapi;
mod server;
mod skills;
mod users;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::app;
use crate::config::{Command, Config, Database, Migrate};
use crate::domain::{Error, Kind};

/// What a command gives back: nothing, or how it failed.
pub type Outcome = Result<(), Failure>;

/// The line to end with, and the code.
#[derive(Debug)]
pub struct Failure {
    line: String,
    code: u8,
}

impl From<String> for Failure {
    fn from(line: String) -> Self {
        Self { line, code: 1 }
    }
}

/// Runs the command that was asked for.
pub fn run(config: Config) -> ExitCode {
    app::start_logging(&config.log);
    let Config { command, server, database, .. } = config;
    let outcome = match command {
        Some(Command::Openapi(options)) => openapi::run(&options),
        None => blocking(server::run(database, server)),
        Some(Command::Server(server)) => blocking(server::run(database, *server)),
        Some(Command::Migrate(what)) => blocking(migrate(database, what)),
        Some(Command::Skills(what)) => blocking(skills::run(database, server, what)),
        Some(Command::Audit(what)) => blocking(audit::run(database, server, what)),
        Some(Command::Users(what)) => blocking(users::run(database, server, what)),
        Some(Command::Connections(what)) => blocking(connections::run(database, server, what)),
        Some(Command::Entitlements(what)) => blocking(entitlements::run(database, server, what)),
        Some(Command::AiSeats(what)) => blocking(ai_seats::run(database, server, what)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { line, code }) => {
            eprintln!("roster: {line}");
            ExitCode::from(code)
        }
    }
}

fn blocking(work: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| format!("no threads: {e}"))?.block_on(work)
}

/// An error of the rules as a line for a terminal, with the refused fields.
fn line(error: Error) -> String {
    let ours = matches!(error.kind(), Kind::Internal | Kind::Unavailable);
    let (message, detail, fields) = error.into_parts();
    // What a client hears of a fault of ours tells an operator nothing; the cause does.
    let message = Some(message).filter(|_| !ours || detail.is_empty());
    let fields = fields.iter().map(|f| format!("{}: {}", f.field, f.detail));
    let parts = message.into_iter().chain(Some(detail).filter(|d| !d.is_empty())).chain(fields);
    parts.collect::<Vec<_>>().join("; ")
}

/// A database that cannot be used, by the setting that names it.
fn unusable(why: impl Display) -> String {
    format!("--database-url (ROSTER_DATABASE_URL): {why}")
}

async fn migrate(database: Database, what: Migrate) -> Outcome {
    let store = app::connect(&app::store_options(&database)).await.map_err(unusable)?;
    match what {
        Migrate::Up => store.migrate().await.map_err(unusable)?,
        Migrate::Down { steps } => store.migrate_down(steps).await.map_err(unusable)?,
        Migrate::Status => {}
    }
    for (name, applied) in store.migration_status().await.map_err(unusable)? {
        say(&format!("{} {name}", if applied { "applied" } else { "missing" }));
    }
    store.close().await;
    Ok(())
}

/// Says something to whoever started the command, and may have stopped reading, which is no fault.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
