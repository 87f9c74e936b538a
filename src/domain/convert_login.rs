//! The start of a change from logging in with a password to logging in by a provider (auth.md 8.1). Nothing is changed yet.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::audit;
use super::convert_cookie::{Claims, mark, sign};
use super::ctx::Ctx;
use super::error::Error;
use super::sessions;
use super::sign_in::{STATE_LENGTH, STATE_PREFIX};
use super::users;
use super::validate::Fields;
use crate::model::ids::{Secret, UserId};
use crate::model::user::{LoginType, Person, UserRef};
use crate::rbac::Allowed;
use crate::store::Diff;
use crate::store::audit::Conversion as Begun;
use crate::store::credentials::{self, Credentials};

/// How long the provider and the user may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// A conversion that has begun.
#[derive(Debug)]
pub struct Conversion {
    /// What the provider's route is to be opened with.
    pub state: Secret,
    /// The signed value of the cookie that must come back with it.
    pub cookie: Secret,
    /// How long the cookie is good.
    pub lifetime: TimeDelta,
    /// When that ends.
    pub expires_at: DateTime<Utc>,
    /// To this.
    pub to: LoginType,
    /// Whose.
    pub user: UserId,
}

/// The user that the path names: all that is checked before the body is read.
///
/// # Errors
/// 404 for whom the caller may not see.
pub async fn user_to_convert(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    users::get(ctx, user).await
}

/// Begins to change how a user logs in. The caller need not be the user, and must know the user's password.
///
/// # Errors
/// 400, 401 and 403 in the order of auth.md 8.1.
pub async fn begin(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>>,
    to_type: &str,
    password: &Secret,
) -> Result<Conversion, Error> {
    let password = password.expose();
    Fields::default().required("password", password).required("to_type", to_type).finish()?;
    let to = convertible(to_type)?;
    let found = credentials::find(ctx.store(), person.user.id).await?;
    let checked = sessions::check_password(ctx.backend(), found, password).await?;
    let conversion = signed(ctx, &checked, to)?;
    let from = checked.user;
    let begun = Begun {
        created_at: conversion.expires_at - LIFETIME,
        expires_at: conversion.expires_at,
        from: from.login_type.as_str(),
        to: to.as_str(),
        user: from.id,
    };
    let target = audit::conversion(from.id, to.as_str()).with(Diff::created(&begun));
    let tx = ctx.store().write().await?;
    tx.commit(vec![ctx.event(audit::Action::Create, target, 201)]).await?;
    Ok(conversion)
}

fn convertible(to_type: &str) -> Result<LoginType, Error> {
    let cannot = || Error::invalid(format!("Cannot convert to login type {to_type:?}."));
    let unknown = || Error::invalid(format!("Unknown login type {to_type:?}."));
    match LoginType::parse(to_type) {
        Some(to @ (LoginType::Github | LoginType::Oidc)) => Ok(to),
        Some(LoginType::None | LoginType::Password | LoginType::Token) => Err(cannot()),
        Some(LoginType::Oauth2ProviderApp) | None => Err(unknown()),
    }
}

fn signed(ctx: &Ctx, from: &Credentials, to: LoginType) -> Result<Conversion, Error> {
    let (backend, user) = (ctx.backend(), from.user.id);
    let state = Secret::new(format!("{STATE_PREFIX}{}", backend.ids.text(STATE_LENGTH).expose()));
    let now = backend.now();
    let expires_at = now + LIFETIME;
    let claims = Claims {
        deployment_id: backend.deployment,
        user_id: user.0,
        state: state.expose().to_owned(),
        from_login_type: from.user.login_type.as_str().to_owned(),
        to_login_type: to.as_str().to_owned(),
        iat: now.timestamp(),
        exp: expires_at.timestamp(),
        password_mark: mark(&from.password, &backend.signing_key),
    };
    let cookie = sign(&claims, &backend.signing_key)?;
    Ok(Conversion { state, cookie, lifetime: LIFETIME, expires_at, to, user })
}
