//! Roles, which the pages Members and Users share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::rbac::{RBACAction, RBACResource};

// Requests may name what no version knows: that has answers of its own. So the words are read as they come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Permission)]
#[serde(default)]
pub struct Permission {
    #[schema(value_type = RBACAction)]
    pub action: String,
    /// Denies instead of granting.
    pub negate: bool,
    #[schema(value_type = RBACResource)]
    pub resource_type: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Role)]
#[serde(default)]
pub struct Role {
    pub display_name: String,
    pub name: String,
    /// Absent for site roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    /// What it grants on things that its holder owns in the organization.
    pub organization_member_permissions: Vec<Permission>,
    /// What it grants in the organization.
    pub organization_permissions: Vec<Permission>,
    /// What it grants everywhere.
    pub site_permissions: Vec<Permission>,
    /// What it grants on things that its holder owns outside of organizations.
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AssignableRoles)]
#[serde(default)]
pub struct AssignableRoles {
    /// Whether the caller's roles may grant and take it.
    pub assignable: bool,
    /// Comes with the server and cannot be changed.
    pub built_in: bool,
    pub display_name: String,
    pub name: String,
    /// Absent for site roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid)]
    pub organization_id: Option<Uuid>,
    /// What it grants on things that its holder owns in the organization.
    pub organization_member_permissions: Vec<Permission>,
    /// What it grants in the organization.
    pub organization_permissions: Vec<Permission>,
    /// What it grants everywhere.
    pub site_permissions: Vec<Permission>,
    /// What it grants on things that its holder owns outside of organizations.
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CustomRoleRequest)]
#[serde(default)]
pub struct CustomRoleRequest {
    pub display_name: String,
    /// Letters, digits and single hyphens; stored in lower case.
    pub name: String,
    /// Must be empty.
    pub organization_member_permissions: Vec<Permission>,
    /// What the role grants; nothing that the caller may not do itself, no wildcards, no denials.
    pub organization_permissions: Vec<Permission>,
    /// Must be empty.
    pub site_permissions: Vec<Permission>,
    /// Must be empty.
    pub user_permissions: Vec<Permission>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateRoles)]
#[serde(default)]
pub struct UpdateRoles {
    /// All roles from now on; those that are not named are taken away.
    pub roles: Vec<String>,
}

crate::wire!(Role, AssignableRoles, CustomRoleRequest, UpdateRoles);
