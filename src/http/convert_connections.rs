//! Connections, from the wire and to it.

use roster_openapi::schema::connections::{
    ConnectionEvent as WireEvent, ConnectionLog as WireLog, ConnectionLogResponse, ConnectionLogSSHInfo,
    ConnectionLogWebInfo, ConnectionStatus as WireStatus, ConnectionType as WireType,
};
use roster_openapi::schema::organizations::MinimalOrganization;

use super::convert;
use crate::domain::ai_seats::Holders;
use crate::domain::connections::{COUNT_CAP, Found, Told};
use crate::model::connection::{
    Connection, ConnectionLog, ConnectionStatus, ConnectionType, ListedConnection,
};
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::Organization;
use crate::model::user::User;
use crate::rbac::Allowed;

/// A page of the log as answered.
pub fn page(Found { entries, count, seats }: Found) -> ConnectionLogResponse {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    ConnectionLogResponse {
        connection_logs: entries.into_iter().map(|listed| entry(listed, &seats)).collect(),
        count: number(count),
        count_cap: number(COUNT_CAP),
    }
}

/// An entry of the log as answered.
pub fn entry(listed: Allowed<ListedConnection>, seats: &Holders) -> WireLog {
    let ListedConnection { log, organization, owner, user } = listed.into_inner();
    let ConnectionLog { id, connect_time, disconnect_time, connection } = log;
    let Connection {
        organization: _,
        owner: owner_id,
        workspace,
        workspace_name,
        agent_name,
        kind,
        code,
        ip,
        user_agent,
        user: _,
        slug_or_port,
        id: connection_id,
        reason,
    } = connection;
    let web = kind.is_web().then(|| ConnectionLogWebInfo {
        slug_or_port: slug_or_port.unwrap_or_default(),
        status_code: code.unwrap_or_default(),
        user: user.as_ref().map(|user| person(user, seats)),
        user_agent: user_agent.unwrap_or_default(),
    });
    let ssh = (!kind.is_web()).then(|| ConnectionLogSSHInfo {
        connection_id: connection_id.unwrap_or_default(),
        disconnect_reason: reason,
        disconnect_time,
        exit_code: code,
    });
    WireLog {
        agent_name,
        connect_time,
        id: id.0,
        ip,
        organization: minimal(organization),
        ssh_info: ssh,
        r#type: wire_type(kind),
        web_info: web,
        workspace_id: workspace,
        workspace_name,
        workspace_owner_id: owner_id.0,
        workspace_owner_username: owner,
    }
}

/// Whoever may read an entry is told who it is about, and not what else that user belongs to.
fn person(user: &User, seats: &Holders) -> roster_openapi::schema::users::User {
    convert::user(user, Vec::new(), seats)
}

fn minimal(organization: Organization) -> MinimalOrganization {
    let Organization { id, name, display_name, icon, .. } = organization;
    MinimalOrganization { display_name, icon, id: id.0, name }
}

/// An event as told.
pub fn told(event: WireEvent) -> Told {
    let WireEvent {
        agent_name,
        code,
        connection_id,
        disconnect_reason,
        id,
        ip,
        organization_id,
        slug_or_port,
        status,
        time,
        r#type,
        user_agent,
        user_id,
        workspace_id,
        workspace_name,
        workspace_owner_id,
    } = event;
    Told {
        id,
        time,
        status: match status {
            WireStatus::Connected => ConnectionStatus::Connected,
            WireStatus::Disconnected => ConnectionStatus::Disconnected,
        },
        organization: OrgId(organization_id),
        owner: UserId(workspace_owner_id),
        workspace: workspace_id,
        workspace_name,
        agent_name,
        kind: kind(r#type),
        code,
        ip,
        user_agent,
        user: user_id,
        slug_or_port,
        connection: connection_id,
        reason: disconnect_reason,
    }
}

const fn wire_type(kind: ConnectionType) -> WireType {
    match kind {
        ConnectionType::Ssh => WireType::Ssh,
        ConnectionType::Vscode => WireType::Vscode,
        ConnectionType::Jetbrains => WireType::Jetbrains,
        ConnectionType::ReconnectingPty => WireType::ReconnectingPty,
        ConnectionType::WorkspaceApp => WireType::WorkspaceApp,
        ConnectionType::PortForwarding => WireType::PortForwarding,
    }
}

const fn kind(wire: WireType) -> ConnectionType {
    match wire {
        WireType::Ssh => ConnectionType::Ssh,
        WireType::Vscode => ConnectionType::Vscode,
        WireType::Jetbrains => ConnectionType::Jetbrains,
        WireType::ReconnectingPty => ConnectionType::ReconnectingPty,
        WireType::WorkspaceApp => ConnectionType::WorkspaceApp,
        WireType::PortForwarding => ConnectionType::PortForwarding,
    }
}
