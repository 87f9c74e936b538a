//! How uses of AI features are noted.

use std::time::Duration;

use clap::Args;

use super::duration;

/// How uses of AI features are noted.
#[derive(Debug, Clone, Args)]
pub struct AiSeats {
    /// For how long no other use of AI features by the same user is written, after one that was.
    #[arg(long, env = "ROSTER_AI_SEAT_PACE", default_value = "6h", value_name = "DURATION", value_parser = duration)]
    pub ai_seat_pace: Duration,
    /// The same after one that could not be written.
    #[arg(long, env = "ROSTER_AI_SEAT_RETRY", default_value = "30m", value_name = "DURATION", value_parser = duration)]
    pub ai_seat_retry: Duration,
}
