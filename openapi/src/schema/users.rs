//! The Users page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::common::{LoginType, SlimRole, UserStatus};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::User)]
pub struct User {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(format = "uri")]
    pub avatar_url: String,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub created_at: DateTime<Utc>,
    /// Empty for service accounts.
    #[schema(required, format = "email")]
    pub email: String,
    /// Whether the user holds an AI seat; present also when false.
    #[serde(default)]
    pub has_ai_seat: bool,
    #[schema(required)]
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_service_account: bool,
    /// The zero time for a user who has not been seen yet.
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub last_seen_at: DateTime<Utc>,
    #[serde(default)]
    pub login_type: LoginType,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default)]
    pub organization_ids: Vec<Uuid>,
    /// The site roles; the implied `member` is not listed.
    #[serde(default)]
    pub roles: Vec<SlimRole>,
    #[serde(default)]
    pub status: UserStatus,
    /// Never filled: the theme is part of the appearance settings.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme_preference: String,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub updated_at: DateTime<Utc>,
    #[schema(required)]
    pub username: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GetUsersResponse)]
pub struct GetUsersResponse {
    /// How many users match, before limit and offset; 0 when the page is empty.
    #[schema(required = false)]
    pub count: i64,
    #[schema(required = false)]
    pub users: Vec<User>,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateUserRequestWithOrgs)]
#[serde(default)]
pub struct CreateUserRequestWithOrgs {
    /// Required unless the user is a service account.
    #[schema(format = "email")]
    pub email: String,
    /// `password` when not given.
    #[schema(value_type = LoginType)]
    pub login_type: String,
    pub name: String,
    /// The older, single form; it is added to `organization_ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub organization_id: Option<Uuid>,
    /// The organizations to join, at least one. The nil UUID is the default organization.
    pub organization_ids: Vec<Uuid>,
    pub password: String,
    /// Site roles to grant.
    pub roles: Vec<String>,
    /// Service accounts act by tokens only: no email, no password, login type `none`.
    pub service_account: bool,
    /// `dormant` when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = UserStatus)]
    pub user_status: Option<UserStatus>,
    #[schema(required)]
    pub username: String,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateFirstUserRequest)]
#[serde(default)]
pub struct CreateFirstUserRequest {
    #[schema(required)]
    pub email: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = CreateFirstUserOnboardingInfo)]
    pub onboarding_info: Option<CreateFirstUserOnboardingInfo>,
    #[schema(required)]
    pub password: String,
    pub trial: bool,
    pub trial_info: CreateFirstUserTrialInfo,
    #[schema(required)]
    pub username: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateFirstUserOnboardingInfo)]
#[serde(default)]
pub struct CreateFirstUserOnboardingInfo {
    pub newsletter_marketing: bool,
    pub newsletter_releases: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateFirstUserTrialInfo)]
#[serde(default)]
pub struct CreateFirstUserTrialInfo {
    pub company_name: String,
    pub country: String,
    pub developers: String,
    pub first_name: String,
    pub job_title: String,
    pub last_name: String,
    pub phone_number: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateFirstUserResponse)]
pub struct CreateFirstUserResponse {
    #[schema(required = false)]
    pub organization_id: Uuid,
    #[schema(required = false)]
    pub user_id: Uuid,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthMethods)]
#[serde(default)]
pub struct AuthMethods {
    pub github: GithubAuthMethod,
    pub oidc: OIDCAuthMethod,
    pub password: AuthMethod,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub terms_of_service_url: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthMethod)]
#[serde(default)]
pub struct AuthMethod {
    pub enabled: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GithubAuthMethod)]
#[serde(default)]
pub struct GithubAuthMethod {
    pub default_provider_configured: bool,
    pub enabled: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OIDCAuthMethod)]
#[serde(default)]
pub struct OIDCAuthMethod {
    pub enabled: bool,
    #[serde(rename = "iconUrl")]
    pub icon_url: String,
    #[serde(rename = "signInText")]
    pub sign_in_text: String,
}

crate::wire!(
    User,
    GetUsersResponse,
    CreateUserRequestWithOrgs,
    CreateFirstUserRequest,
    CreateFirstUserResponse,
    AuthMethods
);
