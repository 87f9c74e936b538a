//! Settings of the server.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use super::{
    AiSeats, ConnectionLog, Dormancy, Edge, Email, Entitlements, GitKeys, Github, Oidc, Scim, Shown, Spoken,
    duration,
};

/// Settings of the server.
#[derive(Debug, Clone, Args)]
pub struct Server {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "ROSTER_HTTP_ADDRESS", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub http_address: SocketAddr,
    /// URL under which people reach this deployment; http:// and the listening address when not given.
    ///
    /// With https, session cookies are sent over https only.
    #[arg(long, env = "ROSTER_ACCESS_URL", value_name = "URL", value_parser = access_url)]
    pub access_url: Option<String>,
    /// How long a login lasts without use, such as 24h or 7days.
    #[arg(long, env = "ROSTER_SESSION_DURATION", default_value = "24h", value_name = "DURATION", value_parser = duration)]
    pub session_duration: Duration,
    /// Let sessions end at a fixed time instead of a time after their last use.
    #[arg(long, env = "ROSTER_DISABLE_SESSION_EXPIRY_REFRESH")]
    pub disable_session_expiry_refresh: bool,
    /// Refuse logins with a password.
    #[arg(long, env = "ROSTER_DISABLE_PASSWORD_AUTH")]
    pub disable_password_auth: bool,
    /// Take from owners the right to enter workspaces of others: ssh and application_connect.
    #[arg(long, env = "ROSTER_DISABLE_OWNER_WORKSPACE_ACCESS")]
    pub disable_owner_workspace_access: bool,
    /// Let nobody share workspaces.
    #[arg(long, env = "ROSTER_DISABLE_WORKSPACE_SHARING")]
    pub disable_workspace_sharing: bool,
    /// Let nobody share chats.
    #[arg(long, env = "ROSTER_DISABLE_CHAT_SHARING")]
    pub disable_chat_sharing: bool,
    /// How long tokens may live, and keys are kept.
    #[command(flatten)]
    pub tokens: super::Tokens,
    /// When users count as gone.
    #[command(flatten)]
    pub dormancy: Dormancy,
    /// The connection log.
    #[command(flatten)]
    pub connections: ConnectionLog,
    /// What is kept of who did what.
    #[command(flatten)]
    pub audit: super::Audit,
    /// The version that API clients compare with their own.
    #[arg(long, env = "ROSTER_BUILD_VERSION", default_value = "v2.34.0", value_name = "VERSION", value_parser = build_version)]
    pub build_version: String,
    /// Answers.
    #[command(flatten)]
    pub spoken: Spoken,
    /// Letters to people.
    #[command(flatten)]
    pub email: Email,
    /// The key pairs for git.
    #[command(flatten)]
    pub git_keys: GitKeys,
    /// Cookies, limits and proxies.
    #[command(flatten)]
    pub edge: Edge,
    /// Logging in with OpenID Connect.
    #[command(flatten)]
    pub oidc: Oidc,
    /// Logins with GitHub.
    #[command(flatten)]
    pub github: Github,
    /// Users from a directory.
    #[command(flatten)]
    pub scim: Scim,
    /// What the deployment may do.
    #[command(flatten)]
    pub entitlements: Entitlements,
    /// How uses of AI features are noted.
    #[command(flatten)]
    pub ai_seats: AiSeats,
    /// All of these, to be shown.
    #[arg(skip)]
    pub shown: Vec<Shown>,
}

impl Server {
    /// Settings that cannot hold together, as a line that names them.
    pub(super) fn contradiction(&self) -> Option<String> {
        let edge = self.edge.contradiction(self.access_url.as_deref().unwrap_or_default());
        let edge = edge.or_else(|| self.tokens.check().err());
        let edge = edge.or_else(|| self.oidc.contradiction()).or_else(|| self.github.contradiction());
        edge.or_else(|| self.entitlements.read().err())
    }
}

fn access_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.ok_or("it must begin with http:// or https://")?;
    if host.is_empty() || host.starts_with('/') || host.contains(char::is_whitespace) {
        return Err("it names no host".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn build_version(text: &str) -> Result<String, String> {
    let numbers = text.strip_prefix('v').map(|rest| rest.split('.').collect::<Vec<_>>());
    let whole = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match numbers {
        Some(parts) if parts.len() == 3 && parts.iter().all(whole) => Ok(text.to_owned()),
        _ => Err("it must look like v2.34.0".to_owned()),
    }
}
