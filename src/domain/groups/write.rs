//! Making, changing and deleting groups.
//!
//! Being in a group gives rights on what is shared with it, so that these are writes that wait for their turn. What the caller may see
//! but not do is forbidden; the group of everyone is what it is, whoever asks.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Shown;
use crate::domain::audit;
use crate::domain::ctx::Ctx;
use crate::domain::error::{Error, Kind};
use crate::domain::turn::Turn;
use crate::domain::validate::Fields;
use crate::model::group::{
    EVERYONE, Group, GroupChange, GroupSource, ListedGroup, USERS_AT_ONCE, is_reserved,
};
use crate::model::ids::{GroupId, UserId};
use crate::model::organization::Organization;
use crate::model::page::FieldError;
use crate::rbac::{Allowed, NewGroup, Resource, act};
use crate::store::{self, Diff, Unique, groups, organizations};

/// A group to be made, as asked for.
#[derive(Debug, Default)]
pub struct Request {
    /// Its name.
    pub name: String,
    /// What people see, may be empty.
    pub display_name: String,
    /// May be empty.
    pub avatar_url: String,
    /// What it adds to the quota of its members.
    pub quota_allowance: i32,
}

/// What is to become different in a group, as asked for.
#[derive(Debug, Default)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Another display name, empty to clear it.
    pub display_name: Option<String>,
    /// Another picture, empty to clear it.
    pub avatar_url: Option<String>,
    /// Another quota.
    pub quota_allowance: Option<i32>,
    /// The ids of users to put in.
    pub add_users: Vec<String>,
    /// The ids of users to take out.
    pub remove_users: Vec<String>,
}

/// Makes a group with nobody in it.
///
/// # Errors
/// 400 for bad fields and the reserved name, 403 for who may not make any, 404 for a deleted organization, 409 for a name in use.
pub async fn create(
    ctx: &Ctx,
    organization: &Allowed<Organization>,
    request: Request,
) -> Result<Allowed<NewGroup, act::Create>, Error> {
    let Request { name, display_name, avatar_url, quota_allowance } = request;
    Fields::default()
        .group_name("name", &name)
        .group_display_name("display_name", &display_name)
        .text("avatar_url", &avatar_url)
        .not_negative("quota_allowance", quota_allowance)
        .finish()?;
    check_reserved(&name)?;
    let (id, source) = (GroupId(ctx.backend().ids.uuid()), GroupSource::User);
    let organization = organization.id;
    let group = Group { id, organization, name, display_name, avatar_url, quota_allowance, source };
    let mut turn = ctx.turn().await?;
    let new: Allowed<NewGroup, act::Create> =
        turn.subject.may(NewGroup(group)).map_err(|_| Error::forbidden())?;
    if !organizations::keep_living(&turn.tx, organization).await? {
        return Err(Error::not_found());
    }
    groups::insert(&mut turn.tx, &new).await.map_err(|error| taken(error, &new.0.name))?;
    let told = audit::group(&new.0).with(Diff::created(&audit::group_with(&new.0, BTreeSet::new())));
    turn.tx.commit(vec![ctx.event(audit::Action::Create, told, 201)]).await?;
    // Not asked again as a read: a key that may make groups but not read them must not be told that nothing was found.
    Ok(new)
}

fn check_reserved(name: &str) -> Result<(), Error> {
    if is_reserved(name) {
        return Err(Error::invalid(format!("Group name {EVERYONE:?} is reserved.")));
    }
    Ok(())
}

/// The unique index is the check: of requests at the same moment one gets the name.
fn taken(error: store::Error, name: &str) -> Error {
    match error {
        store::Error::Taken(Unique::GroupName) => {
            Error::new(Kind::Conflict, format!("Group already exists with the name {name:?}."))
                .field("name", "This value is already in use and should be unique.")
        }
        store::Error::Dangling => Error::not_found(),
        other => other.into(),
    }
}

