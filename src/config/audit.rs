//! Settings of the audit log.

use std::time::Duration;

use clap::Args;

use super::duration;

/// Settings of the audit log.
#[derive(Debug, Clone, Args)]
pub struct Audit {
    /// Write no audit log. What is in it stays and can be read.
    #[arg(long, env = "ROSTER_DISABLE_AUDIT_LOG")]
    pub disable_audit_log: bool,
    /// Write each entry of the audit log to the log of the process too.
    #[arg(long, env = "ROSTER_LOG_AUDIT")]
    pub log_audit: bool,
    /// How long entries of the audit log are kept, such as 90d or 52w; 0 keeps them for ever.
    #[arg(long, env = "ROSTER_AUDIT_LOGS_RETENTION", value_name = "DURATION", value_parser = retention, default_value = "0")]
    pub audit_logs_retention: Duration,
    /// The same under the name that other servers of this API read; the one above wins.
    #[arg(long = "coder-audit-logs-retention", env = "CODER_AUDIT_LOGS_RETENTION", value_name = "DURATION", value_parser = retention)]
    pub coder_audit_logs_retention: Option<Duration>,
}

impl Audit {
    /// How long entries are kept; zero for ever.
    pub fn retention(&self) -> Duration {
        let other = self.coder_audit_logs_retention.unwrap_or_default();
        if self.audit_logs_retention.is_zero() { other } else { self.audit_logs_retention }
    }
}

/// A time with a unit, or a bare zero.
pub(super) fn retention(text: &str) -> Result<Duration, String> {
    if text == "0" { Ok(Duration::ZERO) } else { duration(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_name_wins_over_the_other() {
        use clap::Parser;
        let kept = |flags: &[&str]| {
            let config = crate::config::Config::try_parse_from([&["roster"], flags].concat()).unwrap();
            let (entries, keys) = (config.server.audit.retention(), config.server.tokens.keys_retention());
            [entries, keys].map(|kept| kept.as_secs() / 86_400)
        };
        assert_eq!(kept(&[]), [0, 7]);
        let other = ["--coder-audit-logs-retention", "1d", "--coder-api-keys-retention", "0"];
        assert_eq!(kept(&other), [1, 0]);
        let own = ["--audit-logs-retention", "2w", "--api-keys-retention", "3d"];
        assert_eq!(kept(&[&other[..], &own].concat()), [14, 3]);
    }

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
