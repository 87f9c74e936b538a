//! Settings of keys and tokens.

use std::time::Duration;

use clap::Args;

use super::audit::retention;
use super::duration;

/// Settings of keys and tokens.
#[derive(Debug, Clone, Args)]
pub struct Tokens {
    /// How long tokens live that are made without a lifetime, such as 168h.
    #[arg(long, env = "ROSTER_DEFAULT_TOKEN_LIFETIME", default_value = "168h", value_name = "DURATION", value_parser = duration)]
    pub default_token_lifetime: Duration,
    /// How long a token may live.
    #[arg(long, env = "ROSTER_MAX_TOKEN_LIFETIME", default_value = "876600h", value_name = "DURATION", value_parser = duration)]
    pub max_token_lifetime: Duration,
    /// How long a token of an owner may live.
    #[arg(long, env = "ROSTER_MAX_ADMIN_TOKEN_LIFETIME", default_value = "168h", value_name = "DURATION", value_parser = duration)]
    pub max_admin_token_lifetime: Duration,
    /// How long keys are kept after they ended, so that they can say so; 0s keeps them for ever.
    ///
    /// Also read from CODER_API_KEYS_RETENTION.
    #[arg(long, env = "ROSTER_API_KEYS_RETENTION", default_value = "7days", value_name = "DURATION", value_parser = retention)]
    pub api_keys_retention: Duration,
}

impl Tokens {
    /// Whether the settings agree with each other.
    ///
    /// # Errors
    /// One line that names those that do not.
    pub fn check(&self) -> Result<(), String> {
        const DEFAULT: &str = "--default-token-lifetime (ROSTER_DEFAULT_TOKEN_LIFETIME)";
        if self.default_token_lifetime < Duration::from_secs(1) {
            return Err(format!("{DEFAULT} must be one second at least"));
        }
        let most = [
            ("--max-token-lifetime (ROSTER_MAX_TOKEN_LIFETIME)", self.max_token_lifetime),
            ("--max-admin-token-lifetime (ROSTER_MAX_ADMIN_TOKEN_LIFETIME)", self.max_admin_token_lifetime),
        ];
        match most.into_iter().find(|(_, most)| *most < self.default_token_lifetime) {
            Some((longest, _)) => Err(format!("{DEFAULT} cannot be longer than {longest}")),
            None => Ok(()),
        }
    }
}
