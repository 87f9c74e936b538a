//! How letters go out: by a mail server, or into the log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Email, EmailTls};
use crate::domain::Backend;
use crate::domain::connections::ConnectionLogger;
use crate::model::ids::Secret;
use crate::model::notice::Notifier;
use crate::notify::{Limits, LogNotifier, Queue, Relay, Security, Sender};

/// How long what is left over may take at the end; with the grace of requests it stays below the half minute that is usual.
const GRACE: Duration = Duration::from_secs(4);

/// The same for events of connections, which wait for the database.
const LAST_EVENTS: Duration = Duration::from_secs(10);

/// Where the letters of a server go.
#[derive(Clone)]
pub enum Mail {
    /// To a mail server.
    Queue(Arc<Queue>),
    /// Into the log.
    Log(LogNotifier),
}

impl Mail {
    /// As the settings say, for a server that listens on `address` and is reached at `url`.
    ///
    /// # Errors
    /// When they contradict each other, or the sender's address is none.
    pub fn new(email: &Email, address: SocketAddr, url: &str) -> Result<Self, String> {
        check(email, address)?;
        let Some(host) = &email.email_smarthost else {
            return Ok(Self::Log(LogNotifier { passcodes: email.log_passcodes }));
        };
        let relay = Relay {
            host: host.host.clone(),
            port: host.port,
            security: security(email.email_tls),
            login: email.email_auth_username.clone().zip(password(email)),
            from: email.email_from.clone().unwrap_or_default(),
            url: url.to_owned(),
        };
        let sender = Sender::new(relay).map_err(|why| format!("--email-from (ROSTER_EMAIL_FROM): {why}"))?;
        Ok(Self::Queue(Arc::new(Queue::new(sender, Limits::default()))))
    }

    /// Nobody is written to, as there is no server.
    pub const fn none() -> Self {
        Self::Log(LogNotifier { passcodes: false })
    }

    /// What takes the letters.
    pub fn notifier(&self) -> Arc<dyn Notifier> {
        match self {
            Self::Queue(queue) => queue.clone(),
            Self::Log(log) => Arc::new(*log),
        }
    }
}

/// Writes what is told of connections, waits for the work that outlives its requests, then for the letters, each for a short time.
pub async fn finish(backend: &Backend, mail: &Mail) {
    if tokio::time::timeout(LAST_EVENTS, backend.connections.close()).await.is_err() {
        tracing::error!("events of connections are lost: the database took too long");
    }
    backend.background.close();
    if tokio::time::timeout(GRACE, backend.background.wait()).await.is_err() {
        tracing::error!(left = backend.background.len(), "some work after requests took too long");
    }
    if let Mail::Queue(queue) = mail {
        queue.finish(GRACE).await;
    }
}

fn check(email: &Email, address: SocketAddr) -> Result<(), String> {
    let passcodes = "--log-passcodes (ROSTER_LOG_PASSCODES)";
    if email.log_passcodes && email.email_smarthost.is_some() {
        return Err(format!("{passcodes} cannot be used with --email-smarthost: it is for development"));
    }
    if email.log_passcodes && !address.ip().is_loopback() {
        return Err(format!("{passcodes} cannot be used on {address}: it is for a loopback address"));
    }
    if email.email_auth_password.is_some() && email.email_tls == EmailTls::None {
        let text = "--email-auth-password (ROSTER_EMAIL_AUTH_PASSWORD) cannot be used with --email-tls none";
        return Err(text.to_owned());
    }
    Ok(())
}

const fn security(tls: EmailTls) -> Security {
    match tls {
        EmailTls::Starttls => Security::StartTls,
        EmailTls::Tls => Security::Tls,
        EmailTls::None => Security::None,
    }
}

fn password(email: &Email) -> Option<Secret> {
    email.email_auth_password.as_ref().map(|password| Secret::new(password.0.clone()))
}
