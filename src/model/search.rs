//! What `q` asks of users and members (users.md 3.1, members.md 3 and 5).

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::ids::UserId;
use super::lexer::Terms;
use super::names::folded;
use super::organization::OrgRef;
use super::page::FieldError;
use super::user::{LoginType, UserStatus};

/// Conditions on users; all of them must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of the e-mail address or the username, folded.
    pub text: Option<String>,
    /// Part of the display name, folded.
    pub name: Option<String>,
    /// Any of these; none given is all.
    pub statuses: Vec<UserStatus>,
    /// Holders of any of these site roles; none given is all.
    pub roles: Vec<String>,
    /// Any of these; none given is all.
    pub login_types: Vec<LoginType>,
    /// Last seen at or before.
    pub last_seen_before: Option<DateTime<Utc>>,
    /// Last seen at or after.
    pub last_seen_after: Option<DateTime<Utc>>,
    /// Created at or before.
    pub created_before: Option<DateTime<Utc>>,
    /// Created at or after.
    pub created_after: Option<DateTime<Utc>>,
    /// The user's number at github.com.
    pub github_com_user_id: Option<i64>,
    /// Service accounts only, or all others.
    pub service_account: Option<bool>,
}

impl UserFilter {
    /// Reads a query; the empty one asks for everybody.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn parse(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut terms = Terms::read(&folded(query), "search");
        let filter = Self::read(&mut terms);
        terms.finish().map(|()| filter)
    }

    fn read(terms: &mut Terms) -> Self {
        Self {
            text: terms.single("search"),
            name: terms.single("name"),
            statuses: values(terms, "status", UserStatus::parse),
            roles: terms.list("role").into_iter().filter(|role| role != "member").collect(),
            login_types: values(terms, "login_type", LoginType::parse),
            last_seen_before: time(terms, "last_seen_before"),
            last_seen_after: time(terms, "last_seen_after"),
            created_before: time(terms, "created_before"),
            created_after: time(terms, "created_after"),
            github_com_user_id: number(terms, "github_com_user_id").filter(|id| *id != 0),
            service_account: boolean(terms, "service_account"),
        }
    }

    /// Whether the filter lets everybody pass.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the list of users is asked for: the contract's conditions, and ours. Organizations are `O`: as the query names them,
/// and then those that the caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSearch<O> {
    /// The contract's conditions.
    pub filter: UserFilter,
    /// Exactly this e-mail address, folded.
    pub email: Option<String>,
    /// Exactly this username, folded.
    pub username: Option<String>,
    /// Members of any of these; none is everybody, an empty list nobody.
    pub within: Option<Vec<O>>,
    /// Members of none of these.
    pub outside: Vec<O>,
}

impl UserSearch<OrgRef> {
    /// Reads a query; the empty one asks for everybody.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn parse(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut terms = Terms::read(&folded(query), "search");
        let within = organizations(&mut terms, "organization");
        let search = Self {
            filter: UserFilter::read(&mut terms),
            email: terms.single("email"),
            username: terms.single("username"),
            within: (!within.is_empty()).then_some(within),
            outside: organizations(&mut terms, "-organization"),
        };
        terms.finish().map(|()| search)
    }
}

impl<O> UserSearch<O> {
    /// Whether everybody passes.
    pub fn is_empty(&self) -> bool {
        let exact = self.email.is_some() || self.username.is_some();
        !exact && self.within.is_none() && self.outside.is_empty() && self.filter.is_empty()
    }
}

fn organizations(terms: &mut Terms, key: &str) -> Vec<OrgRef> {
    let named: BTreeSet<String> = terms.list(key).into_iter().collect();
    named.iter().map(|name| OrgRef::parse(name)).collect()
}

/// Conditions on the plain member list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// One member only.
    pub user: Option<UserId>,
    /// Also the server's own users.
    pub include_system: bool,
    /// The user's number at github.com.
    pub github_user_id: Option<i64>,
}

const MEMBER_KEYS: [&str; 3] = ["user_id", "include_system", "github_user_id"];

impl MemberFilter {
    /// Reads a query. A bare word that is one of the keys is accepted and does nothing, as the contract has it.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn parse(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut terms = Terms::read(query, "");
        if let Some(word) = terms.single("").filter(|word| !MEMBER_KEYS.contains(&word.as_str())) {
            terms.refuse("q", format!("invalid search term: {word}"));
        }
        let filter = Self {
            user: uuid(&mut terms, "user_id").filter(|id| !id.is_nil()).map(UserId),
            include_system: boolean(&mut terms, "include_system").unwrap_or(false),
            github_user_id: number(&mut terms, "github_user_id").filter(|id| *id != 0),
        };
        terms.finish().map(|()| filter)
    }
}

fn values<T>(terms: &mut Terms, key: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for text in terms.list(key) {
        match parse(&text) {
            Some(value) => good.push(value),
            None => bad.push(format!("{text:?} is not a valid value")),
        }
    }
    if !bad.is_empty() {
        terms.refuse(key, format!("Query param {key:?} has invalid values: {}", bad.join(", ")));
    }
    good
}

