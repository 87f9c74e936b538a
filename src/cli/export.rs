//! `roster users export`

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use super::import::columns::{COLUMNS, PASSWORD_HASH, text};
use super::import::{by_ending, object};
use super::{Outcome, line, say};
use crate::config::{Export as Options, Format};
use crate::domain::Visitor;
use crate::domain::import::{Export, Row};

/// Writes all users.
pub async fn run(visitor: &Visitor, options: Options) -> Outcome {
    let Options { out, format, with_password_hashes } = options;
    let by_ending = out.as_deref().and_then(by_ending);
    let unclear = || "--format must say how to write: csv or jsonl".to_owned();
    let format = format.or(by_ending).or(out.is_none().then_some(Format::Csv)).ok_or_else(unclear)?;
    let mut export = Export::new(visitor, with_password_hashes);
    let Some(out) = out else {
        let written = write(&mut export, io::stdout().lock(), format, with_password_hashes).await?;
        return match written {
            Ok(_) => Ok(()),
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(format!("standard output: {error}").into()),
        };
    };
    let unwritten = |error: io::Error| format!("{}: {error}", out.display());
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Readable for nobody else, and under its name only when it is whole.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(unwritten)?;
    let count = write(&mut export, &file, format, with_password_hashes).await?.map_err(unwritten)?;
    file.as_file().sync_all().map_err(unwritten)?;
    file.persist(&out).map_err(|error| unwritten(error.error))?;
    say(&format!("exported {count} users to {}", out.display()));
    Ok(())
}

/// Writes page by page; how many users those were. What comes from the database is the command's failure, what comes from
/// the file is told apart.
async fn write(
    export: &mut Export<'_>,
    out: impl Write,
    format: Format,
    with_hashes: bool,
) -> Result<io::Result<u64>, String> {
    let mut writer = match begin(out, format, with_hashes) {
        Ok(writer) => writer,
        Err(error) => return Ok(Err(error)),
    };
    let mut count = 0;
    loop {
        let rows = export.next().await.map_err(line)?;
        if rows.is_empty() {
            return Ok(writer.finish().map(|()| count));
        }
        if let Err(error) = rows.iter().try_for_each(|row| writer.add(row)) {
            return Ok(Err(error));
        }
        count += rows.len() as u64;
    }
}

enum Writer<W: Write> {
    Csv(Box<csv::Writer<W>>, Vec<&'static str>),
    Json(BufWriter<W>),
}

fn begin<W: Write>(out: W, format: Format, with_hashes: bool) -> io::Result<Writer<W>> {
    Ok(match format {
        Format::Jsonl => Writer::Json(BufWriter::new(out)),
        Format::Csv => {
            let columns = COLUMNS.into_iter().filter(|column| with_hashes || *column != PASSWORD_HASH);
            let columns: Vec<&'static str> = columns.collect();
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(&columns).map_err(unwrapped)?;
            Writer::Csv(Box::new(writer), columns)
        }
    })
}

/// What went wrong below, whose kind the error of the CSV writer hides.
fn unwrapped(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

impl<W: Write> Writer<W> {
    fn add(&mut self, row: &Row) -> io::Result<()> {
        match self {
            Self::Csv(writer, columns) => {
                writer.write_record(columns.iter().map(|column| text(row, column))).map_err(unwrapped)
            }
            Self::Json(writer) => {
                serde_json::to_writer(&mut *writer, &object(row))?;
                writer.write_all(b"\n")
            }
        }
    }

    fn finish(mut self) -> io::Result<()> {
        match &mut self {
            Self::Csv(writer, _) => writer.flush(),
            Self::Json(writer) => writer.flush(),
        }
    }
}