/// The group that the caller is about to change: all that is checked before the body is read.
///
/// # Errors
/// As [`super::get`].
pub async fn group_to_change(ctx: &Ctx, id: &str) -> Result<Allowed<ListedGroup>, Error> {
    let group = super::get(ctx, id).await?;
    ctx.attempts(audit::Action::Write, audit::group(&group.group));
    Ok(group)
}

/// Changes a group that the caller may see, and who is in it. Putting in who is in it already changes nothing, and neither does
/// taking out who is not.
///
/// # Errors
/// 400 for bad fields, the reserved name, users who are no members of the organization that the caller may see, and most of what
/// can be asked of the group of everyone; 403 for who may not change the group, 404 when it is gone, 409 for a name in use.
pub async fn update(
    ctx: &Ctx,
    group: &Allowed<ListedGroup>,
    change: Change,
) -> Result<Shown<act::Update>, Error> {
    let change = read(change)?;
    let turn = ctx.turn().await?;
    let old = held(&turn, group.group.id).await?;
    let new = turn.subject.may(change.applied_to(&old)).map_err(|_| Error::forbidden())?;
    check_new_name(&old, &change)?;
    check_members_are_its_own(&old, &change)?;
    check_joining(&turn, &old, &change.joining).await?;
    write(ctx, turn, &old, &new, &change).await
}

/// A change that makes sense by itself.
fn read(change: Change) -> Result<GroupChange, Error> {
    let Change { name, display_name, avatar_url, quota_allowance, add_users, remove_users } = change;
    let mut fields = Fields::default();
    if let Some(name) = &name {
        fields = fields.group_name("name", name);
    }
    fields
        .group_display_name("display_name", display_name.as_deref().unwrap_or_default())
        .text("avatar_url", avatar_url.as_deref().unwrap_or_default())
        .not_negative("quota_allowance", quota_allowance.unwrap_or_default())
        .finish()?;
    let (joining, leaving) = moved(&add_users, &remove_users)?;
    Ok(GroupChange { name, display_name, avatar_url, quota_allowance, joining, leaving })
}

/// The users of both lists. Each may be named once, and all bad entries are told at once.
fn moved(add: &[String], remove: &[String]) -> Result<(Vec<UserId>, Vec<UserId>), Error> {
    let asked = add.len() + remove.len();
    if asked > USERS_AT_ONCE {
        let detail = format!("at most {USERS_AT_ONCE} users are added and removed at once, found {asked}");
        let field = if add.is_empty() { "remove_users" } else { "add_users" };
        return Err(Error::invalid("Validation failed.").field(field, detail));
    }
    let (mut seen, mut bad) = (BTreeSet::new(), Vec::new());
    let mut ids = |field: &str, texts: &[String]| {
        let read =
            texts.iter().map(|text| user_id(text, &mut seen).map_err(|why| FieldError::new(field, why)));
        let (good, wrong): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        bad.extend(wrong.into_iter().filter_map(Result::err));
        good.into_iter().filter_map(Result::ok).collect::<Vec<_>>()
    };
    let (joining, leaving) = (ids("add_users", add), ids("remove_users", remove));
    if bad.is_empty() {
        Ok((joining, leaving))
    } else {
        Err(Error::invalid("Validation failed.").fields(bad))
    }
}

fn user_id(text: &str, seen: &mut BTreeSet<UserId>) -> Result<UserId, String> {
    let id = Uuid::try_parse(text).map(UserId).map_err(|_| format!("{text:?} is no valid user id"))?;
    if seen.insert(id) { Ok(id) } else { Err(format!("user {id} is named more than once")) }
}

/// The group as it is now, if the caller may still see it.
async fn held(turn: &Turn, id: GroupId) -> Result<Group, Error> {
    let group = groups::hold(&turn.tx, id).await?.ok_or_else(Error::not_found)?;
    let seen: Allowed<Group> = turn.subject.may(group)?;
    Ok(seen.into_inner())
}

fn check_new_name(group: &Group, change: &GroupChange) -> Result<(), Error> {
    match &change.name {
        Some(name) if group.is_of_everyone() && *name != group.name => {
            Err(Error::invalid("The Everyone group cannot be renamed.").field("name", "cannot be changed"))
        }
        Some(name) if !group.is_of_everyone() => check_reserved(name),
        _ => Ok(()),
    }
}

