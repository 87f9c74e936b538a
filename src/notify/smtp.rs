//! Delivery by SMTP.

use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::Letter;
use super::words::write;
use crate::model::ids::Secret;

/// How long the mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where letters go out.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: Security,
    /// Name and password there, if it asks for them.
    pub login: Option<(String, Secret)>,
    /// Whom the letters are from: `address` or `Name <address>`.
    pub from: String,
    /// The deployment's own address, for the end of each letter.
    pub url: String,
}

/// How the connection to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// By STARTTLS, which must succeed.
    StartTls,
    /// From the first byte on.
    Tls,
}

/// Speaks with a mail server, one connection a letter.
#[derive(Debug, Clone)]
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    url: String,
}

/// Why a letter was not delivered.
#[derive(Debug)]
pub(super) struct Undelivered {
    /// Trying again cannot help.
    pub(super) lasting: bool,
    /// For the log.
    pub(super) why: String,
}

impl Sender {
    /// # Errors
    /// When the sender's address is none, or TLS cannot be set up.
    pub fn new(relay: Relay) -> Result<Self, String> {
        let Relay { host, port, security, login, from, url } = relay;
        let from = from.parse().map_err(|e: AddressError| format!("{from:?} is no e-mail address: {e}"))?;
        let tls = match security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(parameters(&host)?),
            Security::Tls => Tls::Wrapper(parameters(&host)?),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port).tls(tls);
        let builder = builder.timeout(Some(PATIENCE));
        let transport = match login {
            Some((name, password)) => {
                builder.credentials(Credentials::new(name, password.expose().to_owned()))
            }
            None => builder,
        };
        Ok(Self { transport: transport.build(), from, url })
    }

    /// Hands one letter to the mail server.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = self.message(letter).map_err(|why| Undelivered { lasting: true, why })?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|error| Undelivered { lasting: error.is_permanent(), why: told(&error) })
    }

    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let words = write(letter, &self.url);
        let address = letter.to.parse().map_err(|e: AddressError| e.to_string())?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(words.subject)
            .header(ContentType::TEXT_PLAIN);
        message.body(words.body).map_err(|e| e.to_string())
    }
}

fn parameters(host: &str) -> Result<TlsParameters, String> {
    TlsParameters::new(host.to_owned()).map_err(|e| told(&e))
}

/// An error with its causes, which say more than it does.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
