//! The audit log in the order of its lists, whoever and whatever they ask for; names in lower case, as everywhere; and a way to
//! the old rows about connections past all others.

crate::migration! {
    up: &[
        "ALTER TABLE audit_logs ADD COLUMN resource_target_lower TEXT NOT NULL DEFAULT ''",
        "UPDATE audit_logs SET resource_target_lower = lower(resource_target)",
        "DROP INDEX idx_audit_log_organization_id",
        "DROP INDEX idx_audit_log_resource_id",
        "DROP INDEX idx_audit_log_user_id",
        "CREATE INDEX idx_audit_log_organization_id ON audit_logs (organization_id, time DESC, id)",
        "CREATE INDEX idx_audit_log_resource_id ON audit_logs (resource_id, time DESC, id)",
        "CREATE INDEX idx_audit_log_user_id ON audit_logs (user_id, time DESC, id)",
        "CREATE INDEX idx_audit_logs_old_connections ON audit_logs (time)
            WHERE action IN ('connect', 'disconnect', 'open', 'close')",
    ],
    down: &[
        "DROP INDEX idx_audit_logs_old_connections",
        "DROP INDEX idx_audit_log_user_id",
        "DROP INDEX idx_audit_log_resource_id",
        "DROP INDEX idx_audit_log_organization_id",
        "CREATE INDEX idx_audit_log_organization_id ON audit_logs (organization_id)",
        "CREATE INDEX idx_audit_log_resource_id ON audit_logs (resource_id)",
        "CREATE INDEX idx_audit_log_user_id ON audit_logs (user_id)",
        "ALTER TABLE audit_logs DROP COLUMN resource_target_lower",
    ],
}
