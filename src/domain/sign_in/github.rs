//! Who somebody at GitHub is, and whether the operator lets them in (auth.md 9.4).

use super::failure::exchange_failed;
use super::profile::Profile;
use super::refusal::Refusal;
use crate::domain::error::Error;
use crate::domain::provider::{Claims, Github, GithubAccount, GithubEmail, GithubRules, Tokens};

/// The profile of whoever these tokens are of.
pub(super) async fn profile(github: &Github, tokens: Tokens) -> Result<Profile, Refusal> {
    let Github { client, rules } = github;
    if !rules.allow_everyone {
        let theirs = client.organizations(&tokens).await.map_err(exchange_failed)?;
        in_organization(rules, &theirs)?;
    }
    let account = client.account(&tokens).await.map_err(exchange_failed)?;
    let email = primary(client.emails(&tokens).await.map_err(exchange_failed)?)?;
    let GithubAccount { id, login, name, avatar_url } = account;
    Ok(Profile {
        linked_id: id.to_string(),
        email,
        username: login.replace('_', "-"),
        name: Some(name),
        avatar_url,
        tokens,
        claims: Claims::new(),
        github_id: rules.is_github_com.then_some(id),
        roles: None,
        organizations: None,
    })
}

fn in_organization(rules: &GithubRules, theirs: &[String]) -> Result<(), Refusal> {
    let allowed = |name: &String| rules.organizations.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    if theirs.iter().any(allowed) {
        return Ok(());
    }
    Err(Refusal::back_to_login("You aren't a member of the authorized Github organizations!"))
}

fn primary(emails: Vec<GithubEmail>) -> Result<String, Error> {
    let found = emails.into_iter().find(|email| email.primary && email.verified);
    let found = found.ok_or_else(|| Error::invalid("Your primary email must be verified on GitHub!"))?;
    Ok(found.email)
}
