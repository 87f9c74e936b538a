//! Settings of the letters to people.

use std::fmt;

use clap::{Args, ValueEnum};

/// Settings of the letters to people.
#[derive(Debug, Clone, Args)]
pub struct Email {
    /// The mail server that letters go out by: passcodes for forgotten passwords, and news of accounts. Without one nobody gets any.
    #[arg(long, env = "ROSTER_EMAIL_SMARTHOST", value_name = "HOST:PORT", value_parser = smarthost, requires = "email_from")]
    pub email_smarthost: Option<Smarthost>,
    /// Whom letters are from: an address, or a name and an address in angle brackets.
    #[arg(long, env = "ROSTER_EMAIL_FROM", value_name = "ADDRESS")]
    pub email_from: Option<String>,
    /// The name to log in to the mail server with.
    #[arg(long, env = "ROSTER_EMAIL_AUTH_USERNAME", value_name = "NAME", requires = "email_auth_password")]
    pub email_auth_username: Option<String>,
    /// The password to log in to the mail server with.
    #[arg(long, env = "ROSTER_EMAIL_AUTH_PASSWORD", value_name = "PASSWORD", value_parser = password, hide_env_values = true, requires = "email_auth_username")]
    pub email_auth_password: Option<Password>,
    /// How the connection to the mail server is encrypted.
    #[arg(long, env = "ROSTER_EMAIL_TLS", default_value = "starttls", value_name = "MODE")]
    pub email_tls: EmailTls,
    /// For development only: without a mail server, write one-time passcodes into the log.
    ///
    /// Whoever reads the log can then take over any account. Refused together with a mail server, and unless the server listens
    /// on a loopback address.
    #[arg(long, env = "ROSTER_LOG_PASSCODES")]
    pub log_passcodes: bool,
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmailTls {
    /// By STARTTLS, which the mail server must offer.
    Starttls,
    /// From the first byte on, as on port 465.
    Tls,
    /// Not at all; not with a password.
    None,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smarthost {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// A text that must not appear in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what clap takes")]
pub(super) fn password(text: &str) -> Result<Password, String> {
    Ok(Password(text.to_owned()))
}

fn smarthost(text: &str) -> Result<Smarthost, String> {
    let shape = || "it must look like mail.example.com:587".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or_else(shape)?;
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(shape)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        return Err(shape());
    }
    Ok(Smarthost { host: host.to_owned(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smarthost_is_a_host_and_a_port() {
        let of = |host: &str, port| Ok(Smarthost { host: host.to_owned(), port });
        assert_eq!(smarthost("mail.example.com:587"), of("mail.example.com", 587));
        assert_eq!(smarthost("[::1]:25"), of("::1", 25));
        for bad in ["mail.example.com", ":25", "a b:25", "smtp://x:25", "x:0", "x:65536", ""] {
            assert!(smarthost(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_password_does_not_print() {
        assert_eq!(format!("{:?}", Password("hunter2".to_owned())), "[secret]");
    }
}
