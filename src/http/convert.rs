//! From the model to the wire. Only what a decision let pass has a way out: every conversion of a guarded thing takes
//! [`Allowed`].

use std::sync::Arc;

use roster_openapi::schema::common::{LoginType as WireLogin, SlimRole, UserStatus as WireStatus};
use roster_openapi::schema::members::{OrganizationMember, OrganizationMemberWithUserData};
use roster_openapi::schema::organizations::Organization as WireOrganization;
use roster_openapi::schema::people::UserLoginType;
use roster_openapi::schema::users::User as WireUser;
use uuid::Uuid;

use crate::domain::ai_seats::Holders;
use crate::model::ids::OrgId;
use crate::model::organization::{Member, MemberRole, MemberWithUser, Organization};
use crate::model::user::{LoginType, NewUser, Person, User, UserStatus};
use crate::rbac::{Allowed, MemberRoles, NewMember, NewOrganization, act, display_name};

pub(super) const fn status(status: UserStatus) -> WireStatus {
    match status {
        UserStatus::Active => WireStatus::Active,
        UserStatus::Dormant => WireStatus::Dormant,
        UserStatus::Suspended => WireStatus::Suspended,
    }
}

pub(super) const fn login_type(login_type: LoginType) -> WireLogin {
    match login_type {
        LoginType::Password => WireLogin::Password,
        LoginType::Github => WireLogin::Github,
        LoginType::Oidc => WireLogin::Oidc,
        LoginType::Token => WireLogin::Token,
        LoginType::None => WireLogin::None,
        // Keys only; no user logs in this way.
        LoginType::Oauth2ProviderApp => WireLogin::Unset,
    }
}

/// How somebody logs in, as answered to that somebody.
pub fn own_login_type(of: LoginType) -> UserLoginType {
    UserLoginType { login_type: login_type(of) }
}

fn site_roles(names: &[String]) -> Vec<SlimRole> {
    let slim = |name: &String| SlimRole {
        display_name: display_name(name).to_owned(),
        name: name.clone(),
        organization_id: None,
    };
    names.iter().map(slim).collect()
}

fn member_roles(roles: Vec<MemberRole>, organization: OrgId) -> Vec<SlimRole> {
    let organization_id = Some(organization.0);
    let slim = |MemberRole { name, display_name }| SlimRole { display_name, name, organization_id };
    roles.into_iter().map(slim).collect()
}

/// A user as answered.
pub fn person(person: &Allowed<Arc<Person>>, seats: &Holders) -> WireUser {
    user(&person.user, person.organizations().map(|id| id.0).collect(), seats)
}

/// A user as answered to whoever made it. It has used nothing yet.
pub fn new_user(new: &Allowed<NewUser, act::Create>, organizations: &[OrgId]) -> WireUser {
    user(&new.user, organizations.iter().map(|id| id.0).collect(), &Holders::default())
}

/// The user of an entry of the audit log: shown without what only the reference of users tells (logs.md A6).
pub(super) fn actor(of: &User, seats: &Holders) -> WireUser {
    WireUser { is_service_account: false, ..user(of, Vec::new(), seats) }
}

pub(super) fn user(user: &User, organization_ids: Vec<Uuid>, seats: &Holders) -> WireUser {
    WireUser {
        avatar_url: user.avatar_url.clone(),
        created_at: user.created_at,
        email: user.email.clone(),
        has_ai_seat: seats.has(user.id),
        id: user.id.0,
        is_service_account: user.is_service_account,
        last_seen_at: user.last_seen_at,
        login_type: login_type(user.login_type),
        name: user.name.clone(),
        organization_ids,
        roles: site_roles(&user.roles),
        status: status(user.status),
        theme_preference: String::new(),
        updated_at: user.updated_at,
        username: user.username.clone(),
    }
}

/// An organization as answered.
pub fn organization(organization: Allowed<Organization>) -> WireOrganization {
    wire_organization(organization.into_inner())
}

/// An organization as answered to whoever made it.
pub fn new_organization(new: Allowed<NewOrganization, act::Create>) -> WireOrganization {
    wire_organization(new.into_inner().organization)
}

fn wire_organization(organization: Organization) -> WireOrganization {
    let Organization {
        id,
        name,
        display_name,
        description,
        icon,
        created_at,
        updated_at,
        is_default,
        deleted: _,
        sharing: _,
    } = organization;
    WireOrganization { created_at, description, display_name, icon, id: id.0, is_default, name, updated_at }
}

/// A membership as answered to whoever made it.
pub fn new_member(new: Allowed<NewMember, act::Create>) -> OrganizationMember {
    membership(new.into_inner().0)
}

/// A membership as answered to whoever set its roles.
pub fn member_roles_set(set: Allowed<MemberRoles, act::Assign>) -> OrganizationMember {
    membership(set.into_inner().0)
}

fn membership(member: Member) -> OrganizationMember {
    let Member { organization, user, roles: granted, created_at, updated_at } = member;
    OrganizationMember {
        created_at,
        organization_id: organization.0,
        roles: member_roles(granted, organization),
        updated_at,
        user_id: user.0,
    }
}

/// A member of a list as answered.
pub fn member_with_user(member: Allowed<MemberWithUser>, seats: &Holders) -> OrganizationMemberWithUserData {
    let MemberWithUser { member, user } = member.into_inner();
    OrganizationMemberWithUserData {
        avatar_url: user.avatar_url,
        created_at: member.created_at,
        email: user.email,
        global_roles: site_roles(&user.roles),
        has_ai_seat: seats.has(user.id),
        is_service_account: user.is_service_account,
        last_seen_at: user.last_seen_at,
        login_type: login_type(user.login_type),
        name: user.name,
        organization_id: member.organization.0,
        roles: member_roles(member.roles, member.organization),
        status: status(user.status),
        updated_at: member.updated_at,
        user_created_at: user.created_at,
        user_id: user.id.0,
        user_updated_at: user.updated_at,
        username: user.username,
    }
}
