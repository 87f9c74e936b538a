//! The settings of what stands between the network and the rules: cookies, limits, proxies.

use ipnet::IpNet;

/// How requests are received and answered.
#[derive(Debug, Clone, Default)]
pub struct Web {
    /// Which answers the operations give that have two.
    pub dialect: Dialect,
    /// Whether cookies go along with requests that other sites make.
    pub same_site: SameSite,
    /// Whether the session cookie's name begins with `__Host-`, which browsers take from this very host only.
    pub host_prefix_cookie: bool,
    /// How much one caller may ask.
    pub limits: RateLimits,
    /// Who may say where a request came from.
    pub proxies: Proxies,
}

/// In a few operations the server that clients were written for does not answer what its own reference says. A server speaks one
/// dialect, and its document describes that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What the reference says.
    #[default]
    Documented,
    /// What clients that were written for that server read.
    Coder,
}

/// The attribute of cookies of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameSite {
    /// Only with navigation from other sites.
    #[default]
    Lax,
    /// With every request; needs `Secure`.
    None,
}

/// Requests in a minute, by one caller to one path; 0 or less is no limit (auth.md 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// To each path of the API.
    pub api: i64,
    /// To what passwords and codes can be guessed at.
    pub login: i64,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { api: 512, login: 60 }
    }
}

/// The proxies in front of the server. With none, the address of a client is that of its connection.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Vec<IpNet>,
    /// The headers in which they tell the client's address, lower-case; the first one that is there counts.
    pub headers: Vec<String>,
}
