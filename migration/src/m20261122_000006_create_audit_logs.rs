//! The audit log. Its rows outlive what they tell of, so they refer to nothing.

crate::migration! {
    up: &[
        "CREATE TABLE audit_logs (
            id {uuid} NOT NULL PRIMARY KEY,
            time {time} NOT NULL,
            user_id {uuid} NOT NULL,
            organization_id {uuid} NOT NULL,
            ip TEXT,
            user_agent TEXT,
            resource_type TEXT NOT NULL,
            action TEXT NOT NULL,
            resource_id {uuid} NOT NULL,
            resource_target TEXT NOT NULL,
            diff {json} NOT NULL,
            status_code INTEGER NOT NULL,
            additional_fields {json} NOT NULL,
            request_id {uuid} NOT NULL,
            resource_icon TEXT NOT NULL DEFAULT '',
            CONSTRAINT audit_logs_user_agent_length CHECK (length(user_agent) <= 256)
        )",
        "CREATE INDEX idx_audit_logs_time_desc ON audit_logs (time DESC, id)",
        "CREATE INDEX idx_audit_log_organization_id ON audit_logs (organization_id)",
        "CREATE INDEX idx_audit_log_resource_id ON audit_logs (resource_id)",
        "CREATE INDEX idx_audit_log_user_id ON audit_logs (user_id)",
    ],
    down: &["DROP TABLE audit_logs"],
}
