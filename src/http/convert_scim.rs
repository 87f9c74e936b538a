//! Users from a directory, between the model and the wire.

use std::sync::Arc;

use poem::http::StatusCode;
use roster_openapi::error::{Problem, ScimType};
use roster_openapi::param::{Query, Whole};
use roster_openapi::schema::scim::{
    LIST, SCIMAuthenticationScheme, SCIMBulk, SCIMEmail, SCIMFilter, SCIMListResponse, SCIMMeta, SCIMName,
    SCIMPatchRequest, SCIMServiceProviderConfig, SCIMSupported, SCIMUser, SCIMUserRequest,
    SERVICE_PROVIDER_CONFIG, USER,
};
use roster_openapi::scim::{BASE, Provisioned};

use crate::domain::scim::{Found, MAX_RESULTS, Made, Operation, Provisioner, Request};
use crate::model::user::{Person, User, UserStatus};
use crate::rbac::Allowed;

/// What this server does of SCIM, and what it does not.
pub fn service_provider_config() -> SCIMServiceProviderConfig {
    let (no, yes) = (SCIMSupported { supported: false }, SCIMSupported { supported: true });
    let bearer = SCIMAuthenticationScheme {
        description: "The SCIM secret of the deployment, as a bearer token.".to_owned(),
        name: "OAuth Bearer Token".to_owned(),
        primary: true,
        spec_uri: "https://www.rfc-editor.org/info/rfc6750".to_owned(),
        kind: "oauthbearertoken".to_owned(),
    };
    SCIMServiceProviderConfig {
        authentication_schemes: vec![bearer],
        bulk: SCIMBulk { max_operations: 0, max_payload_size: 0, supported: false },
        change_password: no,
        etag: no,
        filter: SCIMFilter { max_results: MAX_RESULTS, supported: true },
        patch: yes,
        schemas: vec![SERVICE_PROVIDER_CONFIG.to_owned()],
        sort: no,
    }
}

/// A whole number of a query; none when it is not given.
///
/// # Errors
/// 400 for anything else.
pub fn whole(name: &str, query: &Query<Whole>) -> Result<Option<i64>, Problem> {
    let Some(text) = query.values.iter().find(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = |_| {
        let problem = Problem::new(StatusCode::BAD_REQUEST, format!("{name} must be a whole number."));
        problem.scim_type(Some(ScimType::InvalidValue))
    };
    text.parse().map(Some).map_err(wrong)
}

/// What was found.
pub fn list(scim: &Provisioner, found: &Found) -> SCIMListResponse {
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    SCIMListResponse {
        resources: found.shown.iter().map(|person| user(scim, person)).collect(),
        items_per_page: count(found.shown.len()),
        schemas: vec![LIST.to_owned()],
        start_index: found.start,
        total_results: count(found.total),
    }
}

/// What became of a request to make a user.
pub fn made(scim: &Provisioner, made: &Made) -> Provisioned {
    match made {
        Made::New(person) => Provisioned::Created(user(scim, person)),
        Made::Known(person) => Provisioned::Known(user(scim, person)),
    }
}

/// A user as a directory sees it.
pub fn user(scim: &Provisioner, person: &Allowed<Arc<Person>>) -> SCIMUser {
    let user = &person.user;
    let meta = SCIMMeta {
        created: user.created_at,
        last_modified: user.updated_at,
        location: format!("{}{BASE}/Users/{}", scim.access_url(), user.id),
        resource_type: "User".to_owned(),
    };
    SCIMUser {
        active: user.status != UserStatus::Suspended,
        display_name: user.name.clone(),
        emails: emails(user),
        groups: Vec::new(),
        id: user.id.0,
        meta,
        name: name(&user.name),
        schemas: vec![USER.to_owned()],
        user_name: user.username.clone(),
    }
}

fn emails(user: &User) -> Vec<SCIMEmail> {
    let email = Some(&user.email).filter(|email| !email.is_empty());
    let work = |value: &String| SCIMEmail { primary: true, kind: "work".to_owned(), value: value.clone() };
    email.map(work).into_iter().collect()
}

/// One name is kept, and SCIM has two: the last word is taken for the family's.
fn name(whole: &str) -> SCIMName {
    let (given, family) = whole.rsplit_once(' ').unwrap_or((whole, ""));
    SCIMName { family_name: family.to_owned(), given_name: given.trim_end().to_owned() }
}

/// Somebody whom a directory makes known. What it sends besides is not kept.
pub fn request(body: SCIMUserRequest) -> Request {
    let SCIMUserRequest { active, display_name, emails, name, schemas: _, user_name } = body;
    let whole = format!("{} {}", name.given_name.trim(), name.family_name.trim()).trim().to_owned();
    let primary = emails.iter().find(|email| email.primary).or_else(|| emails.first());
    let email = primary.map(|email| email.value.clone()).unwrap_or_default();
    Request { user_name, email, name: if whole.is_empty() { display_name } else { whole }, active }
}

/// The changes of a body, and what stands beside them.
pub fn changes(body: SCIMPatchRequest) -> (Vec<Operation>, Option<bool>) {
    let SCIMPatchRequest { operations, active, schemas: _ } = body;
    let change = operations.into_iter().map(|change| Operation {
        op: change.op,
        path: change.path,
        value: change.value.unwrap_or_default(),
    });
    (change.collect(), active)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_at_its_last_blank() {
        for (whole, given, family) in [
            ("Bea Smith", "Bea", "Smith"),
            ("Mary  Ann Lee", "Mary  Ann", "Lee"),
            ("Bea", "Bea", ""),
            ("", "", ""),
        ] {
            let SCIMName { given_name, family_name } = name(whole);
            assert_eq!((given_name.as_str(), family_name.as_str()), (given, family), "{whole}");
        }
    }

    #[test]
    fn the_primary_address_counts_and_then_the_first() {
        let email =
            |value: &str, primary| SCIMEmail { primary, value: value.to_owned(), ..SCIMEmail::default() };
        let of = |emails| request(SCIMUserRequest { emails, ..SCIMUserRequest::default() }).email;
        assert_eq!(of(vec![email("a@b.co", false), email("c@d.co", true), email("e@f.co", true)]), "c@d.co");
        assert_eq!(of(vec![email("a@b.co", false), email("c@d.co", false)]), "a@b.co");
        assert_eq!(of(Vec::new()), "");
    }

    #[test]
    fn the_display_name_is_made_of_the_parts_or_is_given_whole() {
        let of = |given: &str, family: &str| {
            let name = SCIMName { given_name: given.to_owned(), family_name: family.to_owned() };
            let display_name = "Whole".to_owned();
            request(SCIMUserRequest { name, display_name, ..SCIMUserRequest::default() }).name
        };
        assert_eq!(of("Bea", " Smith"), "Bea Smith");
        assert_eq!((of("Bea", ""), of("", "Smith")), ("Bea".to_owned(), "Smith".to_owned()));
        assert_eq!(of(" ", ""), "Whole");
    }
}
