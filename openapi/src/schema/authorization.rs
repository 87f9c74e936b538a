//! The Authorization page.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{AllOfBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::api_key_scope::APIKeyScope;
use super::rbac::{RBACAction, RBACResource};

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::LoginWithPasswordRequest)]
#[serde(default)]
pub struct LoginWithPasswordRequest {
    #[schema(required, format = "email")]
    pub email: String,
    #[schema(required)]
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::LoginWithPasswordResponse)]
pub struct LoginWithPasswordResponse {
    /// Goes into the header `Coder-Session-Token` of later requests.
    #[schema(required)]
    pub session_token: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthorizationRequest)]
#[serde(default)]
pub struct AuthorizationRequest {
    /// What is asked, each question under a key of the caller's choice.
    pub checks: BTreeMap<String, AuthorizationCheck>,
}

// Requests may name what no version knows: the answer is then no. So the words are read as they come.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthorizationCheck)]
pub struct AuthorizationCheck {
    #[schema(inline, required = false)]
    pub action: CheckedAction,
    /// What it is about.
    #[serde(default)]
    pub object: AuthorizationObject,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthorizationObject)]
#[serde(default)]
pub struct AuthorizationObject {
    /// Asks whether there is any organization of the caller's in which it is allowed. Nothing is both in any and in a
    /// certain organization.
    pub any_org: bool,
    /// The id of the organization that it belongs to.
    pub organization_id: String,
    /// The id of the user whom it belongs to; `me` is the caller.
    pub owner_id: String,
    /// The id of a thing that is there: a user, group, template or workspace. What the caller may not read is not allowed.
    /// At most ten checks name one; the other fields of such a check but for the type do not matter.
    pub resource_id: String,
    /// What kind of thing it is.
    #[schema(value_type = RBACResource)]
    pub resource_type: String,
}

/// The verb in a check, empty when it is absent. The reference narrows its schema to four values.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CheckedAction(pub String);

impl<'de> Deserialize<'de> for CheckedAction {
    // Absent as an option is, since a default would become a part of the schema.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or_default()))
    }
}

impl PartialSchema for CheckedAction {
    fn schema() -> RefOr<Schema> {
        // The builder knows no enum beside a reference; extensions are written as they are.
        let values = Extensions::from_iter([("enum", json!(["create", "read", "update", "delete"]))]);
        let verbs = Ref::from_schema_name(RBACAction::name().into_owned());
        let description = Some("Any verb may be asked about.");
        AllOfBuilder::new().item(verbs).description(description).extensions(Some(values)).into()
    }
}

impl ToSchema for CheckedAction {
    fn name() -> Cow<'static, str> {
        "CheckedAction".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RBACAction::name().into_owned(), RBACAction::schema()));
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AuthorizationResponse)]
pub struct AuthorizationResponse(pub BTreeMap<String, bool>);

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ExternalAPIKeyScopes)]
pub struct ExternalAPIKeyScopes {
    /// The names, sorted.
    #[schema(required = false, value_type = Vec<APIKeyScope>)]
    pub external: Vec<String>,
}

crate::wire!(
    LoginWithPasswordRequest,
    LoginWithPasswordResponse,
    AuthorizationRequest,
    AuthorizationResponse,
    ExternalAPIKeyScopes,
);
