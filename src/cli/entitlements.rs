//! `roster entitlements`

use super::users::with;
use super::{Outcome, say};
use crate::app;
use crate::config::{Database, EntitlementCommand, Server};
use crate::domain::Feature;
use crate::domain::entitlements;

/// Shows what the deployment may do.
pub async fn run(database: Database, mut server: Server, what: EntitlementCommand) -> Outcome {
    let EntitlementCommand::Show(settings) = what;
    app::entitlements(&settings)?;
    server.entitlements = settings;
    with(&database, &server, async |visitor| {
        let report = entitlements::get(&visitor.backend).await;
        say(&format!("{:30}{:15}{:9}{:>10}{:>10}", "FEATURE", "ENTITLEMENT", "ENABLED", "ACTUAL", "LIMIT"));
        for feature in Feature::ALL {
            let of = report.standing(*feature);
            let entitled = if of.entitled { "entitled" } else { "not_entitled" };
            let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
            let (actual, limit) = (number(of.actual), number(of.limit.map(u64::from)));
            say(&format!("{:30}{entitled:15}{:9}{actual:>10}{limit:>10}", feature.as_str(), of.enabled));
        }
        report.warnings.iter().for_each(|text| say(&format!("warning: {text}")));
        report.errors.iter().for_each(|text| say(&format!("error: {text}")));
        Ok(())
    })
    .await
}
