//! What is personal of a user: who may read it, and who may change it (users.md 1.6).

use std::sync::Arc;

use super::ctx::Ctx;
use super::error::Error;
use super::users;
use crate::model::user::{Person, UserRef};
use crate::rbac::{Allowed, act};

/// The person that a path names, for those who may see what is personal of it.
///
/// # Errors
/// 404, also for whom the caller may see otherwise.
pub async fn to_read(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>, act::ReadPersonal>, Error> {
    let person = users::get(ctx, user).await?.into_inner();
    Ok(ctx.subject.may(person)?)
}

/// The person that a path names, for those who may change what is personal of it: all that is checked before a body is read.
///
/// # Errors
/// 404, also for whom the caller may see otherwise, and for the deleted.
pub async fn to_change(
    ctx: &Ctx,
    user: &UserRef,
) -> Result<Allowed<Arc<Person>, act::UpdatePersonal>, Error> {
    let person = users::get(ctx, user).await?.into_inner();
    still_there(&person)?;
    Ok(ctx.subject.may(person)?)
}

/// Whether nobody deleted the person; the deleted keep what they had, and are found by id.
pub(super) fn still_there(person: &Person) -> Result<(), Error> {
    if person.user.deleted { Err(Error::not_found()) } else { Ok(()) }
}
