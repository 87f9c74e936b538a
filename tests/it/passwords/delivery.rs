//! Letters on their way to a mail server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use roster::model::ids::Secret;
use roster::model::notice::{AccountEvent, Letter, Notice, Notifier};
use roster::notify::Limits;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::mail::{MailServer, impatient, queue_to};

const GREYLISTED: &str = "451 4.7.1 Come back later";
const NO_SUCH_USER: &str = "550 5.1.1 Nobody of that name";
/// More than any of this takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn letter(to: &str) -> Letter {
    let notice = Notice::Passcode { code: Secret::new("1b9d6bcd-bbfd"), minutes: 20 };
    Letter { to: to.to_owned(), addressee: "bea".to_owned(), notice }
}

fn news(to: &str, username: &str) -> Letter {
    let (username, by) = (username.to_owned(), "owner".to_owned());
    let notice = Notice::Account { what: AccountEvent::Created, username, by };
    Letter { to: to.to_owned(), addressee: "owner".to_owned(), notice }
}

/// What is logged on this thread while it lives.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Heard {
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        let heard = Self::default();
        let subscriber = tracing_subscriber::fmt().with_writer(heard.clone()).with_ansi(false).finish();
        (heard, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_letter_is_plain_text_with_the_usual_headers() {
    let mut server = MailServer::start(&[]).await;
    let queue = server.queue(impatient(0));
    queue.take(letter("bea@example.com"));
    let mail = server.next().await;
    assert_eq!(mail.to, "bea@example.com");
    assert_eq!(mail.header("From"), "Roster <roster@example.com>");
    assert_eq!(mail.header("To"), "bea@example.com");
    assert_eq!(mail.header("Subject"), "Your one-time passcode");
    assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
    assert!(!mail.header("Date").is_empty());
    assert_eq!(mail.passcode(), "1b9d6bcd-bbfd");
}

#[tokio::test]
async fn a_server_that_says_later_is_asked_again() {
    let mut server = MailServer::start(&[GREYLISTED, "421 4.3.2 Too busy"]).await;
    server.queue(impatient(2)).take(letter("bea@example.com"));
    assert_eq!(server.next().await.to, "bea@example.com");
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_and_then_given_up() {
    let (heard, _guard) = Heard::listen();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let queue = queue_to(nobody, impatient(2));
    queue.take(letter("bea@example.com"));
    queue.finish(PATIENCE).await;
    let log = heard.text();
    assert!(log.contains("a letter is given up") && log.contains("bea@example.com"), "{log}");
    assert!(!log.contains("1b9d6bcd"), "{log}");
}

#[tokio::test]
async fn a_server_that_says_no_is_not_asked_again() {
    let (heard, _guard) = Heard::listen();
    let mut server = MailServer::start(&[NO_SUCH_USER]).await;
    let queue = server.queue(impatient(5));
    queue.take(letter("nobody@example.com"));
    server.refused().await;
    queue.take(letter("bea@example.com"));
    assert_eq!(server.next().await.to, "bea@example.com");
    queue.finish(PATIENCE).await;
    let log = heard.text();
    assert!(log.contains("a letter is given up") && log.contains("nobody@example.com"), "{log}");
    assert!(server.is_empty() && !log.contains("1b9d6bcd"));
}

#[tokio::test]
async fn a_full_queue_drops_and_says_so() {
    let (heard, _guard) = Heard::listen();
    let mut server = MailServer::start(&[]).await;
    let queue = server.queue(Limits { room: 1, at_once: 1, pauses: vec![] });
    // Nothing is delivered before this test waits for something.
    queue.take(news("first@example.com", "a"));
    queue.take(news("second@example.com", "b"));
    assert!(heard.text().contains("a letter is dropped"), "{}", heard.text());
    assert!(heard.text().contains("second@example.com"));
    // Codes have room of their own.
    queue.take(letter("bea@example.com"));
    let mails = server.next_by_recipient(2).await;
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["bea@example.com", "first@example.com"]);
}

#[tokio::test]
async fn what_waits_for_its_next_try_is_tried_once_more_at_the_end() {
    let mut server = MailServer::start(&[GREYLISTED]).await;
    let hour = vec![Duration::from_secs(3600); 3];
    let queue = server.queue(Limits { pauses: hour, ..Limits::default() });
    queue.take(letter("bea@example.com"));
    server.refused().await;
    queue.finish(PATIENCE).await;
    assert_eq!(server.next().await.to, "bea@example.com");
}

#[tokio::test]
async fn no_name_and_no_address_smuggles_a_header() {
    let mut server = MailServer::start(&[]).await;
    let queue = server.queue(impatient(0));
    queue.take(news("eve@example.com\r\nBcc: all@example.com", "eve"));
    queue.take(news("owner@example.com", "eve\r\nBcc: all@example.com\r\n\r\nhttp://evil.example"));
    let mail = server.next().await;
    assert_eq!(mail.to, "owner@example.com");
    assert_eq!(mail.header("Bcc"), "");
    assert!(!mail.text.contains("http://evil"), "{}", mail.text);
    queue.finish(PATIENCE).await;
    assert!(server.is_empty());
}

#[tokio::test]
async fn without_a_mail_server_the_log_tells_of_letters_and_of_codes_only_when_told_to() {
    let (heard, _guard) = Heard::listen();
    roster::notify::LogNotifier { passcodes: false }.take(letter("bea@example.com"));
    let log = heard.text();
    assert!(log.contains("bea@example.com") && log.contains("one-time passcode"), "{log}");
    assert!(!log.contains("1b9d6bcd"), "{log}");
    roster::notify::LogNotifier { passcodes: true }.take(letter("bea@example.com"));
    assert!(heard.text().contains("1b9d6bcd-bbfd"));
}
