//! What a directory looks users up by (RFC 7644, 3.4.2): one attribute that is equal to a text.

use std::sync::Arc;

use super::{Provisioner, Reason, Refusal, is_provisioned};
use crate::domain::error::Error;
use crate::model::user::Person;
use crate::rbac::Allowed;

/// How many users a filter finds at most: names and addresses belong to one.
pub const MAX_RESULTS: i64 = 1;

/// Which part of what matches is shown.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The first one that is shown, from 1 on; less than that is 1.
    pub start: i64,
    /// How many are shown at most; less than none is none. All of them when it is not said.
    pub count: Option<i64>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// How many match.
    pub total: usize,
    /// Where what is shown begins, from 1 on.
    pub start: i64,
    /// Those that are shown.
    pub shown: Vec<Allowed<Arc<Person>>>,
}

/// The users that match a filter; without one none, as a directory asks for whom it knows, and shall not learn of others.
///
/// # Errors
/// 400 for a filter of any other kind than `userName eq "…"`, `emails eq "…"` and `emails.value eq "…"`.
pub async fn list(scim: &Provisioner, filter: &str, window: Window) -> Result<Found, Refusal> {
    let store = &scim.backend().store;
    let found = match parse(filter)? {
        None => None,
        Some(Filter::UserName(name)) => store.person_named(&name).await?,
        Some(Filter::Email(email)) => store.person_at(&email).await?,
    };
    let found = found.map(|found| found.person.clone()).filter(|person| is_provisioned(person));
    let mut shown = found.map(|person| scim.subject.may(person)).transpose()?.into_iter().collect::<Vec<_>>();
    let (total, start) = (shown.len(), window.start.max(1));
    shown.drain(..shown.len().min(usize::try_from(start - 1).unwrap_or(usize::MAX)));
    let count = window.count.map_or(usize::MAX, |count| usize::try_from(count.max(0)).unwrap_or(usize::MAX));
    shown.truncate(count);
    Ok(Found { total, start, shown })
}

/// What is asked of a user. Texts are compared whatever their case, as RFC 7643 has it for both attributes.
#[derive(Debug, PartialEq, Eq)]
enum Filter {
    UserName(String),
    Email(String),
}

/// What stands before the name of an attribute that is written in full.
pub(super) const SCHEMA_PREFIX: &str = "urn:ietf:params:scim:schemas:core:2.0:user:";

/// The name of an attribute as it is compared: in lower case, without the schema before it.
pub(super) fn attribute(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    lower.strip_prefix(SCHEMA_PREFIX).unwrap_or(&lower).to_owned()
}

fn parse(text: &str) -> Result<Option<Filter>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut parts = text.splitn(2, char::is_whitespace);
    let name = attribute(parts.next().unwrap_or_default());
    let rest = parts.next().unwrap_or_default().trim_start();
    let value = equal_to(rest).ok_or_else(invalid)?;
    match &*name {
        "username" => Ok(Some(Filter::UserName(value))),
        "emails" | "emails.value" => Ok(Some(Filter::Email(value))),
        _ => Err(invalid()),
    }
}

/// The text after `eq`, which is written as in JSON.
fn equal_to(rest: &str) -> Option<String> {
    let (operator, value) = rest.split_once(char::is_whitespace)?;
    if operator.eq_ignore_ascii_case("eq") { serde_json::from_str(value).ok() } else { None }
}

fn invalid() -> Refusal {
    let text = "The filter must be userName eq \"…\", emails eq \"…\" or emails.value eq \"…\".";
    Refusal { error: Error::invalid(text), reason: Some(Reason::Filter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_compared_with_a_text() {
        let name = |text: &str| Some(Filter::UserName(text.to_owned()));
        let email = |text: &str| Some(Filter::Email(text.to_owned()));
        for (text, filter) in [
            ("", None),
            ("  ", None),
            ("userName eq \"bea\"", name("bea")),
            ("USERNAME  EQ\t\"Bea\" ", name("Bea")),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"bea\"", name("bea")),
            ("userName eq \"a \\\"b\\\" \\u00e9\"", name("a \"b\" é")),
            ("emails eq \"bea@example.com\"", email("bea@example.com")),
            ("emails.value eq \"bea@example.com\"", email("bea@example.com")),
        ] {
            assert_eq!(parse(text).unwrap(), filter, "{text}");
        }
    }

    #[test]
    fn no_other_filter_is_read() {
        for text in [
            "userName",
            "userName eq",
            "userName eq bea",
            "userName eq \"bea",
            "userName eq 3",
            "userName eq null",
            "userName ne \"bea\"",
            "userName sw \"b\"",
            "userName pr",
            "userName eq \"a\" or userName eq \"b\"",
            "not (userName eq \"a\")",
            "externalId eq \"1\"",
            "emails[type eq \"work\"].value eq \"a@b.co\"",
            "userNameeq \"a\"",
            "\0 eq \"a\"",
        ] {
            assert_eq!(parse(text).unwrap_err().reason, Some(Reason::Filter), "{text}");
        }
    }
}
