//! What the claims of an OpenID provider mean (auth.md 9.2).

use serde_json::Value;

use super::failure::exchange_failed;
use super::profile::{Profile, picture};
use super::refusal::Refusal;
use super::{sync, username};
use crate::domain::error::{Error, Kind};
use crate::domain::provider::{Claims, Failure, OidcRules, Vouched};
use crate::model::ids::Ids;
use crate::model::names::is_email;

/// What is answered for a return that leads to nobody.
pub(super) fn not_believed(failure: Failure) -> Error {
    match failure {
        Failure::NoIdToken => Error::invalid(
            "id_token not found in response payload. Ensure your OIDC callback is configured correctly!",
        ),
        Failure::BadIdToken(why) => Error::invalid("Failed to verify OIDC token.").detail(why),
        Failure::NoSubject => {
            Error::invalid("OIDC token missing 'sub' claim field or 'sub' claim field is empty.")
        }
        Failure::NoUserinfo(why) => {
            Error::new(Kind::Internal, "Failed to obtain user information claims.").detail(why)
        }
        other => exchange_failed(other),
    }
}

/// The profile that the claims make, if the operator lets in whom they are about.
pub(super) fn profile(rules: &OidcRules, ids: &Ids, vouched: Vouched) -> Result<Profile, Refusal> {
    let Vouched { issuer, subject, claims, tokens } = vouched;
    let claimed_name = text(&claims, &rules.username_field).unwrap_or_default();
    let email = email(rules, &claims, claimed_name)?;
    verified(rules, &claims, &email)?;
    of_listed_domain(rules, &email)?;
    Ok(Profile {
        linked_id: format!("{issuer}||{subject}"),
        username: username::derived(ids, claimed_name, &email),
        name: text(&claims, &rules.name_field).map(str::to_owned),
        avatar_url: picture(text(&claims, "picture").unwrap_or_default()),
        github_id: None,
        roles: sync::roles(&rules.roles, &claims),
        organizations: sync::organizations(&rules.organizations, &claims),
        email,
        tokens,
        claims,
    })
}

fn text<'c>(claims: &'c Claims, field: &str) -> Option<&'c str> {
    claims.get(field).and_then(Value::as_str)
}

fn email(rules: &OidcRules, claims: &Claims, claimed_name: &str) -> Result<String, Error> {
    let found = match claims.get(&rules.email_field) {
        Some(Value::String(email)) => email.as_str(),
        Some(Value::Null) | None if is_email(claimed_name) => claimed_name,
        Some(Value::Null) | None => return Err(Error::invalid("No email found in OIDC payload!")),
        Some(_) => return Err(Error::invalid("Email in OIDC payload isn't a string.")),
    };
    if is_email(found) {
        return Ok(found.to_owned());
    }
    Err(Error::invalid("Email in OIDC payload isn't an email address.").detail(format!("{found:?}")))
}

fn verified(rules: &OidcRules, claims: &Claims, email: &str) -> Result<(), Refusal> {
    if rules.ignore_email_verified || claims.get("email_verified").is_some_and(means_yes) {
        return Ok(());
    }
    let text = format!(
        "Your email {email:?} has not been verified by the identity provider. Verify it there, then try again."
    );
    Err(Refusal::page("Email not verified", text))
}

/// Some providers write truth as a text or a number; what is none of either is no truth.
fn means_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => ["true", "1", "t"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes)),
        Value::Number(number) => number.as_f64() == Some(1.0),
        _ => false,
    }
}

fn of_listed_domain(rules: &OidcRules, email: &str) -> Result<(), Refusal> {
    let domain = email.rsplit('@').next().unwrap_or_default();
    if rules.email_domains.is_empty()
        || rules.email_domains.iter().any(|listed| domain.eq_ignore_ascii_case(listed))
    {
        return Ok(());
    }
    let text =
        format!("Your email {email:?} is not from an authorized domain! Please contact your administrator.");
    Err(Refusal::page("Unauthorized email", text))
}
