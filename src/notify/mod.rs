//! Letters to people: written in words, and delivered by SMTP or, for development, into the log.
//!
//! Knows nothing but [`crate::model`]. The rules hand a letter to a [`Notifier`] and go on; what happens to it afterwards shows
//! in the log alone. No letter holds up a request, and how long a request takes does not tell whether there was one.

mod log;
mod queue;
mod smtp;
mod words;

pub use crate::model::notice::{Letter, Notice, Notifier};
pub use log::LogNotifier;
pub use queue::{Limits, Queue};
pub use smtp::{Relay, Security, Sender};
