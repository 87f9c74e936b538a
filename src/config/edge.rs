//! Settings of what stands between the network and the API.

use clap::{Args, ValueEnum};
use ipnet::IpNet;

/// Cookies, limits and proxies.
#[derive(Debug, Clone, Args)]
pub struct Edge {
    /// How many requests in a minute one user, or one address without a session, may send to one path; 0 for no limit.
    #[arg(
        long,
        env = "ROSTER_API_RATE_LIMIT",
        default_value_t = 512,
        value_name = "NUMBER",
        allow_negative_numbers = true
    )]
    pub api_rate_limit: i64,
    /// The same for logins and whatever else tells whether a password or code is right.
    #[arg(
        long,
        env = "ROSTER_LOGIN_RATE_LIMIT",
        default_value_t = 60,
        value_name = "NUMBER",
        allow_negative_numbers = true
    )]
    pub login_rate_limit: i64,
    /// Whether browsers send the session cookie with requests from other sites; none needs secure cookies.
    #[arg(long, env = "ROSTER_SAMESITE_AUTH_COOKIE", default_value = "lax", value_name = "MODE")]
    pub samesite_auth_cookie: SameSite,
    /// Whether browsers send the session cookie over https only; true where the access URL is https, when not given.
    #[arg(long, env = "ROSTER_SECURE_AUTH_COOKIE", value_name = "BOOL")]
    pub secure_auth_cookie: Option<bool>,
    /// Begin the name of the session cookie with __Host-, so that no neighbouring host can set it; needs secure cookies.
    #[arg(long, env = "ROSTER_HOST_PREFIX_COOKIE")]
    pub host_prefix_cookie: bool,
    /// Proxies in front of the server, as addresses or networks such as 10.0.0.0/8, with commas between them.
    ///
    /// Only they are believed when they tell the address of a client.
    #[arg(long, env = "ROSTER_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The headers in which trusted proxies tell the address of a client; the first one that is there counts.
    #[arg(long, env = "ROSTER_TRUSTED_HEADERS", default_value = "X-Forwarded-For", value_name = "NAMES", value_delimiter = ',', value_parser = header_name)]
    pub trusted_headers: Vec<String>,
}

/// The attribute of cookies of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SameSite {
    /// Only when people follow a link.
    Lax,
    /// Always.
    None,
}

impl Edge {
    /// Whether cookies are for https only, on a server with this access URL.
    pub fn secure_cookies(&self, access_url: &str) -> bool {
        self.secure_auth_cookie.unwrap_or_else(|| access_url.starts_with("https://"))
    }

    /// What no browser would take, as a line that names the setting.
    pub(super) fn contradiction(&self, access_url: &str) -> Option<String> {
        if self.secure_cookies(access_url) {
            return None;
        }
        let needs = "needs secure cookies: an --access-url of https://, or --secure-auth-cookie=true";
        if self.host_prefix_cookie {
            return Some(format!("--host-prefix-cookie (ROSTER_HOST_PREFIX_COOKIE) {needs}"));
        }
        let everywhere = self.samesite_auth_cookie == SameSite::None;
        everywhere.then(|| format!("--samesite-auth-cookie (ROSTER_SAMESITE_AUTH_COOKIE) \"none\" {needs}"))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let one = || text.parse().ok().map(|ip: std::net::IpAddr| ip.to_canonical().into());
    let net: IpNet =
        text.parse().ok().or_else(one).ok_or("it must be an address, or a network such as 10.0.0.0/8")?;
    Ok(net)
}

fn header_name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.is_empty() || !text.bytes().all(good) {
        return Err("it must be the name of a header".to_owned());
    }
    Ok(text.to_ascii_lowercase())
}
