//! Passwords that are changed by those who know the old one, or by those who look after accounts (users.md 3.13), and how strong
//! one is (auth.md 6.4).

use std::sync::Arc;

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::users;
use super::validate::Fields;
use crate::model::ids::{Secret, UserId};
use crate::model::password;
use crate::model::user::{LoginType, Person, User, UserRef};
use crate::rbac::{self, Allowed, Deed, Refusal, Subject, act};
use crate::store::credentials::{self, Credentials};
use crate::store::{Tx, keys};

/// How often a change begins anew because the password's hash was another one when it was about to be replaced.
const TRIES: usize = 4;

/// What is asked for.
#[derive(Debug)]
pub struct Request {
    /// The password so far; empty when it was not given.
    pub old: Secret,
    /// The new one.
    pub new: Secret,
}

/// Whether a password is strong enough; if not, why.
///
/// # Errors
/// 400 for none.
pub fn validate(password: &str) -> Result<Result<(), String>, Error> {
    Fields::default().required("password", password).finish()?;
    Ok(password::check(password))
}

/// The user whose password the caller is about to change: all that is checked before the body is read.
///
/// # Errors
/// 404 for those whose password is not the caller's business, 400 for owners when the caller is none.
pub async fn user_to_change(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let person = users::get(ctx, user).await?;
    ctx.attempts(audit::Action::Write, audit::user(&person.user));
    let _may = may_change(&ctx.subject, &person.user)?;
    rbac::check(&ctx.subject, &Deed::ChangePassword, &person.user, 0).map_err(refused)?;
    Ok(person)
}

/// Sets a user's password and ends all of the user's sessions and tokens, also the one that asks.
///
/// Of two changes at the same time the second one is decided on what the first one left: an old password that is none any more
/// is incorrect.
///
/// # Errors
/// 400 in the order of users.md 3.13, 404 for a user who is gone.
pub async fn set(ctx: &Ctx, person: &Allowed<Arc<Person>>, request: Request) -> Result<(), Error> {
    Fields::default().required("password", request.new.expose()).finish()?;
    check_request(ctx, &person.user, &request)?;
    let hasher = &ctx.backend().hasher;
    let mut hash = None;
    for _ in 0..TRIES {
        let known = credentials::find(ctx.store(), person.user.id).await?.ok_or_else(Error::not_found)?;
        check_known(ctx, &known, &request).await?;
        let new = match hash.take() {
            Some(new) => new,
            None => hasher.hash(request.new.expose()).await?,
        };
        if write(ctx, &known, &new).await? {
            return Ok(());
        }
        hash = Some(new);
    }
    Err(Error::new(Kind::Unavailable, "The password is being changed by others. Please try again."))
}

fn check_request(ctx: &Ctx, user: &User, request: &Request) -> Result<(), Error> {
    check_kind(user)?;
    if user.id == ctx.me() && request.old.expose().is_empty() {
        return Err(Error::invalid("Old password is required."));
    }
    check_strength(&request.new)
}

fn check_kind(user: &User) -> Result<(), Error> {
    if user.deleted {
        return Err(Error::not_found());
    }
    if user.login_type != LoginType::Password {
        return Err(Error::invalid("Users without password login type cannot change their password."));
    }
    Ok(())
}

/// The answer to a weak new password, wherever one is given.
pub(super) fn check_strength(new: &Secret) -> Result<(), Error> {
    let weak = |why| Error::invalid("Invalid password.").field("password", why);
    password::check(new.expose()).map_err(weak)
}

/// Whoever gives an old password must know it, and nobody sets the one that is set.
async fn check_known(ctx: &Ctx, known: &Credentials, request: &Request) -> Result<(), Error> {
    let hasher = &ctx.backend().hasher;
    let old = request.old.expose();
    if !old.is_empty() && !hasher.verify(old, Some(&known.password)).await? {
        let text = "Old password is incorrect.";
        return Err(Error::invalid(text).field("old_password", text));
    }
    if hasher.verify(request.new.expose(), Some(&known.password)).await? {
        return Err(matches_old());
    }
    Ok(())
}

/// The answer to a new password that is none.
pub(super) fn matches_old() -> Error {
    Error::invalid("New password cannot match old password.")
}

/// False when the password is another one than what was decided on.
async fn write(ctx: &Ctx, known: &Credentials, hash: &Secret) -> Result<bool, Error> {
    let mut turn = ctx.turn().await?;
    let user = turn.person(known.user.id).await?.user.clone();
    check_kind(&user)?;
    let may = may_change(&turn.subject, &user)?;
    turn.check(&Deed::ChangePassword, &user).await?.map_err(refused)?;
    turn.tx.hold_credentials(user.id).await?;
    let Some(now) = still(&turn.tx, user.id, &known.password).await? else { return Ok(false) };
    let until = now.passcode.map(|(_, until)| until);
    let told = audit::other_password(&user, &now.password, until, hash);
    let event = ctx.event(audit::Action::Write, told, 204);
    // Keys before their owner, as whoever writes both does it.
    keys::remove_all_of(&mut turn.tx, &may).await?;
    credentials::set_password(&mut turn.tx, &may, hash).await?;
    turn.tx.commit(vec![event]).await?;
    Ok(true)
}

/// The credentials, if the password's hash is still this one.
async fn still(tx: &Tx, user: UserId, hash: &Secret) -> Result<Option<Credentials>, Error> {
    Ok(credentials::find(tx, user).await?.filter(|now| now.password == *hash))
}

fn may_change(subject: &Subject, user: &User) -> Result<Allowed<User, act::UpdatePersonal>, Error> {
    Ok(subject.may(user.clone())?)
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Stronger => Error::invalid("Only owners can change the password of an owner."),
        Refusal::Oneself | Refusal::HoldsOwner | Refusal::LastOwner | Refusal::Role(_) => Error::forbidden(),
    }
}
