//! Users from a directory.

use clap::Args;

use super::email::{Password, password};

/// Users from a directory.
#[derive(Debug, Clone, Args)]
pub struct Scim {
    /// What a directory sends as `Authorization`, with or without `Bearer`, to provision users over SCIM 2.0 below /scim/v2. Without it nobody does.
    ///
    /// Whoever knows it can make users and suspend everybody but owners. Also read from CODER_SCIM_AUTH_HEADER.
    #[arg(long, env = "ROSTER_SCIM_AUTH_HEADER", value_name = "SECRET", value_parser = password, hide_env_values = true, hide_default_value = true)]
    pub scim_auth_header: Option<Password>,
}