fn parsed<T>(terms: &mut Terms, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
    let text = terms.single(key)?;
    parse(&text).map_err(|why| terms.refuse(key, format!("Query param {key:?} must be a valid {why}"))).ok()
}

pub(super) fn time(terms: &mut Terms, key: &str) -> Option<DateTime<Utc>> {
    parsed(terms, key, |text| {
        let read = DateTime::parse_from_rfc3339(&text.to_uppercase());
        let refused = |e| format!("date format (2006-01-02T15:04:05.999999999Z07:00): parsing {text:?}: {e}");
        // No stored time is finer than a microsecond; the engines would differ in what they make of the rest.
        read.map(|time| time.to_utc().min(LATEST).trunc_subsecs(6)).map_err(refused)
    })
}

/// The last moment with a year of four digits. SQLite compares times as texts, and an offset can lead beyond.
pub const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 999_999_000) {
    Some(time) => time,
    None => DateTime::<Utc>::MAX_UTC,
};

fn number(terms: &mut Terms, key: &str) -> Option<i64> {
    parsed(terms, key, |text| text.parse().map_err(|e| format!("64-bit integer: parsing {text:?}: {e}")))
}

pub(super) fn uuid(terms: &mut Terms, key: &str) -> Option<Uuid> {
    parsed(terms, key, |text| Uuid::try_parse(text).map_err(|_| "uuid".to_owned()))
}

fn boolean(terms: &mut Terms, key: &str) -> Option<bool> {
    parsed(terms, key, |text| match text.to_lowercase().as_str() {
        "1" | "t" | "true" => Ok(true),
        "0" | "f" | "false" => Ok(false),
        _ => Err(format!("boolean: parsing {text:?}: invalid syntax")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_error(query: &str) -> FieldError {
        UserFilter::parse(query).unwrap_err().remove(0)
    }

    #[test]
    fn every_key_is_read() {
        let query = r#"Jane Doe name:x status:Active,dormant status:suspended role:member,owner login_type:oidc
            last_seen_after:"2026-01-02T00:00:00+02:00" service_account:f github_com_user_id:7"#;
        let filter = UserFilter::parse(&query.replace('\n', " ")).unwrap();
        assert_eq!(filter.text.as_deref(), Some("jane doe"));
        assert_eq!(filter.statuses, [UserStatus::Active, UserStatus::Dormant, UserStatus::Suspended]);
        assert_eq!(filter.roles, ["owner"]);
        assert_eq!(filter.login_types, [LoginType::Oidc]);
        assert_eq!(filter.last_seen_after.unwrap().to_rfc3339(), "2026-01-01T22:00:00+00:00");
        assert_eq!((filter.service_account, filter.github_com_user_id), (Some(false), Some(7)));
    }

    #[test]
    fn member_alone_asks_for_everybody() {
        assert!(UserFilter::parse("role:member").unwrap().is_empty());
        assert!(UserFilter::parse("").unwrap().is_empty());
    }

    #[test]
    fn the_list_of_users_knows_more_keys() {
        let query =
            "EMAIL:Bea@Example.com username:Bea organization:b,A organization:a -organization:Coder name:x";
        let search = UserSearch::parse(query).unwrap();
        assert_eq!(
            (search.email.as_deref(), search.username.as_deref()),
            (Some("bea@example.com"), Some("bea"))
        );
        let named = |name: &str| OrgRef::Name(name.to_owned());
        assert_eq!(search.within, Some(vec![named("a"), named("b")]));
        assert_eq!((search.outside, search.filter.name.as_deref()), (vec![named("coder")], Some("x")));
        assert!(UserSearch::parse("email:\"\" -organization:,").unwrap().is_empty());
        for query in ["email:a", "username:a", "organization:a", "-organization:a"] {
            assert!(!UserSearch::parse(query).unwrap().is_empty(), "{query}");
            assert_eq!(UserFilter::parse(query).unwrap_err().len(), 1, "{query}");
        }
    }

    #[test]
    fn errors_name_their_key() {
        let bogus = "Query param \"status\" has invalid values: \"bogus\" is not a valid value";
        assert_eq!(first_error("status:bogus"), FieldError::new("status", bogus));
        assert_eq!(first_error("foo:bar").field, "foo");
        assert!(
            first_error("service_account:maybe")
                .detail
                .starts_with("Query param \"service_account\" must be a valid boolean: ")
        );
        assert!(first_error("created_before:2023").detail.contains("must be a valid date format"));
        assert_eq!(first_error("search:a b").field, "search");
        assert_eq!(UserFilter::parse("status:x login_type:y z:w").unwrap_err().len(), 3);
    }

    #[test]
    fn plain_member_list_keys() {
        assert!(MemberFilter::parse("include_system:true").unwrap().include_system);
        assert_eq!(MemberFilter::parse("user_id"), Ok(MemberFilter::default()));
        let error = MemberFilter::parse("nonsense").unwrap_err().remove(0);
        assert_eq!(error, FieldError::new("q", "invalid search term: nonsense"));
    }
}
