//! Roles from and to the wire.

use std::sync::Arc;

use roster_openapi::schema::coder_dialect::UserRoles;
use roster_openapi::schema::roles::{
    AssignableRoles, CustomRoleRequest, Permission as WirePermission, Role as WireRole,
};

use crate::domain::custom_roles::Request;
use crate::model::user::Person;
use crate::rbac::{
    Action, Allowed, AskedPermission, AssignableRole, Builtin, MembershipRoles, Permission, Resource, Role,
    RoleDefinition, explicit,
};

fn permissions(permissions: &[Permission]) -> Vec<WirePermission> {
    let wire = |(resource, action, negate): (Resource, Action, bool)| WirePermission {
        action: action.as_str().to_owned(),
        negate,
        resource_type: resource.as_str().to_owned(),
    };
    explicit(permissions).map(wire).collect()
}

/// A role of an organization's own as answered, to whoever may do something to it.
pub fn role<V>(role: &Allowed<RoleDefinition, V>) -> WireRole {
    definition(role)
}

fn definition(role: &RoleDefinition) -> WireRole {
    let RoleDefinition { id: _, organization, name, display_name, permissions: granted } = role;
    WireRole {
        display_name: display_name.clone(),
        name: name.clone(),
        organization_id: Some(organization.0),
        organization_permissions: permissions(granted),
        ..WireRole::default()
    }
}

fn built_in(role: &Builtin) -> WireRole {
    let Builtin { name, display_name, site, user, organization, member } = role;
    WireRole {
        display_name: (*display_name).to_owned(),
        name: (*name).to_owned(),
        organization_id: None,
        organization_member_permissions: permissions(member),
        organization_permissions: permissions(organization),
        site_permissions: permissions(site),
        user_permissions: permissions(user),
    }
}

/// The names of a user's roles, on the site and in organizations.
pub fn of_user(person: &Allowed<Arc<Person>>, memberships: Vec<Allowed<MembershipRoles>>) -> UserRoles {
    let named = |membership: Allowed<MembershipRoles>| {
        let MembershipRoles { organization, user: _, roles } = membership.into_inner();
        (organization.0, roles)
    };
    UserRoles {
        organization_roles: memberships.into_iter().map(named).collect(),
        roles: person.user.roles.clone(),
    }
}

/// A role of a list of those that can be granted.
pub fn assignable(listed: Allowed<AssignableRole>) -> AssignableRoles {
    let AssignableRole { organization, role, assignable } = listed.into_inner();
    let (shown, built_in) = match &role {
        Role::BuiltIn(role) => (built_in(role), true),
        Role::Own(role) => (definition(role), false),
    };
    AssignableRoles {
        assignable,
        built_in,
        display_name: shown.display_name,
        name: shown.name,
        organization_id: organization.map(|id| id.0),
        organization_member_permissions: shown.organization_member_permissions,
        organization_permissions: shown.organization_permissions,
        site_permissions: shown.site_permissions,
        user_permissions: shown.user_permissions,
    }
}

/// A role as somebody asks for it.
pub fn role_request(body: CustomRoleRequest) -> Request {
    let CustomRoleRequest {
        display_name,
        name,
        organization_member_permissions,
        organization_permissions,
        site_permissions,
        user_permissions,
    } = body;
    Request {
        name,
        display_name,
        permissions: organization_permissions.into_iter().map(asked).collect(),
        reaches_site: !site_permissions.is_empty(),
        reaches_users: !user_permissions.is_empty(),
        reaches_members: !organization_member_permissions.is_empty(),
    }
}

fn asked(permission: WirePermission) -> AskedPermission {
    let WirePermission { action, negate, resource_type: resource } = permission;
    AskedPermission { negate, resource, action }
}
