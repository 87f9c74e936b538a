//! `roster connections`

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use roster_openapi::schema::connections::ConnectionEvent;

use super::users::with;
use super::{Outcome, line, say};
use crate::config::{Connections, Database, ListConnections, RecordConnections, Server};
use crate::domain::Visitor;
use crate::domain::connections::{MOST_EVENTS, Told, list_all, record_all};
use crate::http;

/// Lists entries of the connection log in the database itself, or writes some.
pub async fn run(database: Database, server: Server, what: Connections) -> Outcome {
    match what {
        Connections::List(options) => {
            with(&database, &server, async |visitor| list(visitor, options).await).await
        }
        Connections::Record(options) => {
            with(&database, &server, async |visitor| record(visitor, &options).await).await
        }
    }
}

async fn list(visitor: &Visitor, options: ListConnections) -> Outcome {
    let ListConnections { search, limit, offset } = options;
    let found = list_all(visitor, &search, limit, offset).await.map_err(line)?;
    let mut out = io::stdout().lock();
    for row in found.entries {
        let entry = http::connection_entry(row, &found.seats);
        let entry = serde_json::to_string(&entry).map_err(|e| e.to_string())?;
        if writeln!(out, "{entry}").is_err() {
            // Whoever reads has seen enough.
            break;
        }
    }
    Ok(())
}

async fn record(visitor: &Visitor, options: &RecordConnections) -> Outcome {
    let mut recorded = 0;
    let mut waiting: Vec<Told> = Vec::new();
    let mut first = 1;
    for (number, read) in (1..).zip(open(&options.file)?.lines()) {
        let read = read.map_err(|error| format!("line {number}: {error}"))?;
        if read.trim().is_empty() {
            continue;
        }
        if waiting.is_empty() {
            first = number;
        }
        waiting.push(event(&read).map_err(|error| format!("line {number}: {error}"))?);
        if waiting.len() == MOST_EVENTS {
            recorded += write(visitor, std::mem::take(&mut waiting), first).await?;
        }
    }
    recorded += write(visitor, waiting, first).await?;
    say(&format!("recorded {recorded} events of connections"));
    Ok(())
}

async fn write(visitor: &Visitor, events: Vec<Told>, first: usize) -> Result<usize, String> {
    let count = events.len();
    let at = |why: String| format!("the events from line {first} on: {why}");
    record_all(visitor, events).await.map_err(|error| at(line(error)))?;
    Ok(count)
}

fn event(text: &str) -> Result<Told, String> {
    let event: ConnectionEvent = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(http::connection_event(event))
}

fn open(file: &Path) -> Result<Box<dyn BufRead>, String> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}
