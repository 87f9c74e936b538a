//! SCIM 2.0: users from a directory.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit::anything;
use crate::error::ValidationError;

/// The schema of users, as SCIM names it.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of lists.
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of what a server can do.
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The schema of failures.
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMEmail)]
#[serde(default)]
pub struct SCIMEmail {
    /// Whether it is the one that counts; else the first one is.
    pub primary: bool,
    /// What it is for, such as work.
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(format = "email")]
    pub value: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMName)]
#[serde(default, rename_all = "camelCase")]
pub struct SCIMName {
    /// In answers: what follows the last blank of the display name.
    pub family_name: String,
    /// In answers: what precedes the last blank of the display name, or all of one without a blank.
    pub given_name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMGroup)]
pub struct SCIMGroup {
    pub display: String,
    pub value: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMMeta)]
#[serde(rename_all = "camelCase")]
pub struct SCIMMeta {
    #[serde(with = "crate::time")]
    pub created: DateTime<Utc>,
    #[serde(with = "crate::time")]
    pub last_modified: DateTime<Utc>,
    pub location: String,
    pub resource_type: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMUser)]
#[serde(rename_all = "camelCase")]
pub struct SCIMUser {
    /// False for the suspended only.
    pub active: bool,
    pub display_name: String,
    /// The one address that is kept; none for service accounts.
    pub emails: Vec<SCIMEmail>,
    /// Always empty: groups are not provisioned.
    pub groups: Vec<SCIMGroup>,
    pub id: Uuid,
    pub meta: SCIMMeta,
    pub name: SCIMName,
    pub schemas: Vec<String>,
    /// The username, which is made of the name that the directory sent when that is none here.
    pub user_name: String,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = coderd::SCIMUserRequest)]
#[serde(default, rename_all = "camelCase")]
pub struct SCIMUserRequest {
    /// Whether the user takes part.
    #[schema(required)]
    pub active: Option<bool>,
    /// Taken where `name` is empty.
    pub display_name: String,
    /// The primary one counts, else the first.
    pub emails: Vec<SCIMEmail>,
    pub name: SCIMName,
    pub schemas: Vec<String>,
    pub user_name: String,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = coderd::SCIMPatchOperation)]
#[serde(default)]
pub struct SCIMPatchOperation {
    /// `add`, `replace` or `remove`, whatever the case.
    pub op: String,
    /// The attribute; without it the value is an object of attributes. Only `active` has an effect.
    pub path: String,
    /// For `active` true or false, also as text.
    #[schema(schema_with = anything, required = false)]
    pub value: Option<Value>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = coderd::SCIMPatchRequest)]
#[serde(default)]
pub struct SCIMPatchRequest {
    /// The changes, in their order.
    #[serde(rename = "Operations")]
    pub operations: Vec<SCIMPatchOperation>,
    /// Whether the user takes part, for those who send no list of changes.
    pub active: Option<bool>,
    pub schemas: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMListResponse)]
#[serde(rename_all = "camelCase")]
pub struct SCIMListResponse {
    #[serde(rename = "Resources")]
    pub resources: Vec<SCIMUser>,
    pub items_per_page: i64,
    pub schemas: Vec<String>,
    pub start_index: i64,
    pub total_results: i64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMSupported)]
pub struct SCIMSupported {
    pub supported: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMBulk)]
#[serde(rename_all = "camelCase")]
pub struct SCIMBulk {
    pub max_operations: i64,
    pub max_payload_size: i64,
    pub supported: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMFilter)]
#[serde(rename_all = "camelCase")]
pub struct SCIMFilter {
    /// How many users a filter finds at most.
    pub max_results: i64,
    pub supported: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMAuthenticationScheme)]
#[serde(rename_all = "camelCase")]
pub struct SCIMAuthenticationScheme {
    pub description: String,
    pub name: String,
    pub primary: bool,
    pub spec_uri: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMServiceProviderConfig)]
#[serde(rename_all = "camelCase")]
pub struct SCIMServiceProviderConfig {
    pub authentication_schemes: Vec<SCIMAuthenticationScheme>,
    pub bulk: SCIMBulk,
    pub change_password: SCIMSupported,
    pub etag: SCIMSupported,
    pub filter: SCIMFilter,
    pub patch: SCIMSupported,
    pub schemas: Vec<String>,
    pub sort: SCIMSupported,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = coderd::SCIMError)]
#[serde(rename_all = "camelCase")]
pub struct SCIMError {
    /// All that there is to say: message, technical detail, refused fields.
    pub detail: String,
    /// One actionable sentence, as in all other failures.
    pub message: String,
    pub schemas: Vec<String>,
    /// The word of RFC 7644 for the reason, if it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub scim_type: String,
    /// The status of the answer, as text.
    pub status: String,
    /// The fields of the request that were refused, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub validations: Vec<ValidationError>,
}

crate::wire!(
    SCIMUser,
    SCIMUserRequest,
    SCIMPatchRequest,
    SCIMListResponse,
    SCIMServiceProviderConfig,
    SCIMError
);
