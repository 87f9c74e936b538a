//! A mail server that keeps what it is given.

use std::net::SocketAddr;
use std::time::Duration;

use roster::notify::{Limits, Queue, Relay, Security, Sender};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// More than a letter takes, even on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(30);

/// A letter as it came in.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address that the server was told.
    pub to: String,
    /// Headers and body.
    pub text: String,
}

impl Mail {
    /// A header, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let (headers, _) = self.text.split_once("\r\n\r\n").unwrap();
        let lines = headers.split("\r\n").filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
            .unwrap_or_default()
    }

    /// The one-time passcode in it.
    pub fn passcode(&self) -> String {
        let (_, rest) =
            self.text.split_once("passcode is: ").unwrap_or_else(|| panic!("no passcode: {}", self.text));
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

/// A mail server on a port of its own, which speaks SMTP.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    mails: UnboundedReceiver<Mail>,
    refused: UnboundedReceiver<()>,
}

impl MailServer {
    /// One that answers the first recipients with these replies, and then takes everything.
    pub async fn start(refusals: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (keep, mails) = mpsc::unbounded_channel();
        let (tell, refused) = mpsc::unbounded_channel();
        let mut refusals: Vec<&'static str> = refusals.iter().rev().copied().collect();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // One after the other: the tests send little.
                let _ = speak(stream, &mut refusals, &keep, &tell).await;
            }
        });
        Self { address, mails, refused }
    }

    /// What sends to it.
    pub fn queue(&self, limits: Limits) -> Queue {
        queue_to(self.address, limits)
    }

    /// The next letter.
    pub async fn next(&mut self) -> Mail {
        tokio::time::timeout(PATIENCE, self.mails.recv()).await.unwrap().unwrap()
    }

    /// So many letters, by their recipients.
    pub async fn next_by_recipient(&mut self, count: usize) -> Vec<Mail> {
        let mut mails = Vec::new();
        for _ in 0..count {
            mails.push(self.next().await);
        }
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }

    /// Returns when another recipient was refused.
    pub async fn refused(&mut self) {
        tokio::time::timeout(PATIENCE, self.refused.recv()).await.unwrap().unwrap();
    }

    /// Whether nothing is left to read.
    pub fn is_empty(&self) -> bool {
        self.mails.is_empty()
    }
}

/// What sends to a mail server.
pub fn queue_to(address: SocketAddr, limits: Limits) -> Queue {
    let relay = Relay {
        host: address.ip().to_string(),
        port: address.port(),
        security: Security::None,
        login: None,
        from: "Roster <roster@example.com>".to_owned(),
        url: "http://roster.test".to_owned(),
    };
    Queue::new(Sender::new(relay).unwrap(), limits)
}

/// Tries that follow each other at once.
pub fn impatient(tries: usize) -> Limits {
    Limits { pauses: vec![Duration::ZERO; tries], ..Limits::default() }
}

async fn speak(
    stream: TcpStream,
    refusals: &mut Vec<&'static str>,
    keep: &UnboundedSender<Mail>,
    tell: &UnboundedSender<()>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
        let reply = match verb.as_str() {
            "EHLO" | "HELO" => "250-mail.test\r\n250 8BITMIME",
            "RCPT" => match refusals.pop() {
                Some(refusal) => {
                    let _ = tell.send(());
                    refusal
                }
                None => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    "250 Fine"
                }
            },
            "DATA" => {
                stream.write_all(b"354 Go on\r\n").await?;
                let text = read_data(&mut stream).await?;
                let _ = keep.send(Mail { to: to.clone(), text });
                "250 Kept"
            }
            "QUIT" => {
                stream.write_all(b"221 Bye\r\n").await?;
                return Ok(());
            }
            "MAIL" | "RSET" | "NOOP" => "250 Fine",
            _ => "500 What?",
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
}

async fn read_data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        // Lines that begin with a dot come with another one.
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
