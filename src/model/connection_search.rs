//! What `q` asks of the connection log (logs.md B4).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::connection::ConnectionType;
use super::ids::{OrgId, UserId};
use super::lexer::Terms;
use super::names::folded;
use super::organization::OrgRef;
use super::page::FieldError;
use super::search::{time, uuid};
use super::user::{UserRef, text_enum};

text_enum!(
    /// Whether connections ended. Those of browsers have no end that anybody could tell of, and are neither.
    Ended {
        /// Not yet.
        Ongoing = "ongoing",
        /// They did.
        Completed = "completed",
    }
);

/// Conditions on entries; all of them must hold. An organization is an `O`, a user a `U`: as the query names them, and then
/// those that are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSearch<O, U> {
    /// The organization of the workspace.
    pub organization: Option<O>,
    /// Whose workspace it is, by name and by address.
    pub owner: [Option<U>; 2],
    /// Who uses the browser, by name and by address.
    pub user: [Option<U>; 2],
    /// How somebody connects.
    pub kind: Option<ConnectionType>,
    /// Connected then or later.
    pub after: Option<DateTime<Utc>>,
    /// Connected then or earlier.
    pub before: Option<DateTime<Utc>>,
    /// The workspace.
    pub workspace: Option<Uuid>,
    /// The connection, as its agent knows it.
    pub connection: Option<Uuid>,
    /// Whether it ended.
    pub ended: Option<Ended>,
}

/// The conditions with what they name looked up.
pub type ConnectionFilter = ConnectionSearch<OrgId, UserId>;

impl<O, U> Default for ConnectionSearch<O, U> {
    /// Every entry.
    fn default() -> Self {
        Self {
            organization: None,
            owner: [None, None],
            user: [None, None],
            kind: None,
            after: None,
            before: None,
            workspace: None,
            connection: None,
            ended: None,
        }
    }
}

impl ConnectionSearch<OrgRef, UserRef> {
    /// Reads a query; the empty one asks for every entry. There are no bare words: they would be `search`, which is no key.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn parse(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut terms = Terms::read(&folded(query), "search");
        let read = &mut terms;
        let search = Self {
            organization: read.single("organization").map(|name| OrgRef::parse(&name)),
            owner: [name(read, "workspace_owner"), address(read, "workspace_owner_email")],
            user: [name(read, "username"), address(read, "user_email")],
            kind: word(read, "type", ConnectionType::parse),
            after: time(read, "connected_after"),
            before: time(read, "connected_before"),
            workspace: uuid(read, "workspace_id").filter(|id| !id.is_nil()),
            connection: uuid(read, "connection_id").filter(|id| !id.is_nil()),
            ended: word(read, "status", Ended::parse),
        };
        terms.finish().map(|()| search)
    }
}

fn name(terms: &mut Terms, key: &str) -> Option<UserRef> {
    terms.single(key).map(|name| if name == "me" { UserRef::Me } else { UserRef::Name(name) })
}

fn address(terms: &mut Terms, key: &str) -> Option<UserRef> {
    terms.single(key).map(UserRef::Email)
}

fn word<T>(terms: &mut Terms, key: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = terms.single(key)?;
    let value = parse(&text);
    if value.is_none() {
        let detail = format!("Query param {key:?} has invalid values: {text:?} is not a valid value");
        terms.refuse(key, detail);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> Vec<String> {
        let fields = ConnectionSearch::parse(query).unwrap_err();
        fields.into_iter().map(|refused| refused.field).collect()
    }

    #[test]
    fn every_key_is_read() {
        let query = r#"organization:Acme workspace_owner:me workspace_owner_email:Ada@Example.com type:SSH username:Bea
            user_email:bea@example.com connected_after:"2023-01-16T00:00:00Z" connected_before:"2023-01-16t12:00:00+12:00"
            workspace_id:00000000-0000-0000-0000-000000000007 connection_id:00000000-0000-0000-0000-000000000008
            status:ongoing"#;
        let search =
            ConnectionSearch::parse(&query.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap();
        assert_eq!(search.organization, Some(OrgRef::Name("acme".to_owned())));
        assert_eq!(search.owner, [Some(UserRef::Me), Some(UserRef::Email("ada@example.com".to_owned()))]);
        assert_eq!(search.user[0], Some(UserRef::Name("bea".to_owned())));
        assert_eq!((search.kind, search.ended), (Some(ConnectionType::Ssh), Some(Ended::Ongoing)));
        assert_eq!(
            (search.after, search.before.unwrap().to_rfc3339()),
            (search.before, "2023-01-16T00:00:00+00:00".to_owned())
        );
        assert_eq!(
            (search.workspace, search.connection),
            (Some(Uuid::from_u128(7)), Some(Uuid::from_u128(8)))
        );
        assert_eq!(ConnectionSearch::parse("").unwrap(), ConnectionSearch::default());
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_key() {
        for (query, field) in [
            ("ssh", "search"),
            ("foo:bar", "foo"),
            ("status:bogus", "status"),
            ("type:telnet", "type"),
            ("type:ssh type:vscode", "type"),
            ("workspace_id:x", "workspace_id"),
            ("connection_id:x", "connection_id"),
            ("connected_after:yesterday", "connected_after"),
            ("a:b:c", "q"),
            (":x", "q"),
        ] {
            assert_eq!(refused(query), [field], "{query}");
        }
        assert_eq!(refused("status:x type:y"), ["type", "status"]);
    }
}
