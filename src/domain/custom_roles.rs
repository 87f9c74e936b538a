//! Roles that organizations define themselves: create, update, delete (members.md 7.3 to 7.6).

use std::collections::BTreeSet;

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind};
use super::turn::Turn;
use super::validate::Fields;
use crate::model::ids::{OrgId, RoleId};
use crate::model::names;
use crate::model::organization::Organization;
use crate::rbac::{
    Allowed, AskedPermission, NotHandedOn, Object, Permission, Resource, RoleDefinition, act, hand_on,
    is_built_in, is_reserved,
};
use crate::store::{self, Diff, Unique, organizations, roles};

/// A role as somebody asks for it.
#[derive(Debug, Default)]
pub struct Request {
    /// Its name, in any case.
    pub name: String,
    /// What people see, may be empty.
    pub display_name: String,
    /// What it grants in the organization.
    pub permissions: Vec<AskedPermission>,
    /// Whether it asks for permissions on the whole site, which no organization grants.
    pub reaches_site: bool,
    /// Whether it asks for permissions on what its holders own outside of organizations.
    pub reaches_users: bool,
    /// Whether it asks for permissions on what its holders own in the organization.
    pub reaches_members: bool,
}

/// Makes a role. The checks come in the order of members.md 7.3 and 7.4.
///
/// # Errors
/// 400 for a bad request and for a name that is taken, 404 for a caller who may not define roles.
pub async fn create(
    ctx: &Ctx,
    organization: &Allowed<Organization>,
    request: Request,
) -> Result<Allowed<RoleDefinition, act::Create>, Error> {
    check_request(&request)?;
    let organization = organization.id;
    let mut turn = ctx.turn().await?;
    let _may_create: Allowed<Object, act::Create> = turn.subject.may(definitions(organization))?;
    check_living(&turn, organization).await?;
    check_words(organization, &request.permissions)?;
    let permissions = handed_on(&turn, organization, &request.permissions)?;
    let role = RoleDefinition {
        id: RoleId(ctx.backend().ids.uuid()),
        organization,
        name: request.name.to_ascii_lowercase(),
        display_name: storable(&request.display_name),
        permissions,
    };
    let told = audit::role(&role).with(Diff::created(&role));
    let event = ctx.event(audit::Action::Create, told, 200);
    let new = turn.subject.may(role)?;
    roles::insert(&mut turn.tx, &new, ctx.backend().now()).await.map_err(taken)?;
    turn.tx.commit(vec![event]).await?;
    // Not asked again as a read: a key that may make roles but not read them must not be told that nothing was found.
    Ok(new)
}

/// Replaces what a role is called for people and what it grants; its name stays. Lines that mean nothing are dropped.
///
/// # Errors
/// 400 for a bad request, 404 for a caller who may not define roles and for a role that is not there.
pub async fn update(
    ctx: &Ctx,
    organization: &Allowed<Organization>,
    request: Request,
) -> Result<Allowed<RoleDefinition, act::Update>, Error> {
    check_request(&request)?;
    let organization = organization.id;
    let mut turn = ctx.turn().await?;
    let _may_update: Allowed<Object, act::Update> = turn.subject.may(definitions(organization))?;
    check_living(&turn, organization).await?;
    let found = roles::find(&turn.tx, organization, &request.name).await?.ok_or_else(Error::not_found)?;
    ctx.attempts(audit::Action::Write, audit::role(&found));
    let Request { display_name, mut permissions, .. } = request;
    permissions.retain(|asked| asked.nonsense().is_none());
    let permissions = handed_on(&turn, organization, &permissions)?;
    let role = RoleDefinition { display_name: storable(&display_name), permissions, ..found.clone() };
    let told = audit::role(&role).with(Diff::changed(&found, &role));
    let event = ctx.event(audit::Action::Write, told, 200);
    let changed = turn.subject.may(role)?;
    roles::update(&mut turn.tx, &changed, ctx.backend().now()).await?;
    turn.tx.commit(vec![event]).await?;
    Ok(changed)
}

