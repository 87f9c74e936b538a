//! Which events make sense (logs.md B2).

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use super::super::error::Error;
use crate::model::connection::{Connection, ConnectionEvent, ConnectionStatus, ConnectionType};
use crate::model::ids::{ConnectionLogId, Ids, OrgId, UserId};
use crate::model::names::is_storable;
use crate::model::page::FieldError;

/// How many events come at once at most.
pub const MOST_EVENTS: usize = 1_000;

/// The longest name, in bytes; that of an agent is in an index.
const LONGEST_NAME: usize = 512;
/// The longest of the other texts, in bytes.
const LONGEST_TEXT: usize = 4_096;

/// An event as it is told: with empty texts for what there is none of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// None for a new one.
    pub id: Option<Uuid>,
    /// When.
    pub time: DateTime<Utc>,
    /// What.
    pub status: ConnectionStatus,
    /// The organization of the workspace.
    pub organization: OrgId,
    /// Whose workspace it is.
    pub owner: UserId,
    /// The workspace.
    pub workspace: Uuid,
    /// Its name.
    pub workspace_name: String,
    /// The agent in it.
    pub agent_name: String,
    /// How somebody connects.
    pub kind: ConnectionType,
    /// An HTTP status, or what the connection ended with.
    pub code: Option<i32>,
    /// Where from; what is no address is nothing.
    pub ip: String,
    /// The browser.
    pub user_agent: String,
    /// Who uses the browser.
    pub user: Option<Uuid>,
    /// The application or the port.
    pub slug_or_port: String,
    /// By what the agent knows the connection again.
    pub connection: Option<Uuid>,
    /// Why it ended.
    pub reason: String,
}

impl Told {
    /// The event, with an id of its own if it came without.
    pub fn event(self, ids: &Ids) -> ConnectionEvent {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let connection = Connection {
            organization: self.organization,
            owner: self.owner,
            workspace: self.workspace,
            workspace_name: self.workspace_name,
            agent_name: self.agent_name,
            kind: self.kind,
            code: self.code,
            ip: address(&self.ip),
            user_agent: some(self.user_agent),
            user: self.user.filter(|id| !id.is_nil()).map(UserId),
            slug_or_port: some(self.slug_or_port),
            id: self.connection.filter(|id| !id.is_nil()),
            reason: some(self.reason),
        };
        let id = self.id.filter(|id| !id.is_nil()).unwrap_or_else(|| ids.uuid());
        ConnectionEvent { id: ConnectionLogId(id), time: self.time, status: self.status, connection }
    }
}

/// An address in its usual form; none for what is no address.
fn address(text: &str) -> Option<String> {
    match text.trim() {
        "localhost" => Some(Ipv4Addr::LOCALHOST.to_string()),
        text => text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical().to_string()),
    }
}

/// Whether not too many come at once.
///
/// # Errors
/// 400.
pub(super) fn few_enough(told: &[Told]) -> Result<(), Error> {
    if told.len() <= MOST_EVENTS {
        return Ok(());
    }
    let detail = format!("at most {MOST_EVENTS} events come at once, these are {}", told.len());
    Err(Error::invalid("Too many events.").field("events", detail))
}

/// Whether all of them make sense.
///
/// # Errors
/// 400 with everything that is wrong.
pub(super) fn events(events: &[impl std::ops::Deref<Target = ConnectionEvent>]) -> Result<(), Error> {
    let mut bad = Vec::new();
    for (number, event) in events.iter().enumerate() {
        let wrong = texts(&event.connection).chain(rules(event)).filter(|(.., fine)| !fine);
        bad.extend(wrong.map(|(field, rule, _)| FieldError::new(format!("events[{number}].{field}"), rule)));
    }
    if bad.is_empty() { Ok(()) } else { Err(Error::invalid("Validation failed.").fields(bad)) }
}

/// A field, the rule about it, and whether the event keeps it.
type Rule = (&'static str, &'static str, bool);

const BROWSERS_ONLY: &str = "only events of browsers have one";

fn rules(event: &ConnectionEvent) -> impl Iterator<Item = Rule> {
    let about = &event.connection;
    let (web, ended) = (about.kind.is_web(), event.status == ConnectionStatus::Disconnected);
    let rules: [Rule; 8] = [
        ("time", "must be of a year from 1 to 9999", (1..=9_999).contains(&event.time.year())),
        ("status", "connections of browsers are told of once, when they begin", !web || !ended),
        (
            "connection_id",
            "events of agents have one, those of browsers have none",
            web == about.id.is_none(),
        ),
        ("code", "the end of a connection has one, its beginning none", web || ended == about.code.is_some()),
        ("disconnect_reason", "only the end of a connection has one", ended || about.reason.is_none()),
        ("user_agent", BROWSERS_ONLY, web || about.user_agent.is_none()),
        ("user_id", BROWSERS_ONLY, web || about.user.is_none()),
        ("slug_or_port", BROWSERS_ONLY, web || about.slug_or_port.is_none()),
    ];
    rules.into_iter()
}

fn texts(about: &Connection) -> impl Iterator<Item = Rule> {
    let name = |text: &str| !text.is_empty() && text.len() <= LONGEST_NAME && is_storable(text);
    let other = |text: &Option<String>| {
        text.as_ref().is_none_or(|text| text.len() <= LONGEST_TEXT && is_storable(text))
    };
    const NAME: &str = "must be a text of 1 to 512 bytes without a zero byte";
    const TEXT: &str = "must be a text of at most 4096 bytes without a zero byte";
    let rules: [Rule; 5] = [
        ("workspace_name", NAME, name(&about.workspace_name)),
        ("agent_name", NAME, name(&about.agent_name)),
        ("user_agent", TEXT, other(&about.user_agent)),
        ("slug_or_port", TEXT, other(&about.slug_or_port)),
        ("disconnect_reason", TEXT, other(&about.reason)),
    ];
    rules.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_in_any_form_and_kept_in_one() {
        for (text, kept) in [
            ("localhost", Some("127.0.0.1")),
            ("192.0.2.7", Some("192.0.2.7")),
            (" 2001:DB8:0::1 ", Some("2001:db8::1")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("192.0.2.7:80", None),
            ("nowhere", None),
            ("", None),
        ] {
            assert_eq!(address(text).as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn the_limits_are_those_that_are_told() {
        let told: Vec<Rule> = texts(&Connection {
            organization: OrgId(Uuid::nil()),
            owner: UserId(Uuid::nil()),
            workspace: Uuid::nil(),
            workspace_name: "x".repeat(LONGEST_NAME + 1),
            agent_name: String::new(),
            kind: ConnectionType::WorkspaceApp,
            code: None,
            ip: None,
            user_agent: Some("x".repeat(LONGEST_TEXT + 1)),
            user: None,
            slug_or_port: Some("\0".to_owned()),
            id: None,
            reason: Some("x".repeat(LONGEST_TEXT)),
        })
        .collect();
        let fine: Vec<bool> = told.iter().map(|(.., fine)| *fine).collect();
        assert_eq!(fine, [false, false, false, false, true]);
        assert!(
            told[0].1.contains(&LONGEST_NAME.to_string()) && told[2].1.contains(&LONGEST_TEXT.to_string())
        );
    }
}
