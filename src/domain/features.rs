//! What use-cases ask first: whether the deployment has the feature at all.

use super::ctx::{Backend, Ctx};
use super::error::{Error, Kind};
use crate::model::feature::Feature;

impl Backend {
    /// Whether the deployment has a feature.
    pub fn is_enabled(&self, feature: Feature) -> bool {
        self.entitlements.is_enabled(feature)
    }

    /// Goes on where the deployment has a feature; for those who are no caller.
    ///
    /// # Errors
    /// 403 where it is switched off.
    pub fn needs(&self, feature: Feature) -> Result<(), Error> {
        if self.is_enabled(feature) {
            return Ok(());
        }
        let text = format!("{} is not enabled on this deployment.", feature.in_words());
        Err(Error::new(Kind::Forbidden, text))
    }
}

impl Ctx {
    /// Goes on where the deployment has a feature.
    ///
    /// # Errors
    /// 403 where it is switched off.
    pub fn needs(&self, feature: Feature) -> Result<(), Error> {
        self.backend().needs(feature)
    }
}
