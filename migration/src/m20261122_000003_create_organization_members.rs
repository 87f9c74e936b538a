//! Memberships with their roles, and the roles that organizations define themselves.

crate::migration! {
    up: &[
        "CREATE TABLE organization_members (
            organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
            user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            roles {json} NOT NULL,
            CONSTRAINT organization_members_pkey PRIMARY KEY (organization_id, user_id)
        )",
        "CREATE INDEX organization_members_user_id_idx ON organization_members (user_id)",
        "CREATE TABLE custom_roles (
            id {uuid} NOT NULL PRIMARY KEY,
            organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
            name {key} NOT NULL,
            display_name TEXT NOT NULL DEFAULT '',
            org_permissions {json} NOT NULL,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT custom_roles_name_lower_case CHECK (name = lower(name) AND length(name) >= 1)
        )",
        "CREATE UNIQUE INDEX idx_custom_roles_name_lower ON custom_roles (organization_id, name)",
    ],
    down: &["DROP TABLE custom_roles", "DROP TABLE organization_members"],
}
