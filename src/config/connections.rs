//! Settings of the connection log, and options of the commands about it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::audit::retention;

/// Settings of the connection log.
#[derive(Debug, Clone, Args)]
pub struct ConnectionLog {
    /// How long entries of the connection log are kept, such as 30d or 8w; 0 keeps them for ever.
    ///
    /// Also read from CODER_CONNECTION_LOGS_RETENTION.
    #[arg(long, env = "ROSTER_CONNECTION_LOGS_RETENTION", default_value = "0", value_name = "DURATION", value_parser = retention)]
    pub connection_logs_retention: Duration,
}

/// `roster connections`
#[derive(Debug, Subcommand)]
pub enum Connections {
    /// List entries, the newest first: a JSON object a line, as the API answers them.
    List(ListConnections),
    /// Write events of connections, as the API takes them: a JSON object a line.
    ///
    /// A thousand lines are written at once. The same lines can be written again: a connection that has an id is known by
    /// it, and other events by theirs.
    Record(RecordConnections),
}

/// Options of `roster connections list`.
#[derive(Debug, Args)]
pub struct ListConnections {
    /// Which entries, as the API's `q`: for example `type:ssh status:ongoing`.
    #[arg(long, default_value = "", value_name = "QUERY")]
    pub search: String,
    /// How many at most.
    #[arg(long, default_value_t = 100, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
    /// How many to pass over.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub offset: u32,
}

/// Options of `roster connections record`.
#[derive(Debug, Args)]
pub struct RecordConnections {
    /// The file, or - for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
}
