//! Sessions that a provider opened hold as long as the provider's own token does (auth.md 2.2, rows 7 to 10).
//!
//! A token that has ended is traded for a new one by whichever request comes first, of whichever replica; the others wait for it,
//! those of one replica together.
//! A refresh token is good for one use at many providers, so that two who use it would end the session.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::ctx::{Backend, Visitor};
use super::error::{Error, Kind, broken};
use super::provider::{Failure, Tokens};
use super::sessions::{signed_out, spoken};
use super::sign_in::Way;
use crate::model::ids::{Secret, UserId};
use crate::model::key::ApiKey;
use crate::model::user::{LoginType, User};
use crate::rbac::{Allowed, act, system};
use crate::store::user_links::{self, UserLink};

/// After this long, whoever wanted to refresh has crashed.
const ABANDONED: TimeDelta = TimeDelta::seconds(60);
/// How long the others look whether it is done.
const PATIENCE: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Whether the provider that opened a session still stands by it. Other keys pass.
///
/// # Errors
/// 401 when it does not; 500 when it is no longer configured.
pub(super) async fn check(visitor: &Visitor, key: &ApiKey, owner: &User) -> Result<(), Error> {
    if !matches!(key.login_type, LoginType::Oidc | LoginType::Github) {
        return Ok(());
    }
    let backend = &visitor.backend;
    let state = backend.store.link_state(owner.id, key.login_type).await.map_err(unreadable)?;
    let state = state.ok_or_else(unlinked)?;
    if !has_ended(state.expires_at, backend.now()) {
        return Ok(());
    }
    backend.refreshing.join(visitor, key.login_type, owner).await.map_err(|error| error.repeated())
}

/// The refreshes under way, each of which all requests wait for that need it.
#[derive(Default)]
pub struct Refreshing(Mutex<HashMap<(UserId, LoginType), Underway>>);

type Underway = Shared<BoxFuture<'static, Result<(), Arc<Error>>>>;

impl Refreshing {
    fn join(&self, visitor: &Visitor, login_type: LoginType, owner: &User) -> Underway {
        let mut underway = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        underway.retain(|_, refresh| refresh.peek().is_none());
        let begin = || begun(visitor.clone(), login_type, owner.clone());
        underway.entry((owner.id, login_type)).or_insert_with(begin).clone()
    }
}

/// In a task of its own: a client that goes away must not take the new token with it.
fn begun(visitor: Visitor, login_type: LoginType, owner: User) -> Underway {
    let background = visitor.backend.background.clone();
    let task = background.spawn(async move { refreshed(&visitor, login_type, owner).await });
    let ended = async { task.await.map_err(broken).and_then(|outcome| outcome).map_err(Arc::new) };
    ended.boxed().shared()
}

fn has_ended(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    end.is_some_and(|end| end < now)
}

fn unreadable(error: crate::store::Error) -> Error {
    Error::from(error).fault_reads("A database error occurred")
}

fn unlinked() -> Error {
    signed_out("You must re-authenticate with the login provider.")
}

const fn called(login_type: LoginType) -> &'static str {
    match login_type {
        LoginType::Github => "GitHub",
        _ => "OpenID Connect",
    }
}

async fn refreshed(visitor: &Visitor, login_type: LoginType, owner: User) -> Result<(), Error> {
    let backend = &visitor.backend;
    let (began, mut pause) = (tokio::time::Instant::now(), BETWEEN_LOOKS);
    let owner: Allowed<User, act::Update> = system::sign_in().may(owner)?;
    loop {
        let link = user_links::find(&backend.store, owner.id, login_type).await.map_err(unreadable)?;
        let link = link.ok_or_else(unlinked)?;
        if !has_ended(link.expires_at, backend.now()) {
            return Ok(());
        }
        let way = refreshable(backend, &link)?;
        let free = link.claimed_at.is_none_or(|at| at < backend.now() - ABANDONED);
        if free && claimed(backend, &owner, &link).await? {
            return refresh(backend, &way, &owner, link).await;
        }
        if began.elapsed() > PATIENCE {
            return Err(failed(login_type, "another request is still trying"));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// By whom an ended token can be traded.
fn refreshable(backend: &Backend, link: &UserLink) -> Result<Way, Error> {
    if link.refresh_token.expose().is_empty() {
        let end = spoken(link.expires_at.unwrap_or_default());
        let called = called(link.login_type);
        return Err(signed_out(format!("{called} session expired at \"{end}\". Try signing in again.")));
    }
    let gone = || broken("the identity provider of this session is no longer configured");
    Way::of_link(backend, link).ok_or_else(gone)
}

async fn claimed(
    backend: &Backend,
    owner: &Allowed<User, act::Update>,
    link: &UserLink,
) -> Result<bool, Error> {
    let now = backend.now();
    let mut tx = backend.store.write().await?;
    let claimed = user_links::claim_refresh(&mut tx, owner, link, now, now - ABANDONED).await?;
    tx.commit_unaudited("nothing changes yet").await?;
    Ok(claimed)
}

async fn refresh(
    backend: &Backend,
    way: &Way,
    owner: &Allowed<User, act::Update>,
    link: UserLink,
) -> Result<(), Error> {
    let answer = way.refresh(backend, &link.refresh_token).await;
    let after = match &answer {
        Ok(Tokens { access, refresh, expires_at }) => UserLink {
            access_token: access.clone(),
            refresh_token: refresh.clone(),
            expires_at: *expires_at,
            ..link.clone()
        },
        // Never good again: the next request need not ask.
        Err(Failure::Refused { error, .. }) if error == "invalid_grant" => {
            UserLink { refresh_token: Secret::new(""), ..link.clone() }
        }
        Err(_) => link.clone(),
    };
    let mut tx = backend.store.write().await?;
    user_links::set_tokens(&mut tx, owner, &link, &after).await?;
    tx.commit_unaudited("a token of the provider is no event of ours").await?;
    answer.map(drop).map_err(|failure| failed(link.login_type, &failure.to_string()))
}

fn failed(login_type: LoginType, why: &str) -> Error {
    tracing::info!(why, "a provider's token could not be refreshed");
    let called = called(login_type);
    let text =
        format!("Could not refresh expired {called} token. Try re-authenticating to resolve this issue.");
    Error::new(Kind::Unauthenticated, text).detail(why)
}
