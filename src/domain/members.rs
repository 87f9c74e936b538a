//! Members of organizations: list, page, get, add, remove (members.md 3 to 6).

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::{organizations, users};
use crate::model::ids::OrgId;
use crate::model::organization::{Member, MemberWithUser, OrgRef, Organization};
use crate::model::page::Page;
use crate::model::search::{MemberFilter, UserFilter};
use crate::model::user::{LoginType, UserRef};
use crate::rbac::{
    AllMembers, Allowed, Deed, NewMember, ORGANIZATION_MEMBER, Object, Refusal, Resource, act, may_grant,
    not_oneself,
};
use crate::store::audit::Membership;
use crate::store::{self, Diff, Unique, members};

/// The members that the caller may see and that match.
///
/// # Errors
/// 404 for the organization, 400 for a query that makes no sense.
pub async fn list(
    ctx: &Ctx,
    organization: &OrgRef,
    query: &str,
) -> Result<Vec<Allowed<MemberWithUser>>, Error> {
    let organization = organizations::get(ctx, organization).await?;
    let invalid = |fields| Error::invalid("Invalid organization member search query.").fields(fields);
    let filter = MemberFilter::parse(query).map_err(invalid)?;
    let scope = ctx.subject.scope(Resource::OrganizationMember);
    Ok(members::select(ctx.store(), organization.id, &scope, &filter).await?)
}

/// A page of all members, for those who may see all of them.
///
/// `page` is asked for after the query was read, since its errors come second.
///
/// # Errors
/// 404 for the organization, 400 for the query, then for the page, 404 for a caller who may not see all members.
pub async fn page(
    ctx: &Ctx,
    organization: &OrgRef,
    query: &str,
    page: impl FnOnce() -> Result<Page, Error>,
) -> Result<(Vec<Allowed<MemberWithUser>>, u64), Error> {
    let organization = organizations::get(ctx, organization).await?;
    let invalid = |fields| Error::invalid("Invalid member search query.").fields(fields);
    let filter = UserFilter::parse(query).map_err(invalid)?;
    let page = page()?;
    let all: Allowed<AllMembers> = ctx.subject.may(AllMembers(organization.id))?;
    let found = members::select_page(ctx.store(), &all, &filter, page).await?;
    let scope = ctx.subject.scope(Resource::OrganizationMember);
    Ok((found.rows.into_iter().filter_map(|member| scope.admit(member)).collect(), found.count))
}

/// One member, if the caller may see the membership; the user's own record is not asked for (members.md 1.2).
///
/// # Errors
/// 404.
pub async fn get(ctx: &Ctx, organization: &OrgRef, user: &UserRef) -> Result<Allowed<MemberWithUser>, Error> {
    let organization = organizations::get(ctx, organization).await?;
    let member = find(ctx, organization.id, user).await?;
    if member.user.is_system { Err(Error::not_found()) } else { Ok(member) }
}

/// A member, also a system user, if the caller may see the membership.
pub(super) async fn find(
    ctx: &Ctx,
    organization: OrgId,
    user: &UserRef,
) -> Result<Allowed<MemberWithUser>, Error> {
    let person = users::find(ctx, user).await?.ok_or_else(Error::not_found)?;
    let member = members::find(ctx.store(), organization, person.user.id).await?;
    Ok(ctx.subject.may(member.ok_or_else(Error::not_found)?)?)
}

/// Puts a user into an organization.
///
/// # Errors
/// 404 for what may not be seen or done and for a deleted organization, 403 when the caller's roles may not grant
/// membership, 400 for a member.
pub async fn add(
    ctx: &Ctx,
    organization: &OrgRef,
    user: &UserRef,
) -> Result<Allowed<NewMember, act::Create>, Error> {
    let organization = organizations::get(ctx, organization).await?;
    let person = users::get(ctx, user).await?;
    if person.user.login_type == LoginType::Oidc && ctx.backend().providers.decide_organizations() {
        return Err(decided_by_provider(&person.user.username));
    }
    let mut turn = ctx.turn().await?;
    let person = turn.person(person.user.id).await?;
    let user = &person.user;
    let assigning = Object::of(Resource::AssignOrgRole).within(organization.id);
    let _may_assign: Allowed<Object, act::Assign> = turn.subject.may(assigning)?;
    if !may_grant(turn.subject.granted(), ORGANIZATION_MEMBER, Some(organization.id)) {
        let role = format!("{ORGANIZATION_MEMBER}:{}", organization.id);
        return Err(Error::new(Kind::Forbidden, format!("not authorized to assign role {role:?}")));
    }
    let member = Member::joining(organization.id, user.id, ctx.backend().now());
    let joining = turn.subject.may(NewMember(member))?;
    if user.deleted {
        return Err(Error::not_found());
    }
    let already = || already_member(&user.username, &organization);
    members::insert(&mut turn.tx, &joining).await.map_err(|error| taken(error, already))?;
    let told = Membership { member: joining.0.clone(), username: user.username.clone() };
    let told = audit::member(organization.id, user).with(Diff::created(&told));
    let event = ctx.event(audit::Action::Create, told, 200);
    turn.tx.commit(vec![event]).await.map_err(|error| taken(error, already))?;
    // Not asked again as a read: a key that may add but not read must not be told that nothing was found.
    Ok(joining)
}

fn decided_by_provider(username: &str) -> Error {
    let text = "Organization sync is enabled for OIDC users, meaning manual organization assignment is not allowed for this user. Have the user re-login to refresh their organizations.";
    let detail = format!(
        "User {username} is an OIDC user, and the identity provider says which organizations it belongs to."
    );
    Error::invalid(text).detail(detail)
}

fn already_member(username: &str, organization: &Organization) -> Error {
    let detail = format!("{username} is already a member of {}", organization.display_name);
    Error::invalid("User is already an organization member").detail(detail)
}

/// The database finds out, before and beside any check of ours.
fn taken(error: store::Error, already: impl FnOnce() -> Error) -> Error {
    match error {
        store::Error::Taken(Unique::Membership) => already(),
        store::Error::Dangling => Error::not_found(),
        other => other.into(),
    }
}

/// Takes a user out of an organization.
///
/// # Errors
/// 404 for what may not be seen or done, 400 for oneself, whatever one may.
pub async fn remove(ctx: &Ctx, organization: &OrgRef, user: &UserRef) -> Result<(), Error> {
    let organization = organizations::get(ctx, organization).await?.id;
    let member = find(ctx, organization, user).await?;
    if !member.user.is_system {
        ctx.attempts(audit::Action::Delete, audit::member(organization, &member.user));
    }
    let user = member.user.id;
    not_oneself(ctx.me(), &Deed::Remove, user).map_err(unremovable)?;
    let mut turn = ctx.turn().await?;
    let member = turn.member(organization, user).await?.into_inner();
    if member.user.is_system {
        return Err(Error::not_found());
    }
    turn.check(&Deed::Remove, &member.user).await?.map_err(unremovable)?;
    let told = audit::member(organization, &member.user).with(Diff::deleted(&audit::membership(&member)));
    let event = ctx.event(audit::Action::Delete, told, 204);
    let leaving: Allowed<MemberWithUser, act::Delete> = turn.subject.may(member)?;
    if !members::remove(&mut turn.tx, &leaving).await? {
        return Err(Error::not_found());
    }
    Ok(turn.tx.commit(vec![event]).await?)
}

fn unremovable(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Oneself => Error::invalid("cannot remove self from an organization"),
        _ => Error::not_found(),
    }
}
