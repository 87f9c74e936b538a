//! Settings of the audit log.

use std::time::Duration;

use clap::Args;

use super::duration;

/// Settings of the audit log.
#[derive(Debug, Clone, Args)]
pub struct Audit {
    /// Write each entry of the audit log to the log of the process too.
    #[arg(long, env = "ROSTER_LOG_AUDIT")]
    pub log_audit: bool,
    /// How long entries of the audit log are kept, such as 90d or 52w; 0 keeps them for ever.
    ///
    /// Also read from CODER_AUDIT_LOGS_RETENTION.
    #[arg(long, env = "ROSTER_AUDIT_LOGS_RETENTION", value_name = "DURATION", value_parser = retention, default_value = "0")]
    pub audit_logs_retention: Duration,
}

/// A time with a unit, or a bare zero.
pub(super) fn retention(text: &str) -> Result<Duration, String> {
    if text == "0" { Ok(Duration::ZERO) } else { duration(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retentions_are_read_in_days_and_weeks_too() {
        let hours = |hours: u64| Ok(Duration::from_secs(hours * 3600));
        let table =
            [("0", hours(0)), ("0s", hours(0)), ("1d", hours(24)), ("2w", hours(336)), ("36h", hours(36))];
        for (text, read) in table {
            assert_eq!(retention(text), read, "{text}");
        }
        assert_eq!(retention("1h30m"), Ok(Duration::from_secs(5400)));
        assert!(retention("7").is_err() && retention("soon").is_err());
    }
}
