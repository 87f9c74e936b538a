//! Where log messages go, and how they look.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Starts logging to standard error. What libraries say below a warning is left out unless it is asked for by name.
pub fn start_logging(log: &Log) {
    let level = &log.log_level;
    let quiet = if level.contains('=') { "" } else { ",sea_orm_migration=warn,sqlx=warn,hyper=warn" };
    let filter = EnvFilter::new(format!("{level}{quiet}"));
    let colours = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
    match log.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
