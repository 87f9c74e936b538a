//! Roles as they are seen and granted: lists, those of a user, and setting them (members.md 6.4, 7.1 and 7.2; users.md 3.17
//! and 3.18).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::audit;
use super::ctx::Ctx;
use super::error::Error;
use super::turn::Turn;
use super::{members, organizations, users};
use crate::model::ids::OrgId;
use crate::model::organization::{Member, MemberRole, MemberWithUser, OrgRef};
use crate::model::user::{LoginType, Person, User, UserRef};
use crate::rbac::{
    Allowed, AssignableRole, Builtin, Change, Deed, MemberRoles, MembershipRoles, Object, Refusal, Resource,
    Role, SiteRoles, act, display_name, is_organization_role, is_site_role, is_system_role, may_grant,
    not_oneself, organization_roles, site_roles,
};
use crate::store::audit::Membership;
use crate::store::{self, Diff};

/// The roles that can be granted in an organization: the built-in ones, then its own by name.
///
/// # Errors
/// 404 for the organization, and for a caller who may not see its roles.
pub async fn list(ctx: &Ctx, organization: &OrgRef) -> Result<Vec<Allowed<AssignableRole>>, Error> {
    let organization = organizations::get(ctx, organization).await?.id;
    let _may_read: Allowed<Object> =
        ctx.subject.may(Object::of(Resource::AssignOrgRole).within(organization))?;
    let scope = ctx.subject.scope(Resource::AssignOrgRole);
    let own = store::roles::select(ctx.store(), organization, &scope).await?;
    let built_in = organization_roles().map(Role::BuiltIn);
    let all = built_in.chain(own.into_iter().map(|role| Role::Own(role.into_inner())));
    Ok(all.filter_map(|role| scope.admit(assignable(ctx, role, Some(organization)))).collect())
}

/// The site roles that can be granted.
///
/// # Errors
/// 403 for a key that may not see roles.
pub fn list_of_site(ctx: &Ctx) -> Result<Vec<Allowed<AssignableRole>>, Error> {
    let see = |role: &'static Builtin| ctx.subject.may(assignable(ctx, Role::BuiltIn(role), None));
    site_roles(ctx.backend().settings.switches)
        .map(|role| see(role).map_err(|_| Error::forbidden()))
        .collect()
}

/// Whether the caller may grant it is the matrix alone: neither its key nor its permissions count (members.md 7.1).
fn assignable(ctx: &Ctx, role: Role, organization: Option<OrgId>) -> AssignableRole {
    let name = match &role {
        Role::BuiltIn(role) => role.name,
        Role::Own(role) => &role.name,
    };
    let assignable = may_grant(ctx.subject.granted(), name, organization);
    AssignableRole { organization, role, assignable }
}

/// A user with its roles, for those who may see what is personal of it.
///
/// # Errors
/// 404.
pub async fn get_of_user(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let person = users::get(ctx, user).await?;
    let _personal: Allowed<_, act::ReadPersonal> = ctx.subject.may(&*person)?;
    Ok(person)
}

/// The memberships of a user with what they say of roles, as far as the caller may see memberships.
pub fn of_memberships(ctx: &Ctx, person: &Allowed<Arc<Person>>) -> Vec<Allowed<MembershipRoles>> {
    let scope = ctx.subject.scope(Resource::OrganizationMember);
    let held = person.memberships.iter().map(|membership| MembershipRoles {
        organization: membership.organization,
        user: person.user.id,
        roles: membership.roles.clone(),
    });
    held.filter_map(|roles| scope.admit(roles)).collect()
}

/// The member whose roles the caller is about to set: all that is checked before the body is read.
///
/// # Errors
/// 404 for what may not be seen, 400 for oneself.
pub async fn member_to_change(
    ctx: &Ctx,
    organization: &OrgRef,
    user: &UserRef,
) -> Result<Allowed<MemberWithUser>, Error> {
    let organization = organizations::get(ctx, organization).await?.id;
    let found = members::find(ctx, organization, user).await?;
    ctx.attempts(audit::Action::Write, audit::member(organization, &found.user));
    let deed = Deed::SetOrganizationRoles(organization, &Change::default());
    not_oneself(ctx.me(), &deed, found.user.id).map_err(|refusal| refused_in(organization, refusal))?;
    Ok(found)
}

