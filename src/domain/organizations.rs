//! Organizations: list, get, those of a user, create, update, delete (members.md 1.1, 8 and 9).

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::validate::Fields;
use super::{sessions, users};
use crate::model::ids::OrgId;
use crate::model::organization::{
    DEFAULT_ORGANIZATION, Member, OrgRef, Organization, OrganizationChange, Sharing,
};
use crate::model::user::UserRef;
use crate::rbac::{Allowed, NewOrganization, Resource, act};
use crate::store::{self, Diff, Source, Tx, Unique, groups, members, organizations};

/// The organization that a path names, if the caller may see it.
///
/// # Errors
/// 400 for an empty name, 404, the same for those that are not there and those that may not be seen.
pub async fn get(ctx: &Ctx, organization: &OrgRef) -> Result<Allowed<Organization>, Error> {
    if matches!(organization, OrgRef::Name(name) if name.is_empty()) {
        return Err(Error::not_provided("organization"));
    }
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

/// An organization to be made, as asked for.
#[derive(Debug, Default)]
pub struct Request {
    /// Its name.
    pub name: String,
    /// What people see; empty for the name.
    pub display_name: String,
    /// May be empty.
    pub description: String,
    /// May be empty.
    pub icon: String,
}

/// Makes an organization with the caller as its first, plain member.
///
/// # Errors
/// 400 for bad fields and the reserved name, 409 for a name in use, 403 for who may not make any.
pub async fn create(ctx: &Ctx, request: Request) -> Result<Allowed<NewOrganization, act::Create>, Error> {
    Fields::default()
        .organization_name("name", &request.name)
        .organization_display_name("display_name", &request.display_name)
        .text("description", &request.description)
        .text("icon", &request.icon)
        .finish()?;
    check_reserved(&request.name)?;
    check_name_free(ctx, &request.name).await?;
    let new = ctx.subject.may(new_organization(ctx, request)).map_err(|_| Error::forbidden())?;
    insert(ctx, new).await
}

fn check_reserved(name: &str) -> Result<(), Error> {
    if name == DEFAULT_ORGANIZATION {
        return Err(Error::invalid(format!("Organization name {name:?} is reserved.")));
    }
    Ok(())
}

/// That a name is in use is told here to those who may see who uses it. Whoever may make organizations is told by the
/// database in any case; all others are refused for that, and learn nothing.
async fn check_name_free(ctx: &Ctx, name: &str) -> Result<(), Error> {
    let Some(namesake) = find_named(ctx.store(), name).await? else { return Ok(()) };
    let seen: Result<Allowed<Organization>, _> = ctx.subject.may(namesake);
    if seen.is_ok() { Err(exists_already()) } else { Ok(()) }
}

async fn find_named(db: &impl Source, name: &str) -> Result<Option<Organization>, store::Error> {
    organizations::find(db, &OrgRef::Name(name.to_owned())).await
}

fn exists_already() -> Error {
    Error::new(Kind::Conflict, "Organization already exists with that name.")
}

fn new_organization(ctx: &Ctx, request: Request) -> NewOrganization {
    let Request { name, display_name, description, icon } = request;
    let (id, now) = (OrgId(ctx.backend().ids.uuid()), ctx.backend().now());
    let organization = Organization {
        id,
        display_name: if display_name.is_empty() { name.clone() } else { display_name },
        name,
        description,
        icon,
        created_at: now,
        updated_at: now,
        is_default: false,
        deleted: false,
        sharing: Sharing::Everyone,
    };
    NewOrganization { organization, founder: Member::joining(id, ctx.me(), now) }
}

/// The organization that the caller is about to change: all that is checked before the body is read.
///
/// # Errors
/// As [`get`].
pub async fn to_change(ctx: &Ctx, organization: &OrgRef) -> Result<Allowed<Organization>, Error> {
    let organization = get(ctx, organization).await?;
    ctx.attempts(audit::Action::Write, audit::organization(&organization));
    Ok(organization)
}

async fn insert(
    ctx: &Ctx,
    new: Allowed<NewOrganization, act::Create>,
) -> Result<Allowed<NewOrganization, act::Create>, Error> {
    let taken = |error| match error {
        store::Error::Taken(Unique::OrganizationName) => exists_already(),
        // The founder was deleted meanwhile.
        store::Error::Dangling => sessions::signed_out("API key is invalid."),
        other => other.into(),
    };
    let mut tx = ctx.store().write().await?;
    organizations::insert(&mut tx, &new).await.map_err(taken)?;
    let told = audit::organization(&new.organization).with(Diff::created(&new.organization));
    let event = ctx.event(audit::Action::Create, told, 201);
    tx.commit(vec![event]).await.map_err(taken)?;
    // Not asked again as a read: a key that may make organizations but not read them must not be told of a refusal.
    Ok(new)
}

/// Changes an organization that the caller may see; an empty change moves the time of the last change too.
///
/// # Errors
/// 400 for bad fields and the reserved name, 404 for who may not change it and for a deleted one, 409 for a name in use.
pub async fn update(
    ctx: &Ctx,
    organization: Allowed<Organization>,
    change: OrganizationChange,
) -> Result<Allowed<Organization>, Error> {
    check_change(&change)?;
    let changing: Allowed<Organization, act::Update> = ctx.subject.may(organization.into_inner())?;
    check_living(&changing)?;
    let mut tx = ctx.store().write().await?;
    let old = organizations::hold(&tx, changing.id).await?.ok_or_else(Error::not_found)?;
    check_new_name_free(&tx, &changing, &change).await?;
    let taken = |error| taken(error, &change);
    let changed = organizations::update(&mut tx, &changing, &change, ctx.backend().now()).await;
    let changed = ctx.subject.may(changed.map_err(taken)?.ok_or_else(Error::not_found)?)?;
    let told = audit::organization(&changed).with(Diff::changed(&old, &changed));
    let event = ctx.event(audit::Action::Write, told, 200);
    tx.commit(vec![event]).await.map_err(taken)?;
    Ok(changed)
}

fn check_change(change: &OrganizationChange) -> Result<(), Error> {
    let mut fields = Fields::default();
    if let Some(name) = &change.name {
        fields = fields.organization_name("name", name);
    }
    fields
        .organization_display_name("display_name", change.display_name.as_deref().unwrap_or_default())
        .text("description", change.description.as_deref().unwrap_or_default())
        .text("icon", change.icon.as_deref().unwrap_or_default())
        .finish()?;
    change.name.as_deref().map_or(Ok(()), check_reserved)
}

/// A deleted organization is found by its id (members.md 1.1), but there is nothing more to do to it.
fn check_living(organization: &Organization) -> Result<(), Error> {
    if organization.deleted { Err(Error::not_found()) } else { Ok(()) }
}

/// Beside the index, which has the last word: there, two that want each other's name at once would wait for each other.
async fn check_new_name_free(
    tx: &Tx,
    changing: &Organization,
    change: &OrganizationChange,
) -> Result<(), Error> {
    let Some(name) = &change.name else { return Ok(()) };
    let namesake = find_named(tx, name).await?;
    if namesake.is_some_and(|namesake| namesake.id != changing.id) {
        return Err(name_in_use(name));
    }
    Ok(())
}

fn name_in_use(name: &str) -> Error {
    Error::new(Kind::Conflict, format!("Organization already exists with the name {name:?}."))
        .field("name", "This value is already in use and should be unique.")
}

fn taken(error: store::Error, change: &OrganizationChange) -> Error {
    match (error, &change.name) {
        (store::Error::Taken(Unique::OrganizationName), Some(name)) => name_in_use(name),
        (other, _) => other.into(),
    }
}

/// Deletes an organization that has at most one member left, who cannot leave it (members.md 6.3 and 8), and no group but that of
/// everyone, which goes with it. The row stays, found by its id, and so does the membership; the name is free.
///
/// # Errors
/// 400 for the default organization, whoever asks, 404 for what may not be seen or deleted and for a deleted one, 409 for
/// one that is not empty.
pub async fn delete(ctx: &Ctx, organization: &OrgRef) -> Result<(), Error> {
    let organization = get(ctx, organization).await?;
    ctx.attempts(audit::Action::Delete, audit::organization(&organization));
    if organization.is_default {
        return Err(Error::invalid("Default organization cannot be deleted."));
    }
    let going: Allowed<Organization, act::Delete> = ctx.subject.may(organization.into_inner())?;
    let mut tx = ctx.store().write().await?;
    let old = organizations::hold(&tx, going.id).await?.ok_or_else(Error::not_found)?;
    // Counted now that nobody can join any more, and no group be made: both take the row that is held.
    check_empty(members::count(&tx, &going).await?, groups::count_others(&tx, &going).await?)?;
    let gone = organizations::remove(&mut tx, &going, ctx.backend().now()).await?;
    let gone = gone.ok_or_else(Error::not_found)?;
    let told = audit::organization(&gone).with(Diff::deleted(&old));
    Ok(tx.commit(vec![ctx.event(audit::Action::Delete, told, 200)]).await?)
}

/// One member does not count, and neither does the group of everyone.
fn check_empty(members: u64, groups: u64) -> Result<(), Error> {
    let told = |count: u64, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        many => Some(format!("{many} {noun}s")),
    };
    let left = [told(members.saturating_sub(1), "member"), told(groups, "group")];
    let left: Vec<String> = left.into_iter().flatten().collect();
    if left.is_empty() {
        return Ok(());
    }
    let detail = format!("This organization has {} that must be deleted first.", left.join(", "));
    Err(Error::new(Kind::Conflict, "Error deleting organization.").detail(detail))
}
