//! `roster audit`

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use super::{Outcome, line, say, unusable};
use crate::app;
use crate::config::{AuditCommand, Database, ExportAudit, ListAudit, RecordAudit, Server};
use crate::domain::Visitor;
use crate::domain::ai_seats::holders;
use crate::domain::audit_log::{self, Record};
use crate::http::audit_line;
use crate::model::audit::{AuditAction, AuditEntry, AuditedType, description};
use crate::model::ids::OrgId;
use crate::model::page::Page;
use crate::model::user::UserRef;

/// Reads the audit log in the database itself, or adds to it.
pub async fn run(database: Database, server: Server, what: AuditCommand) -> Outcome {
    let visitor = app::offline(&database, &server).await.map_err(|e| unusable(line(e)))?;
    let outcome = match what {
        AuditCommand::List(options) => list(&visitor, options).await,
        AuditCommand::Export(options) => export(&visitor, options).await,
        AuditCommand::Record(options) => record(&visitor, *options).await,
    };
    visitor.backend.store.close().await;
    outcome
}

async fn list(visitor: &Visitor, options: ListAudit) -> Outcome {
    let ListAudit { query, limit, offset } = options;
    let page = Page { after: None, limit, offset };
    let found = audit_log::list_all(visitor, &query, page).await.map_err(line)?;
    found.rows.iter().for_each(|entry| say(&told(entry)));
    Ok(())
}

/// An entry as a line for people.
fn told(entry: &AuditEntry) -> String {
    let user = entry.user.as_ref().map_or_else(|| entry.actor.to_string(), |user| user.username.clone());
    let sentence = description(entry).replace("{user}", &user).replace("{target}", entry.target.trim_end());
    let time = entry.time.format("%Y-%m-%dT%H:%M:%SZ");
    format!("{time} {} {sentence} ({})", entry.ip.as_deref().unwrap_or("-"), entry.status)
}

/// How many entries are read at once.
const AT_ONCE: u32 = 1_000;

async fn export(visitor: &Visitor, options: ExportAudit) -> Outcome {
    let ExportAudit { query, out } = options;
    let Some(out) = out else {
        let written = write(visitor, &query, io::stdout().lock()).await?;
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
    let count = write(visitor, &query, &file).await?.map_err(unwritten)?;
    file.as_file().sync_all().map_err(unwritten)?;
    file.persist(&out).map_err(|error| unwritten(error.error))?;
    say(&format!("exported {count} entries to {}", out.display()));
    Ok(())
}

/// Writes page by page; how many entries those were. Each page begins after the last entry of the one before, so that what comes
/// in meanwhile moves nothing.
async fn write(visitor: &Visitor, query: &str, out: impl Write) -> Result<io::Result<u64>, String> {
    let mut out = BufWriter::new(out);
    let (mut count, mut last) = (0, None);
    loop {
        let rows = audit_log::list_after(visitor, query, last, AT_ONCE).await.map_err(line)?;
        let Some(oldest) = rows.last() else { return Ok(out.flush().map(|()| count)) };
        last = Some((oldest.time, oldest.id));
        let seats = holders(&visitor.backend, rows.iter().filter_map(|entry| entry.user.as_ref())).await;
        for entry in rows {
            if let Err(error) = writeln!(out, "{}", audit_line(entry, &seats)) {
                return Ok(Err(error));
            }
            count += 1;
        }
    }
}

async fn record(visitor: &Visitor, options: RecordAudit) -> Outcome {
    let user = UserRef::parse(&options.user);
    let action = AuditAction::parse(&options.action)
        .ok_or_else(|| unknown("--action", &options.action, AuditAction::ALL.iter().map(|it| it.as_str())))?;
    let of = AuditedType::parse(&options.resource_type).ok_or_else(|| {
        unknown("--resource-type", &options.resource_type, AuditedType::ALL.iter().map(|it| it.as_str()))
    })?;
    let record = Record {
        organization: options.organization.map(OrgId),
        diff: options.diff.unwrap_or_default(),
        additional: options.additional_fields.unwrap_or_default(),
        status: options.status_code,
        ..Record::about(action, of, options.resource_id, options.resource_target)
    };
    let added = audit_log::create_for(visitor, &user, record).await.map_err(line)?;
    say(&format!("recorded {}", added.id));
    Ok(())
}

fn unknown<'a>(flag: &str, given: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("{flag} cannot be {given:?}: use {}", known.collect::<Vec<_>>().join(", "))
}
