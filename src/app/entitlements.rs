//! What the deployment may do, from the settings and their file.

use std::collections::BTreeSet;

use crate::config;
use crate::domain::entitlements::{self, Rules, Source};
use crate::domain::{Backend, Feature};

/// What the settings say now.
///
/// # Errors
/// A line that names the setting, for a file that cannot be read and for a feature that nobody knows.
pub fn entitlements(settings: &config::Entitlements) -> Result<Rules, String> {
    let config::Narrowing { disable, user_limit, ai_governance_user_limit } = settings.read()?;
    let unknown = |name: &String| {
        let known = Feature::ALL.iter().map(|feature| feature.as_str()).collect::<Vec<_>>().join(", ");
        let flag = "--disable-features (ROSTER_DISABLE_FEATURES), or disable in the settings file,";
        format!("{flag} cannot be {name:?}: use some of {known}")
    };
    let features = disable.iter().map(|name| Feature::parse(name).ok_or_else(|| unknown(name)));
    let disabled = features.collect::<Result<BTreeSet<_>, _>>()?;
    Ok(Rules { disabled, user_limit, ai_governance_user_limit })
}

/// The settings as something that is read now and again.
pub fn source(settings: &config::Entitlements) -> Source {
    let settings = settings.clone();
    Source::new(move || entitlements(&settings))
}

/// Reads the entitlements again.
pub async fn refresh_entitlements(backend: &Backend) {
    entitlements::refresh(backend).await;
}
