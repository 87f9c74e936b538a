//! What the letters say. Plain text; whatever people chose themselves is cleaned before it stands in one.

use crate::model::notice::{AccountEvent, Letter, Notice};

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) body: String,
}

/// The longest name that is repeated in a letter.
const LONGEST: usize = 64;

/// Writes a letter of the deployment at `url`.
pub(super) fn write(letter: &Letter, url: &str) -> Words {
    let (subject, text) = match &letter.notice {
        Notice::Passcode { code, minutes } => passcode(code.expose(), *minutes),
        Notice::Account { what, username, by } => account(*what, &clean(username), &clean(by)),
        Notice::OwnAccount(what) => own_account(*what),
    };
    let addressee = clean(&letter.addressee);
    let url = clean_line(url);
    Words { subject, body: format!("Hello {addressee},\n\n{text}\n\n-- \nRoster at {url}\n") }
}

fn passcode(code: &str, minutes: i64) -> (String, String) {
    let text = format!(
        "somebody, hopefully you, asked to replace the password of your account.\n\n\
         Your one-time passcode is: {code}\n\n\
         It is good for {minutes} minutes and for one new password. A later request makes it void.\n\
         If you did not ask for it, there is nothing to do: your password stays as it is."
    );
    ("Your one-time passcode".to_owned(), text)
}

fn account(what: AccountEvent, username: &str, by: &str) -> (String, String) {
    let done = done(what);
    let text = format!(
        "the account {username} was {done} by {by}.\n\n\
         You are told because you are among those who look after accounts."
    );
    (format!("Account {username} was {done}"), text)
}

fn own_account(what: AccountEvent) -> (String, String) {
    let text = match what {
        AccountEvent::Suspended => {
            "your account was suspended. You cannot log in, and your tokens are refused, until somebody who looks after \
             accounts activates it again."
        }
        AccountEvent::Activated => "your account was activated. You can log in again.",
        AccountEvent::Created => "an account was created for you.",
        AccountEvent::Deleted => "your account was deleted.",
    };
    (format!("Your account was {}", done(what)), text.to_owned())
}

const fn done(what: AccountEvent) -> &'static str {
    match what {
        AccountEvent::Created => "created",
        AccountEvent::Deleted => "deleted",
        AccountEvent::Suspended => "suspended",
        AccountEvent::Activated => "activated",
    }
}

/// A name without anything that could end a line, hide, or look like a link; as long as names may be.
fn clean(name: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    name.chars().filter(kept).take(LONGEST).collect()
}

fn clean_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Secret;

    fn letter(notice: Notice) -> Letter {
        Letter { to: "bea@example.com".to_owned(), addressee: "bea".to_owned(), notice }
    }

    #[test]
    fn a_passcode_stands_on_a_line_of_its_own_end() {
        let notice = Notice::Passcode { code: Secret::new("one-two"), minutes: 20 };
        let words = write(&letter(notice), "https://roster.example.com");
        assert_eq!(words.subject, "Your one-time passcode");
        assert!(words.body.starts_with("Hello bea,\n\n") && words.body.contains("passcode is: one-two\n"));
        assert!(
            words.body.contains("20 minutes")
                && words.body.ends_with("Roster at https://roster.example.com\n")
        );
    }

    #[test]
    fn names_can_neither_end_a_line_nor_be_a_link() {
        let evil = "eve\r\nBcc: all@example.com\r\n\r\nhttp://evil.example/\u{202e}";
        let (username, by) = (evil.to_owned(), evil.to_owned());
        let words = write(&letter(Notice::Account { what: AccountEvent::Created, username, by }), "x\r\ny");
        assert_eq!(words.subject, "Account eveBcc allexamplecomhttpevilexample was created");
        assert!(!words.body.contains("Bcc:") && !words.body.contains('\r') && !words.body.contains("http:"));
        assert!(clean(&"a".repeat(500)).len() == LONGEST);
    }
}
