//! When users count as gone.

use std::time::Duration;

use clap::Args;

use super::duration;

/// When users count as gone.
#[derive(Debug, Clone, Args)]
pub struct Dormancy {
    /// How long a user may stay unseen before it counts as dormant, such as 90days; 0s: for ever.
    #[arg(long, env = "ROSTER_DORMANT_AFTER", default_value = "90days", value_name = "DURATION", value_parser = duration)]
    pub dormant_after: Duration,
}