fn check_members_are_its_own(group: &Group, change: &GroupChange) -> Result<(), Error> {
    let moved = [("add_users", &change.joining), ("remove_users", &change.leaving)];
    match moved.iter().find(|(_, users)| !users.is_empty()) {
        Some((field, _)) if group.is_of_everyone() => {
            let text = "The members of the Everyone group are those of its organization.";
            Err(Error::invalid(text).field(field, "must be empty"))
        }
        _ => Ok(()),
    }
}

/// Only members of the organization, as far as the caller sees them: nobody finds out by trying who else is one.
async fn check_joining(turn: &Turn, group: &Group, joining: &[UserId]) -> Result<(), Error> {
    let scope = turn.subject.scope(Resource::OrganizationMember);
    let known = groups::select_joinable(&turn.tx, &scope, group.organization, joining).await?;
    let unknown = joining.iter().filter(|user| !known.contains(user));
    let bad = |user: &UserId| {
        FieldError::new("add_users", format!("user {user} is not a member of the organization"))
    };
    let bad: Vec<FieldError> = unknown.map(bad).collect();
    if bad.is_empty() { Ok(()) } else { Err(Error::invalid("Validation failed.").fields(bad)) }
}

async fn write(
    ctx: &Ctx,
    mut turn: Turn,
    old: &Group,
    new: &Allowed<Group, act::Update>,
    change: &GroupChange,
) -> Result<Shown<act::Update>, Error> {
    let GroupChange { joining, leaving, .. } = change;
    let touched = [&joining[..], leaving].concat();
    let before = groups::select_put_in(&turn.tx, new, Some(&touched)).await?;
    groups::update(&mut turn.tx, new).await.map_err(|error| taken(error, &new.name))?;
    groups::insert_members(&mut turn.tx, new, joining).await.map_err(gone)?;
    groups::remove_members(&mut turn.tx, new, leaving).await?;
    let after = groups::select_put_in(&turn.tx, new, Some(&touched)).await?;
    let diff = Diff::changed(&audit::group_with(old, before), &audit::group_with(new, after));
    let event = ctx.event(audit::Action::Write, audit::group(new).with(diff), 200);
    let listed = groups::find(&turn.tx, new.id).await?.ok_or_else(Error::not_found)?;
    let group = turn.subject.may(listed).map_err(|_| Error::forbidden())?;
    let seen = turn.subject.scope(Resource::GroupMember);
    let members = groups::select_members(&turn.tx, &seen, &[new.id]).await?;
    turn.tx.commit(vec![event]).await?;
    Ok(Shown { group, members })
}

/// Only beside our checks: whoever takes a membership away waits for this turn.
fn gone(error: store::Error) -> Error {
    match error {
        store::Error::Dangling => {
            Error::invalid("Validation failed.").field("add_users", "a user left the organization meanwhile")
        }
        other => other.into(),
    }
}

/// Deletes a group. Those who were in it are in it no more.
///
/// # Errors
/// As [`super::get`]; 403 for who may not delete the group, 400 for that of everyone.
pub async fn delete(ctx: &Ctx, id: &str) -> Result<(), Error> {
    let group = super::get(ctx, id).await?;
    ctx.attempts(audit::Action::Delete, audit::group(&group.group));
    let mut turn = ctx.turn().await?;
    let old = held(&turn, group.group.id).await?;
    let going: Allowed<Group, act::Delete> = turn.subject.may(old).map_err(|_| Error::forbidden())?;
    if going.is_of_everyone() {
        return Err(Error::invalid("The Everyone group cannot be deleted."));
    }
    let members = groups::select_put_in(&turn.tx, &going, None).await?;
    groups::remove(&mut turn.tx, &going).await?;
    let told = audit::group(&going).with(Diff::deleted(&audit::group_with(&going, members)));
    Ok(turn.tx.commit(vec![ctx.event(audit::Action::Delete, told, 200)]).await?)
}
