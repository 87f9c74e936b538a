//! What no page of the reference shows: ours, and free to change from version to version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::authorization::AuthorizationCheck;

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::ExplainAuthorizationRequest)]
#[serde(default)]
pub struct ExplainAuthorizationRequest {
    /// What is asked, as in an authorization request, at most 100 questions. `me` as owner is the user asked about.
    pub checks: BTreeMap<String, AuthorizationCheck>,
    /// ID, name, or me: the user on whose behalf it is asked. The caller when not given.
    pub user: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationExplanations)]
pub struct AuthorizationExplanations {
    /// The answers under the keys of the questions.
    pub checks: BTreeMap<String, AuthorizationExplanation>,
    /// Organizations of the user in which the caller may not see the membership. What the user's roles there say is not part
    /// of the answers about somebody else; about oneself it is, but the roles are not named.
    pub hidden_organizations: Vec<Uuid>,
    /// The user asked about.
    pub user_id: Uuid,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationExplanation)]
pub struct AuthorizationExplanation {
    /// What an authorization request would answer.
    pub allowed: bool,
    /// The answer without the narrowing of the key.
    pub by_roles: AuthorizationVerdict,
    /// What settled `allowed`.
    pub decided_by: DecidedBy,
    /// The narrowing of the key, when it settled the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = AuthorizationKey, required = false)]
    pub key: Option<AuthorizationKey>,
    /// The lines of the user's roles that settled `by_roles`; none when no role says anything.
    pub roles: Vec<AuthorizationRoleLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationVerdict)]
pub struct AuthorizationVerdict {
    pub allowed: bool,
    /// What settled it.
    pub decided_by: DecidedBy,
}

crate::string_enum!(DecidedBy as "experimental.AuthorizationDecidedBy" {
    Site = "site",
    User = "user",
    Organization = "organization",
    OrganizationMember = "organization_member",
    UserAcl = "user_acl",
    GroupAcl = "group_acl",
    EveryoneAcl = "everyone_acl",
    NoPermission = "no_permission",
    KeyScope = "key_scope",
    AllowList = "allow_list",
    Contradiction = "contradiction",
    UnknownType = "unknown_type",
    NotFound = "not_found",
});

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationKey)]
pub struct AuthorizationKey {
    /// What it may touch, each as `<type>:<id>`.
    pub allow_list: Vec<String>,
    pub scopes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationRoleLine)]
pub struct AuthorizationRoleLine {
    /// Empty for roles that come with being a member.
    pub display_name: String,
    pub name: String,
    /// Where the role is held; absent for site roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub organization_id: Option<Uuid>,
    pub permission: AuthorizationPermission,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AuthorizationPermission)]
pub struct AuthorizationPermission {
    /// `*` is every verb.
    pub action: String,
    /// Denies instead of granting.
    pub negate: bool,
    /// `*` is every type.
    pub resource_type: String,
}

crate::wire!(ExplainAuthorizationRequest, AuthorizationExplanations);
