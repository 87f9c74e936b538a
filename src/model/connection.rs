//! Connections to workspaces: the events that tell of them, and what is kept of those (logs.md, part B).

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::clock::never;
use super::ids::{ConnectionLogId, OrgId, UserId};
use super::organization::Organization;
use super::user::{User, text_enum};

text_enum!(
    /// How somebody connects.
    ConnectionType {
        /// A secure shell.
        Ssh = "ssh",
        /// The editor of that name.
        Vscode = "vscode",
        /// An editor of that house.
        Jetbrains = "jetbrains",
        /// A terminal in the browser.
        ReconnectingPty = "reconnecting_pty",
        /// An application of the workspace, in the browser.
        WorkspaceApp = "workspace_app",
        /// A port of the workspace, in the browser.
        PortForwarding = "port_forwarding",
    }
);

impl ConnectionType {
    /// Those that the server itself passes on for browsers; agents tell of the others.
    pub const WEB: [Self; 2] = [Self::WorkspaceApp, Self::PortForwarding];

    /// Whether it is one of [`ConnectionType::WEB`].
    pub const fn is_web(self) -> bool {
        matches!(self, Self::WorkspaceApp | Self::PortForwarding)
    }
}

text_enum!(
    /// What an event tells of.
    ConnectionStatus {
        /// A connection begins.
        Connected = "connected",
        /// It ended.
        Disconnected = "disconnected",
    }
);

/// What is known of a connection, whichever of its events tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The organization of the workspace.
    pub organization: OrgId,
    /// Whose workspace it is.
    pub owner: UserId,
    /// The workspace.
    pub workspace: Uuid,
    /// How it was called then.
    pub workspace_name: String,
    /// The agent in it.
    pub agent_name: String,
    /// How somebody connects.
    pub kind: ConnectionType,
    /// Where from: an address in its usual form.
    pub ip: Option<String>,
    /// The HTTP status of what is for browsers; else what the connection ended with, which may be 0.
    pub code: Option<i32>,
    /// The browser.
    pub user_agent: Option<String>,
    /// Who uses the browser, if somebody is logged in.
    pub user: Option<UserId>,
    /// The application or the port.
    pub slug_or_port: Option<String>,
    /// By what the agent knows the connection again; none for browsers.
    pub id: Option<Uuid>,
    /// Why it ended.
    pub reason: Option<String>,
}

/// Something that happens to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionEvent {
    /// The id of the entry, if this event is the first to tell of the connection.
    pub id: ConnectionLogId,
    /// When; [`never()`] when nobody knows.
    pub time: DateTime<Utc>,
    /// What.
    pub status: ConnectionStatus,
    /// To which connection.
    pub connection: Connection,
}

/// What is kept of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLog {
    /// Never changes.
    pub id: ConnectionLogId,
    /// The earliest that was told.
    pub connect_time: DateTime<Utc>,
    /// None until the end is told, and for browsers.
    pub disconnect_time: Option<DateTime<Utc>>,
    /// The rest.
    pub connection: Connection,
}

/// An entry of the log with those that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedConnection {
    /// The entry.
    pub log: ConnectionLog,
    /// The organization of the workspace.
    pub organization: Organization,
    /// The username of the workspace's owner.
    pub owner: String,
    /// Who used the browser, if somebody was logged in and is known still.
    pub user: Option<User>,
}

impl Connection {
    /// The same with nothing for what is empty, and for ids that are all zero.
    fn tidied(mut self) -> Self {
        for text in [&mut self.ip, &mut self.user_agent, &mut self.slug_or_port, &mut self.reason] {
            text.take_if(|text| text.is_empty());
        }
        self.user.take_if(|user| user.0.is_nil());
        self.id.take_if(|id| id.is_nil());
        self
    }

    /// The same with what only the other one knows.
    fn filled_from(self, other: Self) -> Self {
        Self {
            ip: self.ip.or(other.ip),
            code: self.code.or(other.code),
            user_agent: self.user_agent.or(other.user_agent),
            user: self.user.or(other.user),
            slug_or_port: self.slug_or_port.or(other.slug_or_port),
            reason: self.reason.or(other.reason),
            ..self
        }
    }
}

impl ConnectionEvent {
    /// Events with equal keys are about the same connection. Without an id that an agent knows it again by, each is another one;
    /// only the same event, sent twice, is the same.
    fn key(&self) -> (Option<Uuid>, Uuid, &str, Uuid) {
        let about = &self.connection;
        match about.id {
            Some(id) => (Some(id), about.workspace, &about.agent_name, Uuid::nil()),
            None => (None, Uuid::nil(), "", self.id.0),
        }
    }
}

/// What events come to that are written together: one entry for each connection, in the order of their keys, so that two who
/// write about the same connections at the same time wait for each other and never crosswise.
///
/// Of several events the earliest beginning and the latest end are kept; an end says more than a beginning, and else the later
/// event says more than the earlier one (logs.md B3).
pub fn collapsed(events: Vec<ConnectionEvent>) -> Vec<ConnectionLog> {
    let tidied = |event: ConnectionEvent| ConnectionEvent {
        // No stored time is finer.
        time: event.time.trunc_subsecs(6),
        connection: event.connection.tidied(),
        ..event
    };
    let mut events: Vec<ConnectionEvent> = events.into_iter().map(tidied).collect();
    events.sort_by(|one, other| one.key().cmp(&other.key()));
    let parts = events.chunk_by(|one, other| one.key() == other.key());
    parts
        .filter_map(|part| part.iter().cloned().map(Merged::from).reduce(Merged::and))
        .map(|it| it.log)
        .collect()
}

