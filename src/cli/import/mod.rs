//! `roster users import`: reads a file twice, first to check it and then to write what it says.

pub mod columns;
mod csv;
mod json;
mod progress;
mod report;
mod source;

use std::path::Path;

use super::{Failure, Outcome, line, say, unusable};
use crate::app;
use crate::config::{Database, Import as Options, Server};
use crate::domain::import::{Batch, Import, Line};
use crate::domain::{Error, Visitor};
pub use json::object;
use progress::Progress;
use report::Report;
use source::Source;
pub use source::by_ending;

/// How many lines are looked up at once.
const LOOKED_UP_AT_ONCE: usize = 1_000;

/// Checks the file and imports it.
pub async fn run(database: Database, server: Server, options: Options) -> Outcome {
    let mut source = Source::open(&options.file, options.format).map_err(broken)?;
    // A file whose columns cannot be read needs no database.
    drop(source.lines().map_err(broken)?);
    let report = options.report.as_deref();
    if report.is_some_and(|report| is_same_file(report, &options.file)) {
        return Err(broken("--report is the file itself".to_owned()));
    }
    let report = Report::create(report).map_err(broken)?;
    // One thing at a time, and each connection of SQLite has a cache of its own, which writing fills.
    let connections = database.database_connections.or(Some(1));
    let database = Database { database_connections: connections, ..database };
    let visitor = app::offline(&database, &server).await.map_err(|e| broken(unusable(line(e))))?;
    let outcome = Work { visitor: &visitor, source, report, options }.run().await;
    visitor.backend.store.close().await;
    outcome
}

/// The command could not do its work, as opposed to: it did, and lines were refused.
fn broken(line: String) -> Failure {
    Failure { line, code: 2 }
}

fn faulty(error: Error) -> Failure {
    broken(line(error))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

struct Work<'a> {
    visitor: &'a Visitor,
    source: Source,
    report: Report,
    options: Options,
}

/// What became of the lines so far.
#[derive(Default)]
struct Tally {
    lines: u64,
    fresh: u64,
    there: u64,
    refused: u64,
}

impl Tally {
    fn add(&mut self, lines: usize, batch: &Batch) {
        self.lines += lines as u64;
        self.fresh += batch.fresh;
        self.there += batch.there;
        self.refused += batch.refused.len() as u64;
    }
}

impl Work<'_> {
    async fn run(mut self) -> Outcome {
        let mut import = Import::new(self.visitor);
        let checked = self.check(&mut import).await?;
        let Tally { fresh, there, refused, .. } = checked;
        say(&format!(
            "checked {}: {fresh} to import, {there} there already, {refused} refused",
            counted(checked.lines, "line")
        ));
        let stop = refused > 0 && !self.options.skip_refused;
        let mut late = 0;
        if !self.options.dry_run && !stop {
            let written = self.write(&mut import, checked.lines).await?;
            say(&format!("imported {}", counted(written.fresh, "user")));
            late = written.refused;
        }
        self.report.finish().map_err(broken)?;
        match refused + late {
            0 => Ok(()),
            refused => Err(Failure { line: self.verdict(refused, stop), code: 1 }),
        }
    }

    fn verdict(&self, refused: u64, stop: bool) -> String {
        let refused = format!("{} refused", counted(refused, "line"));
        match (self.options.dry_run, stop) {
            (true, _) => refused,
            (false, true) => format!("{refused}, nothing is imported; --skip-refused imports the others"),
            (false, false) => format!("{refused}, the others are imported"),
        }
    }

    async fn check(&mut self, import: &mut Import<'_>) -> Result<Tally, Failure> {
        let (mut tally, progress) = (Tally::default(), Progress::checking());
        let mut lines = self.source.lines().map_err(broken)?;
        loop {
            let some = next(&mut lines, LOOKED_UP_AT_ONCE)?;
            if some.is_empty() {
                return Ok(tally);
            }
            let batch = import.check(&some).await.map_err(faulty)?;
            tally.add(some.len(), &batch);
            progress.at(tally.lines);
            self.report.add(&batch.refused).map_err(broken)?;
        }
    }

    async fn write(&mut self, import: &mut Import<'_>, all: u64) -> Result<Tally, Failure> {
        let (mut tally, progress) = (Tally::default(), Progress::writing(all));
        let mut lines = self.source.lines().map_err(broken)?;
        loop {
            let some = next(&mut lines, self.options.batch_size.into())?;
            if some.is_empty() {
                return Ok(tally);
            }
            let batch = import.write(&some).await.map_err(|error| interrupted(error, &tally))?;
            tally.add(some.len(), &batch);
            progress.at(tally.lines);
            self.report.add(&batch.refused).map_err(broken)?;
        }
    }
}

fn interrupted(error: Error, tally: &Tally) -> Failure {
    let so_far = counted(tally.fresh, "user");
    broken(format!("{}; {so_far} imported so far, run it again to go on", line(error)))
}

/// The next lines of the file; none at its end.
fn next(lines: &mut dyn Iterator<Item = Result<Line, String>>, most: usize) -> Result<Vec<Line>, Failure> {
    lines.take(most).collect::<Result<_, _>>().map_err(broken)
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("{number} {what}") } else { format!("{number} {what}s") }
}
