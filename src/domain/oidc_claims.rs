//! What the provider said of a user at the last login (auth.md 8.2).

use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::provider::Claims;
use crate::model::user::LoginType;
use crate::rbac::{Allowed, Personal, act};
use crate::store::user_links;

/// The caller's own claims.
///
/// # Errors
/// 400 for somebody who logs in otherwise, 404 for a key that may not see what is personal, 500 for somebody who never logged in.
pub async fn get(ctx: &Ctx) -> Result<Allowed<Personal<Claims>, act::ReadPersonal>, Error> {
    let user = &ctx.person.person.user;
    if user.login_type != LoginType::Oidc {
        return Err(Error::invalid("User is not an OIDC user."));
    }
    let link = user_links::find(ctx.store(), user.id, LoginType::Oidc).await?;
    let link = link.ok_or_else(|| Error::new(Kind::Internal, "Failed to get user link."))?;
    Ok(ctx.subject.may(Personal { user: user.id, thing: link.claims })?)
}
