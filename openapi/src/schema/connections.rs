//! The connection log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::organizations::MinimalOrganization;
use super::users::User;

crate::string_enum!(ConnectionType as "codersdk.ConnectionType" {
    Ssh = "ssh",
    Vscode = "vscode",
    Jetbrains = "jetbrains",
    ReconnectingPty = "reconnecting_pty",
    WorkspaceApp = "workspace_app",
    PortForwarding = "port_forwarding",
});

crate::string_enum!(ConnectionStatus as "experimental.ConnectionStatus" {
    Connected = "connected",
    Disconnected = "disconnected",
});

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ConnectionLogResponse)]
pub struct ConnectionLogResponse {
    pub connection_logs: Vec<ConnectionLog>,
    /// How many entries match. Counting stops at one more than `count_cap`, which means that there are more.
    pub count: i64,
    pub count_cap: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ConnectionLog)]
pub struct ConnectionLog {
    pub agent_name: String,
    #[serde(with = "crate::time")]
    pub connect_time: DateTime<Utc>,
    pub id: Uuid,
    /// Absent when nobody knows where the connection came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub ip: Option<String>,
    pub organization: MinimalOrganization,
    /// Of connections that an agent tells of: ssh, vscode, jetbrains and reconnecting_pty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ConnectionLogSSHInfo, required = false)]
    pub ssh_info: Option<ConnectionLogSSHInfo>,
    pub r#type: ConnectionType,
    /// Of connections of browsers: workspace_app and port_forwarding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ConnectionLogWebInfo, required = false)]
    pub web_info: Option<ConnectionLogWebInfo>,
    pub workspace_id: Uuid,
    pub workspace_name: String,
    pub workspace_owner_id: Uuid,
    pub workspace_owner_username: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ConnectionLogSSHInfo)]
pub struct ConnectionLogSSHInfo {
    pub connection_id: Uuid,
    /// Absent until the end is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub disconnect_reason: Option<String>,
    /// Absent until the end is told.
    #[serde(default, with = "some_time", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DateTime<Utc>, required = false)]
    pub disconnect_time: Option<DateTime<Utc>>,
    /// What the connection ended with. Absent until the end is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false)]
    pub exit_code: Option<i32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ConnectionLogWebInfo)]
pub struct ConnectionLogWebInfo {
    /// The application or the port; `terminal` for the terminal in the browser.
    pub slug_or_port: String,
    /// The HTTP status of the first answer.
    pub status_code: i32,
    /// Null for somebody who was not logged in.
    #[schema(required)]
    pub user: Option<User>,
    pub user_agent: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::RecordConnectionsRequest)]
#[serde(default)]
pub struct RecordConnectionsRequest {
    /// At most 1000.
    pub events: Vec<ConnectionEvent>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::ConnectionEvent)]
pub struct ConnectionEvent {
    pub agent_name: String,
    /// The HTTP status of what is for browsers; else what the connection ended with, and only with its end.
    #[serde(
        default,
        deserialize_with = "crate::whole::deserialize",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = i32, required = false, minimum = -2_147_483_648, maximum = 2_147_483_647)]
    pub code: Option<i32>,
    /// By what the agent knows the connection again. Not for browsers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub connection_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub disconnect_reason: String,
    /// The id of the entry, if the event makes one; a new one when not given. An event of a browser is known again by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub id: Option<Uuid>,
    /// What is no address is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ip: String,
    pub organization_id: Uuid,
    /// For browsers only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub slug_or_port: String,
    pub status: ConnectionStatus,
    pub time: DateTime<Utc>,
    pub r#type: ConnectionType,
    /// For browsers only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_agent: String,
    /// For browsers only: who is logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    pub user_id: Option<Uuid>,
    pub workspace_id: Uuid,
    pub workspace_name: String,
    pub workspace_owner_id: Uuid,
}

crate::wire!(ConnectionLogResponse, RecordConnectionsRequest);

/// A time that may be absent, as [`crate::time`] writes it.
mod some_time {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => crate::time::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Option::deserialize(deserializer)
    }
}
