//! What the deployment may do, and how it looks.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

crate::string_enum!(Entitlement as "codersdk.Entitlement" {
    Entitled = "entitled",
    GracePeriod = "grace_period",
    NotEntitled = "not_entitled",
});

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Entitlements)]
pub struct Entitlements {
    /// What is wrong, for administrators.
    pub errors: Vec<String>,
    /// Every known feature by its name.
    pub features: BTreeMap<String, Feature>,
    pub has_license: bool,
    #[serde(with = "crate::time")]
    pub refreshed_at: DateTime<Utc>,
    pub require_telemetry: bool,
    pub trial: bool,
    /// What administrators should look at.
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Feature)]
pub struct Feature {
    /// How many there are of what is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub actual: Option<i64>,
    pub enabled: bool,
    pub entitlement: Entitlement,
    /// How many are wanted at most. More are not refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::License)]
pub struct License {
    /// What the license says.
    #[schema(value_type = Object)]
    pub claims: BTreeMap<String, String>,
    pub id: i32,
    #[serde(with = "crate::time")]
    pub uploaded_at: DateTime<Utc>,
    pub uuid: Uuid,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AddLicenseRequest)]
#[serde(default)]
pub struct AddLicenseRequest {
    #[schema(required)]
    pub license: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AppearanceConfig)]
pub struct AppearanceConfig {
    pub announcement_banners: Vec<BannerConfig>,
    pub application_name: String,
    pub docs_url: String,
    pub logo_url: String,
    /// The older, single form of `announcement_banners`.
    pub service_banner: BannerConfig,
    pub support_links: Vec<LinkConfig>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::BannerConfig)]
pub struct BannerConfig {
    pub background_color: String,
    pub enabled: bool,
    pub message: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::LinkConfig)]
pub struct LinkConfig {
    pub icon: String,
    pub name: String,
    pub target: String,
}

crate::wire!(Entitlements, License, AddLicenseRequest, AppearanceConfig);