/// What some events of one connection come to, and by which of them its facts are told.
struct Merged {
    log: ConnectionLog,
    told: (ConnectionStatus, DateTime<Utc>),
}

impl From<ConnectionEvent> for Merged {
    fn from(event: ConnectionEvent) -> Self {
        let ConnectionEvent { id, time, status, connection } = event;
        let ended = status == ConnectionStatus::Disconnected && time != never();
        let log =
            ConnectionLog { id, connect_time: time, disconnect_time: ended.then_some(time), connection };
        Self { log, told: (status, time) }
    }
}

impl Merged {
    /// Both, of which the second came later.
    fn and(self, later: Self) -> Self {
        let (told, more, less) = match later.told >= self.told {
            true => (later.told, later.log.connection, self.log.connection),
            false => (self.told, self.log.connection, later.log.connection),
        };
        let log = ConnectionLog {
            id: self.log.id,
            connect_time: earlier(self.log.connect_time, later.log.connect_time),
            disconnect_time: self.log.disconnect_time.max(later.log.disconnect_time),
            connection: more.filled_from(less),
        };
        Self { log, told }
    }
}

/// The earlier of two times, if both are known.
fn earlier(one: DateTime<Utc>, other: DateTime<Utc>) -> DateTime<Utc> {
    if one == never() || (other != never() && other < one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::ConnectionStatus::{Connected, Disconnected};
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn event(number: u128, status: ConnectionStatus, second: i64) -> ConnectionEvent {
        let connection = Connection {
            organization: OrgId(Uuid::from_u128(1)),
            owner: UserId(Uuid::from_u128(2)),
            workspace: Uuid::from_u128(3),
            workspace_name: "garden".to_owned(),
            agent_name: "main".to_owned(),
            kind: ConnectionType::Ssh,
            ip: None,
            code: None,
            user_agent: None,
            user: None,
            slug_or_port: None,
            id: Some(Uuid::from_u128(4)),
            reason: None,
        };
        ConnectionEvent { id: ConnectionLogId(Uuid::from_u128(number)), time: at(second), status, connection }
    }

    fn ended(number: u128, second: i64, code: i32, reason: &str) -> ConnectionEvent {
        let mut event = event(number, Disconnected, second);
        (event.connection.code, event.connection.reason) = (Some(code), Some(reason.to_owned()));
        event
    }

    /// Beginning, end, code and reason of the one entry that events come to.
    fn one(events: Vec<ConnectionEvent>) -> (i64, Option<i64>, Option<i32>, Option<String>) {
        let mut logs = collapsed(events);
        assert_eq!(logs.len(), 1, "{logs:?}");
        let log = logs.remove(0);
        let end = log.disconnect_time.map(|time| time.timestamp());
        (log.connect_time.timestamp(), end, log.connection.code, log.connection.reason)
    }

    #[test]
    fn a_beginning_and_an_end_are_one_entry_in_either_order() {
        let both = [event(5, Connected, 10), ended(6, 20, 0, "bye")];
        let whole = (10, Some(20), Some(0), Some("bye".to_owned()));
        assert_eq!(one(both.to_vec()), whole);
        assert_eq!(one(both.into_iter().rev().collect()), whole);
    }

    #[test]
    fn a_late_beginning_takes_neither_code_nor_reason() {
        let late = event(7, Connected, 30);
        assert_eq!(
            one(vec![ended(6, 20, 3, "gone"), late]),
            (20, Some(20), Some(3), Some("gone".to_owned()))
        );
    }

    #[test]
    fn the_latest_end_counts_with_what_it_says() {
        let ends = vec![ended(6, 25, 2, "second"), ended(7, 20, 1, "first")];
        assert_eq!(one(ends), (20, Some(25), Some(2), Some("second".to_owned())));
    }

    #[test]
    fn a_time_that_nobody_knows_moves_nothing() {
        let mut unknown = event(7, Connected, 30);
        unknown.time = never();
        assert_eq!(one(vec![unknown.clone(), event(8, Connected, 40)]).0, 40);
        assert_eq!(one(vec![event(8, Connected, 40), unknown.clone()]).0, 40);
        unknown.status = Disconnected;
        assert_eq!(one(vec![event(8, Connected, 40), unknown]).1, None);
    }

    #[test]
    fn other_workspaces_agents_and_connections_are_other_entries() {
        let mut others = vec![event(5, Connected, 1); 4];
        others[1].connection.workspace = Uuid::from_u128(33);
        others[2].connection.agent_name = "other".to_owned();
        others[3].connection.id = Some(Uuid::from_u128(44));
        assert_eq!(collapsed(others).len(), 4);
    }

    #[test]
    fn without_an_id_each_event_is_an_entry_and_the_same_one_once() {
        let web = |number| {
            let mut web = event(number, Connected, 1);
            (web.connection.id, web.connection.kind) = (Some(Uuid::nil()), ConnectionType::WorkspaceApp);
            web
        };
        assert_eq!(collapsed(vec![web(8), web(9), web(8)]).len(), 2);
    }

    #[test]
    fn what_is_empty_is_nothing_and_what_one_event_leaves_out_another_tells() {
        let (mut first, mut last) = (event(5, Connected, 1), ended(6, 2, 0, ""));
        first.connection.ip = Some("192.0.2.1".to_owned());
        last.connection.ip = Some(String::new());
        last.connection.user = Some(UserId(Uuid::nil()));
        let log = collapsed(vec![first, last]).remove(0);
        let Connection { ip, user, reason, .. } = log.connection;
        assert_eq!((ip.as_deref(), user, reason, log.id.0.as_u128()), (Some("192.0.2.1"), None, None, 5));
    }
}