/// Deletes a role, also from all who hold it, and answers those that are left, as far as the caller may see them.
///
/// # Errors
/// 400 for a name that no such role can have, 404 for one that none has, 403 for a caller who may not delete roles, and 404
/// for one who may not even see them.
pub async fn delete(
    ctx: &Ctx,
    organization: &Allowed<Organization>,
    name: &str,
) -> Result<Vec<Allowed<RoleDefinition>>, Error> {
    if is_built_in(name) {
        return Err(reserved(name));
    }
    names::check_name(name).map_err(|why| Error::invalid("Invalid role name").detail(why))?;
    let mut turn = ctx.turn().await?;
    let found = roles::find(&turn.tx, organization.id, name).await?.ok_or_else(|| no_such_role(name))?;
    let told = audit::role(&found).with(Diff::deleted(&found));
    let seen: Result<Allowed<Object>, _> = turn.subject.may(definitions(organization.id));
    if seen.is_ok() {
        ctx.attempts(audit::Action::Delete, audit::role(&found));
    }
    let event = ctx.event(audit::Action::Delete, told, 200);
    let refused = || if seen.is_ok() { Error::forbidden() } else { no_such_role(name) };
    let doomed = turn.subject.may(found).map_err(|_| refused())?;
    roles::remove(&mut turn.tx, &doomed).await?;
    let scope = turn.subject.scope(Resource::AssignOrgRole);
    let left = roles::select(&turn.tx, organization.id, &scope).await?;
    turn.tx.commit(vec![event]).await?;
    Ok(left)
}

/// A deleted organization is found by its id (members.md 1.1), but nothing is defined in it any more.
async fn check_living(turn: &Turn, organization: OrgId) -> Result<(), Error> {
    let living = organizations::keep_living(&turn.tx, organization).await?;
    if living { Ok(()) } else { Err(Error::not_found()) }
}

/// The defining of roles in an organization.
fn definitions(organization: OrgId) -> Object {
    Object::of(Resource::AssignOrgRole).within(organization)
}

/// The checks of members.md 7.3, which look at nothing but the request.
fn check_request(request: &Request) -> Result<(), Error> {
    Fields::default().role_name("name", &request.name).finish()?;
    if is_reserved(&request.name) {
        return Err(reserved(&request.name));
    }
    let beyond = [
        (request.reaches_site, "site wide"),
        (request.reaches_users, "user"),
        (request.reaches_members, "organization member"),
    ];
    let Some((_, what)) = beyond.iter().find(|(reaches, _)| *reaches) else { return Ok(()) };
    let text = format!("Invalid request, not allowed to assign {what} permissions for an organization role.");
    Err(Error::invalid(text).detail(format!("organization scoped roles may not contain {what} permissions")))
}

fn reserved(name: &str) -> Error {
    let detail = format!("{name:?} is a reserved role name, and not allowed to be used");
    Error::invalid("Reserved role name").detail(detail)
}

fn no_such_role(name: &str) -> Error {
    Error::new(Kind::NotFound, format!("No custom role with the name {name} found")).detail("no role found")
}

fn unacceptable(detail: String) -> Error {
    Error::invalid("Failed to update role permissions").detail(detail)
}

/// How many bad lines are told of: a small body can hold very many.
const TOLD: usize = 100;

/// Every line must mean something; those that do not are told together.
fn check_words(organization: OrgId, permissions: &[AskedPermission]) -> Result<(), Error> {
    let nonsense = permissions.iter().filter_map(AskedPermission::nonsense);
    let told: Vec<String> =
        nonsense.take(TOLD).map(|why| format!("org=\"{organization}\": org {why}")).collect();
    if told.is_empty() { Ok(()) } else { Err(unacceptable(format!("invalid role: {}", told.join("\n")))) }
}

/// The permissions asked for, if the caller may hand on all of them; else the first that is refused.
fn handed_on(
    turn: &Turn,
    organization: OrgId,
    permissions: &[AskedPermission],
) -> Result<Vec<Permission>, Error> {
    let hand_on = |asked: &AskedPermission| {
        hand_on(&turn.subject, organization, asked).map_err(|why| refused(organization, asked, why))
    };
    permissions.iter().map(hand_on).collect::<Result<_, _>>().map(bounded)
}

/// Many times as many lines as there are different ones.
const MOST_LINES: usize = 10_000;

/// A list keeps what it repeats (members.md 7.4), but not without end: all who look at the role read it. A longer one has
/// each line once.
fn bounded(mut lines: Vec<Permission>) -> Vec<Permission> {
    if lines.len() > MOST_LINES {
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(*line));
    }
    lines
}

fn refused(organization: OrgId, asked: &AskedPermission, why: NotHandedOn) -> Error {
    let why = match why {
        NotHandedOn::Negative => "no negative permissions",
        NotHandedOn::Wildcard => "no wildcard symbols",
        NotHandedOn::Escalation => "not allowed to grant this permission",
    };
    let AskedPermission { resource, action, .. } = asked;
    let line = format!("invalid permission for action={action:?} type={resource:?}");
    unacceptable(format!("org=\"{organization}\": org: {line}, {why}"))
}

/// The unique index is the check: of requests at the same moment one makes the role.
fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Taken(unique @ Unique::RoleName) => {
            let index = unique.constraint();
            unacceptable(format!("duplicate key value violates unique constraint {index:?}"))
        }
        store::Error::Dangling => Error::not_found(),
        other => other.into(),
    }
}

/// A zero byte is no text to PostgreSQL.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
