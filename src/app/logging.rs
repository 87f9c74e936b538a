//! Where log messages go, and how they look.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Starts logging to standard error. What libraries say below a warning is left out unless it is asked for by name.
pub fn start_logging(log: &Log) {
    let level = &log.log_level;
    let quiet = if level.contains('=') { "" } else { ",sea_orm_migration=warn,sqlx=warn,hyper=warn" };
    let filter = EnvFilter::new(format!("{level}{quiet}"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
