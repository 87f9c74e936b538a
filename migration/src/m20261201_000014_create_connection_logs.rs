//! Who connected to which workspace, how and for how long.
//!
//! Rows go with the organization and the owner of the workspace; the workspace itself is known by its id and by the names that it
//! had. A connection that has an id of its own is one row, however often it is told of. What only browsers do has none, and each
//! row of it is another one. The indexes hold the order of the list as well, so that a page is read from any of them.

crate::migration! {
    up: &[
        "CREATE TABLE connection_logs (
            id {uuid} NOT NULL,
            connect_time {time} NOT NULL,
            organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
            workspace_owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            workspace_id {uuid} NOT NULL,
            workspace_name TEXT NOT NULL,
            agent_name {key} NOT NULL,
            type TEXT NOT NULL,
            ip TEXT,
            code INTEGER,
            user_agent TEXT,
            user_id {uuid},
            slug_or_port TEXT,
            connection_id {uuid},
            disconnect_time {time},
            disconnect_reason TEXT,
            CONSTRAINT connection_logs_pkey PRIMARY KEY (id),
            CONSTRAINT connection_logs_type_known CHECK (type IN
                ('ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding'))
        )",
        "CREATE UNIQUE INDEX idx_connection_logs_connection_id_workspace_id_agent_name
            ON connection_logs (connection_id, workspace_id, agent_name)",
        "CREATE INDEX idx_connection_logs_connect_time_desc ON connection_logs (connect_time DESC, id)",
        "CREATE INDEX idx_connection_logs_organization_id ON connection_logs (organization_id, connect_time DESC, id)",
        "CREATE INDEX idx_connection_logs_workspace_owner_id
            ON connection_logs (workspace_owner_id, connect_time DESC, id)",
        "CREATE INDEX idx_connection_logs_workspace_id ON connection_logs (workspace_id, connect_time DESC, id)",
    ],
    down: &["DROP TABLE connection_logs"],
}