/// Gives a member exactly these roles in its organization. The checks come in the order of members.md 6.4.
///
/// # Errors
/// 400 for names that mean nothing there and roles that the caller may not grant or take, 403 for a caller who may not
/// grant or take any, 404 for a member who is gone.
pub async fn set_of_member(
    ctx: &Ctx,
    member: &Allowed<MemberWithUser>,
    wanted: Vec<String>,
) -> Result<Allowed<MemberRoles, act::Assign>, Error> {
    let organization = member.member.organization;
    let mut turn = ctx.turn().await?;
    let member = turn.member(organization, member.user.id).await?.into_inner();
    let old = audit::membership(&member);
    let MemberWithUser { member, user } = member;
    if user.is_system {
        return Err(Error::forbidden());
    }
    check_unqualified(&wanted)?;
    let wanted = once_each(wanted);
    let now: Vec<String> = member.roles.iter().map(|role| role.name.clone()).collect();
    let change = Change::between(&now, &wanted);
    let shown = Shown::of(&turn, organization).await?;
    check_known(&change, |name| shown.knows(name), |name| format!("{name}:{organization}"))?;
    check_granting(&turn, Object::of(Resource::AssignOrgRole).within(organization), &change)?;
    let deed = Deed::SetOrganizationRoles(organization, &change);
    turn.check(&deed, &user).await?.map_err(|refusal| refused_in(organization, refusal))?;
    let roles = wanted.into_iter().map(|name| shown.role(name)).collect();
    let setting =
        turn.subject.may(MemberRoles(Member { roles, ..member })).map_err(|_| Error::forbidden())?;
    store::members::set_roles(&mut turn.tx, &setting).await?;
    let new = Membership { member: setting.0.clone(), username: user.username.clone() };
    let told = audit::member(organization, &user).with(Diff::changed(&old, &new));
    turn.tx.commit(vec![ctx.event(audit::Action::Write, told, 200)]).await?;
    Ok(setting)
}

