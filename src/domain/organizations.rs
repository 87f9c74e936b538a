//! Organizations: list, get, and those of a user (members.md 1.1, 8 and 9).

use super::ctx::Ctx;
use super::error::Error;
use super::users;
use crate::model::organization::{OrgRef, Organization};
use crate::model::user::UserRef;
use crate::rbac::{Allowed, Resource};
use crate::store::organizations;

/// The organization that a path names, if the caller may see it.
///
/// # Errors
/// 404, the same for those that are not there and those that may not be seen.
pub async fn get(ctx: &Ctx, organization: &OrgRef) -> Result<Allowed<Organization>, Error> {
    let found = organizations::find(ctx.store(), organization).await?.ok_or_else(Error::not_found)?;
    Ok(ctx.subject.may(found)?)
}

/// All organizations that the caller may see, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx) -> Result<Vec<Allowed<Organization>>, Error> {
    let scope = ctx.subject.scope(Resource::Organization);
    Ok(organizations::select(ctx.store(), &scope).await?)
}

/// The organizations of a user that the caller may see, by name.
///
/// # Errors
/// 404 when the caller may not see the user.
pub async fn list_of_user(ctx: &Ctx, user: &UserRef) -> Result<Vec<Allowed<Organization>>, Error> {
    let user = users::get(ctx, user).await?;
    let scope = ctx.subject.scope(Resource::Organization);
    Ok(organizations::select_of_user(ctx.store(), &scope, user.user.id).await?)
}

/// An organization by name, for a path that also names a user. Whether the user is a member is not asked
/// (users.md 3.12).
///
/// # Errors
/// 404 when the caller may not see the user or the organization.
pub async fn get_of_user(ctx: &Ctx, user: &UserRef, name: &str) -> Result<Allowed<Organization>, Error> {
    users::get(ctx, user).await?;
    get(ctx, &OrgRef::Name(name.to_owned())).await
}
