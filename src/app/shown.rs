//! The settings as those see them who look after the deployment.

use std::sync::Arc;

use crate::config;
use crate::domain::deployment::Shown;

/// All of them.
pub fn all(settings: &[config::Shown]) -> Arc<[Shown]> {
    settings.iter().cloned().map(one).collect()
}

fn one(setting: config::Shown) -> Shown {
    let config::Shown { name, description, flag, env, default, value, source, secret } = setting;
    Shown { name, description, flag, env, default, value, source, secret }
}
