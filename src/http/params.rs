//! Query parameters as the use-cases want them; all that is wrong with them is told at once (members.md 1.3).

use std::collections::BTreeSet;

use poem::{FromRequest, Request, RequestBody};
use roster_openapi::param::{
    Count, Hours, Query, QueryNames, RequiredQuery, Text, UuidPattern, UuidText, query_values,
};
use roster_openapi::security::{ACCESS_TOKEN_QUERY, SESSION_COOKIE};
use uuid::Uuid;

use crate::domain::insights::Zone;
use crate::domain::{Error, groups};
use crate::model::ids::{GroupId, UserId};
use crate::model::lexer::more_than_once;
use crate::model::organization::OrgRef;
use crate::model::page::{FieldError, Page};
use crate::model::user::UserRef;

/// The paging parameters of a request.
#[derive(Debug)]
pub struct Paging {
    /// `after_id`.
    pub after_id: Query<UuidText>,
    /// `limit`.
    pub limit: Query<Count>,
    /// `offset`.
    pub offset: Query<Count>,
}

impl Paging {
    /// The page they ask for.
    ///
    /// # Errors
    /// 400 with every bad parameter.
    pub fn read(&self) -> Result<Page, Error> {
        let mut bad = Vec::new();
        let after = one("after_id", &self.after_id.values, &mut bad).and_then(|text| after(text, &mut bad));
        let mut count = |name, values: &[String]| match one(name, values, &mut bad) {
            Some(text) => number(name, text, &mut bad),
            None => 0,
        };
        let limit = count("limit", &self.limit.values);
        let offset = count("offset", &self.offset.values);
        if bad.is_empty() {
            return Ok(Page { after, limit, offset });
        }
        Err(Error::invalid("Query parameters have invalid values.").fields(bad))
    }
}

/// The one value of a parameter; empty is the same as absent.
fn one<'v>(name: &str, values: &'v [String], bad: &mut Vec<FieldError>) -> Option<&'v str> {
    if values.len() > 1 {
        bad.push(FieldError::new(name, more_than_once(name, values.len())));
        return None;
    }
    values.first().map(String::as_str).filter(|text| !text.is_empty())
}

fn after(text: &str, bad: &mut Vec<FieldError>) -> Option<UserId> {
    let read = Uuid::try_parse(text);
    if read.is_err() {
        bad.push(FieldError::new("after_id", "Query param \"after_id\" must be a valid uuid"));
    }
    read.ok().filter(|id| !id.is_nil()).map(UserId)
}

fn number(name: &str, text: &str, bad: &mut Vec<FieldError>) -> u32 {
    let why = match text.parse::<i128>() {
        Ok(value) if (0..=i128::from(i32::MAX)).contains(&value) => return u32::try_from(value).unwrap_or(0),
        Ok(value) if value < 0 => "value is negative".to_owned(),
        Ok(_) => format!("parsing {text:?}: value out of range"),
        Err(_) => format!("parsing {text:?}: invalid syntax"),
    };
    let detail = format!("Query param {name:?} must be a valid 32-bit positive integer: {why}");
    bad.push(FieldError::new(name, detail));
    0
}

/// The template that a request is about; it knows no other parameter but those that show a key (users.md 3.7).
///
/// # Errors
/// 400 with every bad parameter.
pub fn template(id: &RequiredQuery<UuidPattern>, names: &QueryNames) -> Result<Uuid, Error> {
    const NAME: &str = "template_id";
    let mut bad = Vec::new();
    let id = match one(NAME, &id.0.values, &mut bad) {
        Some(text) => Uuid::try_parse(text).map_err(|_| "must be a valid uuid"),
        None => Err("is required and cannot be empty"),
    };
    match id {
        // Given more than once, which is told already.
        Err(_) if !bad.is_empty() => {}
        Err(why) => bad.push(FieldError::new(NAME, format!("Query param {NAME:?} {why}"))),
        Ok(_) => {}
    }
    bad.extend(unknown(&[&[NAME][..], &KEYS].concat(), names));
    match id {
        Ok(id) if bad.is_empty() => Ok(id),
        _ => Err(Error::invalid("Invalid query parameters.").fields(bad)),
    }
}

