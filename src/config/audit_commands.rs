//! Options of `roster audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `roster audit`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List entries, the newest first, a line each.
    List(ListAudit),
    /// Write entries as JSON lines, the newest first.
    Export(ExportAudit),
    /// Add an entry of what somebody did elsewhere.
    Record(Box<RecordAudit>),
}

/// Options of `roster audit list`.
#[derive(Debug, Args)]
pub struct ListAudit {
    /// What to look for, as `q` of GET /audit has it, such as action:create or date_from:2026-05-20.
    #[arg(default_value = "")]
    pub query: String,
    /// How many entries.
    #[arg(long, default_value_t = 100, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// How many to pass over first.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub offset: u32,
}

/// Options of `roster audit export`.
#[derive(Debug, Args)]
pub struct ExportAudit {
    /// What to look for, as for list.
    #[arg(default_value = "")]
    pub query: String,
    /// Write to this file, which is there only when it is whole, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Options of `roster audit record`.
#[derive(Debug, Args)]
pub struct RecordAudit {
    /// Who did it: username, e-mail address or id.
    #[arg(long)]
    pub user: String,
    /// What was done, such as create, write or delete.
    #[arg(long)]
    pub action: String,
    /// To what type of thing, such as workspace.
    #[arg(long, value_name = "TYPE")]
    pub resource_type: String,
    /// Its id.
    #[arg(long, value_name = "UUID")]
    pub resource_id: uuid::Uuid,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    pub resource_target: String,
    /// The id of the organization where it happened.
    #[arg(long, value_name = "UUID")]
    pub organization: Option<uuid::Uuid>,
    /// What became different: a JSON object of fields, each with old, new and secret.
    #[arg(long, value_name = "JSON", value_parser = object)]
    pub diff: Option<Object>,
    /// Facts that only this entry has: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    pub additional_fields: Option<Object>,
    /// The status that it ended with.
    #[arg(long, default_value_t = 200, value_name = "NUMBER")]
    pub status_code: i64,
}

/// A JSON object.
pub type Object = serde_json::Map<String, serde_json::Value>;

fn object(text: &str) -> Result<Object, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON object: {error}"))
}
