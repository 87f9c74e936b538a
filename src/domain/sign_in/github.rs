//! Who somebody at GitHub is, and whether the operator lets them in (auth.md 9.4).

use super::profile::{Profile, picture};
use super::refusal::Refusal;
use crate::domain::error::{Error, Kind};
use crate::domain::provider::{Claims, Failure, Github, GithubAccount, GithubEmail, Tokens};
use crate::model::names::is_email;

/// The profile of whoever these tokens are of.
///
/// # Errors
/// The refusals of auth.md 9.4; 500 when GitHub does not say who it is.
pub(super) async fn profile(github: &Github, tokens: Tokens) -> Result<Profile, Refusal> {
    let client = &github.client;
    let organizations = organizations(github, &tokens).await?;
    let account = client.account(&tokens).await.map_err(unknown)?;
    in_team(github, &tokens, &organizations, &account.login).await?;
    let email = primary(client.emails(&tokens).await.map_err(unknown)?)?;
    let GithubAccount { id, login, name, avatar_url } = account;
    Ok(Profile {
        linked_id: id.to_string(),
        email,
        username: login.replace('_', "-"),
        name: Some(name),
        avatar_url: picture(&avatar_url),
        tokens,
        claims: Claims::new(),
        github_id: github.rules.is_github_com.then_some(id),
        roles: None,
        organizations: None,
    })
}

/// Those of the allowed organizations that somebody is in; nobody is asked where everybody may come.
async fn organizations(github: &Github, tokens: &Tokens) -> Result<Vec<String>, Refusal> {
    let rules = &github.rules;
    if rules.allow_everyone {
        return Ok(Vec::new());
    }
    let mut theirs = github.client.organizations(tokens).await.map_err(unknown)?;
    theirs.retain(|name| rules.organizations.iter().any(|listed| listed.eq_ignore_ascii_case(name)));
    if theirs.is_empty() {
        return Err(Refusal::back_to_login("You aren't a member of the authorized Github organizations!"));
    }
    Ok(theirs)
}

/// Whether somebody is in one of the teams that must be, if any are listed. Teams of other organizations are not asked for: they
/// may have got the name of an allowed one.
async fn in_team(github: &Github, tokens: &Tokens, theirs: &[String], login: &str) -> Result<(), Refusal> {
    let Github { client, rules } = github;
    if rules.allow_everyone || rules.teams.is_empty() {
        return Ok(());
    }
    let of_theirs = |(organization, _): &&(String, String)| {
        theirs.iter().any(|name| name.eq_ignore_ascii_case(organization))
    };
    for team in rules.teams.iter().filter(of_theirs) {
        if client.is_in_team(tokens, team, login).await.map_err(unknown)? {
            return Ok(());
        }
    }
    let names = theirs.join(", ");
    let text = format!("You aren't a member of an authorized team in the {names} Github organization(s)!");
    Err(Refusal::back_to_login(text))
}

fn primary(emails: Vec<GithubEmail>) -> Result<String, Error> {
    let found = emails.into_iter().find(|email| email.primary && email.verified);
    let found = found.ok_or_else(|| Error::invalid("Your primary email must be verified on GitHub!"))?;
    if is_email(&found.email) {
        return Ok(found.email);
    }
    Err(Error::invalid("Your primary email on GitHub cannot be used here.")
        .detail(format!("{:?}", found.email)))
}

/// The code was good, and yet GitHub does not say whose it is.
fn unknown(failure: Failure) -> Error {
    tracing::warn!(%failure, "GitHub does not say who logs in");
    Error::new(Kind::Internal, "Failed to obtain user information from GitHub.").detail(failure.to_string())
}