/// Which groups to list; no other parameter is known but those that show a key (neighbours.md 1). What is empty is not given.
///
/// # Errors
/// 400 with every bad parameter.
pub fn groups(
    organization: &Query<Text>,
    has_member: &Query<Text>,
    group_ids: &Query<Text>,
    names: &QueryNames,
) -> Result<groups::Wanted, Error> {
    const KNOWN: [&str; 3] = ["organization", "has_member", "group_ids"];
    let mut bad = unknown(&[&KNOWN[..], &KEYS].concat(), names);
    let organization = one("organization", &organization.values, &mut bad).map(OrgRef::parse);
    let member = one("has_member", &has_member.values, &mut bad).map(UserRef::parse);
    let ids = group_ids.values.iter().flat_map(|list| list.split(',')).filter(|id| !id.is_empty());
    let read = |id: &str| Uuid::try_parse(id).map(GroupId).map_err(|_| id.to_owned());
    let ids: Result<Vec<GroupId>, String> = ids.map(read).collect();
    if let Err(id) = &ids {
        let detail = format!("Query param \"group_ids\" has invalid values: {id:?} must be a valid uuid");
        bad.push(FieldError::new("group_ids", detail));
    }
    match ids {
        Ok(ids) if bad.is_empty() => {
            Ok(groups::Wanted { organization, member, ids: (!ids.is_empty()).then_some(ids) })
        }
        _ => Err(Error::invalid("Query parameters have invalid values.").fields(bad)),
    }
}

/// The parameters of every request: they show a key.
const KEYS: [&str; 2] = [SESSION_COOKIE, ACCESS_TOKEN_QUERY];

/// The parameters that are none of the known ones, each once.
fn unknown(known: &[&str], names: &QueryNames) -> Vec<FieldError> {
    let mut told: BTreeSet<&str> = known.iter().copied().collect();
    let unknown = names.0.iter().filter(|name| told.insert(name));
    unknown.map(|name| FieldError::new(name, format!("{name:?} is not a valid query param"))).collect()
}

/// The time zone of `timezone` or, where that is not given, `tz_offset`; else UTC.
///
/// # Errors
/// 400 with every bad parameter; a zone that nobody knows is no bad parameter, and is told of by itself.
pub fn zone(timezone: &Query<Text>, tz_offset: &Query<Hours>) -> Result<Zone, Error> {
    let mut bad = Vec::new();
    let named = one("timezone", &timezone.values, &mut bad);
    let hours = one("tz_offset", &tz_offset.values, &mut bad).and_then(|text| hours(text, &mut bad));
    if !bad.is_empty() {
        return Err(Error::invalid("Query parameters have invalid values.").fields(bad));
    }
    let Some(name) = named else { return Ok(hours.unwrap_or_default()) };
    let unknown =
        || Error::invalid("Unknown time zone.").field("timezone", format!("{name:?} is no IANA time zone"));
    Zone::named(name).ok_or_else(unknown)
}

fn hours(text: &str, bad: &mut Vec<FieldError>) -> Option<Zone> {
    let zone = text.parse().ok().and_then(Zone::hours);
    if zone.is_none() {
        let detail = "Query param \"tz_offset\" must be a number of hours from -12 to 14";
        bad.push(FieldError::new("tz_offset", detail));
    }
    zone
}

/// The search text; the last of several is not special, they are joined as one would type them.
pub fn search(q: &Query<Text>) -> String {
    q.values.join(" ")
}

/// Whether a parameter says yes: what is no yes or no is a no (auth.md 7.3).
pub fn is_yes(values: &[String]) -> bool {
    values.first().is_some_and(|value| ["1", "t", "T", "true", "TRUE", "True"].contains(&value.as_str()))
}

/// `include_all`, which the contract's servers read and its reference does not tell of.
#[derive(Debug, Clone, Copy)]
pub struct IncludeAll(pub bool);

impl<'a> FromRequest<'a> for IncludeAll {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(is_yes(&query_values(request, "include_all"))))
    }
}
