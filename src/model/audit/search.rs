//! What `q` asks of the audit log (logs.md A6).

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::{AuditAction, AuditedType, BuildReason};
use crate::model::ids::RequestId;
use crate::model::lexer::Terms;
use crate::model::names::folded;
use crate::model::organization::OrgRef;
use crate::model::page::FieldError;
use crate::model::user::UserRef;

/// Conditions on entries; all of them must hold. Users and organizations are named as the query does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditSearch {
    /// What they are about.
    pub resource_type: Option<AuditedType>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// Why something was built.
    pub build_reason: Option<BuildReason>,
    /// About this thing.
    pub resource_id: Option<Uuid>,
    /// Made by this request.
    pub request: Option<RequestId>,
    /// About something of this name, folded.
    pub target: Option<String>,
    /// Done by all of these: a username or `me`, and an e-mail address.
    pub actors: Vec<UserRef>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// In this organization.
    pub organization: Option<OrgRef>,
}

impl AuditSearch {
    /// Reads a query; the empty one asks for everything. Bare words are a type.
    ///
    /// # Errors
    /// Everything that is wrong with the query, at once.
    pub fn parse(query: &str) -> Result<Self, Vec<FieldError>> {
        let mut terms = Terms::read(&folded(query), "resource_type");
        let search = Self {
            resource_type: one_of(&mut terms, "resource_type", AuditedType::parse),
            action: one_of(&mut terms, "action", AuditAction::parse),
            build_reason: one_of(&mut terms, "build_reason", BuildReason::parse),
            resource_id: id(&mut terms, "resource_id"),
            request: id(&mut terms, "request_id").map(RequestId),
            target: terms.single("resource_target"),
            actors: actors(&mut terms),
            from: date(&mut terms, "date_from").map(beginning),
            until: date(&mut terms, "date_to")
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(beginning),
            organization: organization(&mut terms),
        };
        terms.finish().map(|()| search)
    }
}

fn actors(terms: &mut Terms) -> Vec<UserRef> {
    let username = terms.single("username").map(|name| match name.as_str() {
        "me" => UserRef::Me,
        _ => UserRef::Name(name),
    });
    username.into_iter().chain(terms.single("email").map(UserRef::Email)).collect()
}

/// The nil id is none, as the contract's servers have it.
fn organization(terms: &mut Terms) -> Option<OrgRef> {
    let name = terms.single("organization")?;
    let nil = Uuid::try_parse(&name).is_ok_and(|id| id.is_nil());
    (!nil).then(|| OrgRef::parse(&name))
}

fn parsed<T>(terms: &mut Terms, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
    let text = terms.single(key)?;
    parse(&text).map_err(|why| terms.refuse(key, format!("Query param {key:?} must be a valid {why}"))).ok()
}

fn one_of<T>(terms: &mut Terms, key: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    parsed(terms, key, |text| parse(text).ok_or_else(|| format!("value: {text:?} is not a valid value")))
}

fn id(terms: &mut Terms, key: &str) -> Option<Uuid> {
    parsed(terms, key, |text| Uuid::try_parse(text).map_err(|_| "uuid".to_owned())).filter(|id| !id.is_nil())
}

fn date(terms: &mut Terms, key: &str) -> Option<NaiveDate> {
    parsed(terms, key, |text| {
        let refused =
            |why: &dyn std::fmt::Display| format!("date format (2006-01-02): parsing {text:?}: {why}");
        // The parser would also take `2026-5-1` and years of five digits.
        if text.len() != "2006-01-02".len() {
            return Err(refused(&"it has another length"));
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|error| refused(&error))
    })
}

fn beginning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(query: &str) -> AuditSearch {
        AuditSearch::parse(query).unwrap()
    }

    #[test]
    fn a_query_is_read() {
        let read = search(
            "User action:CREATE resource_target:\"Bea B\" username:me email:Bea@Example.com date_from:2026-05-20 \
             date_to:2026-05-20 organization:Acme",
        );
        assert_eq!(read.resource_type, Some(AuditedType::User));
        assert_eq!(read.action, Some(AuditAction::Create));
        assert_eq!(read.target.as_deref(), Some("bea b"));
        assert_eq!(read.actors, [UserRef::Me, UserRef::Email("bea@example.com".to_owned())]);
        assert_eq!(read.from.unwrap().to_rfc3339(), "2026-05-20T00:00:00+00:00");
        assert_eq!(read.until.unwrap().to_rfc3339(), "2026-05-21T00:00:00+00:00");
        assert_eq!(read.organization, Some(OrgRef::Name("acme".to_owned())));
        assert_eq!(search(""), AuditSearch::default());
        assert_eq!(search("organization:00000000-0000-0000-0000-000000000000"), AuditSearch::default());
    }

    #[test]
    fn errors_name_their_key() {
        let table = [
            ("invalid", "resource_type"),
            ("user api_key", "resource_type"),
            ("resource_type:invalid", "resource_type"),
            ("action:invalid", "action"),
            ("build_reason:boredom", "build_reason"),
            ("resource_id:7", "resource_id"),
            ("request_id:x", "request_id"),
            ("date_from:2026-5-1", "date_from"),
            ("date_to:tomorrow", "date_to"),
            ("date_to:2026-02-30", "date_to"),
            ("foo:bar", "foo"),
            ("a:b:c", "q"),
            (":x", "q"),
            ("x:", "q"),
            ("user resource_type:user", "resource_type"),
        ];
        for (query, field) in table {
            let errors = AuditSearch::parse(query).unwrap_err();
            assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [field], "{query}");
        }
    }
}
