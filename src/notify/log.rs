//! Letters into the log, where no mail server is configured.

use super::{Letter, Notice, Notifier};

/// Says in the log that there was a letter.
///
/// With `passcodes` it says the one-time passcode too, for the developer who has no mail server at hand. Whoever reads such
/// a log can take over every account, so that only an explicit flag of the operator turns it on, and only on a loopback address.
#[derive(Debug, Clone, Copy)]
pub struct LogNotifier {
    /// Whether the one secret that letters carry is logged with them.
    pub passcodes: bool,
}

impl Notifier for LogNotifier {
    fn take(&self, letter: Letter) {
        let Letter { to, notice, .. } = letter;
        let kind = notice.kind();
        match notice {
            Notice::Passcode { code, .. } if self.passcodes => {
                tracing::warn!(
                    to,
                    kind,
                    passcode = code.expose(),
                    "a letter for development; no --email-smarthost is set"
                );
            }
            Notice::Passcode { .. } => {
                tracing::warn!(to, kind, "a letter cannot be delivered: no --email-smarthost is set");
            }
            Notice::Account { .. } | Notice::OwnAccount(_) => {
                tracing::info!(to, kind, "a letter is not sent: no --email-smarthost is set");
            }
        }
    }
}
