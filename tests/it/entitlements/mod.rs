//! What the deployment may do (ai-seats.md 5 and 6).

mod gates;
mod licenses;
mod report;
mod settings;
mod warnings;

use std::sync::{Arc, Mutex};

use roster::domain::Settings;
use roster::domain::entitlements::{Rules, Source};

use crate::support::{self, TestApp};

/// A server with rules that a test changes.
async fn narrowed(rules: Rules) -> (TestApp, Arc<Mutex<Rules>>) {
    let rules = Arc::new(Mutex::new(rules));
    let read = rules.clone();
    let entitlements = Source::new(move || Ok(read.lock().unwrap().clone()));
    (TestApp::with(Settings { entitlements, ..support::settings() }).await, rules)
}
