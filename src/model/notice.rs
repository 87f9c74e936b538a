//! What people are told outside of the API, and how the rules ask for it to be told.

use super::ids::Secret;

/// Something to tell one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The e-mail address.
    pub to: String,
    /// The username behind it.
    pub addressee: String,
    /// What is told.
    pub notice: Notice,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The code with which a forgotten password can be replaced (auth.md 6.5).
    Passcode {
        /// The code; known to nobody else.
        code: Secret,
        /// For how many minutes it is good.
        minutes: i64,
    },
    /// Something happened to an account, told to those who look after accounts.
    Account {
        /// What happened.
        what: AccountEvent,
        /// The username of the account.
        username: String,
        /// The username of who did it.
        by: String,
    },
    /// Something happened to the addressee's own account.
    OwnAccount(AccountEvent),
}

impl Notice {
    /// What it is about, for the log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Passcode { .. } => "one-time passcode",
            Self::Account { what, .. } => what.kind(),
            Self::OwnAccount(AccountEvent::Suspended) => "your account was suspended",
            Self::OwnAccount(AccountEvent::Activated) => "your account was activated",
            Self::OwnAccount(what) => what.kind(),
        }
    }
}

/// What can happen to an account that somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountEvent {
    /// It was made.
    Created,
    /// It was deleted.
    Deleted,
    /// It was locked out.
    Suspended,
    /// It was let in again.
    Activated,
}

impl AccountEvent {
    const fn kind(self) -> &'static str {
        match self {
            Self::Created => "account created",
            Self::Deleted => "account deleted",
            Self::Suspended => "account suspended",
            Self::Activated => "account activated",
        }
    }
}

/// Takes letters and delivers them in its own time. Taking one neither waits nor fails: what cannot be delivered is the
/// business of the operator, not of the request that it came from.
pub trait Notifier: Send + Sync {
    /// Takes a letter.
    fn take(&self, letter: Letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passcodes_do_not_print() {
        let notice = Notice::Passcode { code: Secret::new("1b9d6bcd"), minutes: 20 };
        let letter = Letter { to: "a@b.co".to_owned(), addressee: "a".to_owned(), notice };
        assert!(!format!("{letter:?}").contains("1b9d6bcd"));
    }
}
