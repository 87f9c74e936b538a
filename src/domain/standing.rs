//! Suspending and activating users (users.md 3.19 and 3.20). Keys stay as they are, and are refused while their owner is
//! suspended.

use std::sync::Arc;

use super::ctx::{Backend, Ctx};
use super::error::Error;
use super::turn::Turn;
use super::{audit, notices, users};
use crate::model::ids::UserId;
use crate::model::user::{Person, User, UserRef, UserStatus};
use crate::rbac::{Allowed, Deed, Refusal, Subject, act, not_oneself};
use crate::store::{self, AuditTarget, Tx};

/// Locks a user out.
///
/// # Errors
/// 404 for whom the caller may not see and for the deleted, 400 for oneself and for an owner, 403 for a caller who may not
/// change users.
pub async fn suspend(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let user = to_change(ctx, user).await?;
    not_oneself(ctx.me(), &Deed::Suspend, user).map_err(unsuspendable)?;
    let turn = ctx.turn().await?;
    let person = living(&turn, user).await?;
    turn.check(&Deed::Suspend, &person.user).await?.map_err(unsuspendable)?;
    set(ctx, turn, &person, UserStatus::Suspended).await
}

/// Lets a user in again, also one who was dormant only.
///
/// # Errors
/// 404 for whom the caller may not see and for the deleted, 403 for a caller who may not change users.
pub async fn activate(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let user = to_change(ctx, user).await?;
    let turn = ctx.turn().await?;
    let person = living(&turn, user).await?;
    set(ctx, turn, &person, UserStatus::Active).await
}

async fn to_change(ctx: &Ctx, user: &UserRef) -> Result<UserId, Error> {
    let person = users::get(ctx, user).await?;
    ctx.attempts(audit::Action::Write, audit::user(&person.user));
    Ok(person.user.id)
}

async fn living(turn: &Turn, user: UserId) -> Result<Allowed<Arc<Person>>, Error> {
    let person = turn.person(user).await?;
    if person.user.deleted {
        return Err(Error::not_found());
    }
    if person.user.is_system { Err(Error::forbidden()) } else { Ok(person) }
}

async fn set(
    ctx: &Ctx,
    mut turn: Turn,
    person: &Person,
    status: UserStatus,
) -> Result<Allowed<Arc<Person>>, Error> {
    let changed = User { status, updated_at: ctx.backend().now(), ..person.user.clone() };
    let told = write(&mut turn.tx, &turn.subject, &person.user, &changed).await?;
    let event = ctx.event(audit::Action::Write, told, 200);
    let person = Person { user: changed, memberships: person.memberships.clone() };
    let answer: Allowed<Arc<Person>> = turn.subject.may(Arc::new(person))?;
    turn.tx.commit(vec![event]).await?;
    tell(ctx.backend(), &ctx.person.person.user.username, &answer.user);
    Ok(answer)
}

/// Writes what became of a user, whoever decided that. What is to be told of it in the audit log.
///
/// # Errors
/// 403 for an actor who may not change users, 404 for a user who was deleted meanwhile.
pub(super) async fn write(
    tx: &mut Tx,
    subject: &Subject,
    user: &User,
    changed: &User,
) -> Result<AuditTarget, Error> {
    let may: Allowed<User, act::Update> = subject.may(changed.clone()).map_err(|_| Error::forbidden())?;
    if !store::standing::set_status(tx, &may).await? {
        return Err(Error::not_found());
    }
    Ok(audit::changed_user(&user.into(), &changed.into()))
}

/// Tells by letter what became of a user, and who did it. To be called after the commit.
pub(super) fn tell(backend: &Backend, by: &str, user: &User) {
    let tell = match user.status {
        UserStatus::Suspended => notices::account_suspended,
        UserStatus::Active | UserStatus::Dormant => notices::account_activated,
    };
    tell(backend, by, user);
}

/// Why somebody is not suspended, in the words of users.md 3.19.
pub(super) fn unsuspendable(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Oneself => Error::invalid("You cannot suspend yourself."),
        Refusal::HoldsOwner | Refusal::LastOwner | Refusal::Stronger => Error::invalid(
            "You cannot suspend a user with the \"owner\" role. You must remove the role first.",
        ),
        Refusal::Role(_) => Error::forbidden(),
    }
}
