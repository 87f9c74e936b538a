//! Groups of members of an organization: list, get, and who is in them (neighbours.md 1); making, changing and deleting them is in
//! `write`.
//!
//! Whoever may read a group is told how many are in it, and sees of them those that `group_member` lets it see.

mod write;

use std::collections::HashMap;

use uuid::Uuid;

use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::{organizations, users};
use crate::model::group::{GroupFilter, GroupMember, ListedGroup};
use crate::model::ids::{GroupId, OrgId, UserId};
use crate::model::organization::OrgRef;
use crate::model::page::{FieldError, Page};
use crate::model::search::UserFilter;
use crate::model::user::UserRef;
use crate::rbac::{Allowed, Resource, Scope, act};
use crate::store::groups;

pub use write::{Change, Request, create, delete, group_to_change, update};

/// A group, and who of those in it the caller sees.
#[derive(Debug)]
pub struct Shown<V = act::Read> {
    /// The group.
    pub group: Allowed<ListedGroup, V>,
    /// By username; none when nobody asked for them.
    pub members: Vec<Allowed<GroupMember>>,
}

/// Which groups to list, as asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// In this organization.
    pub organization: Option<OrgRef>,
    /// Having this member.
    pub member: Option<UserRef>,
    /// Among these.
    pub ids: Option<Vec<GroupId>>,
}

/// The group with the id in a path, if the caller may see it. What is no id names none.
///
/// # Errors
/// 404, the same for those that are not there and those that may not be seen.
pub async fn get(ctx: &Ctx, id: &str) -> Result<Allowed<ListedGroup>, Error> {
    find(ctx, Uuid::try_parse(id).map(GroupId).map_err(|_| Error::not_found())?).await
}

/// A group by id, if the caller may see it.
pub(super) async fn find(ctx: &Ctx, id: GroupId) -> Result<Allowed<ListedGroup>, Error> {
    let found = groups::find(ctx.store(), id).await?.ok_or_else(Error::not_found)?;
    Ok(ctx.subject.may(found)?)
}

/// A group of an organization by name, whatever the case, if the caller may see both.
///
/// # Errors
/// As [`organizations::get`] and [`get`].
pub async fn get_named(ctx: &Ctx, organization: &OrgRef, name: &str) -> Result<Allowed<ListedGroup>, Error> {
    let organization = organizations::get(ctx, organization).await?.id;
    let found = groups::find_named(ctx.store(), organization, name).await?.ok_or_else(Error::not_found)?;
    Ok(ctx.subject.may(found)?)
}

/// The groups of an organization that the caller may see, by name.
///
/// # Errors
/// As [`organizations::get`].
pub async fn list_of_organization(ctx: &Ctx, organization: &OrgRef) -> Result<Vec<Shown>, Error> {
    let organization = Some(organizations::get(ctx, organization).await?.id);
    select(ctx, &GroupFilter { organization, ..GroupFilter::default() }).await
}

/// The groups that are asked for and that the caller may see, by organization and name.
///
/// # Errors
/// 400 for an organization or a user by a name that nothing has which the caller may see. Ids are not looked up.
pub async fn list(ctx: &Ctx, wanted: Wanted) -> Result<Vec<Shown>, Error> {
    let Wanted { organization, member, ids } = wanted;
    let mut bad = Vec::new();
    let organization = match organization {
        Some(named) => known("organization", organization_id(ctx, &named).await, &mut bad)?,
        None => None,
    };
    let member = match member {
        Some(named) => known("has_member", user_id(ctx, &named).await, &mut bad)?,
        None => None,
    };
    if !bad.is_empty() {
        return Err(Error::invalid("Query parameters have invalid values.").fields(bad));
    }
    select(ctx, &GroupFilter { organization, member, ids }).await
}

/// What is not found is a bad parameter.
fn known<T>(parameter: &str, found: Result<T, Error>, bad: &mut Vec<FieldError>) -> Result<Option<T>, Error> {
    match found {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.kind() == Kind::NotFound => {
            let detail =
                format!("Query param {parameter:?} names what does not exist, or what you may not see");
            bad.push(FieldError::new(parameter, detail));
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

async fn organization_id(ctx: &Ctx, organization: &OrgRef) -> Result<OrgId, Error> {
    match organization {
        OrgRef::Id(id) => Ok(*id),
        named => Ok(organizations::get(ctx, named).await?.id),
    }
}

async fn user_id(ctx: &Ctx, user: &UserRef) -> Result<UserId, Error> {
    match user {
        UserRef::Id(id) => Ok(*id),
        named => Ok(users::get(ctx, named).await?.user.id),
    }
}

async fn select(ctx: &Ctx, filter: &GroupFilter) -> Result<Vec<Shown>, Error> {
    let (scope, seen) = (ctx.subject.scope(Resource::Group), members_seen(ctx));
    let found = groups::select(ctx.store(), &scope, filter, &seen).await?;
    let ids: Vec<GroupId> = found.iter().map(|group| group.group.id).collect();
    let mut members: HashMap<GroupId, Vec<Allowed<GroupMember>>> = HashMap::with_capacity(ids.len());
    for member in groups::select_members(ctx.store(), &seen, &ids).await? {
        members.entry(member.group).or_default().push(member);
    }
    let shown = |group: Allowed<ListedGroup>| {
        let members = members.remove(&group.group.id).unwrap_or_default();
        Shown { group, members }
    };
    Ok(found.into_iter().map(shown).collect())
}

fn members_seen(ctx: &Ctx) -> Scope {
    ctx.subject.scope(Resource::GroupMember)
}

/// A group with those in it whom the caller sees, unless nobody wants them.
///
/// # Errors
/// When the database does not answer.
pub async fn with_members(
    ctx: &Ctx,
    group: Allowed<ListedGroup>,
    exclude_members: bool,
) -> Result<Shown, Error> {
    if exclude_members {
        return Ok(Shown { group, members: Vec::new() });
    }
    let members = groups::select_members(ctx.store(), &members_seen(ctx), &[group.group.id]).await?;
    Ok(Shown { group, members })
}

/// A page of those in a group whom the caller sees and who match, and how many those are.
///
/// `page` is asked for after the query was read, since its errors come second.
///
/// # Errors
/// 400 for a query that makes no sense, then for the page.
pub async fn members(
    ctx: &Ctx,
    group: &Allowed<ListedGroup>,
    query: &str,
    page: impl FnOnce() -> Result<Page, Error>,
) -> Result<(Vec<Allowed<GroupMember>>, u64), Error> {
    let invalid = |fields| Error::invalid("Invalid member search query.").fields(fields);
    let filter = UserFilter::parse(query).map_err(invalid)?;
    let page = page()?;
    let scope = members_seen(ctx);
    let found = groups::select_page_of_members(ctx.store(), &scope, group, &filter, page).await?;
    Ok((found.rows, found.count))
}
