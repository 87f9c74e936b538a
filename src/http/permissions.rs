//! What each operation needs of its caller, for the document and the surface table.

/// Operation id and permission. `none` is for open doors; `session` for what every session may.
pub const PERMISSIONS: &[(&str, &str)] = &[
    ("add-organization-member", "assign_org_role:assign, organization_member:create"),
    ("build-info", "none"),
    ("check-initial-user-created", "none"),
    ("create-initial-user", "none"),
    ("create-new-user", "user:create, assign_role:assign"),
    ("get-authentication-methods", "none"),
    ("get-organization-by-id", "organization:read"),
    ("get-organization-by-user-and-organization-name", "user:read, organization:read"),
    ("get-organization-member", "organization_member:read"),
    ("get-organizations", "organization:read"),
    ("get-organizations-by-user", "user:read, organization:read"),
    ("get-user-by-name", "user:read"),
    ("get-users", "user:read"),
    ("list-organization-members", "organization_member:read"),
    ("log-in-user", "none"),
    ("log-out-user", "session"),
    ("paginated-organization-members", "organization_member:read"),
    ("remove-organization-member", "organization_member:delete"),
];

/// The permission of an operation.
pub fn of(operation: &str) -> &'static str {
    PERMISSIONS.iter().find(|(id, _)| *id == operation).map_or("undocumented", |(_, permission)| permission)
}