/// The user whose site roles the caller is about to set: all that is checked before the body is read.
///
/// # Errors
/// 404 for whom the caller may not see, 400 for oneself.
pub async fn user_to_change(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Arc<Person>>, Error> {
    let person = users::get(ctx, user).await?;
    ctx.attempts(audit::Action::Write, audit::user(&person.user));
    if person.user.login_type == LoginType::Oidc && ctx.backend().providers.decide_roles() {
        return Err(decided_by_provider());
    }
    let deed = Deed::SetSiteRoles(&Change::default());
    not_oneself(ctx.me(), &deed, person.user.id).map_err(refused_on_site)?;
    Ok(person)
}

fn decided_by_provider() -> Error {
    Error::invalid("Cannot modify roles for OIDC users when role sync is enabled.")
        .detail("'User Role Field' is set in the OIDC configuration. All role changes must come from the OIDC identity provider.")
}

/// Gives a user exactly these site roles. The checks come in the order of users.md 3.18.
///
/// # Errors
/// 400 for names of no site role and roles that the caller may not grant or take, 403 for a caller who may not grant or
/// take any, 404 for a user who is gone.
pub async fn set_of_user(
    ctx: &Ctx,
    person: &Allowed<Arc<Person>>,
    mut wanted: Vec<String>,
) -> Result<Allowed<Arc<Person>>, Error> {
    let mut turn = ctx.turn().await?;
    let person = turn.person(person.user.id).await?;
    let user = &person.user;
    if user.deleted {
        return Err(Error::not_found());
    }
    if user.is_system {
        return Err(Error::forbidden());
    }
    // Implied, and not stored (users.md 1.3).
    wanted.retain(|name| name != "member");
    let wanted = once_each(wanted);
    let change = Change::between(&user.roles, &wanted);
    check_known(&change, is_site_role, str::to_owned)?;
    check_granting(&turn, Object::of(Resource::AssignRole), &change)?;
    turn.check(&Deed::SetSiteRoles(&change), user).await?.map_err(refused_on_site)?;
    let changed = User { roles: wanted, ..user.clone() };
    let changed = Arc::new(Person { user: changed, memberships: person.memberships.clone() });
    let answer = turn.subject.may(changed.clone())?;
    let told = audit::changed_user(&user.into(), &(&changed.user).into());
    let event = ctx.event(audit::Action::Write, told, 200);
    let setting = turn.subject.may(SiteRoles(changed)).map_err(|_| Error::forbidden())?;
    store::users::set_roles(&mut turn.tx, &setting).await?;
    turn.tx.commit(vec![event]).await?;
    Ok(answer)
}

/// Each name once, in byte order, which is how roles are stored.
fn once_each(names: Vec<String>) -> Vec<String> {
    names.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Names come without their organization, which the path says.
fn check_unqualified(names: &[String]) -> Result<(), Error> {
    let Some(qualified) = names.iter().find(|name| name.contains(':')) else { return Ok(()) };
    let text = format!("attempt to assign a role {qualified:?}, remove the ':<organization_id> suffix");
    Err(Error::invalid(text))
}

/// What is given and what is taken must be there; what stays as it is may be gone.
fn check_known(
    change: &Change,
    is_known: impl Fn(&str) -> bool,
    full: impl Fn(&str) -> String,
) -> Result<(), Error> {
    match change.names().find(|name| !is_known(name)) {
        Some(unknown) => Err(Error::invalid(format!("{:?} is not a supported role", full(unknown)))),
        None => Ok(()),
    }
}

/// The right to grant is asked for every time, since the implied role counts as granted; that to take, where one is taken.
fn check_granting(turn: &Turn, roles: Object, change: &Change) -> Result<(), Error> {
    let _assign: Allowed<Object, act::Assign> = turn.subject.may(roles).map_err(|_| Error::forbidden())?;
    if !change.removed.is_empty() {
        let _unassign: Allowed<Object, act::Unassign> =
            turn.subject.may(roles).map_err(|_| Error::forbidden())?;
    }
    Ok(())
}

fn refused_in(organization: OrgId, refusal: Refusal) -> Error {
    match refusal {
        Refusal::Oneself => Error::invalid("You cannot change your own organization roles.")
            .detail("Another user with the appropriate permissions must change your roles."),
        Refusal::Role(name) => not_authorized(&format!("{name}:{organization}")),
        Refusal::Stronger | Refusal::HoldsOwner | Refusal::LastOwner => Error::forbidden(),
    }
}

fn refused_on_site(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Oneself => Error::invalid("You cannot change your own roles."),
        Refusal::Role(name) => not_authorized(&name),
        Refusal::Stronger | Refusal::HoldsOwner | Refusal::LastOwner => Error::forbidden(),
    }
}

fn not_authorized(role: &str) -> Error {
    Error::invalid(format!("not authorized to assign role {role:?}"))
}

/// The roles of an organization as people see them.
struct Shown(HashMap<String, String>);

impl Shown {
    async fn of(turn: &Turn, organization: OrgId) -> Result<Self, Error> {
        Ok(Self(store::roles::select_names(&turn.tx, organization).await?))
    }

    fn knows(&self, name: &str) -> bool {
        is_organization_role(name) || is_system_role(name) || self.0.contains_key(name)
    }

    fn role(&self, name: String) -> MemberRole {
        let own = || self.0.get(&name).cloned().unwrap_or_default();
        let display_name = if is_organization_role(&name) { display_name(&name).to_owned() } else { own() };
        MemberRole { name, display_name }
    }
}
