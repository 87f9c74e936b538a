//! Organizations. A deleted one keeps its row and frees its name; at most one is the default.

crate::migration! {
    up: &[
        "CREATE TABLE organizations (
            id {uuid} NOT NULL PRIMARY KEY,
            name {key} NOT NULL,
            name_lower {key} NOT NULL,
            display_name TEXT NOT NULL,
            description TEXT NOT NULL DEFAULT '',
            icon TEXT NOT NULL DEFAULT '',
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            is_default {bool} NOT NULL DEFAULT FALSE,
            deleted {bool} NOT NULL DEFAULT FALSE,
            shareable_workspace_owners TEXT NOT NULL DEFAULT 'everyone',
            CONSTRAINT organizations_sharing_known
                CHECK (shareable_workspace_owners IN ('everyone', 'none', 'service_accounts'))
        )",
        "CREATE UNIQUE INDEX idx_organization_name_lower ON organizations (name_lower) WHERE deleted = FALSE",
        "CREATE UNIQUE INDEX organizations_single_default_org ON organizations (is_default) WHERE is_default = TRUE",
    ],
    down: &["DROP TABLE organizations"],
}
