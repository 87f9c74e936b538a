//! Deleting users (users.md 3.4).

use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::{audit, notices, users};
use crate::model::ids::UserId;
use crate::model::user::{User, UserRef};
use crate::rbac::{Allowed, Deed, Refusal, act, not_oneself};
use crate::store;

/// Who keeps workspaces for users. Nobody is deleted who has one.
pub trait Workspaces: Sync {
    /// Whether the user owns any that is not deleted.
    fn any_of(&self, user: UserId) -> impl Future<Output = Result<bool, Error>> + Send;
}

/// A deployment in which there are none.
#[derive(Debug, Clone, Copy)]
pub struct NoWorkspaces;

impl Workspaces for NoWorkspaces {
    async fn any_of(&self, _: UserId) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Deletes a user with the keys and memberships; whoever is deleted already stays so. The row stays, for those who look for it
/// by id, and the username and the e-mail address are free again.
///
/// # Errors
/// 404 for whom the caller may not see, 403 for oneself, 417 for somebody with workspaces, 403 for a caller who may not delete
/// users, 400 for an owner, unless an owner asks.
pub async fn delete(ctx: &Ctx, user: &UserRef, workspaces: &impl Workspaces) -> Result<(), Error> {
    let person = users::get(ctx, user).await?;
    ctx.attempts(audit::Action::Delete, audit::user(&person.user));
    let user = person.user.id;
    not_oneself(ctx.me(), &Deed::Delete, user).map_err(undeletable)?;
    if workspaces.any_of(user).await? {
        return Err(has_workspaces());
    }
    let mut turn = ctx.turn().await?;
    let user = turn.person(user).await?.user.clone();
    let leaving: Allowed<User, act::Delete> = turn.subject.may(user).map_err(|_| Error::forbidden())?;
    if leaving.is_system {
        return Err(Error::forbidden());
    }
    turn.check(&Deed::Delete, &leaving).await?.map_err(undeletable)?;
    if leaving.deleted {
        return Ok(());
    }
    let event = ctx.event(audit::Action::Delete, audit::deleted_user(&leaving), 200);
    store::standing::remove(&mut turn.tx, &leaving, ctx.backend().now()).await?;
    turn.tx.commit(vec![event]).await?;
    notices::account_deleted(ctx.backend(), &ctx.person.person.user.username, &leaving);
    Ok(())
}

fn has_workspaces() -> Error {
    let text = "You cannot delete a user that has workspaces. Delete their workspaces and try again!";
    Error::new(Kind::InUse, text)
}

fn undeletable(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Oneself => Error::new(Kind::Forbidden, "You cannot delete yourself!"),
        Refusal::LastOwner => Error::invalid("You cannot delete the last owner."),
        Refusal::Stronger | Refusal::HoldsOwner => Error::invalid("Only owners can delete an owner."),
        Refusal::Role(_) => Error::forbidden(),
    }
}
